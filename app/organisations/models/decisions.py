"""Decisions about organisations: proposed, taken, contested, and what they ask to be done by when."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, Id, Moment
from app.organisations.models.organisation import one_of
from app.organisations.rules.decisions import Outcome

Then = Annotated[datetime | None, mapped_column()]


class Decision(Base):
    """A decision about an organisation, for the public register of decisions: never edited."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(one_of("outcome", *Outcome), name="outcome"),
        Index("ix_decision_outcome_id", "outcome", text("id DESC")),
        Index("ix_decision_organisation_id", "organisation_id"),
        Index("ix_decision_area_id", "area_id", text("id DESC")),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registration.id"))
    outcome: Mapped[str]
    reason_code: Mapped[str] = mapped_column(server_default="", default="")
    reason: Mapped[str]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    area_id: Mapped[UUID | None] = mapped_column(ForeignKey("area.id"))
    decided_for: Mapped[str]
    """The area of the role under which it was decided, as it was named then."""
    proposed_for: Mapped[str] = mapped_column(server_default="", default="")
    """The same of whoever proposed it, where two people decided; else empty."""
    at: Mapped[Moment]


class ProposedDecision(Base):
    """A decision that takes two: proposed by one person, open to the organisation's answer, confirmed by another."""

    __tablename__ = "proposed_decision"
    __table_args__ = (
        CheckConstraint(one_of("outcome", "suspended", "restored", "removed", "merged"), name="outcome"),
        CheckConstraint(one_of("state", "open", "confirmed", "withdrawn"), name="state"),
        CheckConstraint("(state = 'open') = (closed_by IS NULL)", name="closed_by"),
        CheckConstraint("(outcome = 'merged') = (survivor_id IS NOT NULL)", name="survivor"),
        CheckConstraint(
            "state <> 'confirmed' OR outcome = 'merged' OR closed_by <> proposed_by", name="two_people"
        ),
        Index(
            "uq_proposed_decision_open",
            "organisation_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    outcome: Mapped[str]
    survivor_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[str]
    serious: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    proposed_in: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    """The area of the role under which it was proposed."""
    proposed_at: Mapped[Moment]
    from_day: Mapped[date]
    """The first day on which it may be confirmed without the organisation's consent."""
    answer: Mapped[str] = mapped_column(server_default="", default="")
    answered_at: Mapped[Then]
    agreed: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    survivor_agreed: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    state: Mapped[str] = mapped_column(server_default="open", default="open")
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[Then]


class Condition(Base):
    """Something a verified organisation still has to do, public, with its day."""

    __tablename__ = "condition"
    __table_args__ = (
        Index("ix_condition_organisation_id", "organisation_id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"))
    says: Mapped[str]
    due_on: Mapped[date]
    met_on: Mapped[date | None]
    met_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class DecisionContest(Base):
    """What an organisation says against a decision, and the answer of another registrar, of the area above."""

    __tablename__ = "decision_contest"
    __table_args__ = (
        UniqueConstraint("decision_id"),
        CheckConstraint(one_of("outcome", "upheld", "overturned"), name="outcome"),
        CheckConstraint(
            "(outcome IS NULL) = (answered_by IS NULL) AND (outcome IS NULL) = (answered_at IS NULL)",
            name="answered",
        ),
        Index("ix_decision_contest_open", "lodged_at", "id", postgresql_where=text("outcome IS NULL")),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
    says: Mapped[str]
    lodged_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    lodged_at: Mapped[Moment]
    due_on: Mapped[date]
    outcome: Mapped[str | None]
    answer: Mapped[str] = mapped_column(server_default="", default="")
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[Then]
