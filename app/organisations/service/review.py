"""What a registrar does: check item by item, ask, verify, decline; every decision with its reason and author."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Actor
from app.kernel.i18n import N_, _
from app.kernel.ids import new_id
from app.kernel.refusals import NotFound, Refused
from app.organisations.models import (
    CheckItem,
    Condition,
    Duplicate,
    Membership,
    Organisation,
    OrganisationIdentifier,
    Registration,
)
from app.organisations.queries.registration import names_of
from app.organisations.rules import checklist, decisions
from app.organisations.rules import registration as rules
from app.organisations.rules.applying import FOR_A_REGISTRAR
from app.organisations.rules.checklist import Answer, check_answer, open_items, verified_by_reference
from app.organisations.rules.decisions import Outcome
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import Purpose, State, check_decline_reason, check_move
from app.organisations.service import duplicates, merging
from app.organisations.service.deciding import decide
from app.organisations.service.facts import Who, set_number, set_who
from app.organisations.service.filing import to_state
from app.organisations.service.telling import record, tell_members


class QuestionMissing(Refused):
    field = "questions"
    says = N_("Write at least one question, beside the step it is about.")


class ConditionsUnclear(Refused):
    field = "conditions_due"
    says = N_(
        "Write up to five conditions, a line each, and one day for them in the next three years: 2027-03-31."
    )


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the organisation still has to do, and by which day."""

    says: Sequence[str] = field(default=())
    due_on: date | None = None


async def answer_item(
    db: AsyncSession, actor: Actor, registration_id: UUID, code: str, answer: Answer, note: str
) -> None:
    """Write down what was found for one item of the checklist. Raises what `check_answer` raises, and NotMoved."""
    organisation, registration = await _waiting(db, actor, registration_id)
    check_move(State(registration.state), State.VERIFIED)
    check_answer(_kind(organisation, registration), code, answer, note)
    found = {"answer": answer, "note": note, "checked_by": actor.person_id, "checked_at": func.now()}
    await db.execute(
        insert(CheckItem)
        .values(registration_id=registration.id, code=code, **found)
        .on_conflict_do_update(index_elements=["registration_id", "code"], set_=found)
    )
    await record(
        db, actor, organisation, "registration.item-checked", registration.id, item=code, answer=answer
    )


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
    registration.due_on, registration.returned_at = None, time.now()
    await to_state(db, organisation, registration, State.RETURNED)
    await record(db, actor, organisation, "registration.returned", registration.id, questions=asked)
    await tell_members(
        db,
        organisation,
        N_("The registrar has a question about %(name)s"),
        [*asked.values()],
        N_("Answer it and send your registration again: it keeps its place in the queue."),
        leads_to=f"/organisations/{organisation.slug}/registration",
    )


async def verify(
    db: AsyncSession, actor: Actor, registration_id: UUID, reason: str, conditions: Conditions | None = None
) -> None:
    """Take the organisation into the register, or renew it, or give it the name it asked for. Twice is once.

    Raises ChecksStillOpen, LikelyDuplicateOpen, OwnOrganisation, ReasonMissing, NotMoved.
    """
    organisation, registration = await _waiting(db, actor, registration_id)
    if registration.state == State.VERIFIED:
        return
    check_move(State(registration.state), State.VERIFIED)
    rules.check_still_registered(Purpose(registration.purpose), State(organisation.state))
    decisions.check_reason(reason)
    answers = await _answers(db, registration.id)
    kind = _kind(organisation, registration)
    rules.check_verifiable(
        [_(item.name) for item in open_items(kind, answers)],
        0,
        await _strongest_duplicate(db, organisation.id),
    )
    if organisation.claims_id:
        organisation = await _become_the_claimed(db, actor, organisation, registration)
    await _apply_changes(db, organisation, registration)
    _count_from_today(organisation, registration, with_conditions=conditions is not None)
    organisation.by_reference = verified_by_reference(answers)
    _set_conditions(db, organisation, registration, conditions)
    _close(registration)
    await to_state(db, organisation, registration, State.VERIFIED)
    if registration.purpose != Purpose.CHANGE:
        organisation.state = State.VERIFIED
    organisation.changed_at = time.now()
    await decide(
        db,
        actor,
        organisation,
        _OUTCOMES[Purpose(registration.purpose)],
        reason,
        registration_id=registration.id,
    )
    subject, what_next = _GOOD_NEWS[Purpose(registration.purpose)]
    await tell_members(db, organisation, subject, [reason], what_next)


