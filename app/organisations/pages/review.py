"""The registrar's queue, and the page on which an application is checked and decided."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Actor
from app.kernel.forms import errors_beside
from app.kernel.i18n import _, listed, ngettext, number
from app.kernel.permissions import Permission
from app.kernel.refusals import NotFound, Refused
from app.kernel.text import clean
from app.kernel.web.access import Needs
from app.kernel.web.answers import page, see_other
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.organisations.pages.answers import answers_of, wanted_changes
from app.organisations.queries import registration as queries
from app.organisations.queries.access import at_registration
from app.organisations.queries.comparing import Compared, Side, lookalikes, same
from app.organisations.queries.decisions import contests_for
from app.organisations.queries.evidence import Shown, shown_for
from app.organisations.queries.similar import Why
from app.organisations.rules import checklist
from app.organisations.rules.checklist import Answer
from app.organisations.rules.registration import (
    DECLINE_REASONS,
    EXPIRED_ITEM_DUE,
    VALID_YEARS,
    State,
    months_later,
)
from app.organisations.rules.steps import ORDER
from app.organisations.service import review as service
from app.organisations.service.review import Conditions

router = APIRouter()
QueueReader = Annotated[Actor, Depends(Needs(Permission.READ_QUEUE))]
Reader = Annotated[Actor, Depends(Needs(Permission.READ_QUEUE, at=at_registration))]
Registrar = Annotated[Actor, Depends(Needs(Permission.DECIDE_REGISTRATION, at=at_registration))]
_LONGEST = 2000
_MOST_CONDITIONS = 5


@router.get("/registrations")
async def queue(request: Request, actor: QueueReader, db: Reading, after: str | None = None) -> Response:
    waiting = await queries.queue(db, actor, after=after)
    today = time.now().date()
    return page(
        request,
        "organisations/queue.html",
        waiting=[(row, _due_said(row.due_on, today)) for row in waiting.rows],
        next_after=waiting.after,
        number_waiting=await queries.number_waiting(db, actor),
        contests=await contests_for(db, actor),
        first=after is None,
        today=today,
    )


def _due_said(due_on: date | None, today: date) -> tuple[str, bool] | None:
    """When an answer is due, in words, and whether that is today or over."""
    if due_on is None:
        return None
    days = (due_on - today).days
    if days > 0:
        return ngettext("Answer by tomorrow", "Answer within %(days)s days", days) % {
            "days": number(days)
        }, False
    if days == 0:
        return _("Answer today"), True
    return ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": number(-days)}, True


@router.get("/registrations/{registration_id}")
async def review(request: Request, registration_id: UUID, actor: Reader, db: Reading) -> Response:
    return await _show(request, db, registration_id, {}, {})


@router.post("/registrations/{registration_id}/items/{code}")
async def answer_item(
    request: Request, registration_id: UUID, code: str, actor: Registrar, db: Writing
) -> Response:
    typed = await typed_in(request)
    answer = str(typed.get("answer") or "")
    try:
        if answer not in set(Answer):
            raise checklist.ChooseAnAnswer
        note = clean(str(typed.get("note") or ""))[:1000]
        await service.answer_item(db, actor, registration_id, code, Answer(answer), note)
    except Refused as problem:
        await db.rollback()
        errors = {f"{code}-{field or 'answer'}": said for field, said in errors_beside(problem).items()}
        return await _show(
            request,
            db,
            registration_id,
            {f"{code}-note": typed.get("note"), f"{code}-answer": answer},
            errors,
        )
    return see_other(request, f"/registrations/{registration_id}#item-{code}")


@router.post("/registrations/{registration_id}/duplicates/{other_id}")
async def answer_duplicate(
    request: Request, registration_id: UUID, other_id: UUID, actor: Registrar, db: Writing
) -> Response:
    state = str((await typed_in(request)).get("state") or "")
    await service.answer_duplicate(db, actor, registration_id, other_id, state)
    return see_other(request, f"/registrations/{registration_id}#duplicates", flash=_("We keep your answer."))


@router.post("/registrations/{registration_id}/questions")
async def return_with_questions(
    request: Request, registration_id: UUID, actor: Registrar, db: Writing
) -> Response:
    typed = await typed_in(request)
    questions = {step.value: clean(str(typed.get(f"question_{step}") or ""))[:_LONGEST] for step in ORDER}
    try:
        await service.return_with_questions(db, actor, registration_id, questions)
    except Refused as problem:
        return await _refused(request, db, registration_id, typed, problem)
    return see_other(
        request, "/registrations", flash=_("Sent back. The applicant reads your questions and answers them.")
    )


@router.post("/registrations/{registration_id}/verification")
async def verify(request: Request, registration_id: UUID, actor: Registrar, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        conditions = _conditions(typed)
        await service.verify(
            db, actor, registration_id, clean(str(typed.get("verify_reason") or ""))[:_LONGEST], conditions
        )
    except Refused as problem:
        return await _refused(request, db, registration_id, typed, problem, "verify_reason")
    return see_other(
        request, "/registrations", flash=_("Verified. The page is public, and the organisation is told.")
    )


@router.post("/registrations/{registration_id}/refusal")
async def decline(request: Request, registration_id: UUID, actor: Registrar, db: Writing) -> Response:
    typed = await typed_in(request)
    code, reason = (clean(str(typed.get(name) or ""))[:_LONGEST] for name in ("reason_code", "reason"))
    try:
        await service.decline(db, actor, registration_id, code, reason)
    except Refused as problem:
        return await _refused(request, db, registration_id, typed, problem)
    return see_other(request, "/registrations", flash=_("Declined. The organisation reads your reason."))


def _conditions(typed: Given) -> Conditions | None:
    """What the organisation still has to do, a line each, with one day for all. Raises ConditionsUnclear."""
    lines = [line.strip() for line in clean(str(typed.get("conditions") or "")).splitlines() if line.strip()]
    if not lines:
        return None
    try:
        due_on = date.fromisoformat(clean(str(typed.get("conditions_due") or "")))
    except ValueError:
        raise service.ConditionsUnclear from None
    today = time.now().date()
    soon_enough = today < due_on <= months_later(today, 12 * VALID_YEARS)
    if not soon_enough or len(lines) > _MOST_CONDITIONS or any(len(line) > 300 for line in lines):
        raise service.ConditionsUnclear
    return Conditions(lines, due_on)


async def _refused(
    request: Request,
    db: AsyncSession,
    registration_id: UUID,
    typed: Given,
    problem: Refused,
    reason_field: str = "reason",
) -> Response:
    await db.rollback()
    errors = {
        reason_field if field == "reason" else field: said for field, said in errors_beside(problem).items()
    }
    return await _show(request, db, registration_id, typed, errors, status=problem.status)


async def _show(
    request: Request,
    db: AsyncSession,
    registration_id: UUID,
    typed: Given,
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    seen = await queries.application_by_id(db, registration_id)
    if seen.state is State.DRAFT:
        raise NotFound  # what is still being written is the applicant's alone
    checked = await queries.checked_items(db, registration_id)
    shown = await shown_for(db, registration_id)
    side, others = await lookalikes(db, seen.organisation.id)
    today = time.now().date()
    return page(
        request,
        "organisations/review.html",
        status=422 if errors and status == 200 else status,
        application=seen,
        rows=[
            (step, lines, seen.registration.questions.get(step)) for step, lines in answers_of(seen, shown)
        ],
        items=[_item(item, seen, checked, shown) for item in checklist.asked_of(seen.kind)],
        left=sum(item.code not in checked for item in checklist.asked_of(seen.kind)),
        pairs=[_pair(side, pair) for pair in others] if side else [],
        changes=wanted_changes(seen),
        due=_due_said(seen.registration.due_on, today),
        in_60_days=(today + timedelta(days=EXPIRED_ITEM_DUE)).isoformat(),
        steps=ORDER,
        decline_reasons=[(code, _(text)) for code, text in DECLINE_REASONS.items()],
        typed=typed,
        errors=errors,
    )


def _pair(side: Side, pair: Compared) -> dict[str, Any]:
    """Two organisations side by side, for `compare`."""
    other = pair.other
    rows = [
        (_("Kind"), side.kind.label, other.kind.label),
        (_("Short name"), side.acronym, other.acronym),
        (_("Other names"), listed(list(side.other_names)), listed(list(other.other_names))),
        (_("Seat"), side.seat, other.seat),
        (_("Since"), side.founded, other.founded),
        (_("Registration number"), listed(list(side.numbers)), listed(list(other.numbers))),
        (_("Website"), side.website, other.website),
        (_("Telephone"), side.phone, other.phone),
        (_("E-mail"), side.email, other.email),
    ]
    return {
        "id": other.id,
        "name": other.name,
        "slug": other.slug,
        "shown": other.shown,
        "state": pair.state,
        "standing": other.state,
        "in_the_way": pair.in_the_way,
        "why": listed([Why(one).label for one in pair.why]),
        "score": pair.score,
        "rows": [{"label": label, "values": (one, two), "same": same(one, two)} for label, one, two in rows],
    }


def _item(
    item: checklist.Item, seen: queries.Application, checked: dict[str, queries.Checked], shown: Shown
) -> dict[str, Any]:
    cell = item.cells[seen.kind]
    answers = [Answer.MET, Answer.NOT_MET]
    answers += [Answer.MET_ANOTHER_WAY] if cell.others else []
    answers += [Answer.NOT_NEEDED] if cell.asked is checklist.Asked.CONDITIONAL else []
    return {
        "code": item.code,
        "name": _(item.name),
        "asks": _(item.to_registrar),
        "particular": _(cell.particular),
        "ways": [_(checklist.WAYS[way]) for way in cell.others],
        "answers": [(answer.value, _(checklist.ANSWER_NAMES[answer])) for answer in answers],
        "found": checked.get(item.code),
        "papers": shown.papers.get(item.code, []),
        "statement": shown.statements.get(item.code, ""),
    }
