"""Matching: weight sets, matches that somebody has moved, what partners have room for, and who was shown how often."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, Id, Moment, Versioned

Facts = Annotated[dict[str, Any], mapped_column(JSONB)]
Then = Annotated[datetime | None, mapped_column()]
OVER = "('declined', 'expired')"


class WeightSet(Base):
    """How fit is counted, from a day on: a new set is a new row with its author and reason, announced before."""

    __tablename__ = "weight_set"
    __table_args__ = (CheckConstraint("id > 0", name="id"), {"info": {"placement": "shared"}})
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    weights: Mapped[Facts]
    reason: Mapped[str]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    announced_at: Mapped[Moment]
    in_force_from: Mapped[date]


class FreeCapacity(Base):
    """How many more people an organisation says it could serve with a service, and from when: besides whatever
    its programmes hold. The newest word counts; matches that are agreed afterwards are taken off.
    """

    __tablename__ = "free_capacity"
    __table_args__ = (CheckConstraint("people >= 0", name="people"), {"info": {"placement": "shared"}})
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True)
    people: Mapped[int] = mapped_column(BigInteger)
    starts_on: Mapped[date]
    stated_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    stated_at: Mapped[Moment]


class PlaceLanguage(Base):
    """A working language of an area and of everything below it that has none of its own."""

    __tablename__ = "place_language"
    __table_args__ = ({"info": {"placement": "shared"}},)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True)
    term_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True)
    stated_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    stated_at: Mapped[Moment]


class Match(Versioned, Base):
    """A partner and a need, from the moment that somebody was told of it or moved it. Lists are worked out
    when they are read; a match remembers the weight set and the points with which it was shown.

    The need is named by area, service and group, since its cell may be worked out anew. What each side says:
    nothing yet, yes, no, or agree (to `people`). `organisation_by` and `asked_by`: who spoke for it last.
    """

    __tablename__ = "match"
    __table_args__ = (
        CheckConstraint(
            "state IN ('suggested', 'interested', 'mutual', 'agreed', 'declined', 'expired')", name="state"
        ),
        CheckConstraint("organisation_says IN ('', 'yes', 'no', 'agree')", name="organisation_says"),
        CheckConstraint("asked_says IN ('', 'yes', 'no', 'agree')", name="asked_says"),
        CheckConstraint("people > 0", name="people"),
        CheckConstraint("state <> 'agreed' OR people IS NOT NULL", name="agreed_says_how_many"),
        CheckConstraint("asked_id <> organisation_id", name="two_sides"),
        Index(
            "uq_match_open",
            "organisation_id",
            "area_id",
            "service_id",
            "group_id",
            unique=True,
            postgresql_where=text(f"state NOT IN {OVER}"),
        ),
        Index("ix_match_organisation_id", "organisation_id", "state"),
        Index("ix_match_asked_id", "asked_id", "state"),
        Index("ix_match_need", "area_id", "service_id", "group_id"),
        Index(
            "ix_match_moving",
            "moved_at",
            postgresql_where=text("state IN ('suggested', 'interested', 'mutual')"),
        ),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    asked_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    """The other side: who stated the need, the local government, or the group's own organisation."""
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"))
    weight_set_id: Mapped[int] = mapped_column(ForeignKey("weight_set.id"))
    points: Mapped[Facts]
    state: Mapped[str] = mapped_column(server_default="suggested", default="suggested")
    organisation_says: Mapped[str] = mapped_column(server_default="", default="")
    organisation_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_says: Mapped[str] = mapped_column(server_default="", default="")
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    people: Mapped[Annotated[int | None, mapped_column(BigInteger)]]
    reason_code: Mapped[str] = mapped_column(server_default="", default="")
    reason: Mapped[str] = mapped_column(server_default="", default="")
    hidden_until: Mapped[date | None]
    since: Mapped[Moment]
    moved_at: Mapped[Moment]


class MatchNote(Base):
    """A short note that the two sides exchange once both are interested."""

    __tablename__ = "match_note"
    __table_args__ = (
        CheckConstraint("length(text) BETWEEN 1 AND 1000", name="text"),
        Index("ix_match_note_match_id", "match_id", "id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    match_id: Mapped[UUID] = mapped_column(ForeignKey("match.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    at: Mapped[Moment]


class ServedList(Base):
    """How often the list of partners for a need was served on a day. No viewer is kept.

    `shares`: once the day is over, measure -> class -> [attention got, chances to be shown].
    """

    __tablename__ = "served_list"
    __table_args__ = (
        Index("ix_served_list_open", "on", postgresql_where=text("shares IS NULL")),
        {"info": {"placement": "shared"}},
    )
    on: Mapped[date] = mapped_column(primary_key=True)
    cell_id: Mapped[UUID] = mapped_column(ForeignKey("need_cell.id", ondelete="CASCADE"), primary_key=True)
    times: Mapped[int] = mapped_column(server_default=text("1"), default=1)
    shares: Mapped[Annotated[dict[str, Any] | None, mapped_column(JSONB(none_as_null=True))]]


class Exposure(Base):
    """How much a partner was shown in lists of a day, how much it would be by its fit, and in how many lists it
    could be. `deficit`: merited less got, over the 90 days up to this one. No viewer is kept.
    """

    __tablename__ = "exposure"
    __table_args__ = (Index("ix_exposure_on", "on"), {"info": {"placement": "shared"}})
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    got: Mapped[float] = mapped_column(Double, server_default=text("0"), default=0.0)
    merited: Mapped[float] = mapped_column(Double, server_default=text("0"), default=0.0)
    eligible: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    deficit: Mapped[float] = mapped_column(Double, server_default=text("0"), default=0.0)


class Treatment(Base):
    """Equal treatment of one class of partners in a month: its part of all attention and of all chances.

    `lists`: where it is shown least, for the registrar: area, service, group of each.
    """

    __tablename__ = "treatment"
    __table_args__ = (
        CheckConstraint("measure IN ('size', 'kind', 'seat', 'age')", name="measure"),
        {"info": {"placement": "shared"}},
    )
    month: Mapped[date] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    class_: Mapped[str] = mapped_column("class", primary_key=True)
    got: Mapped[float] = mapped_column(Double)
    eligible: Mapped[float] = mapped_column(Double)
    partners: Mapped[int]
    lists: Mapped[Annotated[list[Any], mapped_column(JSONB)]] = mapped_column(
        server_default=text("'[]'::jsonb"), default=list
    )
