"""Belonging to an organisation: asking to, being invited, changing roles, leaving."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Person
from app.accounts.rules import read_address
from app.kernel import outbox, time
from app.kernel.actor import Actor, Role
from app.kernel.database import refusing
from app.kernel.i18n import N_, _, speaking
from app.kernel.ids import new_id
from app.kernel.refusals import NotFound, NotMoved
from app.organisations.models import Invitation, Membership, Organisation
from app.organisations.rules import people
from app.organisations.rules.people import (
    INVITATION_LASTS,
    MOST_INVITATIONS,
    AlreadyAsked,
    AlreadyMember,
    InvitationOver,
    NotYours,
    TooManyInvitations,
    check_owner_stays,
)
from app.organisations.rules.registration import State
from app.organisations.service.memberships import in_parts_of
from app.organisations.service.telling import record, tell_members

_NOBODY_IN = (State.MERGED, State.REMOVED)


async def ask_to_join(db: AsyncSession, actor: Actor, slug: str, message: str) -> None:
    """Ask the owners to be taken in; they are told. Raises NotFound, AlreadyMember, AlreadyAsked."""
    organisation = await _locked(db, slug)
    known = await _membership(db, organisation.id, actor.person_id)
    if known is not None:
        raise AlreadyMember if known.state == "member" else AlreadyAsked
    asked = Membership(
        id=new_id(),
        person_id=actor.person_id,
        organisation_id=organisation.id,
        role=Role.MEMBER,
        state="asked",
        message=message[: people.LONGEST_MESSAGE],
    )
    async with refusing(db, {"uq_membership_live": AlreadyAsked()}):
        db.add(asked)
    await record(db, actor, organisation, "membership.asked", asked.id, person=str(actor.person_id))
    await tell_members(
        db,
        organisation,
        N_("Somebody asks to join %(name)s"),
        [f"{actor.name}: {asked.message}".strip(": ")],
        N_("Say yes or no on the page of your people."),
        owners_only=True,
        leads_to=f"/organisations/{organisation.slug}/people",
    )


async def accept(db: AsyncSession, actor: Actor, slug: str, membership_id: UUID, role: Role) -> None:
    """Take in somebody who asked, in a role; they are told. Twice is once. Raises NotFound, NotMoved."""
    organisation, membership = await _of(db, slug, membership_id)
    if membership.state == "member":
        return
    if membership.state == "ended":
        raise NotMoved
    membership.state, membership.role, membership.since = "member", role, time.now()
    await db.flush()
    await record(
        db,
        actor,
        organisation,
        "membership.accepted",
        membership.id,
        person=str(membership.person_id),
        role=role,
    )
    await _tell_person(db, organisation, membership.person_id, N_("You belong to %(name)s now"))


async def refuse(db: AsyncSession, actor: Actor, slug: str, membership_id: UUID) -> None:
    """Say no to somebody who asked; they are told, and may ask again. Raises NotFound, NotMoved."""
    organisation, membership = await _of(db, slug, membership_id)
    if membership.state != "asked":
        raise NotMoved
    membership.state, membership.until = "ended", time.now()
    await db.flush()
    await record(
        db, actor, organisation, "membership.refused", membership.id, person=str(membership.person_id)
    )
    await _tell_person(db, organisation, membership.person_id, N_("%(name)s did not take you in"))


async def change_role(db: AsyncSession, actor: Actor, slug: str, membership_id: UUID, role: Role) -> None:
    """Give a member another role. Raises NotFound, NotMoved, LastOwner."""
    organisation, membership = await _of(db, slug, membership_id)
    if membership.state != "member":
        raise NotMoved
    check_owner_stays(Role(membership.role), role, await _owners(db, organisation.id))
    if membership.role != role:
        before, membership.role, membership.by_itself = membership.role, role, None
        await db.flush()
        in_parts = update(Membership).where(in_parts_of(organisation.id, membership.person_id))
        await db.execute(in_parts.where(Membership.state == "member").values(role=role))
        await record(
            db,
            actor,
            organisation,
            "membership.role-changed",
            membership.id,
            person=str(membership.person_id),
            before=before,
            role=role,
        )


async def end_membership(db: AsyncSession, actor: Actor, slug: str, membership_id: UUID) -> None:
    """Take somebody out of the organisation; they are told. Twice is once. Raises NotFound, LastOwner."""
    organisation, membership = await _of(db, slug, membership_id)
    if membership.state == "ended":
        return
    await _end(db, actor, organisation, membership)
    if membership.person_id != actor.person_id:
        await _tell_person(
            db, organisation, membership.person_id, N_("You don't belong to %(name)s any more")
        )


async def leave(db: AsyncSession, actor: Actor, slug: str) -> None:
    """Leave an organisation, or take back that one asked to join it. Raises NotFound, LastOwner."""
    organisation = await _locked(db, slug)
    membership = await _membership(db, organisation.id, actor.person_id)
    if membership is None:
        raise NotFound
    await _end(db, actor, organisation, membership)


async def invite(db: AsyncSession, actor: Actor, slug: str, typed: str, role: Role, site: str) -> None:
    """Invite whoever reads mail at an address; a mail leads to the page on which they say yes.

    `site` is the address of this platform. Inviting the same address again writes again, with the new role.
    Raises NoSuchAddress, AlreadyMember, TooManyInvitations, NotFound.
    """
    organisation = await _locked(db, slug)
    email = read_address(typed)
    person = await db.scalar(select(Person).where(Person.email == email))
    known = await _membership(db, organisation.id, person.id) if person else None
    if known is not None and known.state == "member":
        raise AlreadyMember
    open_ones = (Invitation.organisation_id == organisation.id, Invitation.state == "open")
    await db.execute(
        update(Invitation).where(*open_ones, Invitation.email == email).values(state="withdrawn")
    )
    if (
        await db.scalar(select(func.count()).select_from(Invitation).where(*open_ones)) or 0
    ) >= MOST_INVITATIONS:
        raise TooManyInvitations
    invitation = Invitation(
        id=new_id(),
        organisation_id=organisation.id,
        email=email,
        role=role,
        invited_by=actor.person_id,
        expires_at=time.now() + INVITATION_LASTS,
    )
    db.add(invitation)
    await db.flush()
    await record(db, actor, organisation, "invitation.sent", invitation.id, role=role)
    language = person.language if person else actor.language
    with speaking(language) as spoken:
        prefix = "" if spoken.code == "en" else f"/{spoken.code}"
        lines = [
            _("%(who)s invites you to belong to %(name)s on Roundtable.")
            % {"who": actor.name, "name": organisation.name},
            _("Open this page within 14 days, and sign in with this e-mail address:"),
            f"{site}{prefix}/invitations/{invitation.id}",
            _("If you don't know them, do nothing."),
        ]
        await outbox.tell(
            db, email, language, _("You are invited to %(name)s") % {"name": organisation.name}, lines
        )


async def accept_invitation(db: AsyncSession, actor: Actor, invitation_id: UUID) -> str:
    """Say yes to an invitation; returns the organisation's address. Twice is once.

    Raises NotFound, NotYours, InvitationOver.
    """
    invitation, organisation = await _invitation(db, actor, invitation_id)
    if invitation.state == "accepted":
        return organisation.slug
    _check_open(invitation)
    membership = await _membership(db, organisation.id, actor.person_id)
    if membership is None:
        membership = Membership(
            id=new_id(), person_id=actor.person_id, organisation_id=organisation.id, role=invitation.role
        )
        db.add(membership)
    elif membership.state == "asked":
        membership.state, membership.role, membership.since = "member", invitation.role, time.now()
    invitation.state = "accepted"
    await db.flush()
    await record(db, actor, organisation, "invitation.accepted", invitation.id, role=invitation.role)
    return organisation.slug


async def decline_invitation(db: AsyncSession, actor: Actor, invitation_id: UUID) -> None:
    """Say no to an invitation. Raises NotFound, NotYours, InvitationOver."""
    invitation, organisation = await _invitation(db, actor, invitation_id)
    if invitation.state == "declined":
        return
    _check_open(invitation)
    invitation.state = "declined"
    await db.flush()
    await record(db, actor, organisation, "invitation.declined", invitation.id)


async def withdraw_invitation(db: AsyncSession, actor: Actor, slug: str, invitation_id: UUID) -> None:
    """Take an invitation back; twice is once. Raises NotFound, InvitationOver."""
    organisation = await _locked(db, slug)
    invitation = await db.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None or invitation.organisation_id != organisation.id:
        raise NotFound
    if invitation.state == "withdrawn":
        return
    if invitation.state != "open":
        raise InvitationOver
    invitation.state = "withdrawn"
    await db.flush()
    await record(db, actor, organisation, "invitation.withdrawn", invitation.id)


async def _end(db: AsyncSession, actor: Actor, organisation: Organisation, membership: Membership) -> None:
    if membership.state == "member":
        check_owner_stays(Role(membership.role), None, await _owners(db, organisation.id))
    membership.state, membership.until = "ended", time.now()
    await db.flush()
    in_parts = update(Membership).where(in_parts_of(organisation.id, membership.person_id))
    await db.execute(in_parts.values(state="ended", until=membership.until))
    await record(db, actor, organisation, "membership.ended", membership.id, person=str(membership.person_id))


async def _locked(db: AsyncSession, slug: str) -> Organisation:
    """The organisation, locked: two owners who leave at once do so one after the other. Raises NotFound."""
    organisation = await db.scalar(select(Organisation).where(Organisation.slug == slug).with_for_update())
    if organisation is None or organisation.state in _NOBODY_IN:
        raise NotFound
    return organisation


async def _of(db: AsyncSession, slug: str, membership_id: UUID) -> tuple[Organisation, Membership]:
    organisation = await _locked(db, slug)
    membership = await db.get(Membership, membership_id, with_for_update=True)
    if membership is None or membership.organisation_id != organisation.id:
        raise NotFound
    return organisation, membership


async def _membership(db: AsyncSession, organisation_id: UUID, person_id: UUID) -> Membership | None:
    return await db.scalar(
        select(Membership).where(
            Membership.organisation_id == organisation_id,
            Membership.person_id == person_id,
            Membership.state != "ended",
        )
    )


async def _owners(db: AsyncSession, organisation_id: UUID) -> int:
    counted = select(func.count()).where(
        Membership.organisation_id == organisation_id,
        Membership.role == Role.OWNER,
        Membership.state == "member",
    )
    return await db.scalar(counted) or 0


async def _invitation(db: AsyncSession, actor: Actor, invitation_id: UUID) -> tuple[Invitation, Organisation]:
    invitation = await db.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None:
        raise NotFound
    if invitation.email != actor.email:
        raise NotYours
    return invitation, await db.get_one(Organisation, invitation.organisation_id, with_for_update=True)


def _check_open(invitation: Invitation) -> None:
    if invitation.state != "open" or invitation.expires_at < time.now():
        raise InvitationOver


async def _tell_person(db: AsyncSession, organisation: Organisation, person_id: UUID, subject: str) -> None:
    person = await db.get_one(Person, person_id)
    with speaking(person.language):
        line = _(subject) % {"name": organisation.name}
        await outbox.tell(db, person.email, person.language, line, [line + "."])
