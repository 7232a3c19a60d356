"""Registration: its moves, its dates, and who may decide."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.i18n import speaking
from app.kernel.refusals import NotMoved
from app.organisations.rules import registration
from app.organisations.rules.registration import Calendar, State

WEDNESDAY = date(2026, 11, 25)


def test_an_application_may_be_sent_back_and_comes_again_until_it_is_decided():
    for now, to in (
        (State.DRAFT, State.SUBMITTED),
        (State.SUBMITTED, State.RETURNED),
        (State.RETURNED, State.SUBMITTED),
        (State.SUBMITTED, State.VERIFIED),
        (State.SUBMITTED, State.DECLINED),
        (State.VERIFIED, State.SUSPENDED),
        (State.SUSPENDED, State.VERIFIED),
        (State.SUSPENDED, State.REMOVED),
    ):
        registration.check_move(now, to)


@pytest.mark.parametrize(
    ("now", "to"),
    [
        (State.DRAFT, State.VERIFIED),
        (State.RETURNED, State.VERIFIED),
        (State.DECLINED, State.VERIFIED),
        (State.VERIFIED, State.REMOVED),
        (State.REMOVED, State.VERIFIED),
        (State.MERGED, State.VERIFIED),
        (State.VERIFIED, State.VERIFIED),
    ],
)
def test_nothing_is_verified_or_removed_by_a_short_cut(now, to):
    with pytest.raises(NotMoved):
        registration.check_move(now, to)


def test_anything_but_a_merged_one_can_be_merged():
    assert {now for now in State if State.MERGED in registration.MOVES[now]} == set(State) - {State.MERGED}


def test_the_answer_is_due_ten_working_days_after_it_was_sent():
    assert registration.due_on(WEDNESDAY, Calendar()) == date(2026, 12, 9)


def test_the_week_and_holidays_of_the_area_count():
    kabul = Calendar(rest_days=frozenset({4}), holidays=frozenset({date(2026, 11, 26)}))
    assert registration.due_on(WEDNESDAY, kabul) == date(2026, 12, 8)


def test_the_clock_stands_still_while_the_applicant_has_it():
    back = [(date(2026, 11, 27), date(2026, 12, 4))]  # five working days
    assert registration.due_on(WEDNESDAY, Calendar(), stopped=back) == date(2026, 12, 16)
    assert registration.due_on(WEDNESDAY, Calendar(), stopped=[(date(2026, 11, 27), None)]) is None


def test_a_calendar_without_a_working_day_is_refused_and_not_counted_for_ever():
    with pytest.raises(ValueError, match="working day"):
        registration.due_on(WEDNESDAY, Calendar(rest_days=frozenset(range(7))))


def test_a_registration_holds_three_years_or_one_with_conditions():
    assert registration.expires_on(WEDNESDAY, with_conditions=False) == date(2029, 11, 25)
    assert registration.expires_on(date(2028, 2, 29), with_conditions=True) == date(2029, 2, 28)


@given(day=st.dates(date(2000, 1, 1), date(2090, 1, 1)), months=st.integers(-240, 120))
def test_months_later_is_in_that_month_and_on_that_day_or_its_last(day, months):
    later = registration.months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_a_registration_lapses_the_day_after_its_last_without_any_job():
    assert registration.standing(State.VERIFIED, WEDNESDAY, WEDNESDAY) is State.VERIFIED
    assert registration.standing(State.VERIFIED, WEDNESDAY, WEDNESDAY + timedelta(days=1)) is State.LAPSED
    assert registration.standing(State.SUSPENDED, WEDNESDAY, WEDNESDAY + timedelta(days=1)) is State.SUSPENDED


def test_a_renewal_in_time_keeps_the_status_for_sixty_days_and_a_late_one_does_not():
    after = [WEDNESDAY + timedelta(days=days) for days in (60, 61)]
    in_time = [registration.standing(State.VERIFIED, WEDNESDAY, day, WEDNESDAY) for day in after]
    assert in_time == [State.VERIFIED, State.LAPSED]
    late = registration.standing(State.VERIFIED, WEDNESDAY, after[0], WEDNESDAY + timedelta(days=1))
    assert late is State.LAPSED


def test_nobody_decides_about_an_organisation_of_their_own_of_the_past_two_years():
    two_years_ago = date(2024, 11, 25)
    for until in (None, WEDNESDAY, two_years_ago):
        with pytest.raises(registration.OwnOrganisation):
            registration.check_independent([(date(2020, 1, 1), until)], WEDNESDAY)
    registration.check_independent([(date(2020, 1, 1), two_years_ago - timedelta(days=1))], WEDNESDAY)
    registration.check_independent([], WEDNESDAY)


def test_two_different_people_suspend():
    one, other = UUID(int=1), UUID(int=2)
    registration.check_two_people(one, other)
    with pytest.raises(registration.SamePersonTwice):
        registration.check_two_people(one, one)


def test_verifying_waits_for_the_checklist_the_legal_check_and_likely_duplicates():
    registration.check_verifiable([], 0, 84.9)
    with pytest.raises(registration.ChecksStillOpen, match="Money"):
        registration.check_verifiable(["Money"], 0, 0)
    with pytest.raises(registration.LegalCheckOpen):
        registration.check_verifiable([], 1, 0)
    with pytest.raises(registration.LikelyDuplicateOpen):
        registration.check_verifiable([], 0, 85.0)


def test_the_applicant_reads_how_many_come_before():
    with speaking("en"):
        assert registration.queue_place(0) == "Yours is next."
        assert registration.queue_place(1).startswith("1 application is before yours")
        assert registration.queue_place(7).startswith("7 applications are before yours")


def test_a_reason_to_decline_is_one_of_the_published_and_never_speaks_of_a_list():
    assert registration.check_decline_reason("papers_missing")
    with pytest.raises(registration.NotAReason):
        registration.check_decline_reason("i do not like them")
    assert not any(
        "sanction" in says or "list" in says.split() for says in registration.DECLINE_REASONS.values()
    )
