"""Who is left out, worst first: the list, its sums by area and by service, and the figures of the first page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.coverage.models import CellCoverage
from app.kernel.pagination import PAGE_SIZE, Page, cut, decode
from app.needs.models import NeedCell, NeedStatement
from app.places.models import Area
from app.places.queries import said_name
from app.vocabulary.models import Term
from app.vocabulary.queries import name_of


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at: a group, perhaps a service, and the interval of an area's subtree."""

    group: UUID
    service: UUID | None = None
    within: tuple[int, int] = (0, 1 << 30)


@dataclass(frozen=True, slots=True)
class Cell:
    """A line of the list. People of a withheld cell are not shown: they are fewer than 10, or would give such away."""

    id: UUID
    area: str
    area_code: str
    region: str
    service: str
    group: str
    people: int
    covered: int
    uncovered: int
    low: int
    high: int
    ratio: float
    tier: int
    severity: int
    confidence: str
    lines: int
    named: int
    unmeasured: int
    state: str
    withheld: bool
    source: str
    reference_to: date


@dataclass(frozen=True, slots=True)
class Part:
    """The sum over one area or one service: needs, covered, and in how many places nobody is reported or measured."""

    id: UUID
    code: str
    name: str
    people: int
    covered: int
    places: int
    nobody: int
    people_of_nobody: int
    part_of: UUID | None = None

    @property
    def uncovered(self) -> int:
        return self.people - self.covered


async def cells(db: AsyncSession, looked: Looked, *, after: str | None = None, size: int = PAGE_SIZE) -> Page[Cell]:
    """Cells of the group, the worst off first. One statement, whatever the number of cells."""
    region, group = aliased(Area), aliased(Term)
    worst = (CellCoverage.tier, CellCoverage.ratio, CellCoverage.standing, text("(-cell_coverage.uncovered)"), CellCoverage.cell_id)
    wanted = (
        select(
            CellCoverage.cell_id, said_name(), Area.code, func.coalesce(said_name(region), ""), func.coalesce(name_of(), ""),
            name_of(group), CellCoverage.people, CellCoverage.covered, CellCoverage.uncovered, CellCoverage.low,
            CellCoverage.high, CellCoverage.ratio, CellCoverage.tier, CellCoverage.severity_effective,
            CellCoverage.confidence, CellCoverage.lines, CellCoverage.named, CellCoverage.unmeasured, CellCoverage.state,
            CellCoverage.withheld, func.coalesce(NeedStatement.source, ""), NeedCell.reference_to, CellCoverage.standing,
        )
        .join(NeedCell, NeedCell.id == CellCoverage.cell_id)
        .join(Area, Area.id == NeedCell.area_id)
        .outerjoin(region, region.id == Area.parent_id)
        .outerjoin(Term, Term.id == CellCoverage.service_id)
        .join(group, group.id == CellCoverage.group_id)
        .outerjoin(NeedStatement, NeedStatement.id == NeedCell.statement_id)
        .where(*_looked(looked))
        .order_by(*worst)
        .limit(size + 1)
    )
    if key := decode(after, int, float, int, int, UUID):
        wanted = wanted.where(tuple_(*worst) > tuple_(*key))
    rows: Any = await db.execute(wanted)
    found = [(Cell(*row[:-1]), row[-1]) for row in rows]
    page = cut(found, size, key=lambda pair: (pair[0].tier, float(pair[0].ratio), pair[1], -pair[0].uncovered, pair[0].id))
    return Page([cell for cell, _standing in page.rows], page.after)


async def by_area(db: AsyncSession, looked: Looked, parent_id: UUID) -> list[Part]:
    """Sums over the areas right below one, worst share first. Without a service they are needs, not people, since
    services overlap in whom they serve; and a service that is a part of another is not added to it.
    """
    whole = () if looked.service else (CellCoverage.service_id.in_(_whole_services()),)
    wanted = (
        select(Area.id, Area.code, said_name(), *_sums())
        .join(CellCoverage, CellCoverage.position.between(Area.lo, Area.hi))
        .where(Area.parent_id == parent_id, *_looked(looked), *whole)
        .group_by(Area.id)
    )
    rows: Any = await db.execute(wanted)
    return _worst([Part(*row) for row in rows])


async def by_service(db: AsyncSession, looked: Looked) -> list[Part]:
    """Sums over each service, worst share first."""
    wanted = (
        select(Term.id, Term.code, name_of(), *_sums(), Term.parent_id)
        .join(CellCoverage, CellCoverage.service_id == Term.id)
        .where(*_looked(looked))
        .group_by(Term.id)
    )
    rows: Any = await db.execute(wanted)
    return _worst([Part(*row) for row in rows])


async def everyone(db: AsyncSession) -> UUID | None:
    """The group of everybody, by which the list begins."""
    return await db.scalar(select(Term.id).where(Term.scheme == "group", Term.code == "everyone"))


async def groups_with_figures(db: AsyncSession) -> list[tuple[str, str]]:
    """(id, name) of the groups about which anything is stated: loose index scan over few groups."""
    some = select(CellCoverage.cell_id).where(CellCoverage.group_id == Term.id, CellCoverage.listed).exists()
    rows = await db.execute(select(Term.id, name_of()).where(Term.scheme == "group", some).order_by(Term.position, Term.code))
    return [(str(i), name) for i, name in rows]


def _looked(looked: Looked) -> list[Any]:
    conditions: list[Any] = [CellCoverage.listed, CellCoverage.group_id == looked.group, CellCoverage.service_id.is_not(None)]
    if looked.service:
        conditions.append(CellCoverage.service_id == looked.service)
    if looked.within != (0, 1 << 30):
        conditions.append(CellCoverage.position.between(*looked.within))
    return conditions


def _whole_services() -> Any:
    return select(Term.id).where(Term.scheme == "service", Term.parent_id.is_(None)).scalar_subquery()


def _sums() -> Sequence[Any]:
    nobody = and_(CellCoverage.lines == 0, CellCoverage.named == 0)
    return (
        func.coalesce(func.sum(CellCoverage.people), 0),
        func.coalesce(func.sum(CellCoverage.covered), 0),
        func.count(),
        func.count().filter(nobody),
        func.coalesce(func.sum(CellCoverage.people).filter(nobody), 0),
    )


def _worst(parts: list[Part]) -> list[Part]:
    whole = [replace(p, people=int(p.people), covered=int(p.covered), people_of_nobody=int(p.people_of_nobody)) for p in parts]
    return sorted(whole, key=lambda p: (p.covered / p.people if p.people else 1, -p.uncovered, p.name))
