"""Places: finding one by its name inside other pages' forms, and the page of each."""

import re
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.i18n import _, listed, url
from app.kernel.web.access import Visitor
from app.kernel.web.answers import page
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading
from app.places import maps, queries

router = APIRouter()
_FIELD = re.compile(r"^[a-z][a-z0-9_]{0,30}$")
PLAIN, HERE = 1, 4
"""Classes of a map without figures: an area, and the one that the page is about."""


@router.get("/areas/suggestions")
async def suggestions(request: Request, actor: Visitor, db: Reading, field: str = "area") -> Response:
    """Candidates for what stands in the field that asks; the field's name says which parameter it is."""
    name = field if _FIELD.match(field) else "area"
    typed = request.query_params.get(name, "")[:100]
    found = await queries.search(db, typed, country=web(request).settings.country)
    candidates = [(place.id, place.name, place.where) for place in found]
    return page(request, "places/suggestions.html", field=name, candidates=candidates, typed=typed)


@router.get("/areas")
async def find(request: Request, actor: Visitor, db: Reading, q: str = "") -> Response:
    """Look a place up by name or code; without one, the country of this installation."""
    home = web(request).settings.country
    found = await queries.search(db, q[:100], country=home, limit=20)
    return page(request, "places/areas.html", typed={"q": q[:100]}, found=found, home=home)


@router.get("/areas/{code}")
async def area(
    request: Request, code: str, actor: Visitor, db: Reading, after: str | None = None
) -> Response:
    seen = await queries.shown(db, code)
    below = await queries.children(db, seen.area.id, after=after) if seen.parts else None
    return page(
        request, "places/area.html", seen=seen, area=seen.area, below=below, first=after is None,
        other_names=sorted({name for name in seen.area.names.values() if name != seen.area.name}),
        way=[(url("/areas"), _("Places")), *((url(f"/areas/{above.code}"), above.name) for above in seen.above)],
        iso=seen.area.codes.get("iso_3166_2") or seen.area.codes.get("iso3"), map=await _map(db, seen),
    )  # fmt: skip


async def _map(db: AsyncSession, seen: queries.Shown) -> dict[str, Any] | None:
    """What lies in the area; else the map on which it lies itself, or what it lies in, lit."""
    path = [*seen.above, seen.area]
    for at in range(len(path) - 1, -1, -1):
        drawn = await maps.areas_for_map(db, path[at].id) if at < len(path) - 1 or seen.parts else None
        if drawn:
            lit = path[at + 1] if at < len(path) - 1 else None
            return _shown(drawn, path[at], lit, seen.area)
    return None


def _shown(
    drawn: maps.Map, around: queries.Listed, lit: queries.Listed | None, area: queries.Listed
) -> dict[str, Any]:
    figures = {placed.id: (PLAIN, placed.code) for placed in drawn.areas}
    on_it = lit is not None and lit.id in figures
    if lit is not None and on_it:
        figures[lit.id] = (HERE, _("here"))
    return {
        "shapes": drawn.shapes(figures, "", lambda placed: url(f"/areas/{placed.code}")),
        "box": drawn.box,
        "title": _("Map of %(name)s") % {"name": around.name},
        "linked": drawn.linked,
        "labels": drawn.labels(),
        "insets": drawn.insets,
        "caption": _caption(drawn, around, lit if on_it else None, area),
    }


def _caption(
    drawn: maps.Map, around: queries.Listed, lit: queries.Listed | None, area: queries.Listed
) -> str:
    if around.id == area.id:
        return (
            _("No outline is known of %(names)s.") % {"names": listed(list(drawn.nowhere))}
            if drawn.nowhere
            else ""
        )
    if lit is None:
        return _("No outline is known of %(name)s. This is the map of %(around)s.") % {
            "name": area.name,
            "around": around.name,
        }
    if lit.id == area.id:
        return _("Where %(name)s lies in %(around)s.") % {"name": area.name, "around": around.name}
    names = {"name": area.name, "in": lit.name, "around": around.name}
    return _("%(name)s lies in %(in)s. This is where that lies in %(around)s.") % names
