"""In a browser: a council states a need, a partner questions a figure, a planner decides; who may see which page."""

import pytest
from sqlalchemy import select

from app.kernel.actor import Role
from app.needs.models import Contest, NeedCell
from app.organisations.rules.kinds import Kind
from tests.coverage.field import Field, term_named

GULANI, DAMATURU = "NG036009", "NG036005"


@pytest.fixture
async def field(db, world) -> Field:
    return await Field(db, world).begin("HEA", "EDU")


async def typed(field: Field, **more) -> dict:
    return {
        "area": "Gulani", "area_id": str((await field.world.area(GULANI)).id), "service": str(field.services["HEA"]),
        "group": str(await term_named(field.db, "group", "everyone")), "people": "1 200", "severity": "4",
        "first": "2026-01-01", "last": "2026-12-31", "told_by": "counted by our ward heads in March",
    } | more  # fmt: skip


async def test_a_council_states_a_need_and_sees_it_counted(browse, field, world, db):
    clerk = await world.person("Zara Idris")
    await world.organisation("Gulani Council", kind=Kind.LOCAL_GOVERNMENT, home=GULANI, owner=clerk)
    await browse.sign_in(clerk)
    answer = await browse.get("/needs/new")
    assert answer.url.path == "/organisations/gulani-council/needs/new"
    answer = await browse.fill_in(await typed(field, area_id="", people="many", told_by="us"))
    assert answer.status_code == 422
    assert "Write how many people as a whole number" in browse.text
    assert "Say where the number comes from" in browse.text
    await browse.fill_in(
        await typed(
            field,
            area_id=str((await field.world.area(GULANI)).id),
            people="",
            first="2027-02-30",
            last="9999-12-31",
        )
    )
    for said in (
        "Write how many people.",
        "The day 2027-02-30 doesn't exist.",
        "between 2000-01-01 and 2099-12-31",
    ):
        assert said in browse.text
    assert "You wrote" not in browse.text
    answer = await browse.fill_in(await typed(field))
    assert answer.status_code == 200, browse.text
    everyone = str(await term_named(db, "group", "everyone"))
    assert (answer.url.path, answer.url.params["group"], answer.url.params["service"]) == (
        f"/left-out/{GULANI}",
        everyone,
        str(field.services["HEA"]),
    )
    assert (await db.scalars(select(NeedCell.people))).all() == [1200]
    assert (await field.cell(GULANI)).uncovered == 1200


async def test_somebody_without_an_organisation_is_told_who_states_needs(browse, field, world):
    await browse.sign_in(await world.person())
    await browse.get("/needs/new")
    assert "Register an organisation" in browse.text


async def test_a_charity_has_no_form_for_needs(browse, field, world):
    owner = await world.person()
    await world.organisation("A charity", owner=owner)
    await browse.sign_in(owner)
    assert (await browse.get("/organisations/a-charity/needs/new")).status_code == 403
    browse.sign_out()
    assert (await browse.get("/organisations/a-charity/needs/new")).status_code in {
        401,
        403,
    } or "Sign in" in browse.text


async def test_a_partner_questions_a_figure_and_a_planner_decides(browse, field, world, db):
    await field.needs(GULANI, 500)
    cell_id = (await field.cell(GULANI)).cell_id
    asker = await world.person("Fatima Audu")
    await world.organisation("A partner there", home=GULANI, owner=asker)
    await browse.sign_in(asker)
    await browse.get(f"/needs/{cell_id}/question")
    await browse.fill_in({"people": "620", "source": "our own count", "reason": "short"})
    assert "20 letters or more" in browse.text
    await browse.fill_in(
        {"people": "620", "source": "our own count", "reason": "Two wards were left out of the count."}
    )
    assert "Both figures are shown from now on" in browse.text
    page = await browse.get(f"/needs/{cell_id}")
    assert "You questioned this figure" in browse.text
    assert f"/needs/{cell_id}/question" not in page.text
    assert "have a place." not in browse.text  # of nobody there is no range to say
    assert "/organisations/a-partner-there/programmes/new" in page.text
    contest = (await db.scalars(select(Contest))).one()

    await browse.get(f"/contests/{contest.id}")
    assert browse.page.status_code == 403
    await browse.sign_in(await world.holder(Role.PLANNER, "NG036"))
    await browse.get("/contests")
    assert "Health" in browse.text
    assert "620" in browse.text
    await browse.get(f"/contests/{contest.id}")
    await browse.fill_in({"outcome": "not_accepted", "reason": ""})
    assert "Write why you decide so" in browse.text
    await browse.fill_in({"outcome": "accepted", "reason": ""})
    assert "Decided." in browse.text
    assert (await field.cell(GULANI)).people == 620


async def test_only_ones_own_verified_organisations_near_the_place_are_offered_to_question_it(
    browse, field, world, statements
):
    await field.needs(GULANI, 500)
    cell_id = (await field.cell(GULANI)).cell_id
    asker = await world.person("Fatima Audu")
    homes = {"In Gulani": GULANI, "Of its state": "NG036", "Elsewhere": "NG008"}
    for name, home in homes.items():
        await world.organisation(name, home=home, owner=asker)
    await world.organisation("Not verified", home=GULANI, state="draft", owner=asker)
    await world.member(asker, await world.organisation("Only a member", home=GULANI), Role.MEMBER)
    await world.organisation("Of others", home=GULANI)
    await browse.sign_in(asker)
    with statements() as sent:
        answer = await browse.get(f"/needs/{cell_id}/question")
    offered = answer.text.split("<main")[1]
    names = {*homes, "Not verified", "Only a member", "Of others"}
    assert {name for name in names if name in offered} == {"In Gulani", "Of its state"}
    assert len(sent) <= 5, sent


async def test_a_planner_of_another_state_doesnt_decide(browse, field, world, db):
    await field.needs(GULANI, 500)
    asker = await world.person("Fatima Audu")
    await world.organisation("A partner there", home=GULANI, owner=asker)
    await browse.sign_in(asker)
    cell_id = (await field.cell(GULANI)).cell_id
    await browse.get(f"/needs/{cell_id}/question")
    await browse.fill_in(
        {"people": "620", "source": "our own count", "reason": "Two wards were left out of the count."}
    )
    contest = (await db.scalars(select(Contest))).one()
    await browse.sign_in(await world.holder(Role.PLANNER, "NG008", "Of Borno"))
    assert (await browse.get(f"/contests/{contest.id}")).status_code == 403


async def test_the_queue_takes_as_many_statements_for_many_as_for_one(browse, field, world, db, statements):
    for area in (GULANI, DAMATURU, "NG008"):
        await field.needs(area, 500)
    await browse.sign_in(await world.holder(Role.PLANNER))
    with statements() as sent:
        await browse.get("/contests")
    assert len(sent) <= 8, sent
