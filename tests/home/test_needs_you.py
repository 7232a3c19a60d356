"""What needs you: decisions about one's organisation, and those that wait for a second registrar."""

from datetime import timedelta

from sqlalchemy import select, update

from app.accounts.service import grant_role
from app.kernel import time
from app.kernel.actor import Role
from app.organisations.models import Decision, Organisation, ProposedDecision, Registration
from app.organisations.rules.decisions import Outcome
from app.organisations.service import standing
from tests.worlds import Browser, World

REASON = "What we were told was not there on the spot."
ANSWER = "Answer what is proposed about your organisation"
SECOND = "A proposed decision waits for a second person"
SUSPENDED = "Your organisation is suspended. Read why, and contest it if it is wrong"


async def test_a_proposed_decision_needs_the_organisation_until_its_day_and_then_the_second_registrar(
    browse: Browser, world: World, db
):
    hauwa, plain = await world.person("Hauwa"), await world.person("Ladi")
    organisation = await world.organisation(owner=hauwa)
    await world.member(plain, organisation, Role.MEMBER)
    amina, musa = await world.registrar("NG", "Amina"), await world.registrar("NG036", "Musa")
    borno = await world.registrar("NG008", "Bukar")
    await standing.propose(db, await world.actor(amina), organisation.slug, Outcome.SUSPENDED, REASON)

    async def reads(person) -> str:
        await browse.sign_in(person)
        await browse.get("/my")
        return browse.text

    assert ANSWER in await reads(hauwa)
    assert "Yobe Women Farmers. Proposed: Suspended" in browse.text
    from_day = await db.scalar(select(ProposedDecision.from_day))
    assert str(from_day.day) in browse.text
    assert ANSWER not in await reads(plain)
    assert SECOND not in await reads(musa), "its day has not come"
    await db.execute(update(ProposedDecision).values(from_day=time.now().date()))
    assert SECOND in await reads(musa)
    assert f"/organisations/{organisation.slug}/standing" in browse.page.text
    assert SECOND not in await reads(amina), "who proposed it is not the second person"
    assert SECOND not in await reads(borno), "another state's registrar decides nothing here"
    await db.execute(update(ProposedDecision).values(from_day=time.now().date() + timedelta(days=5)))
    await standing.answer_proposal(db, await world.actor(hauwa), organisation.slug, "So be it.", agrees=True)
    assert ANSWER not in await reads(hauwa)
    assert SECOND in await reads(musa), "the organisation agrees, so nobody waits for the day"


async def test_the_people_of_a_suspended_organisation_read_so_and_get_to_the_reason_and_to_contesting(
    browse: Browser, world: World, db
):
    hauwa = await world.person("Hauwa")
    registration = await world.application(owner=hauwa)
    slug = "yobe-women-farmers"
    await world.sent(registration)
    amina, musa = await world.registrar("NG", "Amina"), await world.registrar("NG036", "Musa")
    await _verified(db)
    await browse.sign_in(hauwa)
    await browse.get("/my")
    assert SUSPENDED not in browse.text
    await standing.propose(db, await world.actor(amina), slug, Outcome.SUSPENDED, REASON, serious=True)
    await standing.confirm(db, await world.actor(musa), slug)
    await browse.get("/my")
    assert SUSPENDED in browse.text
    await browse.get(f"/organisations/{slug}/registration")
    assert REASON in browse.text
    decision_id = await db.scalar(select(Decision.id))
    assert f"/organisations/{slug}/contest/{decision_id}" in browse.page.text


async def test_the_page_of_somebody_with_every_role_takes_at_most_twelve_statements(
    browse: Browser, world: World, db, statements
):
    everything = await world.registrar("NG", "Hauwa")
    for role in (Role.PLANNER, Role.OPERATOR, Role.AUDITOR):
        await _grant(world, everything, role)
    await world.organisation("Ours", owner=everything)
    other = await world.organisation("Theirs", owner=await world.person("Sani"))
    await world.sent(await world.application("Waiting", owner=await world.person("Ladi")))
    musa = await world.registrar("NG036", "Musa")
    await standing.propose(db, await world.actor(musa), other.slug, Outcome.SUSPENDED, REASON, serious=True)
    await browse.sign_in(everything)
    with statements() as sent:
        await browse.get("/my")
    assert SECOND in browse.text
    assert len(sent) <= 12, sent


async def _verified(db) -> None:
    await db.execute(update(Organisation).values(state="verified"))
    await db.execute(update(Registration).values(state="verified"))


async def _grant(world: World, person, role: Role) -> None:
    await grant_role(world.db, None, person.id, role, (await world.area("NG")).id, "for a test")
