"""Applying: what was checked, taken into the contexts that own it; everything that follows from it is worked out."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.service.follow import follow
from app.exchange.models import Import, ImportRow, Source
from app.exchange.service import merging
from app.exchange.service.looking import without_cells
from app.exchange.service.merging import Counted
from app.exchange.service.staging import Database, Say
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.database import transaction
from app.kernel.garbage import collection_paused
from app.kernel.time import now
from app.needs.service.settlement import settle_country
from app.organisations.rules.kinds import Kind
from app.organisations.service.listing import ToList, list_organisations
from app.places.queries import area_by_code
from app.programmes.service import presences


async def apply(
    database: Database, actor: Actor | None, import_id: UUID, say: Say, *, end_gone: bool = False
) -> tuple[Counted, int]:
    """Take in what was checked: 16 ranges of keys, each one transaction; a killed worker goes on with the next.

    Returns the counts, over all workers that were at it, and how many presences ended. Coverage follows.
    """
    source, done = await _begin(database, actor, import_id)
    for number in range(done, merging.RANGES):
        await merging.merge_range(database, actor, import_id, number)
        say(f"  {number + 1} of {merging.RANGES} parts taken in")
    if end_gone and source.kind == "presence":
        await merging.end_gone(database, actor, import_id)
    if await _changes_anything(database, import_id):
        await settle(database, source.kind, source.country, source.id)
        say("  cells and coverage worked out")
    return await _end(database, actor, import_id)


async def _begin(database: Database, actor: Actor | None, import_id: UUID) -> tuple[Source, int]:
    """List the organisations that no register knows yet. Returns the source, and how many ranges are done already."""
    async with transaction(database) as db:
        row = await db.get_one(Import, import_id, with_for_update=True)
        source = await db.get_one(Source, row.source_id)
        row.state = "applying"
        if not row.ranges_done:
            await list_organisations(db, actor, await _to_list(db, import_id), source.name)
        return source, row.ranges_done


async def _end(database: Database, actor: Actor | None, import_id: UUID) -> tuple[Counted, int]:
    """Keep of the rows what undo or their sender needs, and write down what came of the import."""
    async with transaction(database) as db:
        row = await db.get_one(Import, import_id, with_for_update=True)
        needless = ImportRow.verdict == "ok", ImportRow.before.is_(None)
        await db.execute(delete(ImportRow).where(ImportRow.import_id == import_id, *needless))
        older = (Import.source_id == row.source_id) & (Import.state == "applied") & (Import.id != import_id)
        await db.execute(update(Import).where(older).values(state="superseded"))
        row.state, row.ended_at = "applied", now()
        gone = await merging.number_ended(db, import_id)
        taken = merging.taken(row.facts)
        told: dict[str, Any] = {**taken, "ended": gone}
        row.facts = {**without_cells(row.facts), "counts": {**row.facts.get("counts", {}), **told}}
        await audit.record(db, actor, "import.applied", import_id, **told)
    return Counted(**taken), gone


async def _changes_anything(database: Database, import_id: UUID) -> bool:
    async with database() as db:
        counted = merging.taken((await db.get_one(Import, import_id)).facts)
        ended = await merging.number_ended(db, import_id)
    return bool(counted["created"] or counted["changed"] or ended)


async def settle(database: Database, kind: str, country: str, source_id: UUID) -> None:
    """Work out cells, the register and coverage after what a source states came in or was taken back."""
    with collection_paused():
        async with transaction(database) as db:
            if kind == "presence":
                await presences.report_source(db, source_id)
            elif kind == "need" and (country_id := await area_by_code(db, country)) is not None:
                await settle_country(db, country_id)
        async with transaction(database) as db:
            await follow(db, most=None)


async def _to_list(db: AsyncSession, import_id: UUID) -> list[ToList]:
    """Organisations that the file names and no register knows, as the first row said that names each."""
    first = select(ImportRow.values["listed"]).where(
        ImportRow.import_id == import_id, ImportRow.verdict != "refused", ImportRow.values.has_key("listed")
    )
    named: list[list[list[str]]] = list(await db.scalars(first))
    return [
        ToList(UUID(i), name, acronym, Kind(kind)) for several in named for i, name, acronym, kind in several
    ]
