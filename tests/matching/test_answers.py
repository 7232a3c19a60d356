"""What both sides may say, what it changes and what it must not change."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import Person
from app.kernel import time
from app.kernel.outbox import Message
from app.kernel.refusals import NotMoved
from app.matching.models import Match
from app.matching.queries.cells import cell
from app.matching.queries.eligible import eligible
from app.matching.queries.matches import needing
from app.matching.queries.setting import setting
from app.matching.queries.suggestions import suggestions
from app.matching.rules.moves import Reason, SideStopped
from app.matching.service import answers, upkeep
from app.organisations.models import Organisation
from tests.matching.rows import Rows
from tests.worlds import Browser


async def _two(rows: Rows):
    hauwa, sani = await rows.world.person("Hauwa"), await rows.world.person("Sani")
    partner = await rows.partner("Partner", member=hauwa)
    office = await rows.office("Office", member=sani)
    need = await rows.need(severity=5)
    return partner, office, need, await rows.world.actor(hauwa), await rows.world.actor(sani)


async def _lists(db, partners):
    return {p.id: [(r.cell.id, r.fit.points) for r in (await suggestions(db, p.id)).rows] for p in partners}


@pytest.mark.parametrize("reason", list(Reason))
async def test_a_no_hides_the_pair_and_changes_nobody_elses_list(rows: Rows, db, reason):
    partner, _, need, hauwa, _ = await _two(rows)
    other_need = await rows.need("NG036005", group="displaced-girls", severity=4)
    others = [await rows.partner(f"Other {n}", works=("NG036",), room=40 * n) for n in range(1, 4)]
    known = await setting(db, time.now().date())
    before = await _lists(db, others)
    before_of_need = await eligible(db, await cell(db, need.id), known)
    assert [r.cell.id for r in (await suggestions(db, partner.id)).rows] == [need.id]

    match_id = await answers.decline_need(db, hauwa, partner.id, need.id, reason, "Because of the road.")

    assert (await suggestions(db, partner.id)).rows == []
    assert await _lists(db, others) == before
    after_of_need = await eligible(db, await cell(db, need.id), known)
    assert after_of_need == [e for e in before_of_need if e.id != partner.id]
    assert other_need.id in {i for rows_ in before.values() for i, _ in rows_}
    match = await db.get_one(Match, match_id)
    assert match.hidden_until == time.now().date() + timedelta(days=180)


async def test_after_180_days_a_declined_need_comes_up_again_and_can_be_answered_anew(rows: Rows, db):
    partner, _, need, hauwa, _ = await _two(rows)
    first = await answers.decline_need(db, hauwa, partner.id, need.id, Reason.NO_CAPACITY_NOW, "")
    await db.execute(update(Match).values(hidden_until=time.now().date()))
    assert [r.cell.id for r in (await suggestions(db, partner.id)).rows] == [need.id]
    second = await answers.say_yes_to_need(db, hauwa, partner.id, need.id)
    assert second != first


async def test_yes_said_twice_is_said_once(rows: Rows, db):
    partner, office, need, hauwa, sani = await _two(rows)
    first = await answers.say_yes_to_need(db, hauwa, partner.id, need.id)
    assert await answers.say_yes_to_need(db, hauwa, partner.id, need.id) == first
    await answers.say_yes(db, sani, first, office.id)
    await answers.say_yes(db, sani, first, office.id)
    assert (await db.get_one(Match, first)).state == "mutual"
    assert len((await db.scalars(select(Match.id))).all()) == 1


async def test_agreed_people_take_up_room_until_room_is_said_anew(rows: Rows, db):
    partner, office, need, hauwa, sani = await _two(rows)
    await rows.need("NG036009", group="displaced-girls", severity=5)
    match_id = await answers.say_yes_to_need(db, hauwa, partner.id, need.id)
    await answers.say_yes(db, sani, match_id, office.id)
    await answers.agree(db, hauwa, match_id, partner.id, 240)
    assert [r.facts.free for r in (await suggestions(db, partner.id)).rows] == [300]
    await answers.agree(db, sani, match_id, office.id, 200)
    assert (await db.get_one(Match, match_id)).state == "mutual"
    await answers.agree(db, hauwa, match_id, partner.id, 200)
    assert (await db.get_one(Match, match_id)).state == "agreed"
    assert [r.facts.free for r in (await suggestions(db, partner.id)).rows] == [100]
    await db.execute(update(Match).values(moved_at=time.now() - timedelta(days=2)))
    assert [r.facts.free for r in (await suggestions(db, partner.id)).rows] == [300]


async def test_notes_wait_until_both_are_interested_and_go_to_both_by_mail(rows: Rows, db):
    partner, office, need, hauwa, sani = await _two(rows)
    match_id = await answers.say_yes_to_need(db, hauwa, partner.id, need.id)
    with pytest.raises(NotMoved):
        await answers.write_note(db, hauwa, match_id, partner.id, "Hello")
    await answers.say_yes(db, sani, match_id, office.id)
    await answers.write_note(db, hauwa, match_id, partner.id, "Hello")
    told = set(await db.scalars(select(Message.to_address).where(Message.body.contains("Hello"))))
    assert told == {hauwa.email, sani.email}


async def test_a_match_that_nobody_moves_for_60_days_ends_by_itself(rows: Rows, db):
    partner, _, need, hauwa, _ = await _two(rows)
    partner_id, need_id = partner.id, need.id
    match_id = await answers.say_yes_to_need(db, hauwa, partner_id, need_id)
    await db.execute(update(Match).values(moved_at=time.now() - timedelta(days=59)))
    assert await upkeep.expire(db) == 0
    await db.execute(update(Match).values(moved_at=time.now() - timedelta(days=60)))
    assert await upkeep.expire(db) == 1
    assert (await db.get_one(Match, match_id)).state == "expired"
    with pytest.raises(NotMoved):
        await answers.say_yes(db, hauwa, match_id, partner_id)
    assert await answers.say_yes_to_need(db, hauwa, partner_id, need_id) != match_id


async def test_the_other_side_is_who_stated_the_need_else_the_local_government_else_the_group_itself(
    rows: Rows, db
):
    member = await rows.world.person("Hauwa")
    actor_partner = await rows.partner("Partner", member=member)
    hauwa = await rows.world.actor(member)
    group = await rows.partner("Girls' Union", led_by=["girls"], room=None)
    state = await rows.office("Yobe State", "NG036")
    stater = await rows.partner("Stater", room=None)

    async def asked(need):
        return (
            await db.get_one(Match, await answers.say_yes_to_need(db, hauwa, actor_partner.id, need.id))
        ).asked_id

    assert await asked(await rows.need(group="girls", severity=5, stated_by=stater)) == stater.id
    assert await asked(await rows.need(group="displaced-girls", severity=5)) == state.id
    await db.execute(update(type(state)).where(type(state).id == state.id).values(state="suspended"))
    assert await asked(await rows.need(group="disabled-girls", severity=5)) == group.id


async def test_who_answers_for_a_need_is_found_later_where_nobody_did_at_first(rows: Rows, db):
    member, officer = await rows.world.person("Hauwa"), await rows.world.person("Sani")
    partner = await rows.partner("Partner", member=member)
    need = await rows.need(severity=5)
    match_id = await answers.say_yes_to_need(db, await rows.world.actor(member), partner.id, need.id)
    assert (await db.get_one(Match, match_id)).asked_id is None
    office = await rows.office("Office", member=officer)
    assert await upkeep.find_other_sides(db) == 1
    assert (await db.get_one(Match, match_id)).asked_id == office.id
    assert officer.email in set(await db.scalars(select(Message.to_address)))


async def test_a_need_that_no_longer_suits_cant_be_answered(rows: Rows, db):
    partner, _, need, hauwa, _ = await _two(rows)
    await rows.room(partner, {"EDU": 2})
    with pytest.raises(answers.NoLongerAMatch):
        await answers.say_yes_to_need(db, hauwa, partner.id, need.id)


@pytest.mark.parametrize("suspended", ["Partner", "Office"])
async def test_nothing_is_said_or_agreed_with_a_suspended_side_but_a_no(rows: Rows, db, suspended):
    partner, office, need, hauwa, sani = await _two(rows)
    match_id = await answers.say_yes_to_need(db, hauwa, partner.id, need.id)
    await answers.say_yes(db, sani, match_id, office.id)
    await answers.agree(db, hauwa, match_id, partner.id, 240)
    await db.execute(update(Organisation).where(Organisation.name == suspended).values(state="suspended"))
    for attempt in (
        lambda: answers.agree(db, sani, match_id, office.id, 240),
        lambda: answers.write_note(db, sani, match_id, office.id, "Hello"),
        lambda: answers.say_yes(db, sani, match_id, office.id),
        lambda: answers.say_yes_to_need(db, hauwa, partner.id, need.id),
    ):
        with pytest.raises(SideStopped, match=f"{suspended} is suspended in the register"):
            await attempt()
    assert (await db.get_one(Match, match_id, populate_existing=True)).state == "mutual"
    assert await needing(db, hauwa) == await needing(db, sani) == []
    await answers.decline(db, sani, match_id, office.id, Reason.TERMS, "")
    assert (await db.get_one(Match, match_id)).state == "declined"


async def test_a_registration_that_ran_out_is_said_to_have_run_out_and_stops_a_match_too(rows: Rows, db):
    partner, office, need, hauwa, sani = await _two(rows)
    match_id = await answers.say_yes_to_need(db, hauwa, partner.id, need.id)
    await db.execute(
        update(Organisation)
        .where(Organisation.id == partner.id)
        .values(expires_on=time.now().date() - timedelta(days=1))
    )
    with pytest.raises(SideStopped, match="The registration of Partner ran out"):
        await answers.say_yes(db, sani, match_id, office.id)


async def test_the_page_of_a_match_says_that_a_side_is_suspended_and_offers_only_a_no(
    rows: Rows, db, browse: Browser
):
    partner, office, need, hauwa, sani = await _two(rows)
    match_id = await answers.say_yes_to_need(db, hauwa, partner.id, need.id)
    await answers.say_yes(db, sani, match_id, office.id)
    await db.execute(update(Organisation).where(Organisation.id == partner.id).values(state="suspended"))
    await browse.sign_in(await db.get_one(Person, sani.person_id))
    await browse.get(f"/matches/{match_id}")
    assert "Partner is suspended in the register" in browse.text
    assert "You can still say no." in browse.text
    for action in ("notes", "agreement", "interest"):
        assert f'/{action}"' not in browse.page.text
    refused = await browse.client.post(
        f"/matches/{match_id}/agreement",
        data={"people": "40", **browse.token},
        headers={"referer": str(browse.page.request.url)},
    )
    assert refused.status_code == 409
    assert "Partner is suspended in the register" in refused.text
    await browse.fill_in({"reason_code": "terms"}, action="/refusal")
    assert "Somebody said no" in browse.text
