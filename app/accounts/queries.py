"""What is read of accounts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.accounts.models import Person, RoleGrant, Session
from app.accounts.rules import SESSION_LASTS, token_hash
from app.kernel.actor import Actor, Grant, Role, Scope
from app.kernel.ids import read_id
from app.kernel.pagination import PAGE_SIZE, Page, cut, decode
from app.kernel.refusals import NotFound
from app.places.models import Area
from app.places.queries import said_name


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
    given_by: str | None
    """None: on the command line."""


async def actor_by_session(db: AsyncSession, token: str) -> Actor | None:
    """The person whose session this token is, with their grants; memberships are added by organisations."""
    wanted = _with_grants(Session.id, Session.expires_at).join(Session, Session.person_id == Person.id)
    mine = wanted.where(Session.token_hash == token_hash(token), _is_open(), Person.erased_at.is_(None))
    return _actor([(person, (i, ends), grant) for person, i, ends, *grant in await db.execute(mine)])


async def actor_of(db: AsyncSession, person_id: UUID) -> Actor | None:
    """The person with this id, acting without a session (a command, the demonstration)."""
    rows = (await db.execute(_with_grants().where(Person.id == person_id))).all()
    return _actor([(person, (None, None), grant) for person, *grant in rows])


def _is_open() -> ColumnElement[bool]:
    return and_(
        Session.ended_at.is_(None),
        Session.expires_at > func.now(),
        Session.begun_at > func.now() - SESSION_LASTS,
    )


def _with_grants(*of_session: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(Person, *of_session, RoleGrant.role, Area.id, Area.name, Area.lo, Area.hi)
        .select_from(Person)
        .outerjoin(RoleGrant, (RoleGrant.person_id == Person.id) & RoleGrant.ended_at.is_(None))
        .outerjoin(Area, Area.id == RoleGrant.area_id)
    )


def _actor(rows: list[tuple[Person, tuple[UUID | None, datetime | None], Any]]) -> Actor | None:
    if not rows:
        return None
    person, (session_id, session_ends), _ = rows[0]
    return Actor(
        person_id=person.id,
        session_id=session_id,
        name=person.name or person.email.split("@")[0],
        email=person.email,
        language=person.language,
        time_zone=person.time_zone,
        grants=tuple(
            Grant(Role(role), area_id, name, lo, hi) for _p, _s, (role, area_id, name, lo, hi) in rows if role
        ),
        session_ends=session_ends,
    )


async def open_sessions(db: AsyncSession, actor: Actor) -> list[OpenSession]:
    """Where this person is signed in, newest first."""
    rows = await db.execute(
        select(Session.id, Session.device, Session.begun_at)
        .where(Session.person_id == actor.person_id, _is_open())
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
    return await db.scalar(
        select(Person.id).where(Person.email == email.strip().lower(), Person.erased_at.is_(None))
    )


async def names_of(db: AsyncSession, people: Collection[UUID]) -> dict[UUID, str]:
    """The names of these people; of one who gave none yet, the e-mail address."""
    wanted = select(Person.id, Person.name, Person.email).where(Person.id.in_(people))
    return {i: name or email for i, name, email in await db.execute(wanted)}


async def at_grant(db: AsyncSession, path: Mapping[str, str]) -> Scope:
    """Where the role in this path is held. Raises NotFound."""
    grant_id = read_id(path["grant_id"])
    held = select(Area.lo).join(RoleGrant, RoleGrant.area_id == Area.id).where(RoleGrant.id == grant_id)
    position = await db.scalar(held) if grant_id else None
    if position is None:
        raise NotFound
    return Scope(position=position)


async def grants_within(
    db: AsyncSession, actor: Actor, *, search: str = "", role: Role | None = None, after: str | None = None
) -> Page[Granted]:
    """Roles in force in the areas where the actor is operator, the newest first. `search`: a part of a name or
    address. One statement."""
    mine = [Area.lo.between(grant.lo, grant.hi) for grant in actor.grants if grant.role == Role.OPERATOR]
    wanted = (
        _granted()
        .where(RoleGrant.ended_at.is_(None), or_(false(), *mine))
        .order_by(RoleGrant.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if role:
        wanted = wanted.where(RoleGrant.role == role)
    if search:
        wanted = wanted.where(
            Person.email.icontains(search, autoescape=True) | Person.name.icontains(search, autoescape=True)
        )
    if key := decode(after, UUID):
        wanted = wanted.where(RoleGrant.id < key[0])
    rows = [_grant(row) for row in await db.execute(wanted)]
    return cut(rows, PAGE_SIZE, key=lambda row: (row.id,))


async def grant_in_force(db: AsyncSession, grant_id: UUID) -> Granted:
    """One role that somebody holds. Raises NotFound for one that has ended."""
    wanted = _granted().where(RoleGrant.id == grant_id, RoleGrant.ended_at.is_(None))
    if row := (await db.execute(wanted)).first():
        return _grant(row)
    raise NotFound


def _granted() -> Select[*tuple[Any, ...]]:
    giver = aliased(Person)
    columns = (
        RoleGrant.id,
        Person.name,
        Person.email,
        RoleGrant.role,
        said_name(),
        RoleGrant.reason,
        RoleGrant.given_at,
        giver.name,
    )
    return (
        select(*columns)
        .join(Person, Person.id == RoleGrant.person_id)
        .join(Area, Area.id == RoleGrant.area_id)
        .outerjoin(giver, giver.id == RoleGrant.given_by)
    )


def _grant(row: Any) -> Granted:
    grant_id, name, email, role, area, reason, given_at, given_by = row
    return Granted(grant_id, name or email, email, Role(role), area, reason, given_at, given_by)
