"""Presences: what a source says about who does what where, taken in as a whole and ended when it says so no more."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit, changes, time
from app.kernel.actor import Actor
from app.kernel.changes import Kind, Noted
from app.kernel.ids import new_id
from app.kernel.loading import copy_rows
from app.programmes.models import Presence

COLUMNS = (
    "id",
    "key",
    "hash",
    "organisation_id",
    "partner_id",
    "role",
    "service_id",
    "activity",
    "area_id",
    "period_from",
    "period_to",
    "status",
    "people",
    "sheet",
    "rows",
)


@dataclass(frozen=True, slots=True)
class PresenceSource:
    """Whose statement it is: the id of exchange's row, and its name as it is shown beside every presence."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Stated:
    """One presence as a source states it.

    key: the same for the same presence in every file of the source (exchange.md 2.8: organisation, role, partner,
    service, activity, area and period are all in it). hash: over all of its cells. people: the source's own
    figures; they enter no sum. rows: where in the sheet it stands.
    """

    key: bytes
    hash: bytes
    organisation_id: UUID
    partner_id: UUID | None
    role: str
    service_id: UUID | None
    activity: str
    area_id: UUID
    period_from: date
    period_to: date
    status: str
    people: Mapping[str, Any]
    sheet: str
    rows: Sequence[int]


@dataclass(frozen=True, slots=True)
class Stored:
    """How many presences were new, said something else than before, and were known as they are."""

    created: int
    changed: int
    unchanged: int


async def store_presences(
    db: AsyncSession, actor: Actor | None, source: PresenceSource, import_id: UUID, rows: Iterable[Stated]
) -> Stored:
    """Take in what a file states: new presences are added, changed ones changed, ended ones taken up again.

    Keys are distinct within one call (the importer joins rows of one key). The places where something changed
    are noted for coverage, and one audit entry holds the counts and the digest of all keys and hashes, in any
    order. A million rows come in several calls, each its own transaction; the same rows again change nothing.
    """
    await db.execute(_STAGE)
    await copy_rows(db, "presence_staged", COLUMNS, _copied(rows))
    stored = await store_selected(db, actor, source, import_id, "SELECT * FROM presence_staged", {})
    await db.execute(_UNSTAGE)
    return stored


async def store_selected(
    db: AsyncSession,
    actor: Actor | None,
    source: PresenceSource,
    import_id: UUID,
    selected: str,
    places: Mapping[str, object],
) -> Stored:
    """The same for what a statement of the importer gives, COLUMNS in their order, without a way through Python.

    `places` are the values of the statement's named places. Written by us, never by people.
    """
    named = {**places, "to_source_id": source.id, "to_source": source.name, "to_import_id": import_id}
    merged = (await db.execute(text(_MERGE % {"selected": selected}), named)).one()
    noted = [
        Noted(Kind.PLACE, area, service) for area, service in zip(merged.areas, merged.services, strict=True)
    ]
    await changes.note(db, noted)
    stored = Stored(merged.created, merged.changed, merged.stated - merged.created - merged.changed)
    await audit.record(
        db,
        actor,
        "presences.stored",
        import_id,
        source=str(source.id),
        created=stored.created,
        changed=stored.changed,
        unchanged=stored.unchanged,
        digest=merged.digest,
    )
    return stored


async def end_gone(
    db: AsyncSession, actor: Actor | None, source: PresenceSource, import_id: UUID, ids: Collection[UUID]
) -> int:
    """End presences of this source that its newest file no longer states. Returns how many were ended now."""
    wanted = (
        update(Presence)
        .where(Presence.id.in_(ids), Presence.source_id == source.id, Presence.ended_at.is_(None))
        .values(ended_at=time.now(), version=Presence.version + 1)
        .returning(Presence.id, Presence.area_id, Presence.service_id)
    )
    ended = (await db.execute(wanted)).all()
    await changes.note(
        db, [Noted(Kind.PLACE, area, service) for _, area, service in ended if service is not None]
    )
    told = hashlib.sha256("".join(sorted(str(i) for i, _, _ in ended)).encode()).hexdigest()
    await audit.record(
        db, actor, "presences.ended", import_id, source=str(source.id), ended=len(ended), digest=told
    )
    return len(ended)


def _copied(rows: Iterable[Stated]) -> Iterator[Sequence[Any]]:
    for row in rows:
        yield (
            new_id(),
            row.key,
            row.hash,
            row.organisation_id,
            row.partner_id,
            row.role,
            row.service_id,
            row.activity,
            row.area_id,
            row.period_from,
            row.period_to,
            row.status,
            json.dumps(dict(row.people)),
            row.sheet,
            list(row.rows),
        )


_STAGE = text(
    """
    CREATE TEMPORARY TABLE presence_staged (
        id uuid, key bytea, hash bytea, organisation_id uuid, partner_id uuid, role text, service_id uuid, activity text,
        area_id uuid, period_from date, period_to date, status text, people jsonb, sheet text, rows int[]
    ) ON COMMIT DROP
    """
)
_UNSTAGE = text("DROP TABLE presence_staged")
# What is new has version 1. The digest is over all keys and hashes in the order of the keys.
_MERGE = """
    WITH stated AS MATERIALIZED (%(selected)s), merged AS (
        INSERT INTO presence AS p (
            id, source_id, source, import_id, key, hash, organisation_id, partner_id, role, service_id, activity,
            area_id, period_from, period_to, status, people, sheet, rows
        )
        SELECT id, CAST(:to_source_id AS uuid), :to_source, CAST(:to_import_id AS uuid), key, hash, organisation_id,
            partner_id, role, service_id, activity, area_id, period_from, period_to, status, people, sheet, rows
        FROM stated
        ON CONFLICT (source_id, key) DO UPDATE SET
            hash = excluded.hash, source = excluded.source, import_id = excluded.import_id,
            activity = excluded.activity, status = excluded.status, people = excluded.people, sheet = excluded.sheet,
            rows = excluded.rows, ended_at = NULL, version = p.version + 1
        WHERE p.hash <> excluded.hash OR p.ended_at IS NOT NULL
        RETURNING p.area_id, p.service_id, p.version
    ), places AS (
        SELECT DISTINCT area_id, service_id FROM merged WHERE service_id IS NOT NULL
    )
    SELECT
        (SELECT count(*) FROM stated) AS stated,
        (SELECT count(*) FROM merged WHERE version = 1) AS created,
        (SELECT count(*) FROM merged WHERE version > 1) AS changed,
        (SELECT coalesce(array_agg(area_id ORDER BY area_id, service_id), '{}') FROM places) AS areas,
        (SELECT coalesce(array_agg(service_id ORDER BY area_id, service_id), '{}') FROM places) AS services,
        (SELECT encode(sha256(coalesce(string_agg(key || hash, ''::bytea ORDER BY key), '')), 'hex') FROM stated) AS digest
"""
