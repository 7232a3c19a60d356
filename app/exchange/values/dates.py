"""Days as people write them into cells, and whether a column writes the day or the month first."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import Enum

from app.exchange.reading.cells import Cell, said
from app.exchange.values.digits import ascii_digits
from app.exchange.values.months import FIRST_YEAR, LAST_YEAR, runs_of_months
from app.kernel.text import fold

_SLASHED = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?:[ T,]+\d{1,2}:\d\d.*)?")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_COMPACT = re.compile(r"(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
_EPOCH = date(1899, 12, 30)
_EPOCH_1904_DAYS = 1_462
_YEARS_AHEAD = 5


class Order(Enum):
    """How a column writes 03/04/2024."""

    DAY_FIRST = "d/m/y"
    MONTH_FIRST = "m/d/y"
    MIXED_DAY = "mostly d/m/y"
    MIXED_MONTH = "mostly m/d/y"
    UNKNOWN = "not told by its dates"

    @property
    def day_first(self) -> bool:
        """Unknown reads days first: it's what most countries write, and the person is asked."""
        return self not in (Order.MONTH_FIRST, Order.MIXED_MONTH)

    @property
    def mixed(self) -> bool:
        return self in (Order.MIXED_DAY, Order.MIXED_MONTH)


class NotADate(ValueError):
    """The text is no day that the calendar has."""


def order_of(cells: Iterable[Cell]) -> Order | None:
    """The order that the dates of one column prove; None when none of them is written with slashes.

    A first part over 12 is a day, a second part over 12 too; with both the more frequent one holds.
    """
    days = months = seen = 0
    for cell in cells:
        if isinstance(cell, str) and (found := _SLASHED.fullmatch(ascii_digits(said(cell)))):
            seen += 1
            first, second = int(found[1]), int(found[2])
            days += first > 12 >= second
            months += second > 12 >= first
    if not seen:
        return None
    if days and months:
        return Order.MIXED_DAY if days >= months else Order.MIXED_MONTH
    return Order.DAY_FIRST if days else Order.MONTH_FIRST if months else Order.UNKNOWN


def day(
    cell: Cell, order: Order = Order.UNKNOWN, *, today: date | None = None, since_1904: bool = False
) -> date | None:
    """The day in a cell, None for a blank. Raises NotADate for text that is no date and for days that don't exist.

    Reads typed cells, ISO dates, spreadsheet serials from 20 000 to 80 000, `3/4/24` in the column's order,
    and `3 April 2024` with the month in four languages. A month and a year alone are the month's first day.
    """
    if isinstance(cell, datetime):
        return _within(cell.date())
    if isinstance(cell, date):
        return _within(cell)
    if isinstance(cell, bool):
        raise NotADate
    if isinstance(cell, int | float):
        return _serial(cell, since_1904)
    text = ascii_digits(said(cell))
    if not text:
        return None
    if text.replace(".", "", 1).isdecimal() and not _COMPACT.fullmatch(text):
        return _serial(float(text), since_1904)
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _made(int(found[1]), int(found[2]), int(found[3]))
    if found := _SLASHED.fullmatch(text):
        return _slashed(int(found[1]), int(found[2]), _year(found[3], today), order)
    return _named(text, today)


def _slashed(first: int, second: int, year: int, order: Order) -> date:
    d, m = (first, second) if order.day_first else (second, first)
    if m > 12 >= d and order is Order.UNKNOWN:
        d, m = m, d
    return _made(year, m, d)


def _named(text: str, today: date | None) -> date:
    words = fold(text).split()
    months = list(runs_of_months(words))
    if len(months) != 1:
        raise NotADate
    at, length, month = months[0]
    others = [
        word
        for word in words[:at] + words[at + length :]
        if word not in ("de", "of", "le", "the", "del", "du")
    ]
    numbers = [number for word in others if (number := _plain_number(word)) is not None]
    if len(numbers) != len(others) or not 1 <= len(numbers) <= 2:
        raise NotADate
    if len(numbers) == 1:
        return _made(_year(numbers[0], today), month, 1)
    d, year = sorted(numbers, key=lambda number: len(number) == 4)
    return _made(_year(year, today), month, int(d))


def _plain_number(word: str) -> str | None:
    found = re.fullmatch(r"(\d{1,2}|\d{4})(?:st|nd|rd|th|er|e|o)?", word)
    return found[1] if found else None


def _year(digits: str, today: date | None) -> int:
    if len(digits) == 4:
        return int(digits)
    latest = (today or datetime.now().astimezone().date()).year + _YEARS_AHEAD
    year = 2000 + int(digits)
    return year if year <= latest else year - 100


def _serial(number: float, since_1904: bool) -> date:
    if not _FIRST_SERIAL <= number < _LAST_SERIAL:
        raise NotADate
    return _within(_EPOCH + timedelta(days=int(number) + (_EPOCH_1904_DAYS if since_1904 else 0)))


def _made(year: int, month: int, d: int) -> date:
    try:
        return _within(date(year, month, d))
    except ValueError as error:
        raise NotADate from error


def _within(made: date) -> date:
    if not FIRST_YEAR <= made.year <= LAST_YEAR:
        raise NotADate
    return made
