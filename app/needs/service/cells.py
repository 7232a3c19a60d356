"""Cells as they are stored: brought to what settling came to, touching only those that differ."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import changes
from app.kernel.changes import Kind, Noted
from app.kernel.ids import new_id
from app.kernel.loading import copy_lines
from app.needs.rules.ties import tie
from app.needs.service.statements import MANY


@dataclass(frozen=True, slots=True)
class Settlement:
    """What settling changed in the cells, and how many notes there are to the figures now."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    notes: int = 0


class Row(NamedTuple):
    """A cell as it is stored; the fields are the columns of NeedCell but id and tie. Ids are text."""

    area_id: str
    service_id: str | None
    group_id: str
    origin: str
    position: int
    reference_from: date
    reference_to: date
    people: int
    role: str
    counted: bool
    summed: bool
    local: bool
    listed: bool
    withheld: bool
    parts_differ: bool
    severity: int | None
    severity_effective: int
    severity_from: str
    contested: bool
    statement_id: str | None


_CHANGING = [name for name in Row._fields if name not in {"area_id", "service_id", "group_id", "origin"}]


async def bring_cells_to(
    db: AsyncSession, within: tuple[int, int], services: Collection[UUID | None] | None, rows: Iterable[Row]
) -> Settlement:
    """Bring the cells at the positions `within` to `rows`, touching only those that differ, and note their places.

    Compared in the database: a country has tens of thousands, and most of them come out as they are.
    """
    await db.execute(text("CREATE TEMPORARY TABLE incoming_cell (LIKE need_cell) ON COMMIT DROP"))
    await copy_lines(db, "incoming_cell", ("id", "tie", *Row._fields), map(_line, rows))
    named = None if services is None else [str(service) for service in services if service]
    removed = await _written(
        db, _REMOVE, lo=within[0], hi=within[1], everything=named is None, services=named or []
    )
    changed = await _written(db, _CHANGE)
    created = await _written(db, _CREATE)
    await db.execute(text("DROP TABLE incoming_cell"))
    if created.total() + changed.total() > MANY:
        await db.execute(text("ANALYZE need_cell"))
    places = sorted((area, service) for area, service in (removed + changed + created) if service is not None)
    await changes.note(db, [Noted(Kind.PLACE, area, service) for area, service in places])
    return Settlement(created.total(), changed.total(), removed.total())


def _line(row: Row) -> str:
    i = new_id()
    # Ids, numbers and words of ours: nothing in them has to be written otherwise for COPY.
    return "\t".join([r"\N" if cell is None else str(cell) for cell in (i, tie(i), *row)]) + "\n"


_SAME = (
    "i.area_id = c.area_id AND i.service_id IS NOT DISTINCT FROM c.service_id "
    "AND i.group_id = c.group_id AND i.origin = c.origin"
)
_REMOVE = f"""
    DELETE FROM need_cell AS c
    WHERE c.position BETWEEN :lo AND :hi
        AND (:everything OR c.service_id IS NULL OR c.service_id = ANY(CAST(:services AS uuid[])))
        AND NOT EXISTS (SELECT FROM incoming_cell AS i WHERE {_SAME})
    RETURNING c.area_id, c.service_id
"""  # noqa: S608 - constants
_OURS, _THEIRS = (", ".join(f"{table}{name}" for name in _CHANGING) for table in ("c.", "i."))
_CHANGE = f"""
    UPDATE need_cell AS c SET ({", ".join(_CHANGING)}) = ROW({_THEIRS})
    FROM incoming_cell AS i WHERE {_SAME} AND ({_OURS}) IS DISTINCT FROM ({_THEIRS})
    RETURNING c.area_id, c.service_id
"""  # noqa: S608
_ALL = ", ".join(("id", "tie", *Row._fields))
_CREATE = f"""
    INSERT INTO need_cell ({_ALL})
    SELECT {_ALL} FROM incoming_cell AS i WHERE NOT EXISTS (SELECT FROM need_cell AS c WHERE {_SAME})
    RETURNING area_id, service_id
"""  # noqa: S608

_COUNTED = (
    "WITH written AS (%s) SELECT area_id, service_id, count(*) FROM written GROUP BY area_id, service_id"
)


async def _written(db: AsyncSession, statement: str, **named: object) -> Counter[tuple[UUID, UUID | None]]:
    """How many cells of each place and service a statement wrote."""
    counted = text(_COUNTED % statement)
    return Counter({(area, service): number for area, service, number in await db.execute(counted, named)})
