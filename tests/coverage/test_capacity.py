from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from app.coverage.rules.capacity import (
    Counts,
    counts,
    free_capacity,
    places_over,
    split_by_need,
    through_put_over,
)
from app.coverage.rules.confidence import Confidence, confidence
from app.kernel.days import Days
from app.needs.rules.statements import Freshness

TODAY = date(2026, 3, 31)


def test_a_place_counts_for_the_part_of_the_period_in_which_it_is_open():
    terms = Days.of((date(2025, 1, 1), date(2025, 6, 30)), (date(2025, 9, 1), date(2025, 11, 30)))
    assert places_over(120, terms, Days.year(2025)) == 89
    year_with_holidays = Days.year(2025) - Days.of(
        (date(2025, 7, 1), date(2025, 8, 31)), (date(2025, 12, 1), date(2025, 12, 31))
    )
    assert places_over(120, year_with_holidays, Days.year(2025)) == 89
    assert places_over(120, Days(), Days.year(2025)) == places_over(120, terms, Days()) == 0


def test_kits_count_for_the_part_of_their_run_that_falls_in_the_period():
    run = Days.of((date(2024, 11, 1), date(2025, 1, 30)))
    assert through_put_over(900, run, Days.year(2024)) == 603
    assert through_put_over(900, Days(), Days.year(2024)) == 0


def test_only_running_lines_of_verified_partners_confirmed_within_a_year_count():
    line = {
        "running": True,
        "planned": False,
        "verified": True,
        "people": 10,
        "confirmed_on": date(2025, 3, 31),
        "today": TODAY,
    }
    assert counts(**line) is Counts.COUNTED
    assert counts(**line | {"confirmed_on": date(2025, 3, 30)}) is Counts.NOT_CONFIRMED
    assert counts(**line | {"people": None}) is Counts.PRESENCE_ONLY
    assert counts(**line | {"verified": False}) is Counts.NOT_VERIFIED
    assert counts(**line | {"running": False, "planned": True}) is Counts.IF_PLANS_HOLD
    assert counts(**line | {"running": False}) is Counts.NOT_RUNNING
    assert counts(**line | {"people": 0}) is Counts.COUNTED


@settings(deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(0, 500),
    st.dictionaries(st.text(max_size=2), st.integers(0, 5_000), min_size=1),
)
def test_one_number_for_several_services_is_never_counted_twice_and_more_is_never_less(people, more, needs):
    split, raised = split_by_need(people, needs), split_by_need(people + more, needs)
    assert people - len(needs) < sum(split.values()) <= people
    assert all(raised[service] >= split[service] for service in needs)


def test_one_number_is_split_in_proportion_to_need():
    assert split_by_need(100, {"HEA": 300, "WSH": 100}) == {"HEA": 75, "WSH": 25}
    assert split_by_need(100, {"HEA": 0, "WSH": 0}) == {"HEA": 50, "WSH": 50}


def test_free_places_are_what_is_not_taken_and_unknown_stays_unknown():
    assert [free_capacity(100, 30), free_capacity(20, 30), free_capacity(None, 30)] == [70, 0, None]


def test_confidence_is_the_worst_that_any_fact_allows():
    best = {
        "need": Freshness.FRESH,
        "estimated": 0.0,
        "unsure": 0.0,
        "confirmed_on": date(2025, 9, 30),
        "today": TODAY,
    }
    assert confidence(**best) is Confidence.A
    assert confidence(**best | {"confirmed_on": None}) is Confidence.A
    for worse in (
        {"confirmed_on": date(2025, 9, 29)},
        {"need": Freshness.AGEING},
        {"estimated": 0.1, "unsure": 0.1},
        {"unsure": 0.26},
    ):
        assert confidence(**best | worse) is Confidence.B
    for worse in ({"need": Freshness.OLD}, {"estimated": 0.51, "unsure": 0.51}):
        assert confidence(**best | worse) is Confidence.C
    for worse in ({"contested": True}, {"parts_differ": True}):
        assert confidence(**best | worse) is Confidence.D
