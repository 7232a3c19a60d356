"""Rebuilding: all coverage from nothing, service by service."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from time import perf_counter

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.coverage.service import trend
from app.coverage.service.lines import lines_of_services
from app.coverage.service.locking import lock
from app.coverage.service.places import Stretches
from app.coverage.service.presence import note_reports
from app.coverage.service.work import work_out
from app.kernel import jobs, time
from app.kernel.database import transaction
from app.needs.service.settlement import renumber_cells

Say = Callable[[str], None]
EVERYWHERE = (0, 2**31 - 1)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild looked at."""

    services: int
    cells: int
    seconds: float


async def rebuild(database: async_sessionmaker[AsyncSession], say: Say) -> Rebuilt:
    """Work out all coverage anew. Each service is a transaction of its own, so that others wait a moment at most.

    `say` hears of every service: its name, how many of all are done, cells and seconds so far.
    """
    began, cells = perf_counter(), 0
    async with transaction(database) as db:
        await renumber_cells(db)
        services = await _services(db)
    for n, (service, name) in enumerate(services, 1):
        async with transaction(database) as db:
            cells += await rebuild_service(db, service, time.now().date())
        say(f"{n}/{len(services)} {name}: {cells} cells, {perf_counter() - began:.1f} s")
    async with transaction(database) as db:
        await trend.note_trend(db, time.now().date())
    return Rebuilt(len(services), cells, perf_counter() - began)


async def rebuild_service(db: AsyncSession, service: str, today: date) -> int:
    """One service from nothing, in the transaction of `db`. Returns how many cells it has."""
    await lock(db)
    await note_reports(db, [service], today)
    # Parts of lines that don't count any more, or were taken away, are of no line that `work_out` would look at.
    await db.execute(
        text(
            "DELETE FROM line_part WHERE cell_id IN (SELECT id FROM need_cell WHERE service_id = CAST(:service AS uuid))"
        ),
        {"service": service},
    )
    return await work_out(
        db, await lines_of_services(db, [service]), Stretches({service: [EVERYWHERE]}), today
    )


@jobs.every("40 2 * * *", "coverage.rebuild")
async def rebuild_nightly() -> None:
    """Days pass, confirmations lapse, figures grow old: once a night everything is worked out as of the new day."""
    await rebuild(jobs.database(), lambda _: None)


async def _services(db: AsyncSession) -> list[tuple[str, str]]:
    wanted = text(
        "SELECT t.id::text, t.names ->> 'en' FROM term AS t WHERE t.scheme = 'service' "
        "AND EXISTS (SELECT FROM need_cell AS c WHERE c.service_id = t.id) ORDER BY t.position, t.code"
    )
    return [(service, name) for service, name in await db.execute(wanted)]
