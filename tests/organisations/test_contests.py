"""Contesting a decision: said on its page, answered by a registrar who had no part in it, and what follows."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel import time
from app.organisations.models import Decision, DecisionContest, Organisation, Registration
from app.organisations.rules.contests import Answer, ContestedAlready
from app.organisations.rules.decisions import DecidedItYourself, Outcome, TooLateToContest
from app.organisations.rules.registration import State
from app.organisations.service import contests, review, standing
from tests.worlds import Browser, World

SLUG = "yobe-women-farmers"
REASON = "What we were told was confirmed on the spot."
SAYS = "The two referees were on a journey when you called them."


async def _declined(world: World):
    """An application that Musa declined: its owner, Musa, and the decision."""
    owner, musa = await world.person("Hauwa"), await world.registrar("NG", "Musa")
    registration = await world.sent(await world.application(owner=owner), met=True)
    await review.decline(world.db, await world.actor(musa), registration.id, "papers_missing", REASON)
    return owner, musa, (await world.db.scalars(select(Decision))).one()


async def test_what_was_declined_is_looked_at_again_once_another_registrar_says_so(
    browse: Browser, world: World, db
):
    owner, musa, decision = await _declined(world)
    await browse.sign_in(owner)
    await browse.get(f"/organisations/{SLUG}/registration")
    assert "Contest this decision" in browse.text
    await browse.get(f"/organisations/{SLUG}/contest/{decision.id}")
    assert (await browse.fill_in({"says": "No."}, action=str(decision.id))).status_code == 422
    await browse.fill_in({"says": SAYS}, action=str(decision.id))
    contest = (await db.scalars(select(DecisionContest))).one()

    await browse.sign_in(musa)
    await browse.get("/registrations")
    assert str(contest.id) not in browse.page.text
    with pytest.raises(DecidedItYourself):
        await contests.answer(db, await world.actor(musa), contest.id, Answer.OVERTURNED, REASON)

    await browse.sign_in(await world.registrar("NG036", "Amina"))
    await browse.get("/registrations")
    assert str(contest.id) in browse.page.text
    await browse.get(f"/decisions/contests/{contest.id}")
    assert SAYS in browse.text
    await browse.fill_in({"outcome": "overturned", "answer": REASON}, action=str(contest.id))
    newest = (await db.scalars(select(Registration).order_by(Registration.number.desc()))).first()
    assert (newest.number, newest.state) == (2, State.SUBMITTED)
    browse.sign_out()
    await browse.get(f"/decisions/{decision.id}")
    assert SAYS in browse.text


async def test_a_decision_is_contested_once_and_within_thirty_days(db, world: World):
    owner, _, decision = await _declined(world)
    hauwa = await world.actor(owner)
    decided_at, decision.at = decision.at, time.now() - timedelta(days=31)
    await db.flush()
    with pytest.raises(TooLateToContest):
        await contests.contest(db, hauwa, SLUG, decision.id, SAYS)
    decision.at = decided_at
    await db.flush()
    await contests.contest(db, hauwa, SLUG, decision.id, SAYS)
    with pytest.raises(ContestedAlready):
        await contests.contest(db, hauwa, SLUG, decision.id, SAYS)


@pytest.mark.parametrize(
    ("answer", "state"), [(Answer.OVERTURNED, State.VERIFIED), (Answer.UPHELD, State.SUSPENDED)]
)
async def test_what_was_suspended_is_restored_only_where_the_decision_does_not_stand(
    db, world: World, answer, state
):
    owner = await world.person("Hauwa")
    organisation = await world.organisation(owner=owner)
    musa, amina, ngozi = [
        await world.actor(await world.registrar("NG", name)) for name in ("Musa", "Amina", "Ngozi")
    ]
    await standing.propose(db, musa, SLUG, Outcome.SUSPENDED, REASON, serious=True)
    await standing.confirm(db, amina, SLUG)
    decision = (await db.scalars(select(Decision))).one()
    await contests.contest(db, await world.actor(owner), SLUG, decision.id, SAYS)
    contest = (await db.scalars(select(DecisionContest))).one()
    await contests.answer(db, ngozi, contest.id, answer, REASON)
    await contests.answer(db, ngozi, contest.id, answer, REASON)
    assert (await db.get_one(Organisation, organisation.id)).state == state
    decided = (await db.scalars(select(Decision.outcome).order_by(Decision.id))).all()
    assert decided == [Outcome.SUSPENDED, *([Outcome.RESTORED] if answer is Answer.OVERTURNED else [])]
