"""A look at the cells of each column, by which columns are told apart."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from itertools import islice

from app.exchange.reading.cells import Cell, Row, said
from app.exchange.values.dates import NotADate, day
from app.exchange.values.digits import ascii_digits
from app.exchange.values.numbers import looks_like_number

_FROM_TOP, _FROM_BELOW, _LOOKED_AT = 300, 200, 20_300
_CODE = re.compile(r"[A-Za-z]{1,4}[-_ ]?[A-Za-z]?\d[A-Za-z0-9]{0,12}|\d{1,13}")
_MAIL = re.compile(r"\S+@\S+\.\S+")
_LONG_NUMBER = re.compile(r"\+?[\d\s().\-/]{8,24}")
_YES_NO = frozenset(
    ["yes", "no", "y", "n", "oui", "non", "o", "si", "sí", "s", "true", "false", "1", "0", "x", "نعم", "لا"]
)
_MARKS = frozenset(
    ["x", "1", "yes", "y", "oui", "o", "si", "sí", "s", "true", "✓", "✔", "√", "✗", "•", "نعم", "ok"]
)
_NO_MARKS = frozenset(["0", "no", "n", "non", "false", "-", "لا"])
_PRIVATE_SHARE = 0.3
_LONGEST_DATE = 40


class Column:
    """The non-blank cells of a sample of one column, as `said`, and shares of what they look like."""

    def __init__(self, index: int, heading: str, tag: str, cells: Iterable[Cell]) -> None:
        self.index, self.heading, self.tag = index, heading, tag
        kept = [(cell, text) for cell in cells if (text := said(cell))]
        self.cells = [cell for cell, _text in kept]
        self.texts = [text for _cell, text in kept]
        self.distinct = list(dict.fromkeys(self.texts))
        self._times = Counter(self.texts)

    @property
    def empty(self) -> bool:
        return not self.texts

    def share(self, holds: Callable[[str], object]) -> float:
        """The share of the cells whose text `holds`; asked once for each distinct text."""
        return (
            sum(times for text, times in self._times.items() if holds(text)) / len(self.texts)
            if self.texts
            else 0.0
        )

    def share_of_distinct(self, holds: Callable[[str], object]) -> float:
        """The share of the distinct texts that `holds`."""
        return sum(bool(holds(text)) for text in self.distinct) / len(self.distinct) if self.distinct else 0.0

    @cached_property
    def mean_length(self) -> float:
        return sum(map(len, self.texts)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def numbers(self) -> float:
        typed = sum(isinstance(cell, date) for cell in self.cells)
        return 0.0 if typed else self.share(looks_like_number)

    @cached_property
    def codes(self) -> float:
        return self.share(_CODE.fullmatch)

    @cached_property
    def dates(self) -> float:
        """The share of dates; plain numbers are none, since 45 000 may as well be people."""
        return self.share(_is_date)

    @cached_property
    def mails(self) -> float:
        return self.share(_MAIL.search)

    @cached_property
    def looks_private(self) -> bool:
        """E-mail addresses, or numbers as long as those of telephones and identity cards."""
        return self.share(lambda text: _MAIL.search(text) or _long_number(text)) > _PRIVATE_SHARE

    @cached_property
    def marked(self) -> bool:
        """Nothing but marks such as x and 1, or their absence."""
        return not self.empty and all(text.casefold() in _MARKS | _NO_MARKS for text in self.distinct)

    @cached_property
    def yes_or_no(self) -> bool:
        return 0 < len(self.distinct) <= 3 and any(text.casefold() in _YES_NO for text in self.distinct)


def is_mark(text: str) -> bool:
    """x, 1, yes: the column says yes here."""
    return text.casefold() in _MARKS


def sample(rows: Iterable[Row]) -> list[Row]:
    """500 rows of a table: 300 from its top and 200 spread over the 20 000 that follow."""
    reading = iter(rows)
    top = list(islice(reading, _FROM_TOP))
    further = list(islice(reading, _LOOKED_AT - _FROM_TOP))
    step = max(1, len(further) // _FROM_BELOW)
    return top + further[::step][:_FROM_BELOW]


def columns(headings: Sequence[str], tags: Sequence[str], rows: Sequence[Row]) -> list[Column]:
    """One Column for each heading, from sampled rows."""
    return [
        Column(at, heading, tags[at], [row[at] for row in rows if at < len(row)])
        for at, heading in enumerate(headings)
    ]


def _is_date(text: str) -> bool:
    if len(text) > _LONGEST_DATE or looks_like_number(text):
        return False
    try:
        return day(text) is not None
    except NotADate:
        return False


def _long_number(text: str) -> bool:
    written = ascii_digits(text)
    return _LONG_NUMBER.fullmatch(written) is not None and sum(map(str.isdigit, written)) >= 8
