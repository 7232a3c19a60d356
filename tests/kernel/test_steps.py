"""A form in steps: which one comes next."""

from app.kernel.steps import FormStep


class _Step(FormStep):
    WHO = "who", "Who you are", "1 minute."
    WORK = "work", "What you do", "2 minutes."
    PLACES = "places", "Where", "1 minute."


def test_the_next_step_is_the_next_one_open_and_then_the_first_one_left_out():
    assert _Step.still_open([]) is _Step.WHO
    assert _Step.still_open(["work"], after="work") is _Step.PLACES
    assert _Step.still_open(["work", "places"], after="places") is _Step.WHO
    assert _Step.still_open(["who", "work", "places"]) is None


def test_a_step_is_found_by_its_address_only():
    assert _Step.at("work") is _Step.WORK
    assert _Step.at("What you do") is None
    assert (_Step.WORK.number, _Step.WORK.heading, f"/{_Step.WORK}") == (2, "What you do", "/work")
