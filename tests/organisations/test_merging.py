"""Two organisations that become one, and are told apart again: addresses, names, people, numbers and what others keep."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from app.accounts.models import Person
from app.kernel import time
from app.kernel.actor import Actor, Role
from app.kernel.outbox import Message
from app.matching.models import FreeCapacity, Match, WeightSet
from app.needs.models import Contest, NeedStatement
from app.needs.service.statements import Release, Stated, store_statements
from app.organisations.models import Decision, Merger, Organisation, OrganisationIdentifier, ProposedDecision
from app.organisations.queries.similar import Looks, similar_to
from app.organisations.rules.applying import NumberTaken
from app.organisations.rules.decisions import NotYet, Outcome, TooLateToUndo
from app.organisations.rules.registration import State
from app.organisations.service import merging, standing
from app.organisations.service.facts import set_number
from tests.worlds import Browser, World

REASON = "Both are one: the same people meet in the same house."


async def _two(world: World) -> tuple[Organisation, Organisation, Person, Person]:
    """Women of Yobe, led by Sani, to become a part of Yobe Women, led by Hauwa."""
    hauwa, sani = await world.person("Hauwa"), await world.person("Sani")
    survivor = await world.organisation("Yobe Women", owner=hauwa)
    return survivor, await world.organisation("Women of Yobe", owner=sani), hauwa, sani


async def _musa(world: World) -> Actor:
    return await world.actor(await world.registrar())


async def test_both_agree_a_registrar_joins_them_and_the_old_address_leads_on(
    browse: Browser, world: World, db
):
    survivor, absorbed, hauwa, sani = await _two(world)
    here = f"/organisations/{absorbed.slug}"
    await browse.sign_in(await world.registrar())
    await browse.get(f"{here}/standing")
    await browse.fill_in(
        {"outcome": "merged", "survivor": survivor.slug, "reason": REASON}, action="/proposal"
    )
    proposed = (await db.scalars(select(ProposedDecision))).one()
    amina = await world.registrar("NG", "Amina")
    with pytest.raises(NotYet):
        await standing.confirm(db, await world.actor(amina), absorbed.slug)
    await standing.answer_proposal(db, await world.actor(sani), absorbed.slug, "Gladly.", agrees=True)
    await standing.agree_to_take_in(db, await world.actor(hauwa), survivor.slug, proposed.id)
    await browse.sign_in(amina)
    await browse.get(f"{here}/standing")
    assert "Gladly." in browse.text
    await browse.fill_in(action="/proposal/confirmation")

    browse.sign_out()
    answer = await browse.client.get(here)
    assert (answer.status_code, answer.headers["location"]) == (301, f"/organisations/{survivor.slug}")
    told = {tuple(row) for row in await db.execute(select(Message.subject, Message.to_address))}
    assert ("Women of Yobe is now part of another organisation", sani.email) in told
    assert ("Another organisation is part of Yobe Women now", hauwa.email) in told
    decision = (await db.scalars(select(Decision).where(Decision.outcome == Outcome.MERGED))).one()
    await browse.sign_in(sani)
    await browse.get(f"/decisions/{decision.id}")
    assert "Contest this decision" in browse.text
    assert (await browse.get(f"{here}/contest/{decision.id}")).status_code == 200


async def test_its_names_people_and_numbers_go_with_it_and_come_back(world: World, db):
    survivor, absorbed, hauwa, sani = await _two(world)
    await world.member(hauwa, absorbed, Role.EDITOR)
    await world.member(sani, survivor, Role.MEMBER)
    await set_number(db, absorbed, ("NG-CAC", "RC 1"))
    musa = await _musa(world)
    await merging.merge(db, musa, absorbed, survivor)
    found = await similar_to(db, Looks("Women of Yobe"))
    assert [(each.id, each.score) for each in found[:1]] == [(survivor.id, 100)]
    mine = (await world.actor(sani)).memberships
    assert [(each.organisation_id, each.role) for each in mine] == [(survivor.id, Role.OWNER)]
    assert (await db.scalars(select(OrganisationIdentifier.live))).all() == [False]

    await merging.undo_merge(db, musa, absorbed.id)
    assert (absorbed.state, absorbed.merged_into) == (State.VERIFIED, None)
    assert {each.organisation_id for each in (await world.actor(sani)).memberships} == {
        survivor.id,
        absorbed.id,
    }
    assert (await db.scalars(select(OrganisationIdentifier.live))).all() == [True]
    assert {each.id for each in await similar_to(db, Looks("Women of Yobe"))} >= {absorbed.id}


async def test_a_number_that_somebody_else_has_by_now_keeps_them_together(world: World, db):
    survivor, absorbed, *_ = await _two(world)
    await set_number(db, absorbed, ("NG-CAC", "RC 1"))
    musa = await _musa(world)
    await merging.merge(db, musa, absorbed, survivor)
    await set_number(db, await world.organisation("A third"), ("NG-CAC", "RC 1"))
    with pytest.raises(NumberTaken):
        await merging.undo_merge(db, musa, absorbed.id)


async def test_whoever_was_absorbed_before_leads_straight_to_the_last_survivor(world: World, db):
    survivor, middle, *_ = await _two(world)
    first = await world.organisation("Women of Damaturu")
    musa = await _musa(world)
    await merging.merge(db, musa, first, middle)
    await merging.merge(db, musa, middle, survivor)
    await db.refresh(first)
    assert (first.merged_into, middle.merged_into) == (survivor.id, survivor.id)


async def test_an_open_application_leaves_the_queue_with_its_organisation(world: World, db):
    survivor = await world.organisation("Yobe Women")
    registration = await world.sent(
        await world.application("Women of Yobe", owner=await world.person("Sani"))
    )
    absorbed = await db.get_one(Organisation, registration.organisation_id)
    musa = await _musa(world)
    await merging.merge(db, musa, absorbed, survivor)
    assert registration.state == State.MERGED
    await merging.undo_merge(db, musa, absorbed.id)
    assert (registration.state, absorbed.state) == (State.SUBMITTED, State.SUBMITTED)


async def test_two_are_told_apart_within_ninety_days_only(world: World, db):
    survivor, absorbed, *_ = await _two(world)
    musa = await _musa(world)
    merger = await merging.merge(db, musa, absorbed, survivor)
    (await db.get_one(Merger, merger.id)).at = time.now() - timedelta(days=91)
    await db.flush()
    with pytest.raises(TooLateToUndo):
        await merging.undo_merge(db, musa, absorbed.id)


async def _stated(world: World, organisation: Organisation, service, people: int) -> None:
    row = Stated(
        (await world.area("NG036009")).id, service, date(2026, 1, 1), date(2026, 12, 31), people=people
    )
    release = Release(organisation.slug, "2026", stated_by_id=organisation.id)
    await store_statements(world.db, None, release, [row])


async def _matched(
    world: World, service, group, organisation: Organisation, asked: Organisation | None
) -> None:
    match = Match(
        organisation_id=organisation.id, asked_id=asked.id if asked else None, area_id=(await world.area("NG036009")).id,
        service_id=service, group_id=group, weight_set_id=901, points={}, state="interested",
    )  # fmt: skip
    world.db.add(match)
    await world.db.flush()


async def test_figures_questions_matches_and_room_go_with_it_where_both_can_not_have_them(world: World, db):
    survivor, absorbed, hauwa, _ = await _two(world)
    other = await world.organisation("Somebody else")
    await world.term(
        "group", "everyone", facts={"status": "any", "sex": "any", "age": "any", "disability": "any"}
    )
    group = (await world.term("group", "g")).id
    health, school = [
        (await world.term("service", code, facts={"is_need": True})).id for code in ("HEA", "EDU")
    ]
    for owner, service, people in (
        (absorbed, health, 10),
        (absorbed, school, 20),
        (survivor, school, 30),
        (other, health, 40),
    ):
        await _stated(world, owner, service, people)
    theirs = await db.scalar(select(NeedStatement.id).where(NeedStatement.stated_by_id == other.id))
    db.add(
        Contest(
            statement_id=theirs,
            organisation_id=absorbed.id,
            people=1,
            source="us",
            reason="we know",
            raised_by=hauwa.id,
        )
    )
    db.add(WeightSet(id=901, weights={}, reason="for a test", in_force_from=date(2026, 1, 1)))
    await db.flush()
    for owner, service, asked in (
        (absorbed, health, other), (absorbed, school, None), (survivor, school, None), (other, school, absorbed),
    ):  # fmt: skip
        await _matched(world, service, group, owner, asked)
    said = {"people": 5, "starts_on": date(2026, 1, 1), "stated_by": hauwa.id}
    room = [(absorbed, health), (absorbed, school), (survivor, school)]
    await db.execute(
        insert(FreeCapacity), [{"organisation_id": o.id, "service_id": s, **said} for o, s in room]
    )

    async def kept_by(organisation: Organisation) -> list[set]:
        mine = organisation.id
        asked = (
            select(NeedStatement.people).where(
                NeedStatement.stated_by_id == mine, NeedStatement.source == organisation.slug
            ),
            select(Contest.statement_id).where(Contest.organisation_id == mine),
            select(Match.service_id).where(Match.organisation_id == mine),
            select(Match.service_id).where(Match.asked_id == mine),
            select(FreeCapacity.service_id).where(FreeCapacity.organisation_id == mine),
        )
        return [set(await db.scalars(each)) for each in asked]

    before = [await kept_by(survivor), await kept_by(absorbed)]
    musa = await _musa(world)
    await merging.merge(db, musa, absorbed, survivor)
    assert await kept_by(survivor) == [{10, 30}, {theirs}, {health, school}, {school}, {health, school}]
    assert await kept_by(absorbed) == [{20}, set(), {school}, set(), {school}]
    await merging.undo_merge(db, musa, absorbed.id)
    assert [await kept_by(survivor), await kept_by(absorbed)] == before
