"""What everybody may read of matching, who may change it, and who may see what."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.kernel import time
from app.kernel.actor import Role
from app.kernel.audit import AuditEntry
from app.kernel.outbox import Message
from app.matching.models import Exposure, Match, ServedList
from app.matching.queries.cells import cell
from app.matching.queries.eligible import eligible
from app.matching.queries.matches import match
from app.matching.queries.setting import setting
from app.matching.queries.treatment import classes, months
from app.matching.queries.weights import weight_sets
from app.matching.rules.classes import Measure
from app.matching.rules.moves import Reason
from app.matching.rules.order import attention
from app.matching.rules.weights import FIRST, STEPS, Factor
from app.matching.service import answers, exposure
from tests.matching.rows import Rows
from tests.worlds import Browser

YESTERDAY = timedelta(days=1)


async def test_the_first_weight_set_in_the_database_is_the_one_of_the_design(db):
    (first,) = await weight_sets(db)
    assert first.weights == FIRST


async def test_anybody_reads_every_weight_set_with_its_reason(browse: Browser, db):
    await browse.get("/matching/weights")
    assert "In force" in browse.text
    assert "Free places for a twentieth of the people without" in browse.text
    answer = await browse.get("/api/v1/weight-sets")
    assert answer.json()["items"][0]["points"]["place"] == [5, 9, 15]


async def test_a_planner_announces_weights_two_weeks_ahead_and_lists_change_on_that_day(
    browse: Browser, rows: Rows, db
):
    await browse.get("/matching/weights/new")
    assert "Sign in" in browse.text
    await browse.sign_in(await rows.world.person())
    assert (await browse.get("/matching/weights/new")).status_code == 403
    await browse.sign_in(await rows.world.holder(Role.PLANNER, name="Ngozi Obi"))
    today = time.now().date()
    first = today + timedelta(days=14)
    await browse.get("/matching/weights/new")
    whole = {"reason": "Languages matter more in this region.", "in_force_from": first.isoformat()}
    await browse.fill_in({"in_force_from": (first - YESTERDAY).isoformat(), "reason": whole["reason"]})
    assert "14 days after it is announced at the earliest" in browse.text
    await browse.fill_in({**whole, "points_language_1": "20"})
    assert "They add up to 110." in browse.text
    await browse.fill_in({**whole, "points_language_1": "20", "points_capacity_1": "15"})
    assert "Announced by Ngozi Obi" in browse.text
    assert "Languages matter more in this region." in browse.text
    assert (await setting(db, today)).weights == FIRST
    then = (await setting(db, first)).weights
    assert (then.id, then.most(Factor.LANGUAGE)) == (2, 20)
    entry = (await db.scalars(select(AuditEntry).where(AuditEntry.action == "weights.announced"))).one()
    assert '"language":[20]' in entry.entry


async def test_another_organisation_neither_sees_nor_answers(browse: Browser, rows: Rows, db):
    hauwa, stranger, reader = [await rows.world.person(name) for name in ("Hauwa", "Stranger", "Reader")]
    partner = await rows.partner("Partner", member=hauwa)
    await rows.partner("Elsewhere", member=stranger)
    await rows.world.member(reader, partner, Role.MEMBER)
    await rows.office("Office")
    need = await rows.need(severity=5)
    match_id = await answers.say_yes_to_need(db, await rows.world.actor(hauwa), partner.id, need.id)
    pages = (f"/organisations/{partner.slug}/matches", f"/organisations/{partner.slug}/matches/near", f"/matches/{match_id}",
             f"/organisations/{partner.slug}/room", f"/matching/needs/{need.id}")  # fmt: skip
    for path in pages:
        await browse.get(path)
        assert "Sign in" in browse.text
    await browse.sign_in(stranger)
    for path in pages:
        assert (await browse.get(path)).status_code == 403
    await browse.get("/organisations/elsewhere/matches")
    for path in (f"/organisations/{partner.slug}/matches/{need.id}/interest", f"/matches/{match_id}/refusal",
                 f"/matches/{match_id}/notes", f"/matching/needs/{need.id}/partners/elsewhere"):  # fmt: skip
        keys = await _keys(browse)
        assert (await browse.client.post(path, data=keys)).status_code == 403
    await browse.sign_in(reader)
    assert (await browse.get(f"/organisations/{partner.slug}/matches")).status_code == 200
    assert "We are interested" not in browse.text
    assert (
        await browse.client.post(f"/matches/{match_id}/refusal", data=await _keys(browse))
    ).status_code == 403


async def test_how_to_reach_the_other_side_is_told_to_nobody_before_both_said_yes(
    browse: Browser, rows: Rows, db, statements
):
    hauwa = await rows.world.person("Hauwa", "hauwa@example.org")
    sani = await rows.world.person("Sani", "sani@example.org")
    ways = {"phone": "+234 803 111", "public_email": "desk@example.org", "contact_person": "Ruth Musa"}
    partner = await rows.partner("Partner", member=hauwa, **ways)
    office = await rows.office("Office", member=sani, phone="+234 803 222")
    need = await rows.need(severity=5)
    told = (*ways.values(), "+234 803 222", "hauwa@example.org", "sani@example.org")

    async def leaks() -> set[str]:
        with statements() as sent:
            seen = str(await match(db, match_id))
        seen += str([one for one in sent if "email" in one or "phone" in one])
        for person in (hauwa, sani):
            await browse.sign_in(person)
            # Whoever reads it is named in the frame of the page; what the other side said is in its middle.
            seen += (await browse.get(f"/matches/{match_id}")).text.split("<main")[1].split("</main>")[0]
        assert (await browse.get(f"/api/v1/matches/{match_id}")).status_code == 404
        return {each for each in (*told, "public_email", "Hauwa") if each in seen}

    match_id = await answers.say_yes_to_need(db, await rows.world.actor(hauwa), partner.id, need.id)
    assert await leaks() == set()
    await answers.say_yes(db, await rows.world.actor(sani), match_id, office.id)
    assert await leaks() == {*told, "public_email", "Hauwa"}
    await answers.decline(db, await rows.world.actor(sani), match_id, office.id, Reason.TERMS, "")
    assert await leaks() == set()


async def test_a_yes_to_what_the_other_side_ended_is_told_where_it_stands(browse: Browser, rows: Rows, db):
    hauwa, sani = await rows.world.person("Hauwa"), await rows.world.person("Sani")
    partner, office = await rows.partner("Partner", member=hauwa), await rows.office("Office", member=sani)
    need = await rows.need(severity=5)
    match_id = await answers.say_yes_to_need(db, await rows.world.actor(hauwa), partner.id, need.id)
    await browse.sign_in(sani)
    await browse.get(f"/matches/{match_id}")
    await answers.decline(db, await rows.world.actor(hauwa), match_id, partner.id, Reason.TERMS, "")
    answer = await browse.fill_in(action="/interest")
    assert answer.status_code == 409
    assert "This has moved on meanwhile" in browse.text
    assert "Somebody said no" in browse.text
    assert office.name in browse.text
    assert (await db.get_one(Match, match_id, populate_existing=True)).state == "declined"


async def test_a_long_list_is_read_in_parts_and_a_mistake_comes_back_on_its_own(browse: Browser, rows: Rows):
    hauwa = await rows.world.person("Hauwa")
    partner = await rows.partner("Partner", member=hauwa, works=("NG036", "NG008"), groups=("girls", "women"))
    for place in ("NG036005", "NG036009", "NG036", "NG008"):
        for group in ("women", "girls"):
            await rows.need(place, group=group, severity=5)
    here = f"/organisations/{partner.slug}/matches"
    await browse.sign_in(hauwa)
    await browse.get(here)
    assert "8 needs suit what you do" in browse.text
    parts = [needs_of(browse)]
    await browse.get(re.findall(rf'href="({here}\?after=[^"]+)"', browse.page.text)[0])
    parts.append(needs_of(browse))
    assert [len(part) for part in parts] == [4, 4]
    assert not parts[0] & parts[1]
    last = parts[1].pop()
    answer = await browse.client.post(f"{here}/{last}/refusal", data=await _keys(browse))
    assert answer.status_code == 422
    assert f'id="need-{last}"' in answer.text
    await browse.get(f"{here}?after=nonsense")
    assert needs_of(browse) == parts[0]


async def test_a_figure_that_an_organisation_stated_names_the_organisation_and_not_its_address(
    rows: Rows, db
):
    office = await rows.office("Office of Gulani")
    stated = await rows.need(stated_by=office, source=office.slug)
    imported = await rows.need("NG036005", source="OCHA")
    assert (await cell(db, stated.id)).source == "Office of Gulani"
    assert (await cell(db, imported.id)).source == "OCHA"


async def test_the_menu_marks_one_place_even_where_one_lies_in_another(browse: Browser, rows: Rows):
    hauwa = await rows.world.person("Hauwa")
    for name in ("One", "Other"):
        await rows.partner(name, member=hauwa)
    await browse.sign_in(hauwa)
    await browse.get("/my/matches")
    assert "Whose matches?" in browse.text
    assert re.findall(r'href="([^"]+)" aria-current="page"', browse.page.text) == ["/my/matches"]


def needs_of(browse: Browser) -> set[str]:
    return set(re.findall(r'id="need-([^"]+)"', browse.page.text))


async def _keys(browse: Browser) -> dict[str, str]:
    from tests.worlds import _Forms

    await browse.get("/display")
    return _Forms.of(browse.page.text).choose("/display").fields


async def test_pages_of_matching_ask_at_most_twelve_times(browse: Browser, rows: Rows, db, statements):
    hauwa, sani = await rows.world.person("Hauwa"), await rows.world.person("Sani")
    partner = await rows.partner("Partner", member=hauwa, works=("NG036",), would=("NG008",), services=("EDU", "HEA"),
                                 access=False, safe=False, groups=("girls", "women"))  # fmt: skip
    await rows.office("Office", "NG036", member=sani)
    for place in ("NG036005", "NG036009", "NG036", "NG008"):
        for n, group in enumerate(("women", "girls", "displaced-girls")):
            for service in ("EDU", "HEA", "EDU-CAT"):
                await rows.need(place, service=service, group=group, severity=5 - n, people=500)
    need = await rows.need("NG036009", service="HEA", group="everyone", severity=5)
    for n in range(25):
        await rows.partner(f"Other {n}", services=("EDU", "HEA"), groups=("everyone",), works=("NG036",))
    # Women's health in tiers 1 to 4, so that every tier is looked at.
    await browse.sign_in(hauwa)
    for path in (
        f"/organisations/{partner.slug}/matches",
        f"/organisations/{partner.slug}/matches/near",
        "/my/matches",
    ):
        with statements() as sent:
            assert (await browse.client.get(path)).status_code in {200, 303}
        assert len(sent) <= 12, (path, sent)
    await browse.sign_in(sani)
    with statements() as sent:
        assert (await browse.get(f"/matching/needs/{need.id}")).status_code == 200
    assert "20 partners could help" in browse.text
    assert sum("INSERT INTO served_list" in statement for statement in sent) == 1
    assert len(sent) <= 13, sent  # one of them counts that the list was served, in a transaction of its own


async def test_whoever_was_shown_less_than_their_fit_comes_first_within_five_points(rows: Rows, db):
    need = await rows.need(severity=5)
    partners = [await rows.partner(f"Partner {n}") for n in range(3)]
    better = await rows.partner("Better", led_by=("girls",))
    today = time.now().date()
    db.add_all(
        Exposure(organisation_id=p.id, on=today - YESTERDAY, deficit=due)
        for p, due in zip(partners, (0.5, 4.0, -2.0), strict=True)
    )
    await db.flush()
    found = await eligible(db, await cell(db, need.id), await setting(db, today))
    assert [e.id for e in found] == [better.id, partners[1].id, partners[0].id, partners[2].id]


async def test_lists_that_were_served_become_exposure_over_night(rows: Rows, db, database):
    office = await rows.office("Office")
    need = await rows.need(severity=5)
    partners = [await rows.partner(f"Partner {n}") for n in range(22)]
    for _ in range(3):
        await exposure.note_served(database, need.id)
    today = time.now().date()
    assert (await db.scalars(select(ServedList.times))).all() == [3]
    shown = await eligible(db, await cell(db, need.id), await setting(db, today))
    for _ in range(2):  # doing it twice changes nothing
        assert await exposure.work_out_day(db, today) == 1
    rows_ = {
        row.organisation_id: row for row in await db.scalars(select(Exposure).where(Exposure.on == today))
    }
    assert rows_.keys() == {p.id for p in partners}
    assert office.id not in rows_
    assert rows_[shown[0].id].got == pytest.approx(3 * attention(1))
    assert sum(row.got for row in rows_.values()) == pytest.approx(sum(row.merited for row in rows_.values()))
    assert all(row.eligible == 3 for row in rows_.values())
    last = [p.id for p in partners if p.id not in {e.id for e in shown}]
    again = await eligible(db, await cell(db, need.id), await setting(db, today))
    assert {e.id for e in again[:2]} == set(last), "whoever wasn't shown comes first the next day"


async def test_a_class_that_is_shown_less_is_published_and_the_registrar_is_told(
    browse: Browser, rows: Rows, db
):
    registrar = await rows.world.registrar("NG")
    need = await rows.need(severity=5)
    small = [await rows.partner(f"Small {n}", staff="1-9") for n in range(10)]
    large = [await rows.partner(f"Large {n}", staff="250+", led_by=("girls",)) for n in range(20)]
    month = date(2026, 9, 1)
    db.add(ServedList(on=date(2026, 9, 15), cell_id=need.id, times=10))
    await db.flush()
    await exposure.work_out_day(db, date(2026, 9, 15))
    found = await exposure.work_out_month(db, month)
    assert await exposure.tell_of_uneven(db, month, found) >= 1
    by_class = {(row.measure, row.code): row for row in await months(db)}
    uneven = by_class[Measure.SIZE, "under-10"]
    assert uneven.treatment.eligible == pytest.approx(len(small) / (len(small) + len(large)))
    assert uneven.treatment.is_uneven
    assert uneven.lists == [need.id]
    assert not by_class[Measure.SIZE, "100-up"].treatment.is_uneven
    assert registrar.email in set(await db.scalars(select(Message.to_address)))
    await browse.get("/matching/equal-treatment")
    assert "Looked into" in browse.text
    assert "Education for girls in Gulani" in browse.text
    figures = (await browse.get("/api/v1/equal-treatment")).json()["items"]
    assert {(f["measure"], f["partner_class"]) for f in figures} >= {("size", "under-10"), ("seat", "centre")}


async def test_classes_come_from_what_partners_said_of_themselves(rows: Rows, db):
    for n in range(3):
        await rows.partner(f"In the centre {n}", home="NG036005")
    young = await rows.partner(
        "Young", home="NG008", founded_year=time.now().year - 1, staff="0", kind="self_organised"
    )
    old = await rows.partner("Old", home="NG036009", founded_year=1990)
    found = await classes(db, [young.id, old.id], time.now().date())
    assert found[young.id] == {
        Measure.SIZE: "under-10",
        Measure.KIND: "self-organised",
        Measure.SEAT: "elsewhere",
        Measure.AGE: "new",
    }
    assert found[old.id] == {
        Measure.SIZE: "not-said",
        Measure.KIND: "other-kinds",
        Measure.SEAT: "centre",
        Measure.AGE: "older",
    }


async def test_a_planner_writes_down_the_languages_of_places_they_plan_for(browse: Browser, rows: Rows, db):
    await browse.sign_in(await rows.world.holder(Role.PLANNER, "NG036"))
    await browse.get("/matching/languages")
    await browse.fill_in({"place": "gulani"}, button="find")
    hausa, kanuri = (str(rows.languages[code].id) for code in ("ha", "kr"))
    gulani, borno = [await rows.world.area(code) for code in ("NG036009", "NG008")]
    await browse.fill_in({"place_id": str(gulani.id), "languages": [hausa, kanuri]})
    assert "Gulani Hausa, Kanuri" in browse.text
    assert (await browse.fill_in({"place_id": str(borno.id), "languages": [hausa]})).status_code == 422
    words = (await setting(db, time.now().date())).words
    assert words.spoken_at(gulani.lo) == {"ha", "kr"}
    assert words.spoken_at(borno.lo) == frozenset()


def test_every_factor_says_each_of_its_steps():
    from app.matching.rules.steps import STEP_NAMES

    assert {factor: len(names) for factor, names in STEP_NAMES.items()} == dict(STEPS)
