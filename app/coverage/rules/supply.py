"""Supply: whom a capacity line serves, in shares of each cell's people, and at what rate.

In words: this programme can serve 12 of every 100 people who need this in the places it works.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.needs.rules.facets import Facets, widest
from app.needs.rules.statements import Key

Place = tuple[Key, Key]
"""An area and a service: cells of one place share people, cells of two never do."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell: people of one group, more than 0."""

    id: Key
    facets: Facets
    people: int


@dataclass(frozen=True, slots=True)
class LocalNeed:
    """The cells of one area and service: those that count everybody once, and views of the same people."""

    counted: tuple[Figure, ...]
    views: tuple[Figure, ...] = ()

    def __post_init__(self) -> None:
        # Sums of shares come out the same to the last bit only if they are always taken in one order.
        object.__setattr__(self, "counted", tuple(sorted(self.counted, key=_by_id)))
        object.__setattr__(self, "views", tuple(sorted(self.views, key=_by_id)))


@dataclass(frozen=True, slots=True)
class Share:
    """The share of a cell's people whom a line serves (`o`), 0 to 1; `low` and `high` bound it where it is
    estimated.
    """

    share: float
    low: float
    high: float
    estimated: bool


NOBODY = Share(0.0, 0.0, 0.0, False)
ALL = Share(1.0, 1.0, 1.0, False)


@dataclass(frozen=True, slots=True)
class Served:
    """What a line serves in one place: people in need of the union of its groups (`T`), and each cell's share."""

    people: float
    shares: Mapping[Key, Share]


@dataclass(frozen=True, slots=True)
class Line:
    """A capacity line, its number already counted for the period; without a number it is presence only.

    `reach`: the places it serves, each with the part of that area's people who live where it works: 1, or
    for a cell that stands above the line's areas the ratio of their populations. `split`: we split one
    number over services.
    """

    id: Key
    capacity: int | None
    groups: frozenset[Facets]
    reach: Mapping[Place, float] = field(hash=False)
    split: bool = False


def rate(capacity: int | None, people: float) -> float:
    """Share of the people it reaches whom a line can serve (`rho`), 0 to 1; 0 where nobody is in need."""
    return min(1.0, capacity / people) if capacity and people > 0 else 0.0


def served(need: LocalNeed, groups: Iterable[Facets], area_share: float = 1.0) -> Served:
    """What a line that serves `groups` serves of one place's need.

    A cell inside one of the groups is served wholly. People of a group that the counted cells don't tell
    apart (persons with disabilities, where cells are by status) are as many as its own figure says, above
    those already inside; they are spread evenly over the counted cells they may be in, never over one that
    the group excludes. So the counted cells' shares always add up to the people served. A view has the
    share of the counted cells that its people may be in.
    """
    asked = widest(groups)
    inside = {cell.id for cell in need.counted if _within(cell, asked)}
    apart = [group for group in asked if any(_straddles(group, cell) for cell in need.counted)]
    spread = [
        cell
        for cell in need.counted
        if cell.id not in inside and any(group.overlaps(cell.facets) for group in apart)
    ]
    people_inside = sum(cell.people for cell in need.counted if cell.id in inside)
    room = sum(cell.people for cell in spread)
    extra = min(room, sum(_beyond(group, need) for group in apart))
    if not people_inside + extra:
        return Served(0.0, {cell.id: NOBODY for cell in (*need.counted, *need.views)})
    shares = {cell.id: ALL if cell.id in inside else NOBODY for cell in need.counted}
    if extra:
        for cell in spread:
            shares[cell.id] = Share(extra / room, 0.0, min(1.0, extra / cell.people), True)
    for view in need.views:
        shares[view.id] = ALL if _within(view, asked) else _share_of_view(view, need.counted, shares)
    if area_share == 1.0:
        return Served(float(people_inside + extra), shares)
    return Served(
        area_share * (people_inside + extra),
        {cell: _part(share, area_share) for cell, share in shares.items()},
    )


def served_everywhere(line: Line, needs: Mapping[Place, LocalNeed]) -> dict[Place, Served]:
    """What a line serves in each place of its reach that has need recorded."""
    return {
        place: served(needs[place], line.groups, part) for place, part in line.reach.items() if place in needs
    }


def people_reached(here: Mapping[Place, Served]) -> float:
    """People in need in everything a line serves (`T_p`)."""
    people = 0.0
    for place in sorted(here, key=lambda place: (str(place[0]), str(place[1]))):
        people += here[place].people
    return people


def _by_id(cell: Figure) -> str:
    return str(cell.id)


def _within(cell: Figure, groups: Iterable[Facets]) -> bool:
    return any(group.contains(cell.facets) for group in groups)


def _straddles(group: Facets, cell: Figure) -> bool:
    return group.overlaps(cell.facets) and not group.contains(cell.facets)


def _beyond(group: Facets, need: LocalNeed) -> int:
    """People of a group above those in counted cells wholly inside it: by its own figure, or, where it has
    none, at least as many as the largest view inside it.
    """
    own = max((cell.people for cell in (*need.counted, *need.views) if cell.facets == group), default=0)
    stated = own or max((view.people for view in need.views if group.contains(view.facets)), default=0)
    return max(0, stated - sum(cell.people for cell in need.counted if group.contains(cell.facets)))


def _share_of_view(view: Figure, counted: Iterable[Figure], shares: Mapping[Key, Share]) -> Share:
    among = [cell for cell in counted if cell.facets.overlaps(view.facets)]
    people = sum(cell.people for cell in among)
    reached = 0.0
    for cell in among:
        reached += shares[cell.id].share * cell.people
    if not reached:
        return NOBODY
    share = reached / people
    exact = all(view.facets.contains(cell.facets) and not shares[cell.id].estimated for cell in among)
    if exact or share == 1.0:
        return Share(share, share, share, False)
    return Share(share, 0.0, min(1.0, reached / min(people, view.people)), True)


def _part(share: Share, area_share: float) -> Share:
    return Share(share.share * area_share, 0.0, share.high, True) if share.share else share
