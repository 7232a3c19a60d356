"""What changed since the last period, and what is known of a place only from figures above it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.i18n import spoken

EARLIER = 28
"""Days after which how things stood counts as earlier, where the figures are of the same period still."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A service as it stands in an area, and as it stood on `before_on`, with figures about `before_to`."""

    service_id: UUID
    service: str
    on: date
    before_on: date
    to: date
    before_to: date
    people: int
    before_people: int
    covered: int
    before_covered: int
    nobody: int
    before_nobody: int
    places_nobody: int
    before_places_nobody: int


# The newest row that is of an earlier period; else the newest that is some weeks older.
_CHANGED = text(
    """
    SELECT t.id, coalesce(t.names ->> :language, t.names ->> 'en'), now."on", b."on", now.reference_to, b.reference_to,
        now.people, b.people, now.covered, b.covered, now.nobody, b.nobody, now.places_nobody, b.places_nobody
    FROM unnest(CAST(:services AS uuid[])) AS s (id)
    JOIN term AS t ON t.id = s.id
    CROSS JOIN LATERAL (
        SELECT * FROM trend WHERE area_id = :area AND service_id = s.id ORDER BY "on" DESC LIMIT 1
    ) AS now
    CROSS JOIN LATERAL (
        SELECT * FROM trend AS older
        WHERE older.area_id = :area AND older.service_id = s.id AND older.group_id = now.group_id
          AND (older.reference_to < now.reference_to OR older."on" <= now."on" - CAST(:earlier AS integer))
        ORDER BY older.reference_to < now.reference_to DESC, older."on" DESC LIMIT 1
    ) AS b
    ORDER BY t.position, t.code
    """
)
_ABOVE = text(
    """
    SELECT DISTINCT coalesce(t.names ->> :language, t.names ->> 'en') AS service,
        coalesce(a.names ->> :language, a.name) AS area, a.code, t.position
    FROM area AS here JOIN area AS a ON a.lo < here.lo AND here.hi <= a.hi AND a.country = here.country
    JOIN need_cell AS c ON c.area_id = a.id AND c.counted
    JOIN term AS t ON t.id = c.service_id
    WHERE here.id = :area AND NOT EXISTS (
        SELECT FROM need_cell AS own WHERE own.service_id = c.service_id AND own.position BETWEEN here.lo AND here.hi)
    ORDER BY t.position
    """
)


async def changed(db: AsyncSession, area_id: UUID, services: Collection[UUID]) -> list[Changed]:
    """How services in an area stand beside how they stood before. One statement."""
    values = {
        "language": spoken().code, "services": [str(i) for i in services], "area": area_id, "earlier": EARLIER
    }  # fmt: skip
    rows: Any = await db.execute(_CHANGED, values)
    return [Changed(*row) for row in rows]


async def only_above(db: AsyncSession, area_id: UUID) -> list[tuple[str, str, str]]:
    """Services of which there is a figure for an area above only, not broken down: service, area and its code."""
    rows: Any = await db.execute(_ABOVE, {"language": spoken().code, "area": area_id})
    return [(service, area, code) for service, area, code, _position in rows]
