"""Trend: need and coverage of countries and what lies right below them, kept from the day on which they changed."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.rules.presence import Known

_NOTE = text(
    """
    WITH now AS (
        SELECT a.id AS area_id, c.service_id, c.group_id, max(n.reference_to) AS reference_to, sum(c.people) AS people,
            sum(c.covered) AS covered,
            coalesce(sum(c.uncovered) FILTER (WHERE c.state = ANY(CAST(:unknown AS text[]))), 0) AS unknown,
            coalesce(sum(c.uncovered) FILTER (WHERE c.state = :nobody), 0) AS nobody,
            count(*) AS places, count(*) FILTER (WHERE c.state = :nobody) AS places_nobody
        FROM cell_coverage AS c
        JOIN need_cell AS n ON n.id = c.cell_id
        JOIN area AS its ON its.id = n.area_id
        JOIN area AS a ON a.country = its.country AND a.level <= 1 AND c.position BETWEEN a.lo AND a.hi
        WHERE c.listed AND c.group_id = (SELECT id FROM term WHERE scheme = 'group' AND code = 'everyone')
        GROUP BY a.id, c.service_id, c.group_id
    )
    INSERT INTO trend AS t (
        "on", area_id, service_id, group_id, reference_to, people, covered, unknown, nobody, places, places_nobody
    )
    SELECT :today, now.* FROM now
    LEFT JOIN LATERAL (
        SELECT * FROM trend AS before
        WHERE (before.area_id, before.service_id, before.group_id) = (now.area_id, now.service_id, now.group_id)
        ORDER BY before."on" DESC LIMIT 1
    ) AS last ON true
    WHERE (last.people, last.covered, last.unknown, last.nobody, last.places, last.places_nobody)
        IS DISTINCT FROM (now.people, now.covered, now.unknown, now.nobody, now.places, now.places_nobody)
    ON CONFLICT (area_id, service_id, group_id, "on") DO UPDATE SET
        reference_to = excluded.reference_to, people = excluded.people, covered = excluded.covered,
        unknown = excluded.unknown, nobody = excluded.nobody, places = excluded.places,
        places_nobody = excluded.places_nobody
    """
)
_UNKNOWN = (Known.PRESENT, Known.KNOWN_IN_PART, Known.NO_REPORT)


async def note_trend(db: AsyncSession, today: date) -> None:
    """Keep how things stand today, where that is not how they stood last."""
    values = {
        "today": today,
        "nobody": str(Known.NOBODY_REPORTED),
        "unknown": [str(state) for state in _UNKNOWN],
    }
    await db.execute(_NOTE, values)
