"""What holds of coverage whatever the figures are."""

from dataclasses import replace
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.coverage.rules.cover import coverage, touched_by_line, touched_by_need
from app.coverage.rules.supply import Line, LocalNeed, Place, people_reached, rate, served_everywhere
from tests.coverage.places import GROUPS, lines, needs, situations

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
def test_another_line_never_lowers_a_cell_and_taking_it_away_restores_every_bit(situation: Situation):
    given_needs, [first, *others] = situation
    without, with_it = coverage(given_needs, others), coverage(given_needs, [first, *others])
    assert all(with_it[cell].supply >= without[cell].supply for cell in without)
    touched = touched_by_line(first, None)
    assert with_it | coverage(given_needs, others, touched) == without


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
@given(situations(), st.data())
def test_updating_what_a_line_touches_is_building_all_from_nothing_bit_for_bit(situation: Situation, data):
    given_needs, [old, *others] = situation
    new = replace(data.draw(lines(sorted(given_needs), most=1))[0], id=old.id)
    updated = coverage(given_needs, [old, *others])
    touched = touched_by_line(old, new)
    again = coverage(given_needs, [new, *others], touched)
    out_of_reach = {cell for cell in updated if cell not in again}
    assert updated | again == coverage(given_needs, [new, *others])
    assert all(
        cell.startswith(tuple(f"{place[0]} " for place in set(given_needs) - touched))
        for cell in out_of_reach
    )


@settings(max_examples=60, deadline=None)
@given(situations(), st.data())
def test_updating_what_a_need_touches_is_building_all_from_nothing_bit_for_bit(situation: Situation, data):
    given_needs, all_lines = situation
    place = data.draw(st.sampled_from(sorted(given_needs)))
    changed = {**given_needs, place: _with_more(given_needs[place], data.draw(st.integers(0, 9)), 500)}
    before = coverage(given_needs, all_lines)
    again = coverage(changed, all_lines, touched_by_need(place, all_lines))
    assert before | again == coverage(changed, all_lines)


@settings(max_examples=60, deadline=None)
@given(needs, st.data())
def test_the_same_people_spread_over_more_places_never_serve_the_old_ones_better(given_needs, data):
    assume(len(given_needs) > 1)
    [old, *wider] = sorted(given_needs)
    groups = data.draw(st.frozensets(st.sampled_from(GROUPS), min_size=1, max_size=3))
    capacity = data.draw(st.integers(0, 3_000))
    narrow = coverage(given_needs, [Line("a", capacity, groups, {old: 1.0})], [old])
    wide = coverage(given_needs, [Line("a", capacity, groups, dict.fromkeys([old, *wider], 1.0))], [old])
    assert all(wide[cell].supply <= narrow[cell].supply for cell in narrow)


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


def _with_more(need: LocalNeed, at: int, people: int) -> LocalNeed:
    raised = need.counted[at % len(need.counted)]
    cells = [replace(cell, people=cell.people + people) if cell is raised else cell for cell in need.counted]
    return LocalNeed(tuple(cells), need.views)
