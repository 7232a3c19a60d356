"""Which organisations that look like an application its registrar sees, and in which order."""

from app.organisations.models import Duplicate, NameWord, OrganisationIdentifier
from app.organisations.queries.comparing import lookalikes
from app.organisations.queries.similar import Looks, similar_to
from app.organisations.rules.similarity import AT_MOST_SHOWN
from app.organisations.service.duplicates import note_duplicates
from tests.worlds import World

PHONE = "+2348031234567"


async def test_one_telephone_for_a_whole_office_does_not_crowd_out_the_like_name(world: World, db):
    db.add(NameWord(word="potash", organisations=40))  # in a larger register a shared word tells more
    like = await world.organisation("Potiskum Mothers Learn Sewing and Cooking", phone=PHONE)
    for trade in ("Weavers", "Anglers", "Bakers", "Carpenters", "Dyers", "Farriers", "Ginners"):
        await world.organisation(f"{trade} of Borno", phone=PHONE)
    mine = await world.organisation(
        "Potiskum Mothers Learn Sewing and Weaving", phone=PHONE, state="submitted"
    )
    await note_duplicates(db, mine)
    _, pairs = await lookalikes(db, mine.id)
    assert pairs[0].other.id == like.id
    assert {str(why) for why in pairs[0].why} == {"name", "contact"}
    assert len(pairs) == AT_MOST_SHOWN


async def test_of_many_with_one_telephone_those_whose_names_are_nearer_come_first(world: World, db):
    nearer = await world.organisation("Weavers of Yobe and Gulani", phone=PHONE)
    for trade in ("Anglers", "Bakers", "Carpenters", "Dyers", "Farriers", "Ginners"):
        await world.organisation(f"{trade} of Borno", phone=PHONE)
    found = await similar_to(db, Looks("Singers and Weavers", phone=PHONE))
    assert found[0].id == nearer.id


async def test_nothing_that_is_in_the_way_of_a_decision_is_left_out(world: World, db):
    others = [await world.organisation(f"Hope for {place}", acronym="HFC") for place in PLACES]
    mine = await world.organisation("Hands Full of Corn", acronym="HFC", state="submitted")
    await note_duplicates(db, mine)
    _, pairs = await lookalikes(db, mine.id)
    assert {pair.other.id for pair in pairs if pair.in_the_way} == {other.id for other in others}
    for other in others:
        low, high = sorted((mine.id, other.id))
        (await db.get_one(Duplicate, (low, high))).state = "same"
    await db.flush()
    for place in PLACES:
        weak = await world.organisation(f"{place} Beekeepers")
        low, high = sorted((mine.id, weak.id))
        db.add(Duplicate(low_id=low, high_id=high, score=72, why="name"))
    await db.flush()
    _, pairs = await lookalikes(db, mine.id)
    assert [pair.in_the_way for pair in pairs] == [True] * len(PLACES) + [False] * 10


async def test_an_equal_number_is_found_among_many_with_one_telephone(world: World, db):
    for number in range(70):
        await world.organisation(f"Stall {number} Traders", phone=PHONE)
    held = await world.organisation("Quite Another Name", phone=PHONE)
    db.add(OrganisationIdentifier(organisation_id=held.id, scheme="NG-CAC", number="RC 1", number_norm="RC1"))
    await db.flush()
    looks = Looks("Sahel Seeds Bank", phone=PHONE, numbers=(("NG-CAC", "RC1"),))
    found = await similar_to(db, looks)
    assert (found[0].id, found[0].score) == (held.id, 100)


PLACES = (
    "Adamawa",
    "Borno",
    "Gombe",
    "Kano",
    "Kebbi",
    "Lagos",
    "Niger",
    "Plateau",
    "Sokoto",
    "Taraba",
    "Yobe",
    "Zamfara",
)
