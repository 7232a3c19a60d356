"""Correcting what a verified partner says of itself: at once where nobody need look, by its registrar where somebody must."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Person
from app.kernel import time
from app.kernel.audit import AuditEntry
from app.organisations.models import Organisation, OrganisationArea, OrganisationIdentifier, Registration
from app.organisations.rules.applying import NumberTaken
from app.organisations.rules.checklist import Answer
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import State
from app.organisations.service import registration as registering
from app.organisations.service import review, standing
from app.organisations.service.facts import Who, set_number
from tests.worlds import Browser, World

SLUG = "yobe-women-farmers"
HOME = f"/organisations/{SLUG}/registration"
REASON = "What we were told was confirmed on the spot."


async def _verified(world: World) -> Organisation:
    owner = await world.person("Hauwa")
    registration = await world.application(owner=owner)
    await world.sent(registration, met=True)
    await review.verify(world.db, await world.actor(await world.registrar("NG036")), registration.id, REASON)
    return (await world.db.scalars(select(Organisation))).one()


async def _hauwa(world: World) -> Person:
    return (await world.db.scalars(select(Person).where(Person.name == "Hauwa"))).one()


async def _change(db) -> Registration:
    return (await db.scalars(select(Registration).where(Registration.purpose == "change"))).one()


async def test_an_owner_finds_the_page_and_corrects_where_they_work(browse: Browser, world: World, db):
    await _verified(world)
    gulani, damaturu = await world.area("NG036009"), await world.area("NG036005")
    await browse.sign_in(await _hauwa(world))
    await browse.get("/my")
    assert f'href="{HOME}"' in browse.page.text
    await browse.get(f"/organisations/{SLUG}")
    assert f'href="{HOME}"' in browse.page.text
    await browse.get(HOME)
    assert "What Yobe Women Farmers says of itself" in browse.text
    await browse.get(f"{HOME}/places")
    assert "Step 4" not in browse.text
    await browse.fill_in({"home_id": str(damaturu.id), "areas": [str(gulani.id)]}, action="/places")
    assert browse.page.url.path == HOME
    assert set(await db.scalars(select(OrganisationArea.area_id))) == {gulani.id}
    said = json.loads(
        await db.scalar(select(AuditEntry.entry).where(AuditEntry.action == "organisation.changed"))
    )
    assert f"works_in {gulani.id}" in json.dumps(said)
    browse.sign_out()
    await browse.get(f"/organisations/{SLUG}")
    assert "Gulani" in browse.text


async def test_whoever_may_not_write_for_it_is_offered_no_correction(browse: Browser, world: World):
    await _verified(world)
    await browse.sign_in(await world.person("A stranger"))
    await browse.get(f"/organisations/{SLUG}")
    assert HOME not in browse.page.text
    assert (await browse.get(HOME)).status_code == 403


async def test_a_number_counts_once_the_registrar_has_seen_it(browse: Browser, world: World, db):
    organisation = await _verified(world)
    await browse.sign_in(await _hauwa(world))
    await browse.get(f"{HOME}/papers")
    await browse.fill_in(
        {"legal_status": "association", "registration_number": "RC 77 12", "scheme": "NG-CAC"},
        action="/papers",
    )
    assert "What you asked to change" in browse.text
    assert await db.scalar(select(func.count()).select_from(OrganisationIdentifier)) == 0

    change, registrar = await _change(db), await world.registrar("NG036")
    assert change.state == State.SUBMITTED
    await browse.sign_in(registrar)
    await browse.get(f"/registrations/{change.id}")
    assert "RC 77 12" in browse.text
    actor = await world.actor(registrar)
    await db.refresh(organisation)
    await review.answer_item(db, actor, change.id, "C1", Answer.MET, "")
    await review.verify(db, actor, change.id, REASON)
    number = (await db.scalars(select(OrganisationIdentifier))).one()
    assert (number.scheme, number.number_norm, number.live) == ("NG-CAC", "rc7712", True)
    await db.refresh(change)
    assert (change.answers["registration_number"], organisation.state) == ("RC 77 12", State.VERIFIED)


async def test_what_is_declined_leaves_everything_as_it_was(world: World, db):
    organisation = await _verified(world)
    hauwa, seen = await world.actor(await _hauwa(world)), await db.scalar(select(Registration.version))
    assert await registering.save_papers(
        db, hauwa, SLUG, seen, {"registration_number": "RC 1"}, ("NG-CAC", "RC 1")
    )
    change = await _change(db)
    await db.refresh(change)
    assert await registering.save_who(db, hauwa, SLUG, change.version, Who(Kind.NGO, "Yobe Farming Women"))
    assert set(change.changes) == {"name", "scheme", "registration_number"}
    await review.decline(
        db, await world.actor(await world.registrar("NG036")), change.id, "papers_missing", REASON
    )
    await db.refresh(organisation)
    assert (organisation.name, organisation.state, change.answers) == (
        "Yobe Women Farmers",
        State.VERIFIED,
        {},
    )
    assert await db.scalar(select(func.count()).select_from(OrganisationIdentifier)) == 0


async def test_a_number_that_another_partner_has_is_refused_before_anybody_looks(world: World, db):
    await _verified(world)
    other = await world.organisation("The other one")
    await set_number(db, other, ("NG-CAC", "RC-1"))
    hauwa, seen = await world.actor(await _hauwa(world)), await db.scalar(select(Registration.version))
    with pytest.raises(NumberTaken, match="The other one"):
        await registering.save_papers(
            db, hauwa, SLUG, seen, {"registration_number": "rc 1"}, ("NG-CAC", "rc 1")
        )


async def test_a_new_name_does_not_bring_back_a_registration_that_ran_out(world: World, db):
    organisation = await _verified(world)
    await standing.note_expiry(db, time.now().date() + timedelta(days=4_000))
    hauwa, seen = await world.actor(await _hauwa(world)), await db.scalar(select(Registration.version))
    assert await registering.save_who(db, hauwa, SLUG, seen, Who(Kind.NGO, "Yobe Farming Women"))
    change, registrar = await _change(db), await world.actor(await world.registrar("NG036"))
    await review.answer_item(db, registrar, change.id, "C1", Answer.MET, "")
    await review.verify(db, registrar, change.id, REASON)
    assert (organisation.name, organisation.state) == ("Yobe Farming Women", State.LAPSED)
