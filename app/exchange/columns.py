"""A look at the cells of each column, by which columns are told apart."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
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
_PRIVATE_SHARE = 0.3


@dataclass(slots=True)
class Column:
    """The non-blank cells of a sample of one column, as `said`, and shares of what they look like."""

    index: int
    heading: str
    tag: str
    cells: list[Cell]
    texts: list[str] = field(default_factory=list[str])
    distinct: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        kept = [(cell, text) for cell in self.cells if (text := said(cell))]
        self.cells = [cell for cell, _text in kept]
        self.texts = [text for _cell, text in kept]
        self.distinct = list(dict.fromkeys(self.texts))

    @property
    def empty(self) -> bool:
        return not self.texts

    @property
    def mean_length(self) -> float:
        return sum(map(len, self.texts)) / len(self.texts) if self.texts else 0.0

    @property
    def numbers(self) -> float:
        return self._share(looks_like_number(cell) and not isinstance(cell, date) for cell in self.cells)

    @property
    def codes(self) -> float:
        return self._share(_CODE.fullmatch(text) is not None for text in self.texts)

    @property
    def dates(self) -> float:
        return self._share(map(_is_date, self.cells))

    @property
    def mails(self) -> float:
        return self._share(_MAIL.search(text) is not None for text in self.texts)

    @property
    def looks_private(self) -> bool:
        """E-mail addresses, or numbers as long as those of telephones and identity cards."""
        private = self._share(_MAIL.search(text) is not None or _long_number(text) for text in self.texts)
        return private > _PRIVATE_SHARE

    @property
    def yes_or_no(self) -> bool:
        return 0 < len(self.distinct) <= 3 and any(text.casefold() in _YES_NO for text in self.distinct)

    def known(self, texts: Sequence[str], is_known: "Iterable[bool]") -> float:
        """The share of `texts` for which `is_known` holds."""
        return sum(is_known) / len(texts) if texts else 0.0

    def _share(self, holds: Iterable[bool]) -> float:
        return self.known(self.texts, holds)


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


def _is_date(cell: Cell) -> bool:
    if isinstance(cell, int | float):
        # A number is a date only by its column's heading; 45 000 may as well be people.
        return False
    try:
        return day(cell) is not None
    except NotADate:
        return False


def _long_number(text: str) -> bool:
    written = ascii_digits(text)
    return _LONG_NUMBER.fullmatch(written) is not None and sum(map(str.isdigit, written)) >= 8
