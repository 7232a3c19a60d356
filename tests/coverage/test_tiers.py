import pytest

from app.coverage.rules.presence import Known, Presence, is_there, known, organisations_named
from app.coverage.rules.tiers import may_be_called_covered, tier


@pytest.mark.parametrize(("severity", "covered", "expected"), [
    (5, 500, 1), (4, 0, 1), (4, 501, 2), (4, 800, 2), (4, 801, 4),
    (3, 500, 2), (3, 501, 3), (3, 800, 3), (3, 801, 4),
    (2, 500, 3), (2, 501, 4), (1, 0, 4), (5, 999, 4), (5, 1000, None),
])  # fmt: skip
def test_a_tier_is_how_bad_it_is_and_how_far_behind(severity, covered, expected):
    assert tier(severity, 1000, covered) == expected


def test_what_is_known_is_said_from_the_surest_down():
    assert known(with_capacity=2, without=0, reported=True) is Known.CAPACITY_KNOWN
    assert known(with_capacity=1, without=3, reported=True) is Known.KNOWN_IN_PART
    assert known(with_capacity=0, without=3, reported=True) is Known.PRESENT
    assert known(with_capacity=0, without=0, reported=True) is Known.NOBODY_REPORTED
    assert known(with_capacity=0, without=0, reported=False) is Known.NO_REPORT
    assert list(Known) == [
        Known.CAPACITY_KNOWN, Known.KNOWN_IN_PART, Known.PRESENT, Known.NOBODY_REPORTED, Known.NO_REPORT
    ]  # fmt: skip


def test_an_organisation_named_twice_is_one_and_one_that_only_plans_to_come_is_none():
    here, there = ("town", "HEA"), ("village", "HEA")
    named = organisations_named([
        Presence("Save the Future", here, "Completed"), Presence(" save  the FUTURE ", here, "Ongoing "),
        Presence("SF", here, "Ongoing", partner="1"), Presence("Save our Future", here, "Ongoing", partner="1"),
        Presence("Others", here, " Planned"), Presence("Others", there, "Suspended"),
    ])  # fmt: skip
    assert named == {here: 2}
    assert is_there("")


def test_a_cell_is_only_called_covered_when_all_are_and_nobody_questions_it():
    assert may_be_called_covered(100, 100, contested=False)
    assert not may_be_called_covered(100, 100, contested=True)
    assert not may_be_called_covered(100, 99, contested=False)
