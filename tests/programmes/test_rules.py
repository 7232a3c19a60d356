"""The rules of programmes: how they move, what their numbers and dates mean, how long a confirmation holds."""

from datetime import date, timedelta
from itertools import pairwise, product
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.coverage.rules.capacity import counts
from app.kernel.days import Days
from app.kernel.refusals import NotMoved
from app.programmes.rules.capacity import (
    EndsBeforeItStarts,
    Line,
    OnlyPauses,
    PauseOutside,
    PeopleCountedTwice,
    TooLong,
    check_apart,
    check_dates,
    moved_dates,
    normal_pauses,
)
from app.programmes.rules.confirmation import Standing, counts_until, reminders_due, standing
from app.programmes.rules.states import (
    EDITABLE,
    MOVES,
    NotStartedYet,
    ReasonMissing,
    State,
    check_move,
    check_reason,
    check_running,
)

DAYS = st.dates(date(2023, 1, 1), date(2032, 12, 31))
STRETCHES = st.tuples(DAYS, DAYS).map(lambda pair: (min(pair), max(pair)))
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@given(st.lists(st.sampled_from(State), max_size=12))
def test_whatever_is_tried_a_programme_only_goes_where_the_table_says(tried):
    now = State.DRAFT
    been = [now]
    for to in tried:
        try:
            check_move(now, to)
        except NotMoved:
            assert to not in MOVES[now]
        else:
            now = to
            been.append(now)
    assert State.DRAFT not in been[1:]  # what was published is never a draft again
    over = [state for state in been if state in (State.COMPLETED, State.CANCELLED)]
    assert over == been[len(been) - len(over) :]  # what is over stays over
    assert len(over) <= 1


def test_every_state_has_a_way_out_until_it_is_over():
    for state in State:
        assert bool(MOVES[state]) == (state in EDITABLE)


def test_a_programme_runs_from_its_first_day_on():
    check_running(date(2026, 3, 1), date(2026, 3, 1), said="")
    with pytest.raises(NotStartedYet):
        check_running(date(2026, 3, 2), date(2026, 3, 1), said="2 March 2026")


def test_only_pausing_and_cancelling_need_a_reason():
    for state in State:
        if state in (State.SUSPENDED, State.CANCELLED):
            with pytest.raises(ReasonMissing):
                check_reason(state, "")
        else:
            check_reason(state, "")
        check_reason(state, "The road is flooded.")


def test_dates_are_in_order_and_not_for_ever():
    check_dates(date(2026, 1, 1), date(2026, 1, 1))
    with pytest.raises(EndsBeforeItStarts):
        check_dates(date(2026, 1, 2), date(2026, 1, 1))
    with pytest.raises(TooLong):
        check_dates(date(2026, 1, 1), date(2037, 1, 1))


@given(STRETCHES, st.lists(STRETCHES, max_size=6))
def test_breaks_are_disjoint_in_order_and_take_out_the_same_days_however_they_are_written(dates, pauses):
    try:
        normal = normal_pauses(dates, pauses)
    except PauseOutside:
        assert any(not Days.of(dates) & Days.of(pause) for pause in pauses)
        return
    except OnlyPauses:
        assert not Days.of(dates) - Days.of(*pauses)
        return
    assert all(first[1] < second[0] for first, second in pairwise(normal))
    assert Days.of(dates) - Days.of(*normal) == Days.of(dates) - Days.of(*pauses)
    assert all(dates[0] <= first <= last <= dates[1] for first, last in normal)
    assert normal_pauses(dates, normal) == normal


def test_a_refused_break_names_its_field():
    with pytest.raises(PauseOutside) as refused:
        normal_pauses(YEAR, [(date(2026, 8, 1), date(2026, 8, 9)), (date(2027, 1, 1), date(2027, 1, 9))])
    assert refused.value.field == "pause_from_2"


@given(STRETCHES, STRETCHES, STRETCHES)
def test_a_lines_dates_stay_within_its_programmes_when_those_move(old, new, line):
    moved = moved_dates(old, new, line)
    assert new[0] <= moved[0] <= moved[1] <= new[1]
    assert moved_dates(old, new, old) == new
    assert moved_dates(old, new, moved) == moved or moved == old


def test_people_of_one_service_are_counted_once():
    one, other = uuid4(), uuid4()
    half, rest = (date(2026, 1, 1), date(2026, 6, 30)), (date(2026, 7, 1), date(2026, 12, 31))
    check_apart(YEAR, [Line(one, 10), Line(other, 10)])
    check_apart(YEAR, [Line(one, 10, own_dates=half), Line(one, 20, own_dates=rest)])
    check_apart(YEAR, [Line(one, 10, areas=frozenset("a")), Line(one, 20, areas=frozenset("b"))])
    check_apart(YEAR, [Line(one, 10, groups=frozenset("a")), Line(one, 20, groups=frozenset("b"))])
    for twice in (
        [Line(one, 10), Line(one, 20)],
        [Line(one, 10, own_dates=half), Line(one, 20)],
        [Line(one, 10, areas=frozenset("ab")), Line(one, 20, areas=frozenset("bc"))],
        [Line(one, 10, groups=frozenset("a")), Line(one, None)],
    ):
        with pytest.raises(PeopleCountedTwice):
            check_apart(YEAR, twice)


@given(DAYS, st.integers(0, 900))
def test_a_confirmation_holds_for_twelve_months_as_coverage_counts_it(confirmed_on, later):
    today = confirmed_on + timedelta(days=later)
    said = standing(confirmed_on, today)
    assert (said is Standing.LAPSED) == (today > counts_until(confirmed_on))
    counted = counts(
        running=True, planned=False, verified=True, people=1, confirmed_on=confirmed_on, today=today
    )
    assert (counted == "counted") == (said is not Standing.LAPSED)


def test_a_partner_is_reminded_after_nine_and_after_eleven_months():
    confirmed_on = date(2026, 1, 15)
    due = {
        date(2026, 10, 14): 0,
        date(2026, 10, 15): 1,
        date(2026, 12, 14): 1,
        date(2026, 12, 15): 2,
        date(2027, 6, 1): 2,
    }
    assert {today: reminders_due(confirmed_on, today) for today in due} == due


@given(DAYS, st.integers(0, 700), st.integers(0, 700))
def test_reminders_never_go_back(confirmed_on, one, more):
    earlier, later = (confirmed_on + timedelta(days=days) for days in (one, one + more))
    assert reminders_due(confirmed_on, earlier) <= reminders_due(confirmed_on, later)


def test_the_table_of_moves_is_whole():
    assert set(MOVES) == set(State)
    allowed = {(now.value, to.value) for now, to in product(State, State) if to in MOVES[now]}
    assert allowed == {
        ("draft", "planned"),
        ("draft", "running"),
        ("draft", "cancelled"),
        ("planned", "running"),
        ("planned", "cancelled"),
        ("running", "suspended"),
        ("running", "completed"),
        ("suspended", "running"),
        ("suspended", "completed"),
        ("suspended", "cancelled"),
    }
