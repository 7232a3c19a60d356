"""Room: how many more people an organisation can serve with a service, and on which days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.kernel.days import Days
from app.needs.rules.statements import Key

AHEAD = timedelta(days=364)
"""A need is there until a newer figure replaces it, so dates are compared over the year ahead."""
OPEN_ENDED = timedelta(days=2 * 365)
"""For how long room without a last day is taken to last."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the organisation says it has room for, besides its programmes, from a day on."""

    service: Key
    people: int
    starts_on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class OfLine:
    """What a capacity line has left: all of a planned one; of a running one what coverage doesn't need where
    it works.
    """

    service: Key
    people: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Held:
    """People whom an agreed match takes up, and when it was agreed."""

    service: Key
    people: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Room:
    """All that an organisation has room for and has given away."""

    stated: tuple[Stated, ...] = ()
    lines: tuple[OfLine, ...] = ()
    held: tuple[Held, ...] = ()

    def free(
        self, chain: Sequence[Key], held_services: Iterable[Key], today: date
    ) -> tuple[int | None, Days]:
        """Free places for a service, and the days of which they are; None where nobody said.

        `chain`: the service with those it is part of, since room for the whole is room for the part.
        `held_services`: services whose agreed matches take from the same room. What was agreed before the
        newest word about room is in that word already.
        """
        stated = [each for each in self.stated if each.service in chain]
        lines = [each for each in self.lines if each.service in chain]
        if not stated and not lines:
            return None, year_ahead(today)
        since = max((each.at for each in stated), default=None)
        taking = frozenset(held_services)
        held = sum(
            each.people for each in self.held if each.service in taking and (since is None or each.at > since)
        )
        places = sum(each.people for each in stated) + sum(each.people for each in lines)
        days = Days.of(
            *((each.starts_on, each.starts_on + OPEN_ENDED) for each in stated),
            *((each.starts_on, each.ends_on) for each in lines),
        )
        return max(0, places - held), days


def year_ahead(today: date) -> Days:
    return Days.of((today, today + AHEAD))
