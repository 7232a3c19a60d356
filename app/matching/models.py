"""Matching: weight sets, matches that somebody has moved, and who was shown to whom how often."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, Id, Moment, Versioned

Facts = Annotated[dict[str, Any], mapped_column(JSONB)]
Then = Annotated[datetime | None, mapped_column()]


class WeightSet(Base):
    """How fit is counted, from a day on: a new set is a new row with its author and reason, announced before."""

    __tablename__ = "weight_set"
    __table_args__ = ({"info": {"placement": "shared"}},)
    id: Mapped[int] = mapped_column(primary_key=True)
    weights: Mapped[Facts]
    reason: Mapped[str]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    announced_at: Mapped[Moment]
    in_force_from: Mapped[date]


class Match(Versioned, Base):
    """A partner and a need, from the moment that somebody was told of it or moved it. Lists are worked out
    when they are read; a match remembers the weight set and the points with which it was shown.

    The need is named by area, service and group, since its cell may be worked out anew.
    """

    __tablename__ = "match"
    __table_args__ = (
        CheckConstraint(
            "state IN ('suggested', 'interested', 'mutual', 'agreed', 'declined', 'expired')", name="state"
        ),
        Index("uq_match_pair", "organisation_id", "area_id", "service_id", "group_id", unique=True),
        Index("ix_match_asked_id", "asked_id", "state"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    asked_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    """The other side: the local office or the group's own organisation that stated the need."""
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"))
    weight_set_id: Mapped[int] = mapped_column(ForeignKey("weight_set.id"))
    points: Mapped[Facts]
    state: Mapped[str] = mapped_column(server_default="suggested", default="suggested")
    organisation_says: Mapped[str] = mapped_column(server_default="", default="")
    asked_says: Mapped[str] = mapped_column(server_default="", default="")
    reason_code: Mapped[str] = mapped_column(server_default="", default="")
    reason: Mapped[str] = mapped_column(server_default="", default="")
    hidden_until: Mapped[date | None]
    since: Mapped[Moment]
    moved_at: Mapped[Moment]


class MatchNote(Base):
    """A short note that the two sides exchange once both are interested."""

    __tablename__ = "match_note"
    __table_args__ = (Index("ix_match_note_match_id", "match_id", "id"), {"info": {"placement": "shared"}})
    id: Mapped[Id]
    match_id: Mapped[UUID] = mapped_column(ForeignKey("match.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    at: Mapped[Moment]


class Exposure(Base):
    """How much a partner was shown in lists of a day, and how much it would be by its fit. No viewer is kept."""

    __tablename__ = "exposure"
    __table_args__ = ({"info": {"placement": "shared"}},)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    got: Mapped[float] = mapped_column(Double, server_default=text("0"), default=0.0)
    merited: Mapped[float] = mapped_column(Double, server_default=text("0"), default=0.0)
