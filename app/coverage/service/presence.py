"""Who is said to be where: presences that still hold, by service and position."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.rules.presence import NOT_THERE_YET
from app.vocabulary.queries import entries as vocabulary

# The newest report of each source about a service in a country: what another source says later stands beside it and
# doesn't take its place, since a list of a few activities would make all others vanish. One that is more than a year
# older than the newest counts no longer. The same quarter may be told month by month, and a list may give every activity
# its own dates: so what counts is what reaches into the three months that end with the period that begins last (or with
# its first three months, where it is longer).
_REPORTED = text(
    """
    WITH live AS (
        SELECT a.country, p.service_id, p.source_id, p.source, p.period_from, p.period_to
        FROM presence AS p JOIN area AS a ON a.id = p.area_id
        WHERE p.ended_at IS NULL AND p.period_from <= :today AND p.service_id = ANY(CAST(:services AS uuid[]))
    ), newest AS (
        SELECT country, service_id, source_id, max(source) AS source, max(period_from) AS begins
        FROM live GROUP BY country, service_id, source_id
    ), ends AS (
        SELECT n.country, n.service_id, n.source_id, n.source, n.begins, min(l.period_to) AS through
        FROM newest AS n JOIN live AS l USING (country, service_id, source_id)
        WHERE l.period_from = n.begins GROUP BY n.country, n.service_id, n.source_id, n.source, n.begins
    ), since AS (
        SELECT *, CAST(LEAST(through + 1, CAST(begins + interval '3 months' AS date)) - interval '3 months' AS date) AS as_of,
            max(through) OVER (PARTITION BY country, service_id) AS latest
        FROM ends
    )
    INSERT INTO reported AS r (country, service_id, source_id, source, as_of, through)
    SELECT country, service_id, source_id, source, as_of, through
    FROM since WHERE through >= latest - interval '1 year'
    ON CONFLICT (country, service_id, source_id) DO UPDATE
    SET source = excluded.source, as_of = excluded.as_of, through = excluded.through
    WHERE (r.source, r.as_of, r.through) IS DISTINCT FROM (excluded.source, excluded.as_of, excluded.through)
    RETURNING r.service_id::text
    """
)
_NO_LONGER = text(
    """
    DELETE FROM reported AS r
    WHERE r.service_id = ANY(CAST(:services AS uuid[])) AND (
        NOT EXISTS (
            SELECT FROM presence AS p JOIN area AS a ON a.id = p.area_id
            WHERE p.service_id = r.service_id AND a.country = r.country AND p.source_id = r.source_id
              AND p.ended_at IS NULL AND p.period_from <= :today
        ) OR EXISTS (
            SELECT FROM reported AS later
            WHERE later.service_id = r.service_id AND later.country = r.country
              AND later.through > r.through + interval '1 year'
        )
    )
    RETURNING r.service_id::text
    """
)
_NAMED = text(
    """
    SELECT p.service_id::text, a.lo, array_agg(DISTINCT named.organisation_id::text)
    FROM presence AS p
    JOIN area AS a ON a.id = p.area_id
    JOIN reported AS r ON r.service_id = p.service_id AND r.country = a.country AND r.source_id = p.source_id
    CROSS JOIN LATERAL (VALUES (p.organisation_id), (p.partner_id)) AS named (organisation_id)
    WHERE p.ended_at IS NULL AND p.period_to >= r.as_of AND p.period_from <= :today
      AND p.service_id = ANY(CAST(:services AS uuid[])) AND p.status <> ALL(CAST(:not_there AS text[]))
      AND named.organisation_id IS NOT NULL
    GROUP BY p.service_id, a.lo
    """
)


@dataclass(frozen=True)
class Named:
    """Organisations that presences name, of some services."""

    of: Mapping[str, Mapping[int, frozenset[str]]] = field(
        default_factory=dict[str, Mapping[int, frozenset[str]]]
    )
    """Service -> position -> organisations, those of the services under it among them."""
    reported: Mapping[str, Collection[tuple[int, int]]] = field(
        default_factory=dict[str, Collection[tuple[int, int]]]
    )
    """Service -> positions of the countries in which somebody reported on it."""

    def within(self, service: str, lo: int, hi: int) -> frozenset[str]:
        """The distinct organisations named in an area and everything below it."""
        here = self.of.get(service)
        if not here:
            return frozenset()
        if lo == hi:
            return here.get(lo, frozenset())
        positions = sorted(here)
        some = positions[bisect_left(positions, lo) : bisect_right(positions, hi)]
        return frozenset(organisation for position in some for organisation in here[position])

    def was_reported(self, service: str, position: int) -> bool:
        """Whether anybody reported on this service in the country of this position."""
        return any(lo <= position <= hi for lo, hi in self.reported.get(service, ()))


async def note_reports(db: AsyncSession, services: Collection[str], today: date) -> set[str]:
    """Write down what the newest report of each source on each service is now. Returns the services for which that changed, so
    that all their places have to be worked out anew, not only those that were reported."""
    values = {"services": list(services), "today": today}
    changed = set(await db.scalars(_REPORTED, values))
    return changed | set(await db.scalars(_NO_LONGER, values))


async def named(db: AsyncSession, services: Collection[str], today: date) -> Named:
    """Who is named for these services. Somebody named for a service under one of them is named for it too."""
    tree = await vocabulary.tree(db, "service")
    under = {str(i): {str(each) for each in tree.within(i)} for i in tree.parents}
    family = {service: under.get(service, {service}) for service in services}
    values = {
        "services": sorted(set[str]().union(*family.values())), "today": today, "not_there": sorted(NOT_THERE_YET),
    }  # fmt: skip
    exact: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    # The same few organisations are named at many places: each id is held once.
    ids: dict[str, str] = {}
    for service, position, organisations in await db.execute(_NAMED, values):
        exact[service][position] = {ids.setdefault(each, each) for each in organisations}
    reported: dict[str, list[tuple[int, int]]] = defaultdict(list)
    wanted = text(
        "SELECT r.service_id::text, a.lo, a.hi FROM reported AS r JOIN area AS a ON a.country = r.country AND a.level = 0 "
        "WHERE r.service_id = ANY(CAST(:services AS uuid[]))"
    )
    for service, lo, hi in await db.execute(wanted, {"services": list(services)}):
        reported[service].append((lo, hi))
    return Named({service: _together(exact, some) for service, some in family.items()}, reported)


def _together(
    exact: Mapping[str, Mapping[int, set[str]]], services: Iterable[str]
) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for service in services:
        for position, organisations in exact.get(service, {}).items():
            found[position] |= organisations
    return {position: frozenset(organisations) for position, organisations in found.items()}
