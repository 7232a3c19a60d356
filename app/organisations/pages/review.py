"""The registrar's queue, and the page on which an application is checked and decided."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.actor import Actor
from app.kernel.forms import errors_beside
from app.kernel.i18n import _
from app.kernel.permissions import Permission
from app.kernel.refusals import Refused
from app.kernel.text import clean
from app.kernel.web.access import Needs
from app.kernel.web.answers import page, see_other
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.organisations.pages.answers import answers_of
from app.organisations.queries import registration as queries
from app.organisations.queries.access import at_registration
from app.organisations.queries.similar import Looks, similar_to
from app.organisations.rules import checklist
from app.organisations.rules.checklist import Answer
from app.organisations.rules.registration import DECLINE_REASONS
from app.organisations.rules.steps import ORDER
from app.organisations.service import review as service

router = APIRouter()
QueueReader = Annotated[Actor, Depends(Needs(Permission.READ_QUEUE))]
Reader = Annotated[Actor, Depends(Needs(Permission.READ_QUEUE, at=at_registration))]
Registrar = Annotated[Actor, Depends(Needs(Permission.DECIDE_REGISTRATION, at=at_registration))]


@router.get("/registrations")
async def queue(request: Request, actor: QueueReader, db: Reading, after: str | None = None) -> Response:
    waiting = await queries.queue(db, actor, after=after)
    number = await queries.number_waiting(db, actor)
    return page(request, "organisations/queue.html", waiting=waiting, number_waiting=number, first=after is None)


@router.get("/registrations/{registration_id}")
async def review(request: Request, registration_id: UUID, actor: Reader, db: Reading) -> Response:
    return await _show(request, db, registration_id, {}, {})


@router.post("/registrations/{registration_id}/items/{code}")
async def answer_item(request: Request, registration_id: UUID, code: str, actor: Registrar, db: Writing) -> Response:
    typed = await typed_in(request)
    answer = str(typed.get("answer") or "")
    try:
        if answer not in set(Answer):
            raise checklist.UnknownItem(field="answer")
        note = clean(str(typed.get("note") or ""))[:1000]
        await service.answer_item(db, actor, registration_id, code, Answer(answer), note)
    except Refused as problem:
        await db.rollback()
        errors = {f"{code}-{field or 'answer'}": said for field, said in errors_beside(problem).items()}
        return await _show(request, db, registration_id, {f"{code}-note": typed.get("note"), f"{code}-answer": answer}, errors)
    return see_other(request, f"/registrations/{registration_id}#item-{code}")


@router.post("/registrations/{registration_id}/duplicates/{other_id}")
async def answer_duplicate(
    request: Request, registration_id: UUID, other_id: UUID, actor: Registrar, db: Writing
) -> Response:
    state = str((await typed_in(request)).get("state") or "")
    await service.answer_duplicate(db, actor, registration_id, other_id, state)
    return see_other(request, f"/registrations/{registration_id}")


@router.post("/registrations/{registration_id}/questions")
async def return_with_questions(request: Request, registration_id: UUID, actor: Registrar, db: Writing) -> Response:
    typed = await typed_in(request)
    questions = {step.value: clean(str(typed.get(f"question_{step}") or ""))[:2000] for step in ORDER}
    try:
        await service.return_with_questions(db, actor, registration_id, questions)
    except Refused as problem:
        return await _refused(request, db, registration_id, typed, problem)
    return see_other(request, "/registrations", flash=_("Sent back. The applicant reads your questions and answers them."))


@router.post("/registrations/{registration_id}/verification")
async def verify(request: Request, registration_id: UUID, actor: Registrar, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        await service.verify(db, actor, registration_id, clean(str(typed.get("verify_reason") or ""))[:2000])
    except Refused as problem:
        return await _refused(request, db, registration_id, typed, problem, "verify_reason")
    return see_other(request, "/registrations", flash=_("Verified. The page is public, and the organisation is told."))


@router.post("/registrations/{registration_id}/refusal")
async def decline(request: Request, registration_id: UUID, actor: Registrar, db: Writing) -> Response:
    typed = await typed_in(request)
    code, reason = (clean(str(typed.get(name) or ""))[:2000] for name in ("reason_code", "reason"))
    try:
        await service.decline(db, actor, registration_id, code, reason)
    except Refused as problem:
        return await _refused(request, db, registration_id, typed, problem)
    return see_other(request, "/registrations", flash=_("Declined. The organisation reads your reason."))


async def _refused(
    request: Request, db: AsyncSession, registration_id: UUID, typed: Given, problem: Refused, reason_field: str = "reason"
) -> Response:
    await db.rollback()
    errors = {reason_field if field == "reason" else field: said for field, said in errors_beside(problem).items()}
    return await _show(request, db, registration_id, typed, errors, status=problem.status)


async def _show(
    request: Request, db: AsyncSession, registration_id: UUID, typed: Given, errors: dict[str, str], status: int = 200
) -> Response:
    seen = await queries.application_by_id(db, registration_id)
    checked = await queries.checked_items(db, registration_id)
    o = seen.organisation
    similar = await similar_to(db, Looks(o.name, o.acronym, o.website_domain, o.phone), besides=[o.id])
    return page(
        request,
        "organisations/review.html",
        status=422 if errors and status == 200 else status,
        application=seen,
        rows=answers_of(seen),
        items=[_item(item, seen, checked) for item in checklist.asked_of(seen.kind)],
        similar=similar,
        steps=ORDER,
        decline_reasons=[(code, _(text)) for code, text in DECLINE_REASONS.items()],
        typed=typed,
        errors=errors,
    )


def _item(item: checklist.Item, seen: queries.Application, checked: dict[str, queries.Checked]) -> dict[str, Any]:
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
    }
