"""Checking: what taking in a file that was read would do, counted and written down beside its import."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from app.exchange.models import Import, ImportRow
from app.exchange.rows.questions import Questions
from app.exchange.service import merging
from app.exchange.service.merging import Counted
from app.exchange.service.staging import Database, Staged
from app.kernel.database import transaction

MOST_QUESTIONS = 500


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


async def check(database: Database, import_id: UUID, source_id: UUID, kind: str, staged: Staged) -> Outcome:
    """Compare what was read with what is there, and write down beside the import what would be created and changed and
    what is to be asked. Nothing is taken in.
    """
    outcome = Outcome(
        import_id,
        rows=staged.rows,
        skipped=staged.skipped,
        refused=staged.refused,
        counted=await merging.compare(database, import_id, source_id, kind),
        gone=await merging.count_gone(database, import_id),
        questions=len(staged.questions),
        reasons=staged.reasons,
        listed=len(staged.listed),
    )
    async with transaction(database) as db:
        row = await db.get_one(Import, import_id, with_for_update=True)
        if row.state == "read":
            row.state, row.rows_all = "checked", staged.rows
            row.facts = {**row.facts, "counts": _counts(outcome), "questions": _asked(staged.questions)}
        else:
            # Cancelled meanwhile.
            await db.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
    return outcome


def _counts(outcome: Outcome) -> dict[str, Any]:
    return {
        "rows": outcome.rows,
        "skipped": outcome.skipped,
        "refused": outcome.refused,
        "created": outcome.counted.created,
        "changed": outcome.counted.changed,
        "unchanged": outcome.counted.unchanged,
        "gone": outcome.gone,
        "questions": outcome.questions,
        "reasons": dict(outcome.reasons),
        "listed": outcome.listed,
    }


def _asked(questions: Questions) -> list[dict[str, Any]]:
    """The questions as plain values, those first without whose answer rows are refused."""
    by_weight = sorted(questions.by_rows(), key=lambda question: not question.blocks)
    return [
        {
            "field": question.field,
            "value": question.value,
            "said": question.said,
            "rows": question.rows,
            "blocks": question.blocks,
            "candidates": [list(candidate) for candidate in question.candidates],
        }
        for question in by_weight[:MOST_QUESTIONS]
    ]
