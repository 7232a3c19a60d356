"""What everybody reads about programmes: found by place, group and slip; what isn't known is never a number."""

import csv
import io
import re
import xml.etree.ElementTree as ElementTree  # our own feed, read back
from datetime import timedelta

import pytest

from app.kernel import i18n, time
from app.organisations.rules.decisions import Outcome
from app.organisations.service import standing
from app.programmes.models import CapacityLine
from app.programmes.rules.capacity import Counting
from app.programmes.rules.states import State
from app.programmes.service import moves
from app.programmes.service.drafting import WithoutStanding
from tests.programmes.made import day, draft, published, words
from tests.programmes.test_presences import stated, store
from tests.worlds import Browser, World

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
async def aisha(world):
    return await world.person("Aisha Bukar")


@pytest.fixture
async def organisation(world, aisha):
    return await world.organisation(owner=aisha)


@pytest.fixture
async def actor(world, aisha, organisation):
    return await world.actor(aisha)


async def test_programmes_are_found_by_what_they_do_for_whom_where_and_in_which_state(
    browse: Browser, world: World, actor, organisation
):
    known = await words(world)
    boys = await world.term(
        "group", "boys", "Boys", facts={"status": "any", "sex": "m", "age": "0-17", "disability": "any"}
    )
    everyone = await world.term("group", "everyone")
    under = await world.term("service", "EDU-CAT", "Catch-up classes", parent_id=known["education"].id)
    await published(world, actor, organisation, title="In Gulani")
    await published(world, actor, organisation, title="In all of Yobe", area="NG036", services=("health",))
    await published(world, actor, organisation, title="In Borno", area="NG008", state=State.PLANNED)
    await draft(world, actor, organisation, title="A draft in Gulani")

    async def found(query: str) -> list[str]:
        await browse.get(f"/programmes{query}")
        return re.findall(r"<h3><a href=[^>]*><bdi>(.*?)</bdi>", browse.page.text)

    assert await found("") == ["In all of Yobe", "In Borno", "In Gulani"]
    assert await found("?area=NG036009") == [
        "In all of Yobe",
        "In Gulani",
    ]  # a larger area counts with all in it
    assert await found("?area=NG036005") == ["In all of Yobe"]
    assert await found("?area=borrno") == ["In Borno"]
    assert await found(f"?service={known['health'].id}") == ["In all of Yobe"]
    assert await found(f"?service={under.id}") == []
    assert "Show all programmes" in browse.text
    assert await found(f"?group={known['girls'].id}") == ["In all of Yobe", "In Borno", "In Gulani"]
    assert len(await found(f"?group={everyone.id}")) == 3  # girls are among everyone
    assert await found(f"?group={boys.id}") == []
    assert await found("?state=planned") == ["In Borno"]
    assert len(await found("?state=draft")) == 3  # nobody asks for drafts
    assert await found("?q=in gulanni") == ["In Gulani"]
    assert await found("?q=wommen farmers") == [
        "In all of Yobe",
        "In Borno",
        "In Gulani",
    ]  # by its organisation
    await found("?area=Nowhereville Xyzzy")
    assert "We know no place called" in browse.text


async def test_a_list_is_read_with_few_statements_whatever_its_length_and_goes_on_after_a_row(
    browse: Browser, world: World, actor, organisation, statements
):
    for n in range(25):
        await published(world, actor, organisation, title=f"Programme {n:02}")
    with statements() as sent:
        await browse.get("/programmes")
    assert len(sent) <= 5, sent
    assert "25 programmes" in browse.text
    assert "Programme 19" in browse.text
    assert "Programme 20" not in browse.text
    following = re.search(r'href="([^"]*)" rel="next"', browse.page.text)
    assert following
    with statements() as sent:
        await browse.get(following[1].replace("&amp;", "&"))
    assert len(sent) <= 5, sent
    assert "Programme 20" in browse.text
    assert "Programme 19" not in browse.text


