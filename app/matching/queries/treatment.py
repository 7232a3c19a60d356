"""Equal treatment as it was measured, month by month, and why people said no."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.matching.models import Match, Treatment
from app.matching.queries.cells import area_name, in_a_sentence
from app.matching.rules import order
from app.matching.rules.classes import Described, Measure, class_name, classes_of
from app.matching.rules.moves import Reason, State
from app.needs.models import NeedCell
from app.organisations.models import Organisation
from app.organisations.rules.kinds import Kind
from app.places.models import Area
from app.vocabulary.models import Term
from app.vocabulary.queries.entries import name_of

MONTHS = 12


@dataclass(frozen=True, slots=True)
class ByClass:
    """A class of partners in a month. `code` is that of the class; `lists`: cells where it was shown least."""

    month: date
    measure: Measure
    code: str
    treatment: order.Treatment
    partners: int
    lists: Sequence[UUID]

    @property
    def name(self) -> str:
        return class_name(self.code)


async def months(db: AsyncSession) -> Sequence[ByClass]:
    """The last 12 months that were measured, newest first. One statement."""
    recent = select(Treatment.month).distinct().order_by(Treatment.month.desc()).limit(MONTHS).subquery()
    rows = await db.scalars(
        select(Treatment)
        .where(Treatment.month.in_(select(recent.c.month)))
        .order_by(Treatment.month.desc(), Treatment.measure, Treatment.class_)
    )
    return [
        ByClass(
            row.month, Measure(row.measure), row.class_, order.Treatment(row.got, row.eligible), row.partners,
            [UUID(cell) for cell in row.lists],
        )
        for row in rows
    ]  # fmt: skip


async def titles(db: AsyncSession, cell_ids: Collection[UUID]) -> Mapping[UUID, tuple[str, str, str]]:
    """Cell -> (service, group, area), in the language spoken. One statement."""
    service, group = aliased(Term), aliased(Term)
    rows: Any = await db.execute(
        select(NeedCell.id, name_of(service), in_a_sentence(group, "people"), area_name())
        .join(service, service.id == NeedCell.service_id)
        .join(group, group.id == NeedCell.group_id)
        .join(Area, Area.id == NeedCell.area_id)
        .where(NeedCell.id.in_(cell_ids))
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


async def reasons(db: AsyncSession) -> Mapping[Reason, int]:
    """How often each reason was given for a no. One statement."""
    rows = await db.execute(
        select(Match.reason_code, func.count())
        .where(Match.state == State.DECLINED, Match.reason_code != "")
        .group_by(Match.reason_code)
    )
    given: dict[str, int] = dict(rows.all())
    return {reason: given.get(reason, 0) for reason in Reason}


async def classes(db: AsyncSession, ids: Collection[UUID], today: date) -> dict[UUID, dict[Measure, str]]:
    """Organisation -> its class by each measure. Two statements."""
    region = aliased(Area)
    top = (
        select(region.id)
        .join(Area, (Area.lo >= region.lo) & (Area.lo <= region.hi))
        .join(Organisation, Organisation.home_area_id == Area.id)
        .where(region.level == 1, Organisation.state == "verified")
        .group_by(region.id)
        .order_by(func.count().desc(), region.id)
        .limit(1)
    )
    centre = await db.scalar(top)
    rows = await db.execute(
        select(Organisation.id, Organisation.staff, Organisation.kind, region.id, Organisation.founded_year)
        .outerjoin(Area, Area.id == Organisation.home_area_id)
        .outerjoin(region, (region.level == 1) & (region.lo <= Area.lo) & (region.hi >= Area.lo))
        .where(Organisation.id.in_(ids))
    )
    found = (Described(i, staff, kind == Kind.SELF_ORGANISED, at, year) for i, staff, kind, at, year in rows)
    return {one.id: classes_of(one, centre, today) for one in found}
