"""Matches as both sides see them: one with its notes and contacts, those that wait for an organisation, counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.kernel import time
from app.kernel.actor import Actor
from app.kernel.permissions import TABLE, Permission
from app.kernel.refusals import NotFound
from app.matching.models import Match, MatchNote
from app.matching.queries.cells import Cell, area_name, in_a_sentence
from app.matching.rules.moves import (
    EXPIRES_AFTER,
    OPEN,
    OVER,
    Reason,
    SideStopped,
    State,
    check_standing,
    contact_open,
)
from app.organisations.models import Organisation
from app.organisations.queries.standing import standing
from app.organisations.rules.registration import State as Registered
from app.places.models import Area
from app.vocabulary.models import Term
from app.vocabulary.queries.entries import name_of


@dataclass(frozen=True, slots=True)
class Contact:
    """How a side is reached. `person`: who spoke for it."""

    person: str
    person_email: str
    contact_person: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a match and what it says. `contact`: None until both said yes; `state`: in the register, today."""

    slug: str
    name: str
    says: str
    contact: Contact | None
    state: str

    @property
    def stopped(self) -> str:
        """Why nothing can be agreed with it now; "" where it can."""
        try:
            check_standing(self.state, self.name)
        except SideStopped as problem:
            return problem.sentence
        return ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note that one side wrote."""

    organisation: str
    person: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """A match as its page shows it. `partner` offers to help; `asked` answers for the need, if anybody does."""

    id: UUID
    version: int
    partner_id: UUID
    asked_id: UUID | None
    area_id: UUID
    service_id: UUID
    group_id: UUID
    area: str
    service: str
    group: str
    state: State
    partner: Side
    asked: Side | None
    people: int | None
    reason: Reason | None
    reason_text: str
    hidden_until: date | None
    weight_set: int
    points: dict[str, Any]
    moved_at: datetime

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def contact_open(self) -> bool:
        return contact_open(self.state)

    @property
    def stopped(self) -> list[str]:
        """Why nothing but a no can be said here, a sentence a side that is not in good standing."""
        return [side.stopped for side in (self.partner, self.asked) if side and side.stopped]

    @property
    def who_said_no(self) -> Side | None:
        return next((side for side in (self.partner, self.asked) if side and side.says == "no"), None)

    @property
    def answer_by(self) -> date:
        return (self.moved_at + EXPIRES_AFTER).date()

    def side_of(self, actor: Actor) -> UUID | None:
        """The side that a person speaks for: the one that hasn't spoken yet, where they belong to both."""
        mine = [
            (says != "", i)
            for i, says in (
                (self.partner_id, self.partner.says),
                (self.asked_id, self.asked.says if self.asked else ""),
            )
            if i is not None and actor.role_in(i) is not None
        ]
        return min(mine, key=lambda each: each[0])[1] if mine else None

    def own_of(self, side: UUID | None) -> Side | None:
        """None for who speaks for neither."""
        return {self.partner_id: self.partner, self.asked_id: self.asked}.get(side) if side else None

    def other_of(self, side: UUID) -> Side | None:
        return self.asked if side == self.partner_id else self.partner


@dataclass(frozen=True, slots=True)
class Waiting:
    """A match in which the next word is an organisation's: to answer, or to talk about."""

    id: UUID
    state: State
    organisation: str
    slug: str
    other: str
    area: str
    service: str
    group: str
    moved_at: datetime

    @property
    def due(self) -> date:
        return (self.moved_at + EXPIRES_AFTER).date()


async def match(db: AsyncSession, match_id: UUID) -> Seen:
    """One match. Raises NotFound. One statement, and one more once each side may see how to reach the other."""
    partner, asked, today = aliased(Organisation), aliased(Organisation), time.now().date()
    service, group = aliased(Term), aliased(Term)
    row: Any = (
        await db.execute(
            select(
                Match, area_name(), name_of(service), in_a_sentence(group, "people"), partner.slug, partner.name, asked.slug,
                asked.name, standing(today, partner), standing(today, asked),
            )
            .join(Area, Area.id == Match.area_id)
            .join(service, service.id == Match.service_id)
            .join(group, group.id == Match.group_id)
            .join(partner, partner.id == Match.organisation_id)
            .outerjoin(asked, asked.id == Match.asked_id)
            .where(Match.id == match_id)
        )
    ).first()  # fmt: skip
    if row is None:
        raise NotFound
    its, area, service_name, group_name, slug, name, asked_slug, asked_name, its_state, asked_state = row
    state = State(its.state)
    for_partner, for_asked = await _contacts(db, match_id) if contact_open(state) else (None, None)
    return Seen(
        id=its.id, version=its.version, partner_id=its.organisation_id, asked_id=its.asked_id, area_id=its.area_id,
        service_id=its.service_id, group_id=its.group_id, area=area, service=service_name, group=group_name, state=state,
        partner=Side(slug, name, its.organisation_says, for_partner, its_state),
        asked=Side(asked_slug, asked_name, its.asked_says, for_asked, asked_state) if its.asked_id else None,
        people=its.people, reason=Reason(its.reason_code) if its.reason_code else None, reason_text=its.reason,
        hidden_until=its.hidden_until, weight_set=its.weight_set_id, points=its.points, moved_at=its.moved_at,
    )  # fmt: skip


