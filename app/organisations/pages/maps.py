"""Partners on a map: where those that are looked for work, and where one does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.i18n import _, ngettext, number
from app.kernel.web.access import Visitor
from app.kernel.web.answers import page
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading
from app.organisations.pages.searching import Asked, asked_in
from app.organisations.queries import register as queries
from app.organisations.queries.regions import frame_of
from app.organisations.queries.registration import Place
from app.places import maps
from app.places import queries as places
from app.places.queries import Listed

router = APIRouter()
MOST_AREAS = 200
_LARGEST_DOT, _SMALLEST_DOT = 30, 5


@dataclass(frozen=True, slots=True)
class Dot:
    """How many partners an area has, and where they are listed."""

    area_id: UUID
    area: str
    number: int
    href: str | None


@router.get("/organisations/map")
async def on_a_map(request: Request, actor: Visitor, db: Reading) -> Response:
    """Where the partners that are looked for work: a dot an area, as large as they are many, and the same as a table."""
    country = web(request).settings.country
    asked = await asked_in(request, db, country)
    words = await queries.understand(db, asked.q)
    within = asked.regions[0].id if len(asked.regions) == 1 else await places.area_by_code(db, country)
    below: Sequence[Listed] = (await places.children(db, within, size=MOST_AREAS)).rows if within else ()
    numbers = await queries.by_area(db, asked.looked_for, words, [area.id for area in below])
    dots = _dots(asked, below, numbers)
    drawn = await maps.areas_for_map(db, within) if within else None
    return page(
        request,
        "organisations/map.html",
        asked=asked,
        title=asked.title((await queries.count(db, asked.looked_for, words, country)).total),
        rows=dots,
        drawn=_drawn(drawn, {dot.area_id: dot for dot in dots}) if drawn else None,
    )


def _dots(asked: Asked, areas: Sequence[Listed], numbers: Mapping[UUID, int]) -> list[Dot]:
    """The areas with their partners, most first; each leads to the list of it instead of the wider area."""
    wider = ("area", asked.regions[0].code) if len(asked.regions) == 1 else None
    dots = [
        Dot(area.id, area.name, numbers.get(area.id, 0), asked.href("list", besides=wider, area=area.code))
        for area in areas
    ]
    return sorted(dots, key=lambda dot: (-dot.number, dot.area))


async def map_of(db: AsyncSession, areas: Sequence[Place], country: str) -> dict[str, Any] | None:
    """A dot in each area of the map that a partner works in: of a region, if all its areas lie in one, else of the
    country.
    """
    if not areas:
        return None
    framed = await frame_of(db, [area.id for area in areas], country)
    drawn = await maps.areas_for_map(db, framed.parent_id) if framed else None
    if framed is None or drawn is None:
        return None
    return _drawn(drawn, {i: Dot(i, "", 1, None) for i in framed.parts}, one_size=True)


def _drawn(drawn: maps.Map, dots: Mapping[UUID, Dot], *, one_size: bool = False) -> dict[str, Any]:
    """A map whose areas are all alike, with a dot in each that has partners; its surface says how many."""
    most = max((dot.number for dot in dots.values()), default=0)
    circles: list[tuple[int, int, int, str, str | None]] = []
    for placed in drawn.areas:
        dot = dots.get(placed.id)
        if dot is None or dot.number == 0:
            continue
        radius = 9 if one_size else max(_SMALLEST_DOT, round(_LARGEST_DOT * sqrt(dot.number / most)))
        figure = ngettext("%(number)s partner", "%(number)s partners", dot.number) % {
            "number": number(dot.number)
        }
        label = (
            placed.name if one_size else _("%(name)s: %(figure)s") % {"name": placed.name, "figure": figure}
        )
        circles.append((placed.x, placed.y, radius, label, dot.href))
    shapes = [(placed.path, 1, placed.name, "", None) for placed in drawn.areas]
    return {
        "shapes": shapes,
        "box": drawn.box,
        "dots": circles,
        "nowhere": list(drawn.nowhere),
        "insets": drawn.insets,
    }
