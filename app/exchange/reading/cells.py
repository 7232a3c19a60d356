"""What one cell of a table can hold, and what it says."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import TypeAlias

from app.kernel.text import clean

Cell: TypeAlias = str | int | float | bool | date | datetime | None
Row: TypeAlias = list[Cell]

ERROR_VALUES = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!", "#CALC!"}
)
"""What a spreadsheet writes where a formula failed: nothing that anybody stated."""

# A text that a spreadsheet would run as a formula is written with a quote in front; that quote is not text.
_GUARDED = tuple("'" + first for first in "=+-@\t\r\n＝＋－＠")


def is_blank(cell: Cell) -> bool:
    """Nothing in it, or nothing that can be seen."""
    return cell is None or (isinstance(cell, str) and (not cell or not said(cell)))


def all_blank(cells: Iterable[Cell]) -> bool:
    return all(is_blank(cell) for cell in cells)


def said(cell: Cell) -> str:
    """The cell as one line of text, "" when it is blank or a failed formula.

    Whole numbers come without a point, dates as ISO dates; control characters, overrides of the
    writing direction and the guard before a formula are gone; runs of blanks are one blank.
    """
    if isinstance(cell, str):
        return _tidy(cell)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


@lru_cache(maxsize=10_000)
def _tidy(text: str) -> str:
    plain = text.isascii() and text.isprintable()
    line = " ".join((text if plain else clean(text)).split())
    if line.startswith(_GUARDED):
        line = line[1:].lstrip()
    return "" if line in ERROR_VALUES else line


def lines(cell: Cell) -> list[str]:
    """The lines of a cell, each as `said` has it; blank lines left out."""
    if not isinstance(cell, str) or "\n" not in cell:
        return [line] if (line := said(cell)) else []
    return [line for part in cell.splitlines() if (line := _tidy(part))]


def picker(columns: Sequence[int]) -> Callable[[Row], tuple[Cell, ...]]:
    """Takes the cells of these columns out of a row, always as a tuple."""
    if len(columns) > 1:
        return itemgetter(*columns)
    if not columns:
        return lambda row: ()
    only = columns[0]
    return lambda row: (row[only],)
