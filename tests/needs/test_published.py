from hypothesis import given, settings
from hypothesis import strategies as st

from app.needs.rules.published import Printed, covered_as_published, hidden, too_few


def test_a_count_under_ten_is_not_printed_and_neither_is_what_would_reveal_it():
    counts = {"all": 100, "a": 4, "b": 36, "c": 60}
    assert hidden(counts, [("all", ("a", "b", "c"))]) == {"a", "b"}


def test_hidden_parts_are_never_fewer_than_ten_together():
    counts = {"all": 70, "a": 4, "b": 5, "c": 21, "d": 40}
    assert hidden(counts, [("all", ("a", "b", "c", "d"))]) == {"a", "b", "c"}


def test_parts_that_are_few_are_not_printed_by_their_sum():
    counts = {"all": 118, "a": 9, "b": 9, "c": 40, "d": 60}
    assert hidden(counts, [("all", ("a", "b", "c", "d"))]) == {"a", "b", "c"}
    anything = {"all": 110, "a": 4, "b": 6, "c": 40, "d": 60}
    assert hidden(anything, [("all", ("a", "b", "c", "d"))]) == {"a", "b"}


def test_a_total_whose_only_part_is_hidden_is_hidden_too():
    counts = {"all": 4, "a": 4}
    assert hidden(counts, [("all", ("a",))]) == {"all", "a"}


def test_hiding_in_one_sum_is_followed_through_the_sums_it_belongs_to():
    counts = {"country": 100, "north": 40, "south": 60, "girls": 7, "boys": 33}
    sums = [("country", ("north", "south")), ("north", ("girls", "boys"))]
    assert hidden(counts, sums) == {"girls", "boys"}
    alone = {"country": 67, "north": 7, "south": 60}
    assert hidden(alone, [("country", ("north", "south"))]) == {"north", "south"}


def test_in_a_table_what_a_row_hides_its_columns_do_not_reveal():
    counts = {"girls north": 4, "boys north": 30, "girls south": 50, "boys south": 60}
    counts |= {"north": 34, "south": 110, "girls": 54, "boys": 90}
    sums = [
        ("north", ("girls north", "boys north")), ("south", ("girls south", "boys south")),
        ("girls", ("girls north", "girls south")), ("boys", ("boys north", "boys south")),
    ]  # fmt: skip
    assert hidden(counts, sums) == {"girls north", "boys north", "girls south", "boys south"}


def test_nobody_is_not_a_small_number_of_people():
    assert not too_few(0)
    assert covered_as_published(500, 0) == Printed(500, 0, 500)
    assert covered_as_published(500, 500) == Printed(500, 500, 0)


def test_a_handful_left_uncovered_is_not_printed_by_the_back_door():
    assert covered_as_published(500, 496) == Printed(500, None, None, frozenset({"uncovered"}))
    assert covered_as_published(8, 0) == Printed(None, 0, None, frozenset({"people", "uncovered"}))


def test_what_is_hidden_because_of_other_cells_is_only_called_few_where_it_is():
    assert covered_as_published(511, 3, withheld=True) == Printed(None, None, None)
    few = frozenset({"people", "covered", "uncovered"})
    assert covered_as_published(7, 0, withheld=True) == Printed(None, None, None, few)


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=5), min_size=1, max_size=4))
def test_no_small_count_follows_from_what_is_printed_of_any_one_sum(districts):
    counts = {("district", at): sum(parts) for at, parts in enumerate(districts)}
    counts |= {(at, part): people for at, parts in enumerate(districts) for part, people in enumerate(parts)}
    counts["country"] = sum(map(sum, districts))
    sums = [("country", [("district", at) for at in range(len(districts))])]
    sums += [
        (("district", at), [(at, part) for part in range(len(parts))]) for at, parts in enumerate(districts)
    ]
    dark = hidden(counts, sums)
    assert all(name in dark for name, people in counts.items() if too_few(people))
    for total, parts in sums:
        unknown = [counts[part] for part in parts if part in dark]
        if total not in dark:
            assert not unknown or len(unknown) > 1
            if unknown and all(too_few(people) for people in unknown):
                could_be = {
                    one
                    for one in range(1, 10)
                    if len(unknown) - 1 <= sum(unknown) - one <= 9 * (len(unknown) - 1)
                }
                assert could_be == set(range(1, 10))
        else:
            assert unknown
