"""Hard conditions: what has to hold before a partner and a need are shown to each other at all.

The value types here carry everything that matching may know, and nothing else: what isn't a field (the
religion, sex, opinion or past score of anybody) can't change a list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntFlag

from app.kernel.days import Days
from app.needs.rules.facets import Facets
from app.needs.rules.statements import Key

SMALLEST_LOT = 10
"""Free places that are enough unless a need states another number: low, so that the smallest groups pass."""
SHORTEST = 30
"""Days that the dates of both sides have to share, or the whole of the shorter."""
HIDDEN_FOR = 180
"""Days for which a pair isn't shown after one side declined it."""

Positions = tuple[int, int]
"""An area with all inside it, as the first and last of its positions in preorder."""


class Condition(IntFlag):
    """One bit each, H1 to H11; a set of them is what fails."""

    VERIFIED = 1
    SERVICE = 1 << 1
    GROUP = 1 << 2
    AREA = 1 << 3
    CAPACITY = 1 << 4
    LANGUAGE = 1 << 5
    SAFEGUARDING = 1 << 6
    ACCESS = 1 << 7
    DATES = 1 << 8
    NOT_DECLINED = 1 << 9
    NO_CONFLICT = 1 << 10


ALL_HOLD = Condition(0)


@dataclass(frozen=True, slots=True)
class Partner:
    """What matching knows of an organisation.

    verified_until: last day of its registration in the need's country; None where it isn't verified.
    services, groups: what it states that it offers, and to whom. works_in, would_work_in: areas of its
    programmes, and others where it said it would work. free: places not taken; None is unknown.
    languages: its own and by interpreter. access: features it states; access_checked: those somebody
    checked. days: when it could serve. run_by, programme_groups, programme_services: who runs it, and what
    its verified programmes do. tie: breaks ties (order.tie).
    """

    id: Key
    verified_until: date | None
    services: frozenset[Key]
    groups: frozenset[Facets]
    works_in: tuple[Positions, ...]
    free: int | None
    days: Days
    would_work_in: tuple[Positions, ...] = ()
    languages: frozenset[str] = frozenset()
    safeguarding: bool = False
    access: frozenset[str] = frozenset()
    access_checked: frozenset[str] = frozenset()
    run_by: frozenset[Facets] = frozenset()
    programme_groups: frozenset[Facets] = frozenset()
    programme_services: frozenset[Key] = frozenset()
    tie: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """What matching knows of a cell that has people uncovered.

    service_and_parents: its service first. area, parent, country: positions. lot: the fewest places worth
    talking about, where the need states one. languages: those spoken there. safeguarding: the group
    includes children or adults at risk. access: features that it has to have. tie: breaks ties.
    """

    id: Key
    service_and_parents: tuple[Key, ...]
    facets: Facets
    area: Positions
    parent: Positions
    country: Positions
    tier: int
    uncovered: int
    days: Days
    lot: int | None = None
    languages: frozenset[str] = frozenset()
    safeguarding: bool = False
    access: frozenset[str] = frozenset()
    tie: int = 0


@dataclass(frozen=True, slots=True)
class Between:
    """What matching knows of one partner and one need together.

    asked_for: the group's own organisation or the local office asked for this kind of partner.
    """

    declined_on: date | None = None
    conflict: bool = False
    asked_for: bool = False


NOTHING_BETWEEN = Between()


def lot(uncovered: int, stated: int | None = None) -> int:
    """The fewest free places with which a partner is shown a need."""
    return min(SMALLEST_LOT, uncovered) if stated is None else stated


def failing(partner: Partner, need: Need, between: Between, today: date) -> Condition:
    """The conditions that don't hold; 0 (ALL_HOLD) where all do.

    A need that is only known for a larger area is met by working in any part of it.
    """
    works = (*partner.works_in, *partner.would_work_in)
    holds = {
        Condition.VERIFIED: partner.verified_until is not None and today <= partner.verified_until,
        Condition.SERVICE: not partner.services.isdisjoint(need.service_and_parents),
        Condition.GROUP: any(group.contains(need.facets) for group in partner.groups),
        Condition.AREA: touches(works, need.area),
        Condition.CAPACITY: partner.free is not None and partner.free >= lot(need.uncovered, need.lot),
        Condition.LANGUAGE: not need.languages or not partner.languages.isdisjoint(need.languages),
        Condition.SAFEGUARDING: partner.safeguarding or not need.safeguarding,
        Condition.ACCESS: need.access <= partner.access | partner.access_checked,
        Condition.DATES: dates_fit(partner.days, need.days),
        Condition.NOT_DECLINED: not is_hidden(between.declined_on, today),
        Condition.NO_CONFLICT: not between.conflict,
    }
    failed = ALL_HOLD
    for condition, held in holds.items():
        if not held:
            failed |= condition
    return failed


def dates_fit(one: Days, other: Days) -> bool:
    shared = len(one & other)
    return shared > 0 and shared >= min(SHORTEST, len(one), len(other))


def is_hidden(declined_on: date | None, today: date) -> bool:
    """The pair was declined within the last 180 days."""
    return declined_on is not None and today < hidden_until(declined_on)


def hidden_until(declined_on: date) -> date:
    """The first day on which a declined pair may be shown again."""
    return declined_on + timedelta(days=HIDDEN_FOR)


def touches(areas: Iterable[Positions], area: Positions) -> bool:
    """One of `areas` contains `area` or lies in it."""
    return any(lo <= area[1] and area[0] <= hi for lo, hi in areas)
