"""Places as the rules want them: what is counted in an area for a service, read from the need cells."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.rules.above import Peopled
from app.coverage.rules.parts import Interval, LineFacts, LocalPlace
from app.coverage.rules.supply import Figure, LocalNeed
from app.coverage.rules.windows import window
from app.needs.rules.facets import EVERYBODY, Facets
from app.places.rules.tree import disjoint
from app.vocabulary.queries import entries as vocabulary


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of positions by service: whole subtrees, or single areas."""

    of: Mapping[str, Sequence[Interval]] = field(default_factory=dict[str, Sequence[Interval]])

    @classmethod
    def joined(cls, pairs: Iterable[tuple[str, Interval]]) -> "Stretches":
        found: dict[str, list[Interval]] = defaultdict(list)
        for service, interval in pairs:
            found[service].append(interval)
        return cls({service: disjoint(intervals) for service, intervals in found.items()})

    def __bool__(self) -> bool:
        return any(self.of.values())

    def __iter__(self) -> Iterator[tuple[str, Interval]]:
        return ((service, interval) for service, intervals in self.of.items() for interval in intervals)

    def columns(self) -> dict[str, list[Any]]:
        """As arrays for `unnest` in a statement: services, lows, highs."""
        rows = list(self)
        return {
            "services": [service for service, _ in rows],
            "lows": [lo for _, (lo, _hi) in rows],
            "highs": [hi for _, (_lo, hi) in rows],
        }


@dataclass(frozen=True, slots=True)
class WorkingCell:
    """What coverage needs to know of a need cell."""

    id: str
    area: str
    service: str
    group: str
    facets: Facets
    position: int
    people: int
    counted: bool
    local: bool
    listed: bool
    withheld: bool
    severity: int
    contested: bool
    parts_differ: bool
    reference_from: date
    reference_to: date
    tie: int

    @property
    def is_total(self) -> bool:
        """Everybody of its area, counted in others' cells."""
        return self.facets == EVERYBODY and not self.counted


_IN = "unnest(CAST(:services AS uuid[]), CAST(:lows AS int[]), CAST(:highs AS int[])) AS t (service, lo, hi)"
_CELLS = f"""
    SELECT c.id::text, c.area_id::text, c.service_id::text, c.group_id::text, c.position, c.people, c.counted, c.local,
        c.listed, c.withheld, c.severity_effective, c.contested, c.parts_differ, c.reference_from, c.reference_to, c.tie
    FROM need_cell AS c JOIN {_IN} ON c.service_id = t.service AND c.position BETWEEN t.lo AND t.hi
"""  # noqa: S608 - constants of this file


async def count_cells(db: AsyncSession, within: Stretches) -> int:
    """How many cells stand in these stretches."""
    wanted = f"SELECT count(*) FROM need_cell AS c JOIN {_IN} ON c.service_id = t.service AND c.position BETWEEN t.lo AND t.hi"  # noqa: S608
    return await db.scalar(text(wanted), within.columns()) or 0


async def local_cells(db: AsyncSession, within: Stretches) -> list[WorkingCell]:
    """The cells in these stretches whose people are counted in their own area, in the order of their ids."""
    return await _cells(db, f"{_CELLS} WHERE c.local ORDER BY c.id", within)


async def upper_cells(db: AsyncSession, around: Stretches) -> list[WorkingCell]:
    """The cells whose people are counted in areas below theirs, of all areas that these stretches lie in."""
    above = (
        f"{_CELLS.replace('c.position BETWEEN t.lo AND t.hi', 'NOT c.local')} JOIN area AS a ON a.id = c.area_id "
        "WHERE a.lo <= t.hi AND t.lo <= a.hi ORDER BY c.id"
    )
    found = await _cells(db, above, around)
    return list({cell.id: cell for cell in found}.values())


@dataclass(frozen=True, slots=True)
class Upper:
    """An area with areas below it, in which people are counted nevertheless; `stated` are those below that have
    figures of their own."""

    area: Peopled
    stated: Sequence[Peopled]


_UPPER = """
    SELECT DISTINCT c.service_id::text AS service, a.lo, a.hi, a.population
    FROM need_cell AS c JOIN area AS a ON a.id = c.area_id
    WHERE c.counted AND c.service_id = ANY(CAST(:services AS uuid[])) AND {which}
    ORDER BY 1, 2
"""


async def upper_places(db: AsyncSession, services: Iterable[str]) -> dict[str, list[Upper]]:
    """Where these services are counted above the lowest areas, by service."""
    found: dict[str, list[Peopled]] = defaultdict(list)
    rows = await db.execute(text(_UPPER.format(which="a.hi > a.lo")), {"services": list(services)})
    for service, *area in rows:
        found[service].append(Peopled(*area))
    if not found:
        return {}
    below: dict[str, list[Peopled]] = defaultdict(list)
    rows = await db.execute(text(_UPPER.format(which="a.level > 0")), {"services": list(found)})
    for service, *area in rows:
        below[service].append(Peopled(*area))
    return {
        service: [Upper(area, [b for b in below[service] if b.inside(area) and b != area]) for area in areas]
        for service, areas in found.items()
    }


async def groups_by_id(db: AsyncSession) -> dict[str, Facets]:
    """Every group's facets, as the rules of needs read them."""
    index = await vocabulary.group_index(db)
    return {
        str(i): Facets.read(facets.status, facets.sex, str(facets.age), facets.disability)
        for i, facets in index.facets.items()
    }


def local_places(cells: Iterable[WorkingCell], today: date) -> list[LocalPlace]:
    """The places that these cells make up. Totals of what is counted beside them take no part."""
    by_place: dict[tuple[str, str], list[WorkingCell]] = defaultdict(list)
    for cell in cells:
        by_place[cell.area, cell.service].append(cell)
    places: list[LocalPlace] = []
    for (area, service), here in by_place.items():
        counted = [cell for cell in here if cell.counted]
        if counted:
            views = [cell for cell in here if not cell.counted and not cell.is_total]
            newest = max(counted, key=lambda cell: (cell.reference_to, cell.reference_from))
            need = LocalNeed(_figures(counted), _figures(views))
            when = window(newest.reference_from, newest.reference_to, today)
            places.append(LocalPlace(area, service, here[0].position, need, when))
    return places


def reach_of(lines: Iterable[LineFacts]) -> Stretches:
    """Where these lines work, and the areas above for whose cells they count."""
    return Stretches.joined(
        (line.service, interval)
        for line in lines
        for interval in (*line.intervals, *((position, position) for position in line.above))
    )


def _figures(cells: Iterable[WorkingCell]) -> tuple[Figure, ...]:
    return tuple(Figure(cell.id, cell.facets, cell.people) for cell in cells)


async def _cells(db: AsyncSession, statement: str, within: Stretches) -> list[WorkingCell]:
    if not within:
        return []
    groups = await groups_by_id(db)
    return [
        WorkingCell(i, area, service, group, groups[group], *rest)
        for i, area, service, group, *rest in await db.execute(text(statement), within.columns())
    ]
