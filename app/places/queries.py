"""What is read of places."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel.audit import INSTANCE
from app.kernel.text import fold
from app.places.models import Area, AreaSpelling


async def names_of_country(db: AsyncSession, code: str) -> dict[str, str]:
    """Language -> name of the country with this two-letter code; empty while places are not loaded."""
    row = (await db.execute(select(Area.name, Area.names).where(Area.code == code, Area.level == 0))).first()
    return {"en": row.name} | row.names if row else {}


async def chain_of(db: AsyncSession, area_id: UUID) -> str:
    """The audit chain of an area: the code of the first-level area it lies in, or of its country."""
    above = aliased(Area)
    wanted = (
        select(above.code)
        .join(Area, (Area.lo >= above.lo) & (Area.lo <= above.hi))
        .where(Area.id == area_id, above.level <= 1)
        .order_by(above.level.desc())
        .limit(1)
    )
    return await db.scalar(wanted) or INSTANCE


@dataclass(frozen=True, slots=True)
class Found:
    """An area that a search found, and where it lies."""

    id: UUID
    code: str
    name: str
    where: str


async def search(db: AsyncSession, typed: str, *, country: str = "", limit: int = 6) -> list[Found]:
    """Areas whose name is like what was typed, likest first, larger before smaller; or the one with that code."""
    folded = fold(typed)
    if not folded:
        return []
    parent = aliased(Area)
    begins = AreaSpelling.folded.startswith(folded, autoescape=True)
    near = func.min(AreaSpelling.folded.op("<->")(folded))
    wanted = (
        select(Area.id, Area.code, Area.name, func.coalesce(parent.name, ""))
        .join(AreaSpelling, AreaSpelling.area_id == Area.id)
        .outerjoin(parent, parent.id == Area.parent_id)
        .where(or_(begins, AreaSpelling.folded.op("%")(folded), Area.code == typed.strip().upper()))
        .group_by(Area.id, parent.name)
        .order_by(func.bool_or(begins).desc(), near, Area.level, Area.name)
        .limit(limit)
    )
    if country:
        wanted = wanted.where(Area.country == country)
    return [Found(*row) for row in await db.execute(wanted)]


async def areas_by_id(db: AsyncSession, ids: Collection[UUID]) -> list[Found]:
    """The areas with these ids, in the order of the tree."""
    parent = aliased(Area)
    wanted = (
        select(Area.id, Area.code, Area.name, func.coalesce(parent.name, ""))
        .outerjoin(parent, parent.id == Area.parent_id)
        .where(Area.id.in_(ids))
        .order_by(Area.lo)
    )
    return [Found(*row) for row in await db.execute(wanted)]


async def interval_of(db: AsyncSession, code: str) -> tuple[int, int] | None:
    """The positions that the subtree of the area with this code spans; None for a code that is not there."""
    row = (await db.execute(select(Area.lo, Area.hi).where(Area.code == code))).first()
    return (row.lo, row.hi) if row else None


async def area_by_code(db: AsyncSession, code: str) -> UUID | None:
    """The id of the area with this code."""
    return await db.scalar(select(Area.id).where(Area.code == code.strip().upper()))
