"""Capacity lines: how many people a programme can serve with one service, on which days. No I/O here.

A number that isn't known is None. It is never 0, and no page turns it into a number.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import combinations
from uuid import UUID

from app.kernel.days import Days
from app.kernel.i18n import N_, _
from app.kernel.refusals import Refused

MOST_PEOPLE = 100_000_000
LONGEST_YEARS = 10
MOST_PAUSES = 6

Stretch = tuple[date, date]
"""From the first to the last day, both counted."""


class Counting(StrEnum):
    """What a number of people counts."""

    PLACES = "places"
    THROUGH_PUT = "through-put"

    @property
    def label(self) -> str:
        return _(COUNTED[self])

    @property
    def means(self) -> str:
        return _(MEANT[self])


COUNTED: Mapping[Counting, str] = {
    Counting.PLACES: N_("At one time"),
    Counting.THROUGH_PUT: N_("Over the whole time"),
}
MEANT: Mapping[Counting, str] = {
    Counting.PLACES: N_("Places: for example 40 beds, or 30 children in a class."),
    Counting.THROUGH_PUT: N_(
        "Different people from the first to the last day: for example 500 people who get a parcel."
    ),
}


class EndsBeforeItStarts(Refused):
    field = "ends_on"
    says = N_("The last day must be on or after the first day.")


class TooLong(Refused):
    field = "ends_on"
    says = N_("Write a last day at most %(years)s years after the first. You can move it later.")


class PauseOutside(Refused):
    says = N_("This break lies outside the days on which the programme runs.")


class OnlyPauses(Refused):
    says = N_("With these breaks the programme runs on no day at all.")


class PeopleCountedTwice(Refused):
    says = N_(
        "Two lines give the same service at the same time, so that people would be counted twice. Join them."
    )


@dataclass(frozen=True, slots=True)
class Line:
    """What a partner says of one service. `people` None: not known. `own_dates`, where they differ from the
    programme's; `groups` and `areas` None: all of the programme's.
    """

    service: UUID
    people: int | None
    counting: Counting = Counting.PLACES
    own_dates: Stretch | None = None
    groups: frozenset[Hashable] | None = field(default=None)
    areas: frozenset[Hashable] | None = field(default=None)


def check_dates(starts_on: date, ends_on: date) -> None:
    """Raises EndsBeforeItStarts, TooLong."""
    if ends_on < starts_on:
        raise EndsBeforeItStarts
    if ends_on.year - starts_on.year > LONGEST_YEARS:
        raise TooLong(years=LONGEST_YEARS)


def normal_pauses(dates: Stretch, pauses: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Breaks in order, those that touch or overlap joined, cut to the programme's dates.

    Raises PauseOutside (its `field` names the break, "pause_from_2") for one that has no day in common with
    the dates, OnlyPauses when no day is left.
    """
    running = Days.of(dates)
    for number, pause in enumerate(pauses, 1):
        if not running & Days.of(pause):
            raise PauseOutside(field=f"pause_from_{number}")
    closed = running & Days.of(*pauses)
    if pauses and not running - closed:
        raise OnlyPauses(field="pause_from_1")
    return closed.stretches


def moved_dates(old: Stretch | None, new: Stretch, line: Stretch) -> Stretch:
    """A line's dates after its programme's moved from `old` to `new`: those that were the programme's follow;
    others stay as far as they lie within the new ones, and follow where they don't at all.
    """
    if line == old:
        return new
    kept = (max(line[0], new[0]), min(line[1], new[1]))
    return kept if kept[0] <= kept[1] else new


def check_apart(dates: Stretch, lines: Iterable[Line]) -> None:
    """Raises PeopleCountedTwice when two lines of one service have days, groups and areas in common."""
    by_service: dict[UUID, list[Line]] = {}
    for line in lines:
        by_service.setdefault(line.service, []).append(line)
    for same in by_service.values():
        for one, other in combinations(same, 2):
            first, second = one.own_dates or dates, other.own_dates or dates
            at_once = Days.of(first) & Days.of(second)
            if at_once and _meet(one.groups, other.groups) and _meet(one.areas, other.areas):
                raise PeopleCountedTwice


def _meet(one: Collection[Hashable] | None, other: Collection[Hashable] | None) -> bool:
    return one is None or other is None or not frozenset(one).isdisjoint(other)
