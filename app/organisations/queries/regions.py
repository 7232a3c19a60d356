"""The areas that partners are looked for in."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.places.models import Area
from app.places.queries import said_name


@dataclass(frozen=True, slots=True)
class Region:
    """An area by code and name, the positions that its subtree spans, and the code of the area above it."""

    id: UUID
    code: str
    name: str
    lo: int
    hi: int
    parent: str | None


async def regions(db: AsyncSession, codes: Sequence[str], chosen: UUID | None = None) -> list[Region]:
    """The areas with these codes, and the one with the id `chosen`; what is not there is left out. One statement."""
    if not codes and chosen is None:
        return []
    above = aliased(Area)
    wanted = (
        select(Area.id, Area.code, said_name(), Area.lo, Area.hi, above.code)
        .outerjoin(above, above.id == Area.parent_id)
        .where(
            or_(Area.code.in_([code.upper()[:40].replace("\x00", "") for code in codes]), Area.id == chosen)
        )
        .order_by(Area.lo)
    )
    return [Region(*row) for row in await db.execute(wanted)]


@dataclass(frozen=True, slots=True)
class Frame:
    """The area whose map shows some places, and those right below it that they lie in or are."""

    parent_id: UUID
    parts: Sequence[UUID]


async def frame_of(db: AsyncSession, areas: Sequence[UUID], country: str) -> Frame | None:
    """The map on which these areas show best: of one region, if all lie below it, else of the country (two
    letters). None when there is none of them in that country. One statement.
    """
    area, above = aliased(Area), aliased(Area)
    wanted = (
        select(area.id, above.id, above.level)
        .join(above, area.lo.between(above.lo, above.hi))
        .where(area.id.in_(areas), above.country == country, above.level <= 2)
    )
    at: dict[int, dict[UUID, UUID]] = {0: {}, 1: {}, 2: {}}
    for area_id, above_id, level in await db.execute(wanted):
        at[level][area_id] = above_id
    countries, regions_, districts = (set(at[level].values()) for level in (0, 1, 2))
    if len(regions_) == 1 and set(at[2]) == set(areas):
        return Frame(regions_.pop(), sorted(districts))
    return Frame(countries.pop(), sorted(regions_)) if countries and regions_ else None
