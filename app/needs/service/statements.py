"""Statements as they come in: many rows of a release at once, or one that an organisation states itself."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from hashlib import blake2b
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.loading import copy_rows
from app.needs.rules.facets import EVERYBODY, Facets

MANY = 1_000
_COLUMNS = (
    "key", "hash", "area_id", "service_id", "reference_from", "reference_to", "status", "sex", "age", "disability",
    "people", "severity", "targeted", "reached", "note", "row_number",
)  # fmt: skip
_NAMES = ", ".join(_COLUMNS)


@dataclass(frozen=True, slots=True)
class Release:
    """Who states the figures and where: `source` is a publisher's recurring file, `name` this edition of it."""

    source: str
    name: str
    official: bool = False
    published_on: date | None = None
    retrieved_on: date | None = None
    stated_by_id: UUID | None = None
    import_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """One figure of a release. `key` is the same whenever its source speaks of the same people and period,
    `hash` as long as it says the same of them; made here where the importer has none of its own.

    `service_id` None: in need of anything. `people` None: not stated.
    """

    area_id: UUID
    service_id: UUID | None
    reference_from: date
    reference_to: date
    facets: Facets = EVERYBODY
    people: int | None = None
    severity: int | None = None
    targeted: int | None = None
    reached: int | None = None
    note: str = ""
    row_number: int | None = None
    key: bytes = b""
    hash: bytes = b""

    def keyed(self) -> tuple[bytes, bytes]:
        about = (self.reference_from, self.reference_to, self.area_id, self.service_id, self.facets)
        says = (self.people, self.severity, self.targeted, self.reached, self.note)
        return self.key or _digest(about), self.hash or _digest(says)


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of the rows of a release."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


async def store_statements(
    db: AsyncSession, actor: Actor | None, release: Release, rows: Iterable[Stated]
) -> Stored:
    """Take in figures of one release; the same rows again change nothing. One audit entry.

    A figure that its source states otherwise now ends the row that stood and begins another. Figures that
    are in none of the rows stay: `end_statements` ends them, if somebody wants that. Afterwards the cells
    have to be settled (settlement.settle_country). No two rows may have one key.
    """
    await db.execute(_STAGE)
    await copy_rows(db, "incoming_statement", _COLUMNS, map(_row, rows))
    return await _take_in(db, actor, release)


async def store_selected(
    db: AsyncSession, actor: Actor | None, release: Release, selected: str, places: Mapping[str, object]
) -> Stored:
    """The same for what a statement of the importer gives, written by us and never by people: tens of thousands of rows
    take no way through Python. `places` are the values of its named places; it gives key, hash, area_id, service_id,
    reference_from, reference_to, status, sex, age, disability, people, severity, targeted, reached, note, row_number.
    """
    await db.execute(_STAGE)
    await db.execute(text(f"INSERT INTO incoming_statement ({_NAMES}) {selected}"), places)
    return await _take_in(db, actor, release)


async def _take_in(db: AsyncSession, actor: Actor | None, release: Release) -> Stored:
    """From incoming_statement, which is gone afterwards."""
    digest = await db.scalar(_DIGEST)
    unchanged = await _count(
        db,
        "DELETE FROM incoming_statement AS i USING need_statement AS s WHERE s.source = :source AND s.key = i.key "
        "AND s.ended_at IS NULL AND s.hash = i.hash RETURNING 1",
        source=release.source,
    )
    changed = await _count(
        db,
        "UPDATE need_statement AS s SET ended_at = now() FROM incoming_statement AS i "
        "WHERE s.source = :source AND s.key = i.key AND s.ended_at IS NULL RETURNING 1",
        source=release.source,
    )
    of_release = {field.name: getattr(release, field.name) for field in fields(release)}
    added = await _count(db, _ADD, **of_release)
    await db.execute(text("DROP TABLE incoming_statement"))
    stored = Stored(added - changed, changed, unchanged)
    if added > max(MANY, await db.scalar(_ROWS_KNOWN) or 0):
        # More than doubled: the planner's figures are of another table than this one has become.
        await db.execute(text("ANALYZE need_statement"))
    if added:
        await audit.record(
            db, actor, "needs.stored", release.import_id or audit.SYSTEM, source=release.source, release=release.name,
            created=stored.created, changed=changed, digest=digest,
        )  # fmt: skip
    return stored


