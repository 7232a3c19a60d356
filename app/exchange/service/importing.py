"""Importing: one file of one source, read, compared with what is there, and taken in."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.service.follow import follow
from app.exchange.models import ColumnMapping, Import, ImportRow, Source
from app.exchange.queries.known import Known, known
from app.exchange.rules.lookups import Answer, Answers, Choice
from app.exchange.rules.plan import Plan, look
from app.exchange.service import merging
from app.exchange.service.looking import facts_of, without_cells
from app.exchange.service.merging import Counted
from app.exchange.service.staging import Database, Staged, stage
from app.exchange.values.months import Period
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.database import transaction
from app.kernel.i18n import N_
from app.kernel.ids import new_id
from app.kernel.refusals import Refused
from app.kernel.time import now
from app.needs.service.settlement import settle_country
from app.organisations.rules.kinds import Kind
from app.organisations.service.listing import ToList, list_organisations
from app.places.queries import area_by_code
from app.programmes.service import presences

Say = Callable[[str], None]
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
class Outcome:
    """What an import came to: rows of the file, and what became of the statements they make."""

    import_id: UUID
    rows: int = 0
    skipped: int = 0
    refused: int = 0
    counted: Counted = field(default_factory=Counted)
    gone: int = 0
    questions: int = 0
    reasons: Counter[str] = field(default_factory=Counter[str])
    listed: int = 0


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
        what_we_know = await known(db)
    plan = look(
        file.path,
        what_we_know.lookups,
        kind=file.kind,
        name=file.name,
        country=file.country,
        period=file.period,
    )
    check_plan(plan)
    async with transaction(database) as db:
        source = await ensure_source(db, actor, file, _alpha2(what_we_know, plan.country))
        import_id = await begin_import(db, actor, source, file, plan)
        answers = await answers_of(db, source)
    say(f"Reading {file.path.name}: {', '.join(one.sheet.name or 'table' for one in plan.chosen)}")
    staged = await stage(database, import_id, plan, what_we_know, answers, source, say)
    outcome = await check(database, import_id, source, plan.kind, staged)
    if dry_run:
        async with transaction(database) as db:
            await db.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
            await db.execute(
                update(Import).where(Import.id == import_id).values(state="cancelled", ended_at=now())
            )
        return outcome
    counted, gone = await apply(database, actor, import_id, what_we_know, say, end_gone=end_gone)
    return Outcome(
        import_id,
        outcome.rows,
        outcome.skipped,
        outcome.refused,
        counted,
        gone,
        outcome.questions,
        outcome.reasons,
        len(staged.listed),
    )


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
    newest = (
        select(ColumnMapping)
        .where(ColumnMapping.source_id == source_id)
        .order_by(ColumnMapping.version.desc())
        .limit(1)
    )
    return await db.scalar(newest)


async def answers_of(db: AsyncSession, source_id: UUID) -> Answers:
    """What people answered about values of this source's files, in the newest version of its mapping."""
    mapping = await newest_mapping(db, source_id)
    given: dict[str, Any] = mapping.answers if mapping else {}
    return {
        (field, value): Answer(Choice(answer["choice"]), answer.get("record", ""))
        for field, values in given.items()
        for value, answer in values.items()
    }


async def check(database: Database, import_id: UUID, source_id: UUID, kind: str, staged: Staged) -> Outcome:
    """Compare what was read with what is there, and write the counts down; nothing is changed."""
    counted = await merging.compare(database, import_id, source_id, kind)
    gone = await merging.count_gone(database, import_id)
    outcome = Outcome(
        import_id,
        staged.rows,
        staged.skipped,
        staged.refused,
        counted,
        gone,
        len(staged.questions),
        staged.reasons,
    )
    counts = {
        "rows": outcome.rows,
        "skipped": outcome.skipped,
        "refused": outcome.refused,
        "created": counted.created,
        "changed": counted.changed,
        "unchanged": counted.unchanged,
        "gone": gone,
        "questions": outcome.questions,
        "reasons": dict(outcome.reasons),
        "listed": len(staged.listed),
    }
    questions = [
        {
            "field": q.field,
            "value": q.value,
            "said": q.said,
            "rows": q.rows,
            "blocks": q.blocks,
            "candidates": [list(candidate) for candidate in q.candidates],
        }
        for q in sorted(staged.questions.by_rows(), key=lambda q: not q.blocks)[:500]
    ]
    async with transaction(database) as db:
        row = await db.get_one(Import, import_id, with_for_update=True)
        if row.state != "read":
            # Cancelled meanwhile.
            await db.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
            return outcome
        row.state, row.rows_all = "checked", staged.rows
        row.facts = {**row.facts, "counts": counts, "questions": questions}
    return outcome


async def apply(
    database: Database,
    actor: Actor | None,
    import_id: UUID,
    what_we_know: Known,
    say: Say,
    *,
    end_gone: bool = False,
) -> tuple[Counted, int]:
    """Take in what was checked: 16 ranges of keys, each one transaction; a killed worker goes on with the next.

    Returns the counts, over all workers that were at it, and how many presences ended. Coverage follows.
    """
    async with transaction(database) as db:
        row = await db.get_one(Import, import_id, with_for_update=True)
        source = await db.get_one(Source, row.source_id)
        kind, name, country, done = source.kind, source.name, source.country, row.ranges_done
        row.state = "applying"
        if not done:
            await list_organisations(db, actor, await _to_list(db, import_id), name)
    for number in range(done, merging.RANGES):
        await merging.merge_range(database, actor, import_id, number)
        say(f"  {number + 1} of {merging.RANGES} parts taken in")
    if end_gone and kind == "presence":
        await merging.end_gone(database, actor, import_id)
    if await _changes_anything(database, import_id):
        await settle(database, kind, country, row.source_id)
        say("  cells and coverage worked out")
    async with transaction(database) as db:
        row = await db.get_one(Import, import_id, with_for_update=True)
        counted = Counted(**merging.taken(row.facts))
        kept = ImportRow.before.is_(None), ImportRow.import_id == import_id
        await db.execute(delete(ImportRow).where(*kept, ImportRow.verdict == "ok"))
        older = (Import.source_id == row.source_id) & (Import.state == "applied") & (Import.id != import_id)
        await db.execute(update(Import).where(older).values(state="superseded"))
        row.state, row.ended_at = "applied", now()
        gone = await merging.number_ended(db, import_id)
        told: dict[str, Any] = {**merging.taken(row.facts), "ended": gone}
        row.facts = {**without_cells(row.facts), "counts": {**row.facts.get("counts", {}), **told}}
        await audit.record(db, actor, "import.applied", import_id, chain=audit.INSTANCE, **told)
    return counted, gone


async def _changes_anything(database: Database, import_id: UUID) -> bool:
    async with database() as db:
        counted = merging.taken((await db.get_one(Import, import_id)).facts)
        ended = await merging.number_ended(db, import_id)
    return bool(counted["created"] or counted["changed"] or ended)


async def settle(database: Database, kind: str, country: str, source_id: UUID) -> None:
    """Work out cells, the register and coverage after what a source states came in or was taken back."""
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


def check_plan(plan: Plan) -> None:
    """Whether the rows can be read as it stands. Raises NoCountry, NothingToRead, NoPeriod."""
    if not plan.country:
        raise NoCountry
    if not plan.chosen:
        raise NothingToRead
    if plan.asks_period:
        raise NoPeriod


def _alpha2(what_we_know: Known, country: str) -> str:
    """The two-letter code of the plan's country, as areas have it."""
    area = what_we_know.lookups.areas.country(country)
    return area.code if area else country
