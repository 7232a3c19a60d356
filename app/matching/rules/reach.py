"""Reach: what a partner can do, as a query needs it: services, groups, and stretches of areas.

Everything that a condition or a point depends on hangs on the service, the group or the position, so that
the cells a partner could serve are found by an index and ordered without reading anything else of them.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from app.kernel.days import Days
from app.matching.rules.conditions import Condition, Positions, dates_fit
from app.matching.rules.fit import LATER, knows_group
from app.matching.rules.near import MENDABLE
from app.matching.rules.profile import Profile, Words
from app.matching.rules.room import year_ahead


@dataclass(frozen=True, slots=True)
class OfService:
    """A service in reach: step of knowing it, free places (None: not said), days until it can begin."""

    id: UUID
    step: int
    free: int | None
    in_days: int


@dataclass(frozen=True, slots=True)
class OfGroup:
    """A group in reach, and the step of knowing it."""

    id: UUID
    step: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Positions `lo` to `hi`, alike in how near they are (0 to 3) and in the languages that are spoken there."""

    lo: int
    hi: int
    place: int
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """What a partner could be shown. `too_little_room`: those needs only for which its room is too small.

    Pieces are disjoint, so no cell comes twice.
    """

    services: tuple[OfService, ...]
    groups: tuple[OfGroup, ...]
    pieces: tuple[Piece, ...]
    access: int
    languages: frozenset[str]
    too_little_room: bool = False

    def __bool__(self) -> bool:
        return bool(self.services and self.groups and self.pieces)


def reach_of(profile: Profile, words: Words, today: date, lacking: Condition | None = None) -> Reach | None:
    """What `profile` can do; with `lacking`, what it could do if that one condition held and all others do.

    None where nothing is in reach, and for a condition that nobody can mend.
    """
    if lacking is not None and lacking not in MENDABLE:
        return None
    verified = profile.verified_until is not None and today <= profile.verified_until
    if verified == (lacking is Condition.VERIFIED):
        return None
    reach = Reach(
        services=_services(profile, words, today, lacking),
        groups=_groups(profile, words, lacking),
        pieces=_pieces(profile, words, lacking),
        access=int(profile.access),
        languages=profile.languages,
        too_little_room=lacking is Condition.CAPACITY,
    )
    return reach or None


def joined(stretches: Iterable[Positions]) -> tuple[Positions, ...]:
    """The same positions as disjoint stretches in order."""
    found: list[Positions] = []
    for lo, hi in sorted(stretches):
        if found and lo <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], hi))
        else:
            found.append((lo, hi))
    return tuple(found)


def _services(
    profile: Profile, words: Words, today: date, lacking: Condition | None
) -> tuple[OfService, ...]:
    offered = {service for service in words.services if not profile.services.isdisjoint(words.chain(service))}
    wanted = offered
    if lacking is Condition.SERVICE:
        parents = {words.services.get(service) for service in profile.services} - {None}
        siblings = {service for service, parent in words.services.items() if parent in parents}
        wanted = ({parent for parent in parents if parent} | siblings) - offered
    found = (_of_service(profile, words, today, service, lacking) for service in sorted(wanted, key=str))
    return tuple(each for each in found if each)


def _of_service(
    profile: Profile, words: Words, today: date, service: UUID, lacking: Condition | None
) -> OfService | None:
    """The service, if dates and room are as `lacking` asks."""
    chain = words.chain(service)
    free, days = profile.room.free(chain, words.sharing_room(service), today)
    year = year_ahead(today)
    if dates_fit(days, year) == (lacking is Condition.DATES):
        return None
    if free is None and lacking is not Condition.CAPACITY:
        return None
    step = (
        2 if not profile.programme_services.isdisjoint(chain) else int(not profile.services.isdisjoint(chain))
    )
    return OfService(service, step, free, _first_day(days & year, today))


def _first_day(days: Days, today: date) -> int:
    return (days.stretches[0][0] - today).days if days.stretches else LATER + 1


