"""Presences: what a source says about who does what where, taken in as a whole and ended when it says so no more."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit, changes, time
from app.kernel.actor import Actor
from app.kernel.changes import Kind, Noted
from app.organisations.service.reported import report
from app.programmes.models import Presence


@dataclass(frozen=True, slots=True)
class PresenceSource:
    """Whose statement it is: the id of exchange's row, and its name as it is shown beside every presence."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Stored:
    """How many presences were new, said something else than before, and were known as they are."""

    created: int
    changed: int
    unchanged: int


async def store_selected(
    db: AsyncSession,
    actor: Actor | None,
    source: PresenceSource,
    import_id: UUID,
    selected: str,
    places: Mapping[str, object],
) -> Stored:
    """Take in what a file states: new presences are added, changed ones changed, ended ones taken up again.

    `selected` is a statement of the importer, written by us and never by people, and `places` the values of its named
    places: a million rows take no way through Python. It gives id, key, hash, organisation_id, partner_id, role,
    service_id, activity, area_id, period_from, period_to, status, people, sheet and rows. The key is the same for the
    same presence in every file of the source (organisation, role, partner, service, activity, area and period are all
    in it) and comes once in one call; the hash is over all of its cells. `people` are the source's own figures, which
    enter no sum; `rows` is where in the sheet it stands.

    The places where something changed are noted for coverage, and one audit entry holds the counts and the digest of
    all keys and hashes, in any order. A million rows come in several calls, each its own transaction; the same rows
    again change nothing.
    """
    named = {**places, "to_source_id": source.id, "to_source": source.name, "to_import_id": import_id}
    statement = _MERGE % {"selected": selected, "note": changes.NOTE_PLACES % "places"}
    merged = (await db.execute(text(statement), named)).one()
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


async def report_source(db: AsyncSession, source_id: UUID) -> None:
    """Let the register be searched by what this source states now. Its every change is followed by this."""
    await report(db, STATED, source_id=source_id)


STATED = """
    SELECT organisation_id, area_id, service_id, source_id, source FROM presence WHERE ended_at IS NULL
    UNION ALL
    SELECT partner_id, area_id, service_id, source_id, source FROM presence
    WHERE ended_at IS NULL AND partner_id IS NOT NULL
"""
"""What counts of all that sources state, of each organisation that they name."""

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
    ), noted AS (
        %(note)s
    )
    SELECT
        (SELECT count(*) FROM stated) AS stated,
        (SELECT count(*) FROM merged WHERE version = 1) AS created,
        (SELECT count(*) FROM merged WHERE version > 1) AS changed,
        (SELECT encode(sha256(coalesce(string_agg(key || hash, ''::bytea ORDER BY key), '')), 'hex') FROM stated) AS digest
"""
