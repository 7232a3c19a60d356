"""Two organisations that become one: the survivor keeps its id, the other's address leads to it.

What other contexts keep of an organisation follows by what they registered with `follow`; what was signed or
decided stays under the name it was signed with.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.kernel import time
from app.kernel.actor import IN_ORGANISATION, Actor
from app.kernel.database import refusing
from app.kernel.ids import new_id
from app.kernel.refusals import NotFound, NotMoved
from app.organisations.models import (
    LISTED,
    Document,
    Duplicate,
    Invitation,
    Membership,
    Merger,
    OfficeHolder,
    Organisation,
    OrganisationArea,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationTerm,
    Registration,
)
from app.organisations.rules.applying import NumberTaken
from app.organisations.rules.decisions import check_undoable
from app.organisations.rules.registration import OPEN, State
from app.organisations.service.names import refresh_words
from app.organisations.service.telling import record

TAKEN_OVER = (
    "kind",
    "name",
    "name_folded",
    "acronym",
    "descriptions",
    "home_area_id",
    "founded_year",
    "staff",
    "volunteers",
    "budget",
    "website",
    "website_domain",
    "phone",
    "public_email",
    "contact_person",
    "address",
    "address_public",
    "demonstration",
)
"""What a listed organisation has from its own people, once they are verified."""


@dataclass(frozen=True, slots=True)
class Follows:
    """Rows of another context that go with an organisation.

    move(db, absorbed, survivor) moves them to the survivor, but for those that it can't have too, and returns their
    ids; move_back(db, ids, absorbed, survivor) gives those back. Both run before the states change, and note
    (kernel/changes.py) what coverage has to follow.
    """

    name: str
    move: Callable[[AsyncSession, UUID, UUID], Awaitable[Sequence[UUID]]]
    move_back: Callable[[AsyncSession, Sequence[UUID], UUID, UUID], Awaitable[None]]


_following: dict[str, Follows] = {}


async def give(
    db: AsyncSession,
    rows: type[Any],
    column: InstrumentedAttribute[Any],
    which: ColumnElement[bool],
    organisation_id: UUID,
) -> Sequence[UUID]:
    """Let `column` of those rows of a versioned table name this organisation. Returns their ids."""
    given = update(rows).where(which).values({column: organisation_id, rows.version: rows.version + 1})
    moved = await db.scalars(given.returning(rows.id).execution_options(synchronize_session=False))
    return moved.all()


def follow(rows: Follows) -> None:
    """Let these rows follow an organisation into another (app/following.py)."""
    _following[rows.name] = rows


async def merge(db: AsyncSession, actor: Actor, absorbed: Organisation, survivor: Organisation) -> Merger:
    """Make `absorbed` a part of `survivor`. Both are locked by the caller, in the order of their ids.

    Raises NotMoved for one that is part of another already.
    """
    if State.MERGED in (absorbed.state, survivor.state):
        raise NotMoved
    moved = {
        "names": await _move_names(db, absorbed, survivor),
        "memberships": await _move_memberships(db, absorbed, survivor),
        "identifiers": await _retire_identifiers(db, absorbed),
        "registrations": await _close_registrations(db, absorbed),
        **{
            name: [str(i) for i in await rows.move(db, absorbed.id, survivor.id)]
            for name, rows in _following.items()
        },
    }
    merger = Merger(
        id=new_id(),
        absorbed_id=absorbed.id,
        survivor_id=survivor.id,
        state_before=absorbed.state,
        moved=moved,
        at=time.now(),
    )
    db.add(merger)
    await _close(db, absorbed, survivor)
    await record(
        db,
        actor,
        survivor,
        "organisation.merged",
        absorbed.id,
        survivor=str(survivor.id),
        merger=str(merger.id),
    )
    return merger


async def undo_merge(db: AsyncSession, actor: Actor, absorbed_id: UUID) -> tuple[Organisation, Organisation]:
    """Tell two organisations apart again; returns the one that was absorbed and the survivor.

    Raises NotFound, TooLateToUndo after 90 days, NumberTaken when somebody else has its number by now.
    """
    newest = select(Merger).where(Merger.absorbed_id == absorbed_id, Merger.undone_at.is_(None))
    merger = await db.scalar(newest.order_by(Merger.at.desc()).limit(1).with_for_update())
    if merger is None:
        raise NotFound
    check_undoable(merger.at, time.now())
    both = await lock_both(db, absorbed_id, merger.survivor_id)
    absorbed, survivor = both[absorbed_id], both[merger.survivor_id]
    absorbed.state, absorbed.merged_into = merger.state_before, None
    for entry in merger.moved["names"]:
        i, form = entry.split(":")
        back = update(OrganisationName).where(OrganisationName.id == UUID(i))
        await db.execute(back.values(organisation_id=absorbed.id, form=form))
    for entry in merger.moved["registrations"]:
        i, state = entry.split(":")
        registration = await db.get_one(Registration, UUID(i), with_for_update=True)
        registration.state = state
        registration.submitted_at = None if state == State.DRAFT else registration.submitted_at
    kept = {name: moved for name, moved in merger.moved.items() if name not in {"names", "registrations"}}
    ids = {name: [UUID(i) for i in moved] for name, moved in kept.items()}
    await db.execute(
        update(Membership).where(Membership.id.in_(ids["memberships"])).values(organisation_id=absorbed.id)
    )
    async with refusing(
        db, {"uq_organisation_identifier_live": NumberTaken(field="reason", name=absorbed.name)}
    ):
        its = OrganisationIdentifier.id.in_(ids["identifiers"])
        await db.execute(update(OrganisationIdentifier).where(its).values(live=True))
    for name, rows in _following.items():
        await rows.move_back(db, ids.get(name, []), absorbed.id, survivor.id)
    merger.undone_at = time.now()
    await db.flush()
    for organisation in (absorbed, survivor):
        await refresh_words(db, organisation)
        organisation.changed_at = time.now()
    await db.flush()
    await record(db, actor, survivor, "organisation.split", absorbed.id, survivor=str(survivor.id))
    return absorbed, survivor


async def take_over(db: AsyncSession, actor: Actor, listed: Organisation, draft: Organisation) -> None:
    """Make the listed organisation the one that its people registered: it keeps its id and address, and has
    from now on what they wrote. Raises NotMoved when others were verified as this organisation before.
    """
    if listed.state != LISTED:
        raise NotMoved
    for name in TAKEN_OVER:
        setattr(listed, name, getattr(draft, name))
    await _names_to_aliases(db, listed)
    for facts in (OrganisationTerm, OrganisationArea, OfficeHolder):
        await db.execute(delete(facts).where(facts.organisation_id == listed.id))
    # A number that both have goes with the draft's row: only one may be live.
    await db.execute(delete(OrganisationIdentifier).where(_has_too(listed.id, draft.id)))
    everything = (
        OrganisationName,
        OrganisationTerm,
        OrganisationArea,
        OfficeHolder,
        OrganisationIdentifier,
        Registration,
        Membership,
        Invitation,
        Document,
    )
    for rows in everything:
        await db.execute(
            update(rows).where(rows.organisation_id == draft.id).values(organisation_id=listed.id)
        )
    await db.execute(
        update(OrganisationIdentifier)
        .where(OrganisationIdentifier.organisation_id == listed.id)
        .values(live=True)
    )
    for rows in _following.values():
        await rows.move(db, draft.id, listed.id)
    await _close(db, draft, listed)
    await record(db, actor, listed, "organisation.claimed", listed.id, application=str(draft.id))


async def lock_both(db: AsyncSession, one: UUID, other: UUID) -> dict[UUID, Organisation]:
    """Two organisations, locked in the order of their ids, so that two who do this never wait for each other.

    Raises NotFound.
    """
    found = await db.scalars(
        select(Organisation)
        .where(Organisation.id.in_((one, other)))
        .order_by(Organisation.id)
        .with_for_update()
    )
    both = {organisation.id: organisation for organisation in found}
    if len(both) != len({one, other}):
        raise NotFound
    return both


async def _close(db: AsyncSession, absorbed: Organisation, survivor: Organisation) -> None:
    """Let the absorbed one's address, and those of others that led to it, lead to the survivor: no chains."""
    absorbed.state, absorbed.merged_into = State.MERGED, survivor.id
    absorbed.changed_at = survivor.changed_at = time.now()
    await db.execute(
        update(Organisation).where(Organisation.merged_into == absorbed.id).values(merged_into=survivor.id)
    )
    pairs = (Duplicate.low_id == absorbed.id) | (Duplicate.high_id == absorbed.id)
    await db.execute(delete(Duplicate).where(pairs, Duplicate.state == "suspected"))
    await db.flush()
    await refresh_words(db, survivor)
    await db.flush()


