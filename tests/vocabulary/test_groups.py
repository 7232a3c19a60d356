"""What a group means: who is in it, and which groups include it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vocabulary.rules.groups import (
    Age,
    Facets,
    GroupAlreadyNamed,
    Groups,
    NoSuchFacet,
    NotContained,
    derived_group,
)

EVERYONE = Facets()
GIRLS = Facets(sex="f", age=Age(0, 17))
DISPLACED = Facets(status="idp")
DISPLACED_GIRLS = Facets(status="idp", sex="f", age=Age(0, 17))
WOMEN = Facets(sex="f", age=Age(18))
OLDER_WOMEN = Facets(sex="f", age=Age(65))

GROUPS = Groups(
    {
        "everyone": EVERYONE,
        "girls": GIRLS,
        "women": WOMEN,
        "idp": DISPLACED,
        "idp-girls": DISPLACED_GIRLS,
        "migrants": Facets(status="migrant"),
    }
)
NAMES = {
    "everyone": {"en": "Everyone", "fr": "Tout le monde"},
    "girls": {"en": "Girls", "fr": "Filles"},
    "women": {"en": "Women", "fr": "Femmes"},
    "idp": {"en": "Displaced people", "fr": "Personnes déplacées"},
    "idp-girls": {"en": "Displaced girls", "fr": "Filles déplacées"},
    "migrants": {"en": "Migrants"},
}

ages = st.builds(
    lambda first, span: Age(first, None if span is None else first + span),
    st.integers(0, 70),
    st.none() | st.integers(0, 50),
)
some_facets = st.builds(
    Facets,
    st.sampled_from(["any", "idp", "host"]),
    st.sampled_from(["any", "f", "m"]),
    ages,
    st.sampled_from(["any", "yes"]),
)


def test_displaced_girls_are_in_girls_and_in_displaced_people_but_not_the_other_way_round():
    assert GIRLS.contains(DISPLACED_GIRLS)
    assert DISPLACED.contains(DISPLACED_GIRLS)
    assert not DISPLACED_GIRLS.contains(GIRLS)
    assert not GIRLS.contains(DISPLACED)


def test_open_ended_women_include_older_women_and_women_of_working_age():
    assert WOMEN.contains(OLDER_WOMEN)
    assert WOMEN.contains(Facets(sex="f", age=Age(18, 64)))
    assert not Facets(sex="f", age=Age(18, 64)).contains(WOMEN)


def test_any_disability_means_people_with_and_without_one():
    assert GIRLS.contains(Facets(sex="f", age=Age(0, 17), disability="yes"))
    assert not Facets(disability="yes").contains(GIRLS)


@given(some_facets, some_facets, some_facets)
def test_containing_is_an_order(a: Facets, b: Facets, c: Facets):
    assert a.contains(a)
    assert EVERYONE.contains(a)
    if a.contains(b) and b.contains(a):
        assert a == b
    if a.contains(b) and b.contains(c):
        assert a.contains(c)


@given(some_facets)
def test_facets_are_kept_and_read_back_the_same(facets: Facets):
    assert Facets.read(facets.facts()) == facets


@pytest.mark.parametrize("text", ["", "17-0", "0+", "0-17 ", "١٨+", "18-", "-5", "0-999", "adult", "5.5-6"])
def test_an_age_that_means_nothing_is_refused(text: str):
    with pytest.raises(NoSuchFacet):
        Age.read(text)


def test_an_unknown_sex_or_disability_is_refused():
    for facts in ({"sex": "x"}, {"disability": "a"}, {"status": "IDP; DROP"}):
        with pytest.raises(NoSuchFacet):
            Facets.read(facts)


def test_the_groups_that_include_one_come_narrowest_first():
    assert GROUPS.containing(DISPLACED_GIRLS) == ["idp-girls", "idp", "girls", "everyone"]


def test_two_groups_never_mean_the_same_people():
    with pytest.raises(GroupAlreadyNamed):
        GROUPS.check_new(Facets(status="idp", sex="f", age=Age(0, 17)), "idp")


def test_a_parent_must_include_everyone_in_the_group():
    with pytest.raises(NotContained):
        GROUPS.check_new(OLDER_WOMEN, "girls")
    GROUPS.check_new(OLDER_WOMEN, "women")


def test_an_age_band_that_only_one_country_counts_gets_a_group_with_a_readable_name():
    new = derived_group(GROUPS, Facets(status="idp", sex="f", age=Age(5, 11)), NAMES)
    assert (new.code, new.parent) == ("idp-f-5-11", "idp-girls")
    assert new.names == {"en": "Displaced girls (5–11)", "fr": "Filles déplacées (5–11)"}


def test_a_group_that_two_others_describe_is_named_by_both_in_the_languages_both_have():
    new = derived_group(GROUPS, Facets(status="migrant", sex="f", age=Age(18)), NAMES)
    assert (new.parent, new.names) == ("migrants", {"en": "Migrants – Women"})


def test_children_old_people_and_persons_with_disabilities_are_at_risk_by_definition():
    assert GIRLS.at_risk
    assert OLDER_WOMEN.at_risk
    assert Facets(disability="yes").at_risk
    assert not WOMEN.at_risk
    assert not EVERYONE.at_risk
