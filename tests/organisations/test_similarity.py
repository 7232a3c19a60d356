"""How alike names are, and who is shown as similar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.organisations.rules import similarity
from app.organisations.rules.similarity import Rarity, Similarity, Spelling

REGISTER = [
    "Danish Refugee Council",
    "Norwegian Refugee Council",
    "Dutch Committee for Afghanistan",
    "Association of Women of Gulani",
    "Association of Farmers of Gulani",
    "World Vision International",
]
SPELLED = [
    "association",
    "women",
    "woman",
    "refugee",
    "refugees",
    "council",
    "counsel",
    "hope",
    "gulani",
    "a",
]
WORDS = st.lists(st.sampled_from(SPELLED), max_size=6)


def known() -> Similarity[str]:
    names = Similarity[str]()
    for name in REGISTER:
        names.add(name, name)
    return names


@given(a=WORDS, b=WORDS)
def test_the_score_is_the_same_both_ways_round_and_between_0_and_100(a, b):
    rarity = Rarity(50, {"association": 40, "council": 9, "gulani": 3})
    there, back = similarity.soft(a, b, rarity), similarity.soft(b, a, rarity)
    assert there == pytest.approx(back)
    assert 0 <= there <= 100 + 1e-9


@given(a=WORDS.filter(bool))
def test_a_name_is_wholly_like_itself(a):
    assert similarity.soft(a, a[::-1], Rarity(50, {"association": 40})) == pytest.approx(100)


def test_rare_words_tell_more_than_common_ones():
    found = known().near("Association of Women of Yunusari", at_least=0, at_most=9)
    assert found[0].id == "Association of Women of Gulani"
    assert found[0].score < similarity.SHOWN


@pytest.mark.parametrize(
    "typed",
    [
        "Danish refugee  COUNCIL",
        "Refugee Council, Danish",
        "Danish Refugees Councill",
        "Conseil danois pour les réfugiés",
    ],
)
def test_case_order_slips_and_language_are_forgiven(typed):
    best = known().near(typed)[0]
    assert best.id == "Danish Refugee Council"
    assert best.score >= similarity.STRONG


def test_two_different_organisations_may_be_named_nearly_alike_and_neither_hides_the_other():
    assert [near.id for near in known().near("Danish Refugee Council", at_least=50)] == [
        "Danish Refugee Council",
        "Norwegian Refugee Council",
    ]


def test_an_acronym_alone_gives_85_and_never_more():
    names = known()
    names.add("DCA", "Danish Church Aid", ["DCA"])
    names.add("dutch", "Dutch Committee for Afghanistan", ["DCA"])
    scores = {near.id: near.score for near in names.near("Association Qui Est Autre", ["dca"])}
    assert scores == {"DCA": 85.0, "dutch": 85.0}


def test_a_country_behind_two_names_does_not_make_them_alike():
    names = Similarity[int]()
    names.add(1, "Action Health (Nigeria)")
    assert names.near("Save the Children (Nigeria)") == []
    assert names.near("Hope House (Central African Republic)") == []


def test_equal_numbers_block_and_equal_contacts_are_shown():
    assert similarity.with_evidence(3, same_identifier=True) == similarity.BLOCKS == 100
    assert similarity.with_evidence(3, same_contact=True) == 80
    assert similarity.with_evidence(92, same_contact=True) == 92
    assert similarity.with_evidence(71) == 71


def test_at_most_five_are_shown_best_first_and_each_once():
    names = known()
    for number in range(9):
        names.add(f"{number}", "Hope for Gulani" + "s" * (number % 3))
        names.add(f"{number}", "Hope Gulani")
    found = names.near("Hope for Gulani")
    assert len(found) == 5
    assert len({near.id for near in found}) == 5
    assert [near.score for near in found] == sorted((near.score for near in found), reverse=True)


def test_a_name_of_nothing_is_like_nothing():
    assert known().near("🏠") == []
    assert known().near("") == []
    assert similarity.closeness(Spelling.of("🏠"), Spelling.of("🎈"), Rarity()) == 0


def test_names_added_later_are_found_too():
    names = known()
    assert names.near("Yunusari Herders Union") == []
    names.add("new", "Yunusari Herders' Union")
    assert names.near("Yunusari Herders Union")[0].id == "new"
