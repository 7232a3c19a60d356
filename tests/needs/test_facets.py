import pytest

from app.needs.rules.facets import EVERYBODY, Age, Facet, Facets, NotAnAge, disjoint, widest

GIRLS = Facets.read(sex="f", age="0-17")
DISPLACED_GIRLS = Facets.read("idp", "f", "0-17")
DISPLACED = Facets.read("idp")
DISABLED = Facets.read(disability="yes")


def test_everybody_contains_every_group_and_a_group_its_narrower_ones():
    assert all(EVERYBODY.contains(group) for group in (GIRLS, DISPLACED_GIRLS, DISABLED))
    assert GIRLS.contains(DISPLACED_GIRLS)
    assert DISPLACED.contains(DISPLACED_GIRLS)
    assert not DISPLACED_GIRLS.contains(GIRLS)
    assert not GIRLS.contains(EVERYBODY)


def test_groups_of_different_kinds_may_share_people_and_groups_of_one_kind_do_not():
    assert DISPLACED.overlaps(DISABLED)
    assert not DISPLACED.overlaps(Facets.read("host"))
    assert not GIRLS.overlaps(Facets.read(age="18+"))
    assert disjoint([Facets.read(age="0-17"), Facets.read(age="18-64"), Facets.read(age="65+")])
    assert not disjoint([Facets.read(age="0-17"), Facets.read(age="5-11")])


def test_an_age_band_contains_narrower_ones_and_an_open_one_has_no_end():
    assert Age.read("0-17").contains(Age.read("5-11"))
    assert Age.read("18+").contains(Age.read("65+"))
    assert not Age.read("18-64").contains(Age.read("18+"))
    assert Age.read("any") == Age.read("0+") == Age()


@pytest.mark.parametrize("written", ["17-0", "a", "", "-5", "0-17+", "131+", "١٧+x", "5 - 11"])
def test_what_is_no_age_is_refused(written):
    with pytest.raises(NotAnAge):
        Age.read(written)


@pytest.mark.parametrize("written", ["any", "0-17", "18-64", "65+", "0-0"])
def test_an_age_is_written_as_it_was_read(written):
    assert str(Age.read(written)) == written


def test_a_facet_that_is_any_says_nothing():
    assert GIRLS.named == {Facet.SEX, Facet.AGE}
    assert EVERYBODY.named == frozenset()


def test_a_group_inside_another_is_said_once():
    assert widest([GIRLS, DISPLACED_GIRLS, DISABLED]) == {GIRLS, DISABLED}
