"""Who is left out, as people see it: in words that claim no more than is known, and no number that points at somebody."""

import csv
import io
import re
from datetime import date

import pytest
from sqlalchemy import select, text

from app.coverage.models import CellCoverage
from app.coverage.pages.maps import bounds
from app.coverage.pages.words import span
from app.coverage.service import follow
from app.needs.rules.facets import Facets
from app.programmes.models import Programme
from tests.coverage.field import Field
from tests.coverage.places import DISPLACED, HOST

DAMATURU, GULANI, BORNO = "NG036005", "NG036009", "NG008"


@pytest.fixture
async def field(db, world) -> Field:
    return await Field(db, world).begin("HEA", "EDU")


async def three_places(field: Field) -> None:
    """A place with a programme, one with a partner without a number, one with nobody."""
    for area, people in ((DAMATURU, 1_000), (GULANI, 2_000), (BORNO, 3_000)):
        await field.needs(area, people)
    await field.programme(400, DAMATURU)
    await field.present(await field.world.organisation("Named in Gulani"), GULANI)


async def test_in_a_programme_left_out_and_not_known_are_told_apart_and_add_up(browse, field):
    await three_places(field)
    answer = await browse.get("/left-out?service=HEA")
    assert answer.status_code == 200
    # 600 whom the programme has no room for, and 3 000 where nobody is reported; of 2 000 it isn't known.
    assert "3,600 of 6,000 people who need hea are left out, as far as is known." in browse.text
    assert "Of 2,000 more it isn't known" in browse.text


async def test_the_worst_place_comes_first_and_a_named_partner_after_nobody(browse, field):
    await three_places(field)
    await browse.get("/left-out?service=HEA")
    table = browse.text[browse.text.index("Every place, worst first") :]
    assert table.index("Borno") < table.index("Gulani") < table.index("Damaturu")
    assert "1 partner, number not known" in table


async def test_a_place_is_drawn_by_what_is_known_of_it(browse, field):
    await three_places(field)
    answer = await browse.get("/left-out?service=HEA")
    assert 'class="b-nobody"' in answer.text
    assert "url(#cover-hatch)" in answer.text
    assert answer.text.count('id="cover-hatch"') == 1


async def test_a_figure_opens_down_to_its_statement_programmes_and_named_organisations(browse, field):
    await three_places(field)
    await browse.get(f"/needs/{(await field.cell(DAMATURU)).cell_id}")
    assert "600 of 1,000 people are left out." in browse.text
    assert (
        "It can serve 40% of the people who need this in the places it works, about 400 of these."
        in browse.text
    )
    assert "overview 2024" in browse.text
    await browse.get(f"/needs/{(await field.cell(GULANI)).cell_id}")
    assert "Named in Gulani" in browse.text
    assert "2,000 people need this. Who is there hasn't said how many people they can serve." in browse.text


async def test_a_total_opens_down_to_the_programmes_of_its_parts(browse, field):
    await field.needs(DAMATURU, {DISPLACED: 400, HOST: 600, Facets(): 1000})
    await field.programme(100, DAMATURU, groups=(DISPLACED,))
    await browse.get(f"/needs/{(await field.cell(DAMATURU)).cell_id}")
    assert "about 100 of these" in browse.text
    assert "Displaced people" in browse.text


async def test_fewer_than_ten_are_shown_nowhere_and_neither_is_what_gives_them_away(browse, field):
    await field.needs(DAMATURU, {DISPLACED: 7, HOST: 511, Facets(): 518})
    await field.needs(GULANI, {DISPLACED: 223, HOST: 300, Facets(): 523})
    await field.needs(BORNO, {DISPLACED: 900, HOST: 800, Facets(): 1_700})
    displaced, host = await field.cell(DAMATURU, DISPLACED), await field.cell(DAMATURU, HOST)
    # The host community with the total, and the displaced of the other district with the state's sum, would tell.
    assert (displaced.withheld, host.withheld, (await field.cell(GULANI, DISPLACED)).withheld) == (
        True,
        True,
        True,
    )
    for path in (
        f"/needs/{displaced.cell_id}", f"/needs/{host.cell_id}", f"/needs/{(await field.cell(DAMATURU)).cell_id}",
        f"/needs/{(await field.cell(GULANI)).cell_id}", "/left-out?group=idp", "/left-out?group=host&service=HEA",
        "/left-out.csv?group=idp", "/left-out.csv?group=host", "/api/v1/needs?group=idp", f"/api/v1/needs/{host.cell_id}",
    ):  # fmt: skip
        answer = await browse.get(path)
        assert answer.status_code == 200, path
        # Whole numbers, not digits inside an id.
        for told in (r"(?<![\w-])511(?![\w-])", r"(?<![\w-])223(?![\w-])", ">7<", '"people":7,'):
            assert not re.search(told, answer.text), (path, told)
    rows = list(csv.reader(io.StringIO((await browse.get("/left-out.csv?group=idp&bom=0")).text)))
    assert {row[0]: row[7] for row in rows[2:]} == {"Damaturu": "", "Gulani": "", "Borno": "900"}


