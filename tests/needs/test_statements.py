from datetime import date
from itertools import permutations
from uuid import uuid4

import pytest

from app.kernel.refusals import NotMoved
from app.needs.rules import contests, severity
from app.needs.rules.statements import (
    EndsBeforeItStarts,
    Freshness,
    LessThanNobody,
    NoSuchSeverity,
    Standing,
    Statement,
    check_period,
    freshness,
    precedence,
)


def stated(name: str, people: int | None = 100, **standing) -> Statement:
    return Statement(name, "area", "HEA", people=people, standing=Standing(**standing))


def test_the_working_figure_is_the_accepted_contest_then_the_newest_official_then_the_newest_other_source():
    by_rank = [
        stated("contest", accepted_contest=True, reference_to=date(2020, 1, 1)),
        stated("official, new", official=True, reference_to=date(2024, 12, 31)),
        stated(
            "official, published earlier",
            official=True,
            reference_to=date(2023, 12, 31),
            published_on=date(2024, 1, 1),
        ),
        stated("other, newest", reference_to=date(2025, 12, 31)),
        stated("other, a", reference_to=date(2022, 12, 31)),
        stated("other, b", reference_to=date(2022, 12, 31)),
    ]
    for best in range(len(by_rank)):
        for order in permutations(by_rank[best:], 3):
            assert min([*order, by_rank[best]], key=precedence) is by_rank[best]


def test_fewer_than_nobody_and_a_severity_that_does_not_exist_are_refused():
    with pytest.raises(LessThanNobody, match="You wrote -1"):
        Statement("1", "area", "HEA", people=-1)
    with pytest.raises(LessThanNobody):
        Statement("1", "area", "HEA", targeted=-1)
    for wrong in (0, 6):
        with pytest.raises(NoSuchSeverity):
            Statement("1", "area", "HEA", severity=wrong)
    with pytest.raises(EndsBeforeItStarts):
        check_period(date(2024, 2, 1), date(2024, 1, 31))


def test_severity_is_inherited_from_the_nearest_area_that_states_one_and_3_orders_what_nobody_stated():
    assert severity.effective(5, [2]) == severity.Effective(5, severity.From.STATED)
    assert severity.effective(None, [None, 4, 1]) == severity.Effective(4, severity.From.INHERITED)
    assert severity.effective(None, [None]) == severity.Effective(3, severity.From.UNKNOWN)


def test_a_figure_is_fresh_for_twelve_months_and_old_after_twenty_four():
    today = date(2026, 3, 31)
    assert freshness(date(2025, 3, 31), today) is Freshness.FRESH
    assert freshness(date(2025, 3, 30), today) is Freshness.AGEING
    assert freshness(date(2024, 3, 31), today) is Freshness.AGEING
    assert freshness(date(2024, 3, 30), today) is Freshness.OLD


def test_a_contest_is_decided_once_by_somebody_from_neither_side_and_a_refusal_has_a_reason():
    contests.check_move(contests.State.OPEN, contests.State.ACCEPTED)
    with pytest.raises(NotMoved):
        contests.check_move(contests.State.WITHDRAWN, contests.State.ACCEPTED)
    one, other, third = uuid4(), uuid4(), uuid4()
    contests.check_decider([third], [one, other])
    for side in (one, other):
        with pytest.raises(contests.DeciderTakesPart):
            contests.check_decider([third, side], [one, other])
    with pytest.raises(contests.ReasonMissing):
        contests.check_reason(contests.State.NOT_ACCEPTED, "  ")


def test_while_a_figure_is_contested_coverage_is_a_range_from_the_highest_need_to_the_lowest():
    assert contests.ratio_range(60, [100, 150]) == (0.4, 0.6)
    assert contests.ratio_range(200, [100, 400]) == (0.5, 1.0)
    assert contests.ratio_range(5, [0, 10]) == (0.5, 1.0)
