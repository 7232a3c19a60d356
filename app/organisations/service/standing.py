"""After verification: suspending, restoring, removing and joining, which take two; conditions; running out."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import changes, jobs, time
from app.kernel.actor import Actor
from app.kernel.changes import Kind, Noted
from app.kernel.database import refusing, transaction
from app.kernel.i18n import N_, _, day
from app.kernel.ids import new_id
from app.kernel.refusals import NotFound, NotMoved
from app.organisations.models import Condition, Organisation, ProposedDecision
from app.organisations.queries.standing import lapsed, standing_now
from app.organisations.rules import decisions
from app.organisations.rules.decisions import MAKES, JoinedWithItself, Outcome
from app.organisations.rules.registration import REMINDERS, State
from app.organisations.service import merging
from app.organisations.service.deciding import decide, seat_of
from app.organisations.service.review import check_independent
from app.organisations.service.telling import record, tell_members, tell_person
from app.places.models import Area

LONGEST_ANSWER = 2000


async def propose(
    db: AsyncSession,
    actor: Actor,
    slug: str,
    outcome: Outcome,
    reason: str,
    *,
    serious: bool = False,
    survivor: str = "",
) -> None:
    """Propose a decision that takes two; the organisation is told, and may answer until it is confirmed.

    survivor: the address of the organisation that this one becomes a part of. Raises NotFound, NotMoved,
    ReasonMissing, OwnOrganisation, JoinedWithItself.
    """
    organisation = await _locked(db, slug)
    await check_independent(db, actor, organisation.id)
    decisions.check_reason(reason)
    today = time.now().date()
    decisions.check_proposable(await standing_now(db, organisation, today), outcome)
    other = await _survivor(db, actor, organisation, survivor) if outcome is Outcome.MERGED else None
    seat = await seat_of(db, organisation)
    proposed = ProposedDecision(
        id=new_id(),
        organisation_id=organisation.id,
        outcome=outcome,
        survivor_id=other.id if other else None,
        reason=reason,
        serious=serious,
        proposed_by=actor.person_id,
        proposed_in=decisions.acting_under(actor.grants, seat.lo).area_id,
        from_day=decisions.from_day(outcome, today, serious=serious),
    )
    async with refusing(db, {"uq_proposed_decision_open": NotMoved()}):
        db.add(proposed)
    await record(
        db,
        actor,
        organisation,
        "decision.proposed",
        proposed.id,
        outcome=outcome,
        reason=reason,
        serious=serious,
    )
    said = [_(PROPOSED[outcome]) % {"name": organisation.name}, reason]
    for told in (organisation, other) if other else (organisation,):
        await tell_members(
            db,
            told,
            PROPOSED[outcome],
            said,
            N_("You can answer on the page of your registration."),
            leads_to=f"/organisations/{told.slug}/registration",
        )


PROPOSED = {
    Outcome.SUSPENDED: N_("A registrar proposes to suspend %(name)s"),
    Outcome.RESTORED: N_("A registrar proposes to restore %(name)s"),
    Outcome.REMOVED: N_("A registrar proposes to remove %(name)s from the register"),
    Outcome.MERGED: N_("A registrar proposes to join %(name)s with another organisation"),
}
DECIDED = {
    Outcome.SUSPENDED: N_("%(name)s is suspended"),
    Outcome.RESTORED: N_("%(name)s is in good standing again"),
    Outcome.REMOVED: N_("%(name)s is removed from the register"),
    Outcome.MERGED: N_("%(name)s is now part of another organisation"),
}


async def answer_proposal(
    db: AsyncSession, actor: Actor, slug: str, answer: str, *, agrees: bool = False
) -> None:
    """Write what the organisation says to the decision proposed about it, and whether it agrees. Raises NotFound."""
    organisation = await _locked(db, slug)
    proposed = await _open(db, organisation.id)
    proposed.answer, proposed.answered_at = answer[:LONGEST_ANSWER], time.now()
    proposed.agreed = agrees
    await db.flush()
    await record(db, actor, organisation, "decision.answered", proposed.id, agrees=agrees)


async def agree_to_take_in(db: AsyncSession, actor: Actor, slug: str, proposed_id: UUID) -> None:
    """Agree, for the survivor, that another organisation becomes a part of it. Raises NotFound."""
    survivor = await _locked(db, slug)
    proposed = await db.get(ProposedDecision, proposed_id, with_for_update=True)
    if proposed is None or proposed.survivor_id != survivor.id or proposed.state != "open":
        raise NotFound
    proposed.survivor_agreed = True
    await db.flush()
    await record(db, actor, survivor, "decision.agreed", proposed.id)


async def confirm(db: AsyncSession, actor: Actor, slug: str) -> None:
    """Confirm what another registrar proposed: it counts from now on, and its reason is public.

    Raises NotFound, NotMoved, SamePersonTwice, NotYet, OwnOrganisation.
    """
    proposed_for = await db.scalar(
        select(ProposedDecision)
        .join(Organisation, Organisation.id == ProposedDecision.organisation_id)
        .where(Organisation.slug == slug, ProposedDecision.state == "open")
    )
    if proposed_for is None:
        raise NotFound
    both = await merging.lock_all(
        db, proposed_for.organisation_id, proposed_for.survivor_id or proposed_for.organisation_id
    )
    organisation = both[proposed_for.organisation_id]
    proposed = await _open(db, organisation.id)
    await check_independent(db, actor, organisation.id)
    outcome, today = Outcome(proposed.outcome), time.now().date()
    agreed = proposed.agreed and (proposed.survivor_agreed or outcome is not Outcome.MERGED)
    decisions.check_confirmable(
        outcome,
        proposed.proposed_by,
        actor.person_id,
        proposed.from_day,
        today,
        all_agreed=agreed,
    )
    decisions.check_proposable(await standing_now(db, organisation, today), outcome)
    proposed.state, proposed.closed_by, proposed.closed_at = "confirmed", actor.person_id, time.now()
    # Written before its people belong to another organisation, so that it reaches them.
    await tell_members(db, organisation, DECIDED[outcome], [proposed.reason], _CONTEST)
    if proposed.survivor_id:
        await _tell_survivor(db, organisation, both[proposed.survivor_id], proposed.reason)
        await merging.merge(db, actor, organisation, both[proposed.survivor_id])
    else:
        organisation.state, organisation.changed_at = MAKES[outcome], time.now()
    await db.flush()
    # Two organisations can be joined by one person, with the consent of both.
    two = proposed.proposed_by != actor.person_id
    proposed_in = await db.get_one(Area, proposed.proposed_in)
    await decide(
        db,
        actor,
        organisation,
        outcome,
        proposed.reason,
        proposed_by=proposed.proposed_by,
        proposed_for=proposed_in.name if two else "",
    )


_CONTEST = N_("You can contest this within 30 days, from its page in the register of decisions.")


async def withdraw(db: AsyncSession, actor: Actor, slug: str, reason: str) -> None:
    """Take back what was proposed, by whoever proposed it or a registrar of the same area or one around it. The
    organisation and the proposer read the reason.

    Raises NotFound, OwnOrganisation, NotYoursToTakeBack, ReasonMissing.
    """
    organisation = await _locked(db, slug)
    proposed = await _open(db, organisation.id)
    await check_independent(db, actor, organisation.id)
    area = await db.get_one(Area, proposed.proposed_in)
    decisions.check_takes_back(actor.person_id, actor.grants, proposed.proposed_by, (area.lo, area.hi))
    decisions.check_reason(reason, "taken_back")
    await take_back(db, actor, organisation, proposed, reason)


async def take_back(
    db: AsyncSession, actor: Actor, organisation: Organisation, proposed: ProposedDecision, reason: str
) -> None:
    """Close what was proposed without deciding it, in the trail and by mail to everybody whom it concerned."""
    proposed.state, proposed.closed_by, proposed.closed_at = "withdrawn", actor.person_id, time.now()
    await db.flush()
    facts = {"outcome": proposed.outcome, "reason": reason, "proposed_by": str(proposed.proposed_by)}
    await record(db, actor, organisation, "decision.withdrawn", proposed.id, **facts)
    survivor = await db.get(Organisation, proposed.survivor_id) if proposed.survivor_id else None
    for told in (organisation, survivor) if survivor else (organisation,):
        await tell_members(
            db, told, _TAKEN_BACK, [reason], leads_to=f"/organisations/{told.slug}/registration"
        )
    if proposed.proposed_by != actor.person_id:
        page = f"/organisations/{organisation.slug}/standing"
        await tell_person(db, proposed.proposed_by, organisation, _TAKEN_BACK, [reason], leads_to=page)


_TAKEN_BACK = N_("What was proposed about %(name)s is taken back")


async def tell_apart(db: AsyncSession, actor: Actor, slug: str, reason: str) -> str:
    """Undo the joining of two organisations, within 90 days; returns the address of the one that was absorbed.

    Raises NotFound, ReasonMissing, TooLateToUndo, OwnOrganisation.
    """
    absorbed = await db.scalar(select(Organisation).where(Organisation.slug == slug))
    if absorbed is None:
        raise NotFound
    for one in filter(None, (absorbed.id, absorbed.merged_into)):
        await check_independent(db, actor, one)
    decisions.check_reason(reason)
    absorbed, survivor = await merging.undo_merge(db, actor, absorbed.id)
    await decide(db, actor, absorbed, Outcome.SPLIT, reason)
    for told in (absorbed, survivor):
        await tell_members(db, told, N_("%(name)s stands for itself again"), [reason])
    return absorbed.slug


async def meet_condition(db: AsyncSession, actor: Actor, slug: str, condition_id: UUID) -> None:
    """Note that a condition is met; twice is once. Raises NotFound, OwnOrganisation."""
    organisation = await _locked(db, slug)
    await check_independent(db, actor, organisation.id)
    condition = await db.get(Condition, condition_id, with_for_update=True)
    if condition is None or condition.organisation_id != organisation.id:
        raise NotFound
    if condition.met_on is None:
        condition.met_on, condition.met_by = time.now().date(), actor.person_id
        await db.flush()
        await record(db, actor, organisation, "condition.met", condition.id)


@jobs.every("11 3 * * *", "organisations.expiry")
async def care_for_expiry() -> None:
    """Note what has run out, and remind those whose registration will. Pages go by the date, not by this."""
    async with transaction(jobs.database()) as db:
        await note_expiry(db, time.now().date())


async def note_expiry(db: AsyncSession, today: date) -> None:
    """What a day changes: registrations that ran out, reminders 90, 30 and 7 days before."""
    ran_out = select(Organisation).where(lapsed(today)).order_by(Organisation.id)
    for organisation in (await db.scalars(ran_out.with_for_update(skip_locked=True))).all():
        organisation.state, organisation.changed_at = State.LAPSED, time.now()
        await db.flush()
        await record(db, None, organisation, "organisation.lapsed", organisation.id)
        await changes.note(db, [Noted(Kind.ORGANISATION, organisation.id)])
        await tell_members(
            db,
            organisation,
            N_("The registration of %(name)s ran out"),
            [],
            N_("Renew it on the page of your registration: then it counts again."),
        )
    due = {today + timedelta(days=days) for days in REMINDERS}
    soon = select(Organisation).where(Organisation.state == State.VERIFIED, Organisation.expires_on.in_(due))
    for organisation in (await db.scalars(soon.order_by(Organisation.id))).all():
        last_day = organisation.expires_on or today
        await tell_members(
            db,
            organisation,
            N_("Renew the registration of %(name)s"),
            [day(last_day)],
            N_("That is its last day. Renewing takes a few minutes: what still counts is not asked again."),
        )


async def _locked(db: AsyncSession, slug: str) -> Organisation:
    organisation = await db.scalar(select(Organisation).where(Organisation.slug == slug).with_for_update())
    if organisation is None:
        raise NotFound
    return organisation


async def _open(db: AsyncSession, organisation_id: UUID) -> ProposedDecision:
    proposed = await db.scalar(
        select(ProposedDecision)
        .where(ProposedDecision.organisation_id == organisation_id, ProposedDecision.state == "open")
        .with_for_update()
    )
    if proposed is None:
        raise NotFound
    return proposed


async def _tell_survivor(
    db: AsyncSession, organisation: Organisation, survivor: Organisation, reason: str
) -> None:
    await tell_members(
        db, survivor, N_("Another organisation is part of %(name)s now"), [organisation.name, reason]
    )


async def _survivor(db: AsyncSession, actor: Actor, organisation: Organisation, slug: str) -> Organisation:
    """The organisation that another becomes a part of: one that is not part of a third, and not the actor's own."""
    survivor = await db.scalar(select(Organisation).where(Organisation.slug == func.lower(slug)))
    if survivor is None or survivor.id == organisation.id or survivor.state == State.MERGED:
        raise JoinedWithItself
    await check_independent(db, actor, survivor.id)
    return survivor
