"""Names of months in English, French, Spanish, Portuguese and Arabic, and periods of whole months."""

import calendar
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from app.kernel.text import fold

FIRST_YEAR, LAST_YEAR = 1990, 2099

_NAMES = (
    "january|jan|janvier|janv|enero|ene|يناير|كانون الثاني|جانفي|janeiro",
    "february|feb|february|fevrier|février|fév|fev|febrero|febr|فبراير|شباط|فيفري|fevereiro",
    "march|mar|mars|marzo|mzo|مارس|آذار|اذار|março",
    "april|apr|avril|avr|abril|abr|أبريل|ابريل|إبريل|نيسان|أفريل|abril",
    "may|mai|mayo|مايو|أيار|ايار|ماي|maio",
    "june|jun|juin|junio|يونيو|يونيه|حزيران|جوان|junho",
    "july|jul|juillet|juil|julio|يوليو|يوليه|تموز|جويلية|julho",
    "august|aug|août|aout|agosto|ago|أغسطس|اغسطس|آب|أوت|agosto",
    "september|sept|sep|septembre|septiembre|setiembre|set|سبتمبر|أيلول|ايلول|setembro",
    "october|oct|octobre|octubre|أكتوبر|اكتوبر|تشرين الأول|تشرين الاول|outubro",
    "november|nov|novembre|noviembre|نوفمبر|تشرين الثاني|novembro",
    "december|dec|décembre|dec|déc|diciembre|dic|ديسمبر|كانون الأول|كانون الاول|dezembro",
)
MONTHS = {fold(name): number for number, names in enumerate(_NAMES, 1) for name in names.split("|")}


class Month(NamedTuple):
    """A month of a year; months compare in the order of time."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)


class Period(NamedTuple):
    """From the first day of the first month to the last day of the last one."""

    first: Month
    last: Month

    def __str__(self) -> str:
        return f"{self.first}/{self.last}"

    @property
    def starts(self) -> date:
        return date(self.first.year, self.first.month, 1)

    @property
    def ends(self) -> date:
        return date(self.last.year, self.last.month, calendar.monthrange(self.last.year, self.last.month)[1])

    def with_(self, other: "Period | None") -> "Period":
        """The shortest period that holds both."""
        return self if other is None else Period(min(self.first, other.first), max(self.last, other.last))


def one_month(year: int, month: int) -> Period:
    return Period(Month(year, month), Month(year, month))


def whole_year(year: int) -> Period:
    return Period(Month(year, 1), Month(year, 12))


def quarter(year: int, number: int) -> Period:
    return Period(Month(year, 3 * number - 2), Month(year, 3 * number))


def month_number(word: str) -> int | None:
    """1 to 12 for the name of a month in any of the four languages, or its number."""
    folded = fold(word)
    if folded.isdecimal():
        return int(folded) if 1 <= int(folded) <= 12 else None
    return MONTHS.get(folded)


def is_year(number: int) -> bool:
    return FIRST_YEAR <= number <= LAST_YEAR


def runs_of_months(words: list[str]) -> Iterator[tuple[int, int, int]]:
    """(position, words used, month) for every name of a month in folded words; two words go before one."""
    at = 0
    while at < len(words):
        for length in (2, 1):
            found = MONTHS.get(" ".join(words[at : at + length])) if at + length <= len(words) else None
            if found is not None:
                yield at, length, found
                at += length
                break
        else:
            at += 1
