"""Settling: the working cells of a country from everything that is stated about it now."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.loading import copy_rows
from app.kernel.refusals import NotFound
from app.needs.rules.areas import Tree
from app.needs.rules.cells import Cell
from app.needs.rules.facets import EVERYBODY, Facets
from app.needs.rules.settle import Worked, settle_releases
from app.needs.rules.severity import Effective, effective
from app.needs.rules.statements import Key, Standing, Statement, precedence
from app.needs.rules.sums import withheld
from app.needs.service.cells import Row, Settlement, bring_cells_to
from app.places.models import Area
from app.vocabulary.rules.groups import Facets as GroupFacets
from app.vocabulary.service.groups import groups_for

_LOCK = 7_461_020
Period = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Said:
    """Everything that is stated now, ready to be worked with: releases, and facts by statement."""

    releases: list[list[Statement]]
    periods: Mapping[Key, Period]
    contested: frozenset[Key]


@dataclass(frozen=True, slots=True)
class Country:
    """The areas of a country: who lies in whom, and the position of each."""

    id: UUID
    lo: int
    hi: int
    tree: Tree
    positions: Mapping[Key, int]


async def settle_country(
    db: AsyncSession, country_id: UUID, services: Collection[UUID | None] | None = None
) -> Settlement:
    """Work out the cells of a country, all or of some `services`, from the newest release of every source.

    Cells that come out as they are stay as they are, with their ids. What changed is noted for coverage.
    Two who settle one country wait for each other. Raises NotFound for an area that is no country.
    """
    await db.execute(
        text("SELECT pg_advisory_xact_lock(:lock, hashtext(:country))"),
        {"lock": _LOCK, "country": str(country_id)},
    )
    country = await _country(db, country_id)
    wanted = None if services is None else {*services, None}
    said = await _said(db, country, wanted)
    # Minutes for the largest tables, so never on the loop that answers people.
    worked, dark = await asyncio.to_thread(_work_out, said.releases, country.tree)
    groups = await _groups(db, worked)
    rows = await asyncio.to_thread(lambda: list(_stored(worked, dark, said, country, groups)))
    brought = await bring_cells_to(db, (country.lo, country.hi), wanted, rows)
    notes = await _write_notes(db, country, wanted, worked)
    return replace(brought, notes=notes)


async def renumber_cells(db: AsyncSession) -> int:
    """After the tree of areas was numbered anew: give every cell its area's position. Returns how many moved."""
    moved = await db.scalars(
        text(
            "UPDATE need_cell AS c SET position = a.lo FROM area AS a "
            "WHERE a.id = c.area_id AND c.position <> a.lo RETURNING c.id"
        )
    )
    return len(moved.all())


async def _country(db: AsyncSession, country_id: UUID) -> Country:
    at = await db.scalar(select(Area).where(Area.id == country_id, Area.level == 0))
    if at is None:
        raise NotFound
    wanted = select(Area.id, Area.parent_id, Area.lo).where(Area.lo.between(at.lo, at.hi)).order_by(Area.lo)
    rows = (await db.execute(wanted)).all()
    # Text, since the rules compare and look up by it all the time, and an id is slow at both.
    parents: dict[Key, Key | None] = {str(row.id): row.parent_id and str(row.parent_id) for row in rows}
    return Country(at.id, at.lo, at.hi, Tree(parents), {str(row.id): row.lo for row in rows})


