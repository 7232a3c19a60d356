"""Coverage: how much of each need cell is covered, by whom, and how that changed."""

from datetime import date
from typing import Annotated
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, Moment

People = Annotated[int, mapped_column(BigInteger)]


class CellCoverage(Base):
    """Coverage of one cell by capacity lines (rules/cover.py), with what presences say (rules/presence.py).

    `planned` is what would be covered if plans hold; `lines` how many programmes take part; `named` how many
    organisations are named there by presences without capacity.
    """

    __tablename__ = "cell_coverage"
    __table_args__ = (
        CheckConstraint("covered >= 0 AND uncovered >= 0 AND overlap >= 0 AND low <= high", name="people"),
        CheckConstraint("tier BETWEEN 1 AND 4", name="tier"),
        CheckConstraint("confidence IN ('A', 'B', 'C', 'D')", name="confidence"),
        Index("ix_cell_coverage_match", "service_id", "group_id", "tier", "position", postgresql_include=["uncovered", "cell_id"]),
        Index("ix_cell_coverage_worst", "tier", text("uncovered DESC"), "cell_id"),
        Index("ix_cell_coverage_position", "position"),
        {"info": {"placement": "shared"}},
    )
    cell_id: Mapped[UUID] = mapped_column(ForeignKey("need_cell.id", ondelete="CASCADE"), primary_key=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("term.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"))
    position: Mapped[int]
    people: Mapped[People]
    covered: Mapped[People]
    uncovered: Mapped[People]
    overlap: Mapped[People]
    low: Mapped[People]
    high: Mapped[People]
    planned: Mapped[People]
    supply: Mapped[float] = mapped_column(Double)
    estimated: Mapped[float] = mapped_column(Double)
    unsure: Mapped[float] = mapped_column(Double)
    severity_effective: Mapped[int] = mapped_column(SmallInteger)
    tier: Mapped[int] = mapped_column(SmallInteger)
    confidence: Mapped[str]
    lines: Mapped[int]
    named: Mapped[int]
    state: Mapped[str]
    tie: Mapped[int]
    worked_out_at: Mapped[Moment]


class LinePart(Base):
    """One capacity line's part in one cell: what a figure opens down to."""

    __tablename__ = "line_part"
    __table_args__ = (Index("ix_line_part_cell_id", "cell_id"), {"info": {"placement": "shared"}})
    line_id: Mapped[UUID] = mapped_column(ForeignKey("capacity_line.id", ondelete="CASCADE"), primary_key=True)
    cell_id: Mapped[UUID] = mapped_column(ForeignKey("need_cell.id", ondelete="CASCADE"), primary_key=True)
    rate: Mapped[float] = mapped_column(Double)
    share: Mapped[float] = mapped_column(Double)
    estimated: Mapped[bool]
    split: Mapped[bool]


class Trend(Base):
    """Need and coverage of an area x service x group as they stood on a day, so that change can be shown."""

    __tablename__ = "trend"
    __table_args__ = ({"info": {"placement": "shared"}},)
    on: Mapped[date] = mapped_column(primary_key=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True)
    reference_to: Mapped[date]
    people: Mapped[People]
    covered: Mapped[People]
    named: Mapped[int]
