"""Needs that an organisation answers for: those it stated, and for a local government those of its area."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.i18n import spoken

MOST = 6


@dataclass(frozen=True, slots=True)
class Answered:
    """A need with people uncovered, whose list of partners the organisation may read."""

    cell_id: UUID
    service: str
    group: str
    area: str


_ANSWERED = text("""
SELECT c.cell_id, coalesce(service.names ->> :language, service.names ->> 'en'),
    coalesce(grp.facts #>> ARRAY['people', CAST(:language AS text)], grp.facts #>> '{people,en}', grp.names ->> 'en'),
    coalesce(area.names ->> :language, area.name)
FROM (
    SELECT n.id FROM organisation o
    JOIN need_statement s ON s.source = o.slug AND s.stated_by_id = o.id AND s.ended_at IS NULL
    JOIN need_cell n ON n.statement_id = s.id
    WHERE o.id = :id
    UNION
    SELECT own.cell_id FROM organisation o JOIN area home ON home.id = o.home_area_id
    JOIN cell_coverage own ON own.position BETWEEN home.lo AND home.hi
    JOIN need_cell n ON n.id = own.cell_id
    LEFT JOIN need_statement s ON s.id = n.statement_id
    WHERE o.id = :id AND o.kind = 'local_government' AND own.listed AND own.tier <= 2 AND s.stated_by_id IS NULL
      AND NOT EXISTS (
          SELECT FROM organisation d JOIN area below ON below.id = d.home_area_id
          WHERE d.kind = 'local_government' AND d.state = 'verified' AND below.level > home.level
            AND own.position BETWEEN below.lo AND below.hi
      )
) AS mine
JOIN cell_coverage c ON c.cell_id = mine.id
JOIN need_cell n ON n.id = c.cell_id
JOIN area ON area.id = n.area_id
JOIN term service ON service.id = n.service_id
JOIN term grp ON grp.id = n.group_id
WHERE c.listed AND c.uncovered > 0
ORDER BY c.tier, c.ratio, c.uncovered DESC, c.cell_id
LIMIT :most
""").bindparams(bindparam("id", type_=Uuid()))


async def answered(db: AsyncSession, organisation_id: UUID) -> Sequence[Answered]:
    """The worst-off of them. One statement."""
    given = {"id": organisation_id, "language": spoken().code, "most": MOST}
    return [Answered(*row) for row in await db.execute(_ANSWERED, given)]
