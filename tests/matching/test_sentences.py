from datetime import date

import pytest

from app.kernel.i18n import PSEUDO, speaking
from app.matching.rules.conditions import Condition
from app.matching.rules.fit import FitFacts
from app.matching.rules.near import MENDABLE
from app.matching.rules.sentences import (
    _TEMPLATES,
    Lack,
    Mending,
    Say,
    comes_first,
    how_severe,
    lacks,
    others_here,
    people_without,
    room,
    speaks,
)
from app.matching.rules.weights import Factor
from app.matching.rules.why import Names, why
from app.needs.rules.severity import effective

WHERE = {
    "group": "displaced girls",
    "area": "Gulani",
    "service": "a school place",
    "source": "OCHA",
    "month": date(2024, 3, 1),
}
NAMES = Names(
    "displaced girls", "school places", "Gulani", "Yobe", "Nigeria", ("Hausa", "Kanuri"), "The Gulani office"
)


def test_a_figure_is_said_with_its_source_and_month():
    said = str(people_without(1234, 5678, **WHERE))
    assert said == (
        "1,234 of 5,678 displaced girls in Gulani who need a school place have no place in a programme we know of"
        " (figure of OCHA, March 2024)."
    )


def test_fewer_than_ten_people_are_never_said_as_a_number():
    few = str(people_without(7, 5678, **WHERE))
    assert few.startswith("Fewer than 10 of 5,678 displaced girls")
    assert "7 " not in few.replace("5,678", "")
    in_all = str(people_without(3, 9, **WHERE))
    assert in_all.startswith("Fewer than 10 displaced girls in Gulani need")
    assert "9" not in in_all
    assert "3" not in in_all
    withheld = str(people_without(40, 50, **WHERE, withheld=True))
    assert "40" not in withheld
    assert "50" not in withheld


def test_severity_is_said_by_its_name_and_never_made_up():
    assert str(how_severe(effective(4, []))) == "Severity 4 of 5 – extreme."
    assert "not stated" in str(how_severe(effective(None, [])))


def test_numbers_go_with_their_words():
    assert str(room(1, service="meals")) == "You offer meals and have room for 1 person."
    assert str(room(1200, service="meals")) == "You offer meals and have room for 1,200 people."
    assert str(others_here(1)).startswith("1 other organisation is reported here")
    assert str(others_here(3)).startswith("3 other organisations are reported here")
    assert str(others_here(0)) == "No other organisation is reported here."
    assert str(speaks(["Hausa", "Kanuri"])) == "You speak Hausa and Kanuri."
    assert "because 99% of the need" in str(comes_first(0.999))


def test_sentences_are_made_in_the_language_of_the_page():
    sentences = [speaks(["Hausa", "Kanuri"]), how_severe(effective(5, [])), people_without(70, 90, **WHERE)]
    with speaking(PSEUDO):
        assert all(str(sentence).startswith("[") for sentence in sentences)
        assert "Hausa" in str(sentences[0])


@pytest.mark.parametrize("missing", sorted(MENDABLE))
def test_what_is_missing_is_said_with_what_mends_it(missing: Condition):
    facts = Mending(
        area="Gulani", service="schools", offered="meals", group="girls", served="boys", language="Hausa", partner="Partner 7",
        lapsed_on=date(2026, 1, 31), free_from=date(2026, 9, 1), districts=2, partners_there=4, free=3, lot=10,
        volunteers=2, check_days=12,
    )  # fmt: skip
    for each in (facts, Mending(free=3, lapsed_on=date(2026, 1, 31))):
        says, mends = lacks(missing, each)
        assert str(says).endswith(".")
        assert str(mends).endswith(".")
        assert "%(" not in str(says) + str(mends)


def test_near_misses_say_their_numbers():
    assert [
        str(each) for each in lacks(Condition.CAPACITY, Mending(free=1, lot=10, partner="Partner 7"))
    ] == [
        "You have 1 place left; this needs at least 10.",
        "If you have more room, raise your capacity, or join Partner 7.",
    ]
    assert (
        str(lacks(Condition.AREA, Mending(districts=2))[0])
        == "You work in 2 districts next to this one, not here."
    )
    assert (
        str(lacks(Condition.VERIFIED, Mending(lapsed_on=date(2026, 1, 31)))[0])
        == "Your registration lapsed on 31 January 2026."
    )
    assert [str(each) for each in lacks(Condition.CAPACITY, Mending(free=None))] == [
        "Say how many people you can serve."
    ]
    assert lacks(Condition.NO_CONFLICT, Mending()) == ()


def test_every_sentence_has_its_words():
    assert _TEMPLATES.keys() == {*Say, *Lack}


def test_each_point_has_its_reason():
    best = why(FitFacts(200, 4000, 2, 2, 3, 2, 2, 2, 0, True), NAMES)
    assert best.keys() == set(Factor)
    assert str(best[Factor.PLACE]) == "You already work in Gulani."
    assert str(best[Factor.ASKED_FOR]) == "The Gulani office asked for partners like you."
    some = why(
        FitFacts(0, 4000, 1, 1, 2, 0, 2, 1, 60, False), Names("girls", "meals", "Gulani", "Yobe", "Nigeria")
    )
    assert {factor: str(sentence) for factor, sentence in some.items()} == {
        Factor.GROUP: "You work with people who have much in common with girls.",
        Factor.PLACE: "You work nearby, in Yobe.",
        Factor.ACCESS: "You say that people with disabilities can use what you offer.",
        Factor.TIME: "You can start within 90 days.",
    }
    none = why(
        FitFacts(0, 4000, 0, 0, 0, 0, 2, 0, 91, False), Names("girls", "meals", "Gulani", "Yobe", "Nigeria")
    )
    assert none == {}
