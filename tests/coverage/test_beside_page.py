"""What a programme's form shows beside it: who else is there, and whom nobody serves yet."""

from app.needs.rules.facets import Facets
from app.programmes.models import Programme, ProgrammeTerm
from app.programmes.rules.states import State


async def test_who_else_is_there_is_shown_beside_a_programme_and_of_a_draft_to_its_own_people(
    browse, field, world, db
):
    await field.three_places()
    line = await field.programme(50, "NG036", groups=(Facets(),))
    await browse.get(f"/coverage/beside?programme={line.programme_id}")
    # Its services and groups are those of its terms, and it has no service yet.
    assert "No need is recorded" in browse.text
    service = ProgrammeTerm(programme_id=line.programme_id, relation="service", term_id=field.services["HEA"])
    db.add(service)
    await db.flush()
    await browse.get(f"/coverage/beside?programme={line.programme_id}")
    assert "3,000 people in need." in browse.text
    assert "about 400 people" in browse.text
    programme = await db.get_one(Programme, line.programme_id)
    programme.state, programme.published_at = State.DRAFT, None
    await db.flush()
    assert (await browse.get(f"/coverage/beside?programme={line.programme_id}")).status_code == 404