# Of every source the newest period it speaks of, service by service; of what an organisation states itself the
# newest figure for the same people. An accepted contest stands in for the figure that it is about. In an order of what
# they are about: among several numbers of which one is to be held back it is then always the same one, whichever was
# stated when, and nobody finds it by comparing what was published before and after.
_STATED = text(
    """
    WITH stated AS (
        SELECT s.*, a.lo, s.stated_by_id IS NOT NULL AND s.import_id IS NULL AS alone
        FROM need_statement AS s
        JOIN area AS a ON a.id = s.area_id
        LEFT JOIN term AS t ON t.id = s.service_id
        WHERE s.ended_at IS NULL AND a.lo BETWEEN :lo AND :hi
          AND coalesce(CAST(t.facts ->> 'is_need' AS boolean), true)
          AND (:everything OR s.service_id IS NULL OR s.service_id = ANY(CAST(:services AS uuid[])))
    ), newest AS (
        SELECT *, rank() OVER (
            PARTITION BY source, service_id, CASE WHEN alone THEN (area_id, status, sex, age, disability) END
            ORDER BY reference_to DESC, reference_from DESC
        ) AS place
        FROM stated
    )
    SELECT CAST(n.id AS text), n.source, CAST(n.area_id AS text) AS area, CAST(n.service_id AS text) AS service,
           n.status, n.sex, n.age, n.disability, n.severity, n.targeted,
           n.official, n.reference_from, n.reference_to, n.published_on, coalesce(c.people, n.people) AS people,
           c.id IS NOT NULL AS corrected,
           EXISTS (SELECT FROM contest AS o WHERE o.statement_id = n.id AND o.state = 'open') AS questioned
    FROM newest AS n
    LEFT JOIN LATERAL (
        SELECT id, people FROM contest WHERE statement_id = n.id AND state = 'accepted'
        ORDER BY decided_at DESC, id DESC LIMIT 1
    ) AS c ON true
    WHERE n.place = 1
    ORDER BY n.source, n.lo, n.service_id, n.status, n.sex, n.age, n.disability, n.stated_at, n.id
    """
)


async def _said(db: AsyncSession, country: Country, services: Collection[UUID | None] | None) -> Said:
    places = {
        "lo": country.lo, "hi": country.hi, "everything": services is None,
        "services": [str(service) for service in services or () if service],
    }  # fmt: skip
    releases: dict[str, dict[tuple[Key, Key | None, Facets], Statement]] = defaultdict(dict)
    periods: dict[Key, Period] = {}
    contested: set[Key] = set()
    for row in await db.execute(_STATED, places):
        facets = _facets(row.status, row.sex, row.age, row.disability)
        standing = _standing(row.official, row.corrected, row.reference_to, row.published_on)
        statement = Statement(
            row.id, row.area, row.service, facets, row.people, row.severity, row.targeted, standing
        )
        # One source may say one thing twice, in two files: the later one is what it says.
        releases[row.source][row.area, row.service, facets] = statement
        periods[row.id] = (row.reference_from, row.reference_to)
        if row.questioned:
            contested.add(row.id)
    return Said([list(rows.values()) for rows in releases.values()], periods, frozenset(contested))


def _work_out(
    releases: Iterable[Sequence[Statement]], tree: Tree
) -> tuple[Worked, dict[Key | None, frozenset[int]]]:
    worked = settle_releases(releases, tree)
    return worked, {service: withheld(settled.cells, tree) for service, settled in worked.services.items()}


async def _groups(db: AsyncSession, worked: Worked) -> dict[Facets, UUID]:
    """The group of the vocabulary for all facets that were counted; one that nobody named is added."""
    facets = {cell.facets for cell in worked.cells}
    read = {
        each: GroupFacets.read(
            {
                "status": each.status,
                "sex": str(each.sex),
                "age": str(each.age),
                "disability": str(each.disability),
            }
        )
        for each in facets
    }
    named = await groups_for(db, None, sorted(read.values(), key=str))
    return {each: named[group] for each, group in read.items()}


def _stored(
    worked: Worked,
    dark: Mapping[Key | None, frozenset[int]],
    said: Said,
    country: Country,
    groups: Mapping[Facets, UUID],
) -> Iterator[Row]:
    severities = _severities(said)
    when = _periods(said)
    named = {facets: str(group) for facets, group in groups.items()}
    for service, settled in worked.services.items():
        ranks = _Ranks(settled.cells, country)
        for at, cell in enumerate(settled.cells):
            severity = severities.get((cell.area, service, cell.facets))
            counts = _effective(severities, cell, country.tree)
            first, last = _period(said, when, cell)
            yield Row(
                area_id=str(cell.area), service_id=service and str(service), group_id=named[cell.facets],
                origin=str(cell.origin), position=country.positions[cell.area],
                reference_from=first, reference_to=last, people=cell.people, role=str(cell.role),
                counted=cell.counted, summed=cell.summed, local=ranks.is_local(cell), listed=ranks.is_listed(cell),
                withheld=at in dark[service], parts_differ=cell.parts_differ, severity=severity,
                severity_effective=counts.severity, severity_from=str(counts.source),
                contested=cell.statement in said.contested,
                statement_id=cell.statement and str(cell.statement),
            )  # fmt: skip


