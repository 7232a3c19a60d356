"""Periods in words, and the frame of a map."""

from datetime import date

import pytest

from app.coverage.maps import bounds
from app.coverage.words import span


@pytest.mark.parametrize(("first", "last", "words"), [
    (date(2024, 1, 1), date(2024, 12, 31), "2024"),
    (date(2023, 10, 1), date(2023, 12, 31), "October 2023 to December 2023"),
    (date(2023, 10, 1), date(2023, 10, 31), "October 2023"),
    (date(2023, 10, 5), date(2023, 10, 9), "5 October 2023 to 9 October 2023"),
])  # fmt: skip
def test_a_period_is_said_as_people_say_it(first, last, words):
    assert span(first, last) == words


def test_a_paths_bounds_follow_its_relative_steps():
    assert bounds("M10 20l5-5 5 10zM2 40l1 1 2-3z") == (2, 15, 20, 41)
