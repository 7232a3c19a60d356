"""Who belongs to an organisation, who is asked to, and who decides for it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.actor import IN_ORGANISATION
from app.kernel.database import Base, Id, Moment
from app.organisations.models.organisation import one_of

Then = Annotated[datetime | None, mapped_column()]


class OfficeHolder(Base):
    """Somebody who decides for the organisation. Kept for checking and signing only."""

    __tablename__ = "office_holder"
    __table_args__ = (
        Index("ix_office_holder_organisation_id", "organisation_id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    full_name: Mapped[str]
    role: Mapped[str]
    public: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    position: Mapped[int] = mapped_column(server_default=text("0"), default=0)


class Membership(Base):
    """A person in an organisation, in one role at a time; `asked` while its owner has not answered."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(one_of("role", *IN_ORGANISATION), name="role"),
        CheckConstraint(one_of("state", "asked", "member", "ended"), name="state"),
        CheckConstraint(one_of("by_itself", "asked", *IN_ORGANISATION), name="by_itself"),
        Index(
            "uq_membership_live",
            "person_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("state <> 'ended'"),
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
    came_from: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    """The organisation with which it came here, when that became a part of this one."""
    by_itself: Mapped[str | None]
    """The role it would be, or `asked`, if one in an organisation that became a part of this one didn't raise it."""
    since: Mapped[Moment]
    until: Mapped[Then]


class Invitation(Base):
    """A place in an organisation, offered to whoever signs in with an e-mail address."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(one_of("role", *IN_ORGANISATION), name="role"),
        CheckConstraint(one_of("state", "open", "accepted", "declined", "withdrawn"), name="state"),
        CheckConstraint("email = lower(email) AND length(email) <= 254", name="email"),
        Index(
            "uq_invitation_open",
            "organisation_id",
            "email",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_invitation_email", "email", postgresql_where=text("state = 'open'")),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str]
    role: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open", default="open")
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Moment]
    expires_at: Mapped[datetime]
