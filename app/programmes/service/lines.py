"""Capacity lines as rows: kept in step with a programme's services and dates. A withdrawn line stays as history."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.ids import new_id
from app.programmes.models import CapacityLine, Programme
from app.programmes.rules.capacity import Counting, Stretch, moved_dates


async def live_lines(db: AsyncSession, programme_id: UUID) -> list[CapacityLine]:
    """The lines that hold now, oldest first."""
    its = (CapacityLine.programme_id == programme_id) & CapacityLine.withdrawn_at.is_(None)
    return list(await db.scalars(select(CapacityLine).where(its).order_by(CapacityLine.id)))


async def align_lines(db: AsyncSession, programme: Programme, services: Collection[UUID]) -> bool:
    """A line for each service, its number not known where it is new; lines of other services are withdrawn.

    Returns whether a line was added. Without dates there are no lines yet.
    """
    if programme.starts_on is None or programme.ends_on is None:
        return False
    rows = await live_lines(db, programme.id)
    withdraw(row for row in rows if row.service_id not in services)
    missing = sorted(set(services) - {row.service_id for row in rows})
    for service_id in missing:
        db.add(
            CapacityLine(
                id=new_id(),
                programme_id=programme.id,
                service_id=service_id,
                people=None,
                counts=Counting.PLACES.value,
                starts_on=programme.starts_on,
                ends_on=programme.ends_on,
                closed=programme.closed,
                confirmed_on=time.now().date(),
                split_by_us=programme.people_together is not None,
            )
        )
    await db.flush()
    return bool(missing)


async def move_lines(db: AsyncSession, programme: Programme, old: Stretch | None) -> None:
    """Let the lines follow their programme's dates and breaks (rules: `moved_dates`)."""
    if programme.starts_on is None or programme.ends_on is None:
        return
    new = (programme.starts_on, programme.ends_on)
    for row in await live_lines(db, programme.id):
        row.starts_on, row.ends_on = moved_dates(old, new, (row.starts_on, row.ends_on))
        row.closed = pauses_within(programme.closed, row.starts_on, row.ends_on)
    await db.flush()


def withdraw(rows: Iterable[CapacityLine]) -> None:
    """Take lines out of what counts."""
    for row in rows:
        row.withdrawn_at = time.now()


def pauses_within(closed: Iterable[list[str]], starts_on: date, ends_on: date) -> list[list[str]]:
    """A programme's breaks ([from, to] ISO days) as far as they lie within a line's dates."""
    first, last = starts_on.isoformat(), ends_on.isoformat()
    return [
        [max(begins, first), min(ends, last)] for begins, ends in closed if begins <= last and ends >= first
    ]
