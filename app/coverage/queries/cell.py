"""One cell, down to everything its figure rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.models import CellCoverage, LinePart
from app.kernel.refusals import NotFound
from app.needs.models import Contest, DataNote, NeedCell, NeedStatement
from app.organisations.models import Organisation
from app.places.models import Area
from app.places.queries import said_name
from app.programmes.models import CapacityLine, Presence, Programme
from app.vocabulary.models import Term
from app.vocabulary.queries import name_of

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A programme's part in the cell: how many of its people it can serve. `people` None: not known."""

    programme_id: UUID
    title: str
    organisation: str
    slug: str
    demonstration: bool
    counts: str
    people: int | None
    served: int
    estimated: bool
    confirmed_on: date


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation that a source says is there."""

    organisation: str
    slug: str
    shown: bool
    status: str
    activity: str
    period_from: date
    period_to: date
    source: str
    rows: Sequence[int]


@dataclass(frozen=True, slots=True)
class Opened:
    """The cell and all of it."""

    cell: NeedCell
    coverage: CellCoverage | None
    area: str
    area_code: str
    area_id: UUID
    service: str
    service_id: UUID | None
    group: str
    statement: NeedStatement | None
    statements: Sequence[NeedStatement]
    contests: Sequence[tuple[Contest, str]]
    lines: Sequence[Line]
    named: Sequence[Named]
    notes: Sequence[DataNote]


async def opened(db: AsyncSession, cell_id: UUID) -> Opened:
    """Everything that a cell's figures open down to: seven statements. Raises NotFound."""
    group = select(name_of()).where(Term.id == NeedCell.group_id).scalar_subquery()
    service = select(name_of()).where(Term.id == NeedCell.service_id).scalar_subquery()
    row = (
        await db.execute(
            select(NeedCell, CellCoverage, said_name(), Area.code, func.coalesce(service, ""), group, NeedStatement)
            .join(Area, Area.id == NeedCell.area_id)
            .outerjoin(CellCoverage, CellCoverage.cell_id == NeedCell.id)
            .outerjoin(NeedStatement, NeedStatement.id == NeedCell.statement_id)
            .where(NeedCell.id == cell_id)
        )
    ).first()
    if row is None:
        raise NotFound
    cell, coverage, area, code, service_name, group_name, statement = row
    return Opened(
        cell, coverage, area, code, cell.area_id, service_name, cell.service_id, group_name, statement,
        await _same(db, statement), await _contests(db, statement), await _lines(db, cell), await _named(db, cell),
        await _notes(db, cell),
    )


async def _same(db: AsyncSession, statement: NeedStatement | None) -> list[NeedStatement]:
    """Everything that was ever stated about the same people, newest first."""
    if statement is None:
        return []
    same = [
        getattr(NeedStatement, name) == getattr(statement, name) for name in ("area_id", "status", "sex", "age", "disability")
    ]
    wanted = select(NeedStatement).where(*same, NeedStatement.service_id.is_not_distinct_from(statement.service_id))
    return list(await db.scalars(wanted.order_by(NeedStatement.reference_to.desc(), NeedStatement.id.desc()).limit(SHOWN)))


async def _contests(db: AsyncSession, statement: NeedStatement | None) -> list[tuple[Contest, str]]:
    if statement is None:
        return []
    rows = await db.execute(
        select(Contest, Organisation.name)
        .join(Organisation, Organisation.id == Contest.organisation_id)
        .where(Contest.statement_id == statement.id)
        .order_by(Contest.raised_at.desc())
        .limit(SHOWN)
    )
    return [(contest, name) for contest, name in rows]


async def _lines(db: AsyncSession, cell: NeedCell) -> list[Line]:
    rows: Any = await db.execute(
        select(
            Programme.id, Programme.title, Organisation.name, Organisation.slug, Organisation.demonstration, LinePart.counts,
            CapacityLine.people, LinePart.rate * LinePart.share * cell.people, LinePart.estimated, LinePart.confirmed_on,
        )
        .join(CapacityLine, CapacityLine.id == LinePart.line_id)
        .join(Programme, Programme.id == CapacityLine.programme_id)
        .join(Organisation, Organisation.id == Programme.organisation_id)
        .where(LinePart.cell_id == cell.id)
        .order_by((LinePart.rate * LinePart.share).desc(), Organisation.name)
        .limit(SHOWN)
    )
    return [
        Line(i, title, name, slug, demo, counts, people, int(served + 1e-9), estimated, confirmed)
        for i, title, name, slug, demo, counts, people, served, estimated, confirmed in rows
    ]


async def _named(db: AsyncSession, cell: NeedCell) -> list[Named]:
    rows: Any = await db.execute(
        select(
            Organisation.name, Organisation.slug, Organisation.shown, Presence.status, Presence.activity,
            Presence.period_from, Presence.period_to, Presence.source, Presence.rows,
        )
        .join(Organisation, Organisation.id == Presence.organisation_id)
        .where(
            Presence.area_id == cell.area_id, Presence.service_id.is_not_distinct_from(cell.service_id),
            Presence.ended_at.is_(None),
        )
        .distinct(Organisation.name_folded, Organisation.id)
        .order_by(Organisation.name_folded, Organisation.id)
        .limit(SHOWN)
    )
    return [Named(*row) for row in rows]


async def _notes(db: AsyncSession, cell: NeedCell) -> list[DataNote]:
    about = or_(DataNote.area_id == cell.area_id, DataNote.area_id.is_(None))
    same = DataNote.service_id.is_not_distinct_from(cell.service_id)
    return list(await db.scalars(select(DataNote).where(about, same).limit(10)))