async def test_the_file_has_tags_and_the_same_figures(browse, field):
    await three_places(field)
    rows = list(csv.reader(io.StringIO((await browse.get("/left-out.csv?service=HEA&bom=0")).text)))
    heads, tags, *places = rows
    assert all(tag.startswith("#") for tag in tags)
    assert len({len(row) for row in rows}) == 1
    found = {row[heads.index("Area code")]: row for row in places}
    assert [found[DAMATURU][heads.index(name)] for name in ("People in need", "In a programme", "In no programme")] == [
        "1000", "400", "600",
    ]  # fmt: skip
    assert found[GULANI][heads.index("Share left out")] == ""


async def test_a_district_says_what_is_known_only_for_the_country(browse, field):
    await field.needs(GULANI, 500)
    await field.needs("NG", 9_000, service="EDU")
    await browse.get(f"/left-out/{GULANI}")
    assert "Education: a figure for Nigeria, not broken down" in browse.text
    assert "9,000" not in browse.text


async def test_changes_that_wait_are_said(browse, field, db):
    await field.needs(GULANI, 500)
    field.by_itself = False
    await field.needs(DAMATURU, 700)
    assert await follow.follow(db, most=0) is None
    await browse.get("/left-out")
    assert "the figures are being worked out anew" in browse.text


async def test_a_form_is_followed_before_its_answer(browse, field, world, db):
    """What somebody saves in the browser is in the figures on the next page."""
    await field.needs(GULANI, 500)
    line = await field.programme(100, GULANI)
    owner = await world.person()
    programme = (await db.scalars(select(Programme).where(Programme.id == line.programme_id))).one()
    await db.execute(
        text(
            "INSERT INTO membership (id, person_id, organisation_id, role) VALUES (uuidv7(), :p, :o, 'owner')"
        ),
        {"p": owner.id, "o": programme.organisation_id},
    )
    await browse.sign_in(owner)
    await browse.get(f"/programmes/{programme.id}/state/suspended")
    await browse.fill_in({"reason": "The roof leaks, so we close for a month."})
    assert (await field.cell(GULANI)).covered == 0


@pytest.mark.parametrize(
    "path", ["/left-out", "/left-out?service=HEA", "/left-out/NG036", f"/left-out/{GULANI}"]
)
async def test_a_page_takes_as_many_statements_for_many_places_as_for_few(
    browse, field, world, statements, path
):
    await field.needs(GULANI, 500)
    await browse.sign_in(await world.person())
    with statements() as few:
        await browse.get(path)
    await three_places(field)
    with statements() as many:
        await browse.get(path)
    assert len(many) <= max(len(few), 12), many
    assert len(many) <= 12, many


async def test_a_cell_is_read_with_a_dozen_statements(browse, field, world, statements):
    await three_places(field)
    await browse.sign_in(await world.person())
    cell_id = (await field.cell(DAMATURU)).cell_id
    with statements() as sent:
        await browse.get(f"/needs/{cell_id}")
    assert len(sent) <= 12, sent


async def test_the_list_goes_on_after_its_last_row_without_losing_any(browse, field, db):
    for service in ("HEA", "EDU"):
        for area in (DAMATURU, GULANI, BORNO):
            await field.needs(area, 500, service=service)
    seen: list[str] = []
    after = ""
    for _ in range(8):
        answer = (await browse.get(f"/api/v1/needs?limit=2{after}")).json()
        seen += [item["id"] for item in answer["items"]]
        if answer["next"] is None:
            break
        after = "&after=" + answer["next"].split("after=")[1]
    listed = (await db.scalars(select(CellCoverage.cell_id).where(CellCoverage.listed))).all()
    assert sorted(seen) == sorted(map(str, listed))
    assert len(seen) == 6


