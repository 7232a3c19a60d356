from datetime import date, timedelta

import pytest

from app.kernel.days import Days
from app.matching.rules.conditions import (
    ALL_HOLD,
    NOTHING_BETWEEN,
    Between,
    Condition,
    dates_fit,
    failing,
    lot,
)
from app.needs.rules.facets import Facets
from tests.matching.people import EVERYONE, TODAY, need, partner


def failed(between: Between = NOTHING_BETWEEN, *, of: dict | None = None, **changed) -> Condition:
    return failing(partner(**changed), need(**(of or {})), between, TODAY)


def test_a_partner_who_meets_every_condition_fails_none():
    assert failed() == ALL_HOLD


@pytest.mark.parametrize(("changed", "condition"), [
    ({"verified_until": None}, Condition.VERIFIED),
    ({"verified_until": TODAY - timedelta(1)}, Condition.VERIFIED),
    ({"services": frozenset({"health"})}, Condition.SERVICE),
    ({"groups": frozenset({Facets.read("host")})}, Condition.GROUP),
    ({"works_in": ((14, 14),)}, Condition.AREA),
    ({"free": 9}, Condition.CAPACITY),
    ({"free": None}, Condition.CAPACITY),
    ({"languages": frozenset({"en"})}, Condition.LANGUAGE),
    ({"safeguarding": False}, Condition.SAFEGUARDING),
    ({"access": frozenset({"quiet"})}, Condition.ACCESS),
    ({"days": Days.of((TODAY - timedelta(400), TODAY - timedelta(1)))}, Condition.DATES),
    ({"between": Between(declined_on=TODAY - timedelta(179))}, Condition.NOT_DECLINED),
    ({"between": Between(conflict=True)}, Condition.NO_CONFLICT),
])  # fmt: skip
def test_each_condition_is_a_bit_of_its_own(changed, condition):
    assert failed(**changed) == condition


@pytest.mark.parametrize("changed", [
    {"verified_until": TODAY},
    {"services": frozenset({"girls' schools"})},
    {"groups": EVERYONE},
    {"works_in": ((0, 99),)},
    {"works_in": (), "would_work_in": ((13, 13),)},
    {"free": 10},
    {"access": frozenset(), "access_checked": frozenset({"ramp"})},
    {"between": Between(declined_on=TODAY - timedelta(180))},
    {"of": {"languages": frozenset()}, "languages": frozenset()},
    {"of": {"area": (10, 20)}, "works_in": ((15, 15),)},
])  # fmt: skip
def test_what_is_just_enough_is_enough(changed):
    assert failed(**changed) == ALL_HOLD


def test_a_small_group_needs_no_more_places_than_it_has_people():
    assert [lot(3), lot(9), lot(5000), lot(5000, stated=30), lot(3, stated=30)] == [3, 9, 10, 30, 30]
    assert failed(free=3, of={"uncovered": 3}) == ALL_HOLD
    assert failed(free=12, of={"lot": 30}) == Condition.CAPACITY


def test_dates_share_thirty_days_or_the_whole_of_the_shorter():
    def days(first: int, last: int) -> Days:
        return Days.of((date(2026, 1, 1) + timedelta(first), date(2026, 1, 1) + timedelta(last)))

    assert dates_fit(days(0, 100), days(71, 200))
    assert not dates_fit(days(0, 100), days(72, 200))
    assert dates_fit(days(0, 100), days(50, 59))
    assert not dates_fit(days(0, 100), days(95, 104))
    assert not dates_fit(days(0, 10), Days())


def test_what_fails_adds_up_bit_by_bit():
    assert failed(free=0, safeguarding=False) == Condition.CAPACITY | Condition.SAFEGUARDING
    assert [int(condition) for condition in Condition] == [1 << bit for bit in range(11)]
