"""Accounts: people, how they sign in, and the roles they are granted over areas."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.actor import OVER_AREA
from app.kernel.database import Base, Id, Moment, Versioned

Then = Annotated[datetime | None, mapped_column()]


class Person(Versioned, Base):
    """Somebody who signs in. `email` is folded to lower case: one account an address."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("email"),
        CheckConstraint("email = lower(email) AND length(email) <= 254", name="email"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    email: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="", default="")
    language: Mapped[str] = mapped_column(server_default="en", default="en")
    time_zone: Mapped[str] = mapped_column(server_default="UTC", default="UTC")
    demonstration: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    created_at: Mapped[Moment]
    erased_at: Mapped[Then]


class SignInLink(Base):
    """A one-time link that was mailed. Only hashes are kept: the link itself is in the mail alone."""

    __tablename__ = "sign_in_link"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        {"info": {"placement": "local"}},
    )
    id: Mapped[Id]
    email: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    leads_to: Mapped[str]
    language: Mapped[str]
    created_at: Mapped[Moment]
    expires_at: Mapped[datetime]
    used_at: Mapped[Then]


class Session(Base):
    """A sign-in on one browser, until it ends, is left or is revoked."""

    __tablename__ = "session"
    __table_args__ = (
        PrimaryKeyConstraint("id", "person_id"),
        Index("ix_session_token_hash", "token_hash"),
        Index("ix_session_person_id", "person_id"),
        {"info": {"placement": "by: person_id"}},
    )
    id: Mapped[UUID] = mapped_column(server_default=text("uuidv7()"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    device: Mapped[str]
    begun_at: Mapped[Moment]
    expires_at: Mapped[datetime]
    ended_at: Mapped[Then]


class RoleGrant(Base):
    """A role over an area and everything below it, given by somebody for a reason."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("role IN ({})".format(", ".join(f"'{role}'" for role in OVER_AREA)), name="role"),
        Index(
            "uq_role_grant_live",
            "person_id",
            "role",
            "area_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"))
    given_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    given_at: Mapped[Moment]
    ended_at: Mapped[Then]
