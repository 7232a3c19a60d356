"""Counts of people and amounts, as people write them into cells."""

import re
from collections.abc import Iterable
from datetime import date

from app.exchange.reading.cells import Cell, said
from app.exchange.values.blanks import says_nothing
from app.exchange.values.digits import ascii_digits

_APART = re.compile(r"[\s'’_]+")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([,.٬])\d{3})(?:\1\d{3})*")
_DECIMAL = re.compile(r"([+-]?(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?:\.\d{3})+))(?:[.,٫](\d+))?")
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_PROOF = r"[+-]?(?:\d+{p}(?:\d{{1,2}}|\d{{4,}})|\d{{4,}}{p}\d+|0{p}\d+|\d{{1,3}}(?:{t}\d{{3}})+{p}\d+|\d{{1,3}}(?:{t}\d{{3}}){{2,}})"
_PROVES_POINT = re.compile(_PROOF.format(p=r"\.", t=","))
_PROVES_COMMA = re.compile(_PROOF.format(p=",", t=r"\."))
_CURRENCY = re.compile(
    r"(?i)^(?:us\$|\$|€|£|usd|eur|gbp|xaf|xof|cfa|fcfa)|(?:\$|€|£|usd|eur|gbp|xaf|xof|cfa|fcfa)$"
)
_PLAIN_DIGITS = 15
LARGEST = 10_000_000_000
"""No figure of people is larger than the world."""


class NotOneNumber(ValueError):
    """The cell holds something else than one number."""


class Negative(ValueError):
    """A number below zero where people are counted."""


def people(cell: Cell, mark: str = "") -> int | None:
    """A whole number of people, None where none is stated (which is not 0). `mark` as for `decimal`.

    Raises NotOneNumber for `12.5`, `<10`, `5-10`, `about 200`, and Negative.
    """
    number = decimal(cell, mark)
    if number is None:
        return None
    if number < 0:
        raise Negative
    if number != int(number) or number > LARGEST:
        raise NotOneNumber
    return int(number)


def decimal(cell: Cell, mark: str = "") -> float | None:
    """A number with or without decimals, None for a blank. Raises NotOneNumber.

    `mark` is the decimal mark of the column, if its cells tell it. Else groups of three after a comma or a point are
    thousands: `1,234` and `1.234` are 1234.
    """
    if isinstance(cell, bool | date):
        raise NotOneNumber
    if isinstance(cell, int | float):
        if cell != cell or abs(cell) == float("inf"):
            raise NotOneNumber
        return cell
    if not cell:
        return None
    if cell.isascii() and cell.isdecimal() and len(cell) <= _PLAIN_DIGITS:
        return int(cell)
    written = _written(cell)
    if not written:
        return None
    if _GROUPED.fullmatch(written) and not (mark and mark in written):
        return float(re.sub(r"[,.٬]", "", written))
    if found := _DECIMAL.fullmatch(written):
        return float(f"{re.sub(r'[,.]', '', found[1])}.{found[2] or 0}")
    raise NotOneNumber


def is_ambiguous(cell: Cell) -> bool:
    """`1.234` or `1,234`: one thousand and more, or one and a bit; only the rest of the column can tell."""
    # Most cells are plain digits, and looking closely at each would take half of the time that figures need.
    may_be = isinstance(cell, str) and ("." in cell or "," in cell)
    return may_be and _AMBIGUOUS.fullmatch(_written(cell)) is not None


def decimal_mark_of(cells: Iterable[Cell]) -> str:
    """The decimal mark that the cells of a column prove, "." or ",", by majority; "" when none does.

    `308.1`, `12345.678` and `1,234.5` prove a point, `1,234,567` too, since its commas are thousands.
    """
    points = commas = 0
    for cell in cells:
        if isinstance(cell, str):
            written = _written(cell)
            points += _PROVES_POINT.fullmatch(written) is not None
            commas += _PROVES_COMMA.fullmatch(written) is not None
    return "." if points > commas else "," if commas else ""


def _written(cell: Cell) -> str:
    text = said(cell)
    return "" if not text or says_nothing(text) else _APART.sub("", ascii_digits(text)).replace("−", "-")


def amount(cell: Cell) -> float | None:
    """An amount of money without its currency, None for what can't be read: a budget never stops a row."""
    try:
        return decimal(cell if not isinstance(cell, str) else _CURRENCY.sub("", said(cell).strip()).strip())
    except NotOneNumber:
        return None


def looks_like_number(cell: Cell) -> bool:
    """Whether a cell of a table is a number, for telling columns apart."""
    try:
        return decimal(cell) is not None
    except NotOneNumber:
        return False
