"""Profile: an organisation as matching reads it from its rows, and the words that say what includes what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.matching.rules.conditions import Need, Partner, Positions
from app.matching.rules.room import Room, year_ahead
from app.needs.rules.facets import Facets

STATED = "stated"
"""The access that people with disabilities need at least: that somebody says how they can use the service."""
NOTHING_SAID = Room()


@dataclass(frozen=True)
class Words:
    """Services (id -> what it is part of), groups (id -> facets; id -> what it is part of; those whose work
    needs a safeguarding check), and working languages by area, as positions and codes.
    """

    services: Mapping[UUID, UUID | None]
    groups: Mapping[UUID, Facets]
    group_parents: Mapping[UUID, UUID | None]
    at_risk: frozenset[UUID]
    languages: tuple[tuple[int, int, frozenset[str]], ...] = ()
    _chains: dict[UUID, tuple[UUID, ...]] = field(
        default_factory=dict[UUID, tuple[UUID, ...]], compare=False, repr=False
    )

    def chain(self, service: UUID) -> tuple[UUID, ...]:
        """The service and everything it is part of, the nearest first."""
        if service not in self._chains:
            found = [service]
            while (above := self.services.get(found[-1])) is not None and above not in found:
                found.append(above)
            self._chains[service] = tuple(found)
        return self._chains[service]

    def sharing_room(self, service: UUID) -> frozenset[UUID]:
        """Services whose agreed matches take from the same room: those with a service of the chain in common."""
        chain = set(self.chain(service))
        return frozenset(other for other in self.services if not chain.isdisjoint(self.chain(other)))

    def spoken_at(self, position: int) -> frozenset[str]:
        """Working languages at a position: those of the smallest area around it that has any."""
        around = [(hi - lo, codes) for lo, hi, codes in self.languages if lo <= position <= hi]
        return min(around, key=lambda each: each[0])[1] if around else frozenset()

    def needs_access(self, group: UUID) -> bool:
        """Whether it is a group of persons with disabilities."""
        return self.groups[group].disability == "yes"


@dataclass(frozen=True)
class Profile:
    """An organisation as matching knows it: what it does, for whom, where, with what room.

    verified_until, country: as of its registration; outside the country it isn't registered. works, would:
    areas as positions; above_works, above_would: the areas around them; beside: first positions of the areas
    right below those around where it works; parents: the area right above each of its areas.
    """

    id: UUID
    slug: str
    name: str
    verified_until: date | None
    country: Positions | None
    services: frozenset[UUID]
    groups: frozenset[UUID]
    works: tuple[Positions, ...]
    would: tuple[Positions, ...] = ()
    above_works: tuple[Positions, ...] = ()
    above_would: tuple[Positions, ...] = ()
    parents: tuple[Positions, ...] = ()
    beside: frozenset[int] = frozenset()
    programme_services: frozenset[UUID] = frozenset()
    programme_groups: frozenset[UUID] = frozenset()
    run_by: frozenset[UUID] = frozenset()
    languages: frozenset[str] = frozenset()
    access: bool = False
    safeguarding: bool = False
    room: Room = NOTHING_SAID
    tie: int = 0

    def partner(self, words: Words, service: UUID, country: Positions, today: date) -> Partner:
        """The organisation before a need of `service` in `country`."""
        free, days = self.room.free(words.chain(service), words.sharing_room(service), today)

        def facets(ids: frozenset[UUID]) -> frozenset[Facets]:
            return frozenset(words.groups[i] for i in ids if i in words.groups)

        return Partner(
            id=self.id,
            verified_until=self.verified_until if self.country == country else None,
            services=self.services,
            groups=facets(self.groups),
            works_in=self.works,
            free=free,
            days=days,
            would_work_in=self.would,
            languages=self.languages,
            safeguarding=self.safeguarding,
            access=frozenset({STATED}) if self.access else frozenset(),
            run_by=facets(self.run_by),
            programme_groups=facets(self.programme_groups),
            programme_services=self.programme_services,
            tie=self.tie,
        )


@dataclass(frozen=True, slots=True)
class At:
    """Where a need is: the area, the one above it and the country, as positions."""

    area: Positions
    parent: Positions
    country: Positions


def need_of(
    words: Words,
    *,
    id: UUID,
    service: UUID,
    group: UUID,
    at: At,
    tier: int,
    uncovered: int,
    tie: int,
    today: date,
) -> Need:
    """A cell as the conditions and the points read it."""
    return Need(
        id=id,
        service_and_parents=words.chain(service),
        facets=words.groups[group],
        area=at.area,
        parent=at.parent,
        country=at.country,
        tier=tier,
        uncovered=uncovered,
        days=year_ahead(today),
        languages=words.spoken_at(at.area[0]),
        safeguarding=group in words.at_risk,
        access=frozenset({STATED}) if words.needs_access(group) else frozenset(),
        tie=tie,
    )
