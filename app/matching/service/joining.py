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
from app.matching.rules.moves import OVER
from app.organisations.service.belongings import Belongings, Joining, give


async def _move_offers(db: AsyncSession, joining: Joining) -> Sequence[UUID]:
    other = aliased(Match)
    same = exists().where(
        other.organisation_id == joining.survivor, other.area_id == Match.area_id, other.service_id == Match.service_id,
        other.group_id == Match.group_id, other.state.not_in(OVER),
    )  # fmt: skip
    between = Match.asked_id.is_not_distinct_from(joining.survivor)
    moving = (Match.organisation_id == joining.absorbed) & ~between & ~(Match.state.not_in(OVER) & same)
    return await give(db, Match, Match.organisation_id, moving, joining.survivor)


async def _offers_back(db: AsyncSession, joining: Joining, ids: Sequence[UUID]) -> None:
    here = (Match.organisation_id == joining.survivor) & Match.id.in_(ids)
    await give(db, Match, Match.organisation_id, here, joining.absorbed)


async def _move_asked(db: AsyncSession, joining: Joining) -> Sequence[UUID]:
    moving = (Match.asked_id == joining.absorbed) & (Match.organisation_id != joining.survivor)
    return await give(db, Match, Match.asked_id, moving, joining.survivor)


async def _asked_back(db: AsyncSession, joining: Joining, ids: Sequence[UUID]) -> None:
    here = (Match.asked_id == joining.survivor) & Match.id.in_(ids)
    await give(db, Match, Match.asked_id, here, joining.absorbed)


async def _move_room(db: AsyncSession, joining: Joining) -> Sequence[UUID]:
    """Returns the services for which it moved."""
    stated = select(FreeCapacity.service_id).where(FreeCapacity.organisation_id == joining.survivor)
    return await _have(db, FreeCapacity.service_id.not_in(stated), joining.absorbed, joining.survivor)


async def _room_back(db: AsyncSession, joining: Joining, ids: Sequence[UUID]) -> None:
    """But for what the survivor has said itself since, which is its own word."""
    unsaid = FreeCapacity.service_id.in_(ids) & (FreeCapacity.stated_at < joining.at)
    await _have(db, unsaid, joining.survivor, joining.absorbed)


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


BELONGINGS = (
    Belongings("matches", _move_offers, _offers_back),
    Belongings("matches asked", _move_asked, _asked_back),
    Belongings("room", _move_room, _room_back),
)
