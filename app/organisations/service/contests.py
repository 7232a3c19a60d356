"""Contesting a decision: the organisation says why, and a registrar who had no part in it answers."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Actor
from app.kernel.database import refusing
from app.kernel.i18n import N_, _
from app.kernel.ids import new_id
from app.kernel.refusals import NotFound, NotMoved
from app.organisations.models import (
    Decision,
    DecisionContest,
    Organisation,
    OrganisationIdentifier,
    ProposedDecision,
    Registration,
)
from app.organisations.rules import decisions
from app.organisations.rules import registration as rules
from app.organisations.rules.applying import NumberTaken
from app.organisations.rules.contests import Answer, ContestedAlready, check_contest
from app.organisations.rules.decisions import Outcome
from app.organisations.rules.registration import Calendar, Purpose, State
from app.organisations.rules.steps import Step
from app.organisations.service.claims import copy_checks, copy_evidence
from app.organisations.service.deciding import decide
from app.organisations.service.filing import begin_file
from app.organisations.service.review import check_independent
from app.organisations.service.standing import take_back, tell_apart
from app.organisations.service.telling import record, tell_members, tell_registrars
from app.places.models import Area


async def contest(db: AsyncSession, actor: Actor, slug: str, decision_id: UUID, says: str) -> None:
    """Contest a decision about one's organisation; the registrars of the area above are told.

    Raises NotFound, SayWhy, NotMoved, TooLateToContest, ContestedAlready.
    """
    organisation, decision = await _of(db, slug, decision_id)
    check_contest(says)
    today = time.now().date()
    decisions.check_contestable(Outcome(decision.outcome), decision.at.date(), today)
    contested = DecisionContest(
        id=new_id(),
        decision_id=decision.id,
        says=says,
        lodged_by=actor.person_id,
        due_on=rules.due_on(today, Calendar()) or today,
    )
    async with refusing(db, {"uq_decision_contest_decision_id": ContestedAlready()}):
        db.add(contested)
    await record(db, actor, organisation, "decision.contested", decision.id, contest=str(contested.id))
    above = await area_above(db, organisation)
    took_part = [i for i in (decision.decided_by, decision.proposed_by) if i]
    await tell_registrars(
        db,
        organisation,
        N_("%(name)s contests a decision"),
        N_("It waits for you among the contests of your queue."),
        at=above,
        besides=took_part,
    )


async def answer(db: AsyncSession, actor: Actor, contest_id: UUID, outcome: Answer, reason: str) -> None:
    """Answer a contest, with a reason that everybody reads. Twice is once.

    Where the decision does not stand: what was declined is looked at again, what was suspended or removed is
    restored, what was joined is told apart. Raises NotFound, ReasonMissing, DecidedItYourself, OwnOrganisation,
    NotMoved when something else happened since.
    """
    contested = await db.get(DecisionContest, contest_id, with_for_update=True)
    if contested is None:
        raise NotFound
    if contested.outcome is not None:
        return
    decision = await db.get_one(Decision, contested.decision_id)
    organisation = await db.get_one(Organisation, decision.organisation_id, with_for_update=True)
    decisions.check_another(actor.person_id, (decision.decided_by, decision.proposed_by))
    await check_independent(db, actor, organisation.id)
    decisions.check_reason(reason, "answer")
    contested.outcome, contested.answer = outcome, reason
    contested.answered_by, contested.answered_at = actor.person_id, time.now()
    await db.flush()
    if outcome is Answer.OVERTURNED:
        await _overturn(db, actor, organisation, decision, reason)
    await record(db, actor, organisation, "contest.answered", contested.id, outcome=outcome, reason=reason)
    await tell_members(
        db,
        organisation,
        N_("Your contest about %(name)s is answered"),
        [_(Answer(outcome).label), reason],
        leads_to=f"/organisations/{organisation.slug}/registration",
    )


async def area_above(db: AsyncSession, organisation: Organisation) -> Area | None:
    """The area above an organisation's seat, or the seat itself where it is a country."""
    home = await db.get(Area, organisation.home_area_id) if organisation.home_area_id else None
    return (await db.get(Area, home.parent_id) if home and home.parent_id else None) or home


async def _overturn(
    db: AsyncSession, actor: Actor, organisation: Organisation, decision: Decision, reason: str
) -> None:
    now, outcome = State(organisation.state), Outcome(decision.outcome)
    if outcome is Outcome.DECLINED:
        await _look_again(db, actor, organisation, decision)
    elif outcome is Outcome.MERGED:
        await tell_apart(db, actor, organisation.slug, reason)
    elif now is State(decisions.MAKES[outcome]):
        organisation.state, organisation.changed_at = State.VERIFIED, time.now()
        await _take_back_proposal(db, actor, organisation, reason)
        await db.flush()
        await decide(db, actor, organisation, Outcome.RESTORED, reason, proposed_by=decision.decided_by)
    else:
        raise NotMoved


async def _look_again(db: AsyncSession, actor: Actor, organisation: Organisation, decision: Decision) -> None:
    """Send the same application again, as if it had just come."""
    before = await db.get_one(Registration, decision.registration_id)
    newest = select(Registration).where(Registration.organisation_id == organisation.id)
    last = await db.scalar(newest.order_by(Registration.number.desc()).limit(1))
    if last is None or State(last.state) is not State.DECLINED:
        raise NotMoved
    again = await begin_file(db, actor, organisation, Purpose(before.purpose), list(Step), before=last)
    await copy_checks(db, before.id, again.id)
    await copy_evidence(db, before.id, again.id)
    again.changes, again.begun_by, again.different = dict(before.changes), before.begun_by, before.different
    again.state, again.submitted_at = State.SUBMITTED, before.submitted_at or time.now()
    again.due_on = rules.due_on(time.now().date(), Calendar())
    if again.purpose == Purpose.FIRST:
        organisation.state = State.SUBMITTED
        its_numbers = OrganisationIdentifier.organisation_id == organisation.id
        async with refusing(
            db, {"uq_organisation_identifier_live": NumberTaken(field="answer", name=organisation.name)}
        ):
            await db.execute(update(OrganisationIdentifier).where(its_numbers).values(live=True))
    await db.flush()


async def _take_back_proposal(
    db: AsyncSession, actor: Actor, organisation: Organisation, reason: str
) -> None:
    """What was proposed about an organisation that is restored, such as removing it, has no ground any more."""
    proposed = await db.scalar(
        select(ProposedDecision).where(
            ProposedDecision.organisation_id == organisation.id, ProposedDecision.state == "open"
        )
    )
    if proposed is not None:
        await take_back(db, actor, organisation, proposed, reason)


async def _of(db: AsyncSession, slug: str, decision_id: UUID) -> tuple[Organisation, Decision]:
    row = (
        await db.execute(
            select(Organisation, Decision)
            .join(Decision, Decision.organisation_id == Organisation.id)
            .where(Organisation.slug == slug, Decision.id == decision_id)
        )
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1]
