"""Weights: how many points each factor of fit can give. Public, versioned, and the same for everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from app.kernel.i18n import N_, _
from app.kernel.refusals import Refused

FULL = 100
ANNOUNCED_FOR = 14
"""Days between the announcement of a weight set and its first use."""


class WeightsMustMakeAHundred(Refused):
    field = "weights"
    says = N_("The highest points of all factors have to add up to 100. They add up to %(sum)s.")


class WeightsMustRise(Refused):
    field = "weights"
    says = N_(
        "Points are whole numbers from 0 up, and a better step never has fewer of them than the one before."
    )


class Factor(StrEnum):
    CAPACITY = "capacity"
    GROUP = "group"
    SERVICE = "service"
    PLACE = "place"
    LANGUAGE = "language"
    ACCESS = "access"
    TIME = "time"
    ASKED_FOR = "asked_for"

    @property
    def label(self) -> str:
        return _(NAMES[self])


NAMES: Mapping[Factor, str] = {
    Factor.CAPACITY: N_("Room for people"),
    Factor.GROUP: N_("Knows the group"),
    Factor.SERVICE: N_("Knows the service"),
    Factor.PLACE: N_("Is near"),
    Factor.LANGUAGE: N_("Speaks the languages"),
    Factor.ACCESS: N_("Can be used by people with disabilities"),
    Factor.TIME: N_("Can start soon"),
    Factor.ASKED_FOR: N_("Was asked for"),
}

STEPS: Mapping[Factor, int] = {
    Factor.CAPACITY: 1, Factor.GROUP: 2, Factor.SERVICE: 2, Factor.PLACE: 3,
    Factor.LANGUAGE: 1, Factor.ACCESS: 2, Factor.TIME: 2, Factor.ASKED_FOR: 1,
}  # fmt: skip
"""How many steps above nothing each factor has; capacity and language go in proportion up to their one."""


@dataclass(frozen=True, slots=True)
class WeightSet:
    """Points by factor: for each step the points, the last the highest. A change is a new set, never an edit.

    Raises WeightsMustRise and WeightsMustMakeAHundred.
    """

    id: int
    points: Mapping[Factor, tuple[int, ...]]

    def __post_init__(self) -> None:
        if self.points.keys() != STEPS.keys() or not all(
            len(self.points[factor]) == steps and _rises(self.points[factor])
            for factor, steps in STEPS.items()
        ):
            raise WeightsMustRise
        if (highest := sum(map(self.most, STEPS))) != FULL:
            raise WeightsMustMakeAHundred(sum=highest)

    @classmethod
    def read(cls, id: int, written: Mapping[str, Sequence[int]]) -> Self:
        """From the form in which it is kept. Raises WeightsMustRise and WeightsMustMakeAHundred."""
        if sorted(written) != sorted(STEPS):
            raise WeightsMustRise
        return cls(id, {factor: tuple(written[factor]) for factor in STEPS})

    @property
    def written(self) -> dict[str, list[int]]:
        """The form in which it is kept."""
        return {factor.value: list(self.points[factor]) for factor in STEPS}

    def most(self, factor: Factor) -> int:
        return self.points[factor][-1]

    def at(self, factor: Factor, step: int) -> int:
        """Points of a step; step 0 has none."""
        return self.points[factor][step - 1] if step else 0


def _rises(points: tuple[int, ...]) -> bool:
    return all(low <= high for low, high in zip((0, *points), points, strict=False))


FIRST = WeightSet(1, {
    Factor.CAPACITY: (25,),
    Factor.GROUP: (10, 20),
    Factor.SERVICE: (8, 15),
    Factor.PLACE: (5, 9, 15),
    Factor.LANGUAGE: (10,),
    Factor.ACCESS: (3, 5),
    Factor.TIME: (3, 5),
    Factor.ASKED_FOR: (5,),
})  # fmt: skip
