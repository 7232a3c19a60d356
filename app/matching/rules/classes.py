"""Classes of partners, by which equal treatment is checked. They never order anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.kernel.i18n import N_, _

YOUNG = 2
"""Years since its founding in which an organisation counts as new."""


class Measure(StrEnum):
    SIZE = "size"
    KIND = "kind"
    SEAT = "seat"
    AGE = "age"

    @property
    def label(self) -> str:
        return _(MEASURES[self])


MEASURES: Mapping[Measure, str] = {
    Measure.SIZE: N_("Size, by staff"),
    Measure.KIND: N_("Run by the group itself, or not"),
    Measure.SEAT: N_("Where the seat is"),
    Measure.AGE: N_("How long it has been there"),
}
CLASSES: Mapping[str, str] = {
    "under-10": N_("Fewer than 10 staff"),
    "10-99": N_("10 to 99 staff"),
    "100-up": N_("100 staff or more"),
    "self-organised": N_("Self-organised groups"),
    "other-kinds": N_("Other organisations"),
    "centre": N_("Where most partners have their seat"),
    "elsewhere": N_("Elsewhere"),
    "new": N_("Founded in the last two years"),
    "older": N_("Founded before"),
    "not-said": N_("Not said"),
}
_STAFF = {
    "0": "under-10", "1-9": "under-10", "10-24": "10-99", "25-49": "10-99", "50-99": "10-99", "100-249": "100-up",
    "250+": "100-up",
}  # fmt: skip


def class_name(code: str) -> str:
    """What a class is called, in the language being spoken."""
    return _(CLASSES[code])


@dataclass(frozen=True, slots=True)
class Described:
    """What the classes are read from. `region`: the first-level area of its seat."""

    id: UUID
    staff: str
    self_organised: bool
    region: UUID | None
    founded_year: int | None


def classes_of(one: Described, centre: UUID | None, today: date) -> dict[Measure, str]:
    """The class of an organisation by each measure. `centre`: the region where most partners have their seat."""
    founded = one.founded_year
    age = "not-said" if founded is None else "new" if today.year - founded < YOUNG else "older"
    seat = "not-said" if one.region is None else "centre" if one.region == centre else "elsewhere"
    return {
        Measure.SIZE: _STAFF.get(one.staff, "not-said"),
        Measure.KIND: "self-organised" if one.self_organised else "other-kinds",
        Measure.SEAT: seat,
        Measure.AGE: age,
    }
