"""Whose a match or a need is: both sides of it, and the place."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Scope
from app.kernel.ids import read_id
from app.kernel.refusals import NotFound
from app.matching.models import Match
from app.matching.queries.cells import cell
from app.matching.queries.other_side import other_side
from app.matching.queries.setting import setting
from app.places.models import Area


async def at_match(db: AsyncSession, path: Mapping[str, str]) -> Scope:
    """The two sides of the match that a path names. Raises NotFound."""
    match_id = read_id(path.get("match_id", ""))
    row = (
        await db.execute(
            select(Match.organisation_id, Match.asked_id, Area.lo)
            .join(Area, Area.id == Match.area_id)
            .where(Match.id == match_id)
        )
    ).first()
    if row is None:
        raise NotFound
    return Scope(row.organisation_id, row.lo, also=_known(row.asked_id))


async def at_need(db: AsyncSession, path: Mapping[str, str]) -> Scope:
    """The organisation that answers for the need whose cell a path names. Raises NotFound."""
    cell_id = read_id(path.get("cell_id", ""))
    if cell_id is None:
        raise NotFound
    found = await cell(db, cell_id)
    side = await other_side(db, found, await setting(db, time.now().date()))
    return Scope(side, found.at.area[0])


def _known(id: UUID | None) -> tuple[UUID, ...]:
    return (id,) if id else ()
