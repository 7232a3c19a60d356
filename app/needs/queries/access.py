"""Where a questioned figure stands: the place that decides whose planner may decide about it."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.actor import Scope
from app.kernel.ids import read_id
from app.kernel.refusals import NotFound
from app.needs.models import Contest, NeedStatement
from app.places.models import Area


async def at_contest(db: AsyncSession, path: Mapping[str, str]) -> Scope:
    """The place of the figure that the contest `contest_id` of a path is about. Raises NotFound."""
    wanted = (
        select(Area.lo)
        .join(NeedStatement, NeedStatement.area_id == Area.id)
        .join(Contest, Contest.statement_id == NeedStatement.id)
        .where(Contest.id == read_id(path.get("contest_id", "")))
    )
    position = await db.scalar(wanted)
    if position is None:
        raise NotFound
    return Scope(position=position)
