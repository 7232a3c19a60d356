"""The tree of areas: every change of it gives all positions anew, in one transaction."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import changes
from app.kernel.changes import Kind, Noted
from app.kernel.loading import copy_rows
from app.places.models import Area
from app.places.rules.tree import Numbered

_LOCK = 7_461_010


async def lock_tree(db: AsyncSession) -> None:
    """One change of the tree at a time, until the transaction ends."""
    await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


async def renumber(
    db: AsyncSession,
    parents: Mapping[str, str | None],
    positions: Mapping[str, Numbered],
    ids: Mapping[str, UUID],
) -> int:
    """Put every area where `positions` (by code) has it, below its parent. Returns how many moved."""
    rows = await db.execute(select(Area.id, Area.lo, Area.hi, Area.level, Area.parent_id))
    now = {tuple(row) for row in rows}
    wanted = (
        (ids[code], at.lo, at.hi, at.level, ids[above] if (above := parents[code]) else None)
        for code, at in positions.items()
    )
    moved = [row for row in wanted if row not in now]
    if not moved:
        return 0
    await db.execute(
        text(
            "CREATE TEMPORARY TABLE moved_area (id uuid, lo int, hi int, level int, parent_id uuid) ON COMMIT DROP"
        )
    )
    await copy_rows(db, "moved_area", ("id", "lo", "hi", "level", "parent_id"), moved)
    await db.execute(
        text(
            "UPDATE area SET lo = m.lo, hi = m.hi, level = m.level, parent_id = m.parent_id "
            "FROM moved_area AS m WHERE area.id = m.id"
        )
    )
    await db.execute(text("DROP TABLE moved_area"))
    return len(moved)


async def note_countries(db: AsyncSession, countries: Collection[str]) -> None:
    """Note for whoever keeps positions that the tree of these countries is another; all positions may have moved."""
    ids = await db.scalars(
        select(Area.id).where(Area.level == 0, Area.country.in_(countries)).order_by(Area.id)
    )
    await changes.note(db, [Noted(Kind.TREE, i) for i in ids])
