"""Registering a programme page by page and without JavaScript, and finding it."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.kernel import time
from app.kernel.audit import AuditEntry
from app.programmes.models import CapacityLine, Programme
from tests.programmes.made import words
from tests.worlds import Browser, World, ids


async def test_an_editor_writes_a_programme_down_publishes_it_and_a_visitor_finds_it(
    browse: Browser, world: World, db
):
    known = await words(world)
    gulani = await world.area("NG036009")
    hauwa = await world.person("Hauwa Ibrahim")
    await world.organisation("Gulani Girls Learn", owner=hauwa)
    today = time.now().date()
    await browse.sign_in(hauwa)

    await browse.get("/organisations/gulani-girls-learn/programmes")
    assert "No programme is written down yet" in browse.text
    await browse.get("/organisations/gulani-girls-learn/programmes/new")
    await browse.fill_in({"title": "Catch-up classes", "summary": "We teach."})
    assert "20 letters or more" in browse.text
    await browse.fill_in(
        {
            "summary": "We teach girls who had to leave school, years 1 to 6.",
            "service": ids(known["education"], known["health"]),
            "serves": ids(known["girls"]),
        }
    )
    assert "Where you do it" in browse.text
    await browse.fill_in({"area": "gullani"}, button="find")
    assert "Which one do you mean?" in browse.text
    await browse.fill_in({"area": "Gulani"}, button="add")
    assert "It works in" in browse.text
    assert f'value="{gulani.id}"' in browse.page.text
    await browse.fill_in()
    assert "When it runs" in browse.text
    await browse.fill_in(
        {
            "starts_on": (today - timedelta(days=30)).isoformat(),
            "ends_on": (today + timedelta(days=300)).isoformat(),
            "pause_from_1": today.isoformat(),
            "pause_to_1": (today + timedelta(days=9)).isoformat(),
        }
    )
    assert "How many people you can serve" in browse.text
    assert "/coverage/beside?programme=" in browse.page.text
    await browse.fill_in({"how": "each", "people_1": "1,200", "counts_1": "through-put", "unknown_2": "yes"})
    assert "How people get in" in browse.text
    await browse.fill_in(
        {
            "referral": "Come to the school office in Bara, Monday to Friday, 8 to 12.",
            "referral_phone": "+234 803 123 4567",
            "language": ids(known["hausa"]),
        }
    )
    assert "What it adds to" in browse.text
    await browse.fill_in({"commitment": ids(known["poverty"])})
    assert "Read it over and publish it" in browse.text
    assert "1,200 people over the whole time" in browse.text
    await browse.fill_in({"state": "running"})
    assert "Published" in browse.text

    browse.sign_out()
    await browse.get("/programmes?q=cach up clases&area=yobe")
    assert "Catch-up classes" in browse.text
    assert "1 programme in Yobe" in browse.text
    assert "health: how many people is not known yet" in browse.text.lower()
    programme = (await db.scalars(select(Programme))).one()
    await browse.get(f"/programmes/{programme.id}")
    for said in (
        "Running",
        "Gulani Girls Learn",
        "1,200 people over the whole time",
        "Confirmed on",
        "Come to the school office",
        "+2348031234567",
        "An end to poverty",
        "Hausa",
        "Not known yet",
    ):
        assert said in browse.text, said
    lines = {line.service_id: line for line in await db.scalars(select(CapacityLine))}
    assert lines[known["education"].id].people == 1200
    assert lines[known["health"].id].people is None
    assert lines[known["education"].id].closed == [
        [today.isoformat(), (today + timedelta(days=9)).isoformat()]
    ]
    told = list(await db.scalars(select(AuditEntry.action).order_by(AuditEntry.at)))
    assert told.count("programme.begun") == 1
    assert told[-1] == "programme.published"


async def test_each_step_says_what_to_mend_beside_its_field_and_keeps_what_was_typed(
    browse: Browser, world: World, db
):
    known = await words(world)
    hauwa = await world.person("Hauwa Ibrahim")
    await world.organisation("Gulani Girls Learn", owner=hauwa)
    await browse.sign_in(hauwa)
    await browse.get("/organisations/gulani-girls-learn/programmes/new")
    await browse.fill_in(
        {
            "title": "Catch-up classes",
            "summary": "We teach girls who had to leave school.",
            "service": ids(known["education"]),
            "serves": ids(known["girls"]),
        }
    )
    programme = (await db.scalars(select(Programme))).one()
    edit = f"/programmes/{programme.id}/edit"

    await browse.get(f"{edit}/where")
    await browse.fill_in()
    assert "Add at least one area" in browse.text
    await browse.get(f"{edit}/capacity")
    assert "First choose services and days" in browse.text
    assert (await browse.fill_in({"people_1": "5"})).status_code == 422
    await browse.get(f"{edit}/when")
    await browse.fill_in({"starts_on": "14/3/2026", "ends_on": "2026-02-30"})
    assert browse.text.count("Write the day as year, month and day") == 4  # above and beside, for both
    assert 'value="14/3/2026"' in browse.page.text
    await browse.fill_in({"starts_on": "2026-03-14", "ends_on": "2026-03-13"})
    assert "The last day must be on or after the first day" in browse.text
    await browse.fill_in({"ends_on": "2046-03-13"})
    assert "at most 10 years" in browse.text
    await browse.fill_in({"ends_on": "2027-03-13", "pause_from_1": "2028-01-01", "pause_to_1": "2028-01-09"})
    assert "lies outside the days" in browse.text
    await browse.fill_in({"pause_from_1": "2026-03-14", "pause_to_1": "2027-03-13"})
    assert "on no day at all" in browse.text
    await browse.fill_in({"pause_from_1": "", "pause_to_1": ""})
    for typed, said in (
        ({}, "know it yet."),
        ({"people_1": "about 50", "counts_1": "places"}, "Write how many people"),
        ({"people_1": "-5", "counts_1": "places"}, "Write how many people"),
        ({"people_1": "99999999999999999999", "counts_1": "places"}, "Write how many people"),
        ({"people_1": "50"}, "for one time or for the whole time"),
        ({"people_1": "50", "unknown_1": "yes"}, "Not both"),
        (
            {"people_1": "50", "counts_1": "places", "from_1": "2020-01-01", "to_1": "2020-02-01"},
            "must lie within those of the programme",
        ),
    ):
        await browse.get(f"{edit}/capacity")
        answer = await browse.fill_in(typed)
        assert answer.status_code == 422
        assert said in browse.text, typed
    await browse.get(f"{edit}/entry")
    await browse.fill_in({"referral": "Come", "referral_phone": "call us", "referral_email": "office"})
    for said in ("Say how somebody gets in", "with its country code", "Write an e-mail address"):
        assert said in browse.text
    await browse.fill_in(
        {"referral": "Come to the school office.", "referral_phone": "", "referral_email": ""}
    )
    assert "telephone number or an e-mail address" in browse.text
    await browse.get(f"{edit}/check")
    assert (await browse.fill_in({"state": "running"})).status_code == 422
    assert "still open: Where you do it" in browse.text


async def test_who_is_named_by_a_published_list_begins_with_its_service_and_areas(
    browse: Browser, world: World, db
):
    from tests.programmes.test_presences import stated, store

    known = await words(world)
    hauwa = await world.person("Hauwa Ibrahim")
    organisation = await world.organisation("Gulani Girls Learn", owner=hauwa)
    areas = [await world.area("NG036009"), await world.area("NG036005")]
    await store(db, [stated(organisation.id, known["education"].id, area.id) for area in areas])

    await browse.get("/organisations/gulani-girls-learn/programmes")
    assert "Nigeria who does what where" in browse.text
    assert "Say how many people you can serve" not in browse.text  # a visitor is not asked
    assert "Present, number not known" in browse.text
    await browse.sign_in(hauwa)
    await browse.get("/my")
    assert "You are listed here. How many people can you serve?" in browse.text
    await browse.get("/organisations/gulani-girls-learn/programmes")
    assert "name you in 2 places" in browse.text
    await browse.get(f"/organisations/gulani-girls-learn/programmes/new?service={known['education'].id}")
    assert "the 2 areas that published lists name you in" in browse.text
    await browse.fill_in(
        {"summary": "We teach girls who had to leave school.", "serves": ids(known["girls"])}
    )
    assert "When it runs" in browse.text  # where is known already
    programme = (await db.scalars(select(Programme))).one()
    assert programme.title == "Education"
    await browse.get(f"/programmes/{programme.id}/edit/where")
    assert "Damaturu" in browse.text
    assert "Gulani" in browse.text


async def test_another_organisations_editor_can_neither_see_nor_change_a_draft(
    browse: Browser, world: World, db
):
    await words(world)
    hauwa, sani = await world.person("Hauwa Ibrahim"), await world.person("Sani Musa")
    await world.organisation("Gulani Girls Learn", owner=hauwa)
    await world.organisation("Damaturu Relief", owner=sani)
    programme_id = await _draft(world, hauwa)
    await browse.sign_in(sani)
    for path in ("edit", "edit/what", "edit/check", "state/cancelled"):
        assert (await browse.get(f"/programmes/{programme_id}/{path}")).status_code == 403, path
    assert (await browse.get(f"/programmes/{programme_id}")).status_code == 404
    assert (await browse.get("/organisations/gulani-girls-learn/programmes/new")).status_code == 403
    await browse.get("/organisations/gulani-girls-learn/programmes")
    assert "Catch-up classes" not in browse.text
    await browse.get("/organisations/damaturu-relief/programmes/new")
    keys = {"csrf": _csrf(browse)}
    for path in ("edit/what", "edit/check", "confirmation", "state/cancelled"):
        answer = await browse.client.post(f"/programmes/{programme_id}/{path}", data=keys)
        assert answer.status_code == 403, path


async def test_what_two_editors_wrote_at_once_is_compared_and_nothing_is_lost(
    browse: Browser, world: World, db
):
    hauwa = await world.person("Hauwa Ibrahim")
    await world.organisation("Gulani Girls Learn", owner=hauwa)
    known = await words(world)
    programme_id = await _draft(world, hauwa)
    await browse.sign_in(hauwa)
    await browse.get(f"/programmes/{programme_id}/edit/what")
    stale = browse.page
    await browse.get(f"/programmes/{programme_id}/edit/what")
    await browse.fill_in(
        {"title": "Catch-up classes in Bara", "service": ids(known["education"], known["health"])}
    )
    browse.page = stale
    answer = await browse.fill_in({"title": "Evening classes"})
    assert answer.status_code == 409
    for said in (
        "This was changed while you were writing",
        "What differs",
        "As it stands now",
        "As you wrote it",
        "Catch-up classes in Bara",
        "Education and Health",
    ):
        assert said in browse.text
    assert 'value="Evening classes"' in browse.page.text
    await browse.fill_in()
    assert (await db.scalars(select(Programme.title))).one() == "Evening classes"


async def test_a_draft_is_given_up_and_never_shows(browse: Browser, world: World, db):
    hauwa = await world.person("Hauwa Ibrahim")
    await world.organisation("Gulani Girls Learn", owner=hauwa)
    programme_id = await _draft(world, hauwa)
    await browse.sign_in(hauwa)
    await browse.get("/my")
    assert "Finish writing your programme" in browse.text
    await browse.get(f"/programmes/{programme_id}/state/cancelled")
    assert "Nobody but your organisation ever saw it" in browse.text
    await browse.fill_in()
    assert "Given up" in browse.text
    assert "Catch-up classes" not in browse.text
    assert (await browse.get(f"/programmes/{programme_id}")).status_code == 404


async def _draft(world: World, person) -> UUID:
    from app.organisations.models import Organisation
    from tests.programmes.made import draft

    organisation = (
        await world.db.scalars(select(Organisation).where(Organisation.slug == "gulani-girls-learn"))
    ).one()
    return await draft(world, await world.actor(person), organisation)


def _csrf(browse: Browser) -> str:
    return browse.page.text.split('name="csrf" value="')[1].split('"')[0]
