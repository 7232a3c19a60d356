"""How a set of outlines is laid on the page: the projection, and islands far away brought near."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.places.rules.topology import Point

NEAR = 0.5
"""What is farther from the main land than half its length is drawn in a box of its own beneath it."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: degrees before it is drawn, units of the drawing after."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def around(self, other: "Box") -> "Box":
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def gap(self, other: "Box") -> float:
        across = max(other.left - self.right, self.left - other.right, 0)
        along = max(other.top - self.bottom, self.top - other.bottom, 0)
        return max(across, along)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where everything goes on paper of `width` x `height` units. `moves[i]` shifts what was projected of
    ring i; `insets` are the boxes of far-away parts, to be drawn with a line around them."""

    width: int
    height: int
    moves: Sequence[Point]
    insets: Sequence[Box]


def box_of(points: Iterable[Point]) -> Box:
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def unwrapped(rings: Sequence[Sequence[Point]]) -> list[list[Point]]:
    """The same rings (longitude, latitude) in one piece where a country lies on both sides of 180 degrees."""
    longitudes = [lon for ring in rings for lon, _ in ring]
    eastward = [lon + 360 if lon < 0 else lon for lon in longitudes]
    across = max(eastward) - min(eastward) < max(longitudes) - min(longitudes)
    return [[(lon + 360 if across and lon < 0 else lon, lat) for lon, lat in ring] for ring in rings]


def flat(rings: Sequence[Sequence[Point]]) -> list[list[Point]]:
    """Degrees to a plane with south down, one unit a degree of latitude: x = lon cos(middle latitude),
    y = -lat (equirectangular: true along the middle of what is drawn, good enough for one country)."""
    latitudes = [lat for ring in rings for _, lat in ring]
    squeeze = math.cos(math.radians((min(latitudes) + max(latitudes)) / 2))
    return [[(lon * squeeze, -lat) for lon, lat in ring] for ring in rings]


def lay_out(
    boxes: Sequence[Box], owners: Sequence[str], width: int, tallest: int, margin: int
) -> tuple[float, Frame]:
    """The scale (units a degree) and the frame for rings with these boxes; `owners` says whose ring it is."""
    groups = _together(boxes, owners)
    bounds = [_bounds(boxes, group) for group in groups]
    main = bounds[0]
    across, down = width - 2 * margin, tallest - 2 * margin
    scale = min(across / (main.width or 1), down / (main.height or 1))
    moves: list[Point] = [(0.0, 0.0)] * len(boxes)

    def place(group: Sequence[int], bound: Box, x: float, y: float) -> None:
        for ring in group:
            moves[ring] = (x - bound.left * scale, y - bound.top * scale)

    place(groups[0], main, margin + (across - main.width * scale) / 2, margin)
    y = 2 * margin + main.height * scale
    x, row, insets = float(margin), 0.0, list[Box]()
    for group, bound in zip(groups[1:], bounds[1:], strict=True):
        wide, high = bound.width * scale + 4 * margin, bound.height * scale + 4 * margin
        if x > margin and x + wide > width - margin:
            x, y, row = float(margin), y + row + margin, 0.0
        place(group, bound, x + 2 * margin, y + 2 * margin)
        insets.append(Box(round(x), round(y), round(x + wide), round(y + high)))
        x, row = x + wide + margin, max(row, high)
    height = y + (row + margin if insets else 0)
    return scale, Frame(width, math.ceil(height), moves, insets)


def _together(boxes: Sequence[Box], owners: Sequence[str]) -> list[list[int]]:
    """Rings by the piece of land they belong to, the main one first, the others from west to east.

    One group where most areas lie away from the largest land: then it is islands all over.
    """
    left = sorted(range(len(boxes)), key=lambda ring: (-boxes[ring].width * boxes[ring].height, ring))
    groups: list[list[int]] = []
    while left:
        group = [left.pop(0)]
        bound = boxes[group[0]]
        while near := [i for i in left if bound.gap(boxes[i]) <= NEAR * max(bound.width, bound.height)]:
            group += near
            left = [i for i in left if i not in set(near)]
            bound = _bounds(boxes, group)
        groups.append(group)
    everybody = len(set(owners))
    if len({owners[i] for i in groups[0]}) * 2 < everybody:
        return [list(range(len(boxes)))]
    largest = _bounds(boxes, groups[0])
    if any(
        max(b.width, b.height) > max(largest.width, largest.height)
        for b in (_bounds(boxes, g) for g in groups)
    ):
        return [list(range(len(boxes)))]
    return [groups[0], *sorted(groups[1:], key=lambda group: _bounds(boxes, group).left)]


def _bounds(boxes: Sequence[Box], group: Sequence[int]) -> Box:
    bound = boxes[group[0]]
    for ring in group[1:]:
        bound = bound.around(boxes[ring])
    return bound