async def test_a_signed_in_page_needs_at_most_twelve_statements(
    browse: Browser, world: World, aisha, actor, organisation, statements, db
):
    programme_id = await published(world, actor, organisation, services=("education", "health"))
    drafted = await draft(world, actor, organisation)
    await store(
        db, [stated(organisation.id, (await words(world))["education"].id, (await world.area("NG008")).id)]
    )
    await browse.sign_in(aisha)
    paths = [
        "/my",
        "/programmes",
        f"/programmes/{programme_id}",
        f"/programmes/{programme_id}/edit",
        f"/programmes/{programme_id}/edit/check",
        f"/programmes/{programme_id}/state/suspended",
        f"/organisations/{organisation.slug}/programmes",
        f"/organisations/{organisation.slug}/programmes/new",
        *(
            f"/programmes/{drafted}/edit/{step}"
            for step in ("what", "where", "when", "capacity", "entry", "aims")
        ),
    ]
    for path in paths:
        with statements() as sent:
            assert (await browse.get(path)).status_code == 200, path
        assert len(sent) <= 12, (path, len(sent), sent)


async def test_what_nobody_knows_is_never_shown_as_a_number(
    browse: Browser, world: World, aisha, actor, organisation
):
    programme_id = await published(world, actor, organisation, people=None)
    await browse.sign_in(aisha)
    for path in (
        "/programmes",
        f"/programmes/{programme_id}",
        f"/organisations/{organisation.slug}/programmes",
        f"/programmes/{programme_id}/edit/check",
    ):
        await browse.get(path)
        assert "How many people is not known yet" in browse.text, path
        assert not re.search(r"\b\d+ (people|person)\b", browse.text), path
    table = (await browse.client.get("/programmes.csv")).text
    assert next(csv.DictReader(io.StringIO(table.lstrip("\ufeff"))))["People"] == "#capacity+people"
    assert list(csv.DictReader(io.StringIO(table.lstrip("\ufeff"))))[1]["People"] == ""
    answer = (await browse.client.get(f"/api/v1/programmes/{programme_id}")).json()
    assert answer["capacity"][0]["people"] is None
    assert answer["people_together"] is None


async def test_nobody_is_served_is_a_number_and_not_the_same_as_unknown(
    browse: Browser, world: World, actor, organisation
):
    programme_id = await published(world, actor, organisation, people=0)
    await browse.get(f"/programmes/{programme_id}")
    assert "Up to 0 people at one time" in browse.text


async def test_a_presence_is_shown_with_its_source_and_never_as_people(
    browse: Browser, world: World, organisation, db
):
    known = await words(world)
    await store(db, [stated(organisation.id, known["education"].id, (await world.area("NG036009")).id)])
    await browse.get(f"/organisations/{organisation.slug}/programmes")
    assert "Present, number not known" in browse.text
    assert "Source: Nigeria who does what where" in browse.text
    answer = await browse.client.get("/api/v1/presences")
    for said in (browse.text, answer.text):
        assert "4000" not in said  # the source's own figure enters nothing
        assert "4,000" not in said


async def test_a_number_not_confirmed_for_a_year_says_that_it_does_not_count(
    browse: Browser, world: World, aisha, actor, organisation, db
):
    programme_id = await published(world, actor, organisation)
    await db.execute(CapacityLine.__table__.update().values(confirmed_on=day(14)))
    await browse.get(f"/programmes/{programme_id}")
    assert "Does not count" in browse.text
    assert "over a year ago" in browse.text
    await browse.sign_in(aisha)
    await browse.get(f"/programmes/{programme_id}/edit")
    assert "Your numbers don't count any more" in browse.text
    await browse.fill_in(action="/confirmation")
    assert "Confirmed. The numbers count for 12 months" in browse.text
    await browse.get(f"/programmes/{programme_id}")
    assert "Does not count" not in browse.text


