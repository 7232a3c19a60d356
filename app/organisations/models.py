"""Organisations: the register, its applications, and who belongs where."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.actor import IN_ORGANISATION
from app.kernel.database import Base, Id, Moment, Versioned
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import State

Words = Annotated[dict[str, str], mapped_column(JSONB)]
Facts = Annotated[dict[str, Any], mapped_column(JSONB)]
Then = Annotated[datetime | None, mapped_column()]
LISTED = "listed"
"""The state of an organisation that is known from a source only: it has no registration and can be claimed."""


def _one_of(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class Organisation(Versioned, Base):
    """A partner. `state` repeats the state of its newest registration, or says that it is only listed."""

    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint(_one_of("kind", *Kind), name="kind"),
        CheckConstraint(_one_of("state", LISTED, *State), name="state"),
        CheckConstraint("founded_year BETWEEN 1700 AND 2100", name="founded_year"),
        CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="merged_names_the_other"),
        Index("ix_organisation_shown", "name_folded", "id", postgresql_where=text("shown")),
        Index("ix_organisation_kind_shown", "kind", "name_folded", "id", postgresql_where=text("shown")),
        Index("ix_organisation_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
        Index("ix_organisation_home_area_id", "home_area_id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    slug: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=State.DRAFT, default=State.DRAFT)
    shown: Mapped[bool] = mapped_column(
        Boolean, Computed("state IN ('listed', 'verified', 'suspended', 'lapsed')", persisted=True)
    )
    name: Mapped[str]
    name_folded: Mapped[str]
    acronym: Mapped[str] = mapped_column(server_default="", default="")
    search: Mapped[str] = mapped_column(server_default="", default="")
    """Every name and acronym, folded, for a search that forgives typing."""
    descriptions: Mapped[Words] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    home_area_id: Mapped[UUID | None] = mapped_column(ForeignKey("area.id"))
    founded_year: Mapped[int | None]
    staff: Mapped[str] = mapped_column(server_default="", default="")
    volunteers: Mapped[str] = mapped_column(server_default="", default="")
    budget: Mapped[str] = mapped_column(server_default="", default="")
    website: Mapped[str] = mapped_column(server_default="", default="")
    website_domain: Mapped[str] = mapped_column(server_default="", default="")
    phone: Mapped[str] = mapped_column(server_default="", default="")
    public_email: Mapped[str] = mapped_column(server_default="", default="")
    contact_person: Mapped[str] = mapped_column(server_default="", default="")
    address: Mapped[str] = mapped_column(server_default="", default="")
    address_public: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    expires_on: Mapped[date | None]
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    demonstration: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    listed_source: Mapped[str] = mapped_column(server_default="", default="")
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]


class OrganisationName(Base):
    """One spelling that anyone ever used for an organisation; by this list duplicates are found."""

    __tablename__ = "organisation_name"
    __table_args__ = (
        CheckConstraint(_one_of("form", "legal", "used", "former", "alias", "acronym", "translation"), name="form"),
        UniqueConstraint("organisation_id", "form", "folded"),
        Index("ix_organisation_name_folded", "folded"),
        Index("ix_organisation_name_key", "key", postgresql_using="gin", postgresql_ops={"key": "gin_trgm_ops"}),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    form: Mapped[str]
    language: Mapped[str] = mapped_column(server_default="", default="")
    text: Mapped[str]
    folded: Mapped[str]
    key: Mapped[str]


class OrganisationIdentifier(Base):
    """A registration number, as printed and as compared. Two live organisations can't have the same."""

    __tablename__ = "organisation_identifier"
    __table_args__ = (
        Index("uq_organisation_identifier_live", "scheme", "number_norm", unique=True, postgresql_where=text("live")),
        Index("ix_organisation_identifier_organisation_id", "organisation_id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    scheme: Mapped[str]
    number: Mapped[str]
    number_norm: Mapped[str]
    issued_by: Mapped[str] = mapped_column(server_default="", default="")
    live: Mapped[bool] = mapped_column(server_default=text("true"), default=True)


class OrganisationTerm(Base):
    """What an organisation does and for whom: an entry of the vocabulary, in one of several relations."""

    __tablename__ = "organisation_term"
    __table_args__ = (
        CheckConstraint(_one_of("relation", "serves", "led_by", "service", "language", "access"), name="relation"),
        Index("ix_organisation_term_term_id", "term_id", "relation", "organisation_id"),
        {"info": {"placement": "shared"}},
    )
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    relation: Mapped[str] = mapped_column(primary_key=True)
    term_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True)


class OrganisationArea(Base):
    """Where an organisation works; `wished` where it has only said that it would."""

    __tablename__ = "organisation_area"
    __table_args__ = (
        Index("ix_organisation_area_area_id", "area_id", "organisation_id"),
        {"info": {"placement": "shared"}},
    )
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True)
    wished: Mapped[bool] = mapped_column(server_default=text("false"), default=False)


