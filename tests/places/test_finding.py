"""Which place somebody means: rules without a database, then the pages that ask."""

from uuid import UUID, uuid4

import pytest

from app.kernel.text import fold
from app.places import queries
from app.places.models import Area, AreaSpelling
from app.places.rules.finding import Candidate, likest
from tests.worlds import Browser, World


def _named(*places: tuple[str, int, bool]) -> dict[UUID, Candidate]:
    made = {uuid4(): place for place in places}
    return {
        i: Candidate(i, name, level, home, False, (fold(name),)) for i, (name, level, home) in made.items()
    }


def _order(typed: str, candidates: dict[UUID, Candidate]) -> list[str]:
    return [candidates[i].name for i in likest(fold(typed), candidates.values(), 10)]


def test_a_place_called_just_that_comes_before_one_that_only_begins_so():
    assert _order("kano", _named(("Kano Municipal", 2, True), ("Kano", 1, True))) == [
        "Kano",
        "Kano Municipal",
    ]


def test_places_at_home_come_before_others_of_the_same_likeness():
    assert _order("bornu", _named(("Bornuur", 2, False), ("Borno", 1, True))) == ["Borno", "Bornuur"]
    assert _order("kabul", _named(("Kabba", 2, True), ("Kabul", 1, False))) == ["Kabul"]


def test_of_places_that_begin_so_the_larger_come_first():
    assert _order("ka", _named(("Kabo", 2, True), ("Katsina", 1, True))) == ["Katsina", "Kabo"]


def test_a_word_in_the_middle_is_a_beginning_too():
    assert (
        _order("capital", _named(("Federal Capital Territory", 1, True), ("Capiatá", 2, True)))[0]
        == "Federal Capital Territory"
    )


def test_what_is_hardly_alike_is_shown_only_where_there_is_nothing_closer():
    places = _named(("Damaturu", 2, True), ("Daura", 2, True))
    assert _order("damaturu", places) == ["Damaturu"]
    assert _order("dauratu", places) == ["Daura"]
    assert _order("dauratu", _named(("Damaturu", 2, True))) == ["Damaturu"]
    assert _order("zzz", places) == []


def test_a_code_is_that_place_whatever_its_name():
    one, other = uuid4(), uuid4()
    candidates = [
        Candidate(one, "Borno", 1, True, True, ("borno",)),
        Candidate(other, "NG008", 1, True, False, ("ng008",)),
    ]
    assert likest("ng008", candidates, 10)[0] == one


@pytest.mark.parametrize(
    "typed", ["gulani", "GULANI", "gulan", "gulanni", "Güläni", " gulani ", "NG036009", "ng036009"]
)
async def test_a_place_is_found_despite_case_accents_slips_and_by_its_code(
    browse: Browser, world: World, typed: str
):
    await world.country()
    await browse.get("/areas/suggestions", params={"field": "seat", "seat": typed})
    assert "Gulani" in browse.text
    assert 'name="seat_id"' in browse.page.text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("gulani", True), (" GULANI ", True), ("NG036009", True), ("gulan", False), ("", False)],
)
async def test_a_name_that_is_just_one_place_s_is_meant_without_asking(db, world: World, typed, meant):
    await world.country()
    one = queries.the_one(await queries.search(db, typed, country="NG"))
    assert (one is not None and one.name == "Gulani") == meant
    assert queries.the_one(await queries.search(db, typed, country="AF")) is None, "not in another country"


@pytest.mark.parametrize(
    "typed", ["", "   ", "%", "_", "\\", "'; drop table area", "a" * 5000, "\x00", "🏠", "‮abc"]
)
async def test_whatever_is_typed_is_answered(browse: Browser, world: World, typed: str):
    await world.country()
    assert (await browse.get("/areas/suggestions", params={"area": typed})).status_code == 200
    assert (await browse.get("/areas", params={"q": typed})).status_code == 200


async def test_the_page_of_a_place_says_where_it_lies_who_says_how_many_people_and_what_lies_in_it(
    browse: Browser, world: World, statements
):
    yobe = await world.area("NG036")
    for code, people in (("NG036005", 100_000), ("NG036009", 250_000)):
        (await world.area(code)).population = people
        (await world.area(code)).population_source = "Census Bureau"
    await world.db.flush()
    await browse.get("/areas/ng036")
    assert "Local government area" not in browse.text.split("2 areas lie in it")[0]
    for said in (
        "Nigeria",
        "State",
        "2 areas lie in it",
        "Damaturu",
        "250,000",
        "Census Bureau",
        "350,000",
        "added up",
    ):
        assert said in browse.text, said
    assert "There is no map" in browse.text
    for n in range(150):
        area = Area(
            code=f"NG036{n + 100}", name=f"Ward {n:03}", level=2, country="NG", lo=5, hi=5, parent_id=yobe.id
        )
        world.db.add(area)
    await world.db.flush()
    with statements() as sent:
        await browse.get("/areas/NG036")
    assert len(sent) <= 6, sent
    assert (await browse.get("/areas/ZZ99")).status_code == 404


async def test_another_spelling_leads_to_the_place_and_another_language_names_it(
    browse: Browser, world: World
):
    nigeria = await world.country()
    nigeria.names = {"fr": "Nigéria"}
    world.db.add(AreaSpelling(area_id=nigeria.id, folded="federal republic of nigeria", country="NG"))
    await world.db.flush()
    await browse.get("/fr/areas", params={"q": "federal republic"})
    assert "Nigéria" in browse.text