async def test_one_number_for_all_services_is_said_once_and_as_split_by_us(
    browse: Browser, world: World, actor, organisation
):
    programme_id = await published(
        world,
        actor,
        organisation,
        people=None,
        together=300,
        counting=Counting.THROUGH_PUT,
        services=("education", "health"),
    )
    await browse.get(f"/programmes/{programme_id}")
    assert browse.text.count("300 people over the whole time, for all services together") == 1
    assert browse.text.count("A part of the number for all services together") == 2


async def test_what_is_paused_says_why_and_cancelled_ones_stay_to_be_read(
    browse: Browser, world: World, aisha, actor, organisation
):
    programme_id = await published(world, actor, organisation)
    await browse.sign_in(aisha)
    await browse.get(f"/programmes/{programme_id}/state/suspended")
    assert (await browse.fill_in()).status_code == 422
    assert "Write why" in browse.text
    await browse.fill_in({"reason": "The road is flooded."})
    assert "Paused. Take it up again" in browse.text
    browse.sign_out()
    await browse.get(f"/programmes/{programme_id}")
    assert "The road is flooded." in browse.text
    await moves.move(world.db, actor, programme_id, State.CANCELLED, "The school burnt down.")
    await browse.get(f"/programmes/{programme_id}")
    assert "The school burnt down." in browse.text
    await browse.sign_in(aisha)
    assert (await browse.get(f"/programmes/{programme_id}/state/running")).status_code == 404
    assert (await browse.get(f"/programmes/{programme_id}/edit/what")).status_code == 404
    assert (await browse.get(f"/programmes/{programme_id}/edit")).status_code == 200


async def test_programmes_of_an_organisation_that_is_not_shown_are_not_shown_either(
    browse: Browser, world: World, actor, organisation, db
):
    programme_id = await published(world, actor, organisation)
    organisation.state = "removed"
    await db.flush()
    await browse.get("/programmes")
    assert "Catch-up classes" not in browse.text
    for path in (
        f"/programmes/{programme_id}",
        f"/organisations/{organisation.slug}/programmes",
        f"/api/v1/programmes/{programme_id}",
    ):
        assert (await browse.get(path)).status_code == 404, path


async def test_the_table_has_a_row_a_service_and_runs_nothing_in_a_spreadsheet(
    browse: Browser, world: World, actor, organisation
):
    await published(world, actor, organisation, title="=HYPERLINK(1)", services=("education", "health"))
    answer = await browse.client.get("/programmes.csv?bom=0")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[1][0] == "#activity+name"
    assert [row[0] for row in rows[2:]] == ["'=HYPERLINK(1)"] * 2
    assert [(row[6], row[7], row[8]) for row in rows[2:]] == [
        ("Education", "120", "places"),
        ("Health", "120", "places"),
    ]


