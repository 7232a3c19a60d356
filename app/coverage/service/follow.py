"""Following: coverage brought up to date with what changed in needs, programmes and presences.

Those who change them note it (kernel/changes.py). A form's transaction is followed before it is committed, so
that whoever saved sees what it did; what touches more than `MOST` cells is left to a job, and pages say so.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.service import trend
from app.coverage.service.lines import line_facts, lines_at, lines_of, lines_of_services, split_with
from app.coverage.service.locking import lock, locked_soon
from app.coverage.service.places import Stretches, count_cells, reach_of
from app.coverage.service.presence import note_reports
from app.coverage.service.tree import follow_tree
from app.coverage.service.work import work_out
from app.kernel import changes, jobs, time
from app.kernel.changes import Kind, Noted
from app.kernel.database import transaction

MOST = 5_000
"""Cells that are worked out while somebody waits for the answer."""
MOST_CHANGES = 500
JOB = "coverage.follow"
FOLLOWED = tuple(kind for kind in Kind if kind is not Kind.TREE)


@dataclass(frozen=True, slots=True)
class Touched:
    """What has to be worked out."""

    lines: set[str]
    places: Stretches


async def follow(db: AsyncSession, *, most: int | None = MOST) -> int | None:
    """Bring coverage up to date with everything that was noted, in the transaction of `db`.

    Returns how many cells were looked at, or None when that would be more than `most`, or somebody else is at it:
    then the job does it after this commits. Two who follow never work at the same time, so that each sees
    what the other did.
    """
    await follow_tree(db)
    waiting = await changes.waiting(db, FOLLOWED, most=MOST_CHANGES + 1)
    if not waiting:
        return 0
    if most is not None and (len(waiting) > MOST_CHANGES or not await locked_soon(db)):
        return await _leave(db)
    if most is None:
        await lock(db)
        if len(waiting) > MOST_CHANGES:
            # So much at once that the planner's figures are of another table than this one has become.
            await db.execute(text("ANALYZE need_cell, presence, line_part, cell_coverage"))
    today = time.now().date()
    begun = await db.begin_nested()
    # What is taken is what is followed: another transaction may have noted more since we counted.
    found = await _touched(db, await changes.take(db, FOLLOWED), today)
    if most is not None and await _cells(db, found, today) > most:
        await begun.rollback()
        return await _leave(db)
    await begun.commit()
    cells = await work_out(db, found.lines, found.places, today)
    if most is None:
        await trend.note_trend(db, today)
    return cells


async def follow_noted(db: AsyncSession) -> None:
    """Before a form's transaction is committed: follow what was noted in it, if anything was."""
    if changes.noted_here(db):
        await follow(db)


@jobs.job(JOB, where="heavy")
async def follow_in_job() -> None:
    """What was too much for a request."""
    async with transaction(jobs.database()) as db:
        await follow(db, most=None)


@jobs.every("*/5 * * * *", "coverage.care")
async def care_for_left() -> None:
    """Changes that nobody followed, because a process died between."""
    async with transaction(jobs.database()) as db:
        await follow(db, most=None)


async def _leave(db: AsyncSession) -> None:
    await jobs.defer(db, JOB, once=JOB)


async def _touched(db: AsyncSession, noted: Iterable[Noted], today: date) -> Touched:
    by_kind: dict[Kind, list[Noted]] = defaultdict(list)
    for change in noted:
        by_kind[change.kind].append(change)
    lines = await lines_of(
        db,
        lines=[str(change.subject_id) for change in by_kind[Kind.CAPACITY_LINE]],
        programmes=[str(change.subject_id) for change in by_kind[Kind.PROGRAMME]],
        organisations=[str(change.subject_id) for change in by_kind[Kind.ORGANISATION]],
    )
    places = await _places(db, by_kind[Kind.PLACE])
    services = await note_reports(db, set(places.of), today) if places else set[str]()
    if services:
        # A newer report: what was named in the one before it counts nowhere any more.
        whole = Stretches.joined((service, (0, 2**31 - 1)) for service in services)
        places = Stretches.joined([*places, *whole])
    many = len(by_kind[Kind.PLACE]) > MOST_CHANGES
    reaching = await lines_of_services(db, set(places.of)) if many else await lines_at(db, places)
    return Touched(lines | reaching, places)


async def _places(db: AsyncSession, noted: Iterable[Noted]) -> Stretches:
    rows = await db.execute(
        text(
            "SELECT t.service::text, a.lo, a.hi FROM unnest(CAST(:areas AS uuid[]), CAST(:services AS uuid[])) "
            "AS t (area, service) JOIN area AS a ON a.id = t.area"
        ),
        {
            "areas": [str(change.subject_id) for change in noted],
            "services": [str(change.other_id) for change in noted],
        },
    )
    return Stretches.joined((service, (lo, hi)) for service, lo, hi in rows)


async def _cells(db: AsyncSession, found: Touched, today: date) -> int:
    """How many cells would be looked at."""
    lines = found.lines | await split_with(db, found.lines)
    before = text(
        "SELECT DISTINCT c.service_id::text, c.position FROM line_part AS p JOIN need_cell AS c ON c.id = p.cell_id "
        "WHERE p.line_id = ANY(CAST(:lines AS uuid[]))"
    )
    reached = [(service, (at, at)) for service, at in await db.execute(before, {"lines": list(lines)})]
    now = reach_of(await line_facts(db, lines, today))
    return await count_cells(db, Stretches.joined([*reached, *now, *found.places]))
