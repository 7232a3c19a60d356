"""Rings cut into arcs that neighbours share, so that a border is simplified once and stays one line."""

import heapq
import math
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

Point = tuple[float, float]
Arc = tuple[Point, ...]
"""A line between two points where borders meet, or a whole ring (first point = last) that meets none."""


class Coverage:
    """Areas side by side, as rings of arcs. Two areas with a common border hold the same arc.

    Borders are common where their points are equal to the last digit, as in a file drawn as a whole;
    neighbours that were drawn apart keep an arc each.
    """

    def __init__(self, rings: Iterable[Sequence[Point]]) -> None:
        """`rings` may be closed (first point again at the end) or not; those under 3 points are kept empty."""
        self._opened = [_opened(ring) for ring in rings]
        junctions = _junctions(self._opened)
        self.rings: list[list[tuple[Arc, bool]]] = [_arcs(ring, junctions) for ring in self._opened]
        """Per ring its arcs in order, each with whether it is walked backwards."""

    def simplified(
        self, detail: float, finer: Collection[Arc] = frozenset(), finely: float = 0
    ) -> list[list[Point]]:
        """Every ring (not closed) without what is smaller than `detail`, a length; arcs of `finer` without
        what is smaller than `finely`."""
        done: dict[Arc, Arc] = {}
        result: list[list[Point]] = []
        for ring in self.rings:
            points: list[Point] = []
            for arc, backwards in ring:
                if arc not in done:
                    done[arc] = simplify(arc, finely if arc in finer else detail)
                points.extend(done[arc][:0:-1] if backwards else done[arc][:-1])
            result.append(points)
        return result


def dissolve(rings: Iterable[Sequence[Point]]) -> list[list[Point]]:
    """The rings (not closed) around everything that `rings` enclose: an edge that two of them share is gone.

    For an area drawn in parts, and for a hole that another part fills. Edges are shared where both ends are
    equal, as in Coverage.
    """
    beside: dict[Point, list[Point]] = {}
    for ring in map(_opened, rings):
        for at, point in enumerate(ring):
            before = ring[at - 1]
            if before in beside.get(point, ()):
                beside[point].remove(before)
                beside[before].remove(point)
            else:
                beside.setdefault(point, []).append(before)
                beside.setdefault(before, []).append(point)
    found: list[list[Point]] = []
    for start in beside:
        while beside[start]:  # every point has an even number of edges, so a walk ends where it began
            ring, at = [start], _walk_on(beside, start)
            while at != start:
                ring.append(at)
                at = _walk_on(beside, at)
            found.append(ring)
    return found


def simplify(arc: Arc, detail: float) -> Arc:
    """The arc without its least important points: each removal takes the point whose triangle with its two
    neighbours is smallest, until all triangles are at least `detail` squared (Visvalingam and Whyatt, 1993,
    "Line generalisation by repeated elimination of points"). Ends stay; a closed arc keeps a triangle.
    """
    least = 4 if arc[0] == arc[-1] else 2
    count = len(arc)
    before, after = list(range(-1, count - 1)), list(range(1, count + 1))
    alive = [True] * count
    areas = [math.inf] * count

    def weigh(at: int) -> float:
        return triangle(arc[before[at]], arc[at], arc[after[at]])

    heap: list[tuple[float, int]] = []
    for at in range(1, count - 1):
        areas[at] = weigh(at)
        heap.append((areas[at], at))
    heapq.heapify(heap)
    kept = count
    while heap and kept > least:
        area, at = heapq.heappop(heap)
        if not alive[at] or area != areas[at]:
            continue
        if area >= detail * detail:
            break
        alive[at] = False
        kept -= 1
        left, right = before[at], after[at]
        after[left], before[right] = right, left
        for neighbour in (left, right):
            if 0 < neighbour < count - 1:
                # Never lighter than what was just taken out, or a long smooth bend would melt away whole.
                areas[neighbour] = max(area, weigh(neighbour))
                heapq.heappush(heap, (areas[neighbour], neighbour))
    return tuple(point for point, stays in zip(arc, alive, strict=True) if stays)


def triangle(a: Point, b: Point, c: Point) -> float:
    """The area of the triangle a, b, c."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def area_of(ring: Sequence[Point]) -> float:
    """The area inside a ring, whichever way round it goes."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], *ring[:1]], strict=True))) / 2


def _opened(ring: Sequence[Point]) -> list[Point]:
    points: list[Point] = []
    for point in ring:
        if not points or point != points[-1]:
            points.append(point)
    while len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return points if len(points) > 2 else []


def _walk_on(beside: dict[Point, list[Point]], at: Point) -> Point:
    onward = beside[at].pop()
    beside[onward].remove(at)
    return onward


def _junctions(rings: Iterable[Sequence[Point]]) -> set[Point]:
    """Points that have other neighbours in one ring than in another, or in one ring twice."""
    seen: dict[Point, frozenset[Point]] = {}
    junctions: set[Point] = set()
    for ring in rings:
        for at, point in enumerate(ring):
            neighbours = frozenset((ring[at - 1], ring[(at + 1) % len(ring)]))
            if seen.setdefault(point, neighbours) != neighbours:
                junctions.add(point)
    return junctions


def _arcs(ring: Sequence[Point], junctions: set[Point]) -> list[tuple[Arc, bool]]:
    if not ring:
        return []
    cuts = [at for at, point in enumerate(ring) if point in junctions]
    if not cuts:  # nobody else's border: begin at a point that doesn't depend on where the file began
        start = ring.index(min(ring))
        return [_one_way((*ring[start:], *ring[: start + 1]))]
    turned = [*ring[cuts[0] :], *ring[: cuts[0] + 1]]
    ends = [at for at, point in enumerate(turned) if point in junctions]
    return [_one_way(tuple(turned[a : b + 1])) for a, b in pairwise(ends)]


def _one_way(arc: Arc) -> tuple[Arc, bool]:
    """The arc in the direction that both of its sides agree on, and whether that is backwards."""
    back = arc[::-1]
    return (arc, False) if arc <= back else (back, True)
