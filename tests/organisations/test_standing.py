"""After verification: changes, renewals, running out, and decisions that take two people."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel import time
from app.kernel.audit import AuditEntry
from app.kernel.outbox import Message
from app.organisations.models import (
    CheckItem,
    Decision,
    Organisation,
    OrganisationName,
    Registration,
)
from app.organisations.queries.standing import standing_now
from app.organisations.rules.applying import NotToRenew
from app.organisations.rules.checklist import Answer
from app.organisations.rules.decisions import Outcome
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import ChecksStillOpen, State
from app.organisations.service import claims, review, standing
from app.organisations.service import registration as registering
from app.organisations.service.facts import Reach, Who
from tests.worlds import Browser, World

SLUG = "yobe-women-farmers"
REASON = "What we were told was confirmed on the spot."


async def _verified(world: World, **more) -> tuple[Organisation, Registration]:
    """An organisation in the register with the application that brought it there."""
    owner = await world.person("Hauwa")
    registration = await world.application(owner=owner, **more)
    await world.sent(registration, met=True)
    await review.verify(
        world.db, await world.actor(await world.registrar("NG036", "Musa")), registration.id, REASON
    )
    return (await world.db.scalars(select(Organisation))).one(), registration


async def _owner(world: World):
    from app.accounts.models import Person

    return await world.actor((await world.db.scalars(select(Person).where(Person.name == "Hauwa"))).one())


async def test_what_a_verified_organisation_changes_is_public_at_once_and_audited(
    browse: Browser, world: World, db
):
    organisation, registration = await _verified(world)
    actor = await _owner(world)
    await registering.save_reach(
        db,
        actor,
        SLUG,
        registration.version,
        Reach(staff="1-9", phone="+2348031234567", contact_person="Hauwa"),
    )
    await browse.get(f"/organisations/{SLUG}")
    assert "+2348031234567" in browse.text
    entry = await db.scalar(select(AuditEntry.entry).where(AuditEntry.action == "organisation.changed"))
    assert "+2348031234567" in entry
    await db.refresh(organisation)
    assert organisation.state == State.VERIFIED


async def test_a_new_name_goes_to_the_registrar_and_the_old_one_stays_findable(
    browse: Browser, world: World, db
):
    organisation, registration = await _verified(world)
    actor = await _owner(world)
    who = Who(Kind.NGO, "Yobe Farming Women", "", "YFW", 2012)
    assert await registering.save_who(db, actor, SLUG, registration.version, who)
    await db.refresh(organisation)
    assert (organisation.name, organisation.acronym) == ("Yobe Women Farmers", "YFW")
    change = (await db.scalars(select(Registration).where(Registration.purpose == "change"))).one()
    assert change.state == State.SUBMITTED
    await browse.sign_in(await world.registrar("NG036"))
    await browse.get(f"/registrations/{change.id}")
    assert "Yobe Farming Women" in browse.text
    assert "As they want it" in browse.text

    expires, decider = organisation.expires_on, await world.actor(await world.registrar("NG036"))
    with pytest.raises(ChecksStillOpen):
        await review.verify(db, decider, change.id, REASON)
    await review.answer_item(db, decider, change.id, "C1", Answer.MET, "The new certificate.")
    await review.verify(db, decider, change.id, REASON)
    await db.refresh(organisation)
    assert (organisation.name, organisation.expires_on) == ("Yobe Farming Women", expires)
    assert (
        await db.scalar(select(OrganisationName.text).where(OrganisationName.form == "former"))
        == "Yobe Women Farmers"
    )
    assert await db.scalar(select(Decision.outcome).order_by(Decision.id.desc()).limit(1)) == Outcome.CHANGED


async def test_a_registration_runs_out_by_the_date_and_not_by_a_job(browse: Browser, world: World, db):
    organisation, _ = await _verified(world)
    organisation.expires_on = time.now().date() - timedelta(days=1)
    await db.flush()
    assert await standing_now(db, organisation, time.now().date()) is State.LAPSED
    await browse.get(f"/organisations/{SLUG}")
    assert "Registration ran out" in browse.text
    await browse.get("/organisations?standing=verified")
    assert "Yobe Women Farmers" not in browse.text


async def test_a_renewal_asks_only_what_no_longer_counts_and_adds_three_years(db, world: World):
    organisation, registration = await _verified(world)
    actor = await _owner(world)
    with pytest.raises(NotToRenew):
        await claims.renew(db, actor, SLUG)
    today = time.now().date()
    organisation.expires_on = last_day = today + timedelta(days=60)
    old = (
        await db.scalars(
            select(CheckItem).where(CheckItem.registration_id == registration.id, CheckItem.code == "C3")
        )
    ).one()
    old.checked_at = time.now() - timedelta(days=400)
    await db.flush()
    await claims.renew(db, actor, SLUG)
    await claims.renew(db, actor, SLUG)
    renewal = (await db.scalars(select(Registration).where(Registration.purpose == "renewal"))).one()
    taken_over = set(await db.scalars(select(CheckItem.code).where(CheckItem.registration_id == renewal.id)))
    assert "C3" not in taken_over
    assert "C2" in taken_over
    await world.sent(renewal)
    await db.refresh(organisation)
    assert organisation.state == State.VERIFIED
    db.add(CheckItem(registration_id=renewal.id, code="C3", answer="met", checked_by=renewal.begun_by))
    await db.flush()
    await review.verify(db, await world.actor(await world.registrar("NG036")), renewal.id, REASON)
    await db.refresh(organisation)
    assert organisation.expires_on.year == last_day.year + 3


async def test_a_renewal_that_was_sent_in_time_keeps_the_old_status_for_sixty_days(db, world: World):
    organisation, _ = await _verified(world)
    today = time.now().date()
    organisation.expires_on = today
    await db.flush()
    await claims.renew(db, await _owner(world), SLUG)
    renewal = (await db.scalars(select(Registration).where(Registration.purpose == "renewal"))).one()
    await world.sent(renewal)
    assert await standing_now(db, organisation, today + timedelta(days=60)) is State.VERIFIED
    assert await standing_now(db, organisation, today + timedelta(days=61)) is State.LAPSED


async def test_the_nightly_job_notes_what_ran_out_and_reminds_the_others(db, world: World):
    organisation, _ = await _verified(world)
    today = time.now().date()
    organisation.expires_on = today + timedelta(days=30)
    await db.flush()
    await standing.note_expiry(db, today)
    assert "Renew the registration of Yobe Women Farmers" in set(await db.scalars(select(Message.subject)))
    await standing.note_expiry(db, today + timedelta(days=31))
    await db.refresh(organisation)
    assert organisation.state == State.LAPSED
