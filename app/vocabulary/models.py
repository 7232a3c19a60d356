"""Vocabulary: the words that everybody shares. An entry is translated, versioned, retired, never deleted."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, Id, Moment, Versioned

Words = Annotated[dict[str, str], mapped_column(JSONB)]
Facts = Annotated[dict[str, Any], mapped_column(JSONB)]


class Term(Versioned, Base):
    """An entry: a group, service, skill, language, access feature, commitment, SDG goal or target.

    `names` and `descriptions` go from language code to text; `codes` from a standard's name to its code;
    `facts` holds what the kind needs (a group's facets, whether a service is a need of people).
    """

    __tablename__ = "term"
    __table_args__ = (
        UniqueConstraint("scheme", "code"),
        CheckConstraint(
            "scheme IN ('group', 'service', 'skill', 'language', 'access', 'commitment', 'sdg_goal', 'sdg_target')",
            name="scheme",
        ),
        CheckConstraint("names ? 'en'", name="named_in_english"),
        Index("uq_term_code_in_any_case", "scheme", text("lower(code)"), unique=True),
        Index("ix_term_parent_id", "parent_id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    scheme: Mapped[str]
    code: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("term.id"))
    position: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    names: Mapped[Words]
    descriptions: Mapped[Words] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    codes: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    facts: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    retired_at: Mapped[Annotated[datetime | None, mapped_column()]]


class TermEdition(Base):
    """An entry as it stood in one version, and who made it so and why."""

    __tablename__ = "term_edition"
    __table_args__ = ({"info": {"placement": "shared"}},)
    term_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[Facts]
    reason: Mapped[str]
    person_id: Mapped[UUID | None]
    at: Mapped[Moment]


class TermLink(Base):
    """A crosswalk between two entries (a commitment and an SDG target), with the reason for it.

    One that was taken away keeps its row (`ended_at`): loading doesn't bring it back.
    """

    __tablename__ = "term_link"
    __table_args__ = (
        CheckConstraint("from_id <> to_id", name="two_entries"),
        Index("ix_term_link_to_id", "to_id"),
        {"info": {"placement": "shared"}},
    )
    from_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True)
    to_id: Mapped[UUID] = mapped_column(ForeignKey("term.id"), primary_key=True)
    reason: Mapped[Words]
    ended_at: Mapped[Annotated[datetime | None, mapped_column()]]
