"""Cells as they are stored: brought to what settling came to, touching only those that differ."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import changes
from app.kernel.changes import Kind, Noted
from app.kernel.ids import new_id
from app.kernel.loading import copy_rows
from app.needs.models import NeedCell
from app.needs.rules.ties import tie
from app.needs.service.statements import MANY


@dataclass(frozen=True, slots=True)
class Settlement:
    """What settling changed in the cells, and how many notes there are to the figures now."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    notes: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A cell as it is stored; the fields are the columns of NeedCell but id and tie."""

    area_id: UUID
    service_id: UUID | None
    group_id: UUID
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
    statement_id: UUID | None

    @property
    def key(self) -> tuple[UUID, UUID | None, UUID, str]:
        return self.area_id, self.service_id, self.group_id, self.origin


_FIELDS = tuple(field.name for field in fields(Row))
_CHANGING = tuple(name for name in _FIELDS if name not in {"area_id", "service_id", "group_id", "origin"})


async def bring_cells_to(
    db: AsyncSession, within: tuple[int, int], services: Collection[UUID | None] | None, rows: Sequence[Row]
) -> Settlement:
    """Bring the cells at the positions `within` to `rows`, touching only those that differ, and note their places."""
    wanted = {row.key: row for row in rows}
    there = await _cells(db, within, services)
    new = [row for key, row in wanted.items() if key not in there]
    gone = [i for key, (i, _) in there.items() if key not in wanted]
    other = [(there[key][0], row) for key, row in wanted.items() if key in there and there[key][1] != row]
    if gone:
        await db.execute(
            text("DELETE FROM need_cell WHERE id = ANY(CAST(:ids AS uuid[]))"),
            {"ids": [str(i) for i in gone]},
        )
    await copy_rows(db, "need_cell", ("id", *_FIELDS, "tie"), (_new(row) for row in new))
    await _change(db, other)
    if len(new) + len(other) > MANY:
        await db.execute(text("ANALYZE need_cell"))
    touched = [row for _, row in other] + new + [row for key, (_, row) in there.items() if key not in wanted]
    places = sorted({(row.area_id, row.service_id) for row in touched if row.service_id}, key=str)
    await changes.note(db, [Noted(Kind.PLACE, area, service) for area, service in places])
    return Settlement(len(new), len(other), len(gone))


async def _cells(
    db: AsyncSession, within: tuple[int, int], services: Collection[UUID | None] | None
) -> dict[tuple[UUID, UUID | None, UUID, str], tuple[UUID, Row]]:
    columns = [getattr(NeedCell, name) for name in _FIELDS]
    query = select(NeedCell.id, *columns).where(NeedCell.position.between(*within))
    if services is not None:
        named = [service for service in services if service]
        query = query.where(NeedCell.service_id.in_(named) | NeedCell.service_id.is_(None))
    found = [(i, Row(*values)) for i, *values in await db.execute(query)]
    return {row.key: (i, row) for i, row in found}


def _new(row: Row) -> tuple[Any, ...]:
    i = new_id()
    return (i, *(getattr(row, name) for name in _FIELDS), tie(i))


async def _change(db: AsyncSession, other: Sequence[tuple[UUID, Row]]) -> None:
    if not other:
        return
    await db.execute(text("CREATE TEMPORARY TABLE incoming_cell (LIKE need_cell) ON COMMIT DROP"))
    await db.execute(text("ALTER TABLE incoming_cell ALTER tie DROP NOT NULL"))
    rows = ((i, *(getattr(row, name) for name in _FIELDS)) for i, row in other)
    await copy_rows(db, "incoming_cell", ("id", *_FIELDS), rows)
    ours, theirs = (", ".join(f"{table}{name}" for name in _CHANGING) for table in ("", "i."))
    await db.execute(
        text(f"UPDATE need_cell AS c SET ({ours}) = ROW({theirs}) FROM incoming_cell AS i WHERE c.id = i.id")  # noqa: S608
    )
    await db.execute(text("DROP TABLE incoming_cell"))
