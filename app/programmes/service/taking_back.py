"""Taking an import back: what it added goes, what it changed or ended is again as it stood."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit, changes
from app.kernel.actor import Actor
from app.kernel.changes import Kind, Noted


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many presences went. `kept`: those that somebody changed since, as sheet and rows of the file; nothing was
    done to them.
    """

    removed: int
    kept: Sequence[tuple[str, Sequence[int]]]


async def restore(db: AsyncSession, before: Sequence[Mapping[str, Any]]) -> int:
    """Give back rows as `to_jsonb` had them before an import, those that nobody but the import wrote since."""
    rows = (await db.execute(_RESTORE, {"before": json.dumps(list(before))})).all()
    await _note(db, rows)
    return len(rows)


async def remove_added(db: AsyncSession, actor: Actor | None, import_id: UUID, restored: int) -> TakenBack:
    """Remove what an import added and nobody wrote to since, after `restore` gave the rest back. One audit entry."""
    removed = (await db.execute(_REMOVE, {"import_id": import_id})).all()
    await _note(db, removed)
    kept = [(sheet, rows) for sheet, rows in await db.execute(_KEPT, {"import_id": import_id})]
    await audit.record(
        db, actor, "presences.taken-back", import_id, removed=len(removed), restored=restored, kept=len(kept)
    )
    return TakenBack(len(removed), kept)


async def _note(db: AsyncSession, rows: Sequence[Any]) -> None:
    places = {(area, service) for area, service in rows if service is not None}
    await changes.note(db, [Noted(Kind.PLACE, area, service) for area, service in sorted(places, key=str)])


# The versions tell whether somebody was at a row since: the import raised them by one.
_RESTORE = text(
    """
    UPDATE presence AS p SET
        hash = b.hash, source = b.source, import_id = b.import_id, activity = b.activity, status = b.status,
        people = b.people, sheet = b.sheet, rows = b.rows, ended_at = b.ended_at, version = p.version + 1
    FROM jsonb_populate_recordset(NULL::presence, CAST(:before AS jsonb)) AS b
    WHERE p.id = b.id AND p.version = b.version + 1
    RETURNING p.area_id, p.service_id
    """
)
_REMOVE = text(
    "DELETE FROM presence WHERE import_id = :import_id AND version = 1 RETURNING area_id, service_id"
)
_KEPT = text("SELECT sheet, rows FROM presence WHERE import_id = :import_id ORDER BY sheet, rows")
