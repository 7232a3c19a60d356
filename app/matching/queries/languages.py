"""Working languages of places, as they were written down."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.matching.models import PlaceLanguage
from app.matching.queries.cells import area_name
from app.places.models import Area
from app.vocabulary.models import Term
from app.vocabulary.queries.entries import name_of

MOST = 500


@dataclass(frozen=True, slots=True)
class SpokenIn:
    """An area and the languages written down for it, by name."""

    area: str
    level: int
    languages: Sequence[str]


async def spoken_in(db: AsyncSession) -> Sequence[SpokenIn]:
    """All areas that have any, in the order of the tree. One statement."""
    rows = await db.execute(
        select(area_name(), Area.level, func.array_agg(name_of()))
        .join(PlaceLanguage, PlaceLanguage.area_id == Area.id)
        .join(Term, Term.id == PlaceLanguage.term_id)
        .group_by(Area.id)
        .order_by(Area.lo)
        .limit(MOST)
    )
    return [SpokenIn(area, level, sorted(names)) for area, level, names in rows]
