"""Names in every script and spelling, and the acronyms that they carry."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.organisations.rules import names
from app.organisations.rules.words import Words, shipped


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("L’Organisation d'Aide (O.N.G.)", "l organisation d aide ong"),
        ("O.N.G.Espoir", "ong espoir"),
        ("AT&T Foundation", "at and t foundation"),
        ("Børn & Unge", "born and unge"),
        ("Straße", "strasse"),
        ("ＵＮＩＣＥＦ\u00a0\u200b", "unicef"),
        ("Ti'Dimoun", "tidimoun"),
        ("Женский Фонд", "zhenskiy fond"),
        ("🏠", ""),
        ("", ""),
    ],
)
def test_a_name_folds_to_plain_words(name, folded):
    assert names.fold(name) == folded


def test_an_arabic_name_is_not_cut_into_pieces():
    assert all(len(word) > 1 for word in names.fold("جمعية الأمل للإغاثة").split())


def test_arabic_words_are_compared_by_what_they_mean():
    assert names.tokens("جمعية الأمل للإغاثة والتنمية") == ("association", "hope", "relief", "development")


def test_spellings_and_languages_meet_in_the_same_tokens():
    assert names.tokens("Organización de la Cruz Roja") == names.tokens("Organisation de la Croix-Rouge")
    assert set(names.tokens("U.N. Women")) == {"united", "nation", "woman"}
    assert names.tokens("fonds des nations unies pour lenfance") == names.tokens(
        "Fonds des Nations Unies pour l'Enfance"
    )


def test_legal_forms_and_stop_words_go_but_never_everything():
    assert names.tokens("Hope for All e.V.") == ("hope", "all")
    assert names.tokens("O.N.G.") == ("ong",)
    assert names.tokens("The") == ("the",)


def test_a_register_adds_words_of_its_own():
    mine = Words.of([("tujitegemee", "self reliance"), ("kikundi", "")])
    assert names.tokens("Kikundi cha Tujitegemee", mine) == ("cha", "self", "reliance")


def test_a_piece_of_a_name_is_compared_but_not_a_country_alone():
    assert names.pieces("Hope (Action for Women)", shipped()) == (("action", "woman"),)
    assert names.pieces("Hope (Nigeria)", shipped()) == names.pieces("Hope (UK)", shipped()) == ()


def test_equal_letters_are_equal_words():
    for one, other in [
        ("Médecins  sans frontières", "MEDECINS SANS FRONTIERES"),
        ("Fonds pour l'enfance", "fonds pour lenfance"),
        ("CATAI\u00a0", "Catai"),
        ("Aid & Relief Organisation", "aid and relief organization"),
        ("جمعية الأمل", "جمعيه الامل"),
    ]:
        assert names.letters(one) == names.letters(other)
    assert names.letters("عمل") != names.letters("أمل")  # work and hope, alike in Latin letters


@given(st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=60))
def test_case_accents_and_composition_never_change_the_letters(name):
    assert names.letters(unicodedata.normalize("NFD", name)) == names.letters(
        unicodedata.normalize("NFC", name)
    )
    assert names.letters(name.casefold()) == names.letters(name)


@given(st.text(max_size=80))
def test_any_text_can_be_compared(name):
    assert names.fold(names.fold(name)) == names.fold(name)
    assert names.fold(name).isascii()
    names.pieces(name, shipped()), names.initials(name), names.carried(name)


@pytest.mark.parametrize(
    ("name", "acronym", "without"),
    [
        ("Danish Refugee Council (DRC)", "", "Danish Refugee Council"),
        ("DRC - Danish Refugee Council", "", "Danish Refugee Council"),
        ("Five Teams Empowerment Initiative 5TEi", "5TEI", "Five Teams Empowerment Initiative"),
        ("Hope (NGO)", "", "Hope"),
        ("Qatar Charity (QC)", "", "Qatar Charity"),
        ("Programme alimentaire mondial (WFP)", "WFP", "Programme alimentaire mondial"),
    ],
)
def test_an_acronym_that_stands_for_the_name_is_left_out(name, acronym, without):
    assert without in names.carried(name, [acronym]).without


@pytest.mark.parametrize(
    "name", ["Save the Children (UK)", "MSF - Belgium", "Hope (Nigeria)", "OXFAM - Intermon", "Hope (North)"]
)
def test_what_says_which_one_is_never_left_out(name):
    assert names.carried(name).without == ()


def test_the_acronyms_of_a_name_are_those_it_states():
    assert names.carried("Danish Refugee Council (DRC)").acronyms == {"drc"}
    assert names.carried("UNICEF").acronyms == {"unicef"}
    assert names.carried("Hope for All", ["HFA"]).acronyms == {"hfa"}
    assert names.carried("Hope for All").acronyms == frozenset()
    assert names.initials("Hope for All") == {"hfa", "ha"}
