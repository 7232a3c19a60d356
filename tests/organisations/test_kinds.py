"""What each kind of organisation shows when it registers."""

import pytest

from app.organisations.rules import checklist, kinds
from app.organisations.rules.kinds import Kind

COMPLETE = {
    Kind.NGO: {"legal_status": "association", "registration_number": "CAC/IT/NO 12345"},
    Kind.SELF_ORGANISED: {
        "founding_meeting": "3 May 2021, under the tree at Gulani market",
        "how_decided": "The monthly meeting decides.",
        "first_referee": "Gulani council, Mrs Bello, 0803 123 4567",
        "second_referee": "none",
    },
    Kind.NETWORK: {"members": "A\nB\nC", "secretariat": "A", "registration_number": "12"},
    Kind.DEPARTMENT: {"ministry": "Health", "mandate": "Clinics", "establishing_act": "Act 3 of 1999"},
    Kind.LOCAL_GOVERNMENT: {
        "head_of_administration": "Chairperson",
        "mandate": "Markets",
        "establishing_act": "Act 4",
    },
    Kind.FIRM: {"registration_number": "RC 7", "sector": "farming", "invests": ["jobs"], "owners": "nobody"},
    Kind.FOUNDATION: {
        "registration_number": "9",
        "gives_to": "Groups led by women",
        "money_from": "An endowment",
    },
    Kind.INTERNATIONAL: {"head_office": "Kenya", "host_agreement": "HCA 12/2020"},
}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_named_and_asked_something_only_of_its_own(kind):
    assert kind.label != kind
    assert kind.means
    assert kinds.questions(kind)
    assert kinds.missing(kind, {})


@pytest.mark.parametrize("kind", Kind)
def test_a_complete_form_misses_nothing_and_each_needed_answer_is_missed_when_blank(kind):
    assert kinds.missing(kind, COMPLETE[kind]) == {}
    for question in kinds.questions(kind):
        if question.needed:
            assert question.code in kinds.missing(kind, COMPLETE[kind] | {question.code: "  "})


@pytest.mark.parametrize("kind", Kind)
def test_every_answer_speaks_to_an_item_of_the_checklist_and_no_question_comes_twice(kind):
    codes = [question.code for question in kinds.questions(kind)]
    assert len(codes) == len(set(codes))
    assert {question.check for question in kinds.questions(kind)} <= set(checklist.ITEMS)


def test_a_firm_shows_its_number_and_what_it_wants_to_invest():
    needed = {question.code for question in kinds.questions(Kind.FIRM) if question.needed}
    assert {"registration_number", "invests"} <= needed


def test_a_department_shows_its_ministry_and_mandate():
    needed = {question.code for question in kinds.questions(Kind.DEPARTMENT) if question.needed}
    assert {"ministry", "mandate"} <= needed


def test_an_ngo_without_papers_names_two_referees_instead_of_a_number():
    without = {"legal_status": "not_registered"}
    assert "registration_number" in kinds.missing(Kind.NGO, without)
    assert "registration_number" in kinds.missing(Kind.NGO, without | {"first_referee": "Save the Children"})
    both = {"first_referee": "Save the Children", "second_referee": "CARE"}
    assert kinds.missing(Kind.NGO, without | both) == {}


def test_a_choice_that_is_not_offered_is_found():
    assert kinds.unknown_choices(Kind.FIRM, COMPLETE[Kind.FIRM] | {"invests": ["jobs", "bribes"]}) == (
        "invests",
    )
    assert kinds.unknown_choices(Kind.FIRM, COMPLETE[Kind.FIRM]) == ()
    assert kinds.unknown_choices(Kind.NGO, {"legal_status": "royal"}) == ("legal_status",)
