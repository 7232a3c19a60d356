"""Coverage: how much of each need cell is covered, by whom, and how that changed."""

from datetime import date
from typing import Annotated
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, Moment

People = Annotated[int, mapped_column(BigInteger)]
_WORST = ("tier", "ratio", "standing", text("(-uncovered)"), "cell_id")


class CellCoverage(Base):
    """Coverage of one cell by capacity lines (rules/cover.py), with what presences say (rules/presence.py).

    `planned` is what would be covered if plans hold; `lines` how many of them take part; `named` how many
    organisations presences name there, and `unmeasured` how many are said to be there without a number of
    people. `tier` 5: nobody is left uncovered. `ratio` is covered / people, `standing` the order of `state`
    among cells of equal ratio. Whatever lists filter or sort by is repeated from the cell.
    """

    __tablename__ = "cell_coverage"
    __table_args__ = (
        CheckConstraint("covered >= 0 AND uncovered >= 0 AND overlap >= 0 AND low <= high", name="people"),
        CheckConstraint("tier BETWEEN 1 AND 5", name="tier"),
        CheckConstraint("ratio BETWEEN 0 AND 1", name="ratio"),
        CheckConstraint("confidence IN ('A', 'B', 'C', 'D')", name="confidence"),
        # All that orders the needs suggested to a partner, so that the table itself isn't read for it.
        Index(
            "ix_cell_coverage_match",
            "service_id",
            "group_id",
            "tier",
            "position",
            postgresql_include=["uncovered", "cell_id", "tie"],
            postgresql_where=text("listed"),
        ),
        Index("ix_cell_coverage_worst", "group_id", *_WORST, postgresql_where=text("listed")),
        Index(
            "ix_cell_coverage_worst_of_service",
            "group_id",
            "service_id",
            *_WORST,
            postgresql_where=text("listed"),
        ),
        Index("ix_cell_coverage_group_id_position", "group_id", "position", postgresql_where=text("listed")),
        Index("ix_cell_coverage_service_id_position", "service_id", "position"),
        {"info": {"placement": "shared"}},
    )
    cell_id: Mapped[UUID] = mapped_column(ForeignKey("need_cell.id", ondelete="CASCADE"), primary_key=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("term.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"))
    position: Mapped[int]
    counted: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    local: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    listed: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    withheld: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
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
    ratio: Mapped[float] = mapped_column(Double, server_default=text("0"), default=0.0)
    severity_effective: Mapped[int] = mapped_column(SmallInteger)
    tier: Mapped[int] = mapped_column(SmallInteger)
    confidence: Mapped[str]
    lines: Mapped[int]
    named: Mapped[int]
    unmeasured: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    state: Mapped[str]
    standing: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"), default=0)
    tie: Mapped[int]
    worked_out_at: Mapped[Moment]


class LinePart(Base):
    """One capacity line's part in one cell: what a figure opens down to.

    `counts` says how (rules/capacity.py Counts): counted, if plans hold, or there without a number that counts;
    then `rate` is 0. `line_id` has no key: when a line is taken away its parts say where it was, until
    coverage has followed.
    """

    __tablename__ = "line_part"
    __table_args__ = (
        CheckConstraint("rate BETWEEN 0 AND 1 AND share BETWEEN 0 AND 1", name="shares"),
        Index("ix_line_part_cell_id", "cell_id"),
        {"info": {"placement": "shared"}},
    )
    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    cell_id: Mapped[UUID] = mapped_column(ForeignKey("need_cell.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    counts: Mapped[str]
    rate: Mapped[float] = mapped_column(Double)
    share: Mapped[float] = mapped_column(Double)
    low: Mapped[float] = mapped_column(Double)
    high: Mapped[float] = mapped_column(Double)
    estimated: Mapped[bool]
    split: Mapped[bool]
    confirmed_on: Mapped[date]


class Reported(Base):
    """What a source last reported about who does a service in a country (3W): its presences that last until `as_of` or
    longer count, those that ended before are of an earlier report. No row: nobody reported anything.

    `through` is the last day of the newest period; `source` names who reported. `source_id` is an id of exchange's,
    kept without a key since that context lies above.
    """

    __tablename__ = "reported"
    __table_args__ = ({"info": {"placement": "shared"}},)
    country: Mapped[str] = mapped_column(primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True)
    source_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]
    as_of: Mapped[date]
    through: Mapped[date]


class Trend(Base):
    """Need and coverage of an area x service x group as they stood from a day on, so that change can be shown.

    Kept for countries and what lies right below them, and only where something changed since the row before.
    `unknown`: people where somebody is said to be without a number; `nobody`: people where nobody is reported.
    """

    __tablename__ = "trend"
    __table_args__ = ({"info": {"placement": "shared"}},)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    reference_to: Mapped[date]
    people: Mapped[People]
    covered: Mapped[People]
    unknown: Mapped[People]
    nobody: Mapped[People]
    places: Mapped[int]
    places_nobody: Mapped[int]
