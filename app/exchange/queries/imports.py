"""Imports as pages and the API show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Person
from app.exchange.models import Import, Source
from app.kernel.actor import Actor, Role
from app.kernel.pagination import PAGE_SIZE, Page, cut, decode
from app.kernel.refusals import NotFound
from app.places.models import Area
from app.places.queries import said_name

PUBLIC = ("applied", "superseded")
ASKING = ("to map", "checked")
"""States in which an import waits for a person."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An import with its source. `country` is the code, `country_name` what it is called; `by` who began it, None for the
    command line; `lo`, `hi`: the country's positions.
    """

    id: UUID
    state: str
    file_name: str
    file_hash: bytes
    facts: dict[str, Any]
    period_from: date | None
    period_to: date | None
    last_row: int
    ranges_done: int
    problem: str
    begun_at: datetime
    ended_at: datetime | None
    begun_by: UUID | None
    by: str | None
    source_id: UUID
    source: str
    kind: str
    publisher: str
    licence: str
    country: str
    country_name: str
    lo: int
    hi: int

    @property
    def counts(self) -> dict[str, Any]:
        """Numbers by name, once the rows were read."""
        return self.facts.get("counts", {})


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken in: its sheet and number there, its cells, why as (code, said, known)."""

    sheet: str
    number: int
    cells: Sequence[str]
    why: Sequence[tuple[str, str, str]]


async def listed(
    db: AsyncSession, actor: Actor, *, after: str | None = None, size: int = PAGE_SIZE
) -> Page[Seen]:
    """Imports of the countries that this person plans for or in, the newest first. One statement."""
    return await _page(db, _overlapping(actor), after, size)


async def public(
    db: AsyncSession, *, country: str = "", after: str | None = None, size: int = PAGE_SIZE
) -> Page[Seen]:
    """Imports that were taken in and not undone, the newest first, of one country or all. One statement."""
    where = Source.country == country if country else and_(True)
    return await _page(db, and_(Import.state.in_(PUBLIC), where), after, size)


async def seen(db: AsyncSession, actor: Actor, import_id: UUID) -> Seen:
    """One import. Raises NotFound for one of a country in which this person plans nothing."""
    row = (await db.execute(_imports().where(Import.id == import_id, _overlapping(actor)))).mappings().first()
    if row is None:
        raise NotFound
    return Seen(**row)


async def waiting_for(db: AsyncSession, actor: Actor) -> list[Seen]:
    """Imports that this person began and that wait for their word."""
    mine = Import.begun_by == actor.person_id, Import.state.in_(ASKING)
    rows = await db.execute(_imports().where(*mine).order_by(Import.id).limit(20))
    return [Seen(**row) for row in rows.mappings()]


async def countries_of(db: AsyncSession, actor: Actor) -> list[tuple[str, str]]:
    """Code and name of the countries that this person plans for or in."""
    rows = await db.execute(
        select(Area.code, said_name()).where(Area.level == 0, _overlapping(actor)).order_by(Area.name)
    )
    return [(code, name) for code, name in rows]


async def applied_before(db: AsyncSession, looked_at: Seen) -> Seen | None:
    """The same file of the same source, if it was taken in already."""
    same = (
        Import.source_id == looked_at.source_id,
        Import.file_hash == looked_at.file_hash,
        Import.state.in_(PUBLIC),
        Import.id != looked_at.id,
    )
    row = (await db.execute(_imports().where(*same).order_by(Import.id.desc()).limit(1))).mappings().first()
    return Seen(**row) if row else None


async def refused(db: AsyncSession, import_id: UUID, *, most: int | None = None) -> list[RefusedRow]:
    """Refused rows in the order of the file, each once, however many statements it makes."""
    rows = await db.execute(_REFUSED, {"import_id": import_id, "most": most})
    return [RefusedRow(row.sheet or "", row.number, row.cells or [], _why(row.why or [])) for row in rows]


def _why(kept: list[list[str]]) -> list[tuple[str, str, str]]:
    return [(code, said, known) for code, said, known in kept]


_REFUSED = text(
    """
    SELECT DISTINCT ON (sheet_number, row_number) values ->> 'sheet' AS sheet, row_number AS number,
        values -> 'cells' AS cells, values -> 'why' AS why
    FROM import_row WHERE import_id = :import_id AND verdict = 'refused'
    ORDER BY sheet_number, row_number, part LIMIT :most
    """
)


async def _page(db: AsyncSession, wanted: ColumnElement[bool], after: str | None, size: int) -> Page[Seen]:
    begin = decode(after, UUID)
    later = Import.id < begin[0] if begin else and_(True)
    rows = await db.execute(_imports().where(wanted, later).order_by(Import.id.desc()).limit(size + 1))
    return cut([Seen(**row) for row in rows.mappings()], size, lambda row: (row.id,))


def _imports() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Import.id,
            Import.state,
            Import.file_name,
            Import.file_hash,
            Import.facts,
            Import.period_from,
            Import.period_to,
            Import.last_row,
            Import.ranges_done,
            Import.problem,
            Import.begun_at,
            Import.ended_at,
            Import.begun_by,
            Person.name.label("by"),
            Source.id.label("source_id"),
            Source.name.label("source"),
            Source.kind,
            Source.publisher,
            Source.licence,
            Source.country,
            said_name().label("country_name"),
            Area.lo,
            Area.hi,
        )
        .join(Source, Source.id == Import.source_id)
        .join(Area, and_(Area.code == Source.country, Area.level == 0))
        .outerjoin(Person, Person.id == Import.begun_by)
    )


def _overlapping(actor: Actor) -> ColumnElement[bool]:
    """Countries in which this person plans for anything."""
    return or_(
        false(),
        *(
            and_(Area.lo <= grant.hi, Area.hi >= grant.lo)
            for grant in actor.grants
            if grant.role == Role.PLANNER
        ),
    )
