"""The working languages of places, written down by planners: who doesn't speak any of them isn't sent there."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.actor import Actor
from app.kernel.forms import errors_beside, several
from app.kernel.i18n import _
from app.kernel.ids import read_id
from app.kernel.permissions import Permission
from app.kernel.refusals import Refused
from app.kernel.web.access import Needs
from app.kernel.web.answers import page, see_other
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.matching.queries.languages import spoken_in
from app.matching.service.languages import set_languages
from app.organisations.queries.registration import languages_offered
from app.places import queries as places

router = APIRouter()
Planner = Annotated[Actor, Depends(Needs(Permission.STATE_LANGUAGES))]


@router.get("/matching/languages")
async def languages(request: Request, actor: Planner, db: Reading) -> Response:
    return await _show(request, db, {}, {})


@router.post("/matching/languages")
async def write_down(request: Request, actor: Planner, db: Writing) -> Response:
    typed = await typed_in(request)
    if typed.get("find"):
        return await _show(request, db, typed, {})
    try:
        chosen = [i for text in several(typed, "languages") if (i := read_id(text))]
        name = await set_languages(db, actor, read_id(str(typed.get("place_id") or "")), chosen)
    except Refused as problem:
        await db.rollback()
        return await _show(request, db, typed, errors_beside(problem))
    return see_other(request, "/matching/languages", flash=_("Written down for %(area)s.") % {"area": name})


async def _show(request: Request, db: AsyncSession, typed: Given, errors: dict[str, str]) -> Response:
    country = web(request).settings.country
    chosen = several(typed, "languages")
    found = (
        await places.search(db, str(typed.get("place") or "")[:100], country=country)
        if typed.get("place")
        else []
    )
    return page(
        request,
        "matching/languages.html",
        status=422 if errors else 200,
        rows=await spoken_in(db),
        families=await languages_offered(db, {i for text in chosen if (i := read_id(text))}),
        candidates=[(place.id, place.name, place.where) for place in found],
        typed=typed | {"languages": chosen},
        errors=errors,
    )