async def decline(
    db: AsyncSession, actor: Actor, registration_id: UUID, reason_code: str, reason: str
) -> None:
    """Decline the application, with a reason that the applicant and the public register read.

    Declining twice is declining once. A renewal or change that is declined leaves the organisation as it is.
    Raises NotAReason, ReasonMissing, OwnOrganisation, NotMoved.
    """
    organisation, registration = await _waiting(db, actor, registration_id)
    if registration.state == State.DECLINED:
        return
    check_move(State(registration.state), State.DECLINED)
    why = check_decline_reason(reason_code)
    decisions.check_reason(reason)
    _close(registration)
    await to_state(db, organisation, registration, State.DECLINED)
    if registration.purpose == Purpose.FIRST:
        its_numbers = OrganisationIdentifier.organisation_id == organisation.id
        await db.execute(update(OrganisationIdentifier).where(its_numbers).values(live=False))
    await decide(
        db,
        actor,
        organisation,
        Outcome.DECLINED,
        reason,
        registration_id=registration.id,
        reason_code=reason_code,
    )
    await tell_members(
        db,
        organisation,
        _BAD_NEWS[Purpose(registration.purpose)],
        [_(why), reason],
        N_(
            "You can contest this within 30 days on the page of your registration, and you can apply again at any time."
        ),
        leads_to=f"/organisations/{organisation.slug}/registration",
    )


async def answer_duplicate(
    db: AsyncSession, actor: Actor, registration_id: UUID, other_id: UUID, state: str
) -> None:
    """Say what two organisations that look alike are to each other: same, branch or different. Raises NotFound."""
    organisation, registration = await _waiting(db, actor, registration_id)
    await duplicates.answer_duplicate(db, actor, organisation, registration.id, other_id, state)


async def check_independent(db: AsyncSession, actor: Actor, organisation_id: UUID) -> None:
    """Raises OwnOrganisation for who is, or in the past 24 months was, a member."""
    spells = await db.execute(
        select(Membership.since, Membership.until).where(
            Membership.organisation_id == organisation_id,
            Membership.person_id == actor.person_id,
            Membership.state != "asked",
        )
    )
    today = time.now().date()
    rules.check_independent(
        [(since.date(), until.date() if until else None) for since, until in spells], today
    )


_OUTCOMES = {
    Purpose.FIRST: Outcome.VERIFIED,
    Purpose.RENEWAL: Outcome.RENEWED,
    Purpose.CHANGE: Outcome.CHANGED,
}
_GOOD_NEWS = {
    Purpose.FIRST: (
        N_("%(name)s is verified"),
        N_("Your page is public now. Register your first programme, and see what you are matched with."),
    ),
    Purpose.RENEWAL: (N_("%(name)s is verified again"), N_("Your page says until when.")),
    Purpose.CHANGE: (N_("What %(name)s asked to change counts now"), N_("Your page shows it from now on.")),
}
_BAD_NEWS = {
    Purpose.FIRST: N_("%(name)s was not taken into the register"),
    Purpose.RENEWAL: N_("The registration of %(name)s was not renewed"),
    Purpose.CHANGE: N_("%(name)s stays as it was: the change was declined"),
}


async def _waiting(
    db: AsyncSession, actor: Actor, registration_id: UUID
) -> tuple[Organisation, Registration]:
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
    await check_independent(db, actor, row[0].id)
    return row[0], row[1]


