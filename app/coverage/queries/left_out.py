"""Who is left out, worst first: the places, their sums by area and by service, and what those rest on."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, case, func, literal_column, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.coverage.models import CellCoverage
from app.coverage.rules.presence import Known
from app.kernel.changes import Change
from app.kernel.i18n import spoken
from app.kernel.pagination import PAGE_SIZE, Page, cut, decode
from app.needs.models import NeedCell, NeedStatement
from app.needs.queries.sources import name_of_source
from app.needs.rules.published import covered_as_published
from app.needs.rules.services import MADE_OF_OTHERS
from app.places.models import Area
from app.places.queries import said_name
from app.vocabulary.models import Term
from app.vocabulary.queries.entries import name_of

EVERYWHERE = (0, (1 << 31) - 1)
_SURE = (Known.CAPACITY_KNOWN, Known.NOBODY_REPORTED)


@dataclass(frozen=True, slots=True)
class Choice:
    """A service or group that has figures. `noun`: what people need, or who they are, for the middle of a sentence."""

    id: UUID
    code: str
    name: str
    noun: str
    part_of: UUID | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be looked at. `everyone`: the group of all people, None while the vocabulary isn't loaded."""

    services: Sequence[Choice]
    groups: Sequence[Choice]

    @property
    def everyone(self) -> UUID | None:
        return next((group.id for group in self.groups if group.code == "everyone"), None)

    @property
    def whole_services(self) -> list[UUID]:
        """Services whose needs may stand side by side: none that is part of another, or made of others."""
        return [s.id for s in self.services if s.part_of is None and s.code not in MADE_OF_OTHERS]


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at: a group, services, and the positions of an area and everything in it."""

    group: UUID
    services: Collection[UUID] = ()
    within: tuple[int, int] = EVERYWHERE


@dataclass(frozen=True, slots=True)
class Row:
    """A place and service in the list. `people`, `covered`, `uncovered` and `few` are as in Printed."""

    id: UUID
    area: str
    area_code: str
    above: str
    above_code: str
    service: str
    service_code: str
    group: str
    people: int | None
    covered: int | None
    uncovered: int | None
    few: frozenset[str]
    ratio: float
    tier: int
    severity: int | None
    severity_used: int
    confidence: str
    lines: int
    named: int
    unmeasured: int
    state: Known
    contested: bool
    source: str
    release: str
    reference_from: date
    reference_to: date

    @property
    def left_share(self) -> float | None:
        """The share of the people who are left out, 0 to 1; None where it isn't known."""
        if self.state is Known.NOBODY_REPORTED:
            return 1.0
        return 1 - self.ratio if self.state is Known.CAPACITY_KNOWN else None


@dataclass(frozen=True, slots=True)
class Part:
    """The sum over an area or a service. `people` = `covered` + `left` + `unknown`.

    `left`: where programmes say how many they can serve, those that it isn't enough for; and everybody where
    nobody is reported (`nobody`, among them). `unknown`: where somebody is reported or registered without a
    number, or nothing was reported at all (`silent`, among them). `places`: pairs of an area and a service.
    """

    id: UUID
    code: str
    name: str
    people: int
    covered: int
    left: int
    nobody: int
    silent: int
    places: int
    places_nobody: int
    places_silent: int

    @property
    def unknown(self) -> int:
        return self.people - self.covered - self.left

    @property
    def beyond_room(self) -> int:
        """Left out where somebody says how many they can serve."""
        return self.left - self.nobody

    @property
    def unmeasured(self) -> int:
        """Not known, since somebody is there without a number."""
        return self.unknown - self.silent

    @property
    def share(self) -> float:
        """Left out as far as is known, 0 to 1."""
        return self.left / self.people if self.people else 0.0

    @property
    def says_something(self) -> bool:
        """Anything is known of how many are reached, or not reached."""
        return bool(self.left or self.covered)


@dataclass(frozen=True, slots=True)
class Report:
    """Who reported last on who does a service, and about which days."""

    service: str
    sources: Sequence[str]
    as_of: date
    through: date


async def choices(db: AsyncSession) -> Choices:
    """The services and groups that have figures, in the order of the vocabulary. One statement."""
    of_service = select(CellCoverage.cell_id).where(CellCoverage.service_id == Term.id).exists()
    of_group = (
        select(CellCoverage.cell_id).where(CellCoverage.group_id == Term.id, CellCoverage.listed).exists()
    )
    languages = dict.fromkeys((spoken().code, "en"))
    nouns = [Term.facts[fact][language].as_string() for language in languages for fact in ("need", "people")]
    noun = func.coalesce(*nouns, name_of())
    wanted = (
        select(Term.scheme, Term.id, Term.code, name_of(), noun, Term.parent_id)
        .where(
            case(
                (Term.scheme == "service", of_service),
                (Term.scheme == "group", (Term.code == "everyone") | of_group),
            )
        )
        .order_by(Term.position, Term.code)
    )
    rows: Any = await db.execute(wanted)
    found = [(row[0], Choice(*row[1:])) for row in rows]
    return Choices(
        [c for scheme, c in found if scheme == "service"], [c for scheme, c in found if scheme == "group"]
    )


