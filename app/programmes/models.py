"""Programmes: what organisations do, with the capacity they have for it, and where they are said to be."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, Id, Moment, Versioned
from app.programmes.rules.states import State

Words = Annotated[dict[str, str], mapped_column(JSONB)]
Facts = Annotated[dict[str, Any], mapped_column(JSONB)]
Then = Annotated[datetime | None, mapped_column()]
Breaks = Annotated[list[Any], mapped_column(JSONB, server_default=text("'[]'::jsonb"), default=list)]


class Programme(Versioned, Base):
    """What an organisation does for somebody, somewhere, for a time.

    Everybody sees it from `published_at` on; a draft is seen by its organisation only, and so is one that was
    given up before it was published. `closed` lists breaks within the dates, as [from, to] ISO days.
    """

    __tablename__ = "programme"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("people_together >= 0", name="people_together"),
        CheckConstraint("published_at IS NOT NULL OR state IN ('draft', 'cancelled')", name="published"),
        Index("ix_programme_organisation_id", "organisation_id", "title_folded", "id"),
        Index("ix_programme_shown", "title_folded", "id", postgresql_where=text("published_at IS NOT NULL")),
        Index(
            "ix_programme_state",
            "state",
            "title_folded",
            "id",
            postgresql_where=text("published_at IS NOT NULL"),
        ),
        Index(
            "ix_programme_published_at",
            text("published_at DESC"),
            text("id DESC"),
            postgresql_where=text("published_at IS NOT NULL"),
        ),
        Index(
            "ix_programme_changed_at", "changed_at", "id", postgresql_where=text("published_at IS NOT NULL")
        ),
        Index(
            "ix_programme_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}
        ),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[str]
    title_folded: Mapped[str]
    search: Mapped[str] = mapped_column(server_default="", default="")
    """Title, summaries and the organisation's names, folded, for a search that forgives typing."""
    summaries: Mapped[Words] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    state: Mapped[str] = mapped_column(server_default="draft", default="draft")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    closed: Mapped[Breaks]
    people_together: Mapped[Annotated[int | None, mapped_column(BigInteger)]]
    """One number of people for all services together, where the partner has no number for each. The lines
    then have none of their own and are `split_by_us`: coverage splits this number in proportion to need."""
    referral: Mapped[str] = mapped_column(server_default="", default="")
    """How somebody gets in: whom to call, where to go. Public."""
    referral_phone: Mapped[str] = mapped_column(server_default="", default="")
    referral_email: Mapped[str] = mapped_column(server_default="", default="")
    safeguarding_contact: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    steps_done: Mapped[list[str]] = mapped_column(server_default=text("'{}'"), default=list)
    state_reason: Mapped[str] = mapped_column(server_default="", default="")
    state_since: Mapped[Then]
    published_at: Mapped[Then]
    reminded: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"), default=0)
    """How many reminders to confirm the capacity went out since it was last confirmed."""
    created_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]


class ProgrammeTerm(Base):
    """An entry of the vocabulary in one of several relations to a programme."""

    __tablename__ = "programme_term"
    __table_args__ = (
        CheckConstraint(
            "relation IN ('serves', 'service', 'language', 'access', 'commitment', 'sdg_target')",
            name="relation",
        ),
        Index("ix_programme_term_term_id", "term_id", "relation", "programme_id"),
        {"info": {"placement": "shared"}},
    )
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    relation: Mapped[str] = mapped_column(primary_key=True)
    term_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True)


class ProgrammeArea(Base):
    """Where a programme works: the area and everything below it."""

    __tablename__ = "programme_area"
    __table_args__ = (
        Index("ix_programme_area_area_id", "area_id", "programme_id"),
        {"info": {"placement": "shared"}},
    )
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True)


class CapacityLine(Versioned, Base):
    """How many people a programme can serve with one service; `people` None is unknown, which is not 0.

    `counts`: places (at one time) or through-put (different people over the whole line). Groups and areas
    are the programme's unless the line names its own (CapacityLineGroup, CapacityLineArea). `closed` lists
    breaks within the dates, as [from, to] ISO days. A `withdrawn_at` line is history and counts nowhere. One
    that is `split_by_us` has its part of the programme's `people_together`.
    """

    __tablename__ = "capacity_line"
    __table_args__ = (
        CheckConstraint("people >= 0", name="people"),
        CheckConstraint("counts IN ('places', 'through-put')", name="counts"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("NOT split_by_us OR people IS NULL", name="split_by_us"),
        Index("ix_capacity_line_programme_id", "programme_id"),
        Index("ix_capacity_line_confirmed_on", "confirmed_on", postgresql_where=text("withdrawn_at IS NULL")),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"))
    people: Mapped[Annotated[int | None, mapped_column(BigInteger)]]
    counts: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    closed: Mapped[Breaks]
    confirmed_on: Mapped[date]
    split_by_us: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    withdrawn_at: Mapped[Then]


class CapacityLineGroup(Base):
    """A group that the line serves, where it isn't all of the programme's."""

    __tablename__ = "capacity_line_group"
    __table_args__ = ({"info": {"placement": "shared"}},)
    line_id: Mapped[UUID] = mapped_column(
        ForeignKey("capacity_line.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True)


class CapacityLineArea(Base):
    """An area that the line serves, where it isn't all of the programme's."""

    __tablename__ = "capacity_line_area"
    __table_args__ = ({"info": {"placement": "shared"}},)
    line_id: Mapped[UUID] = mapped_column(
        ForeignKey("capacity_line.id", ondelete="CASCADE"), primary_key=True
    )
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True)


class Presence(Versioned, Base):
    """A dated, sourced statement that an organisation does a service in an area: what one 3W row says.

    Never capacity. A row that the source's newest file no longer has is ended (`ended_at`), not
    removed. `source_id` and `import_id` are ids of exchange's rows, kept without a key since that context lies
    above. `people` are figures of the source, as stated; they enter no sum.
    """

    __tablename__ = "presence"
    __table_args__ = (
        UniqueConstraint("source_id", "key"),
        CheckConstraint("role IN ('reporting', 'implementing', 'both')", name="role"),
        CheckConstraint(
            "status IN ('planned', 'ongoing', 'suspended', 'completed', 'cancelled', 'unknown')",
            name="status",
        ),
        CheckConstraint("period_to >= period_from", name="period"),
        Index("ix_presence_area_id_service_id", "area_id", "service_id"),
        Index("ix_presence_organisation_id", "organisation_id", "service_id"),
        Index("ix_presence_partner_id", "partner_id"),
        Index("ix_presence_import_id", "import_id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    source_id: Mapped[UUID]
    source: Mapped[str]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str]
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("term.id"))
    activity: Mapped[str] = mapped_column(server_default="", default="")
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    period_from: Mapped[date]
    period_to: Mapped[date]
    status: Mapped[str]
    people: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    import_id: Mapped[UUID | None]
    sheet: Mapped[str] = mapped_column(server_default="", default="")
    rows: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=text("'{}'"), default=list)
    ended_at: Mapped[Then]
