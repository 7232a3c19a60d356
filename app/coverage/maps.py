"""The map of who is left out, for the list and for the first page."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage import words
from app.coverage.queries.left_out import Part
from app.kernel.i18n import _, percent
from app.places import maps
from app.places.rules.classes import class_of

LIMITS = (20, 40, 60, 80)
"""Where the classes begin, in percent of a need that is left out as far as is known: kept over time, so that maps
compare."""


_NUMBER = re.compile(r"-?\d+")


@dataclass(frozen=True, slots=True)
class MapShown:
    """What the macro map_figure takes."""

    shapes: Sequence[maps.Shape]
    box: maps.Rectangle
    labels: Sequence[tuple[int, int, str]]
    classes: Sequence[tuple[str, str]]
    linked: bool
    nowhere: Sequence[str]
    insets: Sequence[maps.Rectangle]


async def map_of(
    db: AsyncSession, area_id: UUID, parts: Sequence[Part], href: Callable[[maps.Placed], str | None]
) -> MapShown | None:
    """The areas right below one by the share of their need that is left out; None without outlines. Two statements.

    An area of which nothing is known but that somebody is there has no figure.
    """
    drawn = await maps.areas_for_map(db, area_id)
    if drawn is None:
        return None
    figures = {part.id: _figure(part) for part in parts if part.people}
    used = {step for step, _words in figures.values()}
    classes = [row for row in words.steps(LIMITS) if int(row[0][1:]) in used]
    if 0 in used:
        classes.append(("m0", _("Not known")))
    elif len(figures) < len(drawn.areas):
        classes.append(("m0", _("No figures published")))
    shapes = drawn.shapes(figures, _("No figures published"), href)
    box = _around(drawn, figures)
    return MapShown(
        shapes, box, _labels(drawn, figures, box[2]), classes, drawn.linked, drawn.nowhere, drawn.insets
    )


def _around(drawn: maps.Map, figures: Mapping[UUID, object]) -> maps.Rectangle:
    """The whole drawing; or, where less than half of it has figures, those areas with some of their neighbours."""
    boxes = [bounds(placed.path) for placed in drawn.areas if placed.id in figures]
    if not boxes or 2 * len(boxes) >= len(drawn.areas) or drawn.insets:
        return drawn.box
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    margin = max(right - left, bottom - top) // 5
    left, top = max(0, left - margin), max(0, top - margin)
    return left, top, min(drawn.width, right + margin) - left, min(drawn.height, bottom + margin) - top


def bounds(path: str) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a path of rings in relative steps, as places draws them ("M4 5l3-2 1 7z")."""
    xs: list[int] = []
    ys: list[int] = []
    for ring in path.split("z"):
        numbers = [int(found) for found in _NUMBER.findall(ring)]
        x = y = 0
        for step_x, step_y in zip(numbers[::2], numbers[1::2], strict=False):
            x, y = x + step_x, y + step_y
            xs.append(x)
            ys.append(y)
    return (min(xs), min(ys), max(xs), max(ys)) if xs else (0, 0, 0, 0)


def _figure(part: Part) -> tuple[int, str]:
    if not part.says_something:
        return 0, _("somebody is there, how many people they reach isn't known")
    said = _("%(share)s left out") if not part.unknown else _("at least %(share)s left out")
    return class_of(part.left, part.people, LIMITS), said % {"share": percent(part.share)}


def _labels(drawn: maps.Map, figures: Mapping[UUID, object], width: int) -> list[tuple[int, int, str]]:
    """Names of areas that have a figure, if few have; else of those with most room."""
    if len(figures) > maps.MOST_LABELS:
        return drawn.labels()
    known = {placed.name for placed in drawn.areas if placed.id in figures}
    height = 14 * width / 320
    return [(a.x, a.y + round(height / 3), a.name) for a in drawn.areas if a.name in known]
