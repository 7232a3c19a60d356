"""Who belongs to an organisation, who asks to, and who is invited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Person
from app.kernel.actor import Actor, Role
from app.kernel.refusals import NotFound
from app.organisations.models import Invitation, Membership, Organisation
from app.organisations.rules.people import NotYours

MOST_SHOWN = 200
MOST_ASKED = 50


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in an organisation, or who asks to be; `message` is what they wrote then."""

    id: UUID
    person_id: UUID
    name: str
    email: str
    role: Role
    state: str
    message: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that is open."""

    id: UUID
    email: str
    role: Role
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation by its name and address."""

    id: UUID
    slug: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class People:
    """The people of an organisation: its members by name, those who ask, and those who are invited."""

    organisation: Named
    members: Sequence[Member]
    asking: Sequence[Member]
    invited: Sequence[Invited]


@dataclass(frozen=True, slots=True)
class ForMe:
    """An invitation as the invited person reads it."""

    id: UUID
    organisation: Named
    role: Role
    by: str
    open: bool


async def named(db: AsyncSession, slug: str) -> Named:
    """The organisation at this address, public or not. Raises NotFound."""
    wanted = select(Organisation.id, Organisation.slug, Organisation.name, Organisation.state)
    row = (await db.execute(wanted.where(Organisation.slug == slug))).first()
    if row is None:
        raise NotFound
    return Named(*row)


async def people_of(db: AsyncSession, slug: str) -> People:
    """The people of an organisation, 200 at most. Three statements. Raises NotFound."""
    organisation = await named(db, slug)
    rows = await db.execute(
        select(
            Membership.id,
            Person.id,
            Person.name,
            Person.email,
            Membership.role,
            Membership.state,
            Membership.message,
            Membership.since,
        )
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation.id, Membership.state != "ended")
        .order_by(Person.name, Membership.id)
        .limit(MOST_SHOWN)
    )
    everybody = [
        Member(i, person_id, name or email, email, Role(role), state, message, since)
        for i, person_id, name, email, role, state, message, since in rows
    ]
    invited = await db.execute(
        select(Invitation.id, Invitation.email, Invitation.role, Invitation.at, Invitation.expires_at)
        .where(
            Invitation.organisation_id == organisation.id,
            Invitation.state == "open",
            Invitation.expires_at > func.now(),
        )
        .order_by(Invitation.email)
        .limit(MOST_SHOWN)
    )
    return People(
        organisation,
        [member for member in everybody if member.state == "member"],
        [member for member in everybody if member.state == "asked"],
        [Invited(i, email, Role(role), at, until) for i, email, role, at, until in invited],
    )


async def standing_of(db: AsyncSession, actor: Actor, organisation_id: UUID) -> str | None:
    """What somebody is to an organisation: "member", "asked", or None."""
    return await db.scalar(
        select(Membership.state).where(
            Membership.organisation_id == organisation_id,
            Membership.person_id == actor.person_id,
            Membership.state != "ended",
        )
    )


async def invitation_for(db: AsyncSession, actor: Actor, invitation_id: UUID) -> ForMe:
    """An invitation, for whom it is meant. Raises NotFound, NotYours."""
    row = (
        await db.execute(
            select(
                Invitation.id,
                Invitation.email,
                Invitation.role,
                Invitation.state,
                Invitation.expires_at > func.now(),
                Person.name,
                Organisation.id,
                Organisation.slug,
                Organisation.name,
                Organisation.state,
            )
            .join(Organisation, Organisation.id == Invitation.organisation_id)
            .join(Person, Person.id == Invitation.invited_by)
            .where(Invitation.id == invitation_id)
        )
    ).first()
    if row is None:
        raise NotFound
    i, email, role, state, in_time, by, organisation_id, slug, name, its_state = row
    if email != actor.email:
        raise NotYours
    organisation = Named(organisation_id, slug, name, its_state)
    return ForMe(i, organisation, Role(role), by, state == "open" and in_time)


async def invited_and_asking(
    db: AsyncSession, actor: Actor
) -> tuple[list[tuple[UUID, str]], list[tuple[str, str]]]:
    """(id, organisation) of the open invitations of this person; (slug, organisation) of those that they own and
    that people ask to join. One statement.
    """
    invited = (
        select(Invitation.id, Organisation.slug, Organisation.name)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(
            Invitation.email == actor.email, Invitation.state == "open", Invitation.expires_at > func.now()
        )
    )
    owned = [m.organisation_id for m in actor.memberships if m.role is Role.OWNER]
    asked = exists().where(Membership.organisation_id == Organisation.id, Membership.state == "asked")
    asking = select(null(), Organisation.slug, Organisation.name).where(Organisation.id.in_(owned), asked)
    rows: Any = (await db.execute(union_all(invited, asking).order_by("name").limit(MOST_ASKED))).all()
    return [(i, name) for i, _slug, name in rows if i], [(slug, name) for i, slug, name in rows if not i]
