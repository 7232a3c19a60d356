"""Presences: where organisations are said to be. They name no number of people, and nothing here adds one up."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel.i18n import spoken
from app.kernel.pagination import Page, cut, decode
from app.organisations.models import Organisation
from app.places.models import Area
from app.places.queries import said_name
from app.programmes.models import Presence
from app.vocabulary.models import Term
from app.vocabulary.queries.entries import name_of

MOST_AREAS = 200
"""Areas with which a programme can begin."""


@dataclass(frozen=True, slots=True)
class PresenceFilter:
    """What somebody looks for; `within`: the interval of an area's subtree; `ended`: also what is no longer stated."""

    organisation_id: UUID | None = None
    services: Collection[UUID] | None = None
    within: tuple[int, int] | None = None
    source_id: UUID | None = None
    import_id: UUID | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class PresenceSeen:
    """One presence with where it comes from: `source`, and in it `sheet` and `rows`."""

    id: UUID
    organisation_id: UUID
    organisation: str
    slug: str
    partner: str | None
    role: str
    service_code: str | None
    service: str | None
    activity: str
    area_code: str
    area: str
    period_from: date
    period_to: date
    status: str
    source: str
    source_id: UUID
    import_id: UUID | None
    sheet: str
    rows: Sequence[int]
    ended: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """Where sources say that an organisation gives one service: `areas` names the first few of `area_count`, of which
    for `without` it hasn't said itself how many people it can serve there.
    """

    service_id: UUID | None
    service: str | None
    area_count: int
    areas: Sequence[str]
    without: int
    latest: date
    sources: Sequence[str]


