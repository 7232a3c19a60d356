"""The published checklist: who is asked what, and what keeps an organisation from being verified."""

import pytest

from app.organisations.rules import checklist
from app.organisations.rules.checklist import Answer, Asked, Way
from app.organisations.rules.kinds import Kind

ASKED = {
    Kind.NGO: "C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11",
    Kind.SELF_ORGANISED: "C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11",
    Kind.NETWORK: "C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12",
    Kind.DEPARTMENT: "C1 C3 C4 C8 C9",
    Kind.LOCAL_GOVERNMENT: "C1 C3 C4 C8 C9",
    Kind.FIRM: "C1 C2 C3 C4 C5 C7 C8 C9 C10 C11 C13",
    Kind.FOUNDATION: "C1 C2 C3 C4 C5 C6 C7 C9 C10 C11 C13",
    Kind.INTERNATIONAL: "C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11",
}


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_asked_what_the_published_table_says(kind):
    assert " ".join(item.code for item in checklist.asked_of(kind)) == ASKED[kind]


@pytest.mark.parametrize("kind", Kind)
def test_nothing_is_open_when_all_is_met_and_everything_while_nothing_is_said(kind):
    asked = checklist.asked_of(kind)
    assert checklist.open_items(kind, {}) == asked
    assert checklist.open_items(kind, {item.code: Answer.MET for item in asked}) == ()


@pytest.mark.parametrize("kind", Kind)
def test_one_item_that_is_not_met_keeps_an_organisation_from_being_verified(kind):
    met = {item.code: Answer.MET for item in checklist.asked_of(kind)}
    for code in met:
        assert [item.code for item in checklist.open_items(kind, met | {code: Answer.NOT_MET})] == [code]


def test_a_group_without_papers_is_verified_by_reference():
    answers = {item.code: Answer.MET for item in checklist.asked_of(Kind.SELF_ORGANISED)}
    answers |= {"C1": Answer.MET_ANOTHER_WAY, "C2": Answer.MET_ANOTHER_WAY, "C7": Answer.NOT_NEEDED}
    assert checklist.open_items(Kind.SELF_ORGANISED, answers) == ()
    assert checklist.verified_by_reference(answers)
    assert Way.REFERENCES in checklist.ITEMS["C1"].cells[Kind.SELF_ORGANISED].others


def test_what_every_organisation_of_a_kind_must_meet_is_never_not_needed():
    with pytest.raises(checklist.NeededOfAll):
        checklist.check_answer(Kind.NGO, "C9", Answer.NOT_NEEDED)
    assert "C9" in [item.code for item in checklist.open_items(Kind.NGO, {"C9": Answer.NOT_NEEDED})]
    checklist.check_answer(Kind.NGO, "C8", Answer.NOT_NEEDED)


def test_another_way_counts_only_where_the_list_names_one_and_with_a_reason():
    with pytest.raises(checklist.NoOtherWay):
        checklist.check_answer(Kind.FIRM, "C1", Answer.MET_ANOTHER_WAY, "a friend said so")
    with pytest.raises(checklist.ReasonMissing):
        checklist.check_answer(Kind.NGO, "C1", Answer.MET_ANOTHER_WAY, " ")
    checklist.check_answer(Kind.NGO, "C1", Answer.MET_ANOTHER_WAY, "Letters of two verified organisations")
    assert "C1" in [item.code for item in checklist.open_items(Kind.FIRM, {"C1": Answer.MET_ANOTHER_WAY})]


def test_an_item_that_a_kind_is_not_asked_takes_no_answer():
    for code in ("C2", "C99"):
        with pytest.raises(checklist.UnknownItem):
            checklist.check_answer(Kind.DEPARTMENT, code, Answer.MET)


def test_another_funders_assessment_answers_work_money_and_safeguarding_only():
    accepts = {
        item.code
        for item in checklist.ITEMS.values()
        if any(Way.ASSESSED_BY_ANOTHER in cell.others for cell in item.cells.values())
    }
    assert accepts == {"C6", "C7", "C8"}


def test_each_item_speaks_to_the_applicant_and_to_the_registrar_and_covers_the_eight_kinds():
    for item in checklist.ITEMS.values():
        assert item.to_applicant
        assert item.to_registrar
        assert set(item.cells) == set(Kind)
        assert all(cell.particular for cell in item.cells.values() if cell.asked is Asked.CONDITIONAL)
