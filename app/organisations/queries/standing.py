"""How an organisation stands today: by the date, not by when a job last ran."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.kernel.refusals import NotFound
from app.organisations.models import (
    LISTED,
    Condition,
    Decision,
    Merger,
    Organisation,
    ProposedDecision,
    Registration,
)
from app.organisations.rules.decisions import UNDONE_WITHIN, Outcome
from app.organisations.rules.registration import RENEWAL_KEEPS_FOR, Purpose, State
from app.places.models import Area


@dataclass(frozen=True, slots=True)
class Proposed:
    """A decision that waits for a second person."""

    id: UUID
    outcome: Outcome
    reason: str
    serious: bool
    by_id: UUID
    by: str
    at: datetime
    from_day: date
    answer: str
    agreed: bool
    survivor_agreed: bool
    area: str
    interval: tuple[int, int]
    """Name and numbers of the area for whose registrars it was proposed."""
    survivor: tuple[str, str] | None
    """Address and name of the organisation that this one would become a part of."""


@dataclass(frozen=True, slots=True)
class Required:
    """A condition, and whether it is met."""

    id: UUID
    says: str
    due_on: date
    met_on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """An organisation as its registrar sees it: how it stands today, and the place that decides whose it is."""

    id: UUID
    slug: str
    name: str
    state: State
    listed: bool
    expires_on: date | None
    position: int
    part_of: str | None


async def organisation_at(db: AsyncSession, slug: str, today: date) -> Standing:
    """The organisation at this address, public or not. Raises NotFound."""
    survivor = aliased(Organisation)
    row = (
        await db.execute(
            select(
                Organisation.id,
                Organisation.slug,
                Organisation.name,
                standing(today),
                Organisation.expires_on,
                func.coalesce(Area.lo, -1),
                survivor.slug,
            )
            .outerjoin(Area, Area.id == Organisation.home_area_id)
            .outerjoin(survivor, survivor.id == Organisation.merged_into)
            .where(Organisation.slug == slug)
        )
    ).first()
    if row is None:
        raise NotFound
    i, its_slug, name, state, expires_on, position, part_of = row
    listed = state == LISTED
    # Without a seat nobody's subtree holds it: position -1 lies in none.
    return Standing(
        i, its_slug, name, State.DRAFT if listed else State(state), listed, expires_on, position, part_of
    )


def lapsed(today: date, of: type[Organisation] = Organisation) -> ColumnElement[bool]:
    """Whether a verified registration has run out, as rules.registration.standing says: a renewal that was sent
    by the last day keeps it for 60 days while it waits. `of`: the organisation, where a statement reads several.
    """
    waiting = exists().where(
        Registration.organisation_id == of.id,
        Registration.purpose == Purpose.RENEWAL,
        Registration.state.in_((State.SUBMITTED, State.RETURNED)),
        func.date(func.timezone("UTC", Registration.submitted_at)) <= of.expires_on,
        of.expires_on >= today - timedelta(days=RENEWAL_KEEPS_FOR),
    )
    ran_out = and_(of.expires_on.is_not(None), of.expires_on < today)
    return and_(of.state == State.VERIFIED, ran_out, ~waiting)


def standing(today: date, of: type[Organisation] = Organisation) -> ColumnElement[str]:
    """The state of an organisation as it counts today."""
    return case((lapsed(today, of), State.LAPSED.value), else_=of.state)


def suspended_at() -> ScalarSelect[datetime]:
    """When an organisation was last suspended, if ever."""
    its = (Decision.organisation_id == Organisation.id) & (Decision.outcome == Outcome.SUSPENDED)
    return select(func.max(Decision.at)).where(its).correlate(Organisation).scalar_subquery()


async def standing_now(db: AsyncSession, organisation: Organisation, today: date) -> State:
    """The state of this organisation as it counts today; DRAFT for a listed one, about which nothing is decided."""
    found = await db.scalar(select(standing(today)).where(Organisation.id == organisation.id))
    return State(found) if found in set(State) else State.DRAFT


async def proposed_about(db: AsyncSession, organisation_id: UUID) -> Proposed | None:
    """What is proposed about an organisation and waits to be confirmed."""
    survivor = aliased(Organisation)
    row = (
        await db.execute(
            select(ProposedDecision, Person.name, Area.name, Area.lo, Area.hi, survivor.slug, survivor.name)
            .join(Person, Person.id == ProposedDecision.proposed_by)
            .join(Area, Area.id == ProposedDecision.proposed_in)
            .outerjoin(survivor, survivor.id == ProposedDecision.survivor_id)
            .where(ProposedDecision.organisation_id == organisation_id, ProposedDecision.state == "open")
        )
    ).first()
    if row is None:
        return None
    found, by, area, lo, hi, slug, name = row
    return Proposed(
        found.id,
        Outcome(found.outcome),
        found.reason,
        found.serious,
        found.proposed_by,
        by,
        found.proposed_at,
        found.from_day,
        found.answer,
        found.agreed,
        found.survivor_agreed,
        area,
        (lo, hi),
        (slug, name) if slug else None,
    )


async def asked_to_take_in(db: AsyncSession, organisation_id: UUID) -> list[tuple[UUID, str, str]]:
    """(proposal, name, reason) of organisations that would become a part of this one, while it hasn't agreed."""
    rows = await db.execute(
        select(ProposedDecision.id, Organisation.name, ProposedDecision.reason)
        .join(Organisation, Organisation.id == ProposedDecision.organisation_id)
        .where(
            ProposedDecision.survivor_id == organisation_id,
            ProposedDecision.state == "open",
            ~ProposedDecision.survivor_agreed,
        )
    )
    return [(i, name, reason) for i, name, reason in rows]


async def conditions_of(db: AsyncSession, organisation_id: UUID) -> Sequence[Required]:
    """The conditions of an organisation, the open ones first, by their day."""
    rows = await db.execute(
        select(Condition.id, Condition.says, Condition.due_on, Condition.met_on)
        .where(Condition.organisation_id == organisation_id)
        .order_by(Condition.met_on.is_not(None), Condition.due_on, Condition.id)
    )
    return [Required(i, says, due_on, met_on) for i, says, due_on, met_on in rows]


async def can_be_told_apart(db: AsyncSession, organisation_id: UUID) -> bool:
    """Whether the joining of this organisation with another can still be undone."""
    since = func.now() - func.make_interval(0, 0, 0, UNDONE_WITHIN)
    wanted = exists().where(
        Merger.absorbed_id == organisation_id, Merger.undone_at.is_(None), Merger.at > since
    )
    return bool(await db.scalar(select(wanted)))
