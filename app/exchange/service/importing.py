"""Importing: one file of one source, read, compared with what is there, and taken in."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.exchange.models import ColumnMapping, Import, ImportRow, Source
from app.exchange.queries.known import known
from app.exchange.rules.lookups import Answer, Answers, Choice, Lookups
from app.exchange.rules.plan import Plan, look
from app.exchange.service.applying import apply
from app.exchange.service.checking import Outcome, check
from app.exchange.service.looking import facts_of
from app.exchange.service.staging import Database, Say, stage
from app.exchange.values.months import Period
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.database import transaction
from app.kernel.i18n import N_
from app.kernel.ids import new_id
from app.kernel.refusals import Refused
from app.kernel.time import now

SOURCE_NAMES = {"presence": "Who does what where", "need": "Needs overview"}
"""What a source is called that nobody named."""


class OtherKind(Refused):
    field = "source"
    says = N_("Files of this source were about something else. Give this one another name.")


class NoPeriod(Refused):
    field = "period"
    says = N_("The file doesn't say which months it is about. Say it, for example 2024-01 to 2024-03.")


class NoCountry(Refused):
    field = "country"
    says = N_("We could not tell which country the file is about. Choose it.")


class NothingToRead(Refused):
    field = "file"
    says = N_(
        "No sheet of this file has the columns we need: an organisation, an area, and a sector or activity."
    )


@dataclass(frozen=True, slots=True)
class File:
    """The file to take in, and what is said about it."""

    path: Path
    kind: str
    country: str = ""
    source: str = ""
    period: Period | None = None
    official: bool = False
    name: str = ""
    publisher: str = ""
    licence: str = ""


async def import_file(
    database: Database,
    actor: Actor | None,
    file: File,
    say: Say,
    *,
    dry_run: bool = False,
    end_gone: bool = False,
) -> Outcome:
    """Read a file and take it in; `dry_run` stops at the counts of what would change.

    Raises what can't be read (limits.Unreadable), NoCountry, NoPeriod, NothingToRead.
    """
    async with database() as db:
        lookups = await known(db)
    plan = look(file.path, lookups, kind=file.kind, name=file.name, country=file.country, period=file.period)
    check_plan(plan)
    async with transaction(database) as db:
        source = await ensure_source(db, actor, file, _alpha2(lookups, plan.country))
        import_id = await begin_import(db, actor, source, file, plan)
        answers = await answers_of(db, source)
    say(f"Reading {file.path.name}: {', '.join(one.sheet.name or 'table' for one in plan.chosen)}")
    staged = await stage(database, import_id, plan, lookups, answers, source, say)
    outcome = await check(database, import_id, source, plan.kind, staged)
    if dry_run:
        await _leave(database, import_id)
        return outcome
    counted, gone = await apply(database, actor, import_id, say, end_gone=end_gone)
    return replace(outcome, counted=counted, gone=gone)


async def _leave(database: Database, import_id: UUID) -> None:
    async with transaction(database) as db:
        await db.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
        left = update(Import).where(Import.id == import_id)
        await db.execute(left.values(state="cancelled", ended_at=now()))


async def ensure_source(db: AsyncSession, actor: Actor | None, file: File, country: str) -> UUID:
    """The source of this name in this country, made at its first file. Raises OtherKind."""
    name = file.source or SOURCE_NAMES[file.kind]
    values = {
        "id": new_id(),
        "name": name,
        "kind": file.kind,
        "country": country,
        "publisher": file.publisher,
        "licence": file.licence,
        "official": file.official,
    }
    new = await db.scalar(insert(Source).values(**values).on_conflict_do_nothing().returning(Source.id))
    if new:
        await audit.record(db, actor, "source.begun", new, name=name, country=country)
        return new
    known_as = select(Source.id, Source.kind).where(Source.name == name, Source.country == country)
    source_id, kind = (await db.execute(known_as)).one()
    if kind != file.kind:
        raise OtherKind
    return source_id


async def begin_import(
    db: AsyncSession, actor: Actor | None, source_id: UUID, file: File, plan: Plan
) -> UUID:
    """Write down which file is being read, how, and by whom."""
    content = hashlib.sha256()
    with file.path.open("rb") as opened:
        while chunk := opened.read(1 << 20):
            content.update(chunk)
    period = plan.period
    begun = Import(
        id=new_id(),
        source_id=source_id,
        state="read",
        file_name=(file.name or file.path.name)[:200],
        file_hash=content.digest(),
        file_bytes=file.path.stat().st_size,
        period_from=period.starts if period else None,
        period_to=period.ends if period else None,
        facts=facts_of(plan),
        begun_by=actor.person_id if actor else None,
    )
    db.add(begun)
    await db.flush()
    await audit.record(db, actor, "import.begun", begun.id, source=str(source_id), file=content.hexdigest())
    return begun.id


async def newest_mapping(db: AsyncSession, source_id: UUID) -> ColumnMapping | None:
    """What people decided about this source's files last."""
    of_source = select(ColumnMapping).where(ColumnMapping.source_id == source_id)
    return await db.scalar(of_source.order_by(ColumnMapping.version.desc()).limit(1))


async def answers_of(db: AsyncSession, source_id: UUID) -> Answers:
    """What people answered about values of this source's files, in the newest version of its mapping."""
    mapping = await newest_mapping(db, source_id)
    given: dict[str, Any] = mapping.answers if mapping else {}
    return {
        (field, value): Answer(Choice(answer["choice"]), answer.get("record", ""))
        for field, values in given.items()
        for value, answer in values.items()
    }


def check_plan(plan: Plan) -> None:
    """Whether the rows can be read as it stands. Raises NoCountry, NothingToRead, NoPeriod."""
    if not plan.country:
        raise NoCountry
    if not plan.chosen:
        raise NothingToRead
    if plan.asks_period:
        raise NoPeriod


def _alpha2(lookups: Lookups, country: str) -> str:
    """The two-letter code of the plan's country, as areas have it."""
    area = lookups.areas.country(country)
    return area.code if area else country