def _close(registration: Registration) -> None:
    registration.decided_at, registration.checklist_version = time.now(), checklist.VERSION


async def _answers(db: AsyncSession, registration_id: UUID) -> dict[str, Answer]:
    rows = await db.execute(
        select(CheckItem.code, CheckItem.answer).where(CheckItem.registration_id == registration_id)
    )
    return {code: Answer(answer) for code, answer in rows}


async def _strongest_duplicate(db: AsyncSession, organisation_id: UUID) -> int:
    strongest = select(func.max(Duplicate.score)).where(
        (Duplicate.low_id == organisation_id) | (Duplicate.high_id == organisation_id),
        Duplicate.state.in_(("suspected", "same")),
    )
    return await db.scalar(strongest) or 0


async def _become_the_claimed(
    db: AsyncSession, actor: Actor, draft: Organisation, registration: Registration
) -> Organisation:
    both = await merging.lock_all(db, draft.id, draft.claims_id or draft.id)
    listed = both[draft.claims_id or draft.id]
    await merging.take_over(db, actor, listed, draft)
    await db.refresh(registration)
    return listed


async def _apply_changes(db: AsyncSession, organisation: Organisation, registration: Registration) -> None:
    """Let what was asked for count: the name and kind, and what stands on paper."""
    papers = {field: said for field, said in registration.changes.items() if field not in FOR_A_REGISTRAR}
    if registration.changes.keys() - papers.keys():
        await _apply_name(db, organisation, registration)
    if papers:
        await _apply_papers(db, organisation, registration, papers)


async def _apply_name(db: AsyncSession, organisation: Organisation, registration: Registration) -> None:
    """A name that is left behind stays findable."""
    names = await names_of(db, organisation.id)
    wanted = {"kind": organisation.kind, "name": organisation.name, "legal_name": names.get("legal", "")}
    wanted |= {field: said for field, said in registration.changes.items() if field in FOR_A_REGISTRAR}
    before = organisation.name
    who = Who(
        Kind(wanted["kind"]),
        wanted["name"],
        wanted["legal_name"],
        organisation.acronym,
        organisation.founded_year,
    )
    await set_who(db, organisation, who)
    if before != organisation.name:
        await duplicates.keep_former_name(db, organisation, before)


async def _apply_papers(
    db: AsyncSession, organisation: Organisation, registration: Registration, papers: Mapping[str, Any]
) -> None:
    registration.answers = registration.answers | {
        code: said for code, said in papers.items() if code != "scheme"
    }
    if "scheme" in papers:
        number = str(papers.get("registration_number") or "")
        await set_number(db, organisation, (str(papers["scheme"]), number) if number else None)


def _kind(organisation: Organisation, registration: Registration) -> Kind:
    """The kind that the application is checked as: the one that is asked for."""
    return Kind(registration.changes.get("kind", organisation.kind))


def _count_from_today(
    organisation: Organisation, registration: Registration, *, with_conditions: bool
) -> None:
    """Set the last day; a change of name leaves it as it is, an early renewal begins after the last one."""
    today = time.now().date()
    if registration.purpose == Purpose.CHANGE and organisation.expires_on:
        return
    begins = (
        max(today, organisation.expires_on or today) if registration.purpose == Purpose.RENEWAL else today
    )
    organisation.verified_on = today
    organisation.expires_on = rules.expires_on(begins, with_conditions=with_conditions)


def _set_conditions(
    db: AsyncSession, organisation: Organisation, registration: Registration, conditions: Conditions | None
) -> None:
    for said in conditions.says if conditions else ():
        db.add(
            Condition(
                id=new_id(),
                organisation_id=organisation.id,
                registration_id=registration.id,
                says=said,
                due_on=(conditions.due_on if conditions else None) or time.now().date(),
            )
        )
