"""Merging: what was staged, joined by key, compared with or taken into the contexts that own it.

Keys are spread evenly, so their first four bits cut any file into 16 parts of about one size; each part is one
transaction, and nothing larger than a part is held in memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.exchange.models import Import, Source
from app.exchange.rows.need_reader import ANYTHING
from app.exchange.service.staging import Database
from app.exchange.values.statuses import STATUSES
from app.kernel.actor import Actor
from app.kernel.database import transaction
from app.needs.service import statements
from app.programmes.service import presences

RANGES = 16


@dataclass(frozen=True, slots=True)
class Counted:
    """Statements that are new, that say something else than before, and that are known as they are."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.created + other.created, self.changed + other.changed, self.unchanged + other.unchanged
        )


# What undo gives back: the presence as a whole, so that a new column of it is no new work here.
_BEFORE = text(
    """
    UPDATE import_row AS r SET before = to_jsonb(p) FROM presence AS p
    WHERE r.import_id = :import_id AND r.verdict <> 'refused' AND r.key >= :low AND r.key < :high
      AND p.source_id = :source_id AND p.key >= :low AND p.key < :high AND p.key = r.key
      AND (p.hash <> r.hash OR p.ended_at IS NOT NULL)
    """
)
# Keys of one part. By bounds, which the index has, and not by bits of the key, which it hasn't.
_IN_RANGE = "key >= :low AND key < :high"
# The rows of one key (exchange.md 2.8): rows that are equal in everything count once; of others the figures are added
# and the most alive status counts.
_JOINED = f"""
    SELECT key, count(DISTINCT hash) AS differing, string_agg(DISTINCT hash, ''::bytea ORDER BY hash) AS hashes,
        array_agg(DISTINCT row_number ORDER BY row_number) AS rows,
        (array_agg(values ORDER BY sheet_number, row_number, part))[1] AS values
    FROM import_row
    WHERE import_id = :import_id AND verdict <> 'refused' AND sheet_number > 0 AND {_IN_RANGE}
    GROUP BY key
"""  # noqa: S608 - constants
_HASH = "CASE differing WHEN 1 THEN hashes ELSE substring(sha256(hashes) FROM 1 FOR 16) END"
_COMPARE = """
    SELECT count(*) AS stated, count(*) FILTER (WHERE there.key IS NULL) AS created,
        count(*) FILTER (WHERE there.hash = joined.hash AND NOT there.ended) AS unchanged
    FROM (SELECT key, %(hash)s AS hash FROM (%(joined)s) AS one) AS joined
    LEFT JOIN (%(there)s) AS there ON there.key = joined.key
"""
_THERE = {
    "presence": f"SELECT key, hash, ended_at IS NOT NULL AS ended FROM presence WHERE source_id = :source_id AND {_IN_RANGE}",  # noqa: S608
    "need": "SELECT key, hash, false AS ended FROM need_statement WHERE ended_at IS NULL AND source = "  # noqa: S608
    f"(SELECT name || ' ' || country FROM source WHERE id = :source_id) AND {_IN_RANGE}",
}


async def compare(database: Database, import_id: UUID, source_id: UUID, kind: str) -> Counted:
    """What taking the file in would create and change."""
    statement = text(_COMPARE % {"hash": _HASH, "joined": _JOINED, "there": _THERE[kind]})
    counted = Counted()
    for number in range(RANGES):
        places = {"import_id": import_id, "source_id": source_id, **bounds(number)}
        async with database() as db:
            row = (await db.execute(statement, places)).one()
        counted += Counted(row.created, row.stated - row.created - row.unchanged, row.unchanged)
    return counted


def bounds(number: int) -> dict[str, bytes]:
    """The keys of one part: from `low` on, up to but without `high`, which for the last part lies above all."""
    high = bytes([(number + 1) << 4]) if number + 1 < RANGES else b"\xff" * 17
    return {"low": bytes([number << 4]), "high": high}


