"""Staging: a file's rows, as they were understood, into import_row, a chunk a transaction.

A worker that was killed goes on after the last chunk that was committed, and makes the same table.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.exchange.lookups import Answers
from app.exchange.models import Import
from app.exchange.needs import NeedReader, NeedRow
from app.exchange.plan import Plan, SheetPlan
from app.exchange.presence_reader import PresenceReader
from app.exchange.presences import PresenceRow
from app.exchange.queries.known import Known
from app.exchange.reading.cells import said
from app.exchange.rows.questions import Questions
from app.exchange.verdicts import Verdict
from app.kernel.database import transaction
from app.kernel.loading import copy_rows
from app.organisations.rules.kinds import Kind
from app.organisations.service.listing import ToList

Database = async_sessionmaker[AsyncSession]
Say = Callable[[str], None]
CHUNK = 10_000
COLUMNS = ("import_id", "sheet_number", "row_number", "part", "verdict", "reasons", "key", "hash", "values")


@dataclass
class Staged:
    """What the reading of a whole file came to. `listed`: organisations that no register knows yet."""

    rows: int = 0
    skipped: int = 0
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter[str])
    questions: Questions = field(default_factory=Questions)
    listed: dict[str, ToList] = field(default_factory=dict[str, ToList])


async def stage(
    database: Database, import_id: UUID, plan: Plan, known: Known, answers: Answers, source_id: UUID, say: Say
) -> Staged:
    """Read the chosen sheets of `plan` into import_row. `say` hears how far it is after each chunk."""
    staged = Staged()
    async with database() as db:
        done = (await db.get_one(Import, import_id)).last_row
    records = _records(plan, known, answers, str(source_id), staged)
    seen = 0
    while chunk := list(islice(records, CHUNK)):
        seen += len(chunk)
        if seen <= done:
            continue
        fresh = chunk[max(0, done - (seen - len(chunk))) :]
        async with transaction(database) as db:
            await copy_rows(db, "import_row", COLUMNS, ((import_id, *record) for record in fresh))
            await db.execute(update(Import).where(Import.id == import_id).values(last_row=seen))
        say(f"  {staged.rows} rows read")
    if plan.kind == "need":
        staged.refused += await _refuse_repeated(database, import_id, staged)
    return staged


def _records(
    plan: Plan, known: Known, answers: Answers, source: str, staged: Staged
) -> Iterator[Sequence[Any]]:
    for number, sheet in enumerate(plan.chosen, 1):
        yield from _sheet_records(number, sheet, plan, known, answers, source, staged)


def _sheet_records(
    number: int, sheet: SheetPlan, plan: Plan, known: Known, answers: Answers, source: str, staged: Staged
) -> Iterator[Sequence[Any]]:
    body, settings = sheet.body(), plan.settings(sheet, source)
    make = NeedReader if plan.kind == "need" else PresenceReader
    reader = make(sheet.columns, known.lookups, settings, answers, staged.questions)
    before = staged.rows
    for row in reader.rows(body):
        staged.rows = before + reader.tally.rows
        if isinstance(row, PresenceRow):
            yield _presence_record(number, row, staged)
        else:
            yield _need_record(number, row)
    staged.rows = before + reader.tally.rows
    staged.refused += reader.tally.verdicts[Verdict.REFUSED]
    staged.reasons.update(reader.tally.reasons)
    staged.skipped += sum(body.skipped.values())


def _presence_record(sheet: int, row: PresenceRow, staged: Staged) -> Sequence[Any]:
    for named in (row.organisation, row.partner):
        if named is not None and named.is_listed and named.id not in staged.listed:
            kind = named.type.kind if named.type and named.type.kind else Kind.NGO
            staged.listed[named.id] = ToList(UUID(named.id), named.name, named.acronym, kind)
    values: dict[str, Any] = {"sheet": row.sheet}
    if row.verdict is Verdict.REFUSED:
        return _refused(sheet, row.numbers[0], row.part, row, values)
    period = row.period
    values |= {
        "organisation": row.organisation.id if row.organisation else None,
        "partner": row.partner.id if row.partner else None,
        "role": row.role,
        "service": row.service,
        "activity": row.activity,
        "area": row.area.code if row.area else None,
        "from": period.starts.isoformat() if period else None,
        "to": period.ends.isoformat() if period else None,
        "status": row.status,
        "people": [
            [*figure.who, figure.number]
            if isinstance(figure.who, tuple)
            else [str(figure.who), figure.number]
            for figure in row.people
        ],
        "warned": [reason.code for reason in row.reasons],
    }
    return _record(sheet, row.numbers[0], row.part, row, values)


def _need_record(sheet: int, row: NeedRow) -> Sequence[Any]:
    values: dict[str, Any] = {"sheet": row.sheet}
    if row.verdict is Verdict.REFUSED:
        return _refused(sheet, row.number, row.part, row, values)
    period = row.period
    values |= {
        "area": row.area.code if row.area else None,
        "service": row.service,
        "status": row.group,
        "sex": row.sex,
        "age": row.age,
        "disability": row.disability,
        "people": row.people,
        "targeted": row.targeted,
        "reached": row.reached,
        "severity": row.severity,
        "from": period.starts.isoformat() if period else None,
        "to": period.ends.isoformat() if period else None,
    }
    return _record(sheet, row.number, row.part, row, values)


def _record(
    sheet: int, number: int, part: int, row: PresenceRow | NeedRow, values: dict[str, Any]
) -> Sequence[Any]:
    codes = list(dict.fromkeys(reason.code for reason in row.reasons))
    return (
        sheet,
        number,
        part,
        row.verdict.code,
        codes,
        row.key or None,
        row.hash or None,
        json.dumps(values, ensure_ascii=False),
    )


def _refused(
    sheet: int, number: int, part: int, row: PresenceRow | NeedRow, values: dict[str, Any]
) -> Sequence[Any]:
    """Kept with the cells as they came, and why in words, to be corrected and sent again."""
    values["cells"] = [said(cell) for cell in row.original or ()]
    values["why"] = [[reason.code, reason.said, reason.known] for reason in row.reasons]
    return _record(sheet, number, part, row, values)


_REPEATED = text(
    """
    WITH twice AS (
        SELECT key FROM import_row WHERE import_id = :import_id AND key IS NOT NULL AND verdict <> 'refused'
        GROUP BY key HAVING count(DISTINCT (sheet_number, row_number)) > 1
    ), marked AS (
        UPDATE import_row AS r SET verdict = 'refused', reasons = array_append(r.reasons, 'repeated')
        FROM twice WHERE r.import_id = :import_id AND r.key = twice.key
        RETURNING r.sheet_number, r.row_number
    )
    SELECT count(DISTINCT (sheet_number, row_number)) FROM marked
    """
)


async def _refuse_repeated(database: Database, import_id: UUID, staged: Staged) -> int:
    """Two rows that state the same need of the same people are both refused: nobody can know which is right."""
    async with transaction(database) as db:
        number = await db.scalar(_REPEATED, {"import_id": import_id}) or 0
    if number:
        staged.reasons["repeated"] += number
    return number
