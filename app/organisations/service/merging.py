"""Two organisations that become one: the survivor keeps its id, the other's address leads to it.

What other contexts keep of an organisation goes along (belongings.py); what was signed or decided stays under the
name it was signed with. Told apart again, each has what it brought, but for what somebody changed since.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel import time
from app.kernel.actor import Actor
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
from app.organisations.queries.similar import NOT_COMPARED
from app.organisations.rules.applying import NumberTaken
from app.organisations.rules.decisions import check_undoable
from app.organisations.rules.registration import OPEN, State
from app.organisations.service import belongings
from app.organisations.service.belongings import Joining
from app.organisations.service.duplicates import note_duplicates, tell_different
from app.organisations.service.memberships import join_people, part_people
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


async def merge(db: AsyncSession, actor: Actor, absorbed: Organisation, survivor: Organisation) -> Merger:
    """Make `absorbed` a part of `survivor`. Both are locked by the caller, in the order of their ids.

    Raises NotMoved for one that is part of another already.
    """
    if State.MERGED in (absorbed.state, survivor.state):
        raise NotMoved
    joining = Joining(absorbed.id, survivor.id, time.now())
    moved = {
        "names": await _move_names(db, absorbed, survivor),
        "identifiers": await _retire_identifiers(db, absorbed),
        "registrations": await _close_registrations(db, absorbed),
        **{each.name: [str(i) for i in await each.move(db, joining)] for each in belongings.known()},
    }
    await join_people(db, absorbed.id, survivor.id)
    merger = Merger(
        id=new_id(),
        absorbed_id=absorbed.id,
        survivor_id=survivor.id,
        state_before=absorbed.state,
        moved=moved,
        at=joining.at,
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
    """Tell two organisations apart again; returns the one that was absorbed and the one that its address led to,
    which is another than the survivor if that became a part of a third meanwhile.

    Raises NotFound, NotMoved when that happens at this moment, TooLateToUndo after 90 days, NumberTaken when
    somebody else has its number by now.
    """
    newest = select(Merger).where(Merger.absorbed_id == absorbed_id, Merger.undone_at.is_(None))
    merger = await db.scalar(newest.order_by(Merger.at.desc()).limit(1).with_for_update())
    if merger is None:
        raise NotFound
    check_undoable(merger.at, time.now())
    parts = await _parts_beside(db, absorbed_id)
    path = _path(parts, absorbed_id)
    locked = await lock_all(db, absorbed_id, *path)
    absorbed, whole = locked[absorbed_id], locked[path[-1]]
    if absorbed.merged_into != whole.id:
        raise NotMoved
    its_parts = [part for part in parts if absorbed_id in _path(parts, part)]
    absorbed.state, absorbed.merged_into = merger.state_before, None
    merger.undone_at = time.now()
    await db.flush()
    await db.execute(
        update(Organisation).where(Organisation.id.in_(its_parts)).values(merged_into=absorbed.id)
    )
    others = [part for part in parts if part != absorbed_id and part not in its_parts]
    await part_people(db, absorbed.id, its_parts, whole.id, others)
    await _names_back(db, merger, path)
    await _registrations_back(db, merger)
    await _identifiers_back(db, merger, absorbed)
    for each in belongings.known():
        ids = [UUID(i) for i in merger.moved.get(each.name, ())]
        for survivor_id in path:
            await each.move_back(db, Joining(absorbed.id, survivor_id, merger.at), ids)
    for organisation in (absorbed, whole):
        await refresh_words(db, organisation)
        organisation.changed_at = time.now()
    await db.flush()
    if absorbed.state not in NOT_COMPARED:
        await note_duplicates(db, absorbed)
    await tell_different(db, actor, absorbed, whole)
    await record(db, actor, whole, "organisation.split", absorbed.id, survivor=str(whole.id))
    return absorbed, whole


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
    for each in belongings.known():
        await each.move(db, Joining(draft.id, listed.id, time.now()))
    await _close(db, draft, listed)
    await record(db, actor, listed, "organisation.claimed", listed.id, application=str(draft.id))


async def lock_all(db: AsyncSession, *ids: UUID) -> dict[UUID, Organisation]:
    """Organisations, locked in the order of their ids, so that two who do this never wait for each other.

    Raises NotFound.
    """
    found = await db.scalars(
        select(Organisation)
        .where(Organisation.id.in_(ids))
        .order_by(Organisation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    locked = {organisation.id: organisation for organisation in found}
    if len(locked) != len(set(ids)):
        raise NotFound
    return locked


async def _parts_beside(db: AsyncSession, part: UUID) -> dict[UUID, UUID]:
    """Every organisation that leads where this one does, with the one that it became a part of by itself: addresses
    lead straight to the last survivor, and so don't tell.
    """
    leads_to = select(Organisation.merged_into).where(Organisation.id == part).scalar_subquery()
    standing = (Merger.absorbed_id == Organisation.id) & Merger.undone_at.is_(None)
    # Without a merger it was the application of a listed organisation: see `take_over`.
    rows = await db.execute(
        select(Organisation.id, func.coalesce(Merger.survivor_id, Organisation.claims_id))
        .outerjoin(Merger, standing)
        .where(Organisation.merged_into == leads_to)
        .order_by(Organisation.id)
    )
    return dict(rows.all())


def _path(parts: Mapping[UUID, UUID], part: UUID) -> list[UUID]:
    """The organisations that a part leads over, the last survivor at the end."""
    path: list[UUID] = []
    while part in parts:
        part = parts[part]
        path.append(part)
    return path


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


async def _names_back(db: AsyncSession, merger: Merger, path: Sequence[UUID]) -> None:
    for entry in merger.moved["names"]:
        i, form = entry.split(":")
        back = update(OrganisationName).where(
            OrganisationName.id == UUID(i), OrganisationName.organisation_id.in_(path)
        )
        await db.execute(back.values(organisation_id=merger.absorbed_id, form=form))


async def _retire_identifiers(db: AsyncSession, absorbed: Organisation) -> list[str]:
    retired = await db.scalars(
        update(OrganisationIdentifier)
        .where(OrganisationIdentifier.organisation_id == absorbed.id, OrganisationIdentifier.live)
        .values(live=False)
        .returning(OrganisationIdentifier.id)
    )
    return [str(i) for i in retired]


async def _identifiers_back(db: AsyncSession, merger: Merger, absorbed: Organisation) -> None:
    taken = NumberTaken(field="reason", name=absorbed.name)
    async with refusing(db, {"uq_organisation_identifier_live": taken}):
        its = OrganisationIdentifier.id.in_([UUID(i) for i in merger.moved["identifiers"]])
        await db.execute(update(OrganisationIdentifier).where(its).values(live=True))


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


async def _registrations_back(db: AsyncSession, merger: Merger) -> None:
    for entry in merger.moved["registrations"]:
        i, state = entry.split(":")
        registration = await db.get_one(Registration, UUID(i), with_for_update=True)
        registration.state = state
        registration.submitted_at = None if state == State.DRAFT else registration.submitted_at
    await db.flush()
