import sqlite3
from dataclasses import astuple, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.days import Days
from app.matching.rules.conditions import NOTHING_BETWEEN, Between
from app.matching.rules.fit import COLUMNS, FitFacts, fit, fit_facts, fit_sql, part, room_wanted
from app.matching.rules.weights import (
    FIRST,
    STEPS,
    Factor,
    WeightSet,
    WeightsMustMakeAHundred,
    WeightsMustRise,
)
from app.needs.rules.facets import Facets
from tests.matching.people import DISPLACED_GIRLS, EVERYONE, TODAY, need, partner

BEST = FitFacts(200, 4000, 2, 2, 3, 2, 2, 2, 0, True)
WORST = FitFacts(0, 4000, 0, 0, 0, 0, 2, 0, 91, False)

facts = st.builds(
    FitFacts,
    free=st.integers(0, 500) | st.integers(0, 10**7),
    uncovered=st.integers(1, 6000) | st.integers(1, 10**7),
    knows_group=st.integers(0, 2),
    knows_service=st.integers(0, 2),
    nearness=st.integers(0, 3),
    languages_spoken=st.integers(0, 2),
    languages=st.integers(2, 7) | st.just(0),
    access=st.integers(0, 2),
    free_in_days=st.integers(0, 100),
    asked_for=st.booleans(),
)


@st.composite
def weight_sets(draw) -> WeightSet:
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=7, max_size=7)))
    most = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    return WeightSet(2, {
        factor: (*sorted(draw(st.lists(st.integers(0, top), min_size=steps - 1, max_size=steps - 1))), top)
        for (factor, steps), top in zip(STEPS.items(), most, strict=True)
    })  # fmt: skip


@settings(deadline=None)
@given(facts, weight_sets())
def test_the_points_of_a_fit_add_up_and_stay_between_nothing_and_a_hundred(one, weights):
    found = fit(one, weights)
    assert found.total == sum(found.points.values())
    assert 0 <= found.total <= 100
    assert all(0 <= points <= weights.most(factor) for factor, points in found.points.items())


@pytest.fixture(scope="module")
def database():
    with sqlite3.connect(":memory:") as db:
        db.create_function("LEAST", -1, min)
        db.create_function("GREATEST", -1, max)
        yield db


@settings(deadline=None)
@given(given=facts, weights=weight_sets() | st.just(FIRST))
def test_the_database_counts_the_same_points(database, given, weights):
    columns = ", ".join(f"? AS {column}" for column in COLUMNS)
    [counted] = database.execute(
        f"SELECT {fit_sql(weights)} FROM (SELECT {columns}) AS facts", astuple(given)
    ).fetchone()
    assert counted == fit(given, weights).total


def test_the_first_weights_are_those_that_were_published():
    assert fit(BEST).total == 100
    assert fit(WORST).total == 0
    assert {factor.value: FIRST.most(factor) for factor in Factor} == {
        "capacity": 25, "group": 20, "service": 15, "place": 15, "language": 10, "access": 5, "time": 5, "asked_for": 5,
    }  # fmt: skip
    halfway = fit(FitFacts(100, 4000, 1, 1, 2, 1, 3, 1, 60, False)).points
    assert list(halfway.values()) == [13, 10, 8, 9, 3, 3, 3, 0]


def test_room_for_a_twentieth_of_the_gap_is_enough_and_a_small_group_is_not_beaten_by_size():
    assert [room_wanted(uncovered) for uncovered in (1, 30, 800, 2000, 4000, 10**6)] == [
        1,
        30,
        50,
        100,
        200,
        200,
    ]
    assert (
        fit(replace(WORST, free=30, uncovered=30)).total
        == fit(replace(WORST, free=10**6, uncovered=10**6)).total
        == 25
    )


def test_halves_are_rounded_up_in_whole_numbers():
    assert [part(25, some, 50) for some in (0, 1, 2, 3, 49, 50)] == [0, 1, 1, 2, 25, 25]


def test_points_that_do_not_make_a_hundred_or_fall_are_refused():
    with pytest.raises(WeightsMustMakeAHundred, match="They add up to 105"):
        WeightSet(2, {**FIRST.points, Factor.TIME: (3, 10)})
    for points in ((5, 3), (-1, 5), (5,)):
        with pytest.raises(WeightsMustRise):
            WeightSet(2, {**FIRST.points, Factor.TIME: points})
    with pytest.raises(WeightsMustRise):
        WeightSet(2, {factor: points for factor, points in FIRST.points.items() if factor is not Factor.TIME})
    with pytest.raises(WeightsMustRise):
        WeightSet.read(2, {**FIRST.written, "religion": [5]})
    assert WeightSet.read(1, FIRST.written) == FIRST


def facts_of(between: Between = NOTHING_BETWEEN, *, of: dict | None = None, **changed) -> FitFacts:
    return fit_facts(partner(**changed), need(**(of or {})), between, TODAY)


def test_facts_are_read_from_the_partner_and_the_need():
    assert facts_of() == FitFacts(
        free=400, uncovered=3000, knows_group=2, knows_service=2, nearness=3, languages_spoken=1, languages=2, access=1,
        free_in_days=0, asked_for=False,
    )  # fmt: skip
    assert facts_of(Between(asked_for=True)).asked_for
    assert facts_of(free=None).free == 0
    assert facts_of(access_checked=frozenset({"ramp"})).access == 2
    assert facts_of(access=frozenset(), of={"access": frozenset()}).access == 0
    assert facts_of(programme_services=frozenset()).knows_service == 1
    near = [
        facts_of(works_in=areas).nearness for areas in (((13, 13),), ((18, 18),), ((50, 50),), ((200, 201),))
    ]
    assert near == [3, 2, 1, 0]


def test_a_programme_for_everybody_does_not_know_a_group_and_one_run_by_the_group_does():
    known = {
        "itself": frozenset({DISPLACED_GIRLS}), "wider": frozenset({Facets.read("idp")}), "everybody": EVERYONE,
        "neighbour": frozenset({Facets.read("idp", "m", "0-17")}), "others": frozenset({Facets.read("host", "m", "18+")}),
    }  # fmt: skip
    found = {name: facts_of(programme_groups=groups).knows_group for name, groups in known.items()}
    assert found == {"itself": 2, "wider": 2, "everybody": 1, "neighbour": 1, "others": 0}
    assert facts_of(programme_groups=frozenset(), run_by=known["itself"]).knows_group == 2
    assert facts_of(programme_groups=EVERYONE, of={"facets": Facets()}).knows_group == 2


def test_the_days_until_a_partner_is_free_are_counted_from_today_within_what_is_needed():
    def from_day(day: int) -> Days:
        first = TODAY.toordinal() + day
        return Days.of((TODAY.fromordinal(first), TODAY.fromordinal(first + 200)))

    assert [facts_of(days=from_day(day)).free_in_days for day in (-100, 0, 31)] == [0, 0, 31]
    assert facts_of(of={"days": from_day(40)}).free_in_days == 40
    assert facts_of(days=from_day(-500)).free_in_days > 90
