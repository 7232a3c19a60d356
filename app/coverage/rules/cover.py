"""Coverage: what all programmes together can serve of each cell. Add up the programmes; stop at 100 of 100.

Each cell is summed anew from its lines in the order of their ids, never by adding and taking away
differences: so an update of a few cells gives the same numbers, bit for bit, as building all from nothing,
and a query that sums double precision numbers in the same order gives them too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor

from app.coverage.rules.supply import Line, LocalNeed, Place, Share, people_reached, rate, served_everywhere
from app.needs.rules.statements import Key

HAIR = 1e-9
"""Keeps a sum of shares that is a whole number of people, but for its last bit, from losing a person."""
WIDE = 0.10
"""A range is shown where its ends differ by more than this share of the need."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One line's part in one cell: its rate, and the share of the cell's people whom it serves."""

    line: Key
    rate: float
    share: Share
    split: bool = False


@dataclass(frozen=True, slots=True)
class Covered:
    """Coverage of a cell, in people. `supply`: in shares of need, may be above 1; `overlap`: places above need.

    `low` and `high` bound the covered people: low if the programmes serve the same people. `estimated` and
    `unsure` (estimated or split by us) are shares of the supply. `lines`: how many programmes take part.
    """

    people: int
    supply: float
    covered: int
    overlap: int
    low: int
    high: int
    estimated: float
    unsure: float
    lines: int

    @property
    def uncovered(self) -> int:
        return self.people - self.covered

    @property
    def ratio(self) -> float:
        """Share of the people covered, 0 to 1."""
        return self.covered / self.people


def cover(people: int, contributions: Iterable[Contribution]) -> Covered:
    """Coverage of a cell of `people` (more than 0) from the lines that reach it, in whatever order they come.

    Supply s = sum of rate x share; covered = floor(people x min(1, s)). The low end is the largest single
    line's part: aggregates can't tell whether two programmes serve the same people (Fréchet bounds).
    """
    supply = most = highest = estimated = unsure = 0.0
    lines = 0
    for each in sorted(contributions, key=lambda each: str(each.line)):
        part = each.rate * each.share.share
        if not part and not each.share.high:
            continue
        lines += 1
        supply += part
        most = max(most, each.rate * each.share.low)
        highest += each.rate * each.share.high
        estimated += part if each.share.estimated else 0.0
        unsure += part if each.share.estimated or each.split else 0.0
    return Covered(
        people,
        supply,
        covered=floor(people * min(1.0, supply) + HAIR),
        overlap=floor(people * max(0.0, supply - 1.0) + HAIR),
        low=floor(people * min(1.0, most) + HAIR),
        high=floor(people * min(1.0, highest) + HAIR),
        estimated=estimated / supply if supply else 0.0,
        unsure=unsure / supply if supply else 0.0,
        lines=lines,
    )


def coverage(needs: Mapping[Place, LocalNeed], lines: Iterable[Line]) -> dict[Key, Covered]:
    """Coverage of every cell of `needs` from all the `lines` that there are, in one go and from nothing.

    For tests: the worked examples, the reference data and what always holds are checked on it. What is stored comes
    from the same `served`, `rate` and `cover`, kept part by part (rules/parts.py) so that little is done anew.
    For "if plans hold", add the planned lines.
    """
    parts: dict[Key, list[Contribution]] = defaultdict(list)
    for line in lines:
        if line.capacity is None:
            continue
        here = served_everywhere(line, needs)
        speed = rate(line.capacity, people_reached(here))
        for served in here.values():
            for cell, share in served.shares.items():
                parts[cell].append(Contribution(line.id, speed, share, line.split))
    cells = (cell for need in needs.values() for cell in (*need.counted, *need.views))
    return {cell.id: cover(cell.people, parts[cell.id]) for cell in cells}


def range_is_wide(low: int, high: int, people: int) -> bool:
    """The covered people, of `people`, may be so many more or fewer that both ends are said."""
    return high - low > WIDE * people


def total_of(parts: Iterable[Covered]) -> Covered | None:
    """Coverage of a total: the sum of its counted cells, never clipped by itself; None where there are none.

    Its people are those of the parts; the stated total that is shown may differ from them by rounding.
    """
    cells = list(parts)
    people = sum(cell.people for cell in cells)
    if not people:
        return None
    places = sum(cell.people * cell.supply for cell in cells)
    return Covered(
        people,
        places / people,
        covered=sum(cell.covered for cell in cells),
        overlap=sum(cell.overlap for cell in cells),
        low=sum(cell.low for cell in cells),
        high=sum(cell.high for cell in cells),
        estimated=_weighed((cell, cell.estimated) for cell in cells),
        unsure=_weighed((cell, cell.unsure) for cell in cells),
        lines=max(cell.lines for cell in cells),
    )


def _weighed(shares: Iterable[tuple[Covered, float]]) -> float:
    """The mean of shares of supply, each weighed by the places that it is a share of."""
    pairs = [(cell.people * cell.supply, share) for cell, share in shares]
    places = sum(places for places, _ in pairs)
    return sum(places * share for places, share in pairs) / places if places else 0.0
