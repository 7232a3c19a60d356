"""One match, for both sides: where it stands, how to reach each other, notes, and the agreement."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.actor import Actor
from app.kernel.forms import errors_beside
from app.kernel.i18n import _
from app.kernel.permissions import Permission
from app.kernel.refusals import NotAllowed, Refused
from app.kernel.text import clean
from app.kernel.web.access import Needs
from app.kernel.web.answers import page, see_other
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.matching.forms import AgreementForm
from app.matching.pages import shared
from app.matching.queries.access import at_match
from app.matching.queries.cells import cell_of_pair
from app.matching.queries.matches import Seen, match, notes
from app.matching.rules.weights import Factor
from app.matching.service import answers as service

router = APIRouter()
Reader = Annotated[Actor, Depends(Needs(Permission.READ_MATCHES, at=at_match))]
Editor = Annotated[Actor, Depends(Needs(Permission.ANSWER_MATCH, at=at_match))]


@router.get("/matches/{match_id}")
async def one_match(request: Request, match_id: UUID, actor: Reader, db: Reading) -> Response:
    return await _show(request, db, actor, match_id, {}, {})


@router.post("/matches/{match_id}/interest")
async def interested(request: Request, match_id: UUID, actor: Editor, db: Writing) -> Response:
    try:
        await service.say_yes(db, actor, match_id, await _side(db, actor, match_id))
    except Refused as problem:
        return await _refused(request, db, actor, match_id, {}, problem)
    return see_other(request, f"/matches/{match_id}", flash=_("You said yes. The other side is told."))


@router.post("/matches/{match_id}/refusal")
async def not_for_us(request: Request, match_id: UUID, actor: Editor, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        code, text = str(typed.get("reason_code") or ""), clean(str(typed.get("reason") or ""))
        await service.decline(db, actor, match_id, await _side(db, actor, match_id), code, text)
    except Refused as problem:
        return await _refused(request, db, actor, match_id, typed, problem)
    return see_other(
        request, f"/matches/{match_id}", flash=_("You said no. The other side reads your reason.")
    )


@router.post("/matches/{match_id}/notes")
async def write_note(request: Request, match_id: UUID, actor: Editor, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        text = clean(str(typed.get("text") or ""))
        await service.write_note(db, actor, match_id, await _side(db, actor, match_id), text)
    except Refused as problem:
        return await _refused(request, db, actor, match_id, typed, problem)
    return see_other(
        request, f"/matches/{match_id}", flash=_("Your note is sent, and both sides have it by mail.")
    )


@router.post("/matches/{match_id}/agreement")
async def agreed(request: Request, match_id: UUID, actor: Editor, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        people = AgreementForm.read(typed).whole_people
        await service.agree(db, actor, match_id, await _side(db, actor, match_id), people)
    except Refused as problem:
        return await _refused(request, db, actor, match_id, typed, problem)
    return see_other(
        request,
        f"/matches/{match_id}",
        flash=_("Written down. It is agreed once both sides say the same number."),
    )


async def _side(db: AsyncSession, actor: Actor, match_id: UUID) -> UUID:
    """The side that this person speaks for. Raises NotAllowed."""
    side = (await match(db, match_id)).side_of(actor)
    if side is None or not shared.may_answer(actor, side):
        raise NotAllowed
    return side


async def _refused(
    request: Request, db: AsyncSession, actor: Actor, match_id: UUID, typed: Given, problem: Refused
) -> Response:
    """The match as it stands now, with what is to be mended, or with what somebody else did meanwhile."""
    if problem.status not in {409, 422}:
        raise problem
    await db.rollback()
    return await _show(request, db, actor, match_id, typed, errors_beside(problem), problem.status)


async def _show(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    match_id: UUID,
    typed: Given,
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    seen = await match(db, match_id)
    side = seen.side_of(actor)
    need = await cell_of_pair(db, seen.area_id, seen.service_id, seen.group_id)
    ours = seen.own_of(side)
    mends = (
        shared.correction(seen.reason, ours.slug, need.id if need else None) if seen.reason and ours else None
    )
    return page(
        request,
        "matching/match.html",
        status=status,
        match=seen,
        title=shared.title(seen.service, seen.group, seen.area),
        need=need,
        ours=ours,
        theirs=seen.other_of(side) if side else None,
        is_partner=side == seen.partner_id,
        may_answer=side is not None and shared.may_answer(actor, side),
        points=_points(seen),
        notes=await notes(db, match_id) if seen.contact_open else [],
        reasons=shared.reasons(),
        mends=mends if ours and ours.says == "no" else None,
        typed=typed or {"people": seen.people or ""},
        errors=errors,
    )


def _points(seen: Seen) -> list[tuple[str, int]]:
    """What each factor gave when the match began."""
    return [(factor.label, int(seen.points[factor])) for factor in Factor if factor in seen.points]
