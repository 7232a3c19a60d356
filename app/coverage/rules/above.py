"""Figures that stand above the areas in which a programme works: which part of their people live there."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peopled:
    """An area as positions `lo` to `hi`, and how many people live there, None where it isn't known."""

    lo: int
    hi: int
    population: int | None

    def inside(self, other: "Peopled") -> bool:
        return other.lo <= self.lo and self.hi <= other.hi


def share_above(upper: Peopled, worked: Iterable[Peopled], stated: Iterable[Peopled]) -> float | None:
    """The share of the people counted at `upper` who live in the areas `worked` in, 0 to 1.

    `stated`: areas inside `upper` with figures of their own; their people aren't among those counted at
    `upper`. None where a population that it takes isn't known: then the programme is there, and no number.
    """
    apart = _widest(area for area in stated if area.inside(upper) and area != upper)
    here = [area for area in _widest(worked) if area.inside(upper)]
    # What lies wholly in an area with a figure of its own has none of these people.
    here = [area for area in here if not any(area.inside(other) for other in apart)]
    if not here:
        return 0.0
    taken_out = [area for area in apart if any(area.inside(other) for other in here)]
    people = [*(area.population for area in here), *(area.population for area in apart), upper.population]
    if None in people:
        return None
    reached = _sum(here) - _sum(taken_out)
    everybody = (upper.population or 0) - _sum(apart)
    return min(1.0, max(0, reached) / everybody) if everybody > 0 else None


def _widest(areas: Iterable[Peopled]) -> list[Peopled]:
    """Without those that lie in another: each person once."""
    found: list[Peopled] = []
    for area in sorted(areas, key=lambda area: (area.lo, -area.hi)):
        if not found or area.lo > found[-1].hi:
            found.append(area)
    return found


def _sum(areas: Iterable[Peopled]) -> int:
    return sum(area.population or 0 for area in areas)
