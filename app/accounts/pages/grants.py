"""Who holds which role over which area: given and taken back by an operator, with the reason."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries, service
from app.accounts.forms import EndForm, GrantForm
from app.kernel.actor import OVER_AREA, Actor, Role
from app.kernel.forms import errors_beside
from app.kernel.i18n import _
from app.kernel.ids import read_id
from app.kernel.permissions import Permission
from app.kernel.refusals import Refused
from app.kernel.web.access import Needs
from app.kernel.web.answers import page, see_other
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.places import queries as places

router = APIRouter()
Operator = Annotated[Actor, Depends(Needs(Permission.GRANT_ROLE))]
OperatorThere = Annotated[Actor, Depends(Needs(Permission.GRANT_ROLE, at=queries.at_grant))]


@router.get("/grants")
async def grants(
    request: Request, actor: Operator, db: Reading, q: str = "", role: str = "", after: str | None = None
) -> Response:
    chosen = Role(role) if role in set(OVER_AREA) else None
    found = await queries.grants_within(db, actor, search=q.strip()[:100], role=chosen, after=after)
    typed = {"q": q[:100], "role": role}
    return page(
        request,
        "accounts/grants.html",
        fragment="results",
        found=found,
        typed=typed,
        roles=_roles(),
        first=after is None,
    )


@router.get("/grants/new")
async def grant_form(request: Request, actor: Operator, db: Reading) -> Response:
    return await _show(request, db, {}, {})


@router.post("/grants")
async def give_role(request: Request, actor: Operator, db: Writing) -> Response:
    typed = await typed_in(request)
    if "find" in typed:
        return await _show(request, db, typed, {})
    try:
        form = GrantForm.read(typed)
        area_id = read_id(str(typed.get("area_id") or ""))
        await service.give_role(db, actor, form.email, Role(form.role), area_id, form.reason)
    except Refused as problem:
        await db.rollback()
        return await _show(request, db, typed, errors_beside(problem))
    return see_other(
        request, "/grants", flash=_("Given. It works from their next page on, and we write to them.")
    )


@router.get("/grants/{grant_id}")
async def end_form(request: Request, grant_id: UUID, actor: OperatorThere, db: Reading) -> Response:
    grant = await queries.grant_in_force(db, grant_id)
    return page(request, "accounts/end_grant.html", grant=grant, typed={}, errors={})


@router.post("/grants/{grant_id}/end")
async def end_grant(request: Request, grant_id: UUID, actor: OperatorThere, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        await service.end_grant(db, actor, grant_id, EndForm.read(typed).reason)
    except Refused as problem:
        await db.rollback()
        grant = await queries.grant_in_force(db, grant_id)
        errors = errors_beside(problem)
        return page(
            request, "accounts/end_grant.html", status=problem.status, grant=grant, typed=typed, errors=errors
        )
    return see_other(
        request,
        "/grants",
        flash=_("Ended. They can't use the role from their next page on, and we write to them."),
    )


async def _show(request: Request, db: AsyncSession, typed: Given, errors: dict[str, str]) -> Response:
    chosen = read_id(str(typed.get("area_id") or ""))
    found = await places.search(db, str(typed.get("area") or ""), country=web(request).settings.country)
    if chosen and chosen not in {place.id for place in found}:
        found = await places.areas_by_id(db, [chosen])
    return page(
        request, "accounts/grant.html", status=422 if errors else 200, typed=typed, errors=errors, roles=_roles(),
        candidates=[(str(place.id), place.name, place.where) for place in found],
    )  # fmt: skip


def _roles() -> list[tuple[str, str]]:
    return [(role.value, role.label) for role in OVER_AREA]
