"""The other side of a need: who is asked when a partner wants to help, and who may see which partners could.

In this order: the organisation that stated the figure; else the local government of the area, or of the nearest
area above it that has one; else an organisation run by the group itself that works there. Only verified ones.
"""

from uuid import UUID

from sqlalchemy import Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.matching.queries.cells import Cell
from app.matching.queries.setting import Setting

_OTHER_SIDE = text("""
SELECT id FROM (
    SELECT o.id, 1 AS place, 0 AS above, '' AS tie
    FROM organisation o WHERE o.id = :stated_by AND o.state = 'verified'
    UNION ALL
    SELECT o.id, 2, home.hi - home.lo, md5(o.id::text)
    FROM organisation o JOIN area home ON home.id = o.home_area_id
    WHERE o.kind = 'local_government' AND o.state = 'verified' AND home.id = ANY(:around)
    UNION ALL
    SELECT o.id, 3, home.hi - home.lo, md5(o.id::text)
    FROM organisation_area oa JOIN area home ON home.id = oa.area_id JOIN organisation o ON o.id = oa.organisation_id
    WHERE oa.area_id = ANY(:around) AND NOT oa.wished AND o.state = 'verified'
      AND EXISTS (
          SELECT FROM organisation_term t
          WHERE t.organisation_id = o.id AND t.relation = 'led_by' AND t.term_id = ANY(:groups)
      )
) AS candidates
WHERE id IS DISTINCT FROM :besides
ORDER BY place, above, tie
LIMIT 1
""").bindparams(
    bindparam("stated_by", type_=Uuid()),
    bindparam("besides", type_=Uuid()),
    bindparam("around", type_=ARRAY(Uuid())),
    bindparam("groups", type_=ARRAY(Uuid())),
)
_AROUND = text("""
WITH RECURSIVE up AS (
    SELECT id, parent_id FROM area WHERE id = :area
    UNION ALL
    SELECT area.id, area.parent_id FROM up JOIN area ON area.id = up.parent_id
)
SELECT id FROM up
""")


async def other_side(
    db: AsyncSession, cell: Cell, known: Setting, *, besides: UUID | None = None
) -> UUID | None:
    """The organisation that answers for a need to somebody else (`besides`: the partner itself); None where there
    is none. Two statements.
    """
    around = list(await db.scalars(_AROUND, {"area": cell.area_id}))
    facets = known.words.groups[cell.group_id]
    named = [group for group, its in known.words.groups.items() if its.named and its.contains(facets)]
    return await db.scalar(
        _OTHER_SIDE, {"stated_by": cell.stated_by, "besides": besides, "around": around, "groups": named}
    )
