"""What becomes of a row, and why, in words."""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import NamedTuple

from app.kernel.i18n import N_, _


class Verdict(IntEnum):
    """`ok` and `warn` rows are applied, `refused` ones are kept with their reason and can be sent again."""

    OK = 0
    WARN = 1
    REFUSED = 2

    @property
    def code(self) -> str:
        return self.name.lower()


class Reason(NamedTuple):
    """Why a row is refused, warned about or noted: `said` is what the cell says, `known` what we have instead."""

    code: str
    said: str = ""
    known: str = ""

    @property
    def verdict(self) -> Verdict:
        if self.code in REFUSALS:
            return Verdict.REFUSED
        return Verdict.WARN if self.code in WARNINGS else Verdict.OK

    @property
    def sentence(self) -> str:
        """The reason in words, in the language being spoken."""
        message = REFUSALS.get(self.code) or WARNINGS.get(self.code) or NOTES[self.code]
        return _(message) % {"said": self.said, "known": self.known}


REFUSALS: Mapping[str, str] = {
    "no-organisation": N_("The row names no organisation."),
    "no-area": N_("The row names no area."),
    "unknown-area": N_(
        "We don't know the area “%(said)s” there. Write its P-code or choose it from the list."
    ),
    "area-conflict": N_("The row names two areas that don't belong together: “%(said)s” and “%(known)s”."),
    "unknown-sector": N_("We don't know the sector “%(said)s”. Choose which service it means."),
    "no-sector-or-activity": N_("The row names neither a sector nor an activity."),
    "bad-date": N_("“%(said)s” is not a date that we can read. Write it like 2026-03-14."),
    "no-period": N_("The row says no month and the file no period. Say which months the file is about."),
    "end-before-start": N_("It ends on %(said)s, before it starts on %(known)s."),
    "outside-rights": N_("“%(said)s” is outside the area that you plan for."),
    "not-one-number": N_("“%(said)s” is not one whole number."),
    "negative": N_("“%(said)s” is below zero."),
    "not-a-partner": N_("“%(said)s” is a kind of organisation that is not registered here."),
    "too-long": N_("The text that starts with “%(said)s” is too long: %(known)s characters at most."),
    "row-width": N_("The row has more cells than there are headings; the first one over is “%(said)s”."),
    "unknown-facet": N_("We don't know the group of people “%(said)s”. Choose which one it means."),
    "bad-severity": N_("A severity is a whole number from 1 to 5, not “%(said)s”."),
    "repeated": N_("Another row of this file states the same need: row %(said)s. Keep the right one."),
}
WARNINGS: Mapping[str, str] = {
    "name-differs": N_("The area with this code is called “%(known)s”, not “%(said)s”; we took the code."),
    "parent-unknown": N_(
        "We don't know “%(said)s”; only one area of the country is called “%(known)s”, so we took that."
    ),
    "whole-country": N_("The row names no area, so it counts for the whole country."),
    "name-from-acronym": N_("The row has no organisation name, so we took the short name “%(said)s”."),
    "no-sector": N_("The row names no sector; the activity is kept without a service."),
    "sector-close": N_("We read the sector “%(said)s” as %(known)s."),
    "unknown-status": N_("We don't know the status “%(said)s”, so none is kept."),
    "unknown-role": N_("We don't know the role “%(said)s”, so none is kept."),
    "parts-over-total": N_("The parts add up to more people than the total: %(said)s against %(known)s."),
    "error-value": N_("A formula in this row had failed; its cell counts as blank."),
    "date-order": N_(
        "This column has days first in some rows and months first in others; we read “%(said)s” as %(known)s."
    ),
    "whole-people": N_("“%(said)s” was rounded down to whole people."),
}
NOTES: Mapping[str, str] = {
    "spelling": N_("“%(said)s” is spelled “%(known)s” here."),
    "code-repaired": N_("The code “%(said)s” is written “%(known)s” here."),
    "finer-area": N_("“%(said)s” is below the areas that we know; it is kept as the place."),
    "several": N_("The row names %(said)s at once; its numbers of people stand with the first."),
}


def verdict_of(reasons: Iterable[Reason]) -> Verdict:
    """The gravest of them; a row without reasons is ok."""
    return max((reason.verdict for reason in reasons), default=Verdict.OK)
