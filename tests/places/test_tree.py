"""The tree of areas as intervals: who lies in whom."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.text import fold
from app.places.files import DATA
from app.places.rules.tree import BrokenTree, Numbered, disjoint, number_tree

NIGERIA = {
    "NG": None,
    "NG008": "NG",
    "NG002": "NG",
    "NG008001": "NG008",
    "NG008023": "NG008",
    "NG002001": "NG002",
}


def test_a_subtree_is_one_stretch_of_positions():
    assert number_tree(NIGERIA) == {
        "NG": Numbered(0, 5, 0),
        "NG002": Numbered(1, 2, 1),
        "NG002001": Numbered(2, 2, 2),
        "NG008": Numbered(3, 5, 1),
        "NG008001": Numbered(4, 4, 2),
        "NG008023": Numbered(5, 5, 2),
    }


def test_an_area_contains_itself_and_what_lies_in_it_only():
    tree = number_tree(NIGERIA)
    assert tree["NG008"].contains(tree["NG008"])
    assert tree["NG008"].contains(tree["NG008023"])
    assert not tree["NG008"].contains(tree["NG"])
    assert not tree["NG008"].contains(tree["NG002001"])


def test_siblings_stand_in_the_order_asked_for():
    names = {"a": "Zabul", "b": "Éastern", "c": "Farah", "AF": "Afghanistan"}
    tree = number_tree({"AF": None, "a": "AF", "b": "AF", "c": "AF"}, key=lambda code: fold(names[code]))
    assert sorted(tree, key=lambda code: tree[code].lo) == ["AF", "b", "c", "a"]


@given(st.lists(st.integers(0, 30), max_size=60))
def test_positions_say_the_same_as_walking_up_the_parents(draws: list[int]):
    parents: dict[str, str | None] = {}
    for at, draw in enumerate(draws):
        parents[str(at)] = None if at == 0 or draw == 0 else str(draw % at)
    tree = number_tree(parents)

    def lies_in(code: str | None, other: str) -> bool:
        while code is not None and code != other:
            code = parents[code]
        return code == other

    assert sorted(place.lo for place in tree.values()) == list(range(len(parents)))
    for a in parents:
        for b in parents:
            assert tree[b].contains(tree[a]) == lies_in(a, b)


def test_the_order_of_the_rows_changes_nothing():
    assert number_tree(dict(reversed(NIGERIA.items()))) == number_tree(NIGERIA)


def test_an_area_in_an_unknown_one_is_named():
    with pytest.raises(BrokenTree) as problem:
        number_tree({"NG": None, "NG999001": "NG999"})
    assert problem.value.codes == ("NG999001",)


def test_areas_that_lie_inside_themselves_are_named():
    with pytest.raises(BrokenTree) as problem:
        number_tree({"NG": None, "A": "B", "B": "A"})
    assert set(problem.value.codes) == {"A", "B"}


def test_a_tree_deeper_than_the_call_stack_is_numbered():
    deep = {str(n): str(n - 1) if n else None for n in range(5000)}
    assert number_tree(deep)["0"] == Numbered(0, 4999, 0)


def test_the_whole_p_code_list_is_one_forest():
    with (DATA / "p-codes-adm1-adm2.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    parents: dict[str, str | None] = {row["Location"]: None for row in rows}
    parents |= {row["P-Code"]: row["Parent P-Code"] for row in rows}
    tree = number_tree(parents)
    assert tree["NGA"].hi - tree["NGA"].lo == 37 + 774
    assert {place.level for place in tree.values()} == {0, 1, 2}


def test_areas_beside_or_inside_each_other_are_one_stretch():
    assert disjoint([(5, 5), (0, 3), (2, 2), (4, 4), (9, 12), (10, 11)]) == [(0, 5), (9, 12)]
    assert disjoint([]) == []
