"""Workbooks read as a whole by calamine, in a child process: quick, and for sheets of bounded size."""

import json
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from app.exchange.reading import child, limits
from app.exchange.reading.archive import Merge
from app.exchange.reading.cells import Cell, Row


class ReaderFailed(Exception):
    """The child could not hold or read the sheet; nothing of it has been handed out."""


@dataclass(frozen=True, slots=True)
class About:
    """A sheet as the workbook lists it."""

    name: str
    hidden: bool
    merges: tuple[Merge, ...]


def sheets(path: Path) -> list[About]:
    """The worksheets of any workbook that calamine reads. Raises PasswordProtected or Damaged."""
    with _child(path) as output:
        line = output.readline()
    if not line:
        raise limits.Damaged
    listed: list[dict[str, Any]] = json.loads(line)
    return [
        About(sheet["name"], sheet["hidden"], tuple(_merge(*ends) for ends in sheet["merges"]))
        for sheet in listed
        if sheet["table"]
    ]


def rows(path: Path, sheet: str) -> Iterator[Row]:
    """The rows of one sheet from its first row and column, blank rows included.

    Raises ReaderFailed before the first row when the child gives up, TooManyColumns, CellTooLong.
    """
    number = 0
    with _child(path, sheet) as output:
        for line in output:
            for cells in json.loads(line):
                number += 1
                yield _checked(cells, number)


def _checked(cells: list[Any], number: int) -> Row:
    if len(cells) > limits.COLUMNS:
        while cells and cells[-1] is None:
            cells.pop()
        if len(cells) > limits.COLUMNS:
            raise limits.TooManyColumns(row=number, columns=len(cells), limit=limits.COLUMNS)
    for at, cell in enumerate(cells):
        if isinstance(cell, list):
            cells[at] = _date(str(cell[0]))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
        elif isinstance(cell, str) and len(cell) > limits.CELL_CHARACTERS:
            raise limits.CellTooLong(row=number, limit=limits.CELL_CHARACTERS)
    return cells


def _date(iso: str) -> Cell:
    return date.fromisoformat(iso) if len(iso) == 10 else datetime.fromisoformat(iso)


def _merge(top: int, left: int, bottom: int, right: int) -> Merge:
    return Merge(top, left, bottom, right)


@contextmanager
def _child(path: Path, *sheet: str) -> Generator[IO[str]]:
    command = [
        sys.executable,
        "-I",
        child.__file__,
        str(path),
        str(limits.CHILD_BYTES),
        str(limits.CHILD_SECONDS),
    ]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and script, no shell
        [*command, *sheet],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        errors="surrogatepass",
    ) as process:
        assert process.stdout is not None  # noqa: S101 - we asked for a pipe
        try:
            yield process.stdout
            code = process.wait()
        finally:
            process.kill()
    if code == child.PASSWORD:
        raise limits.PasswordProtected
    if code != 0:
        raise ReaderFailed