@pytest.mark.parametrize("path", [
    "/left-out/XX999", "/needs/01a21117-0000-7000-8000-000000000000", "/coverage/beside?programme=01a21117-0000-7000-8000-000000000000",
    "/api/v1/needs?service=NOPE", "/api/v1/needs/01a21117-0000-7000-8000-000000000000",
])  # fmt: skip
async def test_what_isnt_there_is_not_found(browse, field, path):
    assert (await browse.get(path)).status_code == 404


async def test_nonsense_in_an_address_is_never_an_error_of_ours(browse, field):
    await three_places(field)
    for query in (
        "after=%00",
        "service=%F0%9F%98%80",
        "group=' OR 1=1",
        "area=NG036&after=WzEsIngiXQ",
        "service=" + "x" * 79,
    ):
        assert (await browse.get(f"/left-out?{query}")).status_code in {200, 404, 422}


async def test_who_else_is_there_is_shown_beside_a_programme_and_of_a_draft_to_its_own_people(
    browse, field, world, db
):
    await three_places(field)
    line = await field.programme(50, "NG036", groups=(Facets(),))
    await browse.get(f"/coverage/beside?programme={line.programme_id}")
    assert (
        "No need is recorded" in browse.text
    )  # its services and groups are those of its terms, and it has no service yet
    await db.execute(
        text("INSERT INTO programme_term (programme_id, relation, term_id) VALUES (:p, 'service', :t)"),
        {"p": line.programme_id, "t": field.services["HEA"]},
    )
    await browse.get(f"/coverage/beside?programme={line.programme_id}")
    assert "3,000 people in need." in browse.text
    assert "about 400 people" in browse.text
    await db.execute(
        text("UPDATE programme SET state = 'draft', published_at = NULL WHERE id = :p"),
        {"p": line.programme_id},
    )
    assert (await browse.get(f"/coverage/beside?programme={line.programme_id}")).status_code == 404


async def test_the_first_page_shows_three_figures_with_their_sources(browse, field):
    await three_places(field)
    await browse.get("/")
    assert "Who is left out today" in browse.text
    assert "3,600 of 6,000 people who need hea are left out" in browse.text
    assert "of them live in Borno, the place that is furthest behind" in browse.text
    assert "overview, 2024" in browse.text


async def test_the_first_page_stands_without_any_figures(browse, world):
    await world.country()
    assert (await browse.get("/")).status_code == 200
    assert "Who is left out today" not in browse.text


async def test_a_quarter_told_month_by_month_is_one_report(field, world):
    await field.needs(DAMATURU, 500)
    await field.needs(GULANI, 500)
    await field.present(
        await world.organisation("In October"), DAMATURU, period=(date(2023, 10, 1), date(2023, 10, 31))
    )
    await field.present(
        await world.organisation("In December"), GULANI, period=(date(2023, 12, 1), date(2023, 12, 31))
    )
    assert ((await field.cell(DAMATURU)).named, (await field.cell(GULANI)).named) == (1, 1)
    await field.present(
        await world.organisation("A year later"), GULANI, period=(date(2024, 10, 1), date(2024, 12, 31))
    )
    assert ((await field.cell(DAMATURU)).named, (await field.cell(GULANI)).named) == (0, 1)


@pytest.mark.parametrize(("first", "last", "words"), [
    (date(2024, 1, 1), date(2024, 12, 31), "2024"),
    (date(2023, 10, 1), date(2023, 12, 31), "October 2023 to December 2023"),
    (date(2023, 10, 1), date(2023, 10, 31), "October 2023"),
    (date(2023, 10, 5), date(2023, 10, 9), "5 October 2023 to 9 October 2023"),
])  # fmt: skip
def test_a_period_is_said_as_people_say_it(first, last, words):
    assert span(first, last) == words


def test_a_paths_bounds_follow_its_relative_steps():
    assert bounds("M10 20l5-5 5 10zM2 40l1 1 2-3z") == (2, 15, 20, 41)
