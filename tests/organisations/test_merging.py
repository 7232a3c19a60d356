"""Two organisations that become one, and are told apart again: addresses, names, people, numbers and what others keep."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from app.accounts.models import Person
from app.accounts.service import grant_role
from app.kernel import time
from app.kernel.actor import Actor, Role
from app.kernel.ids import new_id
from app.kernel.outbox import Message
from app.matching.models import FreeCapacity, Match, WeightSet
from app.matching.queries.room import seen_of, stated_room
from app.matching.service.room import More, say_room
from app.needs.models import Contest, NeedStatement
from app.needs.service.statements import Release, Stated, store_statements
from app.organisations.models import (
    LISTED,
    Decision,
    Merger,
    Organisation,
    OrganisationIdentifier,
    ProposedDecision,
)
from app.organisations.queries.comparing import lookalikes
from app.organisations.queries.people import people_of, standing_of
from app.organisations.queries.similar import Looks, similar_to
from app.organisations.rules.applying import NumberTaken
from app.organisations.rules.decisions import NotYet, Outcome, TooLateToUndo
from app.organisations.rules.registration import OwnOrganisation, State
from app.organisations.service import duplicates, merging, people, standing
from app.organisations.service.facts import set_number
from app.programmes.models import Presence, Programme
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


async def _roles(world: World, *people: Person) -> list[dict[UUID, Role]]:
    """Organisation -> role, of each of these people."""
    actors = [await world.actor(person) for person in people]
    return [{each.organisation_id: each.role for each in actor.memberships} for actor in actors]


async def test_its_names_people_and_numbers_go_with_it_and_come_back(world: World, db):
    survivor, absorbed, hauwa, sani = await _two(world)
    await world.member(hauwa, absorbed, Role.EDITOR)
    await world.member(sani, survivor, Role.MEMBER)
    bintu = await world.person("Bintu")
    await world.member(bintu, absorbed, Role.SIGNATORY)
    await set_number(db, absorbed, ("NG-CAC", "RC 1"))
    before = await _roles(world, hauwa, sani, bintu)
    musa = await _musa(world)
    await merging.merge(db, musa, absorbed, survivor)
    found = await similar_to(db, Looks("Women of Yobe"))
    assert [(each.id, each.score) for each in found[:1]] == [(survivor.id, 100)]
    joined = [{survivor.id: role} for role in (Role.OWNER, Role.OWNER, Role.SIGNATORY)]
    assert await _roles(world, hauwa, sani, bintu) == joined
    assert (await db.scalars(select(OrganisationIdentifier.live))).all() == [False]

    await merging.undo_merge(db, musa, absorbed.id)
    assert (absorbed.state, absorbed.merged_into) == (State.VERIFIED, None)
    assert await _roles(world, hauwa, sani, bintu) == before
    assert before[1] == {survivor.id: Role.MEMBER, absorbed.id: Role.OWNER}
    assert (await db.scalars(select(OrganisationIdentifier.live))).all() == [True]
    assert {each.id for each in await similar_to(db, Looks("Women of Yobe"))} >= {absorbed.id}


async def test_who_asked_to_join_the_survivor_belongs_to_it_until_the_two_are_told_apart(world: World, db):
    survivor, absorbed, _, sani = await _two(world)
    await people.ask_to_join(db, await world.actor(sani), survivor.slug, "")
    musa = await _musa(world)
    await merging.merge(db, musa, absorbed, survivor)
    assert await _roles(world, sani) == [{survivor.id: Role.OWNER}]
    await merging.undo_merge(db, musa, absorbed.id)
    assert await _roles(world, sani) == [{absorbed.id: Role.OWNER}]
    assert await standing_of(db, await world.actor(sani), survivor.id) == "asked"


async def test_a_role_given_since_stays_and_whoever_left_stays_away(world: World, db):
    survivor, absorbed, hauwa, sani = await _two(world)
    bintu = await world.person("Bintu")
    for person, role in ((sani, Role.MEMBER), (bintu, Role.MEMBER)):
        await world.member(person, survivor, role)
    await world.member(bintu, absorbed)
    musa = await _musa(world)
    await merging.merge(db, musa, absorbed, survivor)
    owner = await world.actor(hauwa)
    here = await people_of(db, survivor.slug)
    ids = {member.name: member.id for member in here.members}
    await people.change_role(db, owner, survivor.slug, ids["Sani"], Role.EDITOR)
    await people.end_membership(db, owner, survivor.slug, ids["Bintu"])

    await merging.undo_merge(db, musa, absorbed.id)
    assert await _roles(world, sani, bintu) == [{survivor.id: Role.EDITOR, absorbed.id: Role.EDITOR}, {}]


async def test_whose_two_organisations_became_part_of_one_keeps_what_the_other_gives(world: World, db):
    survivor, first, _, sani = await _two(world)
    second = await world.organisation("Women of Gulani")
    await world.member(sani, survivor, Role.MEMBER)
    await world.member(sani, second, Role.SIGNATORY)
    bintu = await world.person("Bintu")
    for part in (first, second):
        await world.member(bintu, part, Role.EDITOR)
    before = await _roles(world, sani, bintu)
    musa = await _musa(world)
    for part in (first, second):
        await merging.merge(db, musa, part, survivor)
    assert await _roles(world, sani, bintu) == [{survivor.id: Role.OWNER}, {survivor.id: Role.EDITOR}]

    await merging.undo_merge(db, musa, first.id)
    assert await _roles(world, sani, bintu) == [
        {first.id: Role.OWNER, survivor.id: Role.SIGNATORY},
        {first.id: Role.EDITOR, survivor.id: Role.EDITOR},
    ]
    await merging.undo_merge(db, musa, second.id)
    assert await _roles(world, sani, bintu) == before


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


async def _chain(world: World) -> tuple[Organisation, Organisation, Organisation, Actor]:
    """Women of Damaturu in Women of Yobe, and that in Yobe Women; Sani owns the second and is a member of the third."""
    survivor, middle, _, sani = await _two(world)
    await world.member(sani, survivor, Role.MEMBER)
    bintu = await world.person("Bintu")
    first = await world.organisation("Women of Damaturu", owner=bintu)
    await world.member(bintu, middle, Role.MEMBER)
    musa = await _musa(world)
    await merging.merge(db := world.db, musa, first, middle)
    await merging.merge(db, musa, middle, survivor)
    return first, middle, survivor, musa


async def _parts(world: World, *organisations: Organisation) -> list[tuple[UUID | None, dict[str, Role]]]:
    """Where each of them leads, and who is what in it."""
    found = []
    for each in organisations:
        await world.db.refresh(each)
        mine = {member.name: member.role for member in (await people_of(world.db, each.slug)).members}
        found.append((each.merged_into, {} if each.merged_into else mine))
    return found


SANI, BINTU = {"Sani": Role.OWNER}, {"Bintu": Role.OWNER}
AT_SURVIVOR = {"Hauwa": Role.OWNER, "Sani": Role.MEMBER}


async def test_told_apart_again_an_organisation_has_those_back_that_were_part_of_it(world: World, db):
    first, middle, survivor, musa = await _chain(world)
    everybody = AT_SURVIVOR | SANI | BINTU
    assert await _parts(world, first, middle, survivor) == [
        (survivor.id, {}),
        (survivor.id, {}),
        (None, everybody),
    ]
    await merging.undo_merge(db, musa, middle.id)
    assert await _parts(world, first, middle, survivor) == [
        (middle.id, {}),
        (None, SANI | BINTU),
        (None, AT_SURVIVOR),
    ]
    await merging.undo_merge(db, musa, first.id)
    alone = [(None, BINTU), (None, SANI | {"Bintu": Role.MEMBER}), (None, AT_SURVIVOR)]
    assert await _parts(world, first, middle, survivor) == alone


async def test_the_first_of_three_is_told_apart_from_all_of_them(world: World, db):
    first, middle, survivor, musa = await _chain(world)
    assert {each.id for each in await merging.undo_merge(db, musa, first.id)} == {first.id, survivor.id}
    others = AT_SURVIVOR | SANI | {"Bintu": Role.MEMBER}
    assert await _parts(world, first, middle, survivor) == [(None, BINTU), (survivor.id, {}), (None, others)]
    await merging.undo_merge(db, musa, middle.id)
    alone = [(None, BINTU), (None, SANI | {"Bintu": Role.MEMBER}), (None, AT_SURVIVOR)]
    assert await _parts(world, first, middle, survivor) == alone
    assert (await similar_to(db, Looks(first.name)))[0].id == first.id


async def test_who_came_from_another_and_waits_in_a_part_stays_there(world: World, db):
    """Bintu comes from the first to the second, whose part she waits in once she belongs to the third as well."""
    bintu = await world.person("Bintu")
    first, second, third, fourth = [await world.organisation(f"Women of {n}") for n in ("A", "B", "C", "D")]
    for organisation, role in ((first, Role.OWNER), (third, Role.MEMBER)):
        await world.member(bintu, organisation, role)
    musa = await _musa(world)
    for part, whole in ((first, second), (second, third), (third, fourth)):
        await merging.merge(db, musa, part, whole)
    seen = [await _roles(world, bintu)]
    for part in (third, second, first):
        await merging.undo_merge(db, musa, part.id)
        seen += [await _roles(world, bintu)]
    assert [roles for (roles,) in seen] == [
        {fourth.id: Role.OWNER},
        {third.id: Role.OWNER},
        {second.id: Role.OWNER, third.id: Role.MEMBER},
        {first.id: Role.OWNER, third.id: Role.MEMBER},
    ]


async def test_whoever_was_told_apart_and_joined_elsewhere_stays_there(world: World, db):
    first, middle, survivor, musa = await _chain(world)
    await merging.undo_merge(db, musa, first.id)
    await merging.merge(db, musa, first, survivor)
    await merging.undo_merge(db, musa, middle.id)
    assert [where for where, _ in await _parts(world, first, middle)] == [survivor.id, None]


async def test_an_application_that_became_a_listed_organisation_leads_to_it_again(world: World, db):
    survivor, listed, *_ = await _two(world)
    application = await world.organisation("Women of Damaturu", state=State.DRAFT)
    listed.state, application.claims_id = LISTED, listed.id
    musa = await _musa(world)
    await merging.take_over(db, musa, listed, application)
    await merging.merge(db, musa, listed, survivor)
    await merging.undo_merge(db, musa, listed.id)
    assert [where for where, _ in await _parts(world, application, listed)] == [listed.id, None]


async def test_the_registrar_of_another_sees_whom_it_looks_like_again_but_not_the_one_it_was_told_from(
    world: World, db
):
    survivor, absorbed, *_ = await _two(world)
    another = await world.organisation("Women of Yobé")
    await duplicates.note_duplicates(db, absorbed)
    musa = await _musa(world)
    await merging.merge(db, musa, absorbed, survivor)
    assert (await lookalikes(db, another.id))[1] == []
    await merging.undo_merge(db, musa, absorbed.id)
    assert [(each.other.id, each.open) for each in (await lookalikes(db, another.id))[1]] == [
        (absorbed.id, True)
    ]
    answered = {each.other.id: each.state for each in (await lookalikes(db, absorbed.id))[1]}
    assert answered == {another.id: "suspected", survivor.id: "different"}


async def test_a_registrar_who_belonged_to_either_does_not_tell_them_apart(world: World, db):
    survivor, absorbed, _, sani = await _two(world)
    await merging.merge(db, await _musa(world), absorbed, survivor)
    await grant_role(db, None, sani.id, Role.REGISTRAR, (await world.area("NG")).id, "for a test")
    with pytest.raises(OwnOrganisation):
        await standing.tell_apart(db, await world.actor(sani), absorbed.slug, REASON)


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


async def test_all_that_others_keep_of_it_goes_with_it_but_for_what_both_can_not_have_and_comes_back(
    world: World, db
):
    survivor, absorbed, hauwa, _ = await _two(world)
    other = await world.organisation("Somebody else")
    await world.term(
        "group", "everyone", facts={"status": "any", "sex": "any", "age": "any", "disability": "any"}
    )
    group = (await world.term("group", "g")).id
    health, school = [
        (await world.term("service", code, facts={"is_need": True})).id for code in ("HEA", "EDU")
    ]
    for owner, service, stated in (
        (absorbed, health, 10),
        (absorbed, school, 20),
        (survivor, school, 30),
        (other, health, 40),
    ):
        await _stated(world, owner, service, stated)
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

    db.add(Programme(organisation_id=absorbed.id, title="Clinic", title_folded="clinic", created_by=hauwa.id))
    db.add(Presence(
        source_id=new_id(), source="a file", organisation_id=absorbed.id, partner_id=absorbed.id, role="both",
        service_id=health, area_id=(await world.area("NG036009")).id, period_from=date(2026, 1, 1),
        period_to=date(2026, 12, 31), status="ongoing", key=b"1", hash=b"1",
    ))  # fmt: skip
    await db.flush()

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
            select(Programme.title).where(Programme.organisation_id == mine),
            select(Presence.source).where(Presence.organisation_id == mine, Presence.partner_id == mine),
        )
        return [set(await db.scalars(each)) for each in asked]

    before = [await kept_by(survivor), await kept_by(absorbed)]
    musa = await _musa(world)
    await merging.merge(db, musa, absorbed, survivor)
    both = [{10, 30}, {theirs}, {health, school}, {school}, {health, school}, {"Clinic"}, {"a file"}]
    assert await kept_by(survivor) == both
    assert await kept_by(absorbed) == [{20}, set(), {school}, set(), {school}, set(), set()]
    await merging.undo_merge(db, musa, absorbed.id)
    assert [await kept_by(survivor), await kept_by(absorbed)] == before

    await merging.merge(db, musa, absorbed, survivor)
    await merging.merge(db, musa, survivor, third := await world.organisation("All of Yobe"))
    assert await kept_by(third) == both
    await merging.undo_merge(db, musa, absorbed.id)
    assert [await kept_by(third), await kept_by(absorbed)] == before
    await merging.undo_merge(db, musa, survivor.id)
    assert [await kept_by(survivor), await kept_by(absorbed)] == before


async def test_what_somebody_wrote_since_stays_where_it_was_written(world: World, db):
    survivor, absorbed, hauwa, _ = await _two(world)
    health, school = [(await world.term("service", code)).id for code in ("HEA", "EDU")]
    said = {"people": 5, "starts_on": date(2026, 1, 1), "stated_by": hauwa.id}
    rows = [{"organisation_id": absorbed.id, "service_id": each, **said} for each in (health, school)]
    await db.execute(insert(FreeCapacity), rows)
    musa = await _musa(world)
    await merging.merge(db, musa, absorbed, survivor)
    seen = seen_of(await stated_room(db, survivor.id))
    await say_room(db, musa, survivor.id, seen, {health: More(70, date(2026, 2, 1))})
    await merging.undo_merge(db, musa, absorbed.id)
    room = select(FreeCapacity.organisation_id, FreeCapacity.service_id, FreeCapacity.people)
    assert set(await db.execute(room)) == {(survivor.id, health, 70), (absorbed.id, school, 5)}
