"""When a row says that it was: its own days, and the months that it is about."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from app.exchange.reading.cells import Cell, said
from app.exchange.rules.verdicts import Reason
from app.exchange.values.blanks import says_nothing
from app.exchange.values.dates import NotADate, Order, day
from app.exchange.values.months import Month, Period, is_year, month_number, one_month, whole_year
from app.exchange.values.periods import month_and_year, period_in

# Three numbers are meant as a day; where the calendar doesn't have it, its month or year is no way out.
_WHOLE_DAY = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}")
_DAY_ALONE = re.compile(r"\D{0,3}\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}\D{0,3}")


class TimeFound(NamedTuple):
    """`period` is what the presence is stated for; `starts` and `ends` are the activity's own days."""

    period: Period | None
    starts: date | None = None
    ends: date | None = None
    reasons: tuple[Reason, ...] = ()
    key: str = ""
    text: str = ""
    """All of it as text, of which `key` is the period's."""


class TimeReader:
    """Reads the dates of rows. `period` is the file's, for rows that don't say their months."""

    def __init__(self, period: Period | None, orders: Sequence[Order]) -> None:
        self._period, self._orders = period, orders

    def read(self, cells: Sequence[Cell]) -> TimeFound:
        """`cells`: start, end, date or period, month, year. Refused: no date, an end before the start, no period at all."""
        start, end, on, month, year = cells
        reasons: list[Reason] = []
        starts = self._day(start, 0, reasons)
        ends = self._day(end, 1, reasons)
        if starts and ends and ends < starts:
            reasons.append(Reason("end-before-start", ends.isoformat(), starts.isoformat()))
        period = self._stated(on, month, year, reasons) or self._period
        days = [one for one in (starts, ends) if one]
        if period is None and days:
            period = Period(Month.of(min(days)), Month.of(max(days)))
        if period is None and not reasons:
            reasons.append(Reason("no-period"))
        key = str(period or "")
        return TimeFound(period, starts, ends, tuple(reasons), key, f"{key} {starts} {ends}")

    def _day(self, cell: Cell, column: int, reasons: list[Reason]) -> date | None:
        text = said(cell)
        if not text or says_nothing(text):
            return None
        order = self._orders[column]
        try:
            found = day(cell, order)
        except NotADate:
            period = None if _WHOLE_DAY.search(text) else period_in(text)
            if period is None:
                reasons.append(Reason("bad-date", text))
                return None
            return period.starts if column == 0 else period.ends
        if order.mixed and found is not None and isinstance(cell, str) and max(found.day, found.month) <= 12:
            reasons.append(Reason("date-order", text, found.isoformat()))
        return found

    def _stated(self, on: Cell, month: Cell, year: Cell, reasons: list[Reason]) -> Period | None:
        if found := self._month(month, year, reasons):
            return found
        text = said(on)
        if not text or says_nothing(text):
            return None
        try:
            found_day = day(on, self._orders[2])
        except NotADate:
            found_day = None
        if found_day is not None:
            return one_month(found_day.year, found_day.month)
        period = None if _DAY_ALONE.fullmatch(text) else period_in(text) or month_and_year(text, said(year))
        if period is None:
            reasons.append(Reason("bad-date", text))
        return period

    def _month(self, month: Cell, year: Cell, reasons: list[Reason]) -> Period | None:
        if isinstance(month, date):
            return one_month(month.year, month.month)
        text, year_text = said(month), said(year)
        if says_nothing(text):
            text = ""
        if text:
            found = month_and_year(text, year_text)
            if found is None:
                found = self._as_day(month) or self._in_file_year(text)
            if found is None:
                reasons.append(Reason("bad-date", f"{text} {year_text}".strip()))
            return found
        if year_text.isdecimal() and is_year(int(year_text)):
            whole = whole_year(int(year_text))
            # A year alone is less than what the file says of itself, when that lies in the year.
            return (
                None
                if self._period and whole.first <= self._period.first and self._period.last <= whole.last
                else whole
            )
        return None

    def _as_day(self, month: Cell) -> Period | None:
        try:
            found = day(month, self._orders[3])
        except NotADate:
            return None
        return one_month(found.year, found.month) if found else None

    def _in_file_year(self, text: str) -> Period | None:
        """A month without a year is one of the file's period."""
        number = month_number(text)
        if number is None or self._period is None:
            return None
        for year in range(self._period.first.year, self._period.last.year + 1):
            if self._period.first <= Month(year, number) <= self._period.last:
                return one_month(year, number)
        return None
