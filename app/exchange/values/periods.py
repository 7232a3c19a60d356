"""The period that a text is about: a file's name, a sheet's name, a title, a cell."""

import re
from collections.abc import Iterable
from datetime import date

from app.exchange.values.digits import ascii_digits
from app.exchange.values.months import (
    Month,
    Period,
    is_year,
    month_number,
    one_month,
    quarter,
    runs_of_months,
    whole_year,
)
from app.kernel.text import fold

_YEAR = r"(19[9]\d|20\d\d)"
_QUARTER_WORD = r"(?:q|t|qtr|quarter|trimestre|trim|trimestres|الربع|ربع)"
_ORDINALS = {
    "1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4, "first": 1, "second": 2, "third": 3, "fourth": 4,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "1er": 1, "2e": 2, "3e": 3, "4e": 4, "2eme": 2, "3eme": 3, "4eme": 4,
    "premier": 1, "deuxieme": 2, "troisieme": 3, "quatrieme": 4, "primer": 1, "segundo": 2, "tercer": 3, "cuarto": 4,
    "الاول": 1, "الثاني": 2, "الثالث": 3, "الرابع": 4,
}  # fmt: skip
_ORDINAL = "(" + "|".join(sorted(_ORDINALS, key=len, reverse=True)) + ")"
_QUARTER = re.compile(rf"\b(?:{_QUARTER_WORD} ?{_ORDINAL}|{_ORDINAL} ?{_QUARTER_WORD})\b")
_HALF = re.compile(
    r"\b(?:h|s|semestre|semester|half) ?([12])\b|\b(first|second|1st|2nd|1er|2e|2eme|premier|deuxieme|primer|segundo) (?:half|semestre|semester)\b"
)
_ANY_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_ISO_MONTH = re.compile(rf"(?<!\d){_YEAR}[-_/. ](0[1-9]|1[0-2])(?![\d])(?![-_/.]\d)")
_MONTH_YEAR = re.compile(rf"(?<![A-Za-z\d/.-])(0?[1-9]|1[0-2])[-_/.]{_YEAR}(?!\d)")
_ISO_DAY = re.compile(rf"(?<!\d){_YEAR}[-_/.]?(0[1-9]|1[0-2])[-_/.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_DAY_FIRST = re.compile(rf"(?<!\d)(0?[1-9]|[12]\d|3[01])[-_/.](0?[1-9]|1[0-2])[-_/.]{_YEAR}(?!\d)")
_SHORT_YEAR = re.compile(r"(?<![\d])['’]?(\d\d)(?!\d)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d{2,4}(?!\d))|(?<=\d{4})(?=[^\W\d_])")


def period_in(text: str) -> Period | None:
    """The period that the text names, or None: quarters, halves, months, ranges of months, a year.

    `2024-q1`, `Q4 2023`, `T4 2023`, `January to March 2024`, `octobre-décembre 2023`, `Oct23`,
    `2024-01 - 2024-03`, `du 1er janvier au 31 mars 2024`, `enero a marzo de 2024`. A whole day counts as its month.
    """
    plain = ascii_digits(text)
    if found := _numeric(plain):
        return found
    folded = fold(_CAMEL.sub(" ", plain.replace("_", " ").replace(".", " ")))
    years = [int(year) for year in _ANY_YEAR.findall(folded)]
    year = years[-1] if years else _short_year(folded)
    if year is None:
        return None
    first_year = years[0] if years else year
    return (
        _quarters(folded, year)
        or _halves(folded, year)
        or _months(folded, first_year, year)
        or whole_year_of(years, year)
    )


def best_period(texts: Iterable[str]) -> Period | None:
    """The shortest of the periods that the texts name; of equally long ones the first."""
    found = [period for text in texts if (period := period_in(text))]
    return min(found, key=_length, default=None)


def whole_year_of(years: list[int], year: int) -> Period | None:
    """A year alone; two neighbouring years (`2024-2025`) are both."""
    if len(set(years)) > 2 or not is_year(year):
        return None
    return (
        Period(Month(min(years, default=year), 1), Month(max(years, default=year), 12))
        if years
        else whole_year(year)
    )


def _length(period: Period) -> int:
    return (period.last.year - period.first.year) * 12 + period.last.month - period.first.month


def _numeric(text: str) -> Period | None:
    days = [date_ for found in _ISO_DAY.finditer(text) if (date_ := _day(found[1], found[2], found[3]))]
    days = days or [
        date_ for found in _DAY_FIRST.finditer(text) if (date_ := _day(found[3], found[2], found[1]))
    ]
    if days:
        return Period(Month.of(min(days)), Month.of(max(days)))
    months = [Month(int(found[1]), int(found[2])) for found in _ISO_MONTH.finditer(text)]
    months = months or [Month(int(found[2]), int(found[1])) for found in _MONTH_YEAR.finditer(text)]
    return Period(min(months), max(months)) if months else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _quarters(folded: str, year: int) -> Period | None:
    numbers = [_ORDINALS[found[1] or found[2]] for found in _QUARTER.finditer(folded)]
    if not numbers:
        return None
    return quarter(year, min(numbers)).with_(quarter(year, max(numbers)))


def _halves(folded: str, year: int) -> Period | None:
    found = _HALF.search(folded)
    if not found:
        return None
    half = _ORDINALS[found[1] or found[2]]
    return Period(Month(year, 6 * half - 5), Month(year, 6 * half))


def _months(folded: str, first_year: int, last_year: int) -> Period | None:
    months = [month for _at, _length, month in runs_of_months(folded.split())]
    if not months:
        return None
    if len(months) == 1:
        return one_month(last_year, months[0])
    first, last = months[0], months[-1]
    if first > last and first_year == last_year:
        # November to January 2024: the year stands with the last month.
        first_year = last_year - 1
    return Period(Month(first_year, first), Month(last_year, last))


def _short_year(folded: str) -> int | None:
    """`Q4 23`, `Oct 23`: two digits beside a quarter or a month."""
    if not (_QUARTER.search(folded) or any(True for _run in runs_of_months(folded.split()))):
        return None
    bare = _QUARTER.sub(" ", folded)
    years = [2000 + int(two) for two in _SHORT_YEAR.findall(bare)]
    return years[-1] if len(years) == 1 and years[0] <= LAST_LIKELY_YEAR else None


LAST_LIKELY_YEAR = 2060
"""Two digits above this are not a year to come."""


def month_and_year(month: str, year: str) -> Period | None:
    """The period of a month or quarter named in one cell and a year in another, or both in the first."""
    months = ascii_digits(month)
    number = month_number(months)
    named_year = re.search(r"\d{4}", ascii_digits(year))
    stated = int(named_year[0]) if named_year and is_year(int(named_year[0])) else None
    if number is not None:
        return one_month(stated, number) if stated else None
    if found := period_in(months):
        return found
    return period_in(f"{months} {stated}") if stated and fold(months) and (_names_months(months)) else None


def _names_months(text: str) -> bool:
    folded = fold(text)
    return bool(
        _QUARTER.search(folded)
        or _HALF.search(folded)
        or any(True for _run in runs_of_months(folded.split()))
    )


_FROM_TO = re.compile(r"(\d{4})-(\d{2})\s*(?:to|/|\.\.|-|–|à|a|al)\s*(\d{4})-(\d{2})")


def written(text: str) -> Period | None:
    """The period that a person writes: "2024-01 to 2024-03", or anything that `period_in` reads in a title."""
    found = _FROM_TO.fullmatch(text.strip())
    if found is None:
        return period_in(text)
    months = [int(found[2]), int(found[4])]
    if not all(1 <= month <= 12 for month in months):
        return None
    period = Period(Month(int(found[1]), months[0]), Month(int(found[3]), months[1]))
    return period if period.first <= period.last else None
