"""Near misses: needs that one single, mendable thing keeps a partner from, and partners who make up for it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.matching.rules.conditions import Condition
from app.needs.rules.statements import Key

WORST_TIERS = 2
"""Near misses are looked for in the tiers up to this one."""
EACH, SHOWN = 5, 10
"""At most so many of one kind, and in all."""

MENDABLE = frozenset({
    Condition.VERIFIED, Condition.SERVICE, Condition.GROUP, Condition.AREA, Condition.CAPACITY,
    Condition.LANGUAGE, Condition.SAFEGUARDING, Condition.ACCESS, Condition.DATES,
})  # fmt: skip
"""A pair that was declined, or a conflict of interest, is nobody's to mend."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A need that a partner misses by one condition."""

    need: Key
    tier: int
    missing: Condition


def missing(failed: Condition) -> Condition | None:
    """The one condition that is missing, if it is exactly one and can be mended."""
    return failed if failed.bit_count() == 1 and failed in MENDABLE else None


def near_misses(found: Iterable[tuple[Key, int, Condition]]) -> list[NearMiss]:
    """The near misses to show, of needs with their tier and failing conditions, in the order they come in."""
    shown: list[NearMiss] = []
    of_each: dict[Condition, int] = defaultdict(int)
    for need, tier, failed in found:
        lacks = missing(failed)
        if lacks is None or tier > WORST_TIERS or of_each[lacks] == EACH:
            continue
        of_each[lacks] += 1
        shown.append(NearMiss(need, tier, lacks))
        if len(shown) == SHOWN:
            break
    return shown


def repaired(misses: Sequence[NearMiss], failing_of_other: Mapping[Key, Condition]) -> list[NearMiss]:
    """The near misses whose missing condition holds for another organisation, of the needs that it was tried on."""
    return [
        miss
        for miss in misses
        if miss.need in failing_of_other and not failing_of_other[miss.need] & miss.missing
    ]


@dataclass(frozen=True, slots=True)
class Pairing:
    """What two organisations do for each other's near misses: repaired, of all that each has."""

    partner: Key
    repaired: tuple[NearMiss, ...]
    misses: int
    returned: int
    their_misses: int
    tie: int = 0

    @property
    def balance(self) -> Fraction:
        """Harmonic mean of the parts repaired in both directions, 0 where one gives nothing.

        Source: reciprocal recommenders, Pizzato et al. (2010): one side's gain can't carry a pairing.
        """
        ours = Fraction(len(self.repaired), self.misses) if self.misses else Fraction(0)
        theirs = Fraction(self.returned, self.their_misses) if self.their_misses else Fraction(0)
        return 2 * ours * theirs / (ours + theirs) if ours and theirs else Fraction(0)


def best_pairings(pairings: Iterable[Pairing], own_tie: int = 0) -> list[Pairing]:
    """Partners who repair something, best first: worst-off tier repaired, how many, balance, tie, id."""
    useful = (pairing for pairing in pairings if pairing.repaired)
    return sorted(
        useful,
        key=lambda pairing: (
            min(miss.tier for miss in pairing.repaired),
            -len(pairing.repaired),
            -pairing.balance,
            pairing.tie ^ own_tie,
            str(pairing.partner),
        ),
    )
