"""What may be changed in the vocabulary, and what is refused so that nothing that names an entry breaks."""

import pytest

from app.vocabulary.rules import entries as rules
from app.vocabulary.rules.entries import Standing

ENTRIES = {
    entry.code: entry
    for entry in (
        Standing("PRO"),
        Standing("PRO-CPN", "PRO"),
        Standing("PRO-OLD", "PRO", retired=True),
        Standing("GONE", retired=True),
        Standing("GONE-TOO", "GONE", retired=True),
    )
}


def test_an_entry_with_others_under_it_is_not_retired_before_them():
    with pytest.raises(rules.StillHasEntries):
        rules.check_retiring("PRO", ENTRIES)
    rules.check_retiring("PRO-CPN", ENTRIES)


def test_retiring_twice_or_bringing_back_what_is_in_use_is_refused():
    with pytest.raises(rules.AlreadyRetired):
        rules.check_retiring("GONE", ENTRIES)
    with pytest.raises(rules.NotRetired):
        rules.check_returning("PRO", ENTRIES)


def test_a_retired_entry_comes_back_only_under_a_parent_that_is_in_use():
    rules.check_returning("PRO-OLD", ENTRIES)
    with pytest.raises(rules.ParentRetired):
        rules.check_returning("GONE-TOO", ENTRIES)


def test_no_entry_stands_under_itself():
    for parent in ("PRO", "PRO-CPN"):
        with pytest.raises(rules.InsideItself):
            rules.check_parent("PRO", parent, ENTRIES)
    rules.check_parent("PRO", None, ENTRIES)


def test_the_code_of_a_retired_entry_is_not_given_to_another():
    with pytest.raises(rules.CodeTaken):
        rules.check_code("GONE", ENTRIES)


@pytest.mark.parametrize("code", ["", "a b", "-a", "a--b", "é", "x" * 81, "a\n", "../a"])
def test_a_code_that_would_break_an_address_or_a_file_is_refused(code: str):
    with pytest.raises(rules.CodeNotPlain):
        rules.check_code(code, ENTRIES)


def test_an_entry_has_a_name_in_english():
    with pytest.raises(rules.NotNamedInEnglish):
        rules.check_names({"fr": "Santé", "en": "  "})
    rules.check_names({"en": "Health"})


def test_rings_of_parents_are_found():
    assert rules.cycles({"a": "b", "b": "a", "c": "a", "d": None, "e": "e"}) == ["a", "b", "e"]


def test_a_crosswalk_says_everything_that_is_wrong_with_it():
    problems = rules.crosswalk_problems(
        [("C1", "1.1"), ("C1", "1.1"), ("C9", "1.1"), ("C1", "99")], ["C1", "C2"], ["1.1"]
    )
    assert len(problems) == 4
    assert any("C2 leads to no target" in problem for problem in problems)