async def _names_to_aliases(db: AsyncSession, listed: Organisation) -> None:
    """What the source calls it becomes other spellings; each once."""
    names = (OrganisationName.organisation_id == listed.id, OrganisationName.form != "alias")
    known = set(
        await db.scalars(
            select(OrganisationName.folded).where(
                OrganisationName.organisation_id == listed.id, OrganisationName.form == "alias"
            )
        )
    )
    for name in await db.scalars(select(OrganisationName).where(*names).order_by(OrganisationName.id)):
        if name.folded in known:
            await db.delete(name)
        else:
            name.form = "alias"
            known.add(name.folded)
    await db.flush()


def _has_too(organisation_id: UUID, other_id: UUID) -> ColumnElement[bool]:
    """Identifiers of one organisation that another has as well."""
    other = aliased(OrganisationIdentifier)
    same = select(other.id).where(
        other.organisation_id == other_id,
        other.scheme == OrganisationIdentifier.scheme,
        other.number_norm == OrganisationIdentifier.number_norm,
    )
    return and_(OrganisationIdentifier.organisation_id == organisation_id, same.exists())


async def _move_names(db: AsyncSession, absorbed: Organisation, survivor: Organisation) -> list[str]:
    """Its names become aliases of the survivor, but for those it has already. Returns "id:form" of each."""
    has = select(OrganisationName.folded).where(OrganisationName.organisation_id == survivor.id)
    rows = (
        await db.execute(
            select(OrganisationName.id, OrganisationName.form, OrganisationName.folded)
            .where(OrganisationName.organisation_id == absorbed.id, OrganisationName.folded.not_in(has))
            .order_by(OrganisationName.id)
        )
    ).all()
    moving = {row.folded: row for row in reversed(rows)}
    ids = [row.id for row in moving.values()]
    await db.execute(
        update(OrganisationName)
        .where(OrganisationName.id.in_(ids))
        .values(organisation_id=survivor.id, form="alias")
    )
    return [f"{row.id}:{row.form}" for row in moving.values()]


