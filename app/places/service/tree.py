"""Changing the tree of areas: every change gives all positions anew, in one transaction."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit, changes, time
from app.kernel.actor import Actor
from app.kernel.changes import Kind, Noted
from app.kernel.i18n import N_
from app.kernel.ids import new_id
from app.kernel.loading import copy_rows
from app.kernel.refusals import NotFound, Refused
from app.kernel.text import clean, fold
from app.places import queries
from app.places.models import Area, AreaSpelling
from app.places.rules.tree import Numbered, number_tree
from app.places.service.drawings import redraw

_LOCK = 7_461_010


class AreaCodeTaken(Refused):
    field = "code"
    says = N_("Another area has the code %(code)s. A code is never used twice.")


class AreaInsideItself(Refused):
    field = "parent"
    says = N_("An area can't lie in itself or in one of its own parts.")


class OtherCountry(Refused):
    field = "parent"
    says = N_("An area can't be moved to another country.")


class AreaNotNamed(Refused):
    field = "name"
    says = N_("Write the code and the name of the area.")


async def add_area(
    db: AsyncSession,
    actor: Actor | None,
    *,
    code: str,
    name: str,
    parent_id: UUID,
    names: Mapping[str, str] | None = None,
) -> UUID:
    """A new area in `parent_id`, at its clock. The tree is numbered anew, which is noted for whoever keeps positions.

    Raises NotFound, AreaNotNamed, AreaCodeTaken.
    """
    await lock_tree(db)
    code, name = clean(code).upper(), clean(name)
    if not code or not name:
        raise AreaNotNamed
    parent = await db.get(Area, parent_id)
    if parent is None:
        raise NotFound
    if await db.scalar(select(Area.id).where(Area.code == code)):
        raise AreaCodeTaken(code=code)
    area = Area(
        id=new_id(), code=code, name=name, names=dict(names or {}), level=parent.level + 1, parent_id=parent.id,
        country=parent.country, lo=parent.hi, hi=parent.hi, time_zone=parent.time_zone, edited_at=time.now(),
    )  # fmt: skip
    db.add(area)
    await db.flush()
    await _call(db, area)
    await _renumber_all(db)
    await note_countries(db, [area.country])
    await _note(db, actor, "area.added", area, code=code, name=name, parent=str(parent_id))
    return area.id


async def move_area(
    db: AsyncSession, actor: Actor | None, area_id: UUID, parent_id: UUID, reason: str
) -> None:
    """Put an area, with everything in it, into another. Raises NotFound, AreaInsideItself,
    OtherCountry."""
    await lock_tree(db)
    area, parent = await _area(db, area_id), await _area(db, parent_id)
    if area.lo <= parent.lo <= area.hi:
        raise AreaInsideItself
    if area.country != parent.country:
        raise OtherCountry
    before = area.parent_id
    area.parent_id, area.edited_at = parent.id, time.now()
    await db.flush()
    await _renumber_all(db)
    await note_countries(db, [area.country])
    await redraw(db, {above for above in (before, parent_id) if above})
    await _note(db, actor, "area.moved", area, parent=str(parent_id), was=str(before), reason=reason)


async def rename_area(
    db: AsyncSession, actor: Actor | None, area_id: UUID, name: str, names: Mapping[str, str], reason: str
) -> None:
    """Call an area otherwise; it is still found by its earlier names. Raises NotFound, AreaNotNamed."""
    if not clean(name):
        raise AreaNotNamed
    area = await _area(db, area_id)
    before = area.name
    area.name, area.names, area.edited_at = clean(name), dict(names), time.now()
    await db.flush()
    await _call(db, area)
    await _note(db, actor, "area.renamed", area, name=area.name, was=before, reason=reason)


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


async def _renumber_all(db: AsyncSession) -> None:
    rows = (await db.execute(select(Area.id, Area.code, Area.parent_id))).all()
    codes = {row.id: row.code for row in rows}
    parents = {row.code: codes.get(row.parent_id) for row in rows}
    await renumber(db, parents, number_tree(parents, start=1), {row.code: row.id for row in rows})
    held = [one.id for one in db.identity_map.values() if isinstance(one, Area)]
    (await db.scalars(select(Area).where(Area.id.in_(held)).execution_options(populate_existing=True))).all()


async def _area(db: AsyncSession, area_id: UUID) -> Area:
    if area := await db.get(Area, area_id, with_for_update=True, populate_existing=True):
        return area
    raise NotFound


async def _call(db: AsyncSession, area: Area) -> None:
    known = set(await db.scalars(select(AreaSpelling.folded).where(AreaSpelling.area_id == area.id)))
    for folded in {fold(name) for name in (area.name, *area.names.values())} - known - {""}:
        db.add(AreaSpelling(area_id=area.id, folded=folded, country=area.country))
    await db.flush()


async def _note(db: AsyncSession, actor: Actor | None, action: str, area: Area, **facts: object) -> None:
    area_id = area.id
    await audit.record(db, actor, action, area_id, chain=await queries.chain_of(db, area_id), **facts)
