"""What people type about a programme, field by field."""

import pytest

from app.kernel.forms import Mistakes
from app.kernel.ids import new_id
from app.programmes.forms import MOST_AREAS, WhereForm


def test_areas_are_those_chosen_before_and_the_one_just_looked_up():
    first, second, looked_up = (new_id() for _ in range(3))
    form = WhereForm.read({
        "areas": [str(first), str(second), "nonsense"], "area": "Gulani", "area_id": str(looked_up)
    })  # fmt: skip
    assert form.where() == {first, second, looked_up}
    assert WhereForm.read({"areas": str(first)}).where() == {first}


@pytest.mark.parametrize(("typed", "said"), [
    ({}, "Add at least one area"),
    ({"area": "Gulani", "area_id": "nonsense"}, "Add at least one area"),
    ({"areas": [str(new_id())], "area": "Gulani"}, "Press Find and choose the place you mean"),
    ({"areas": [str(new_id()) for _ in range(MOST_AREAS)], "area_id": str(new_id())}, "at most 200 areas"),
])  # fmt: skip
def test_what_is_missing_or_too_much_is_said_beside_the_field_for_a_place(typed, said):
    with pytest.raises(Mistakes) as mistakes:
        WhereForm.read(typed)
    assert list(mistakes.value.sentences) == ["area"]
    assert said in mistakes.value.sentences["area"]
