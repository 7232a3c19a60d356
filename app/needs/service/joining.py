"""Figures and questions of an organisation that becomes a part of another, or stands for itself again."""

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.needs.models import Contest, NeedStatement
from app.needs.service.settlement import settle_country
from app.organisations.models import Organisation
from app.organisations.service.belongings import Belongings, Joining, give
from app.places.models import Area


async def _move_statements(db: AsyncSession, joining: Joining) -> Sequence[UUID]:
    """The survivor speaks for them from now on. Of what both have stated, the survivor's own counts beside the other."""
    its = aliased(NeedStatement)
    both = exists().where(
        its.stated_by_id == joining.survivor, its.ended_at.is_(None), its.key == NeedStatement.key
    )
    moving = (NeedStatement.stated_by_id == joining.absorbed) & ~both
    return await _state(db, moving, joining.absorbed, joining.survivor)


async def _statements_back(db: AsyncSession, joining: Joining, ids: Sequence[UUID]) -> None:
    await _state(db, NeedStatement.id.in_(ids), joining.survivor, joining.absorbed)


async def _state(db: AsyncSession, which: ColumnElement[bool], before: UUID, after: UUID) -> Sequence[UUID]:
    """Let live figures be stated by another organisation; an organisation's own figures have its slug as source."""
    slug = {
        i: select(Organisation.slug).where(Organisation.id == i).scalar_subquery() for i in (before, after)
    }
    ids = await db.scalars(
        update(NeedStatement)
        .where(which, NeedStatement.source == slug[before], NeedStatement.ended_at.is_(None))
        .values(stated_by_id=after, source=slug[after])
        .returning(NeedStatement.id)
        .execution_options(synchronize_session=False)
    )
    moved = ids.all()
    await _settle(db, moved)
    return moved


async def _settle(db: AsyncSession, statements: Sequence[UUID]) -> None:
    country = aliased(Area)
    places = (
        select(country.id, NeedStatement.service_id)
        .join(Area, Area.id == NeedStatement.area_id)
        .join(country, (country.country == Area.country) & (country.level == 0))
        .where(NeedStatement.id.in_(statements))
        .distinct()
        .order_by(country.id)
    )
    for country_id, rows in groupby((await db.execute(places)).all(), key=lambda row: row[0]):
        await settle_country(db, country_id, [service for _, service in rows])


async def _move_contests(db: AsyncSession, joining: Joining) -> Sequence[UUID]:
    """But for a question that both have open about one figure."""
    its = aliased(Contest)
    both = exists().where(
        its.organisation_id == joining.survivor, its.statement_id == Contest.statement_id, its.state == "open"
    )
    moving = (Contest.organisation_id == joining.absorbed) & ~((Contest.state == "open") & both)
    return await give(db, Contest, Contest.organisation_id, moving, joining.survivor)


async def _contests_back(db: AsyncSession, joining: Joining, ids: Sequence[UUID]) -> None:
    here = (Contest.organisation_id == joining.survivor) & Contest.id.in_(ids)
    await give(db, Contest, Contest.organisation_id, here, joining.absorbed)


BELONGINGS = (
    Belongings("needs", _move_statements, _statements_back),
    Belongings("questions", _move_contests, _contests_back),
)
