"""Presence: organisations that are said to work somewhere, without a number of people. Never turned into one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.coverage.rules.supply import Place
from app.kernel.i18n import N_, _
from app.needs.rules.statements import Key

NOT_THERE_YET = frozenset({"planned", "suspended"})
"""Every other status is presence: "completed" at the end of a quarter is a habit of reporting, not an absence."""


class Known(StrEnum):
    """What is known of a cell's coverage, the surest first. The last two are never shown alike."""

    CAPACITY_KNOWN = "capacity known"
    KNOWN_IN_PART = "capacity known in part"
    PRESENT = "reported present, capacity unknown"
    NOBODY_REPORTED = "nobody reported"
    NO_REPORT = "no report"

    @property
    def label(self) -> str:
        return _(NAMES[self])

    @property
    def order(self) -> int:
        """Breaks ties of equal tier and ratio: somebody who may help, unknown how much, comes after nobody."""
        return _ORDER[self]


NAMES: Mapping[Known, str] = {
    Known.CAPACITY_KNOWN: N_("We know how many people can be served"),
    Known.KNOWN_IN_PART: N_("We know for some organisations how many people they can serve"),
    Known.PRESENT: N_("Organisations are reported here; how much they can do isn't known"),
    Known.NOBODY_REPORTED: N_("Nobody is reported here"),
    Known.NO_REPORT: N_("No report about who works here"),
}

_ORDER: Mapping[Known, int] = {
    Known.NOBODY_REPORTED: 0,
    Known.NO_REPORT: 1,
    Known.CAPACITY_KNOWN: 1,
    Known.PRESENT: 2,
    Known.KNOWN_IN_PART: 2,
}


@dataclass(frozen=True, slots=True)
class Presence:
    """One statement that an organisation does a service in an area. `partner`: the organisation, once known."""

    name: str
    place: Place
    status: str = ""
    partner: Key | None = None


def is_there(status: str) -> bool:
    """Every status but planned and suspended, however it is written."""
    return status.strip().casefold() not in NOT_THERE_YET


def organisations_named(presences: Iterable[Presence]) -> dict[Place, int]:
    """Distinct organisations by place. "Named", since who reports and who does the work may both be listed.

    For tests: the reference data is counted with it. What is stored is counted in the database (service/presence.py).
    """
    named: dict[Place, set[Key]] = defaultdict(set)
    for presence in presences:
        if is_there(presence.status):
            name = " ".join(presence.name.split()).casefold()
            named[presence.place].add(presence.partner if presence.partner is not None else name)
    return {place: len(organisations) for place, organisations in named.items()}


def known(*, with_capacity: int, without: int, reported: bool) -> Known:
    """What is known of a cell: how many organisations count with their capacity, how many others are there
    without a number, and whether anybody reported on this service and period in the country.
    """
    if with_capacity:
        return Known.KNOWN_IN_PART if without else Known.CAPACITY_KNOWN
    if without:
        return Known.PRESENT
    return Known.NOBODY_REPORTED if reported else Known.NO_REPORT