def _groups(profile: Profile, words: Words, lacking: Condition | None) -> tuple[OfGroup, ...]:
    served = [words.groups[group] for group in profile.groups if group in words.groups]
    contained = {
        group for group, facets in words.groups.items() if any(each.contains(facets) for each in served)
    }
    wanted = contained
    if lacking is Condition.GROUP:
        wanted = {words.group_parents.get(group) for group in profile.groups} - {None} - contained
    known = frozenset(
        words.groups[group] for group in profile.run_by | profile.programme_groups if group in words.groups
    )
    return tuple(
        OfGroup(group, knows_group(known, words.groups[group]))
        for group in sorted(wanted, key=str)
        if group and _may_serve(profile, words, group, lacking)
    )


def _may_serve(profile: Profile, words: Words, group: UUID, lacking: Condition | None) -> bool:
    """Safeguarding and access are as `lacking` asks."""
    unsafe = group in words.at_risk and not profile.safeguarding
    unreached = words.needs_access(group) and not profile.access
    return unsafe == (lacking is Condition.SAFEGUARDING) and unreached == (lacking is Condition.ACCESS)


def _pieces(profile: Profile, words: Words, lacking: Condition | None) -> tuple[Piece, ...]:
    if profile.country is None:
        return ()
    works = _with_those_around(profile.works, profile.above_works)
    reached = joined((*works, *_with_those_around(profile.would, profile.above_would)))
    wanted = reached
    if lacking is Condition.AREA:
        wanted = _without(joined(profile.parents), reached)
    # Whoever works anywhere in the country is at least that near; registration ends at its border.
    near = 1 if any(lo <= profile.country[1] and profile.country[0] <= hi for lo, hi in profile.works) else 0
    pieces = _split(_within(wanted, profile.country), works, profile.beside, near, words)
    unspoken = lacking is Condition.LANGUAGE
    return tuple(
        piece
        for piece in pieces
        if (bool(piece.languages) and piece.languages.isdisjoint(profile.languages)) == unspoken
    )


def _with_those_around(areas: Sequence[Positions], above: Sequence[Positions]) -> tuple[Positions, ...]:
    """Positions of cells that these areas touch: all inside them, and the areas around them themselves."""
    return joined((*areas, *((lo, lo) for lo, _ in above)))


def _within(stretches: Iterable[Positions], bounds: Positions) -> tuple[Positions, ...]:
    cut = ((max(lo, bounds[0]), min(hi, bounds[1])) for lo, hi in stretches)
    return tuple((lo, hi) for lo, hi in cut if lo <= hi)


def _without(stretches: Sequence[Positions], gone: Sequence[Positions]) -> tuple[Positions, ...]:
    left: list[Positions] = []
    for lo, hi in stretches:
        start = lo
        for first, last in gone:
            if last < start or first > hi:
                continue
            if first > start:
                left.append((start, first - 1))
            start = max(start, last + 1)
        if start <= hi:
            left.append((start, hi))
    return tuple(left)


def _split(
    stretches: Sequence[Positions],
    works: Sequence[Positions],
    beside: frozenset[int],
    near: int,
    words: Words,
) -> list[Piece]:
    """`stretches` cut wherever nearness or languages change, neighbours that are alike joined again."""
    cuts = {edge for lo, hi in (*stretches, *works) for edge in (lo, hi + 1)}
    cuts |= {edge for position in beside for edge in (position, position + 1)}
    cuts |= {edge for lo, hi, _ in words.languages for edge in (lo, hi + 1)}
    edges = sorted(cuts)
    pieces: list[Piece] = []
    for lo, hi in stretches:
        at = bisect_right(edges, lo)
        inside = [lo, *(edge for edge in edges[at:] if edge <= hi)]
        for first, following in zip(inside, [*inside[1:], hi + 1], strict=True):
            piece = Piece(first, following - 1, _nearness(first, works, beside, near), words.spoken_at(first))
            last = pieces[-1] if pieces else None
            if last and last.hi + 1 == piece.lo and replace(last, lo=piece.lo, hi=piece.hi) == piece:
                pieces[-1] = replace(last, hi=piece.hi)
            else:
                pieces.append(piece)
    return pieces


def _nearness(position: int, works: Sequence[Positions], beside: frozenset[int], near: int) -> int:
    """3 where the partner works or around it, 2 in the same parent, 1 in the country, 0 elsewhere."""
    at = bisect_right(works, position, key=lambda stretch: stretch[0]) - 1
    if at >= 0 and position <= works[at][1]:
        return 3
    return 2 if position in beside else near
