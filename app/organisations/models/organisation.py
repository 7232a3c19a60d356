"""The register itself: a partner, its names and numbers, what it does and where."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, Id, Moment, Versioned
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import State

Words = Annotated[dict[str, str], mapped_column(JSONB)]
Then = Annotated[datetime | None, mapped_column()]
LISTED = "listed"
"""The state of an organisation that is known from a source only: it has no registration and can be claimed."""


def one_of(column: str, *values: str) -> str:
    """The condition that a column holds one of these texts."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class Organisation(Versioned, Base):
    """A partner. Until its first decision `state` is that of its registration; then that of the last decision."""

    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint(one_of("kind", *Kind), name="kind"),
        CheckConstraint(one_of("state", LISTED, *State), name="state"),
        CheckConstraint("founded_year BETWEEN 1700 AND 2100", name="founded_year"),
        CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="merged_names_the_other"),
        CheckConstraint("merged_into <> id AND claims_id <> id", name="another"),
        Index("ix_organisation_shown", "name_folded", "id", postgresql_where=text("shown")),
        Index("ix_organisation_kind_shown", "kind", "name_folded", "id", postgresql_where=text("shown")),
        Index("ix_organisation_words", "words", postgresql_using="gin"),
        Index("ix_organisation_home_area_id", "home_area_id"),
        Index("ix_organisation_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
        Index("ix_organisation_claims_id", "claims_id", postgresql_where=text("claims_id IS NOT NULL")),
        Index(
            "ix_organisation_website_domain", "website_domain", postgresql_where=text("website_domain <> ''")
        ),
        Index("ix_organisation_phone", "phone", postgresql_where=text("phone <> ''")),
        Index("ix_organisation_expires_on", "expires_on", postgresql_where=text("state = 'verified'")),
        Index(
            "ix_organisation_changed_at",
            text("changed_at DESC"),
            text("id DESC"),
            postgresql_where=text("shown"),
        ),
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
    words: Mapped[list[str]] = mapped_column(server_default=text("'{}'"), default=list)
    """Every word of every name (rules/finding.py), by which the register is searched."""
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
    verified_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    by_reference: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    """Verified by those who vouch for it, without a certificate; the public page says so."""
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    claims_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    """The listed organisation that this application speaks for; verifying it makes the two one."""
    demonstration: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    listed_source: Mapped[str] = mapped_column(server_default="", default="")
    listed_address: Mapped[str] = mapped_column(server_default="", default="")
    """Where the source that it is known from can be read."""
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]


class OrganisationName(Base):
    """One spelling that anyone ever used for an organisation; by this list duplicates are found."""

    __tablename__ = "organisation_name"
    __table_args__ = (
        CheckConstraint(
            one_of("form", "legal", "used", "former", "alias", "acronym", "translation"), name="form"
        ),
        UniqueConstraint("organisation_id", "form", "folded"),
        Index("ix_organisation_name_folded", "folded"),
        Index("ix_organisation_name_marks", "marks", postgresql_using="gin"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    form: Mapped[str]
    language: Mapped[str] = mapped_column(server_default="", default="")
    text: Mapped[str]
    folded: Mapped[str]
    marks: Mapped[list[str]] = mapped_column(server_default="{}", default=list)
    """What similar names are looked up by (rules/finding.py)."""


class NameWord(Base):
    """A word that names hold, and how many organisations had it when it was last counted: what it tells."""

    __tablename__ = "name_word"
    __table_args__ = (
        Index(
            "ix_name_word_trigrams", "word", postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"}
        ),
        {"info": {"placement": "shared"}},
    )
    word: Mapped[str] = mapped_column(primary_key=True)
    organisations: Mapped[int] = mapped_column(server_default=text("1"), default=1)


class OrganisationIdentifier(Base):
    """A registration number, as printed and as compared. Two live organisations can't have the same."""

    __tablename__ = "organisation_identifier"
    __table_args__ = (
        Index(
            "uq_organisation_identifier_live",
            "scheme",
            "number_norm",
            unique=True,
            postgresql_where=text("live"),
        ),
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
        CheckConstraint(
            one_of("relation", "serves", "led_by", "service", "language", "access"), name="relation"
        ),
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


class ReportedArea(Base):
    """Where a source says that an organisation is: nothing that it has said itself, or that anybody has checked.

    `source_id` is an id of exchange's rows, which lie above. Kept by service/reported.py.
    """

    __tablename__ = "reported_area"
    __table_args__ = (
        Index("ix_reported_area_area_id", "area_id", "organisation_id"),
        {"info": {"placement": "shared"}},
    )
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True)
    source_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]


class ReportedService(Base):
    """What a source says that an organisation does there, in the same way."""

    __tablename__ = "reported_service"
    __table_args__ = (
        Index("ix_reported_service_term_id", "term_id", "organisation_id"),
        {"info": {"placement": "shared"}},
    )
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    term_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True)
    source_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]


class Duplicate(Base):
    """A pair of organisations that look alike, and what somebody found out about it."""

    __tablename__ = "duplicate"
    __table_args__ = (
        CheckConstraint("low_id < high_id", name="ordered"),
        CheckConstraint(one_of("state", "suspected", "same", "branch", "different"), name="state"),
        Index("ix_duplicate_high_id", "high_id"),
        {"info": {"placement": "shared"}},
    )
    low_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    high_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    score: Mapped[int]
    why: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="suspected", default="suspected")
    names: Mapped[str] = mapped_column(server_default="", default="")
    """Both names, folded, when it was answered; when either changes, the question is open again."""
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[Then]


class Merger(Base):
    """Two organisations that became one: what moved to the survivor, so that it can be moved back."""

    __tablename__ = "merger"
    __table_args__ = (
        CheckConstraint("absorbed_id <> survivor_id", name="two"),
        Index("ix_merger_absorbed_id", "absorbed_id"),
        Index("ix_merger_survivor_id", "survivor_id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    absorbed_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    survivor_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    state_before: Mapped[str]
    moved: Mapped[Annotated[dict[str, list[str]], mapped_column(JSONB)]]
    """Kind of row -> the ids of those that moved."""
    at: Mapped[Moment]
    undone_at: Mapped[Then]
