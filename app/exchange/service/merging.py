"""Merging: what was staged, joined by key, compared with or taken into the contexts that own it.

Keys are spread evenly, so their first four bits cut any file into 16 parts of about one size; each part is one
transaction, and nothing larger than a part is held in memory.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.exchange.models import Import, Source
from app.exchange.queries.known import Known
from app.exchange.service.staging import Database
from app.exchange.values.statuses import most_alive
from app.kernel.actor import Actor
from app.kernel.database import transaction
from app.needs.models import NeedStatement
from app.needs.rules.facets import Facets
from app.needs.service import statements
from app.programmes.models import Presence
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


@dataclass(frozen=True, slots=True)
class Joined:
    """The rows of one file that state the same thing, as one."""

    key: bytes
    hash: bytes
    values: Mapping[str, Any]
    sheet: str
    rows: Sequence[int]


# What undo gives back. Its text is of the presence as a whole, so that a new column is no new work here.
_BEFORE = text(
    """
    UPDATE import_row AS r SET before = to_jsonb(p) FROM presence AS p
    WHERE r.import_id = :import_id AND r.verdict <> 'refused' AND get_byte(r.key, 0) >> 4 = :number
      AND p.source_id = :source_id AND p.key = r.key AND (p.hash <> r.hash OR p.ended_at IS NOT NULL)
    """
)
_STAGED = text(
    """
    SELECT key, hash, row_number, values FROM import_row
    WHERE import_id = :import_id AND verdict <> 'refused' AND get_byte(key, 0) >> 4 = :number
    ORDER BY key, sheet_number, row_number, part
    """
)


async def compare(database: Database, import_id: UUID, source_id: UUID, kind: str) -> Counted:
    """What taking the file in would create and change."""
    counted = Counted()
    for number in range(RANGES):
        async with database() as db:
            there = await _there(db, source_id, kind, number)
            joined = [(row.key, row.hash) async for row in _joined(db, import_id, number)]
        created = sum(key not in there for key, _hash in joined)
        unchanged = sum(there.get(key) == digest for key, digest in joined)
        counted += Counted(created, len(joined) - created - unchanged, unchanged)
    return counted


async def merge_range(
    database: Database, actor: Actor | None, import_id: UUID, number: int, known: Known
) -> Counted:
    """Take in one part, and note that it is done, in one transaction. One import of a source at a time."""
    async with transaction(database) as db:
        row = await db.get_one(Import, import_id)
        source = await db.get_one(Source, row.source_id)
        await db.execute(
            text("SELECT pg_advisory_xact_lock(:lock, hashtext(:source))"),
            {"lock": 7_130, "source": str(source.id)},
        )
        joined = [each async for each in _joined(db, import_id, number)]
        if source.kind == "presence":
            await db.execute(
                _BEFORE, {"import_id": import_id, "source_id": source.id, "number": number}
            )
        stored = await _store(db, actor, source, row, joined, known)
        row.ranges_done = number + 1
        row.facts = {**row.facts, "taken": taken(row.facts, stored)}
    return stored


def taken(facts: Mapping[str, Any], more: Counted | None = None) -> dict[str, int]:
    """What was taken in so far, over all parts: a worker that goes on after another counts on."""
    have = Counted(**facts.get("taken", {})) + (more or Counted())
    return {"created": have.created, "changed": have.changed, "unchanged": have.unchanged}


async def _store(
    db: AsyncSession, actor: Actor | None, source: Source, row: Import, joined: Sequence[Joined], known: Known
) -> Counted:
    if source.kind == "need":
        release = statements.Release(
            source=f"{source.name} {source.country}",
            name=row.file_name,
            official=source.official,
            import_id=row.id,
            retrieved_on=row.begun_at.date(),
        )
        need = await statements.store_statements(db, actor, release, _needs(joined, row, known))
        return Counted(need.created, need.changed, need.unchanged)
    named = presences.PresenceSource(source.id, source.name)
    presence = await presences.store_presences(db, actor, named, row.id, _presences(joined, row, known))
    return Counted(presence.created, presence.changed, presence.unchanged)


def _presences(joined: Iterable[Joined], row: Import, known: Known) -> Iterator[presences.Stated]:
    for each in joined:
        values = each.values
        yield presences.Stated(
            key=each.key,
            hash=each.hash,
            organisation_id=UUID(values["organisation"]),
            partner_id=UUID(values["partner"]) if values["partner"] else None,
            role=values["role"] or "both",
            service_id=known.services.get(values["service"]),
            activity=values["activity"],
            area_id=known.areas[values["area"]],
            period_from=_day(values["from"]) or row.period_from or row.begun_at.date(),
            period_to=_day(values["to"]) or row.period_to or row.begun_at.date(),
            status=values["status"] or "unknown",
            people={" ".join(map(str, figure[:-1])): figure[-1] for figure in values["people"]},
            sheet=each.sheet,
            rows=each.rows,
        )


def _needs(joined: Iterable[Joined], row: Import, known: Known) -> Iterator[statements.Stated]:
    for each in joined:
        values = each.values
        yield statements.Stated(
            area_id=known.areas[values["area"]],
            service_id=None if values["service"] == "ALL" else known.services[values["service"]],
            reference_from=_day(values["from"]) or row.period_from or row.begun_at.date(),
            reference_to=_day(values["to"]) or row.period_to or row.begun_at.date(),
            facets=Facets.read(values["status"], values["sex"], values["age"], values["disability"]),
            people=values["people"],
            severity=values["severity"],
            targeted=values["targeted"],
            reached=values["reached"],
            row_number=each.rows[0],
            key=each.key,
            hash=each.hash,
        )


async def _joined(db: AsyncSession, import_id: UUID, number: int) -> AsyncIterator[Joined]:
    """The statements of one part, rows of equal key joined (exchange.md 2.8)."""
    rows = (await db.execute(_STAGED, {"import_id": import_id, "number": number})).all()
    for key, group in groupby(rows, key=lambda row: row.key):
        yield _join(key, list(group))


def _join(key: bytes, rows: Sequence[Any]) -> Joined:
    """Rows that are equal in everything count once; of others the figures are added and the most alive status counts."""
    values: dict[str, Any] = rows[0].values
    numbers = sorted({row.row_number for row in rows})
    distinct = {row.hash: row.values for row in rows}
    digest = rows[0].hash
    if len(distinct) > 1:
        digest = hashlib.blake2b(b"".join(sorted(distinct)), digest_size=16).digest()
        statuses = [other["status"] for other in distinct.values()]
        values = {**values, "status": reduce(most_alive, statuses), "people": _added(distinct.values())}
    return Joined(key, digest, values, values.get("sheet") or "", numbers)


def _added(rows: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """The figures of rows that are one presence, those of the same people added; each is [whom ..., number]."""
    sums: dict[str, int] = {}
    for row in rows:
        for figure in row["people"]:
            whom = json.dumps(figure[:-1])
            sums[whom] = sums.get(whom, 0) + figure[-1]
    return [[*json.loads(whom), number] for whom, number in sums.items()]


async def _there(db: AsyncSession, source_id: UUID, kind: str, number: int) -> dict[bytes, bytes]:
    """Key -> hash of what this source states already, in one part."""
    table: Any = NeedStatement if kind == "need" else Presence
    part = in_range(number)
    if kind == "need":
        name = select(Source.name + " " + Source.country).where(Source.id == source_id).scalar_subquery()
        mine = table.source == name
    else:
        mine = table.source_id == source_id
    rows = await db.execute(select(table.key, table.hash).where(mine, table.ended_at.is_(None), part))
    return {row.key: row.hash for row in rows}


def in_range(number: int) -> TextClause:
    """Whether a row's key lies in one of the 16 parts."""
    return text("get_byte(key, 0) >> 4 = :number").bindparams(number=number)


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


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
