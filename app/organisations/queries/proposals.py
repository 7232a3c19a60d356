"""What decisions of two people ask of one person: to answer for an organisation, to agree for one that takes another
in, to be the second registrar; and which of one's organisations are suspended or removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.actor import Actor, Role
from app.kernel.permissions import TABLE, Permission
from app.organisations.models import Organisation, ProposedDecision
from app.organisations.rules.decisions import Outcome
from app.organisations.rules.registration import WITHOUT_STANDING, State
from app.places.models import Area

MOST = 50


class Asks(StrEnum):
    """What is asked of somebody."""

    READ_WHY = "read why"
    ANSWER = "answer"
    TAKE_IN = "take in"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Asked:
    """`outcome`: what is proposed, or what became of the organisation; `due`: the day from which it may be confirmed."""

    asks: Asks
    slug: str
    name: str
    outcome: Outcome
    due: date | None


async def asked_of(db: AsyncSession, actor: Actor, today: date) -> Sequence[Asked]:
    """What decisions ask of this person. One statement, or none for whoever has no organisation and is no registrar."""
    mine = [each.organisation_id for each in actor.memberships]
    answers = TABLE[Permission.EDIT_ORGANISATION].in_organisation
    editing = [each.organisation_id for each in actor.memberships if each.role in answers]
    reach: list[ColumnElement[bool]] = [
        Area.lo.between(grant.lo, grant.hi) for grant in actor.grants if grant.role is Role.REGISTRAR
    ]
    parts: list[Select[*tuple[Any, ...]]] = []
    if mine:
        parts.append(_without_standing(mine))
    if editing:
        parts += [_to_answer(editing), _to_take_in(editing)]
    if reach:
        parts.append(_to_confirm(actor.person_id, mine, or_(false(), *reach), today))
    if not parts:
        return []
    rows: Any = await db.execute(union_all(*parts).limit(MOST))
    return [Asked(Asks(asks), slug, name, Outcome(outcome), due) for asks, slug, name, outcome, due in rows]


def _without_standing(mine: list[UUID]) -> Select[*tuple[Any, ...]]:
    became = case(
        (Organisation.state == State.SUSPENDED, Outcome.SUSPENDED.value), else_=Outcome.REMOVED.value
    )
    return select(
        _says(Asks.READ_WHY), Organisation.slug, Organisation.name, became, cast(null(), Date)
    ).where(Organisation.id.in_(mine), Organisation.state.in_(WITHOUT_STANDING))


def _to_answer(editing: list[UUID]) -> Select[*tuple[Any, ...]]:
    return _proposed(Asks.ANSWER).where(
        ProposedDecision.organisation_id.in_(editing), ProposedDecision.answered_at.is_(None)
    )


def _to_take_in(editing: list[UUID]) -> Select[*tuple[Any, ...]]:
    """Asked of the survivor, and so with its address and name."""
    return _proposed(Asks.TAKE_IN, of=ProposedDecision.survivor_id == Organisation.id).where(
        ProposedDecision.survivor_id.in_(editing), ~ProposedDecision.survivor_agreed
    )


def _to_confirm(
    person_id: UUID, mine: list[UUID], within: ColumnElement[bool], today: date
) -> Select[*tuple[Any, ...]]:
    """Those of another person whose day has come, or with which every side agrees."""
    merging = ProposedDecision.outcome == Outcome.MERGED
    agreed = and_(ProposedDecision.agreed, or_(~merging, ProposedDecision.survivor_agreed))
    return (
        _proposed(Asks.CONFIRM)
        .join(Area, Area.id == Organisation.home_area_id)
        .where(
            within,
            Organisation.id.not_in(mine),
            or_(merging, ProposedDecision.proposed_by != person_id),
            or_(ProposedDecision.from_day <= today, agreed),
        )
    )


def _proposed(asks: Asks, of: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Open proposals with the organisation that they are about, or the one that `of` joins."""
    about = ProposedDecision.organisation_id == Organisation.id if of is None else of
    return (
        select(
            _says(asks),
            Organisation.slug,
            Organisation.name,
            ProposedDecision.outcome,
            cast(ProposedDecision.from_day, Date),
        )
        .join(ProposedDecision, about)
        .where(ProposedDecision.state == "open")
    )


def _says(asks: Asks) -> ColumnElement[str]:
    return literal(asks.value, String)
