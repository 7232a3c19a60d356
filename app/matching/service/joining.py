"""Matches and room of an organisation that becomes a part of another, or stands for itself again.

What the two can't both have stays where it is and ends by itself: open matches about one need, those between the two,
and room that the survivor has stated itself. Notes keep the name under which they were written.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.matching.models import FreeCapacity, Match
from app.matching.rules.moves import State
from app.organisations.service.merging import Follows, give

_OVER = (State.DECLINED, State.EXPIRED)


async def _move_offers(db: AsyncSession, absorbed: UUID, survivor: UUID) -> Sequence[UUID]:
    other = aliased(Match)
    same = exists().where(
        other.organisation_id == survivor, other.area_id == Match.area_id, other.service_id == Match.service_id,
        other.group_id == Match.group_id, other.state.not_in(_OVER),
    )  # fmt: skip
    between = Match.asked_id.is_not_distinct_from(survivor)
    moving = (Match.organisation_id == absorbed) & ~between & ~(Match.state.not_in(_OVER) & same)
    return await give(db, Match, Match.organisation_id, moving, survivor)


async def _offers_back(db: AsyncSession, ids: Sequence[UUID], absorbed: UUID, survivor: UUID) -> None:
    await give(db, Match, Match.organisation_id, Match.id.in_(ids), absorbed)


async def _move_asked(db: AsyncSession, absorbed: UUID, survivor: UUID) -> Sequence[UUID]:
    moving = (Match.asked_id == absorbed) & (Match.organisation_id != survivor)
    return await give(db, Match, Match.asked_id, moving, survivor)


async def _asked_back(db: AsyncSession, ids: Sequence[UUID], absorbed: UUID, survivor: UUID) -> None:
    await give(db, Match, Match.asked_id, Match.id.in_(ids), absorbed)


async def _move_room(db: AsyncSession, absorbed: UUID, survivor: UUID) -> Sequence[UUID]:
    """Returns the services for which it moved."""
    stated = select(FreeCapacity.service_id).where(FreeCapacity.organisation_id == survivor)
    return await _have(db, FreeCapacity.service_id.not_in(stated), absorbed, survivor)


async def _room_back(db: AsyncSession, ids: Sequence[UUID], absorbed: UUID, survivor: UUID) -> None:
    await _have(db, FreeCapacity.service_id.in_(ids), survivor, absorbed)


async def _have(db: AsyncSession, which: ColumnElement[bool], before: UUID, after: UUID) -> Sequence[UUID]:
    had = (
        update(FreeCapacity)
        .where(FreeCapacity.organisation_id == before, which)
        .values(organisation_id=after)
    )
    moved = await db.scalars(
        had.returning(FreeCapacity.service_id).execution_options(synchronize_session=False)
    )
    return moved.all()


FOLLOWS = (
    Follows("matches", _move_offers, _offers_back),
    Follows("matches asked", _move_asked, _asked_back),
    Follows("room", _move_room, _room_back),
)
