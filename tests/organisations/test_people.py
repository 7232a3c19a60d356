"""Who belongs to an organisation: asking, being invited, roles, leaving; never without an owner."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.kernel import time
from app.kernel.actor import Role
from app.kernel.audit import AuditEntry
from app.kernel.database import transaction
from app.kernel.outbox import Message
from app.kernel.refusals import NotFound
from app.organisations.models import Invitation, Membership
from app.organisations.rules.people import AlreadyAsked, AlreadyMember, InvitationOver, LastOwner, NotYours
from app.organisations.service import people
from tests.worlds import Browser, World

SLUG = "yobe-women-farmers"


async def test_somebody_asks_to_join_and_an_owner_takes_them_in(browse: Browser, world: World, db):
    owner, sani = await world.person("Hauwa"), await world.person("Sani")
    organisation = await world.organisation(owner=owner)
    await browse.sign_in(sani)
    await browse.get(f"/organisations/{SLUG}/membership")
    await browse.fill_in({"message": "I keep the accounts."})
    assert "You asked to join" in browse.text
    asked = (await db.scalars(select(Membership).where(Membership.person_id == sani.id))).one()
    assert (asked.state, asked.role) == ("asked", "member")
    assert (await browse.get(f"/organisations/{SLUG}/people")).status_code == 403

    await browse.sign_in(owner)
    await browse.get("/my")
    assert "Somebody asks to join" in browse.text
    await browse.get(f"/organisations/{SLUG}/people")
    assert "I keep the accounts." in browse.text
    await browse.fill_in({"role": "editor"}, action="/acceptance")
    await db.refresh(asked)
    assert (asked.state, asked.role) == ("member", "editor")
    told = [message.to_address for message in await db.scalars(select(Message))]
    assert sorted(told) == sorted([owner.email, sani.email])
    assert (await world.actor(sani)).role_in(organisation.id) is Role.EDITOR


async def test_nobody_asks_twice_nor_joins_what_they_belong_to(db, world: World):
    owner, sani = await world.person("Hauwa"), await world.person("Sani")
    await world.organisation(owner=owner)
    await people.ask_to_join(db, await world.actor(sani), SLUG, "")
    with pytest.raises(AlreadyAsked):
        await people.ask_to_join(db, await world.actor(sani), SLUG, "")
    with pytest.raises(AlreadyMember):
        await people.ask_to_join(db, await world.actor(owner), SLUG, "")


async def test_whoever_was_refused_may_ask_again(db, world: World):
    owner, sani = await world.person("Hauwa"), await world.person("Sani")
    await world.organisation(owner=owner)
    await people.ask_to_join(db, await world.actor(sani), SLUG, "")
    asked = await db.scalar(select(Membership.id).where(Membership.person_id == sani.id))
    await people.refuse(db, await world.actor(owner), SLUG, asked)
    await people.ask_to_join(db, await world.actor(sani), SLUG, "It was a mistake.")


async def test_the_last_owner_stays_until_there_is_another(db, world: World):
    owner, sani = await world.person("Hauwa"), await world.person("Sani")
    organisation = await world.organisation(owner=owner)
    await world.member(sani, organisation, Role.EDITOR)
    actor = await world.actor(owner)
    mine = await db.scalar(select(Membership.id).where(Membership.person_id == owner.id))
    theirs = await db.scalar(select(Membership.id).where(Membership.person_id == sani.id))
    with pytest.raises(LastOwner):
        await people.leave(db, actor, SLUG)
    with pytest.raises(LastOwner):
        await people.change_role(db, actor, SLUG, mine, Role.EDITOR)
    await people.change_role(db, actor, SLUG, theirs, Role.OWNER)
    await people.leave(db, actor, SLUG)
    assert (await world.actor(owner)).role_in(organisation.id) is None
    entry = await db.scalar(select(AuditEntry.entry).where(AuditEntry.action == "membership.role-changed"))
    assert '"before":"editor"' in entry


async def test_an_owner_of_another_organisation_decides_nothing_here(db, world: World):
    owner, other, sani = await world.person("Hauwa"), await world.person("Musa"), await world.person("Sani")
    await world.organisation(owner=owner)
    await world.organisation("Another", owner=other)
    await people.ask_to_join(db, await world.actor(sani), SLUG, "")
    asked = await db.scalar(select(Membership.id).where(Membership.state == "asked"))
    with pytest.raises(NotFound):
        await people.accept(db, await world.actor(other), "another", asked, Role.MEMBER)


async def test_an_invitation_is_for_one_address_and_takes_effect_once(browse: Browser, world: World, db):
    owner, sani, other = (
        await world.person("Hauwa"),
        await world.person("Sani", "sani@example.org"),
        await world.person("Musa"),
    )
    organisation = await world.organisation(owner=owner)
    await browse.sign_in(owner)
    await browse.get(f"/organisations/{SLUG}/people")
    wrong = await browse.fill_in({"email": "not an address", "role": "editor"}, action="/invitations")
    assert wrong.status_code == 422
    assert "name@example.org" in browse.text
    await browse.fill_in({"email": "Sani@Example.org", "role": "signatory"}, action="/invitations")
    assert "sani@example.org" in browse.text
    invitation = (await db.scalars(select(Invitation))).one()
    mail = (await db.scalars(select(Message))).one()
    assert f"/invitations/{invitation.id}" in mail.body

    await browse.sign_in(other)
    assert (await browse.get(f"/invitations/{invitation.id}")).status_code == 403
    await browse.sign_in(sani)
    await browse.get("/my")
    assert "You are invited" in browse.text
    await browse.get(f"/invitations/{invitation.id}")
    await browse.fill_in(action="/acceptance")
    actor = await world.actor(sani)
    assert actor.role_in(organisation.id) is Role.SIGNATORY
    assert await people.accept_invitation(db, actor, invitation.id) == SLUG
    assert (
        await db.scalar(select(func.count()).select_from(Membership).where(Membership.person_id == sani.id))
        == 1
    )


async def test_an_invitation_that_ran_out_or_was_taken_back_is_over(db, world: World):
    owner, sani = await world.person("Hauwa"), await world.person("Sani", "sani@example.org")
    await world.organisation(owner=owner)
    actor = await world.actor(owner)
    await people.invite(db, actor, SLUG, "sani@example.org", Role.MEMBER, "https://example.org")
    first = (await db.scalars(select(Invitation))).one()
    await people.withdraw_invitation(db, actor, SLUG, first.id)
    with pytest.raises(InvitationOver):
        await people.accept_invitation(db, await world.actor(sani), first.id)
    await people.invite(db, actor, SLUG, "sani@example.org", Role.MEMBER, "https://example.org")
    second = (await db.scalars(select(Invitation).where(Invitation.state == "open"))).one()
    second.expires_at = time.now() - timedelta(minutes=1)
    await db.flush()
    with pytest.raises(InvitationOver):
        await people.accept_invitation(db, await world.actor(sani), second.id)
    with pytest.raises(NotYours):
        await people.accept_invitation(db, actor, second.id)


@pytest.mark.committed
async def test_two_owners_who_leave_at_once_leave_one_behind(committed):
    async with transaction(committed.database) as db:
        world = World(db)
        one, two = await world.person("Hauwa"), await world.person("Sani")
        organisation = await world.organisation(owner=one)
        await world.member(two, organisation)
        actors = [await world.actor(person) for person in (one, two)]

    async def leaves(actor) -> str:
        try:
            async with transaction(committed.database) as db:
                await people.leave(db, actor, SLUG)
        except LastOwner:
            return "stays"
        return "left"

    assert sorted(await asyncio.gather(*map(leaves, actors))) == ["left", "stays"]
