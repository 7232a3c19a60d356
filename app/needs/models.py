"""Needs: figures as they were stated, the working cells that follow from them, and what is contested."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, Id, Moment, Versioned

Count = Annotated[int | None, mapped_column(BigInteger)]


class NeedStatement(Base):
    """One figure as somebody stated it. Never edited: when its source states another, or no longer states it,
    `ended_at` says since when, and the other is a row of its own. At most one row of a key is live.

    `service_id` None is "in need of anything"; `people` None is "not stated", which is never 0. `key` says what
    the figure is about, `hash` what it says; both are made by whoever brings it in.
    """

    __tablename__ = "need_statement"
    __table_args__ = (
        Index(
            "uq_need_statement_live", "source", "key", unique=True, postgresql_where=text("ended_at IS NULL")
        ),
        CheckConstraint("people >= 0", name="people"),
        CheckConstraint("targeted >= 0", name="targeted"),
        CheckConstraint("reached >= 0", name="reached"),
        CheckConstraint("severity BETWEEN 1 AND 5", name="severity"),
        CheckConstraint("reference_to >= reference_from", name="reference_period"),
        Index("ix_need_statement_area_id", "area_id", "service_id"),
        Index("ix_need_statement_import_id", "import_id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    source: Mapped[str]
    """The publisher's recurring file, or the organisation's slug for what is stated in the browser."""
    release: Mapped[str]
    stated_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    official: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    reference_from: Mapped[date]
    reference_to: Mapped[date]
    published_on: Mapped[date | None]
    retrieved_on: Mapped[date | None]
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("term.id"))
    status: Mapped[str] = mapped_column(server_default="any", default="any")
    sex: Mapped[str] = mapped_column(server_default="any", default="any")
    age: Mapped[str] = mapped_column(server_default="any", default="any")
    disability: Mapped[str] = mapped_column(server_default="any", default="any")
    people: Mapped[Count]
    severity: Mapped[Annotated[int | None, mapped_column(SmallInteger)]]
    targeted: Mapped[Count]
    reached: Mapped[Count]
    note: Mapped[str] = mapped_column(server_default="", default="")
    key: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    import_id: Mapped[UUID | None]
    row_number: Mapped[int | None]
    stated_at: Mapped[Moment]
    ended_at: Mapped[Annotated[datetime | None, mapped_column()]]


class NeedCell(Base):
    """The working figure for one service x group x area. Only cells with people exist.

    There is one, from the newest release of each source, whatever period that is about; what was stated of
    earlier periods stays in the statements. So a cell keeps its id, and its address, from year to year.

    `role`, `origin`, `counted` and `summed` are those of rules/cells.py; `severity` None is not stated, and
    `severity_effective` orders. `group_id` names the facets; a rest cell is told from its total by `origin`.
    `local`: its people are counted in this very area, so that programmes are held against it here.
    `listed`: no cell of the same service and group stands below, so lists of places show it.
    `withheld`: its number is not printed (under 10 people, or it would give such a number away).
    """

    __tablename__ = "need_cell"
    __table_args__ = (
        UniqueConstraint("area_id", "service_id", "group_id", "origin", postgresql_nulls_not_distinct=True),
        CheckConstraint("people > 0", name="people"),
        CheckConstraint("severity_effective BETWEEN 1 AND 5", name="severity_effective"),
        CheckConstraint("role IN ('total', 'basis part', 'view')", name="role"),
        CheckConstraint("origin IN ('stated', 'sum of parts', 'rest')", name="origin"),
        Index("ix_need_cell_service_id_position", "service_id", "position"),
        Index("ix_need_cell_statement_id", "statement_id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    position: Mapped[int]
    """The area's number in preorder, repeated here so that a subtree is a range of one index."""
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("term.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"))
    reference_from: Mapped[date]
    reference_to: Mapped[date]
    people: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str]
    origin: Mapped[str]
    counted: Mapped[bool]
    summed: Mapped[bool]
    local: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    listed: Mapped[bool] = mapped_column(server_default=text("true"), default=True)
    withheld: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    parts_differ: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    severity: Mapped[Annotated[int | None, mapped_column(SmallInteger)]]
    severity_effective: Mapped[int] = mapped_column(SmallInteger, server_default=text("3"), default=3)
    severity_from: Mapped[str] = mapped_column(server_default="unknown", default="unknown")
    contested: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    statement_id: Mapped[UUID | None] = mapped_column(ForeignKey("need_statement.id"))
    tie: Mapped[int]
    """First 31 bits of sha256(id, weight set): breaks ties without favouring anybody (matching.md 4.2)."""


class Contest(Versioned, Base):
    """Another figure for a statement, with its source and reason, until somebody independent decides."""

    __tablename__ = "contest"
    __table_args__ = (
        CheckConstraint("people >= 0", name="people"),
        CheckConstraint("state IN ('open', 'accepted', 'not_accepted', 'withdrawn')", name="state"),
        Index("ix_contest_statement_id", "statement_id"),
        Index("ix_contest_open", "raised_at", "id", postgresql_where=text("state = 'open'")),
        Index(
            "uq_contest_open",
            "statement_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("need_statement.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    people: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open", default="open")
    answer: Mapped[str] = mapped_column(server_default="", default="")
    raised_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    raised_at: Mapped[Moment]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[Annotated[datetime | None, mapped_column()]]


class DataNote(Base):
    """Something a reader of the figures should know (rules/cells.py NoteKind); nothing of it was repaired.

    Written anew whenever the figures of its country and service are settled. `area_id` None: the whole release.
    """

    __tablename__ = "data_note"
    __table_args__ = (
        Index("ix_data_note_country_id", "country_id", "service_id"),
        Index("ix_data_note_area_id", "area_id", "service_id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    country_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    kind: Mapped[str]
    area_id: Mapped[UUID | None] = mapped_column(ForeignKey("area.id"))
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("term.id"))
    facets: Mapped[str] = mapped_column(server_default="", default="")
    figure: Mapped[str]
    other: Mapped[str]
