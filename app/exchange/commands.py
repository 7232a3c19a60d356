"""`roundtable import`: take a file in from the command line, with the counts as words or as one line of JSON."""

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.exchange.reading.limits import Unreadable
from app.exchange.service import running
from app.exchange.service.checking import Outcome
from app.exchange.service.importing import File, import_file
from app.exchange.values.periods import written
from app.kernel.console import Add, on_sessions
from app.kernel.refusals import Refused

JOBS = running.JOBS
"""The worker knows the jobs of imports once this module is imported."""


def add(command: Add) -> None:
    """Add the commands."""
    importing = command("import", None, "take a file in: who does what where, or needs")
    kinds = importing.add_subparsers(required=True, metavar="3w|needs")
    for name, kind, says in (
        ("3w", "presence", "who does what where"),
        ("needs", "need", "a needs overview"),
    ):
        made = kinds.add_parser(name, help=says)
        made.add_argument("file", type=Path)
        made.add_argument("--country", default="", help="two-letter code; else what the file itself tells")
        made.add_argument(
            "--period", default="", help="for example 2024-01 to 2024-03, where the file doesn't say"
        )
        made.add_argument("--source", default="", help="name of the publisher's recurring file")
        made.add_argument("--dry-run", action="store_true", help="only count what would change")
        made.add_argument("--end-gone", action="store_true", help="end what the source no longer states")
        made.add_argument(
            "--json", action="store_true", help="the counts as one JSON object in the last line"
        )
        made.set_defaults(command=_import, kind=kind)


def _import(options: argparse.Namespace) -> int:
    began = time.perf_counter()

    async def work(database: async_sessionmaker[AsyncSession]) -> int:
        period = written(options.period)
        file = File(options.file, options.kind, options.country, options.source, period)
        outcome = await import_file(
            database, None, file, _say, dry_run=options.dry_run, end_gone=options.end_gone
        )
        _tell(outcome, time.perf_counter() - began, as_json=options.json)
        return 0

    try:
        return on_sessions(work)
    except (Refused, Unreadable, FileNotFoundError, IsADirectoryError) as problem:
        _say(str(problem))
        return 1


def _tell(outcome: Outcome, seconds: float, *, as_json: bool) -> None:
    counted = outcome.counted
    told: dict[str, Any] = {
        "rows": outcome.rows,
        "created": counted.created,
        "changed": counted.changed,
        "unchanged": counted.unchanged,
        "refused": outcome.refused,
        "skipped": outcome.skipped,
        "questions": outcome.questions,
        "reasons": dict(outcome.reasons.most_common()),
        "seconds": round(seconds, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        print(f"{name:10} {value}")


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
