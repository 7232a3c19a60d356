"""What a registrar does: check item by item, ask, verify, decline; every decision with its reason and author."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Person
from app.kernel import audit, outbox, time
from app.kernel.actor import Actor
from app.kernel.i18n import N_, _, speaking
from app.kernel.ids import new_id
from app.kernel.refusals import NotFound, Refused
from app.organisations.models import CheckItem, Decision, Duplicate, Membership, Organisation, Registration
from app.organisations.rules import registration as rules
from app.organisations.rules.checklist import Answer, check_answer, open_items
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import State, check_decline_reason, check_move
from app.places import queries as places
from app.places.models import Area


class QuestionMissing(Refused):
    field = "questions"
    says = N_("Write at least one question, beside the step it is about.")


class ReasonMissing(Refused):
    field = "reason"
    says = N_("Write the reason, so that the applicant can read it. 20 letters or more.")


async def answer_item(
    db: AsyncSession, actor: Actor, registration_id: UUID, code: str, answer: Answer, note: str
) -> None:
    """Write down what was found for one item of the checklist. Raises what `check_answer` raises, and NotMoved."""
    organisation, registration = await _waiting(db, actor, registration_id)
    check_answer(Kind(organisation.kind), code, answer, note)
    found = {"answer": answer, "note": note, "checked_by": actor.person_id, "checked_at": func.now()}
    await db.execute(
        insert(CheckItem)
        .values(registration_id=registration.id, code=code, **found)
        .on_conflict_do_update(index_elements=["registration_id", "code"], set_=found)
    )
    await _record(db, actor, organisation, "registration.item-checked", registration.id, item=code, answer=answer)


async def return_with_questions(
    db: AsyncSession, actor: Actor, registration_id: UUID, questions: Mapping[str, str]
) -> None:
    """Send the application back with a question beside each step it is about; the clock stops meanwhile.

    Raises QuestionMissing, NotMoved, OwnOrganisation.
    """
    asked = {step: question for step, question in questions.items() if question}
    organisation, registration = await _waiting(db, actor, registration_id)
    check_move(State(registration.state), State.RETURNED)
    if not asked:
        raise QuestionMissing
    registration.questions = asked
    registration.steps_done = [step for step in registration.steps_done if step not in asked]
    registration.due_on = None
    await _move(db, organisation, registration, State.RETURNED)
    await _record(db, actor, organisation, "registration.returned", registration.id, steps=sorted(asked))
    await _tell_members(
        db, organisation, N_("The registrar has a question about %(name)s"), [*asked.values()],
        N_("Answer it and send your registration again: it keeps its place in the queue."),
    )


async def verify(db: AsyncSession, actor: Actor, registration_id: UUID, reason: str) -> None:
    """Take the organisation into the register. Verifying twice is verifying once.

    Raises ChecksStillOpen, LikelyDuplicateOpen, OwnOrganisation, ReasonMissing, NotMoved.
    """
    organisation, registration = await _waiting(db, actor, registration_id)
    if registration.state == State.VERIFIED:
        return
    check_move(State(registration.state), State.VERIFIED)
    _check_reason(reason)
    answers = await _answers(db, registration.id)
    still_open = [_(item.name) for item in open_items(Kind(organisation.kind), answers)]
    rules.check_verifiable(still_open, 0, await _strongest_duplicate(db, organisation.id))
    organisation.expires_on = rules.expires_on(time.now().date(), with_conditions=False)
    await _move(db, organisation, registration, State.VERIFIED)
    await _decide(db, actor, organisation, registration, "verified", "", reason)
    await _tell_members(
        db, organisation, N_("%(name)s is verified"), [reason],
        N_("Your page is public now. Register your first programme, and see what you are matched with."),
    )


async def decline(db: AsyncSession, actor: Actor, registration_id: UUID, reason_code: str, reason: str) -> None:
    """Decline the application, with a reason that the applicant and the public register read.

    Declining twice is declining once. Raises NotAReason, ReasonMissing, OwnOrganisation, NotMoved.
    """
    organisation, registration = await _waiting(db, actor, registration_id)
    if registration.state == State.DECLINED:
        return
    check_move(State(registration.state), State.DECLINED)
    why = check_decline_reason(reason_code)
    _check_reason(reason)
    await _move(db, organisation, registration, State.DECLINED)
    await _decide(db, actor, organisation, registration, "declined", reason_code, reason)
    await _tell_members(
        db, organisation, N_("%(name)s was not taken into the register"), [_(why), reason],
        N_("You can contest this within 30 days by answering this mail, and you can apply again at any time."),
    )


async def answer_duplicate(db: AsyncSession, actor: Actor, registration_id: UUID, other_id: UUID, state: str) -> None:
    """Say what two organisations that look alike are to each other: same, branch or different. Raises NotFound."""
    organisation, registration = await _waiting(db, actor, registration_id)
    low, high = sorted((organisation.id, other_id))
    pair = await db.get(Duplicate, (low, high), with_for_update=True)
    if pair is None or state not in {"same", "branch", "different"}:
        raise NotFound
    pair.state, pair.answered_by, pair.answered_at = state, actor.person_id, time.now()
    await db.flush()
    await _record(db, actor, organisation, "duplicate.answered", registration.id, other=str(other_id), state=state)


async def _waiting(db: AsyncSession, actor: Actor, registration_id: UUID) -> tuple[Organisation, Registration]:
    """The application, locked, if this registrar may decide it. Raises NotFound, OwnOrganisation."""
    row = (
        await db.execute(
            select(Organisation, Registration)
            .join(Registration, Registration.organisation_id == Organisation.id)
            .where(Registration.id == registration_id)
            .with_for_update()
        )
    ).first()
    if row is None:
        raise NotFound
    spells = await db.execute(
        select(Membership.since, Membership.until).where(
            Membership.organisation_id == row[0].id, Membership.person_id == actor.person_id
        )
    )
    today = time.now().date()
    rules.check_independent([(since.date(), until.date() if until else None) for since, until in spells], today)
    return row[0], row[1]


async def _answers(db: AsyncSession, registration_id: UUID) -> dict[str, Answer]:
    rows = await db.execute(select(CheckItem.code, CheckItem.answer).where(CheckItem.registration_id == registration_id))
    return {code: Answer(answer) for code, answer in rows}


async def _strongest_duplicate(db: AsyncSession, organisation_id: UUID) -> int:
    strongest = select(func.max(Duplicate.score)).where(
        (Duplicate.low_id == organisation_id) | (Duplicate.high_id == organisation_id),
        Duplicate.state.in_(("suspected", "same")),
    )
    return await db.scalar(strongest) or 0


def _check_reason(reason: str) -> None:
    if len(reason) < 20:
        raise ReasonMissing


async def _move(db: AsyncSession, organisation: Organisation, registration: Registration, to: State) -> None:
    registration.state = organisation.state = to
    registration.changed_at = organisation.changed_at = datetime.now(UTC)
    await db.flush()


async def _decide(
    db: AsyncSession,
    actor: Actor,
    organisation: Organisation,
    registration: Registration,
    outcome: str,
    reason_code: str,
    reason: str,
) -> None:
    area = await db.get_one(Area, organisation.home_area_id)
    decision = Decision(
        id=new_id(), organisation_id=organisation.id, registration_id=registration.id, outcome=outcome,
        reason_code=reason_code, reason=reason, decided_by=actor.person_id, decided_for=area.name,
    )
    db.add(decision)
    await db.flush()
    await _record(
        db, actor, organisation, f"registration.{outcome}", registration.id, decision=str(decision.id), reason=reason
    )


async def _record(
    db: AsyncSession, actor: Actor, organisation: Organisation, action: str, subject_id: UUID, **facts: object
) -> None:
    chain = await places.chain_of(db, organisation.home_area_id) if organisation.home_area_id else audit.INSTANCE
    await audit.record(db, actor, action, subject_id, chain=chain, organisation=str(organisation.id), **facts)


async def _tell_members(
    db: AsyncSession, organisation: Organisation, subject: str, said: list[str], what_next: str
) -> None:
    people = await db.execute(
        select(Person.email, Person.language)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation.id, Membership.state == "member")
    )
    for email, language in people:
        with speaking(language):
            line = _(subject) % {"name": organisation.name}
            await outbox.tell(db, email, language, line, [*said, _(what_next)])