async def presences(
    db: AsyncSession, looked_for: PresenceFilter, *, after: str | None, size: int
) -> Page[PresenceSeen]:
    """Presences in the order in which they were taken in, `size` at a time. One statement."""
    partner = aliased(Organisation)
    wanted = (
        select(
            Presence.id,
            Presence.organisation_id,
            Organisation.name,
            Organisation.slug,
            partner.name,
            Presence.role,
            Term.code,
            name_of(),
            Presence.activity,
            Area.code,
            said_name(),
            Presence.period_from,
            Presence.period_to,
            Presence.status,
            Presence.source,
            Presence.source_id,
            Presence.import_id,
            Presence.sheet,
            Presence.rows,
            Presence.ended_at.is_not(None),
        )
        .join(Organisation, Organisation.id == Presence.organisation_id)
        .outerjoin(partner, partner.id == Presence.partner_id)
        .outerjoin(Term, Term.id == Presence.service_id)
        .join(Area, Area.id == Presence.area_id)
        .order_by(Presence.id)
        .limit(size + 1)
    )
    if not looked_for.ended:
        wanted = wanted.where(Presence.ended_at.is_(None))
    if looked_for.organisation_id:
        wanted = wanted.where(
            or_(
                Presence.organisation_id == looked_for.organisation_id,
                Presence.partner_id == looked_for.organisation_id,
            )
        )
    if looked_for.services is not None:
        wanted = wanted.where(Presence.service_id.in_(looked_for.services))
    if looked_for.within:
        wanted = wanted.where(Area.lo.between(*looked_for.within))
    for column, value in (
        (Presence.source_id, looked_for.source_id),
        (Presence.import_id, looked_for.import_id),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    if key := decode(after, UUID):
        wanted = wanted.where(Presence.id > key[0])
    return cut([PresenceSeen(*row) for row in await db.execute(wanted)], size, key=lambda row: (row.id,))


async def reported(db: AsyncSession, organisation_id: UUID) -> list[Reported]:
    """What sources say about an organisation, service by service. One statement."""
    rows = await db.execute(_REPORTED, {"organisation_id": organisation_id, "language": spoken().code})
    return [Reported(*row) for row in rows]


async def areas_without(db: AsyncSession, organisation_id: UUID, service_id: UUID) -> list[UUID]:
    """Areas in which the organisation is said to give a service and hasn't said how many people it can serve; the
    larger ones first, at most MOST_AREAS.
    """
    asked = {
        "organisation_id": organisation_id,
        "language": spoken().code,
        "service_id": service_id,
        "most": MOST_AREAS,
    }
    return list(await db.scalars(_WITHOUT, asked))


async def named_without_programme(db: AsyncSession, organisation_ids: Collection[UUID]) -> list[UUID]:
    """Those of the organisations that sources name somewhere, and that have not begun any programme here."""
    if not organisation_ids:
        return []
    return list(await db.scalars(_NAMED_ONLY, {"ids": list(organisation_ids)}))


async def stated_before(
    db: AsyncSession, source_id: UUID, periods: Collection[tuple[date, date]], within: tuple[int, int]
) -> AsyncIterator[tuple[UUID, bytes, bytes]]:
    """(id, key, hash) of what a source states for these periods in an area's subtree: what a new file is held against."""
    wanted = (
        select(Presence.id, Presence.key, Presence.hash)
        .join(Area, Area.id == Presence.area_id)
        .where(
            Presence.source_id == source_id,
            Presence.ended_at.is_(None),
            Area.lo.between(*within),
            or_(*((Presence.period_from == first) & (Presence.period_to == last) for first, last in periods)),
        )
    )
    async for presence_id, key, digest in await db.stream(wanted):
        yield presence_id, key, digest


_PLACES_NAMED = """
    WITH named AS (
        SELECT service_id, area_id, max(period_to) AS latest, array_agg(DISTINCT source) AS sources
        FROM presence
        WHERE (organisation_id = :organisation_id OR partner_id = :organisation_id) AND ended_at IS NULL
        GROUP BY service_id, area_id
    ), told AS (
        SELECT l.service_id, a.lo, a.hi
        FROM programme g
        JOIN capacity_line l ON l.programme_id = g.id AND l.withdrawn_at IS NULL
        JOIN programme_area w ON w.programme_id = g.id
        JOIN area a ON a.id = w.area_id
        WHERE g.organisation_id = :organisation_id AND g.state IN ('draft', 'planned', 'running', 'suspended')
            AND (l.people IS NOT NULL OR g.people_together IS NOT NULL)
    ), place AS (
        SELECT named.*, coalesce(a.names ->> :language, a.name) AS name, a.lo, a.hi, EXISTS (
            SELECT FROM told WHERE told.service_id = named.service_id AND a.lo BETWEEN told.lo AND told.hi
        ) AS told
        FROM named JOIN area a ON a.id = named.area_id
    )
"""
_REPORTED = text(
    _PLACES_NAMED  # noqa: S608 - all of it is written here
    + """
    SELECT p.service_id, coalesce(t.names ->> :language, t.names ->> 'en') AS service, count(*),
        (array_agg(p.name ORDER BY p.lo))[1:12], count(*) FILTER (WHERE NOT p.told), max(p.latest),
        (SELECT array_agg(DISTINCT source) FROM place o CROSS JOIN unnest(o.sources) AS source
            WHERE o.service_id IS NOT DISTINCT FROM p.service_id)
    FROM place p LEFT JOIN term t ON t.id = p.service_id
    GROUP BY p.service_id, t.id
    ORDER BY t.position, p.service_id
    """
)
_WITHOUT = text(
    _PLACES_NAMED  # noqa: S608 - all of it is written here
    + "SELECT area_id FROM place WHERE service_id = :service_id AND NOT told ORDER BY lo - hi, lo LIMIT :most"
)
_NAMED_ONLY = text(
    """
    SELECT o.id FROM organisation o
    WHERE o.id = ANY(:ids)
        AND EXISTS (SELECT FROM presence p WHERE p.organisation_id = o.id AND p.ended_at IS NULL)
        AND NOT EXISTS (SELECT FROM programme g WHERE g.organisation_id = o.id)
    """
)
