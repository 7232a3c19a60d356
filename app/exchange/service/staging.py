"""Staging: a file's rows, as they were understood, into import_row, a chunk a transaction.

A worker that was killed goes on after the last chunk that was committed, and makes the same table.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Collection, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from sqlalchemy import delete, text, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.exchange.models import Import, ImportRow
from app.exchange.reading.cells import Cell, Row, said
from app.exchange.rows.need_reader import NeedReader, NeedRow
from app.exchange.rows.originals import original
from app.exchange.rows.presence_reader import PresenceReader
from app.exchange.rows.presences import PresenceRow
from app.exchange.rows.questions import Questions
from app.exchange.rules.body import Body
from app.exchange.rules.lookups import Answers, Lookups
from app.exchange.rules.plan import Plan, SheetPlan
from app.exchange.rules.verdicts import Reason, Verdict
from app.exchange.service.records import COLUMNS, Records
from app.kernel.database import transaction
from app.kernel.garbage import collect_young, collection_paused
from app.kernel.loading import copy_lines

Database = async_sessionmaker[AsyncSession]
Say = Callable[[str], None]
CHUNK = 10_000


@dataclass
class Staged:
    """What the reading of a whole file came to. `listed`: ids of organisations that no register knows yet; the first
    row that names one carries how, so that they are still known when a worker was killed between.
    """

    rows: int = 0
    skipped: int = 0
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter[str])
    questions: Questions = field(default_factory=Questions)
    listed: set[str] = field(default_factory=set[str])


async def stage(
    database: Database,
    import_id: UUID,
    plan: Plan,
    lookups: Lookups,
    answers: Answers,
    source_id: UUID,
    say: Say,
    *,
    within: Collection[str] | None = None,
) -> Staged:
    """Read the chosen sheets of `plan` into import_row. `say` hears how far it is after each chunk.

    `within`: codes of the areas that whoever sends the file may write about; rows about others are refused
    `outside-rights`. None: all. With `last_row` 0 what an earlier reading left is thrown away.
    """
    staged = Staged()
    async with transaction(database) as db:
        done = (await db.get_one(Import, import_id)).last_row
        if not done:
            await db.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
    lines = _lines(plan, lookups, answers, source_id, within, Records(import_id, staged.listed), staged)
    seen = 0
    with collection_paused():
        async with aclosing(_read_ahead(lines)) as chunks:
            async for chunk in chunks:
                seen += len(chunk)
                if seen <= done:
                    continue
                fresh = chunk[max(0, done - (seen - len(chunk))) :]
                async with transaction(database) as db:
                    await copy_lines(db, "import_row", COLUMNS, fresh)
                    await db.execute(update(Import).where(Import.id == import_id).values(last_row=seen))
                collect_young()
                say(f"  {seen} rows read")
    async with transaction(database) as db:
        # Else the planner takes the rows of this import for the few that it saw before them.
        await db.execute(text("ANALYZE import_row"))
        if plan.kind == "need":
            staged.refused += await _refuse_repeated(db, import_id, plan, staged)
    return staged


async def _read_ahead(lines: Iterator[str]) -> AsyncGenerator[list[str]]:
    """The lines in chunks; while one is written to the database, the next is read.

    In a thread, also since a workbook may be read for minutes, and the worker has to show meanwhile that it lives.
    """
    reading = asyncio.create_task(asyncio.to_thread(_chunk, lines))
    try:
        while chunk := await reading:
            reading = asyncio.create_task(asyncio.to_thread(_chunk, lines))
            yield chunk
    finally:
        # A thread can't be stopped: whoever gives up waits for the chunk that it is at.
        await reading


def _chunk(lines: Iterator[str]) -> list[str]:
    return list(islice(lines, CHUNK))


def _lines(
    plan: Plan,
    lookups: Lookups,
    answers: Answers,
    source_id: UUID,
    within: Collection[str] | None,
    records: Records,
    staged: Staged,
) -> Iterator[str]:
    for number, sheet in enumerate(plan.chosen, 1):
        yield from _sheet_lines(number, sheet, plan, lookups, answers, source_id, within, records, staged)


def _sheet_lines(
    number: int,
    sheet: SheetPlan,
    plan: Plan,
    lookups: Lookups,
    answers: Answers,
    source_id: UUID,
    within: Collection[str] | None,
    records: Records,
    staged: Staged,
) -> Iterator[str]:
    body, settings = sheet.body(), plan.settings(sheet, str(source_id))
    make = NeedReader if plan.kind == "need" else PresenceReader
    reader = make(sheet.columns, lookups, settings, answers, staged.questions)
    outside: set[int] = set()
    latest: list[Row] = [[]]
    presence, need = records.presence, records.need
    for row in reader.rows(body if within is None else _noting(body, latest)):
        if within is not None and row.area is not None and row.area.code not in within:
            if row.verdict is not Verdict.REFUSED:
                outside.add(row.numbers[0] if isinstance(row, PresenceRow) else row.number)
            row = _outside(row, original(latest[0], sheet.columns.private))
        if isinstance(row, PresenceRow):
            yield presence(number, row)
        else:
            yield need(number, row)
    staged.rows += reader.tally.rows
    staged.refused += reader.tally.verdicts[Verdict.REFUSED] + len(outside)
    staged.reasons.update(reader.tally.reasons)
    if outside:
        staged.reasons["outside-rights"] += len(outside)
    staged.skipped += sum(body.skipped.values())


def _noting(body: Body, latest: list[Row]) -> Iterator[tuple[int, Row]]:
    """The rows of `body`, the one being read also in `latest`."""
    for number, row in body:
        latest[0] = row
        yield number, row


def _outside(row: PresenceRow | NeedRow, cells: tuple[Cell, ...]) -> PresenceRow | NeedRow:
    """The row, refused because it is about an area that isn't the sender's."""
    reason = Reason("outside-rights", row.area.name if row.area else "")
    return row._replace(
        verdict=Verdict.REFUSED, reasons=(*row.reasons, reason), key=b"", hash=b"", original=cells
    )


_REPEATED = text(
    """
    WITH twice AS (
        SELECT key, min(row_number) AS first, max(row_number) AS last FROM import_row
        WHERE import_id = :import_id AND key IS NOT NULL AND verdict <> 'refused'
        GROUP BY key HAVING count(DISTINCT (sheet_number, row_number)) > 1
    )
    UPDATE import_row AS r SET verdict = 'refused', reasons = array_append(r.reasons, 'repeated')
    FROM twice WHERE r.import_id = :import_id AND r.key = twice.key
    RETURNING r.sheet_number, r.row_number, CASE WHEN r.row_number = twice.first THEN twice.last ELSE twice.first END
    """
)
_WHY = text(
    """
    UPDATE import_row SET values = values || CAST(:more AS jsonb)
    WHERE import_id = :import_id AND sheet_number = :sheet AND row_number = :number AND verdict = 'refused'
    """
)


async def _refuse_repeated(db: AsyncSession, import_id: UUID, plan: Plan, staged: Staged) -> int:
    """Two rows that state the same need of the same people are both refused: nobody can know which is right.

    Until now they were fine, so that their cells are read once more, to be handed back.
    """
    other = {
        (sheet, number): twin for sheet, number, twin in await db.execute(_REPEATED, {"import_id": import_id})
    }
    if not other:
        return 0
    for at, sheet in enumerate(plan.chosen, 1):
        for number, row in sheet.body():
            if (at, number) in other:
                cells = [said(cell) for cell in original(row, sheet.columns.private)]
                more = {"cells": cells, "why": [["repeated", str(other[at, number]), ""]]}
                places = {"import_id": import_id, "sheet": at, "number": number}
                await db.execute(_WHY, {**places, "more": json.dumps(more, ensure_ascii=False)})
    staged.reasons["repeated"] += len(other)
    return len(other)