async def merge_range(database: Database, actor: Actor | None, import_id: UUID, number: int) -> Counted:
    """Take in one part, and note that it is done, in one transaction. One import of a source at a time."""
    async with transaction(database) as db:
        row = await db.get_one(Import, import_id)
        source = await db.get_one(Source, row.source_id)
        await db.execute(
            text("SELECT pg_advisory_xact_lock(:lock, hashtext(:source))"),
            {"lock": 7_130, "source": str(source.id)},
        )
        store = _store_needs if source.kind == "need" else _store_presences
        stored = await store(db, actor, source, row, number)
        row.ranges_done = number + 1
        row.facts = {**row.facts, "taken": taken(row.facts, stored)}
    return stored


def taken(facts: Mapping[str, Any], more: Counted | None = None) -> dict[str, int]:
    """What was taken in so far, over all parts: a worker that goes on after another counts on."""
    have = Counted(**facts.get("taken", {})) + (more or Counted())
    return {"created": have.created, "changed": have.changed, "unchanged": have.unchanged}


async def _store_presences(
    db: AsyncSession, actor: Actor | None, source: Source, row: Import, number: int
) -> Counted:
    """Within the database: of a million rows none comes to us and goes back."""
    await db.execute(_BEFORE, {"import_id": row.id, "source_id": source.id, **bounds(number)})
    places = {**_places(row, number), "statuses": list(STATUSES)}
    named = presences.PresenceSource(source.id, source.name)
    stored = await presences.store_selected(db, actor, named, row.id, _PRESENCES, places)
    return Counted(stored.created, stored.changed, stored.unchanged)


# An organisation that became a part of another since the file was read, or since somebody said that a name means it, is
# the other one; whoever was its partner has none any more.
_ORGANISATION = "coalesce(a_part.merged_into, CAST(j.values ->> 'organisation' AS uuid))"
_PARTNER = "coalesce(partner_part.merged_into, CAST(j.values ->> 'partner' AS uuid))"
# What programmes.service.presences.store_selected takes in.
_PRESENCES = f"""
    SELECT uuidv7() AS id, j.key, {_HASH} AS hash, {_ORGANISATION} AS organisation_id,
        nullif({_PARTNER}, {_ORGANISATION}) AS partner_id, coalesce(nullif(j.values ->> 'role', ''), 'both') AS role,
        service.id AS service_id, j.values ->> 'activity' AS activity, area.id AS area_id,
        coalesce(CAST(j.values ->> 'from' AS date), CAST(:period_from AS date)) AS period_from,
        coalesce(CAST(j.values ->> 'to' AS date), CAST(:period_to AS date)) AS period_to,
        coalesce(nullif(CASE differing WHEN 1 THEN j.values ->> 'status' ELSE (
            SELECT o.values ->> 'status' FROM import_row AS o
            WHERE o.import_id = :import_id AND o.key = j.key AND o.verdict <> 'refused'
            ORDER BY array_position(CAST(:statuses AS text[]), o.values ->> 'status') NULLS LAST LIMIT 1
        ) END, ''), 'unknown') AS status,
        coalesce(CASE differing WHEN 1 THEN j.values -> 'people' ELSE (
            SELECT jsonb_object_agg(whom, people) FROM (
                SELECT said.key AS whom, sum(CAST(said.value AS bigint)) AS people
                FROM (
                    SELECT DISTINCT ON (o.hash) o.values FROM import_row AS o
                    WHERE o.import_id = :import_id AND o.key = j.key AND o.verdict <> 'refused' ORDER BY o.hash
                ) AS other, jsonb_each_text(other.values -> 'people') AS said GROUP BY said.key
            ) AS sums
        ) END, '{{}}') AS people,
        coalesce(j.values ->> 'sheet', '') AS sheet, j.rows
    FROM ({_JOINED}) AS j
    JOIN area ON area.code = j.values ->> 'area'
    LEFT JOIN term AS service
        ON service.scheme = 'service' AND service.retired_at IS NULL AND service.code = j.values ->> 'service'
    LEFT JOIN organisation AS a_part
        ON a_part.merged_into IS NOT NULL AND a_part.id = CAST(j.values ->> 'organisation' AS uuid)
    LEFT JOIN organisation AS partner_part
        ON partner_part.merged_into IS NOT NULL AND partner_part.id = CAST(j.values ->> 'partner' AS uuid)
"""  # noqa: S608
# What needs.service.statements.store_selected takes in. A service that was retired since the file was read stays what the
# file is about.
_NEEDS = f"""
    SELECT DISTINCT ON (r.key) r.key, r.hash, area.id, service.id,
        coalesce(CAST(r.values ->> 'from' AS date), CAST(:period_from AS date)),
        coalesce(CAST(r.values ->> 'to' AS date), CAST(:period_to AS date)),
        r.values ->> 'status', r.values ->> 'sex', r.values ->> 'age', r.values ->> 'disability',
        CAST(r.values ->> 'people' AS bigint), CAST(r.values ->> 'severity' AS smallint),
        CAST(r.values ->> 'targeted' AS bigint), CAST(r.values ->> 'reached' AS bigint), '', r.row_number
    FROM import_row AS r
    JOIN area ON area.code = r.values ->> 'area'
    LEFT JOIN term AS service ON service.scheme = 'service' AND service.code = r.values ->> 'service'
    WHERE r.import_id = :import_id AND r.verdict <> 'refused' AND {_IN_RANGE}
        AND (service.id IS NOT NULL OR r.values ->> 'service' = '{ANYTHING}')
    ORDER BY r.key, r.sheet_number, r.row_number, r.part
"""  # noqa: S608


