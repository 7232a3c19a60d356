"""Totals over areas: what stands below an area, added up without clipping, in one order so that sums of fractions
come out the same every time.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.coverage.rules.cover import Covered
from app.coverage.rules.standing import Trust


@dataclass(frozen=True, slots=True)
class Figures:
    """A cell below: where it stands, whose it is, and its coverage as it is stored."""

    id: str
    group: str
    position: int
    counted: bool
    cover: Covered
    planned: int
    trust: Trust


@dataclass(frozen=True, slots=True)
class Sum:
    """Some cells together."""

    cover: Covered
    planned: int
    trust: Trust


class Below:
    """The cells of one service, to be added up over stretches of areas."""

    def __init__(self, cells: Iterable[Figures]) -> None:
        ordered = sorted(cells, key=lambda cell: (cell.position, cell.id))
        groups: dict[str | None, list[Figures]] = defaultdict(list)
        for cell in ordered:
            groups[cell.group].append(cell)
            if cell.counted:
                groups[None].append(cell)
        self._cells = groups
        self._positions = {group: [cell.position for cell in some] for group, some in groups.items()}

    def everybody(self, lo: int, hi: int) -> Sum | None:
        """All who are counted from `lo` to `hi`; None where nobody is."""
        return self._sum(None, lo, hi)

    def group(self, group: str, lo: int, hi: int) -> Sum | None:
        """One group's cells from `lo` to `hi`."""
        return self._sum(group, lo, hi)

    def _sum(self, group: str | None, lo: int, hi: int) -> Sum | None:
        cells, positions = self._cells.get(group, []), self._positions.get(group, [])
        return _together(cells[bisect_left(positions, lo) : bisect_right(positions, hi)])


def _together(cells: Sequence[Figures]) -> Sum | None:
    people = sum(cell.cover.people for cell in cells)
    if not people:
        return None
    places = estimated = unsure = 0.0
    for cell in cells:
        share = cell.cover.people * cell.cover.supply
        places += share
        estimated += share * cell.cover.estimated
        unsure += share * cell.cover.unsure
    cover = Covered(
        people, places / people,
        covered=sum(cell.cover.covered for cell in cells), overlap=sum(cell.cover.overlap for cell in cells),
        low=sum(cell.cover.low for cell in cells), high=sum(cell.cover.high for cell in cells),
        estimated=estimated / places if places else 0.0, unsure=unsure / places if places else 0.0,
        lines=max(cell.cover.lines for cell in cells),
    )  # fmt: skip
    return Sum(cover, sum(cell.planned for cell in cells), Trust.worst_of([cell.trust for cell in cells]))
