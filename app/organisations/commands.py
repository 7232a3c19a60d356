"""`roundtable organisations`: which organisations the names of a file mean."""

import argparse
import csv
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.console import Add, on_database
from app.organisations.queries.recognising import Asked, Known, resolve
from app.organisations.rules.recognition import Recognition


def add(command: Add) -> None:
    """Add the commands."""
    what = command("organisations", None, "the register of partners").add_subparsers(
        required=True, metavar="resolve"
    )
    made = what.add_parser("resolve", help="say which organisations the names of a table mean")
    made.add_argument("file", type=Path, help="CSV with the column name, and if you like acronym and country")
    made.add_argument("--json", action="store_true", help="all results as one JSON object in the last line")
    made.set_defaults(command=_resolve)


def _resolve(options: argparse.Namespace) -> int:
    try:
        names = read_names(options.file)
    except (OSError, UnicodeError, csv.Error, ValueError) as problem:
        print(f"{options.file}: {problem}", file=sys.stderr)
        return 1

    async def work(db: AsyncSession) -> int:
        began = time.perf_counter()
        found, known = await resolve(db, names)
        said = _result(names, found, known, time.perf_counter() - began)
        print(json.dumps(said, ensure_ascii=False) if options.json else _table(said))
        return 0

    return on_database(work)


def read_names(file: Path) -> list[Asked]:
    """The names of a CSV file (UTF-8, else Windows-1252; comma, semicolon or tab).

    Raises ValueError without a column `name`, and what reading a file raises.
    """
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter)
    columns = {(name or "").strip().casefold(): name for name in reader.fieldnames or ()}
    if "name" not in columns:
        raise ValueError("there is no column called name")

    def cell(row: dict[str, Any], column: str) -> str:
        value = row.get(columns[column]) if column in columns else None
        return value.strip() if isinstance(value, str) else ""

    return [Asked(cell(row, "name"), cell(row, "acronym"), cell(row, "country")) for row in reader]


def _result(
    names: Sequence[Asked], found: Sequence[Recognition[UUID]], known: dict[UUID, Known], seconds: float
) -> dict[str, Any]:
    how = Counter(one.how.value for one in found)
    return {
        "rows": len(found),
        "found": sum(one.id is not None for one in found),
        "asked": sum(one.id is None and bool(one.candidates) for one in found),
        "unknown": sum(one.id is None and not one.candidates for one in found),
        "how": dict(how),
        "seconds": round(seconds, 3),
        "results": [
            _row(number, *pair, known) for number, pair in enumerate(zip(names, found, strict=True), 1)
        ],
    }


def _row(number: int, asked: Asked, one: Recognition[UUID], known: dict[UUID, Known]) -> dict[str, Any]:
    return {
        "row": number,
        "name": asked.name,
        "how": one.how.value,
        "organisation": _named(known[one.id]) if one.id else None,
        "candidates": [
            {**_named(known[near.id]), "spelling": near.name, "score": round(near.score, 1)}
            for near in one.candidates
        ],
    }


def _named(known: Known) -> dict[str, str]:
    return {"id": str(known.id), "slug": known.slug, "name": known.name}


def _table(said: dict[str, Any]) -> str:
    lines: list[str] = []
    for row in said["results"]:
        names = (
            [row["organisation"]["name"]]
            if row["organisation"]
            else [near["name"] for near in row["candidates"]]
        )
        meant = "; ".join(names) or "-"
        lines.append(f"{row['name']}\t{row['how']}\t{meant}")
    lines.append(
        f"{said['rows']} rows: {said['found']} found, {said['asked']} to ask, {said['unknown']} unknown."
    )
    return "\n".join(lines)
