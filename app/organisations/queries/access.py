"""Who may do what with an organisation: its people, and the place that decides whose registrar it has."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.accounts import queries as accounts
from app.kernel.actor import Actor, Membership, Role, Scope
from app.kernel.ids import read_id
from app.kernel.refusals import NotFound
from app.organisations import models
from app.organisations.rules.registration import State
from app.places.models import Area


async def actor_by_session(db: AsyncSession, token: str) -> Actor | None:
    """Whoever holds this session, with their grants and memberships: two statements."""
    return await _with_memberships(db, await accounts.actor_by_session(db, token))


async def actor_of(db: AsyncSession, person_id: UUID) -> Actor:
    """The person with this id, acting without a session. Raises NotFound."""
    actor = await _with_memberships(db, await accounts.actor_of(db, person_id))
    if actor is None:
        raise NotFound
    return actor


async def _with_memberships(db: AsyncSession, actor: Actor | None) -> Actor | None:
    if actor is None:
        return None
    rows = await db.execute(
        select(
            models.Organisation.id, models.Organisation.slug, models.Organisation.name, models.Membership.role
        )
        .join(models.Membership, models.Membership.organisation_id == models.Organisation.id)
        .where(
            models.Membership.person_id == actor.person_id,
            models.Membership.state == "member",
            models.Organisation.state != State.MERGED,
        )
        .order_by(models.Organisation.name_folded)
    )
    return replace(
        actor, memberships=tuple(Membership(i, slug, name, Role(role)) for i, slug, name, role in rows)
    )


async def at_organisation(db: AsyncSession, path: Mapping[str, str]) -> Scope:
    """The organisation that `slug` in a path names. Raises NotFound."""
    wanted = models.Organisation.slug == path.get("slug", "")
    return await _scope(db, wanted)


async def at_decided(db: AsyncSession, path: Mapping[str, str]) -> Scope:
    """The same where a decision about it is read and contested: if it is a part of another, the other's people speak
    for it. Raises NotFound.
    """
    speaks = func.coalesce(models.Organisation.merged_into, models.Organisation.id)
    return await _scope(db, models.Organisation.slug == path.get("slug", ""), speaks)


async def at_registration(db: AsyncSession, path: Mapping[str, str]) -> Scope:
    """The organisation whose registration a path names. Raises NotFound."""
    registration_id = read_id(path.get("registration_id", ""))
    its = select(models.Registration.organisation_id).where(models.Registration.id == registration_id)
    return await _scope(db, models.Organisation.id == its.scalar_subquery())


async def at_contest(db: AsyncSession, path: Mapping[str, str]) -> Scope:
    """The area above the seat of the organisation that contests a decision: whose registrars answer. Raises NotFound."""
    above = aliased(Area)
    wanted = (
        select(models.Organisation.id, func.coalesce(above.lo, Area.lo, -1))
        .join(models.Decision, models.Decision.organisation_id == models.Organisation.id)
        .join(models.DecisionContest, models.DecisionContest.decision_id == models.Decision.id)
        .outerjoin(Area, Area.id == models.Organisation.home_area_id)
        .outerjoin(above, above.id == Area.parent_id)
        .where(models.DecisionContest.id == read_id(path.get("contest_id", "")))
    )
    row = (await db.execute(wanted)).first()
    if row is None:
        raise NotFound
    return Scope(organisation_id=row[0], position=row[1])


async def _scope(
    db: AsyncSession, wanted: ColumnElement[bool], speaks: SQLColumnExpression[UUID] = models.Organisation.id
) -> Scope:
    # Without a home area nobody's subtree holds it: position -1 lies in none.
    home = select(speaks, func.coalesce(Area.lo, -1)).select_from(models.Organisation)
    row = (
        await db.execute(home.outerjoin(Area, Area.id == models.Organisation.home_area_id).where(wanted))
    ).first()
    if row is None:
        raise NotFound
    return Scope(organisation_id=row[0], position=row[1])


async def any_demonstration(db: AsyncSession) -> bool:
    """Whether this instance shows invented organisations."""
    wanted = select(models.Organisation.id).where(models.Organisation.demonstration).limit(1)
    return await db.scalar(wanted) is not None


async def id_of(db: AsyncSession, slug: str) -> UUID:
    """The id of the organisation at this address. Raises NotFound."""
    found = await db.scalar(select(models.Organisation.id).where(models.Organisation.slug == slug))
    if found is None:
        raise NotFound
    return found
