"""What a programme finds where it works: how many people nobody serves yet, and who else is there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.rules.capacity import Counts
from app.coverage.rules.presence import NOT_THERE_YET, Known
from app.kernel.i18n import spoken

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Beside:
    """One service and group over the programme's areas. `people` = `covered` + `left` + `unknown`, as in
    left_out.Part; cells whose number isn't printed are in none of them."""

    service_id: UUID
    service: str
    group_id: UUID
    group: str
    people: int
    covered: int
    left: int
    places: int
    places_nobody: int

    @property
    def unknown(self) -> int:
        return self.people - self.covered - self.left


@dataclass(frozen=True, slots=True)
class Other:
    """Another programme that serves people there: how many of them, by what coverage counts."""

    programme_id: UUID
    title: str
    organisation: str
    slug: str
    demonstration: bool
    service: str
    serves: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Around:
    """Everything that a form shows beside what is typed."""

    needs: Sequence[Beside]
    others: Sequence[Other]
    named: Sequence[tuple[str, int]]
    """Service, and how many organisations are named for it there, without a number of people."""


# People of cells that are withheld are left out: an area more or less would give them away.
_NEEDS = text(
    """
    SELECT c.service_id, coalesce(s.names ->> :language, s.names ->> 'en'), c.group_id,
        coalesce(g.names ->> :language, g.names ->> 'en'), sum(c.people)::bigint, sum(c.covered)::bigint,
        coalesce(sum(c.uncovered) FILTER (WHERE c.state = ANY(:sure)), 0)::bigint, count(*),
        count(*) FILTER (WHERE c.state = :nobody)
    FROM cell_coverage AS c
    JOIN term AS s ON s.id = c.service_id JOIN term AS g ON g.id = c.group_id
    WHERE c.service_id = ANY(CAST(:services AS uuid[])) AND c.group_id = ANY(CAST(:groups AS uuid[]))
      AND c.listed AND NOT c.withheld
      AND EXISTS (SELECT FROM area AS a WHERE a.id = ANY(CAST(:areas AS uuid[])) AND c.position BETWEEN a.lo AND a.hi)
    GROUP BY c.service_id, s.id, c.group_id, g.id
    ORDER BY s.position, g.position, g.code
    """
)
_OTHERS = text(
    """
    SELECT p.id, p.title, o.name, o.slug, o.demonstration, coalesce(s.names ->> :language, s.names ->> 'en'),
        floor(sum(part.rate * part.share * n.people) + 1e-9)::bigint AS serves, part.counts
    FROM line_part AS part
    JOIN need_cell AS n ON n.id = part.cell_id AND n.counted
    JOIN capacity_line AS l ON l.id = part.line_id JOIN programme AS p ON p.id = l.programme_id
    JOIN organisation AS o ON o.id = p.organisation_id JOIN term AS s ON s.id = n.service_id
    WHERE n.service_id = ANY(CAST(:services AS uuid[])) AND p.id IS DISTINCT FROM CAST(:besides AS uuid)
      AND EXISTS (SELECT FROM area AS a WHERE a.id = ANY(CAST(:areas AS uuid[])) AND n.position BETWEEN a.lo AND a.hi)
    GROUP BY p.id, o.id, s.id, part.counts
    ORDER BY serves DESC, p.title_folded, p.id
    LIMIT :shown
    """
)
_NAMED = text(
    """
    SELECT coalesce(s.names ->> :language, s.names ->> 'en'), count(DISTINCT who.id)
    FROM presence AS p
    JOIN area AS at ON at.id = p.area_id
    JOIN reported AS r ON r.service_id = p.service_id AND r.country = at.country AND r.source_id = p.source_id
    JOIN term AS s ON s.id = p.service_id
    CROSS JOIN LATERAL (VALUES (p.organisation_id), (p.partner_id)) AS who (id)
    WHERE p.service_id = ANY(CAST(:services AS uuid[])) AND p.ended_at IS NULL AND p.period_to >= r.as_of
      AND p.status <> ALL(:not_there)
      AND EXISTS (SELECT FROM area AS a WHERE a.id = ANY(CAST(:areas AS uuid[])) AND at.lo BETWEEN a.lo AND a.hi)
    GROUP BY s.id
    ORDER BY s.position
    """
)


async def who_else_and_uncovered(
    db: AsyncSession,
    services: Collection[UUID],
    groups: Collection[UUID],
    areas: Collection[UUID],
    *,
    besides: UUID | None = None,
) -> Around:
    """For a programme that does `services` for `groups` in `areas` (each with everything in it): the need there,
    the other programmes (all but `besides`) and the organisations that are named. Three statements.
    """
    values: dict[str, Any] = {
        "language": spoken().code, "services": [str(i) for i in services], "groups": [str(i) for i in groups],
        "areas": [str(i) for i in areas], "besides": str(besides) if besides else None, "shown": SHOWN,
        "sure": [str(Known.CAPACITY_KNOWN), str(Known.NOBODY_REPORTED)], "nobody": str(Known.NOBODY_REPORTED),
        "not_there": sorted(NOT_THERE_YET),
    }  # fmt: skip
    needs: Any = await db.execute(_NEEDS, values)
    others: Any = await db.execute(_OTHERS, values)
    read: list[list[Any]] = [[*row[:-1], Counts(row[-1])] for row in others]
    named: Any = await db.execute(_NAMED, values)
    return Around(
        [Beside(*row) for row in needs],
        [Other(*row) for row in read],
        [(service, count) for service, count in named],
    )
