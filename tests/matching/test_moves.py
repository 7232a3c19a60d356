import pytest

from app.kernel.refusals import NotMoved
from app.matching.rules.moves import (
    CORRECTIONS,
    MOVES,
    OPEN,
    OVER,
    OtherReasonMissing,
    Reason,
    ReasonMissing,
    State,
    after_yes,
    check_move,
    contact_open,
    read_reason,
)


def test_a_match_is_agreed_only_after_both_sides_said_yes():
    for state in State:
        if state is not State.MUTUAL:
            with pytest.raises(NotMoved):
                check_move(state, State.AGREED)
    check_move(State.MUTUAL, State.AGREED)


def test_a_yes_makes_interest_the_second_makes_it_mutual_and_saying_it_twice_changes_nothing():
    assert after_yes(State.SUGGESTED, other_side_said_yes=False) is State.INTERESTED
    assert after_yes(State.INTERESTED, other_side_said_yes=False) is State.INTERESTED
    assert after_yes(State.INTERESTED, other_side_said_yes=True) is State.MUTUAL
    assert after_yes(State.MUTUAL, other_side_said_yes=True) is State.MUTUAL
    for over in (State.AGREED, State.DECLINED, State.EXPIRED):
        with pytest.raises(NotMoved):
            after_yes(over, other_side_said_yes=True)


def test_what_is_decided_does_not_move_again():
    assert {state for state in State if not MOVES[state]} == {State.AGREED, State.DECLINED, State.EXPIRED}
    assert OPEN | OVER | {State.AGREED} == set(State)
    assert all(MOVES[state] > OVER for state in OPEN)


def test_how_to_reach_each_other_is_told_once_both_said_yes_and_never_else():
    assert {state for state in State if contact_open(state)} == {State.MUTUAL, State.AGREED}


def test_a_no_has_a_reason_and_another_reason_has_words():
    assert read_reason("terms") is Reason.TERMS
    assert read_reason("other", "We merge next month") is Reason.OTHER
    with pytest.raises(ReasonMissing):
        read_reason("")
    with pytest.raises(OtherReasonMissing):
        read_reason("other", "  ")


def test_a_reason_that_says_a_fact_is_wrong_opens_the_form_that_corrects_it():
    assert set(Reason) - CORRECTIONS.keys() == {Reason.TERMS, Reason.OTHER}


def test_every_state_and_reason_can_be_read():
    assert all(each.label for each in (*State, *Reason))
