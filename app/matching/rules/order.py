"""Order: who stands where in a list, always the same on the same facts, and fair over time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import log2

from app.needs.rules.statements import Key

BAND = 5
"""Fits within one band of so many points count as equal when partners are listed for a need."""
REMEMBERED = 90
"""Days over which exposure is summed."""
UNEVEN = 0.8
"""A class of partners that is shown less than this part of its share is looked into."""


def tie(id: Key, weight_set: int) -> int:
    """Breaks ties: the first 31 bits of sha256("<id> <weight set>"), as cells have it (needs/rules/ties.py).
    It favours neither the older nor the alphabet, and can be worked out again by anybody.
    """
    return int.from_bytes(sha256(f"{id} {weight_set}".encode()).digest()[:4]) >> 1


TIE_SQL = "('x' || left(encode(sha256(convert_to({id}::text || ' ' || {weight_set}, 'UTF8')), 'hex'), 8))::bit(32)::bigint >> 1"
"""`tie` as SQL, its two places to be filled in."""


def needs_first(
    *, tier: int, fit: int, uncovered: int, need_tie: int, partner_tie: int, need: Key
) -> tuple[int, int, int, int, str]:
    """Sorts the needs shown to a partner: tier, fit, people uncovered, tie, id."""
    return tier, -fit, -uncovered, need_tie ^ partner_tie, str(need)


def partners_first(
    *, fit: int, deficit: float, need_tie: int, partner_tie: int, partner: Key
) -> tuple[int, float, int, str]:
    """Sorts the partners shown for a need: band of fit, then who was shown least of what their fit would give
    (`deficit`, of the nightly snapshot, so that the same day gives the same list), tie, id.

    The database sorts them (queries/eligible.py), since there may be 100,000; tests hold its lists against this.
    """
    return -(fit // BAND), -deficit, need_tie ^ partner_tie, str(partner)


def attention(rank: int) -> float:
    """The weight of a place in a list, 1 for the first: 1 / log2(1 + rank).

    Source: position weights of Singh, Joachims, Fairness of exposure in rankings (2018).
    """
    return 1 / log2(1 + rank)


@dataclass(frozen=True, slots=True)
class Shown:
    """A list of partners that was served: who stood where, and everybody who could have, with their fit."""

    ranked: Sequence[Key]
    eligible: Mapping[Key, int]


@dataclass(frozen=True, slots=True)
class Exposure:
    """Attention that a partner got, what it would get in proportion to fit, and in how many lists it could be."""

    got: float = 0.0
    merited: float = 0.0
    eligible: int = 0

    @property
    def deficit(self) -> float:
        return self.merited - self.got


def exposure(lists: Iterable[Shown]) -> dict[Key, Exposure]:
    """Exposure of every partner that was in one of the lists or could have been.

    Source: amortised attention, Biega, Gummadi, Weikum, Equity of attention (2018).
    """
    got: dict[Key, float] = defaultdict(float)
    merited: dict[Key, float] = defaultdict(float)
    eligible: dict[Key, int] = defaultdict(int)
    for shown in lists:
        given = 0.0
        for rank, partner in enumerate(shown.ranked, 1):
            got[partner] += attention(rank)
            given += attention(rank)
        fits = sum(shown.eligible.values())
        for partner, fit in shown.eligible.items():
            merited[partner] += given * fit / fits if fits else given / len(shown.eligible)
            eligible[partner] += 1
    return {
        partner: Exposure(got[partner], merited[partner], eligible[partner])
        for partner in {**got, **eligible}
    }


@dataclass(frozen=True, slots=True)
class Treatment:
    """A class of partners: its part of all attention and of all chances to be shown."""

    got: float
    eligible: float

    @property
    def ratio(self) -> float:
        """1 is even; a class that could never be shown has nothing to compare."""
        return self.got / self.eligible if self.eligible else 1.0

    @property
    def is_uneven(self) -> bool:
        return self.ratio < UNEVEN


def treatment(exposures: Mapping[Key, Exposure], classes: Mapping[Key, str]) -> dict[str, Treatment]:
    """Equal treatment by class (size, kind, seat, age of the organisation): used to check, never to order."""
    all_got = sum(each.got for each in exposures.values())
    all_eligible = sum(each.eligible for each in exposures.values())
    got: dict[str, float] = defaultdict(float)
    eligible: dict[str, int] = defaultdict(int)
    for partner, each in exposures.items():
        got[classes[partner]] += each.got
        eligible[classes[partner]] += each.eligible
    return {
        name: Treatment(
            got[name] / all_got if all_got else 0.0, eligible[name] / all_eligible if all_eligible else 0.0
        )
        for name in sorted(eligible)
    }