async def _move_memberships(db: AsyncSession, absorbed: Organisation, survivor: Organisation) -> list[str]:
    """Its people belong to the survivor; who belongs to both keeps the larger of the two roles there."""
    here = {
        row.person_id: row
        for row in await db.scalars(
            select(Membership).where(Membership.organisation_id == survivor.id, Membership.state != "ended")
        )
    }
    moved: list[str] = []
    for membership in await db.scalars(
        select(Membership).where(Membership.organisation_id == absorbed.id, Membership.state != "ended")
    ):
        known = here.get(membership.person_id)
        if known is None:
            membership.organisation_id = survivor.id
            moved.append(str(membership.id))
        elif membership.state == "member":
            rank = [role.value for role in IN_ORGANISATION].index
            known.state, known.role = "member", max(known.role, membership.role, key=rank)
    await db.flush()
    return moved


async def _retire_identifiers(db: AsyncSession, absorbed: Organisation) -> list[str]:
    retired = await db.scalars(
        update(OrganisationIdentifier)
        .where(OrganisationIdentifier.organisation_id == absorbed.id, OrganisationIdentifier.live)
        .values(live=False)
        .returning(OrganisationIdentifier.id)
    )
    return [str(i) for i in retired]


async def _close_registrations(db: AsyncSession, absorbed: Organisation) -> list[str]:
    """Its applications that are open leave the queue. Returns "id:state" of each."""
    closed: list[str] = []
    for registration in await db.scalars(
        select(Registration).where(Registration.organisation_id == absorbed.id, Registration.state.in_(OPEN))
    ):
        closed.append(f"{registration.id}:{registration.state}")
        registration.state = State.MERGED
        registration.submitted_at = registration.submitted_at or time.now()
    await db.flush()
    return closed
