"""Fit: how well a partner suits a need, 0 to 100, in whole points that add up exactly and can each be read.

The same factors make the Python that explains a list and the SQL that orders it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from app.matching.rules.conditions import Between, Need, Partner, touches
from app.matching.rules.weights import FIRST, Factor, WeightSet
from app.needs.rules.facets import EVERYBODY, Facets

SOON, LATER = 30, 90
"""Days within which being free has full and part points."""
LEAST_ROOM, MOST_ROOM, PART_OF_GAP = 50, 200, 20
"""Room for a twentieth of the gap earns full points for capacity: never less than 50 people nor more than
200, so that a small group isn't beaten by size."""


@dataclass(frozen=True, slots=True)
class FitFacts:
    """All that fit is counted from; also the columns of its SQL.

    free, uncovered: people. knows_group: 2 run by the group itself or with a verified programme for it, 1 for
    a neighbour group. knows_service: 2 verified programme, 1 stated only. nearness: 3 works in the area, 2 in
    the same parent, 1 in the country. languages_spoken of languages: those of the place. access: 2 stated and
    checked, 1 stated. free_in_days: until it can serve. asked_for: this kind of partner was.
    """

    free: int
    uncovered: int
    knows_group: int
    knows_service: int
    nearness: int
    languages_spoken: int
    languages: int
    access: int
    free_in_days: int
    asked_for: bool


COLUMNS = tuple(field.name for field in fields(FitFacts))


@dataclass(frozen=True, slots=True)
class Fit:
    """Points by factor, in the order in which they are shown, and their sum."""

    points: Mapping[Factor, int]

    @property
    def total(self) -> int:
        return sum(self.points.values())


def fit(facts: FitFacts, weights: WeightSet = FIRST) -> Fit:
    """The points of one partner for one need."""
    enough = room_wanted(facts.uncovered)
    time = 2 if facts.free_in_days <= SOON else 1 if facts.free_in_days <= LATER else 0
    languages = weights.most(Factor.LANGUAGE)
    return Fit({
        Factor.CAPACITY: part(weights.most(Factor.CAPACITY), min(facts.free, enough), enough),
        Factor.GROUP: weights.at(Factor.GROUP, facts.knows_group),
        Factor.SERVICE: weights.at(Factor.SERVICE, facts.knows_service),
        Factor.PLACE: weights.at(Factor.PLACE, facts.nearness),
        # Where nobody wrote down the languages of a place, the place shouldn't come later for it.
        Factor.LANGUAGE: part(languages, facts.languages_spoken, facts.languages) if facts.languages else languages,
        Factor.ACCESS: weights.at(Factor.ACCESS, facts.access),
        Factor.TIME: weights.at(Factor.TIME, time),
        Factor.ASKED_FOR: weights.at(Factor.ASKED_FOR, int(facts.asked_for)),
    })  # fmt: skip


def room_wanted(uncovered: int) -> int:
    """Free places that earn full points: a twentieth of the gap within 50 and 200, never more than the gap."""
    return max(1, min(uncovered, min(max(uncovered // PART_OF_GAP, LEAST_ROOM), MOST_ROOM)))


def part(points: int, some: int, of: int) -> int:
    """round(points x some / of), halves up, in whole numbers; `of` more than 0."""
    return (2 * points * some + of) // (2 * of)


def fit_sql(weights: WeightSet = FIRST, table: str = "facts") -> str:
    """`fit(...).total` as one SQL expression over the columns of FitFacts in `table` (whole numbers; asked_for
    boolean). Equal to the Python for every weight set: tests compare them.
    """
    enough = (
        f"GREATEST(1, LEAST({table}.uncovered, "
        f"LEAST(GREATEST({table}.uncovered / {PART_OF_GAP}, {LEAST_ROOM}), {MOST_ROOM})))"
    )
    capacity, languages = weights.most(Factor.CAPACITY), weights.most(Factor.LANGUAGE)
    spoken = _part_sql(languages, f"{table}.languages_spoken", f"{table}.languages")
    soon, later = weights.at(Factor.TIME, 2), weights.at(Factor.TIME, 1)
    return " + ".join([
        _part_sql(capacity, f"LEAST(COALESCE({table}.free, 0), {enough})", enough),
        _steps_sql(f"{table}.knows_group", weights.points[Factor.GROUP]),
        _steps_sql(f"{table}.knows_service", weights.points[Factor.SERVICE]),
        _steps_sql(f"{table}.nearness", weights.points[Factor.PLACE]),
        f"CASE WHEN {table}.languages > 0 THEN {spoken} ELSE {languages} END",
        _steps_sql(f"{table}.access", weights.points[Factor.ACCESS]),
        f"CASE WHEN {table}.free_in_days <= {SOON} THEN {soon} WHEN {table}.free_in_days <= {LATER} THEN {later} ELSE 0 END",
        f"CASE WHEN {table}.asked_for THEN {weights.most(Factor.ASKED_FOR)} ELSE 0 END",
    ])  # fmt: skip


def fit_facts(partner: Partner, need: Need, between: Between, today: date) -> FitFacts:
    """What fit is counted from, of one partner and one need."""
    return FitFacts(
        free=partner.free or 0,
        uncovered=need.uncovered,
        knows_group=knows_group(partner.run_by | partner.programme_groups, need.facets),
        knows_service=_knows_service(partner, need),
        nearness=_nearness(partner, need),
        languages_spoken=len(partner.languages & need.languages),
        languages=len(need.languages),
        access=_access(partner, need),
        free_in_days=_days_until_free(partner, need, today),
        asked_for=between.asked_for,
    )


def knows_group(known: frozenset[Facets], wanted: Facets) -> int:
    """2 for the group itself or one that contains it (a programme for everybody knows only everybody); 1 for
    a neighbour: people may be in both, or both are, for example, displaced.
    """
    if any(group == wanted or (group != EVERYBODY and group.contains(wanted)) for group in known):
        return 2
    return int(any(group.overlaps(wanted) or _alike(group, wanted) for group in known))


def _alike(one: Facets, other: Facets) -> bool:
    return any(getattr(one, facet) == getattr(other, facet) for facet in one.named & other.named)


def _knows_service(partner: Partner, need: Need) -> int:
    if not partner.programme_services.isdisjoint(need.service_and_parents):
        return 2
    return int(not partner.services.isdisjoint(need.service_and_parents))


def _nearness(partner: Partner, need: Need) -> int:
    for points, area in ((3, need.area), (2, need.parent), (1, need.country)):
        if touches(partner.works_in, area):
            return points
    return 0


def _access(partner: Partner, need: Need) -> int:
    if partner.access_checked and need.access <= partner.access_checked:
        return 2
    stated = partner.access | partner.access_checked
    return int(bool(stated) and need.access <= stated)


def _days_until_free(partner: Partner, need: Need, today: date) -> int:
    """Days until the first one that suits both sides; past every limit where there is none."""
    coming = (
        (max(first, today), last) for first, last in (partner.days & need.days).stretches if last >= today
    )
    return next(((first - today).days for first, _ in coming), LATER + 1)


def _part_sql(points: int, some: str, of: str) -> str:
    return f"({2 * points} * {some} + {of}) / (2 * {of})"


def _steps_sql(column: str, points: tuple[int, ...]) -> str:
    cases = " ".join(f"WHEN {step} THEN {worth}" for step, worth in enumerate(points, 1))
    return f"CASE {column} {cases} ELSE 0 END"
