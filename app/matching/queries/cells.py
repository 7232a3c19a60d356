"""Cells as lists and pages show them, with everything that explains them. One statement for any number."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.coverage.models import CellCoverage
from app.kernel.i18n import spoken
from app.kernel.refusals import NotFound
from app.matching.queries.finding import Pair
from app.matching.queries.setting import Setting
from app.matching.rules.conditions import Need
from app.matching.rules.profile import At, need_of
from app.needs.models import NeedCell, NeedStatement
from app.needs.queries.sources import name_of_source
from app.needs.rules.severity import Effective, From
from app.places.models import Area
from app.vocabulary.models import Term
from app.vocabulary.queries.entries import name_of


@dataclass(frozen=True, slots=True)
class Cell:
    """A need with its figures, where they come from, and what things are called in the language spoken.

    `need` and `people_called` are words for the middle of a sentence ("a school place", "girls").
    """

    id: UUID
    service_id: UUID
    group_id: UUID
    area_id: UUID
    area: str
    parent: str
    country: str
    at: At
    service: str
    need: str
    group: str
    people_called: str
    people: int
    covered: int
    uncovered: int
    tier: int
    tie: int
    withheld: bool
    severity: Effective
    contested: bool
    named: int
    state: str
    source: str
    stated_by: UUID | None
    reference_to: date

    @property
    def pair(self) -> Pair:
        return Pair(self.service_id, self.group_id, self.at.area[0])

    def as_need(self, known: Setting) -> Need:
        """As the conditions and the points read it."""
        return need_of(
            known.words, id=self.id, service=self.service_id, group=self.group_id, at=self.at, tier=self.tier,
            uncovered=self.uncovered, tie=self.tie, today=known.today,
        )  # fmt: skip


async def cells(db: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Cell]:
    """The cells with these ids; those that are not there any more are left out. One statement."""
    rows = await db.execute(_cells().where(NeedCell.id.in_(ids)))
    return {row[0]: _cell(row) for row in rows}


async def cell(db: AsyncSession, id: UUID) -> Cell:
    """One cell. Raises NotFound."""
    found = (await cells(db, [id])).get(id)
    if found is None:
        raise NotFound
    return found


async def cell_of_pair(db: AsyncSession, area_id: UUID, service_id: UUID, group_id: UUID) -> Cell | None:
    """The working cell of an area, service and group, where there still is one."""
    wanted = _cells().where(
        NeedCell.area_id == area_id, NeedCell.service_id == service_id, NeedCell.group_id == group_id
    )
    row = (await db.execute(wanted.order_by(CellCoverage.listed.desc(), NeedCell.id).limit(1))).first()
    return _cell(row) if row else None


def area_name(area: Any = Area) -> ColumnElement[str]:
    """An area's name in the language spoken, else as it is kept."""
    return func.coalesce(area.names[spoken().code].astext, area.name)


def in_a_sentence(term: Any, fact: str) -> ColumnElement[str]:
    """Words for the middle of a sentence (people, need) in the language spoken, else English, else the name."""
    words = term.facts[fact]
    return func.coalesce(words[spoken().code].as_string(), words["en"].as_string(), name_of(term))


def _cells() -> Select[*tuple[Any, ...]]:
    parent, country = aliased(Area), aliased(Area)
    service, group = aliased(Term), aliased(Term)
    return (
        select(
            NeedCell.id, NeedCell.service_id, NeedCell.group_id, NeedCell.area_id,
            area_name(), func.coalesce(area_name(parent), area_name(country)), area_name(country),
            Area.lo, Area.hi, func.coalesce(parent.lo, country.lo), func.coalesce(parent.hi, country.hi),
            country.lo, country.hi,
            name_of(service), in_a_sentence(service, "need"), name_of(group), in_a_sentence(group, "people"),
            CellCoverage.people, CellCoverage.covered, CellCoverage.uncovered, CellCoverage.tier, CellCoverage.tie,
            CellCoverage.withheld, NeedCell.severity_effective, NeedCell.severity_from, NeedCell.contested,
            CellCoverage.named, CellCoverage.state, name_of_source(), NeedStatement.stated_by_id,
            NeedCell.reference_to,
        )
        .join(CellCoverage, CellCoverage.cell_id == NeedCell.id)
        .join(Area, Area.id == NeedCell.area_id)
        .join(country, country.code == Area.country)
        .outerjoin(parent, parent.id == Area.parent_id)
        .join(service, service.id == NeedCell.service_id)
        .join(group, group.id == NeedCell.group_id)
        .outerjoin(NeedStatement, NeedStatement.id == NeedCell.statement_id)
    )  # fmt: skip


def _cell(row: Any) -> Cell:
    (
        i, service_id, group_id, area_id, area, parent, country, lo, hi, parent_lo, parent_hi, country_lo, country_hi,
        service, need, group, people_called, people, covered, uncovered, tier, tie, withheld, severity, severity_from,
        contested, named, state, source, stated_by, reference_to,
    ) = row  # fmt: skip
    return Cell(
        id=i, service_id=service_id, group_id=group_id, area_id=area_id, area=area, parent=parent, country=country,
        at=At((lo, hi), (parent_lo, parent_hi), (country_lo, country_hi)), service=service, need=need, group=group,
        people_called=people_called, people=people, covered=covered, uncovered=uncovered, tier=tier, tie=tie,
        withheld=withheld, severity=Effective(severity, From(severity_from)), contested=contested, named=named,
        state=state, source=source, stated_by=stated_by, reference_to=reference_to,
    )  # fmt: skip
