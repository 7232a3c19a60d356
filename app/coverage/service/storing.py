"""Coverage as it is stored: only cells that came out otherwise are written."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.rules.standing import Standing
from app.coverage.service.places import WorkingCell
from app.kernel.loading import copy_rows

_COLUMNS = (
    "cell_id", "service_id", "group_id", "position", "counted", "local", "listed", "withheld", "people", "covered",
    "uncovered", "overlap", "low", "high", "planned", "supply", "estimated", "unsure", "ratio", "severity_effective",
    "tier", "confidence", "lines", "named", "unmeasured", "state", "standing", "tie",
)  # fmt: skip
_NAMES = ", ".join(_COLUMNS)
_CHANGING = ", ".join(_COLUMNS[1:])
_MERGE = text(
    f"""
    INSERT INTO cell_coverage AS c ({_NAMES}) SELECT {_NAMES} FROM incoming_coverage
    ON CONFLICT (cell_id) DO UPDATE SET ({_CHANGING}, worked_out_at) = ROW(
        {", ".join(f"excluded.{name}" for name in _COLUMNS[1:])}, now()
    )
    WHERE ({", ".join(f"c.{name}" for name in _COLUMNS[1:])})
        IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _COLUMNS[1:])})
    """  # noqa: S608 - names of this file
)


async def store_cells(db: AsyncSession, rows: Sequence[tuple[WorkingCell, Standing]]) -> None:
    """Write these cells' coverage where it differs from what is stored."""
    if not rows:
        return
    await db.execute(text("CREATE TEMPORARY TABLE incoming_coverage (LIKE cell_coverage) ON COMMIT DROP"))
    await db.execute(text("ALTER TABLE incoming_coverage ALTER worked_out_at DROP NOT NULL"))
    await copy_rows(db, "incoming_coverage", _COLUMNS, (_row(cell, its) for cell, its in rows))
    await db.execute(_MERGE)
    await db.execute(text("DROP TABLE incoming_coverage"))


def _row(cell: WorkingCell, its: Standing) -> tuple[Any, ...]:
    return (
        cell.id, cell.service, cell.group, cell.position, cell.counted, cell.local, cell.listed, cell.withheld, its.people,
        its.covered, its.uncovered, its.overlap, its.low, its.high, its.planned, its.supply, its.estimated, its.unsure,
        its.ratio, cell.severity, its.tier, str(its.confidence), its.lines, its.named, its.unmeasured, str(its.state),
        its.state.order, cell.tie,
    )  # fmt: skip
