"""An application or renewal, the evidence for it, and what its registrar found."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, Id, Moment, Versioned
from app.organisations.models.organisation import one_of
from app.organisations.rules.documents import Visibility
from app.organisations.rules.registration import Purpose, State

Facts = Annotated[dict[str, Any], mapped_column(JSONB)]
Then = Annotated[datetime | None, mapped_column()]


class Registration(Versioned, Base):
    """One application, renewal or change. `answers` holds what its kind is asked (rules/kinds.py)."""

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint(one_of("state", *State), name="state"),
        CheckConstraint(one_of("purpose", *Purpose), name="purpose"),
        CheckConstraint("(state = 'draft') = (submitted_at IS NULL)", name="submitted_at"),
        CheckConstraint("(decided_at IS NULL) = (checklist_version IS NULL)", name="decided_by_a_version"),
        Index("ix_registration_queue", "submitted_at", "id", postgresql_where=text("state = 'submitted'")),
        Index(
            "uq_registration_open",
            "organisation_id",
            unique=True,
            postgresql_where=text("state IN ('draft', 'submitted', 'returned')"),
        ),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    purpose: Mapped[str] = mapped_column(server_default=Purpose.FIRST, default=Purpose.FIRST)
    state: Mapped[str] = mapped_column(server_default=State.DRAFT, default=State.DRAFT)
    checklist_version: Mapped[int | None]
    """The version of the published checklist by which it was decided (rules/checklist.py)."""
    answers: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    changes: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    """Name, kind, number and papers as a verified organisation wants them (fields of `Who`, answers, `scheme`); they
    count once a registrar says so."""
    steps_done: Mapped[list[str]] = mapped_column(server_default=text("'{}'"), default=list)
    questions: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    """What the registrar asked when sending it back: step -> the question in their words."""
    different: Mapped[str] = mapped_column(server_default="", default="")
    """Why the applicant says that an organisation which looks the same is another one."""
    begun_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    begun_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    submitted_at: Mapped[Then]
    returned_at: Mapped[Then]
    decided_at: Mapped[Then]
    due_on: Mapped[date | None]


class CheckItem(Base):
    """The registrar's answer to one item of the checklist."""

    __tablename__ = "check_item"
    __table_args__ = (
        CheckConstraint(one_of("answer", "met", "not_met", "not_needed", "met_another_way"), name="answer"),
        {"info": {"placement": "shared"}},
    )
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="", default="")
    checked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[Moment]


class Evidence(Base):
    """What an applicant says about one item of the checklist, instead of a paper or beside it."""

    __tablename__ = "evidence"
    __table_args__ = ({"info": {"placement": "shared"}},)
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    statement: Mapped[str]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Moment]


class Document(Base):
    """A paper shown for one item of the checklist. The file lies outside the row, under its SHA-256."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint(one_of("visibility", *Visibility), name="visibility"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("size > 0", name="size"),
        Index("ix_document_registration_id", "registration_id"),
        Index("ix_document_sha256", "sha256"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"))
    code: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    media_type: Mapped[str]
    visibility: Mapped[str] = mapped_column(server_default=Visibility.REGISTRAR, default=Visibility.REGISTRAR)
    added_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[Moment]
    removed_at: Mapped[Then]
