"""Who may question a figure, and whose planner may decide about it: both by its place."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel.actor import Scope
from app.kernel.ids import read_id
from app.kernel.refusals import NotFound
from app.needs.models import Contest, NeedStatement
from app.organisations.models import Organisation, OrganisationArea
from app.organisations.rules.registration import State
from app.places.models import Area


async def may_question(
    db: AsyncSession, organisation_ids: Collection[UUID], area_id: UUID
) -> frozenset[UUID]:
    """Those of the organisations that may question figures of this area: verified, with their work or their seat in
    it, in an area that it lies in, or in one inside it. One statement.
    """
    here, its = aliased(Area), aliased(Area)
    works = (
        exists()
        .where(OrganisationArea.organisation_id == Organisation.id, OrganisationArea.area_id == its.id)
        .correlate(Organisation, its)
    )
    near = exists().where(
        here.id == area_id,
        its.lo <= here.hi,
        its.hi >= here.lo,
        or_(its.id == Organisation.home_area_id, works),
    )
    wanted = select(Organisation.id).where(
        Organisation.id.in_(organisation_ids), Organisation.state == State.VERIFIED, near
    )
    return frozenset(await db.scalars(wanted))


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
