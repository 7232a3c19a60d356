"""What other contexts keep of an organisation, and goes with it into another that it becomes a part of."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute


@dataclass(frozen=True, slots=True)
class Joining:
    """One organisation and another that it is a part of, since when."""

    absorbed: UUID
    survivor: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Belongings:
    """Rows of another context that go with an organisation.

    move(db, joining) moves them to the survivor, but for those that it can't have too, and returns their ids;
    move_back(db, joining, ids) gives back those of them that the survivor still has: what somebody wrote there
    since stays there. Both note (kernel/changes.py) what coverage has to follow.
    """

    name: str
    move: Callable[[AsyncSession, Joining], Awaitable[Sequence[UUID]]]
    move_back: Callable[[AsyncSession, Joining, Sequence[UUID]], Awaitable[None]]


_known: dict[str, Belongings] = {}


def take_along(belongings: Belongings) -> None:
    """Let these rows go with every organisation that becomes a part of another (app/belongings.py)."""
    _known[belongings.name] = belongings


def known() -> Collection[Belongings]:
    """All that goes along."""
    return _known.values()


async def give(
    db: AsyncSession,
    rows: type[Any],
    column: InstrumentedAttribute[Any],
    which: ColumnElement[bool],
    organisation_id: UUID,
) -> Sequence[UUID]:
    """Let `column` of those rows of a versioned table name this organisation. Returns their ids."""
    given = update(rows).where(which).values({column: organisation_id, rows.version: rows.version + 1})
    moved = await db.scalars(given.returning(rows.id).execution_options(synchronize_session=False))
    return moved.all()
