"""What is read of accounts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Person, RoleGrant, Session
from app.accounts.rules import token_hash
from app.kernel.actor import Actor, Grant, Role
from app.places.models import Area


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A sign-in that is still open."""

    id: UUID
    device: str
    begun_at: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class Granted:
    """A role somebody holds, and since when."""

    id: UUID
    person: str
    email: str
    role: Role
    area: str
    reason: str
    given_at: datetime


async def actor_by_session(db: AsyncSession, token: str) -> Actor | None:
    """The person whose session this token is, with their grants; memberships are added by organisations."""
    mine = (Session.token_hash == token_hash(token), Session.ended_at.is_(None), Session.expires_at > func.now())
    rows = (await db.execute(_with_grants(Session.id).join(Session, Session.person_id == Person.id).where(*mine))).all()
    return _actor([(person, session_id, grant) for person, session_id, *grant in rows])


async def actor_of(db: AsyncSession, person_id: UUID) -> Actor | None:
    """The person with this id, acting without a session (a command, the demonstration)."""
    rows = (await db.execute(_with_grants(literal(None)).where(Person.id == person_id))).all()
    return _actor([(person, None, grant) for person, _none, *grant in rows])


def _with_grants(session_id: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(Person, session_id, RoleGrant.role, Area.id, Area.name, Area.lo, Area.hi)
        .select_from(Person)
        .outerjoin(RoleGrant, (RoleGrant.person_id == Person.id) & RoleGrant.ended_at.is_(None))
        .outerjoin(Area, Area.id == RoleGrant.area_id)
    )


def _actor(rows: list[tuple[Person, UUID | None, Any]]) -> Actor | None:
    if not rows:
        return None
    person, session_id, _ = rows[0]
    return Actor(
        person_id=person.id,
        session_id=session_id,
        name=person.name or person.email.split("@")[0],
        email=person.email,
        language=person.language,
        time_zone=person.time_zone,
        grants=tuple(Grant(Role(role), area_id, name, lo, hi) for _p, _s, (role, area_id, name, lo, hi) in rows if role),
    )


async def open_sessions(db: AsyncSession, actor: Actor) -> list[OpenSession]:
    """Where this person is signed in, newest first."""
    rows = await db.execute(
        select(Session.id, Session.device, Session.begun_at)
        .where(Session.person_id == actor.person_id, Session.ended_at.is_(None), Session.expires_at > func.now())
        .order_by(Session.begun_at.desc())
        .limit(50)
    )
    return [OpenSession(id_, device, begun, id_ == actor.session_id) for id_, device, begun in rows]


async def holders_over(db: AsyncSession, role: Role, position: int) -> list[tuple[UUID, str, str]]:
    """Id, address and language of those who hold `role` over the place numbered `position`."""
    rows = await db.execute(
        select(Person.id, Person.email, Person.language)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Area, Area.id == RoleGrant.area_id)
        .where(RoleGrant.role == role, RoleGrant.ended_at.is_(None), Area.lo <= position, Area.hi >= position)
        .order_by(Person.email)
    )
    return [(i, email, language) for i, email, language in rows]


async def person_by_email(db: AsyncSession, email: str) -> UUID | None:
    """The id of the person with this address."""
    return await db.scalar(select(Person.id).where(Person.email == email.strip().lower(), Person.erased_at.is_(None)))
