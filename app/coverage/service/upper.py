"""Cells that stand above those in which their people are counted: provinces and countries."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.rules.cover import Covered
from app.coverage.rules.parts import PRESENT
from app.coverage.rules.standing import Standing, Trust, estimate, standing, there
from app.coverage.rules.totals import Below, Figures
from app.coverage.service.places import Stretches, WorkingCell, groups_by_id, upper_cells, upper_places
from app.coverage.service.presence import Named
from app.coverage.service.storing import store_cells
from app.needs.rules.facets import EVERYBODY

_BELOW = text(
    """
    SELECT n.service_id::text, n.id::text, n.group_id::text, n.position, n.counted, n.reference_to, n.contested,
        n.parts_differ, c.people, c.supply, c.covered, c.overlap, c.low, c.high, c.estimated, c.unsure, c.lines, c.planned
    FROM need_cell AS n JOIN cell_coverage AS c ON c.cell_id = n.id
    JOIN unnest(CAST(:services AS uuid[]), CAST(:lows AS int[]), CAST(:highs AS int[])) AS t (service, lo, hi)
        ON n.service_id = t.service AND n.position BETWEEN t.lo AND t.hi
    WHERE n.local
    """
)
_LINES = text(
    """
    SELECT n.service_id::text, n.position, p.organisation_id::text, p.counts, p.rate > 0, min(p.confirmed_on)
    FROM line_part AS p JOIN need_cell AS n ON n.id = p.cell_id
    WHERE n.service_id = ANY(CAST(:services AS uuid[])) AND n.counted
    GROUP BY 1, 2, 3, 4, 5
    """
)
# Where people are counted above an area, what is stated of the area itself has the share that they have there.
_ABOVE = text(
    """
    SELECT u.id::text, above.*
    FROM unnest(CAST(:ids AS uuid[])) AS w (id)
    JOIN need_cell AS u ON u.id = w.id
    JOIN area AS a ON a.id = u.area_id
    CROSS JOIN LATERAL (
        SELECT c.people, c.supply, c.covered, c.lines
        FROM need_cell AS n JOIN cell_coverage AS c ON c.cell_id = n.id JOIN area AS around ON around.id = n.area_id
        WHERE n.service_id = u.service_id AND n.local AND n.group_id = CAST(:everyone AS uuid)
          AND around.lo < a.lo AND a.hi <= around.hi
        ORDER BY around.level DESC, n.id LIMIT 1
    ) AS above
    """
)


async def work_out_upper(db: AsyncSession, around: Stretches, named: Named, today: date) -> int:
    """Work out the cells above these stretches, from what is stored of those below. Returns how many there are.

    A total is all that is counted below it; a group is the same group's cells below it, else it has the share
    that everybody has there.
    """
    cells = await upper_cells(db, await _widened(db, around))
    if not cells:
        return 0
    lasts = await _lasts(db, {cell.position for cell in cells})
    within = Stretches.joined((cell.service, (cell.position, lasts[cell.position])) for cell in cells)
    below = {service: Below(some) for service, some in (await _below(db, within)).items()}
    above = await _above(db, [c for c in cells if not _any_below(below, c, lasts)])
    lines: dict[str, list[Any]] = defaultdict(list)
    for service, *row in await db.execute(_LINES, {"services": list(within.of)}):
        lines[service].append(row)
    rows = await asyncio.to_thread(
        lambda: [
            (cell, _standing(cell, lasts[cell.position], below, above, lines, named, today)) for cell in cells
        ]
    )
    await store_cells(db, rows)
    return len(rows)


def _standing(
    cell: WorkingCell, hi: int, below: Mapping[str, Below], above: Mapping[str, Covered],
    lines: Mapping[str, Iterable[Any]], named: Named, today: date,
) -> Standing:  # fmt: skip
    all_below = below.get(cell.service) or Below(())
    everybody = all_below.everybody(cell.position, hi)
    its = everybody if cell.is_total else all_below.group(cell.group, cell.position + 1, hi)
    here = [row for row in lines.get(cell.service, ()) if cell.position <= row[0] <= hi]
    who = there(
        {row[1] for row in here if row[2] == "counted" and row[3]}, (row[1] for row in here if row[2] in PRESENT),
        named.within(cell.service, cell.position, hi), reported=named.was_reported(cell.service, cell.position),
    )  # fmt: skip
    confirmed = min((row[4] for row in here if row[2] == "counted"), default=None)
    trust = Trust(cell.reference_to, cell.contested, cell.parts_differ, confirmed)
    if its is None:
        like = everybody.cover if everybody else above.get(cell.id)
        return standing(cell.people, estimate(cell.people, like), 0, cell.severity, who, trust, today)
    return standing(
        cell.people, its.cover, its.planned, cell.severity, who, Trust.worst_of((trust, its.trust)), today
    )


def _any_below(below: Mapping[str, Below], cell: WorkingCell, lasts: Mapping[int, int]) -> bool:
    some = below.get(cell.service)
    return some is not None and some.everybody(cell.position, lasts[cell.position]) is not None


async def _widened(db: AsyncSession, around: Stretches) -> Stretches:
    """With everything below the areas of these stretches in which people are counted above others' figures."""
    uppers = await upper_places(db, around.of)
    below = [
        (service, (upper.area.lo, upper.area.hi))
        for service, (lo, hi) in around
        for upper in uppers.get(service, ())
        if lo <= upper.area.lo <= hi
    ]
    return Stretches.joined([*around, *below])


async def _lasts(db: AsyncSession, positions: Iterable[int]) -> dict[int, int]:
    """The last position inside each area that stands at one of `positions`."""
    rows = await db.execute(
        text("SELECT lo, hi FROM area WHERE lo = ANY(:positions)"), {"positions": list(positions)}
    )
    return {row.lo: row.hi for row in rows}


async def _below(db: AsyncSession, within: Stretches) -> dict[str, list[Figures]]:
    found: dict[str, list[Figures]] = defaultdict(list)
    for service, i, group, position, counted, newest, contested, differ, *cover, planned in await db.execute(
        _BELOW, within.columns()
    ):
        figures = Figures(
            i, group, position, counted, Covered(*cover), planned, Trust(newest, contested, differ, None)
        )
        found[service].append(figures)
    return found


async def _above(db: AsyncSession, cells: Sequence[WorkingCell]) -> dict[str, Covered]:
    """The people counted in the nearest area above, where nobody is counted in or below a cell's own."""
    if not cells:
        return {}
    everyone = next(
        (group for group, facets in (await groups_by_id(db)).items() if facets == EVERYBODY), None
    )
    rows = await db.execute(_ABOVE, {"ids": [cell.id for cell in cells], "everyone": everyone})
    return {
        i: Covered(people, supply, covered, 0, covered, covered, 0.0, 0.0, lines)
        for i, people, supply, covered, lines in rows
    }
