"""What may be published: no count under 10, and none that a reader could find by subtraction."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

FEWEST = 10
"""The smallest number of people that is printed; fewer are "fewer than 10". Nobody (0) points at nobody."""

Name = TypeVar("Name", bound=Hashable)


def too_few(people: int) -> bool:
    """A count that isn't printed."""
    return 0 < people < FEWEST


def hidden(counts: Mapping[Name, int], sums: Sequence[tuple[Name, Sequence[Name]]]) -> frozenset[Name]:
    """The names of `counts` that may not be printed, given what adds up to what.

    `sums`: pairs of a total and its parts (an area and its districts, a group and its sexes, need = covered
    + uncovered), all of them in `counts`. Besides every count under 10, as many more are hidden as it takes
    that in no sum a hidden number follows from the others, nor from knowing that all hidden ones are under
    10: two that are 18 together are 9 each. The smallest part that is still visible is hidden first, the total last. Each sum is looked at by itself,
    again and again until nothing changes.
    """
    dark = {name for name, people in counts.items() if too_few(people)}
    changed = True
    while changed:
        changed = False
        for total, parts in sums:
            while _shows_too_much(total, parts, counts, dark):
                dark.add(_next_to_hide(total, parts, counts, dark))
                changed = True
    return frozenset(dark)


@dataclass(frozen=True, slots=True)
class Printed:
    """People in need, covered and uncovered as they may be printed. None: fewer than 10 (its name is in `few`), or
    another number from which such a one could be worked out.
    """

    people: int | None
    covered: int | None
    uncovered: int | None
    few: frozenset[str] = frozenset()


def covered_as_published(people: int, covered: int, *, withheld: bool = False) -> Printed:
    """`withheld`: the number of people is hidden because of other cells; then nothing of this one is told, but that
    they are few where they are."""
    counts = {"people": people, "covered": covered, "uncovered": people - covered}
    if withheld:
        return Printed(None, None, None, frozenset(counts) if too_few(people) else frozenset())
    dark = hidden(counts, [("people", ("covered", "uncovered"))])
    shown = {name: None if name in dark else count for name, count in counts.items()}
    return Printed(**shown, few=frozenset(name for name in dark if too_few(counts[name])))


def _shows_too_much(total: Name, parts: Sequence[Name], counts: Mapping[Name, int], dark: set[Name]) -> bool:
    unknown = [part for part in parts if part in dark]
    if total in dark:
        return not unknown and any(counts[part] for part in parts)
    return bool(unknown) and (len(unknown) == 1 or _narrows([counts[part] for part in unknown]))


def _narrows(unknown: Sequence[int]) -> bool:
    """Whether numbers that are all known to be few, and whose sum is, can't each be anything from 1 to 9 any more."""
    most, together, others = FEWEST - 1, sum(unknown), len(unknown) - 1
    return all(too_few(people) for people in unknown) and not others + most <= together <= 1 + others * most


def _next_to_hide(total: Name, parts: Sequence[Name], counts: Mapping[Name, int], dark: set[Name]) -> Name:
    visible = _visible(parts, counts, dark)
    return min(visible, key=lambda part: (counts[part], str(part))) if visible else total


def _visible(parts: Iterable[Name], counts: Mapping[Name, int], dark: set[Name]) -> list[Name]:
    # A zero stays: hiding it adds nothing to what can't be known.
    return [part for part in parts if part not in dark and counts[part] > 0]
