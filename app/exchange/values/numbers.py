"""Counts of people and amounts, as people write them into cells."""

import re

from app.exchange.reading.cells import Cell, said
from app.exchange.values.blanks import says_nothing
from app.exchange.values.digits import ascii_digits

_APART = re.compile(r"[\s'’_]+")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([,.٬])\d{3})(?:\1\d{3})*")
_DECIMAL = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?:\.\d{3})+)[.,٫]\d+|[+-]?\d+")
_CURRENCY = re.compile(
    r"(?i)^(?:us\$|\$|€|£|usd|eur|gbp|xaf|xof|cfa|fcfa)|(?:\$|€|£|usd|eur|gbp|xaf|xof|cfa|fcfa)$"
)
LARGEST = 10_000_000_000
"""No figure of people is larger than the world."""


class NotOneNumber(ValueError):
    """The cell holds something else than one number."""


class Negative(ValueError):
    """A number below zero where people are counted."""


def people(cell: Cell) -> int | None:
    """A whole number of people, None where none is stated (which is not 0).

    Raises NotOneNumber for `12.5`, `<10`, `5-10`, `about 200`, and Negative.
    """
    number = decimal(cell)
    if number is None:
        return None
    if number < 0:
        raise Negative
    if number != int(number) or number > LARGEST:
        raise NotOneNumber
    return int(number)


def decimal(cell: Cell) -> float | None:
    """A number with or without decimals, None for a blank. Raises NotOneNumber.

    Groups of three after a comma or a point are thousands: `1,234` and `1.234` are 1234.
    """
    if isinstance(cell, bool):
        raise NotOneNumber
    if isinstance(cell, int | float):
        if cell != cell or abs(cell) == float("inf"):
            raise NotOneNumber
        return cell
    text = said(cell)
    if not text or says_nothing(text):
        return None
    written = _APART.sub("", ascii_digits(text)).replace("−", "-")
    if _GROUPED.fullmatch(written):
        return float(re.sub(r"[,.٬]", "", written))
    if _DECIMAL.fullmatch(written):
        whole, fraction = re.fullmatch(r"(.*?)(?:[.,٫](\d+))?", written).groups()  # pyright: ignore[reportOptionalMemberAccess]
        return float(f"{re.sub(r'[,.]', '', whole)}.{fraction or 0}")
    raise NotOneNumber


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
