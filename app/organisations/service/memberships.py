"""The people of organisations that become one, and are told apart again.

Who belongs to both keeps both memberships: that of the part waits where it is, and that of the whole has the larger
role and remembers (`by_itself`) what it was. So roles are never guessed: they are worked out anew from what everybody
is by themselves.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.actor import IN_ORGANISATION, Role
from app.organisations.models import Membership, Organisation


async def join_people(db: AsyncSession, part: UUID, whole: UUID) -> None:
    """Let the people of a part belong to the whole; who belongs to both has the larger of the two roles there."""
    here = {each.person_id: each for each in await _live(db, whole)}
    for membership in await _live(db, part):
        known = here.get(membership.person_id)
        if known is None:
            membership.organisation_id, membership.came_from = whole, membership.came_from or part
        elif membership.state == "member":
            _raise(known, membership.role)
    await db.flush()


async def part_people(
    db: AsyncSession, absorbed: UUID, its_parts: Collection[UUID], survivor: UUID, others: Collection[UUID]
) -> None:
    """Let the people of `absorbed`, and those who came with its parts, belong to it again, and no longer to the
    survivor. `others` stay parts of that one. Who left meanwhile stays away, and a role given since stays.
    """
    everywhere = Membership.organisation_id.in_((absorbed, survivor, *its_parts, *others))
    raised = (everywhere, Membership.state == "member", Membership.by_itself.is_not(None))
    asked = Membership.by_itself == "asked"
    by_itself = {
        "state": case((asked, "asked"), else_=Membership.state),
        "role": case((asked, Role.MEMBER.value), else_=Membership.by_itself),
        "by_itself": None,
    }
    await db.execute(update(Membership).where(*raised).values(by_itself))
    came = Membership.came_from.in_((absorbed, *its_parts))
    back = {"organisation_id": absorbed, "came_from": func.nullif(Membership.came_from, absorbed)}
    at_survivor = Membership.organisation_id.in_((survivor, *others))
    await db.execute(update(Membership).where(at_survivor, came).values(back))
    for parts, whole in ((its_parts, absorbed), (others, survivor)):
        for part in parts:
            await join_people(db, part, whole)


def in_parts_of(organisation_id: UUID, person_id: UUID) -> ColumnElement[bool]:
    """What somebody is in organisations that are part of this one: decided here with their membership."""
    parts = select(Organisation.id).where(Organisation.merged_into == organisation_id)
    return (
        Membership.organisation_id.in_(parts)
        & (Membership.person_id == person_id)
        & (Membership.state != "ended")
    )


async def _live(db: AsyncSession, organisation_id: UUID) -> Collection[Membership]:
    its = select(Membership).where(Membership.organisation_id == organisation_id, Membership.state != "ended")
    return (await db.scalars(its.order_by(Membership.id))).all()


def _raise(known: Membership, role: str) -> None:
    rank = [each.value for each in IN_ORGANISATION].index
    if known.state == "asked":
        known.state, known.role, known.by_itself = "member", role, "asked"
    elif rank(role) > rank(known.role):
        known.role, known.by_itself = role, known.by_itself or known.role
