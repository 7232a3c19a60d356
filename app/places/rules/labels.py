"""Where a name stands in an area: the point inside that is farthest from every edge."""

import heapq
import math
from collections.abc import Sequence

from app.places.rules.topology import Point


def pole(rings: Sequence[Sequence[Point]], precision: float = 1.0) -> tuple[Point, float]:
    """The point inside `rings` (holes are rings too) farthest from their edges, to within `precision`, and
    that distance. The search halves squares and drops those that can't hold a better point (after the idea
    of "polylabel", Mapbox 2016). The centre of the box where the rings enclose nothing.
    """
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    left, top, width, height = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
    best: tuple[float, Point] = (-math.inf, (left + width / 2, top + height / 2))
    half = max(min(width, height), precision) / 2
    heap: list[tuple[float, float, float, float, float]] = []

    def look(x: float, y: float, reach: float) -> None:
        nonlocal best
        distance = inside_by(rings, (x, y))
        if distance > best[0]:
            best = (distance, (x, y))
        heapq.heappush(heap, (-(distance + reach * math.sqrt(2)), x, y, reach, distance))

    for column in range(math.ceil(width / (2 * half)) or 1):
        for row in range(math.ceil(height / (2 * half)) or 1):
            look(left + (2 * column + 1) * half, top + (2 * row + 1) * half, half)
    while heap:
        most, x, y, reach, _ = heapq.heappop(heap)
        if -most - best[0] <= precision:
            break
        for dx in (-0.5, 0.5):
            for dy in (-0.5, 0.5):
                look(x + dx * reach, y + dy * reach, reach / 2)
    return best[1], best[0]


def inside_by(rings: Sequence[Sequence[Point]], point: Point) -> float:
    """How far `point` is from the nearest edge: positive inside, negative outside (even-odd rule)."""
    x, y = point
    inside, nearest = False, math.inf
    for ring in rings:
        ax, ay = ring[-1]
        for bx, by in ring:
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                inside = not inside
            nearest = min(nearest, _distance_squared(x, y, ax, ay, bx, by))
            ax, ay = bx, by
    return math.sqrt(nearest) * (1 if inside else -1)


def _distance_squared(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> float:
    dx, dy = bx - ax, by - ay
    if dx or dy:
        along = max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
        ax, ay = ax + along * dx, ay + along * dy
    return (x - ax) ** 2 + (y - ay) ** 2
