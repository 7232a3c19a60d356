"""The work itself: coverage of some places worked out anew from the lines, cells and presences as they are now.

A few places and everything go the same way, and every cell is summed anew from all its parts: so that after
any changes the numbers are, bit for bit, those that building all from nothing gives.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.rules.capacity import Counts
from app.coverage.rules.cover import Contribution, Covered, cover, total_of
from app.coverage.rules.parts import PRESENT, LineFacts, Part, Places, Supply
from app.coverage.rules.standing import Standing, Trust, standing, there
from app.coverage.rules.supply import Share
from app.coverage.service.lines import line_facts, split_with
from app.coverage.service.places import Stretches, WorkingCell, local_cells, local_places, reach_of
from app.coverage.service.presence import Named, named
from app.coverage.service.storing import store_cells
from app.coverage.service.upper import work_out_upper
from app.kernel.loading import copy_rows


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What a place's cells share: who is named there, and whether anybody reported."""

    named: frozenset[str]
    reported: bool


async def work_out(db: AsyncSession, lines: Collection[str], places: Stretches, today: date) -> int:
    """Work out the parts of `lines` anew, and the coverage of every cell that they reach, that they reached
    before, or that stands in `places`. Returns how many cells were looked at.

    `lines` are all whose number, dates or need changed, or that don't count any more; other lines' parts stand
    as they are stored. Lines that share one number are worked out together.
    """
    lines = set(lines) | await split_with(db, lines)
    facts = await line_facts(db, lines, today)
    await _reworked(db, lines, facts, today)
    touched = await _touched(db, facts, places)
    cells = await local_cells(db, touched)
    named_there = await named(db, set(touched.of), today)
    parts = await _parts_of(db, cells)
    rows = await asyncio.to_thread(_standings, cells, parts, named_there, today)
    await store_cells(db, rows)
    return len(rows) + await work_out_upper(db, touched, named_there, today)


async def _reworked(
    db: AsyncSession, lines: Collection[str], facts: Sequence[LineFacts], today: date
) -> None:
    """Write the parts of `lines`, of which `facts` has those that still count."""
    reach = reach_of(facts)
    places = local_places(await local_cells(db, reach), today)
    parts = await asyncio.to_thread(lambda: list(Supply(Places(places)).parts(facts)))
    # The places reached before are remembered until `_touched` has read them.
    await db.execute(_FORGET_BEFORE)
    await db.execute(_REMEMBER_BEFORE, {"lines": list(lines)})
    await db.execute(
        text("DELETE FROM line_part WHERE line_id = ANY(CAST(:lines AS uuid[]))"), {"lines": list(lines)}
    )
    await copy_rows(db, "line_part", _PART_COLUMNS, map(_row, parts))


_FORGET_BEFORE = text("DROP TABLE IF EXISTS reached_before")
_REMEMBER_BEFORE = text(
    """
    CREATE TEMPORARY TABLE reached_before ON COMMIT DROP AS
    SELECT DISTINCT c.service_id, c.position FROM line_part AS p JOIN need_cell AS c ON c.id = p.cell_id
    WHERE p.line_id = ANY(CAST(:lines AS uuid[]))
    """
)
_PART_COLUMNS = (
    "line_id", "cell_id", "organisation_id", "counts", "rate", "share", "low", "high", "estimated", "split", "confirmed_on",
)  # fmt: skip


def _row(part: Part) -> tuple[Any, ...]:
    share = part.share
    return (
        part.line, part.cell, part.organisation, str(part.counts), part.rate, share.share, share.low, share.high,
        share.estimated, part.split, part.confirmed_on,
    )  # fmt: skip


async def _touched(db: AsyncSession, facts: Iterable[LineFacts], places: Stretches) -> Stretches:
    before = await db.execute(text("SELECT service_id::text, position FROM reached_before"))
    pairs = [(service, (position, position)) for service, position in before]
    return Stretches.joined([*pairs, *reach_of(facts), *places])


async def _parts_of(db: AsyncSession, cells: Iterable[WorkingCell]) -> dict[str, list[Part]]:
    """All parts of these cells, by cell."""
    wanted = text(
        "SELECT line_id::text, cell_id::text, organisation_id::text, counts, rate, share, low, high, estimated, split, "
        "confirmed_on FROM line_part WHERE cell_id = ANY(CAST(:cells AS uuid[])) ORDER BY line_id"
    )
    found: dict[str, list[Part]] = defaultdict(list)
    rows = await db.execute(wanted, {"cells": [cell.id for cell in cells]})
    for line, cell, organisation, counts, rate, share, low, high, estimated, split, confirmed in rows:
        shares = Share(share, low, high, estimated)
        found[cell].append(Part(line, cell, organisation, Counts(counts), rate, shares, split, confirmed))
    return found


def _standings(
    cells: Iterable[WorkingCell], parts: Mapping[str, list[Part]], named_there: Named, today: date
) -> list[tuple[WorkingCell, Standing]]:
    by_place: dict[tuple[str, str], list[WorkingCell]] = defaultdict(list)
    for cell in cells:
        by_place[cell.area, cell.service].append(cell)
    rows: list[tuple[WorkingCell, Standing]] = []
    for here in by_place.values():
        at = here[0]
        facts = PlaceFacts(
            named_there.within(at.service, at.position, at.position),
            named_there.was_reported(at.service, at.position),
        )
        rows += _place(here, parts, facts, today)
    return rows


def _place(
    here: Sequence[WorkingCell], parts: Mapping[str, list[Part]], facts: PlaceFacts, today: date
) -> list[tuple[WorkingCell, Standing]]:
    """The cells of one place. Its total is what is counted beside it, all together."""
    figures = {cell.id: _figures(cell, parts.get(cell.id, ())) for cell in here if not cell.is_total}
    counted = [cell for cell in here if cell.counted]
    rows: list[tuple[WorkingCell, Standing]] = []
    for cell in here:
        if cell.is_total:
            its = [part for other in counted for part in parts.get(other.id, ())]
            covers = [figures[other.id] for other in counted]
            whole = total_of(now for now, _ in covers) or cover(cell.people, ())
            planned = sum(later for _, later in covers)
            trust = Trust.worst_of([_trust(cell, its), *(_trust(other, ()) for other in counted)])
        else:
            its = parts.get(cell.id, ())
            whole, planned = figures[cell.id]
            trust = _trust(cell, its)
        who = there(
            {part.organisation for part in its if part.counts is Counts.COUNTED and part.rate},
            (part.organisation for part in its if part.counts in PRESENT),
            facts.named, reported=facts.reported,
        )  # fmt: skip
        rows.append((cell, standing(cell.people, whole, planned, cell.severity, who, trust, today)))
    return rows


def _figures(cell: WorkingCell, its: Iterable[Part]) -> tuple[Covered, int]:
    """Coverage of a cell now, and how many of its people would be covered if plans hold."""
    now: list[Contribution] = []
    later: list[Contribution] = []
    for part in its:
        if part.counts is Counts.COUNTED:
            now.append(part.contribution)
        elif part.counts is Counts.IF_PLANS_HOLD:
            later.append(part.contribution)
    covered = cover(cell.people, now)
    return covered, cover(cell.people, [*now, *later]).covered if later else covered.covered


def _trust(cell: WorkingCell, its: Iterable[Part]) -> Trust:
    confirmed = min((part.confirmed_on for part in its if part.counts is Counts.COUNTED), default=None)
    return Trust(cell.reference_to, cell.contested, cell.parts_differ, confirmed)