async def _store_needs(
    db: AsyncSession, actor: Actor | None, source: Source, row: Import, number: int
) -> Counted:
    release = statements.Release(
        source=f"{source.name} {source.country}",
        name=row.file_name,
        official=source.official,
        import_id=row.id,
        retrieved_on=row.begun_at.date(),
    )
    stored = await statements.store_selected(db, actor, release, _NEEDS, _places(row, number))
    return Counted(stored.created, stored.changed, stored.unchanged)


def _places(row: Import, number: int) -> dict[str, object]:
    """The named places of what is selected of one part; a row without days of its own has those of the file."""
    return {
        "import_id": row.id,
        "period_from": row.period_from or row.begun_at.date(),
        "period_to": row.period_to or row.begun_at.date(),
        **bounds(number),
    }


_GONE = """
    FROM presence AS p JOIN import AS i ON i.id = :import_id
    WHERE p.source_id = i.source_id AND p.ended_at IS NULL
      AND p.period_from >= i.period_from AND p.period_to <= i.period_to
      AND NOT EXISTS (SELECT FROM import_row AS r WHERE r.import_id = i.id AND r.key = p.key)
"""


async def count_gone(database: Database, import_id: UUID) -> int:
    """How many presences of the same source and period the file no longer states."""
    async with database() as db:
        return await db.scalar(text(f"SELECT count(*) {_GONE}"), {"import_id": import_id}) or 0


_ENDING = text(
    f"""
    INSERT INTO import_row (import_id, sheet_number, row_number, part, verdict, key, values, before)
    SELECT i.id, 0, row_number() OVER (ORDER BY p.id), 1, 'ok', p.key, '{{}}', to_jsonb(p) {_GONE}
    RETURNING CAST(before ->> 'id' AS uuid)
    """
)


async def end_gone(database: Database, actor: Actor | None, import_id: UUID) -> int:
    """End them. To be asked for: a file may be a part of what its source states. Sheet 0 notes what they were."""
    async with transaction(database) as db:
        row = await db.get_one(Import, import_id)
        source = await db.get_one(Source, row.source_id)
        gone = list(await db.scalars(_ENDING, {"import_id": import_id}))
        named = presences.PresenceSource(source.id, source.name)
        return await presences.end_gone(db, actor, named, import_id, gone) if gone else 0


async def number_ended(db: AsyncSession, import_id: UUID) -> int:
    """How many presences an import ended."""
    noted = text("SELECT count(*) FROM import_row WHERE import_id = :import_id AND sheet_number = 0")
    return await db.scalar(noted, {"import_id": import_id}) or 0
