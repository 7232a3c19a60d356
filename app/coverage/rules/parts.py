"""Parts: what each capacity line gives to each cell it reaches."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.coverage.rules.capacity import Counts, split_by_need
from app.coverage.rules.cover import Contribution
from app.coverage.rules.supply import LocalNeed, Served, Share, people_reached, rate, served
from app.coverage.rules.windows import Window
from app.kernel.days import Days
from app.needs.rules.facets import Facets

Interval = tuple[int, int]
PRESENT = frozenset({Counts.PRESENCE_ONLY, Counts.NOT_CONFIRMED})
"""A line whose number doesn't count, of a programme that runs: its organisation is there."""


@dataclass(frozen=True, slots=True)
class LocalPlace:
    """An area and service with people counted there, and the window of its figures."""

    area: str
    service: str
    position: int
    need: LocalNeed
    window: Window


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A capacity line with everything that decides what it gives.

    `people`: its own number, or (`split`) that of its programme for all its services together; None where it
    isn't known. `intervals`: positions of the areas it serves, disjoint. `above`: for cells that stand above
    those areas, position -> the share of that area's people who live where the line works; None where that
    isn't known, so that its organisation is there without a number.
    """

    id: str
    programme: str
    organisation: str
    service: str
    people: int | None
    counting: str
    active: Days
    confirmed_on: date
    counts: Counts
    split: bool
    groups: frozenset[Facets]
    intervals: tuple[Interval, ...]
    above: Mapping[int, float | None] = field(default_factory=dict[int, float | None], hash=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One line's part in one cell. `rate` is 0 where its number doesn't count."""

    line: str
    cell: str
    organisation: str
    counts: Counts
    rate: float
    share: Share
    split: bool
    confirmed_on: date

    @property
    def contribution(self) -> Contribution:
        return Contribution(self.line, self.rate, self.share, self.split)


class Places:
    """Places of all services by position, so that the ones in a stretch of areas are found at once."""

    def __init__(self, places: Iterable[LocalPlace]) -> None:
        by_service: dict[str, list[LocalPlace]] = defaultdict(list)
        for place in places:
            by_service[place.service].append(place)
        self._of = {
            service: sorted(some, key=lambda place: place.position) for service, some in by_service.items()
        }
        self._positions = {service: [place.position for place in some] for service, some in self._of.items()}

    def within(self, service: str, intervals: Iterable[Interval]) -> Iterator[LocalPlace]:
        some, positions = self._of.get(service, []), self._positions.get(service, [])
        for lo, hi in intervals:
            yield from some[bisect_left(positions, lo) : bisect_right(positions, hi)]

    def at(self, service: str, position: int) -> LocalPlace | None:
        return next(self.within(service, [(position, position)]), None)


class Supply:
    """What lines serve in `places`. Lines that serve the same groups are worked out once for each place."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._served: dict[tuple[str, str, frozenset[Facets], float], Served] = {}

    def parts(self, lines: Iterable[LineFacts]) -> Iterator[Part]:
        """The parts of all `lines`, in their order.

        A number that is split over services needs every line of its programme that is split: they have to be
        among `lines`.
        """
        lines = list(lines)
        reached = {line.id: self._reach(line) for line in lines}
        people = {line.id: _people(reached[line.id]) for line in lines}
        numbers = _numbers(lines, people)
        for line in lines:
            number = None if line.counts in PRESENT else numbers[line.id]
            for place, here in reached[line.id]:
                capacity = 0 if number is None else place.window.people(line.counting, number, line.active)
                yield from _parts(line, line.counts, rate(capacity, people[line.id]), here)
            for place in self._unknown(line):
                yield from _parts(line, Counts.PRESENCE_ONLY, 0.0, self._serve(place, line.groups, 1.0))

    def _reach(self, line: LineFacts) -> list[tuple[LocalPlace, Served]]:
        found = [
            (place, self._serve(place, line.groups, 1.0))
            for place in self._places.within(line.service, line.intervals)
        ]
        for position, share in sorted(line.above.items()):
            if share and (place := self._places.at(line.service, position)) is not None:
                found.append((place, self._serve(place, line.groups, share)))
        return found

    def _unknown(self, line: LineFacts) -> Iterator[LocalPlace]:
        for position, share in sorted(line.above.items()):
            if share is None and (place := self._places.at(line.service, position)) is not None:
                yield place

    def _serve(self, place: LocalPlace, groups: frozenset[Facets], share: float) -> Served:
        about = (place.area, place.service, groups, share)
        if about not in self._served:
            self._served[about] = served(place.need, groups, share)
        return self._served[about]


def _parts(line: LineFacts, counts: Counts, speed: float, here: Served) -> Iterator[Part]:
    for cell, share in here.shares.items():
        if share.share or share.high:
            yield Part(
                line.id, str(cell), line.organisation, counts, speed, share, line.split, line.confirmed_on
            )


def _people(here: Sequence[tuple[LocalPlace, Served]]) -> float:
    return people_reached({(place.area, place.service): what for place, what in here})


def _numbers(lines: Iterable[LineFacts], people: Mapping[str, float]) -> dict[str, int | None]:
    """The number of people of each line; one number for several is split by the need that each of them serves."""
    numbers = {line.id: line.people for line in lines}
    together: dict[str, list[LineFacts]] = defaultdict(list)
    for line in lines:
        if line.split and line.people is not None:
            together[line.programme].append(line)
    for some in together.values():
        whole = some[0].people or 0
        numbers |= split_by_need(whole, {line.id: int(people[line.id]) for line in some})
    return numbers
