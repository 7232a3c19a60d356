"""One at a time: whoever works on coverage waits for whoever does already."""

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

_LOCK = 7_461_030
_PATIENCE = "2s"


async def lock(db: AsyncSession) -> None:
    """Wait until nobody else works on coverage, and keep others waiting until this transaction ends."""
    await db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


async def locked_soon(db: AsyncSession) -> bool:
    """Whether the lock was to be had within a moment."""
    try:
        async with db.begin_nested():
            await db.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
            await lock(db)
            await db.execute(text("SET LOCAL lock_timeout = DEFAULT"))
    except OperationalError:  # PostgreSQL: lock not available
        return False
    return True
