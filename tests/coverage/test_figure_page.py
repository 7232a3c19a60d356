"""One figure, opened down to everything that it rests on."""

from app.needs.rules.facets import Facets
from tests.coverage.field import DAMATURU, GULANI
from tests.coverage.places import DISPLACED, HOST


async def test_a_figure_opens_down_to_its_statement_programmes_and_named_organisations(browse, field):
    await field.three_places()
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


async def test_a_cell_is_read_with_a_dozen_statements(browse, field, world, statements):
    await field.three_places()
    await browse.sign_in(await world.person())
    cell_id = (await field.cell(DAMATURU)).cell_id
    with statements() as sent:
        await browse.get(f"/needs/{cell_id}")
    assert len(sent) <= 12, sent
