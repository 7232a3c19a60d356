"""What holds of coverage whatever the figures are."""

from dataclasses import replace
from datetime import date
from functools import reduce
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.coverage.rules.cover import coverage
from app.coverage.rules.standing import Trust
from app.coverage.rules.supply import Line, LocalNeed, Place, people_reached, rate, served_everywhere
from tests.coverage.places import GROUPS, needs, situations

DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))
TRUSTS = st.builds(Trust, DAYS, st.booleans(), st.booleans(), st.none() | DAYS)
Situation = tuple[dict[Place, LocalNeed], list[Line]]


@settings(max_examples=60, deadline=None)
@given(situations())
def test_nobody_is_covered_twice_and_nobody_less_than_not_at_all(situation: Situation):
    for cell in coverage(*situation).values():
        assert 0 <= cell.covered <= cell.people
        assert cell.low <= cell.covered <= cell.high <= cell.people
        assert cell.overlap >= 0
        assert 0 <= cell.estimated <= cell.unsure <= 1 + 1e-9


@settings(max_examples=60, deadline=None)
@given(situations())
def test_no_line_serves_more_people_than_it_can(situation: Situation):
    given_needs, all_lines = situation
    for line in all_lines:
        here = served_everywhere(line, given_needs)
        speed = rate(line.capacity, people_reached(here))
        people = sum(
            speed * here[place].shares[cell.id].share * cell.people
            for place in here
            for cell in given_needs[place].counted
        )
        assert people <= (line.capacity or 0) * (1 + 1e-9)


@settings(max_examples=60, deadline=None)
@given(situations(), st.integers(0, 2_000))
def test_more_capacity_never_lowers_a_cell(situation: Situation, more: int):
    given_needs, [first, *others] = situation
    raised = replace(first, capacity=(first.capacity or 0) + more)
    before, after = coverage(given_needs, [first, *others]), coverage(given_needs, [raised, *others])
    assert all(after[cell].supply >= before[cell].supply for cell in before)
    assert all(after[cell].covered >= before[cell].covered for cell in before)


@settings(max_examples=60, deadline=None)
@given(situations())
def test_another_line_never_lowers_a_cell(situation: Situation):
    given_needs, [first, *others] = situation
    without, with_it = coverage(given_needs, others), coverage(given_needs, [first, *others])
    assert all(with_it[cell].supply >= without[cell].supply for cell in without)


@settings(max_examples=60, deadline=None)
@given(situations(), st.integers())
def test_the_order_of_lines_places_and_cells_changes_nothing(situation: Situation, seed: int):
    given_needs, all_lines = situation
    shuffle = Random(seed).sample  # noqa: S311 - only mixes the order
    mixed = {place: given_needs[place] for place in shuffle(sorted(given_needs), len(given_needs))}
    mixed = {
        place: LocalNeed(
            tuple(shuffle(need.counted, len(need.counted))), tuple(shuffle(need.views, len(need.views)))
        )
        for place, need in mixed.items()
    }
    assert coverage(mixed, shuffle(all_lines, len(all_lines))) == coverage(given_needs, all_lines)


@settings(max_examples=60, deadline=None)
@given(needs, st.data())
def test_the_same_people_spread_over_more_places_never_serve_the_old_ones_better(given_needs, data):
    assume(len(given_needs) > 1)
    [old, *wider] = sorted(given_needs)
    groups = data.draw(st.frozensets(st.sampled_from(GROUPS), min_size=1, max_size=3))
    capacity = data.draw(st.integers(0, 3_000))
    narrow = coverage(given_needs, [Line("a", capacity, groups, {old: 1.0})])
    wide = coverage(given_needs, [Line("a", capacity, groups, dict.fromkeys([old, *wider], 1.0))])
    here = (cell.id for cell in (*given_needs[old].counted, *given_needs[old].views))
    assert all(wide[cell].supply <= narrow[cell].supply for cell in here)


@settings(max_examples=60, deadline=None)
@given(situations(), st.data())
def test_a_higher_need_in_one_cell_never_serves_the_lines_other_cells_better(situation: Situation, data):
    given_needs, [line, *_] = situation
    place = data.draw(st.sampled_from(sorted(given_needs)))
    at = data.draw(st.integers(0, len(given_needs[place].counted) - 1))
    changed = {**given_needs, place: _with_more(given_needs[place], at, data.draw(st.integers(1, 2_000)))}
    before, after = coverage(given_needs, [line]), coverage(changed, [line])
    others = {cell.id for need in given_needs.values() for cell in need.counted} - {
        given_needs[place].counted[at].id
    }
    assert all(after[cell].supply <= before[cell].supply for cell in others)


@settings(deadline=None)
@given(st.lists(TRUSTS, min_size=1, max_size=12))
def test_the_trust_of_many_is_the_worst_that_one_after_another_allows(some: list[Trust]):
    def worse(one: Trust, other: Trust) -> Trust:
        days = [day for day in (one.confirmed_on, other.confirmed_on) if day is not None]
        return Trust(
            min(one.reference_to, other.reference_to), one.contested or other.contested,
            one.parts_differ or other.parts_differ, min(days, default=None),
        )  # fmt: skip

    assert Trust.worst_of(some) == reduce(worse, some)


def _with_more(need: LocalNeed, at: int, people: int) -> LocalNeed:
    raised = need.counted[at % len(need.counted)]
    cells = [replace(cell, people=cell.people + people) if cell is raised else cell for cell in need.counted]
    return LocalNeed(tuple(cells), need.views)
