from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.days import Days, months_before

NEW_YEAR = date(2025, 1, 1)
stretches = st.lists(
    st.tuples(st.integers(0, 60), st.integers(-2, 20)).map(
        lambda at: (NEW_YEAR + timedelta(at[0]), NEW_YEAR + timedelta(at[0] + at[1]))
    ),
    max_size=5,
)


def each_day(written: list[tuple[date, date]]) -> set[date]:
    return {first + timedelta(n) for first, last in written for n in range((last - first).days + 1)}


@settings(deadline=None)
@given(stretches, stretches)
def test_days_are_counted_as_a_calendar_ticked_off_by_hand(ones, others):
    one, other = Days.of(*ones), Days.of(*others)
    assert len(one) == len(each_day(ones))
    assert len(one & other) == len(each_day(ones) & each_day(others))
    assert len(one - other) == len(each_day(ones) - each_day(others))
    assert {day for day in each_day(ones) | each_day(others) if day in one} == each_day(ones)


@settings(deadline=None)
@given(stretches)
def test_the_same_days_are_equal_however_they_are_written(written):
    assert (
        Days.of(*written)
        == Days.of(*reversed(written))
        == Days.of(*((day, day) for day in each_day(written)))
    )


def test_a_month_earlier_than_a_31st_is_the_last_day_there_is():
    assert months_before(date(2024, 3, 31), 1) == date(2024, 2, 29)
    assert months_before(date(2026, 1, 15), 12) == date(2025, 1, 15)
    assert months_before(date(2026, 1, 15), 13) == date(2024, 12, 15)
