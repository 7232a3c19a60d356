"""Undoing: the newest import of a source taken back, with a reason that stays in the audit trail."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.exchange.models import Import, ImportRow, Source
from app.exchange.service.applying import settle
from app.exchange.service.merging import RANGES, bounds
from app.exchange.service.staging import Database
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.database import transaction
from app.kernel.i18n import N_
from app.kernel.refusals import NotMoved
from app.kernel.time import now
from app.needs.service import statements
from app.programmes.service.taking_back import remove_added, restore

MOST_SHOWN = 100


class NotTheNewest(NotMoved):
    says = N_("A newer file of this source was taken in. Undo that one first.")


async def check_undo(db: AsyncSession, import_id: UUID) -> Import:
    """The import, locked, if it can be undone. Raises NotMoved, NotTheNewest."""
    row = await db.get_one(Import, import_id, with_for_update=True)
    if row.state == "superseded":
        raise NotTheNewest
    if row.state != "applied":
        raise NotMoved
    return row


async def undo(database: Database, actor: Actor | None, import_id: UUID, reason: str) -> None:
    """Take an applied import back; the one before it is the applied one again. Raises NotMoved, NotTheNewest.

    Presences that somebody changed since are kept and listed in `facts`. Organisations that the file made known
    stay listed: others may have begun to work with them.
    """
    async with transaction(database) as db:
        row = await check_undo(db, import_id)
        source = await db.get_one(Source, row.source_id)
        kind, country = source.kind, source.country
        undone = await (_needs if kind == "need" else _presences)(db, actor, import_id)
        row.state, row.ended_at = "undone", now()
        row.facts = {**row.facts, "undone": {**undone, "reason": reason}}
        await _stands_again(db, row)
        await db.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
        await audit.record(db, actor, "import.undone", import_id, reason=reason)
    await settle(database, kind, country, row.source_id)


async def _needs(db: AsyncSession, actor: Actor | None, import_id: UUID) -> dict[str, Any]:
    return {"removed": await statements.undo_import(db, actor, import_id)}


async def _presences(db: AsyncSession, actor: Actor | None, import_id: UUID) -> dict[str, Any]:
    restored = 0
    for number in range(RANGES):
        part = bounds(number)
        mine = (ImportRow.import_id == import_id, ImportRow.key >= part["low"], ImportRow.key < part["high"])
        stood = (
            select(ImportRow.before)
            .where(*mine, ImportRow.before.is_not(None))
            .ext(distinct_on(ImportRow.key))
        )
        restored += await restore(db, [one for one in await db.scalars(stood) if one is not None])
    done = await remove_added(db, actor, import_id, restored)
    shown = [[sheet, list(rows)] for sheet, rows in done.kept[:MOST_SHOWN]]
    return {"removed": done.removed, "restored": restored, "kept": len(done.kept), "kept_rows": shown}


async def _stands_again(db: AsyncSession, row: Import) -> None:
    """The import that this one had superseded is the newest again."""
    newest = (
        select(Import.id)
        .where(Import.source_id == row.source_id, Import.state == "superseded", Import.id != row.id)
        .order_by(Import.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    await db.execute(update(Import).where(Import.id == newest).values(state="applied"))
