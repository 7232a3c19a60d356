"""Stating a need: who may, and the form."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Actor
from app.kernel.forms import Mistakes, errors_beside
from app.kernel.i18n import _
from app.kernel.ids import read_id
from app.kernel.permissions import TABLE, Permission
from app.kernel.refusals import NotFound, Refused
from app.kernel.web.access import Needs, Someone
from app.kernel.web.answers import page, see_other
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.needs.forms import NeedForm
from app.needs.rules.severity import NAMES
from app.needs.service import stating
from app.organisations.queries.access import at_organisation, id_of
from app.places import queries as places
from app.vocabulary.queries import entries as vocabulary

router = APIRouter()
Stater = Annotated[Actor, Depends(Needs(Permission.STATE_NEED, at=at_organisation))]


@router.get("/needs/new")
async def choose(request: Request, actor: Someone, db: Reading) -> Response:
    """For which of one's organisations. With one only, straight on to the form."""
    query = {name: request.query_params.get(name, "")[:80] for name in ("area", "service", "group")}
    able: list[tuple[str, str]] = []
    for membership in actor.memberships:
        if membership.role in TABLE[Permission.STATE_NEED].in_organisation and await _may(
            db, membership.organisation_id
        ):
            able.append((f"/organisations/{membership.slug}/needs/new", membership.name))
    if len(able) == 1:
        asked = "&".join(
            f"{name}={value}" for name, value in query.items() if value.replace("-", "").isalnum()
        )
        return see_other(request, f"{able[0][0]}?{asked}" if asked else able[0][0])
    return page(request, "needs/who_states.html", organisations=able, asked=query)


@router.get("/organisations/{slug}/needs/new")
async def form(request: Request, slug: str, actor: Stater, db: Reading) -> Response:
    await stating.may_state(db, await id_of(db, slug))
    today = time.now().date()
    typed: Given = {"first": date(today.year, 1, 1).isoformat(), "last": date(today.year, 12, 31).isoformat()}
    typed |= {name: request.query_params.get(name, "")[:80] for name in ("service", "group")}
    area = request.query_params.get("area", "")[:20]
    found = await places.search(db, area, country=web(request).settings.country, limit=1) if area else []
    if found:
        typed |= {"area": found[0].name, "area_id": str(found[0].id)}
    return await _show(request, db, slug, typed, {})


@router.post("/organisations/{slug}/needs/new")
async def state(request: Request, slug: str, actor: Stater, db: Writing) -> Response:
    typed = await typed_in(request)
    organisation_id = await id_of(db, slug)
    if typed.get("find"):
        await db.rollback()
        return await _show(request, db, slug, typed, {})
    try:
        await stating.state_need(db, actor, organisation_id, NeedForm.read(typed).need())
    except NotFound:
        raise
    except (Mistakes, Refused) as problem:
        await db.rollback()
        errors = {"area" if name == "" else name: said for name, said in errors_beside(problem).items()}
        errors = {{"reference_to": "last"}.get(name, name): said for name, said in errors.items()}
        return await _show(request, db, slug, typed, errors)
    area = read_id(str(typed.get("area_id")))
    [where] = await places.areas_by_id(db, [area]) if area else [None]
    code = where.code if where else ""
    chosen = urlencode({name: str(typed.get(name) or "") for name in ("service", "group")})
    return see_other(
        request,
        f"/left-out/{code}?{chosen}",
        flash=_("Written down. Who is left out counts with your figure now."),
    )


async def _may(db: AsyncSession, organisation_id: Any) -> bool:
    try:
        await stating.may_state(db, organisation_id)
    except Refused:
        return False
    return True


async def _show(
    request: Request, db: AsyncSession, slug: str, typed: Given, errors: dict[str, str]
) -> Response:
    country = web(request).settings.country
    chosen = read_id(str(typed.get("area_id") or ""))
    found = await places.areas_by_id(db, [chosen]) if chosen and not typed.get("find") else []
    if not found and typed.get("area"):
        found = await places.search(db, str(typed["area"]), country=country, elsewhere=False)
    steps = [
        (str(step), _("%(step)s: %(name)s") % {"step": step, "name": _(name)}) for step, name in NAMES.items()
    ]
    return page(
        request,
        "needs/state.html",
        status=422 if errors else 200,
        slug=slug,
        typed=typed,
        errors=errors,
        candidates=[(str(place.id), place.name, place.where) for place in found],
        services=vocabulary.options(await vocabulary.offered(db, "service")),
        groups=vocabulary.options(await vocabulary.offered(db, "group")),
        severities=[("unknown", _("We can't say")), *steps],
    )
