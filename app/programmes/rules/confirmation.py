"""Confirming capacity: once a year somebody says that the numbers still hold. No I/O here."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from app.kernel.days import months_before
from app.kernel.i18n import N_, _

CONFIRMED_FOR = 12
"""Months for which a capacity counts after its partner confirmed it."""
REMINDERS = (9, 11)
"""Months after which the partner is asked to confirm it again."""


class Standing(StrEnum):
    """How far a confirmation still carries."""

    FRESH = "fresh"
    DUE = "due"
    LAPSED = "lapsed"

    @property
    def label(self) -> str:
        return _(NAMES[self])


NAMES: Mapping[Standing, str] = {
    Standing.FRESH: N_("Confirmed"),
    Standing.DUE: N_("To be confirmed again soon"),
    Standing.LAPSED: N_("Not confirmed for a year, so it does not count"),
}


def standing(confirmed_on: date, today: date) -> Standing:
    """Due from the first reminder on; lapsed when more than 12 months went by."""
    if confirmed_on < months_before(today, CONFIRMED_FOR):
        return Standing.LAPSED
    return Standing.DUE if reminders_due(confirmed_on, today) else Standing.FRESH


def reminders_due(confirmed_on: date, today: date) -> int:
    """How many reminders a partner should have had by `today`: none before 9 months, two from 11 on."""
    return sum(confirmed_on <= months_before(today, months) for months in REMINDERS)


def counts_until(confirmed_on: date) -> date:
    """The last day on which a capacity confirmed on this day counts; `standing` says the same."""
    year = confirmed_on.year + CONFIRMED_FOR // 12
    if confirmed_on.month == 2 and confirmed_on.day >= 28:
        return date(year, 2, monthrange(year, 2)[1])
    return confirmed_on.replace(year=year)
