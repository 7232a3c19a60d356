"""Who is left out, as people see it: in words that claim no more than is known, and no number that points at somebody."""

import csv
import io
import re

import pytest

from app.coverage.service import follow
from app.needs.rules.facets import Facets
from tests.coverage.field import BORNO, DAMATURU, GULANI
from tests.coverage.places import DISPLACED, HOST


async def test_in_a_programme_left_out_and_not_known_are_told_apart_and_add_up(browse, field):
    await field.three_places()
    answer = await browse.get("/left-out?service=HEA")
    assert answer.status_code == 200
    # 600 whom the programme has no room for, and 3 000 where nobody is reported; of 2 000 it isn't known.
    assert "3,600 of 6,000 people who need hea are left out, as far as is known." in browse.text
    assert "Of 2,000 more it isn't known" in browse.text


async def test_the_worst_place_comes_first_and_a_named_partner_after_nobody(browse, field):
    await field.three_places()
    await browse.get("/left-out?service=HEA")
    table = browse.text[browse.text.index("Every place, worst first") :]
    assert table.index("Borno") < table.index("Gulani") < table.index("Damaturu")
    assert "1 partner, number not known" in table


async def test_a_place_is_drawn_by_what_is_known_of_it(browse, field):
    await field.three_places()
    answer = await browse.get("/left-out?service=HEA")
    assert 'class="b-nobody"' in answer.text
    assert "url(#cover-hatch)" in answer.text
    assert answer.text.count('id="cover-hatch"') == 1


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


async def test_a_number_that_is_hidden_says_whether_it_is_few_or_would_give_a_few_away(browse, field):
    await field.needs(DAMATURU, {DISPLACED: 7, HOST: 511, Facets(): 518})
    await field.needs(GULANI, {DISPLACED: 223, HOST: 300, Facets(): 523})
    await browse.get("/left-out?group=idp&service=HEA")
    rows = browse.text.split("Every place, worst first")[1].split("Numbers under 10")[0]
    assert rows.count("under 10") == rows.count("not shown") == 1
    assert "Fewer than 10 people need this." in browse.text
    assert "How many people need this isn't shown" in browse.text
    assert "Numbers under 10 are never printed" in browse.text
    await browse.get("/left-out?group=host&service=HEA")
    assert "under 10" not in browse.text.split("Every place, worst first")[1].split("Numbers under 10")[0]
    await browse.get(f"/needs/{(await field.cell(DAMATURU)).cell_id}")
    assert "Host communities not shown" in browse.text
    assert "Displaced people under 10" in browse.text
    await browse.get(f"/needs/{(await field.cell(DAMATURU, HOST)).cell_id}")
    assert "How many people need this isn't shown" in browse.text


async def test_a_handful_in_no_programme_is_called_few_and_those_in_one_are_not(browse, field):
    await field.needs(DAMATURU, 1_000)
    await field.programme(995, DAMATURU)
    await browse.get(f"/needs/{(await field.cell(DAMATURU)).cell_id}")
    assert "In a programme not shown In no programme under 10" in browse.text


async def test_the_file_has_tags_and_the_same_figures(browse, field):
    await field.three_places()
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
    await field.three_places()
    with statements() as many:
        await browse.get(path)
    assert len(many) <= len(few) <= 12, many


@pytest.mark.parametrize("path", [
    "/left-out/XX999", "/needs/01a21117-0000-7000-8000-000000000000",
    "/coverage/beside?programme=01a21117-0000-7000-8000-000000000000",
])  # fmt: skip
async def test_what_isnt_there_is_not_found(browse, field, path):
    assert (await browse.get(path)).status_code == 404


async def test_nonsense_in_an_address_is_never_an_error_of_ours(browse, field):
    await field.three_places()
    for query in (
        "after=%00",
        "service=%F0%9F%98%80",
        "group=' OR 1=1",
        "area=NG036&after=WzEsIngiXQ",
        "service=" + "x" * 79,
    ):
        assert (await browse.get(f"/left-out?{query}")).status_code in {200, 404, 422}
