"""The needs suggested to an organisation, its near misses, and its answers to them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.actor import Actor
from app.kernel.forms import errors_beside
from app.kernel.i18n import _
from app.kernel.permissions import Permission
from app.kernel.refusals import Refused
from app.kernel.text import clean
from app.kernel.web.access import Needs, Someone
from app.kernel.web.answers import page, see_other
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.matching.pages import shared
from app.matching.queries.answered import answered
from app.matching.queries.complementary import complementary
from app.matching.queries.near import near
from app.matching.queries.suggestions import suggestions
from app.matching.service import answers as service
from app.organisations.queries.access import at_organisation, id_of

router = APIRouter()
Reader = Annotated[Actor, Depends(Needs(Permission.READ_MATCHES, at=at_organisation))]
Editor = Annotated[Actor, Depends(Needs(Permission.ANSWER_MATCH, at=at_organisation))]
PART = 4
"""So many suggestions are explained on one page: each fills a phone."""


@router.get("/my/matches")
async def my_matches(request: Request, actor: Someone) -> Response:
    """On to the matches of one's organisation, or a choice between several."""
    if len(actor.memberships) == 1:
        return see_other(request, f"/organisations/{actor.memberships[0].slug}/matches")
    return page(request, "matching/which.html", memberships=actor.memberships)


@router.get("/organisations/{slug}/matches")
async def matches(request: Request, slug: str, actor: Reader, db: Reading, after: str = "") -> Response:
    return await _show(request, db, actor, slug, {}, {}, after)


@router.get("/organisations/{slug}/matches/near")
async def near_misses(request: Request, slug: str, actor: Reader, db: Reading) -> Response:
    found = await near(db, _organisation(request))
    return page(
        request,
        "matching/near.html",
        fragment="near",
        slug=slug,
        misses=[(row, shared.title_of(row.cell), shared.mends_at(row.missing, slug)) for row in found.rows],
        in_time=found.in_time,
        partners=[
            (other, [shared.title_of(cell) for cell, _ in other.needs])
            for other in await complementary(db, found)
        ],
        name=found.profile.name,
    )


@router.post("/organisations/{slug}/matches/{cell_id}/interest")
async def interested(request: Request, slug: str, cell_id: UUID, actor: Editor, db: Writing) -> Response:
    match_id = await service.say_yes_to_need(db, actor, await id_of(db, slug), cell_id)
    return see_other(
        request, f"/matches/{match_id}", flash=_("You said yes. We told the other side, if there is one.")
    )


@router.post("/organisations/{slug}/matches/{cell_id}/refusal")
async def not_for_us(request: Request, slug: str, cell_id: UUID, actor: Editor, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        code, text = str(typed.get("reason_code") or ""), clean(str(typed.get("reason") or ""))
        match_id = await service.decline_need(db, actor, await id_of(db, slug), cell_id, code, text)
    except Refused as problem:
        if problem.status != 422:
            raise
        await db.rollback()
        errors = {f"{field}-{cell_id}": said for field, said in errors_beside(problem).items()}
        return await _show(
            request, db, actor, slug, {f"{name}-{cell_id}": value for name, value in typed.items()}, errors
        )
    return see_other(
        request, f"/matches/{match_id}", flash=_("You said no. It is hidden from your list for 180 days.")
    )


async def _show(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    slug: str,
    typed: Given,
    errors: dict[str, str],
    after: str = "",
) -> Response:
    organisation_id = _organisation(request)
    list_ = await suggestions(db, organisation_id)
    order = [str(row.cell.id) for row in list_.rows]
    wrong = next((at for at, cell in enumerate(order) if any(cell in field for field in errors)), None)
    first = wrong if wrong is not None else order.index(after) + 1 if after in order else 0
    last = first + PART
    return page(
        request,
        "matching/list.html",
        status=422 if errors else 200,
        slug=slug,
        list=list_,
        rows=[(row, shared.title_of(row.cell)) for row in list_.rows[first:last]],
        first=first,
        after=order[last - 1] if last < len(order) else None,
        waiting=[(row, shared.title(row.service, row.group, row.area)) for row in list_.standings.waiting],
        under_way=[
            (row, shared.title(row.service, row.group, row.area)) for row in list_.standings.under_way
        ],
        answered=[
            (row, shared.title(row.service, row.group, row.area))
            for row in await answered(db, organisation_id)
        ],
        may_answer=shared.may_answer(actor, organisation_id),
        reasons=shared.reasons(),
        typed=typed,
        errors=errors,
    )


def _organisation(request: Request) -> UUID:
    """The organisation of the path, as the permission found it."""
    return request.state.scope.organisation_id
