"""What a registrar decides after verification, two by two: suspend, restore, remove, join, tell apart; conditions.

And what an organisation says to it.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Actor, Role
from app.kernel.forms import errors_beside
from app.kernel.i18n import N_, _
from app.kernel.permissions import Permission
from app.kernel.refusals import Refused
from app.kernel.text import clean
from app.kernel.web.access import Needs
from app.kernel.web.answers import page, see_other
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.organisations.queries import standing as queries
from app.organisations.queries.access import at_organisation
from app.organisations.queries.decisions import decisions_about
from app.organisations.rules import decisions as rules
from app.organisations.rules.decisions import MAKES, Outcome
from app.organisations.service import standing as service

router = APIRouter()
Reader = Annotated[Actor, Depends(Needs(Permission.READ_QUEUE, at=at_organisation))]
Registrar = Annotated[Actor, Depends(Needs(Permission.DECIDE_REGISTRATION, at=at_organisation))]
Editor = Annotated[Actor, Depends(Needs(Permission.EDIT_ORGANISATION, at=at_organisation))]
_LONGEST = 2000
_WORDS = {
    Outcome.SUSPENDED: N_("Suspend it"),
    Outcome.RESTORED: N_("Restore it"),
    Outcome.REMOVED: N_("Remove it from the register"),
    Outcome.MERGED: N_("Join it with another organisation"),
}
_TWO = (Outcome.SUSPENDED, Outcome.RESTORED, Outcome.REMOVED, Outcome.MERGED)


@router.get("/organisations/{slug}/standing")
async def standing(request: Request, slug: str, actor: Reader, db: Reading) -> Response:
    return await _show(request, db, slug, actor, {}, {})


@router.post("/organisations/{slug}/proposal")
async def propose(request: Request, slug: str, actor: Registrar, db: Writing) -> Response:
    typed = await typed_in(request)
    reason = clean(str(typed.get("reason") or ""))[:_LONGEST]
    survivor = clean(str(typed.get("survivor") or "")).rstrip("/").rsplit("/", 1)[-1][:100]
    try:
        outcome = _outcome(typed)
        await service.propose(
            db, actor, slug, outcome, reason, serious=typed.get("serious") == "yes", survivor=survivor
        )
    except Refused as problem:
        return await _refused(request, db, slug, actor, typed, problem)
    return see_other(
        request,
        f"/organisations/{slug}/standing",
        flash=_("Proposed. The organisation is told, and another registrar confirms it."),
    )


@router.post("/organisations/{slug}/proposal/confirmation")
async def confirm(request: Request, slug: str, actor: Registrar, db: Writing) -> Response:
    try:
        await service.confirm(db, actor, slug)
    except Refused as problem:
        return await _refused(request, db, slug, actor, {}, problem)
    return see_other(
        request,
        f"/organisations/{slug}/standing",
        flash=_("Confirmed. It counts from now on, and is public."),
    )


@router.post("/organisations/{slug}/proposal/withdrawal")
async def withdraw(request: Request, slug: str, actor: Registrar, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        await service.withdraw(db, actor, slug, clean(str(typed.get("taken_back") or ""))[:_LONGEST])
    except Refused as problem:
        return await _refused(request, db, slug, actor, typed, problem)
    return see_other(
        request,
        f"/organisations/{slug}/standing",
        flash=_("Taken back. The organisation and whoever proposed it are told."),
    )


@router.post("/organisations/{slug}/proposal/answer")
async def answer(request: Request, slug: str, actor: Editor, db: Writing) -> Response:
    """What the organisation says to what is proposed about it."""
    typed = await typed_in(request)
    said = clean(str(typed.get("answer") or ""))
    await service.answer_proposal(db, actor, slug, said, agrees="agrees" in typed)
    return see_other(
        request,
        f"/organisations/{slug}/registration",
        flash=_("Sent. The registrars read it before they decide."),
    )


@router.post("/organisations/{slug}/proposal/{proposed_id}/consent")
async def consent(request: Request, slug: str, proposed_id: UUID, actor: Editor, db: Writing) -> Response:
    """The survivor agrees that another organisation becomes a part of it."""
    await service.agree_to_take_in(db, actor, slug, proposed_id)
    return see_other(
        request, f"/organisations/{slug}/registration", flash=_("You agreed. A registrar joins the two.")
    )


@router.post("/organisations/{slug}/separation")
async def tell_apart(request: Request, slug: str, actor: Registrar, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        await service.tell_apart(db, actor, slug, clean(str(typed.get("reason") or ""))[:_LONGEST])
    except Refused as problem:
        return await _refused(request, db, slug, actor, typed, problem)
    return see_other(
        request, f"/organisations/{slug}/standing", flash=_("The two stand for themselves again.")
    )


@router.post("/organisations/{slug}/conditions/{condition_id}/completion")
async def meet_condition(
    request: Request, slug: str, condition_id: UUID, actor: Registrar, db: Writing
) -> Response:
    await service.meet_condition(db, actor, slug, condition_id)
    return see_other(request, f"/organisations/{slug}/standing", flash=_("The condition is met."))


def _outcome(typed: Given) -> Outcome:
    chosen = str(typed.get("outcome") or "")
    if chosen not in set(_TWO):
        raise rules.ChooseOne
    return Outcome(chosen)


async def _refused(
    request: Request, db: AsyncSession, slug: str, actor: Actor, typed: Given, problem: Refused
) -> Response:
    await db.rollback()
    return await _show(request, db, slug, actor, typed, errors_beside(problem), status=problem.status)


async def _show(
    request: Request,
    db: AsyncSession,
    slug: str,
    actor: Actor,
    typed: Given,
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    today = time.now().date()
    seen = await queries.organisation_at(db, slug, today)
    proposed = await queries.proposed_about(db, seen.id)
    return page(
        request,
        "organisations/standing.html",
        status=status,
        organisation=seen,
        proposed=proposed,
        confirmable=proposed is not None and _may_confirm(proposed, actor, today),
        takes_back=proposed is not None and _may_take_back(proposed, actor),
        possible=[(outcome.value, _(_WORDS[outcome])) for outcome in _TWO if _possible(seen, outcome)],
        conditions=await queries.conditions_of(db, seen.id),
        decided=await decisions_about(db, seen.id),
        separable=await queries.can_be_told_apart(db, seen.id),
        decides=actor.holds(Role.REGISTRAR, seen.position),
        typed=typed,
        errors=errors,
        today=today,
    )


def _may_confirm(proposed: queries.Proposed, actor: Actor, today: date) -> bool:
    agreed = proposed.agreed and (proposed.survivor_agreed or proposed.outcome is not Outcome.MERGED)
    try:
        rules.check_confirmable(
            proposed.outcome, proposed.by_id, actor.person_id, proposed.from_day, today, all_agreed=agreed
        )
    except Refused:
        return False
    return True


def _may_take_back(proposed: queries.Proposed, actor: Actor) -> bool:
    try:
        rules.check_takes_back(actor.person_id, actor.grants, proposed.by_id, proposed.interval)
    except Refused:
        return False
    return True


def _possible(seen: queries.Standing, outcome: Outcome) -> bool:
    try:
        rules.check_proposable(seen.state, outcome)
    except Refused:
        return False
    return MAKES[outcome] is not seen.state
