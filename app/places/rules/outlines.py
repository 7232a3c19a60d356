"""Outlines of areas as one drawing: simplified together, so that neighbours keep one edge, and as short text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.places.rules.frame import Box, box_of, flat, lay_out, unwrapped
from app.places.rules.labels import pole
from app.places.rules.topology import Arc, Coverage, Point, area_of

WIDTH = 640
TALLEST = 800
MARGIN = 4
DETAIL = 2.4
"""Units of the drawing: 0.045 degree where Afghanistan is 640 wide."""
FINER = 0.5
"""Detail of the edges of an area that would vanish otherwise."""

Rings = Sequence[Sequence[Sequence[float]]]
"""Rings of longitude and latitude, as in GeoJSON, outer ones and holes alike."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One area: `path` for the `d` of an SVG path with `fill-rule="evenodd"`, and the point where its name
    stands with the room it has (distance to the nearest edge), all in units of the drawing."""

    path: str
    x: int
    y: int
    room: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A set of areas for `viewBox="0 0 width height"`. `vanished` are those too small to be seen at this
    width: they are named in the caption. `insets` are boxes around parts that lie far away."""

    width: int
    height: int
    areas: Mapping[str, Drawn]
    vanished: Sequence[str]
    insets: Sequence[Box]


def draw(outlines: Mapping[str, Rings], *, width: int = WIDTH, detail: float = DETAIL) -> Drawing:
    """All areas of a set, by code, drawn together. The same outlines always give the same text.

    An area without rings is left out. Raises nothing on odd shapes; a set without any ring is an empty
    drawing of no height.
    """
    owners = [code for code, rings in outlines.items() for ring in rings if len(ring) > 2]
    degrees = [
        [_rounded(point) for point in ring] for rings in outlines.values() for ring in rings if len(ring) > 2
    ]
    if not degrees:
        return Drawing(width, 0, {}, tuple(outlines), ())
    plane = flat(unwrapped(degrees))
    scale, frame = lay_out([box_of(ring) for ring in plane], owners, width, TALLEST, MARGIN)
    scaled = [[(x * scale, y * scale) for x, y in ring] for ring in plane]

    shapes = _shapes(Coverage(scaled), owners, frame.moves, detail)
    areas = {code: _drawn(shapes[code]) for code in outlines if shapes.get(code)}
    vanished = tuple(code for code in outlines if code not in areas)
    return Drawing(frame.width, frame.height, areas, vanished, tuple(frame.insets))


def path(rings: Sequence[Sequence[tuple[int, int]]]) -> str:
    """Whole-number rings as SVG path text: relative steps, and no blank where a minus already divides."""
    text: list[str] = []
    for ring in rings:
        x, y = ring[0]
        text.append(f"M{x} {y}l")
        steps: list[str] = []
        for to_x, to_y in ring[1:]:
            steps += (str(to_x - x), str(to_y - y))
            x, y = to_x, to_y
        text.append(steps[0] + "".join(step if step[0] == "-" else f" {step}" for step in steps[1:]) + "z")
    return "".join(text)


def _rounded(point: Sequence[float]) -> Point:
    """To a millionth of a degree, about 0.1 m: points that differ by less are one point of a border."""
    return round(point[0], 6), round(point[1], 6)


def _shapes(
    coverage: Coverage, owners: Sequence[str], moves: Sequence[Point], detail: float
) -> dict[str, list[list[tuple[int, int]]]]:
    """Code -> rings in whole units. An area that vanishes at `detail` gets finer edges, and its
    neighbours the same ones."""
    finer: set[Arc] = set()
    shapes: dict[str, list[list[tuple[int, int]]]] = {}
    for _ in range(2):
        rings = coverage.simplified(detail, finer, min(FINER, detail))
        shapes = {code: [] for code in owners}
        for code, ring, (dx, dy) in zip(owners, rings, moves, strict=True):
            whole = _whole(ring, dx, dy)
            if len(whole) > 2 and area_of(whole) > 0:
                shapes[code].append(whole)
        lost = {code for code, kept in shapes.items() if not kept}
        if not lost:
            break
        finer = {
            arc for code, ring in zip(owners, coverage.rings, strict=True) if code in lost for arc, _ in ring
        }
    return {code: _worth_drawing(kept, detail * detail) for code, kept in shapes.items()}


def _whole(ring: Sequence[Point], dx: float, dy: float) -> list[tuple[int, int]]:
    points: list[tuple[int, int]] = []
    for x, y in ring:
        point = (round(x + dx), round(y + dy))
        if not points or point != points[-1]:
            points.append(point)
    while len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return points


def _worth_drawing(rings: list[list[tuple[int, int]]], least: float) -> list[list[tuple[int, int]]]:
    """The largest ring first, then those that are more than a speck."""
    ordered = sorted(rings, key=lambda ring: -area_of(ring))
    return ordered[:1] + [ring for ring in ordered[1:] if area_of(ring) >= least]


def _drawn(rings: list[list[tuple[int, int]]]) -> Drawn:
    (x, y), room = pole(rings)
    return Drawn(path(rings), round(x), round(y), max(0, round(room)))