class OfficeHolder(Base):
    """Somebody who decides for the organisation. Kept for checking and signing only."""

    __tablename__ = "office_holder"
    __table_args__ = (Index("ix_office_holder_organisation_id", "organisation_id"), {"info": {"placement": "shared"}})
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    full_name: Mapped[str]
    role: Mapped[str]
    public: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    position: Mapped[int] = mapped_column(server_default=text("0"), default=0)


class Membership(Base):
    """A person in an organisation, in one role at a time."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(_one_of("role", *IN_ORGANISATION), name="role"),
        CheckConstraint(_one_of("state", "asked", "member", "ended"), name="state"),
        Index(
            "uq_membership_live", "person_id", "organisation_id", unique=True, postgresql_where=text("state <> 'ended'")
        ),
        Index("ix_membership_organisation_id", "organisation_id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="member", default="member")
    message: Mapped[str] = mapped_column(server_default="", default="")
    since: Mapped[Moment]
    until: Mapped[Then]


class Registration(Versioned, Base):
    """One application, or renewal, to be in the register. `answers` holds what its kind is asked (rules/kinds.py)."""

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint(_one_of("state", *State), name="state"),
        CheckConstraint("(state = 'draft') = (submitted_at IS NULL)", name="submitted_at"),
        Index("ix_registration_queue", "submitted_at", "id", postgresql_where=text("state = 'submitted'")),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(server_default=State.DRAFT, default=State.DRAFT)
    checklist_version: Mapped[int] = mapped_column(server_default=text("1"), default=1)
    answers: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    steps_done: Mapped[list[str]] = mapped_column(server_default=text("'{}'"), default=list)
    questions: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    """What the registrar asked when sending it back: step -> the question in their words."""
    begun_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    begun_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    submitted_at: Mapped[Then]
    due_on: Mapped[date | None]


class CheckItem(Base):
    """The registrar's answer to one item of the checklist."""

    __tablename__ = "check_item"
    __table_args__ = (
        CheckConstraint(_one_of("answer", "met", "not_met", "not_needed", "met_another_way"), name="answer"),
        {"info": {"placement": "shared"}},
    )
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="", default="")
    checked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[Moment]


class Decision(Base):
    """A decision about an organisation, for the public register of decisions: never edited."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(
            _one_of("outcome", "verified", "declined", "suspended", "restored", "removed", "merged"), name="outcome"
        ),
        Index("ix_decision_at", text("at DESC"), text("id DESC")),
        Index("ix_decision_organisation_id", "organisation_id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registration.id"))
    outcome: Mapped[str]
    reason_code: Mapped[str] = mapped_column(server_default="", default="")
    reason: Mapped[str]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    decided_for: Mapped[str]
    """The area whose registrar decided, as it was named then."""
    at: Mapped[Moment]


class Duplicate(Base):
    """A pair of organisations that look alike, and what somebody found out about it."""

    __tablename__ = "duplicate"
    __table_args__ = (
        CheckConstraint("low_id < high_id", name="ordered"),
        CheckConstraint(_one_of("state", "suspected", "same", "branch", "different"), name="state"),
        Index("ix_duplicate_high_id", "high_id"),
        {"info": {"placement": "shared"}},
    )
    low_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    high_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    score: Mapped[int]
    why: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="suspected", default="suspected")
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[Then]