async def _contacts(db: AsyncSession, match_id: UUID) -> tuple[Contact, Contact]:
    """How the partner is reached, and the side that answers for the need."""
    partner, asked = aliased(Organisation), aliased(Organisation)
    for_partner, for_asked = aliased(Person), aliased(Person)

    def contact(one: Any, person: Any) -> tuple[Any, ...]:
        return (
            func.coalesce(person.name, ""), func.coalesce(person.email, ""), one.contact_person, one.phone, one.public_email,
        )  # fmt: skip

    wanted = (
        select(*contact(partner, for_partner), *contact(asked, for_asked))
        .select_from(Match)
        .join(partner, partner.id == Match.organisation_id)
        .outerjoin(asked, asked.id == Match.asked_id)
        .outerjoin(for_partner, for_partner.id == Match.organisation_by)
        .outerjoin(for_asked, for_asked.id == Match.asked_by)
        .where(Match.id == match_id)
    )
    row: Any = (await db.execute(wanted)).one()
    return Contact(*row[:5]), Contact(*row[5:])


async def notes(db: AsyncSession, match_id: UUID) -> Sequence[Note]:
    """What the sides wrote to each other, in order."""
    rows = await db.execute(
        select(Organisation.name, Person.name, MatchNote.text, MatchNote.at)
        .join(Organisation, Organisation.id == MatchNote.organisation_id)
        .join(Person, Person.id == MatchNote.person_id)
        .where(MatchNote.match_id == match_id)
        .order_by(MatchNote.id.desc())
        .limit(200)
    )
    return [Note(*row) for row in reversed(rows.all())]


async def spoken_about(db: AsyncSession, need: Cell) -> frozenset[UUID]:
    """Partners that are already in an open or agreed match about a need: its list leaves them out. One statement."""
    rows = await db.scalars(
        select(Match.organisation_id).where(
            Match.area_id == need.area_id, Match.service_id == need.service_id, Match.group_id == need.group_id,
            Match.state.not_in(OVER),
        )
    )  # fmt: skip
    return frozenset(rows)


async def of_need(db: AsyncSession, need: Cell, asked_id: UUID | None) -> Sequence[Waiting]:
    """Open and agreed matches about a need, for the organisation that answers for it, newest first. One statement."""
    rows = await db.execute(
        _waiting()
        .where(
            Match.area_id == need.area_id, Match.service_id == need.service_id, Match.group_id == need.group_id,
            Match.asked_id == asked_id, Match.state.not_in(OVER),
        )
        .order_by(Match.moved_at.desc(), Match.id)
        .limit(50)
    )  # fmt: skip
    return [_as_waiting(row, asked=True) for row in rows]


async def needing(db: AsyncSession, actor: Actor) -> Sequence[Waiting]:
    """Matches that wait for a word of this person's organisations: a yes or no, or a first note. None of a side
    that is suspended or otherwise not verified, with which nothing can be agreed.
    """
    answer = TABLE[Permission.ANSWER_MATCH].in_organisation
    mine = [each.organisation_id for each in actor.memberships if each.role in answer]
    if not mine:
        return []
    ours = (Match.organisation_id.in_(mine)) & (Match.organisation_says != "agree")
    theirs = (Match.asked_id.in_(mine)) & (Match.asked_says != "agree")
    unanswered = or_(
        Match.organisation_id.in_(mine) & (Match.organisation_says == ""),
        Match.asked_id.in_(mine) & (Match.asked_says == ""),
    )
    stopped = exists().where(
        or_(Organisation.id == Match.organisation_id, Organisation.id == Match.asked_id),
        Organisation.state != Registered.VERIFIED,
    )
    rows = await db.execute(
        _waiting()
        .where(
            ~stopped,
            or_(
                (Match.state == State.MUTUAL) & or_(ours, theirs),
                (Match.state == State.INTERESTED) & unanswered,
            ),
        )
        .order_by(Match.moved_at, Match.id)
        .limit(50)
    )
    return [_as_waiting(row, asked=row[2] not in mine) for row in rows]


def _waiting() -> Select[*tuple[Any, ...]]:
    partner, asked = aliased(Organisation), aliased(Organisation)
    service, group = aliased(Term), aliased(Term)
    return (
        select(
            Match.id, Match.state, Match.organisation_id, partner.name, partner.slug, func.coalesce(asked.name, ""),
            func.coalesce(asked.slug, ""), area_name(), name_of(service), in_a_sentence(group, "people"), Match.moved_at,
        )
        .join(Area, Area.id == Match.area_id)
        .join(service, service.id == Match.service_id)
        .join(group, group.id == Match.group_id)
        .join(partner, partner.id == Match.organisation_id)
        .outerjoin(asked, asked.id == Match.asked_id)
    )  # fmt: skip


def _as_waiting(row: Any, *, asked: bool) -> Waiting:
    """From the side of who is asked, or of the partner."""
    i, state, _, partner, partner_slug, other, other_slug, area, service, group, moved_at = row
    ours, theirs = ((other, other_slug), partner) if asked else ((partner, partner_slug), other)
    return Waiting(i, State(state), ours[0], ours[1], theirs, area, service, group, moved_at)