class _Ranks:
    """Where the cells of one service stand among each other."""

    def __init__(self, cells: Iterable[Cell], country: Country) -> None:
        self._tree = country.tree
        self._counted = {cell.area for cell in cells if cell.counted}
        self._counted_below = {above for area in self._counted for above in self._tree.above(area)}
        told: dict[Facets, set[Key]] = defaultdict(set)
        for cell in cells:
            told[cell.facets].update(self._tree.above(cell.area))
        self._told_below = told

    def is_local(self, cell: Cell) -> bool:
        return cell.counted or (cell.area in self._counted and cell.area not in self._counted_below)

    def is_listed(self, cell: Cell) -> bool:
        return cell.summed if cell.facets == EVERYBODY else cell.area not in self._told_below[cell.facets]


def _severities(said: Said) -> dict[tuple[Key, Key | None, Facets], int]:
    found: dict[tuple[Key, Key | None, Facets], Statement] = {}
    for statement in (row for release in said.releases for row in release if row.severity is not None):
        about = (statement.area, statement.service, statement.facets)
        if about not in found or precedence(statement) < precedence(found[about]):
            found[about] = statement
    return {about: statement.severity for about, statement in found.items() if statement.severity is not None}


def _effective(severities: Mapping[tuple[Key, Key | None, Facets], int], cell: Cell, tree: Tree) -> Effective:
    if not severities:
        return effective(None, ())
    own, *above = (
        severities.get((area, cell.service, cell.facets)) for area in (cell.area, *tree.above(cell.area))
    )
    return effective(own, above)


def _periods(said: Said) -> dict[tuple[Key | None, Key | None], Period]:
    """The newest period stated of an area and service, and of a service anywhere (area None): that of figures
    which are worked out from several."""
    newest: dict[tuple[Key | None, Key | None], Period] = {}
    for row in (row for release in said.releases for row in release):
        period = said.periods[row.id]
        for about in ((row.area, row.service), (None, row.service)):
            known = newest.get(about)
            if known is None or period[::-1] > known[::-1]:
                newest[about] = period
    return newest


def _period(said: Said, when: Mapping[tuple[Key | None, Key | None], Period], cell: Cell) -> Period:
    if cell.statement is not None:
        return said.periods[cell.statement]
    return when.get((cell.area, cell.service)) or when[None, cell.service]


async def _write_notes(
    db: AsyncSession, country: Country, services: Collection[UUID | None] | None, worked: Worked
) -> int:
    named = None if services is None else [str(service) for service in services if service]
    await db.execute(
        text(
            "DELETE FROM data_note WHERE country_id = :country "
            "AND (:everything OR service_id IS NULL OR service_id = ANY(CAST(:services AS uuid[])))"
        ),
        {"country": country.id, "everything": named is None, "services": named or []},
    )
    rows = [
        (
            new_id(),
            country.id,
            str(note.kind),
            note.area,
            note.service,
            _words(note.facets),
            str(note.figure),
            str(note.other),
        )
        for note in worked.notes
    ]
    columns = ("id", "country_id", "kind", "area_id", "service_id", "facets", "figure", "other")
    await copy_rows(db, "data_note", columns, rows)
    return len(rows)


def _words(facets: Facets) -> str:
    return "" if facets == EVERYBODY else str(facets)


@lru_cache(maxsize=1 << 12)
def _facets(status: str, sex: str, age: str, disability: str) -> Facets:
    return Facets.read(status, sex, age, disability)


@lru_cache(maxsize=1 << 12)
def _standing(official: bool, corrected: bool, last: date, published: date | None) -> Standing:
    return Standing(official, corrected, last, published or date.min)
