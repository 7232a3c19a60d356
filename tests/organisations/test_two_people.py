"""Decisions that take two people, what the organisation says to them, and conditions of a verification."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Person
from app.kernel import time
from app.kernel.audit import AuditEntry
from app.kernel.outbox import Message
from app.kernel.refusals import NotMoved
from app.organisations.models import Condition, Decision, Organisation, ProposedDecision, Registration
from app.organisations.rules.decisions import NotYet, NotYoursToTakeBack, Outcome, ReasonMissing
from app.organisations.rules.registration import OwnOrganisation, SamePersonTwice, State
from app.organisations.service import claims, review, standing
from app.organisations.service.review import Conditions
from tests.worlds import Browser, World

SLUG = "yobe-women-farmers"
REASON = "What we were told was confirmed on the spot."


async def _verified(world: World) -> Organisation:
    registration = await world.application(owner=await world.person("Hauwa"))
    await world.sent(registration, met=True)
    await review.verify(world.db, await world.actor(await world.registrar("NG036")), registration.id, REASON)
    return (await world.db.scalars(select(Organisation))).one()


async def _registrars(world: World):
    return [await world.actor(await world.registrar("NG", name)) for name in ("Musa", "Amina")]


async def test_suspending_takes_two_people_and_ten_working_days(db, world: World):
    organisation = await _verified(world)
    musa, amina = await _registrars(world)
    await standing.propose(db, musa, SLUG, Outcome.SUSPENDED, REASON)
    with pytest.raises(SamePersonTwice):
        await standing.confirm(db, musa, SLUG)
    with pytest.raises(NotYet):
        await standing.confirm(db, amina, SLUG)
    proposed = (await db.scalars(select(ProposedDecision))).one()
    proposed.from_day = time.now().date()
    await db.flush()
    await standing.confirm(db, amina, SLUG)
    await db.refresh(organisation)
    assert organisation.state == State.SUSPENDED
    decision = (await db.scalars(select(Decision).where(Decision.outcome == "suspended"))).one()
    assert (decision.proposed_by, decision.decided_by) == (musa.person_id, amina.person_id)


async def test_a_serious_case_needs_no_notice_and_can_be_undone_by_two(db, world: World):
    organisation = await _verified(world)
    musa, amina = await _registrars(world)
    await standing.propose(db, musa, SLUG, Outcome.SUSPENDED, REASON, serious=True)
    await standing.confirm(db, amina, SLUG)
    await standing.propose(db, amina, SLUG, Outcome.RESTORED, REASON)
    await standing.confirm(db, musa, SLUG)
    await db.refresh(organisation)
    assert organisation.state == State.VERIFIED


async def test_the_database_itself_refuses_one_person_for_both(db, world: World):
    await _verified(world)
    musa = await world.actor(await world.registrar("NG", "Musa"))
    await standing.propose(db, musa, SLUG, Outcome.SUSPENDED, REASON, serious=True)
    with pytest.raises(IntegrityError, match="two_people"):
        async with db.begin_nested():
            await db.execute(
                text(
                    "UPDATE proposed_decision SET state = 'confirmed', closed_by = proposed_by, closed_at = now()"
                )
            )


async def test_only_a_suspended_one_is_removed_and_a_member_decides_nothing(db, world: World):
    organisation = await _verified(world)
    musa = await world.registrar("NG", "Musa")
    actor = await world.actor(musa)
    with pytest.raises(NotMoved):
        await standing.propose(db, actor, SLUG, Outcome.REMOVED, REASON)
    await world.member(musa, organisation)
    with pytest.raises(OwnOrganisation):
        await standing.propose(db, actor, SLUG, Outcome.SUSPENDED, REASON)


async def test_the_organisation_answers_before_it_is_decided(browse: Browser, world: World, db):
    await _verified(world)
    musa = await world.registrar("NG", "Musa")
    await browse.sign_in(musa)
    await browse.get(f"/organisations/{SLUG}/standing")
    short = await browse.fill_in({"outcome": "suspended", "reason": "Bad."}, action="/proposal")
    assert short.status_code == 422
    await browse.fill_in({"outcome": "suspended", "reason": REASON}, action="/proposal")
    assert "Another registrar confirms this" in browse.text
    await browse.sign_in((await db.scalars(select(Person).where(Person.name == "Hauwa"))).one())
    await browse.get(f"/organisations/{SLUG}/registration")
    assert REASON in browse.text
    await browse.fill_in({"answer": "The visit was at another place."}, action="/proposal/answer")
    await browse.sign_in(await world.registrar("NG", "Amina"))
    await browse.get(f"/organisations/{SLUG}/standing")
    assert "The visit was at another place." in browse.text


async def test_conditions_are_public_and_shorten_the_time(browse: Browser, world: World, db):
    owner = await world.person("Hauwa")
    registration = await world.application(owner=owner)
    await world.sent(registration, met=True)
    registrar = await world.registrar("NG036", "Musa")
    due_on = time.now().date() + timedelta(days=90)
    await review.verify(
        db, await world.actor(registrar), registration.id, REASON, Conditions(["Open an account."], due_on)
    )
    organisation = (await db.scalars(select(Organisation))).one()
    assert organisation.expires_on.year == time.now().year + 1
    await browse.get(f"/organisations/{SLUG}")
    assert "Open an account." in browse.text
    condition = (await db.scalars(select(Condition))).one()
    await browse.sign_in(registrar)
    await browse.get(f"/organisations/{SLUG}/standing")
    await browse.fill_in(action="/completion")
    await db.refresh(condition)
    assert condition.met_on == time.now().date()


async def test_one_registrar_does_not_restore_what_two_suspended_by_renewing_it(db, world: World):
    organisation = await _verified(world)
    musa, amina = await _registrars(world)
    organisation.expires_on = time.now().date() + timedelta(days=30)
    await db.flush()
    hauwa = (await db.scalars(select(Person).where(Person.name == "Hauwa"))).one()
    await claims.renew(db, await world.actor(hauwa), SLUG)
    renewal = await world.sent(
        (await db.scalars(select(Registration).where(Registration.purpose == "renewal"))).one()
    )
    await standing.propose(db, musa, SLUG, Outcome.SUSPENDED, REASON, serious=True)
    await standing.confirm(db, amina, SLUG)
    with pytest.raises(NotMoved):
        await review.verify(db, musa, renewal.id, REASON)
    assert organisation.state == State.SUSPENDED


BECAUSE = "The visit was at another place, so this has no ground."


@pytest.mark.parametrize(
    ("proposer", "other", "may"),
    [("NG", "NG036", False), ("NG", "NG", True), ("NG036", "NG", True), ("NG036", "NG036005", False)],
)
async def test_only_who_proposed_it_or_a_registrar_of_the_whole_of_that_area_takes_it_back(
    db, world: World, proposer, other, may
):
    await _verified(world)
    first = await world.actor(await world.registrar(proposer, "Amina"))
    second = await world.actor(await world.registrar(other, "Musa"))
    await standing.propose(db, first, SLUG, Outcome.SUSPENDED, REASON)
    if not may:
        with pytest.raises(NotYoursToTakeBack):
            await standing.withdraw(db, second, SLUG, BECAUSE)
        assert await db.scalar(select(ProposedDecision.state)) == "open"
    await standing.withdraw(db, second if may else first, SLUG, BECAUSE)
    assert await db.scalar(select(ProposedDecision.state)) == "withdrawn"


async def test_what_is_taken_back_has_a_reason_for_the_proposer_the_organisation_and_the_trail(
    browse: Browser, world: World, db
):
    await _verified(world)
    amina = await world.registrar("NG", "Amina")
    await standing.propose(db, await world.actor(amina), SLUG, Outcome.SUSPENDED, REASON)
    await browse.sign_in(await world.registrar("NG036", "Musa"))
    await browse.get(f"/organisations/{SLUG}/standing")
    assert "a registrar of Nigeria or a larger area" in browse.text
    assert "/proposal/withdrawal" not in browse.page.text
    refused = await browse.client.post(
        f"/organisations/{SLUG}/proposal/withdrawal",
        data={"taken_back": BECAUSE, **browse.token},
        headers={"referer": str(browse.page.request.url)},
    )
    assert refused.status_code == 403
    assert "Only the registrar who proposed this takes it back" in refused.text
    await browse.sign_in(await world.registrar("NG", "Sani"))
    await browse.get(f"/organisations/{SLUG}/standing")
    assert (await browse.fill_in(action="/proposal/withdrawal")).status_code == 422
    await browse.fill_in({"taken_back": BECAUSE}, action="/proposal/withdrawal")
    told = select(Message.to_address).where(
        Message.subject == "What was proposed about Yobe Women Farmers is taken back",
        Message.body.contains(BECAUSE),
    )
    hauwa = await db.scalar(select(Person.email).where(Person.name == "Hauwa"))
    assert set(await db.scalars(told)) == {amina.email, hauwa}
    entry = await db.scalar(select(AuditEntry.entry).where(AuditEntry.action == "decision.withdrawn"))
    assert BECAUSE in entry


async def test_nobody_takes_back_what_is_proposed_about_their_own_organisation_or_without_a_reason(
    db, world: World
):
    organisation = await _verified(world)
    musa, amina = await world.registrar("NG", "Musa"), await world.registrar("NG", "Amina")
    await standing.propose(db, await world.actor(musa), SLUG, Outcome.SUSPENDED, REASON)
    with pytest.raises(ReasonMissing):
        await standing.withdraw(db, await world.actor(musa), SLUG, "Because.")
    await world.member(amina, organisation)
    with pytest.raises(OwnOrganisation):
        await standing.withdraw(db, await world.actor(amina), SLUG, BECAUSE)


async def test_the_register_names_the_role_and_area_of_each_who_decided_and_no_person(
    browse: Browser, world: World, db
):
    await _verified(world)
    amina, musa = await world.registrar("NG", "Amina Bello"), await world.registrar("NG036", "Musa Garba")
    await standing.propose(db, await world.actor(amina), SLUG, Outcome.SUSPENDED, REASON, serious=True)
    await standing.confirm(db, await world.actor(musa), SLUG)
    said = "Decided by two people: a registrar of Nigeria proposed it, and a registrar of Yobe confirmed it"
    decision_id = await db.scalar(select(Decision.id).where(Decision.outcome == "suspended"))
    for path in ("/decisions", f"/decisions/{decision_id}", f"/organisations/{SLUG}", "/decisions.atom"):
        await browse.get(path)
        assert said in browse.page.text
        assert "Registrar of Yobe" in browse.page.text or "/decisions/" in path  # who verified it
        assert "Amina" not in browse.page.text
        assert "Musa" not in browse.page.text
        assert "Damaturu," not in browse.text
    answer = (await browse.client.get("/api/v1/decisions")).json()
    newest = next(row for row in answer["items"] if row["outcome"] == "suspended")
    assert (newest["proposed_for"], newest["decided_for"]) == ("Nigeria", "Yobe")


async def test_a_suspended_organisation_is_called_so_among_those_that_an_applicant_may_mean(
    browse: Browser, world: World
):
    await world.organisation("Gulani Girls Learn", state=State.SUSPENDED)
    await browse.sign_in(await world.person("Ladi"))
    await browse.get("/register/who")
    await browse.fill_in({"name": "Gulani Girls Learn", "kind": "ngo"})
    assert "Is it one of these?" in browse.text
    assert "Suspended" in browse.text
    assert "Being checked" not in browse.text
