"""Contests: another figure for a statement, until somebody who belongs to neither side decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as accounts
from app.kernel import audit, outbox, time
from app.kernel.actor import Actor, Role
from app.kernel.database import refusing
from app.kernel.i18n import N_, _, speaking
from app.kernel.ids import new_id
from app.kernel.refusals import NotFound, Refused
from app.needs.models import Contest, NeedStatement
from app.needs.queries.access import may_question
from app.needs.rules.contests import State, check_decider, check_move, check_reason
from app.needs.rules.statements import LessThanNobody
from app.needs.rules.stating import NotVerified
from app.needs.service.settlement import settle_country
from app.organisations.models import Organisation
from app.organisations.rules.registration import State as Registered
from app.organisations.service.telling import tell_members
from app.places import queries as places
from app.places.models import Area


class AlreadyQuestioned(Refused):
    status = 409
    says = N_(
        "Your organisation has questioned this figure already. Take that question back first, or wait for the decision."
    )


class NotThere(Refused):
    status = 403
    says = N_(
        "A figure is questioned by those who work in the place, or whose seat is there. Say on your profile where you work."
    )


class NotStatedAnyMore(Refused):
    status = 409
    says = N_("Its source doesn't state this figure any more. Look at what is stated now.")


class ReasonMissing(Refused):
    field = "reason"
    says = N_("Write why the figure is wrong and how you know, 20 letters or more. Everybody reads it.")


@dataclass(frozen=True, slots=True)
class Figure:
    """What an organisation says instead: how many people, where the number comes from, and why."""

    people: int
    source: str
    reason: str


async def contest_figure(
    db: AsyncSession, actor: Actor, organisation_id: UUID, statement_id: UUID, figure: Figure
) -> UUID:
    """Question a stated figure with another one. Both are shown from now on. Returns the contest's id.

    Raises NotFound, NotVerified, NotThere, NotStatedAnyMore, AlreadyQuestioned, ReasonMissing, LessThanNobody.
    """
    organisation, statement = await db.get(Organisation, organisation_id), await _statement(db, statement_id)
    if organisation is None:
        raise NotFound
    if figure.people < 0:
        raise LessThanNobody(written=figure.people)
    if len(figure.reason) < 20:
        raise ReasonMissing
    if statement.ended_at is not None:
        raise NotStatedAnyMore
    await _check_asker(db, organisation, statement.area_id)
    contest = Contest(
        id=new_id(), statement_id=statement.id, organisation_id=organisation.id, people=figure.people,
        source=figure.source, reason=figure.reason, raised_by=actor.person_id,
    )  # fmt: skip
    async with refusing(db, {"uq_contest_open": AlreadyQuestioned()}):
        db.add(contest)
    await _record(
        db, actor, "need.contested", contest, statement, people=figure.people, stated=statement.people
    )
    await _settle(db, statement)
    await _tell_sides(
        db,
        contest,
        statement,
        N_("A figure is questioned: %(name)s"),
        [figure.reason],
        N_("Both figures are shown until somebody who belongs to neither side decides."),
    )
    await _tell_planners(db, statement)
    return contest.id


async def _check_asker(db: AsyncSession, organisation: Organisation, area_id: UUID) -> None:
    """Whether this organisation may question figures of this area. Raises NotVerified, NotThere."""
    if organisation.state != Registered.VERIFIED:
        raise NotVerified
    if not await may_question(db, [organisation.id], area_id):
        raise NotThere


async def decide_contest(db: AsyncSession, actor: Actor, contest_id: UUID, to: State, answer: str) -> None:
    """Take the other figure, or keep the stated one, for a reason that both sides read. Twice is once.

    Raises NotFound, DeciderTakesPart, ReasonMissing (contests), NotMoved.
    """
    contest, statement = await _open(db, contest_id)
    if contest.state == to:
        return
    check_move(State(contest.state), to)
    sides = [side for side in (contest.organisation_id, statement.stated_by_id) if side]
    check_decider([membership.organisation_id for membership in actor.memberships], sides)
    check_reason(to, answer)
    await _close(db, actor, contest, statement, to, answer)
    taken = to is State.ACCEPTED
    await _tell_sides(
        db,
        contest,
        statement,
        N_("The other figure is taken: %(name)s") if taken else N_("The figure stays: %(name)s"),
        [answer] if answer else [],
        N_("It is the working figure from now on.")
        if taken
        else N_("The stated figure is worked with as before."),
    )


async def withdraw_contest(db: AsyncSession, actor: Actor, organisation_id: UUID, contest_id: UUID) -> None:
    """Take one's own question back. Twice is once. Raises NotFound, NotMoved."""
    contest, statement = await _open(db, contest_id)
    if contest.organisation_id != organisation_id:
        raise NotFound
    if contest.state == State.WITHDRAWN:
        return
    check_move(State(contest.state), State.WITHDRAWN)
    await _close(db, actor, contest, statement, State.WITHDRAWN, "")
    await _tell_sides(
        db,
        contest,
        statement,
        N_("A question was taken back: %(name)s"),
        [],
        N_("The stated figure is worked with as before."),
    )


async def _close(
    db: AsyncSession, actor: Actor, contest: Contest, statement: NeedStatement, to: State, answer: str
) -> None:
    contest.state, contest.answer = to, answer
    contest.decided_by, contest.decided_at = actor.person_id, time.now()
    await db.flush()
    await _record(db, actor, f"need.contest-{to.value.replace('_', '-')}", contest, statement, answer=answer)
    await _settle(db, statement)


async def _open(db: AsyncSession, contest_id: UUID) -> tuple[Contest, NeedStatement]:
    """By id, locked: two may decide at once."""
    contest = await db.scalar(select(Contest).where(Contest.id == contest_id).with_for_update())
    if contest is None:
        raise NotFound
    return contest, await _statement(db, contest.statement_id)


async def _statement(db: AsyncSession, statement_id: UUID) -> NeedStatement:
    statement = await db.get(NeedStatement, statement_id)
    if statement is None:
        raise NotFound
    return statement


async def _settle(db: AsyncSession, statement: NeedStatement) -> None:
    area = await db.get_one(Area, statement.area_id)
    country = (await db.scalars(select(Area.id).where(Area.level == 0, Area.country == area.country))).one()
    await settle_country(db, country, [statement.service_id])


async def _record(
    db: AsyncSession, actor: Actor, action: str, contest: Contest, statement: NeedStatement, **facts: object
) -> None:
    chain = await places.chain_of(db, statement.area_id)
    await audit.record(
        db, actor, action, contest.id, chain=chain, statement=str(statement.id), organisation=str(contest.organisation_id),
        **facts,
    )  # fmt: skip


async def _tell_sides(
    db: AsyncSession,
    contest: Contest,
    statement: NeedStatement,
    subject: str,
    said: Sequence[str],
    what_next: str,
) -> None:
    for side in (contest.organisation_id, statement.stated_by_id):
        organisation = await db.get(Organisation, side) if side else None
        if organisation is not None:
            await tell_members(db, organisation, subject, said, what_next)


async def _tell_planners(db: AsyncSession, statement: NeedStatement) -> None:
    area = await db.get_one(Area, statement.area_id)
    for _person, email, language in await accounts.holders_over(db, Role.PLANNER, area.lo):
        with speaking(language):
            subject = _("A figure about %(area)s is questioned") % {"area": area.name}
            await outbox.tell(
                db,
                email,
                language,
                subject,
                [_("Look at both figures and decide, if you belong to neither side.")],
            )