async def test_new_programmes_come_as_a_feed_newest_first(browse: Browser, world: World, actor, organisation):
    await published(world, actor, organisation, title="First & <best>")
    await published(world, actor, organisation, title="Second")
    await draft(world, actor, organisation, title="Draft")
    answer = await browse.client.get("/programmes.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    read = ElementTree.fromstring(answer.text)  # noqa: S314
    assert [entry.findtext(f"{ATOM}title") for entry in read.iter(f"{ATOM}entry")] == [
        "Second",
        "First & <best>",
    ]
    for needed in ("id", "title", "updated"):
        assert read.findtext(f"{ATOM}{needed}")
        assert all(entry.findtext(f"{ATOM}{needed}") for entry in read.iter(f"{ATOM}entry"))


async def test_programmes_are_open_data(browse: Browser, world: World, actor, organisation, statements):
    known = await words(world)
    for n in range(3):
        await published(world, actor, organisation, title=f"Programme {n}", services=("education", "health"))
    with statements() as sent:
        first = (await browse.client.get("/api/v1/programmes?limit=2")).json()
    assert len(sent) <= 7, sent
    assert [item["title"] for item in first["items"]] == ["Programme 0", "Programme 1"]
    rest = (await browse.client.get(first["next"])).json()
    assert [item["title"] for item in rest["items"]] == ["Programme 2"]
    assert rest["next"] is None
    one = first["items"][0]
    assert (one["organisation"]["slug"], one["groups"][0]["code"], one["areas"][0]["code"]) == (
        organisation.slug,
        "girls",
        "NG036009",
    )
    assert [(line["service"]["code"], line["people"], line["counts"]) for line in one["capacity"]] == [
        ("EDU", 120, "places"),
        ("HEA", 120, "places"),
    ]
    assert known["hausa"].code == one["languages"][0]["code"]
    for query, status in (
        ("?area=ZZ999", 404),
        ("?service=NOPE", 404),
        ("?group=nope", 404),
        ("?organisation=nobody", 404),
        ("?state=nope", 422),
        ("?colour=red", 400),
        ("?after=nonsense", 400),
        ("?limit=0", 422),
    ):
        assert (await browse.client.get(f"/api/v1/programmes{query}")).status_code == status, query
    for query, number in (
        ("?area=NG036&service=EDU&group=girls&state=running", 3),
        (f"?organisation={organisation.slug}", 3),
        ("?state=planned", 0),
        ("?updated_since=2020-01-01T00:00:00Z", 3),
        ("?updated_since=2099-01-01T00:00:00Z", 0),
    ):
        assert len((await browse.client.get(f"/api/v1/programmes{query}")).json()["items"]) == number, query


async def test_presences_are_open_data_with_their_source(browse: Browser, world: World, organisation, db):
    known = await words(world)
    await store(
        db,
        [
            stated(organisation.id, known["education"].id, (await world.area(code)).id)
            for code in ("NG036009", "NG008")
        ],
    )
    items = (await browse.client.get("/api/v1/presences?area=NG036&service=EDU")).json()["items"]
    assert [
        (item["organisation_slug"], item["area_code"], item["source"], item["rows"]) for item in items
    ] == [(organisation.slug, "NG036009", "Nigeria who does what where", [7])]
    assert "people" not in items[0]
    assert (await browse.client.get("/api/v1/presences?service=HEA")).json()["items"] == []


async def test_a_suspended_organisation_invites_nobody_and_begins_nothing(
    browse: Browser, world: World, aisha, actor, organisation, db
):
    programme_id = await published(world, actor, organisation)
    amina, musa = [await world.actor(await world.registrar("NG", name)) for name in ("Amina", "Musa")]
    await standing.propose(
        db, amina, organisation.slug, Outcome.SUSPENDED, "Nobody was there when we came.", serious=True
    )
    await standing.confirm(db, musa, organisation.slug)
    await browse.get(f"/programmes/{programme_id}")
    today = i18n.day(time.now().date())
    assert f"Yobe Women Farmers is suspended in the register since {today}" in browse.text
    for invites in ("Running", "How to get in", "Come to the school office", "+2348031234567"):
        assert invites not in browse.text
    await browse.get("/programmes")
    assert "Its organisation is suspended" in browse.text
    table = list(csv.reader(io.StringIO((await browse.get("/programmes.csv")).text)))
    assert table[2][2] == "Its organisation is suspended"
    await browse.sign_in(aisha)
    here = f"/organisations/{organisation.slug}/programmes"
    await browse.get(here)
    assert "You can't begin a programme now" in browse.text
    assert f"{here}/new" not in browse.page.text
    assert (await browse.get(f"{here}/new")).status_code == 409
    assert "so it can't begin a programme" in browse.text
    with pytest.raises(WithoutStanding):
        await draft(world, actor, organisation)


async def test_a_programme_whose_organisation_has_run_out_says_so_and_how_to_get_in(
    browse: Browser, world: World, actor, organisation, db
):
    programme_id = await published(world, actor, organisation)
    organisation.expires_on = time.now().date() - timedelta(days=1)
    await db.flush()
    await browse.get(f"/programmes/{programme_id}")
    assert "The registration of Yobe Women Farmers ran out after" in browse.text
    assert "How to get in" in browse.text
