"""Statements: a figure of need as somebody stated it, and which of several is the working one."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.kernel.days import months_before
from app.kernel.i18n import N_
from app.kernel.refusals import Refused
from app.needs.rules.facets import EVERYBODY, Facets

Key = UUID | str
"""Names a row: an area, a service, a statement. Compared and ordered by how it is written."""

FRESH_MONTHS, AGEING_MONTHS = 12, 24


class LessThanNobody(Refused):
    field = "people"
    says = N_("The number of people is a whole number, 0 or more. You wrote %(written)s.")


class NoSuchSeverity(Refused):
    field = "severity"
    says = N_(
        "Severity is a whole number from 1 (minimal) to 5 (catastrophic), or nothing if nobody stated it."
    )


class EndsBeforeItStarts(Refused):
    field = "reference_to"
    says = N_("The last day that the figure is about is before its first. Change one of the two.")


class Freshness(StrEnum):
    FRESH = "fresh"
    AGEING = "ageing"
    OLD = "old"


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides between two figures for the same people: who says so, and about when."""

    official: bool = False
    accepted_contest: bool = False
    reference_to: date = date.min
    published_on: date = date.min


UNKNOWN_STANDING = Standing()


@dataclass(frozen=True, slots=True)
class Statement:
    """One stated row. `service` None is "in need of anything"; `people` None is "not stated", never 0.

    Raises LessThanNobody and NoSuchSeverity.
    """

    id: Key
    area: Key
    service: Key | None
    facets: Facets = EVERYBODY
    people: int | None = None
    severity: int | None = None
    targeted: int | None = None
    standing: Standing = UNKNOWN_STANDING

    def __post_init__(self) -> None:
        for written in (self.people, self.targeted):
            if written is not None and written < 0:
                raise LessThanNobody(written=written)
        check_severity(self.severity)


def check_severity(severity: int | None) -> None:
    """Raises NoSuchSeverity for anything but 1 to 5 or nothing."""
    if severity is not None and not 1 <= severity <= 5:
        raise NoSuchSeverity


def check_period(first: date, last: date) -> None:
    """Raises EndsBeforeItStarts."""
    if last < first:
        raise EndsBeforeItStarts


def precedence(statement: Statement) -> tuple[int, int, int, int, str]:
    """Sorts the working figure first: accepted contest, newest official source, newest other source, lower id.
    A newer one takes the place of an older; nothing is averaged.
    """
    standing = statement.standing
    return (
        not standing.accepted_contest,
        not standing.official,
        -standing.reference_to.toordinal(),
        -standing.published_on.toordinal(),
        str(statement.id),
    )


def freshness(reference_to: date, today: date) -> Freshness:
    """How old a figure is, by the last day that it is about."""
    if reference_to >= months_before(today, FRESH_MONTHS):
        return Freshness.FRESH
    return Freshness.AGEING if reference_to >= months_before(today, AGEING_MONTHS) else Freshness.OLD