async def worst(
    db: AsyncSession, looked: Looked, *, after: str | None = None, size: int = PAGE_SIZE
) -> Page[Row]:
    """Places and services, those furthest behind first. One statement, whatever the number of cells."""
    above, group = aliased(Area), aliased(Term)
    order: tuple[Any, ...] = (
        CellCoverage.tier, CellCoverage.ratio, CellCoverage.standing, literal_column("(-cell_coverage.uncovered)", Integer),
        CellCoverage.cell_id,
    )  # fmt: skip
    wanted = (
        select(
            CellCoverage.cell_id.label("id"), said_name().label("area"), Area.code.label("area_code"),
            func.coalesce(said_name(above), "").label("above"), func.coalesce(above.code, "").label("above_code"),
            name_of().label("service"), Term.code.label("service_code"), name_of(group).label("group"), CellCoverage.people,
            CellCoverage.covered, CellCoverage.uncovered, CellCoverage.withheld, CellCoverage.ratio, CellCoverage.tier,
            CellCoverage.standing, NeedCell.severity, CellCoverage.severity_effective.label("severity_used"),
            CellCoverage.confidence, CellCoverage.lines, CellCoverage.named, CellCoverage.unmeasured, CellCoverage.state,
            NeedCell.contested, name_of_source().label("source"), func.coalesce(NeedStatement.release, "").label("release"),
            NeedCell.reference_from, NeedCell.reference_to,
        )
        .join(NeedCell, NeedCell.id == CellCoverage.cell_id)
        .join(Area, Area.id == NeedCell.area_id)
        .outerjoin(above, above.id == Area.parent_id)
        .join(Term, Term.id == CellCoverage.service_id)
        .join(group, group.id == CellCoverage.group_id)
        .outerjoin(NeedStatement, NeedStatement.id == NeedCell.statement_id)
        .where(*_looked(looked))
        .order_by(*order)
        .limit(size + 1)
    )  # fmt: skip
    if key := decode(after, int, float, int, int, UUID):
        wanted = wanted.where(tuple_(*order) > tuple_(*key))
    rows: Any = await db.execute(wanted)
    found = [_row(row) for row in rows]
    page = cut(found, size, key=lambda pair: pair[1])
    return Page([row for row, _key in page.rows], page.after)


async def by_area(db: AsyncSession, looked: Looked, parent_id: UUID) -> list[Part]:
    """Sums over the areas right below one, the largest share left out first. Over several services they are needs,
    not people, since services overlap in whom they serve. One statement.
    """
    wanted = (
        select(Area.id, Area.code, said_name(), *_sums())
        .join(CellCoverage, CellCoverage.position.between(Area.lo, Area.hi))
        .where(Area.parent_id == parent_id, *_looked(looked))
        .group_by(Area.id)
    )
    return _worst_first(await db.execute(wanted))


async def by_service(db: AsyncSession, looked: Looked) -> list[Part]:
    """Sums over each service, the largest share left out first. One statement."""
    wanted = (
        select(Term.id, Term.code, name_of(), *_sums())
        .join(CellCoverage, CellCoverage.service_id == Term.id)
        .where(*_looked(looked))
        .group_by(Term.id)
    )
    return _worst_first(await db.execute(wanted))


async def reports(db: AsyncSession, services: Collection[UUID], country: str) -> list[Report]:
    """Who reported last on each of these services, the newest first. One statement."""
    rows = await db.execute(_REPORTS, {"services": [str(i) for i in services], "country": country})
    return [Report(*row) for row in rows]


_REPORTS = text(
    """
    SELECT r.service_id::text, array_agg(DISTINCT r.source ORDER BY r.source), r.as_of, r.through FROM reported AS r
    WHERE r.country = :country AND r.service_id = ANY(CAST(:services AS uuid[]))
    GROUP BY r.service_id, r.as_of, r.through
    ORDER BY r.as_of DESC, r.service_id
    """
)


async def changes_wait(db: AsyncSession) -> bool:
    """Something changed that isn't counted in the figures yet. One statement."""
    return bool(await db.scalar(select(select(Change.id).exists())))


def total(parts: Sequence[Part]) -> Part | None:
    """All of `parts` together; None where there is nothing."""
    if not parts:
        return None
    names = ("people", "covered", "left", "nobody", "silent", "places", "places_nobody", "places_silent")
    return Part(parts[0].id, "", "", *(sum(getattr(part, name) for part in parts) for name in names))


def _looked(looked: Looked) -> list[Any]:
    conditions: list[Any] = [
        CellCoverage.listed,
        CellCoverage.group_id == looked.group,
        CellCoverage.service_id.in_(looked.services),
    ]
    if looked.within != EVERYWHERE:
        conditions.append(CellCoverage.position.between(*looked.within))
    return conditions


def _sums() -> Sequence[Any]:
    state, uncovered = CellCoverage.state, func.sum(CellCoverage.uncovered)

    def among(*states: Known) -> Any:
        return state.in_([str(each) for each in states])

    return (
        func.sum(CellCoverage.people), func.sum(CellCoverage.covered), uncovered.filter(among(*_SURE)),
        uncovered.filter(among(Known.NOBODY_REPORTED)), uncovered.filter(among(Known.NO_REPORT)), func.count(),
        func.count().filter(among(Known.NOBODY_REPORTED)), func.count().filter(among(Known.NO_REPORT)),
    )  # fmt: skip


def _worst_first(rows: Any) -> list[Part]:
    parts = [Part(i, code, name, *(int(number or 0) for number in sums)) for i, code, name, *sums in rows]
    return sorted(parts, key=lambda part: (-part.share, -part.left, -part.unknown, part.name))


def _row(found: Any) -> tuple[Row, tuple[Any, ...]]:
    """A row as it may be printed, and where it stands in the order of the list."""
    its = found._asdict()
    key = its["tier"], float(its["ratio"]), its.pop("standing"), -its["uncovered"], its["id"]
    printed = covered_as_published(its["people"], its["covered"], withheld=its.pop("withheld"))
    return Row(**its | asdict(printed) | {"state": Known(its["state"])}), key