_STAGE = text(
    """
    CREATE TEMPORARY TABLE incoming_statement (
        key bytea, hash bytea, area_id uuid, service_id uuid, reference_from date, reference_to date, status text,
        sex text, age text, disability text, people bigint, severity smallint, targeted bigint, reached bigint,
        note text, row_number integer
    ) ON COMMIT DROP
    """
)
# Over all keys and hashes in the order of the keys, of what was known already too.
_DIGEST = text(
    "SELECT encode(sha256(coalesce(string_agg(key || hash, ''::bytea ORDER BY key), '')), 'hex') FROM incoming_statement"
)
_ADD = f"""
    INSERT INTO need_statement (
        source, release, official, published_on, retrieved_on, stated_by_id, import_id, {_NAMES}
    )
    SELECT :source, :name, :official, CAST(:published_on AS date), CAST(:retrieved_on AS date),
        CAST(:stated_by_id AS uuid), CAST(:import_id AS uuid), {_NAMES}
    FROM incoming_statement RETURNING 1
"""  # noqa: S608 - names of columns
_ROWS_KNOWN = text("SELECT reltuples FROM pg_class WHERE oid = 'need_statement'::regclass")


async def end_statements(db: AsyncSession, actor: Actor | None, source: str, keys: Collection[bytes]) -> int:
    """End the live figures of `source` with these keys: it no longer states them. Returns how many ended."""
    ended = await _count(
        db,
        "UPDATE need_statement SET ended_at = now() "
        "WHERE source = :source AND ended_at IS NULL AND key = ANY(:keys) RETURNING 1",
        source=source, keys=list(keys),
    )  # fmt: skip
    if ended:
        await audit.record(db, actor, "needs.ended", audit.SYSTEM, source=source, ended=ended)
    return ended


async def undo_import(db: AsyncSession, actor: Actor | None, import_id: UUID) -> int:
    """Take an import back: its figures end, and those that it replaced stand again. Returns how many ended.

    What it replaced ended in the moment in which its own figure was stated.
    """
    replaced = await db.scalars(
        text(
            "SELECT was.id FROM need_statement AS new JOIN need_statement AS was ON was.source = new.source "
            "AND was.key = new.key AND was.ended_at = new.stated_at AND was.id <> new.id "
            "WHERE new.import_id = :import_id AND new.ended_at IS NULL"
        ),
        {"import_id": import_id},
    )
    standing = [str(i) for i in replaced]
    ended = await _count(
        db,
        "UPDATE need_statement SET ended_at = now() WHERE import_id = :import_id AND ended_at IS NULL RETURNING 1",
        import_id=import_id,
    )
    await db.execute(
        text("UPDATE need_statement SET ended_at = NULL WHERE id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": standing},
    )
    await audit.record(db, actor, "needs.import-undone", import_id, ended=ended, standing_again=len(standing))
    return ended


def _row(row: Stated) -> tuple[object, ...]:
    key, says = row.keyed()
    facets = row.facets
    return (
        key, says, row.area_id, row.service_id, row.reference_from, row.reference_to, facets.status, str(facets.sex),
        str(facets.age), str(facets.disability), row.people, row.severity, row.targeted, row.reached, row.note,
        row.row_number,
    )  # fmt: skip


async def _count(db: AsyncSession, statement: str, **places: object) -> int:
    """How many rows a statement that ends in RETURNING 1 wrote."""
    return await db.scalar(text(f"WITH written AS ({statement}) SELECT count(*) FROM written"), places) or 0  # noqa: S608


def _digest(parts: Iterable[object]) -> bytes:
    return blake2b(
        "\x1f".join("" if part is None else str(part) for part in parts).encode(), digest_size=16
    ).digest()
