"""The worked examples of how coverage is counted, to the figure."""

from itertools import permutations

import pytest

from app.coverage.rules.cover import Contribution, cover, coverage, range_is_wide, total_of
from app.coverage.rules.supply import ALL, people_reached, served, served_everywhere
from app.needs.rules.facets import EVERYBODY, Facets
from tests.coverage.places import DISABLED, DISPLACED, FEMALE, GIRLS, HOST, WOMEN, line, need, place


def test_a_programme_counts_where_it_is_and_what_is_above_the_need_is_overlap():
    needs = {place(area): need(area, {EVERYBODY: 100}) for area in "XY"}
    found = coverage(needs, [line("P", 100, "X", "Y"), line("Q", 100, "X")])
    x, y = found[f"X {EVERYBODY}"], found[f"Y {EVERYBODY}"]
    assert (x.ratio, x.covered, x.overlap) == (1.0, 100, 50)
    assert (y.covered, y.uncovered, y.overlap) == (50, 50, 0)


TOWN = {place("town"): need("town", {DISPLACED: 400, HOST: 600}, {DISABLED: 150})}


def test_a_programme_for_one_group_covers_that_group_and_a_view_by_its_share():
    found = coverage(TOWN, [line("P", 200, "town"), line("Q", 100, "town", groups=(DISPLACED,))])
    assert found[f"town {DISPLACED}"].covered == 180
    assert found[f"town {HOST}"].covered == 120
    total = total_of(found[f"town {group}"] for group in (DISPLACED, HOST))
    assert (total.people, total.covered, total.ratio) == (1000, 300, 0.3)
    view = found[f"town {DISABLED} view"]
    assert (view.covered, view.low, view.high) == (45, 30, 67)
    assert view.estimated == pytest.approx(1 / 3)


def test_groups_of_different_kinds_are_never_served_beyond_the_capacity():
    both = line("R", 110, "town", groups=(DISPLACED, DISABLED))
    here = served_everywhere(both, TOWN)
    assert people_reached(here) == 550
    shares = here[place("town")].shares
    assert (shares[f"town {DISPLACED}"], shares[f"town {HOST}"].share) == (ALL, 0.25)
    assert shares[f"town {HOST}"].estimated
    found = coverage(TOWN, [both])
    assert [found[f"town {group}"].covered for group in (DISPLACED, HOST)] == [80, 30]


def test_a_national_programme_is_spread_by_need_and_a_local_one_joins_where_it_is():
    districts = {"one": 30_000, "two": 15_000, "three": 5_000}
    needs = {place(area): need(area, {EVERYBODY: people}) for area, people in districts.items()}
    national = line("a", 10_000, *districts)
    alone = coverage(needs, [national])
    assert [alone[f"{area} {EVERYBODY}"].covered for area in districts] == [6_000, 3_000, 1_000]
    joined = coverage(needs, [national, line("b", 5_000, "three")])
    third = joined[f"three {EVERYBODY}"]
    assert (third.supply, third.covered, third.overlap) == (1.2, 5_000, 1_000)
    assert all(joined[f"{area} {EVERYBODY}"] == alone[f"{area} {EVERYBODY}"] for area in ("one", "two"))


def test_an_unknown_capacity_gives_no_number_and_a_place_without_need_none_either():
    needs = {place("town"): need("town", {EVERYBODY: 100})}
    unknown = coverage(needs, [line("a", None, "town")])[f"town {EVERYBODY}"]
    assert (unknown.covered, unknown.lines) == (0, 0)
    assert coverage(needs, [line("b", 50, "elsewhere")])[f"town {EVERYBODY}"].covered == 0
    nobody = line("c", 50, "town", groups=(Facets.read("refugee"),))
    assert people_reached(served_everywhere(nobody, needs)) == 0
    assert coverage(needs, [nobody])[f"town {EVERYBODY}"].covered == 0


def test_two_programmes_may_serve_the_same_people_and_the_range_says_so():
    needs = {place("town"): need("town", {EVERYBODY: 1000})}
    found = coverage(needs, [line("a", 400, "town"), line("b", 300, "town")])[f"town {EVERYBODY}"]
    assert (found.low, found.covered, found.high) == (400, 700, 700)
    assert range_is_wide(found.low, found.high, found.people)
    found = coverage(needs, [line("a", 400, "town"), line("b", 50, "town")])[f"town {EVERYBODY}"]
    assert not range_is_wide(found.low, found.high, found.people)


def test_a_view_made_of_whole_cells_is_as_exact_as_they_are():
    schools = {
        place("town"): need(
            "town", {GIRLS: 300, WOMEN: 100, Facets.read(sex="m"): 600}, {FEMALE: 400, HOST: 500}
        )
    }
    found = coverage(schools, [line("a", 150, "town", groups=(GIRLS,))])
    women_and_girls = found[f"town {FEMALE} view"]
    assert (women_and_girls.covered, women_and_girls.estimated) == (150, 0)
    assert found[f"town {Facets.read(sex='m')}"].covered == 0
    host = found[f"town {HOST} view"]
    assert (host.covered, host.estimated) == (75, 1)


def test_a_programme_for_some_serves_nobody_whom_its_groups_exclude():
    displaced_disabled = Facets.read("idp", disability="yes")
    camp = need(
        "camp",
        {DISPLACED: 400, HOST: 600},
        {displaced_disabled: 40, Facets.read("host", disability="yes"): 90},
    )
    here = served(camp, [displaced_disabled])
    assert here.people == 40
    assert here.shares[f"camp {DISPLACED}"].share == 0.1
    assert here.shares[f"camp {HOST}"].share == 0
    assert here.shares[f"camp {Facets.read('host', disability='yes')} view"].share == 0


def test_a_group_without_a_figure_is_at_least_as_many_as_the_largest_part_of_it_that_has_one():
    camp = need("camp", {EVERYBODY: 1000}, {Facets.read("idp", disability="yes"): 40})
    assert served(camp, [DISPLACED]).people == 40
    other = need("town", {HOST: 100}, {Facets.read("idp"): 30})
    assert served(other, [DISPLACED]).people == 0
    assert not any(share.share for share in served(other, [DISPLACED]).shares.values())


def test_need_that_is_only_known_for_the_country_is_shared_by_population_and_marked_estimated():
    needs = {place("country"): need("country", {EVERYBODY: 1000})}
    district = line("a", 50, "country")
    part = coverage(needs, [type(district)("a", 50, district.groups, {place("country"): 0.2})])[
        f"country {EVERYBODY}"
    ]
    assert (part.covered, part.low, part.estimated) == (50, 0, 1)


def test_if_plans_hold_adds_the_planned_lines():
    needs = {place("town"): need("town", {EVERYBODY: 100})}
    running, planned = [line("a", 30, "town")], [line("b", 20, "town")]
    assert coverage(needs, running)[f"town {EVERYBODY}"].covered == 30
    assert coverage(needs, running + planned)[f"town {EVERYBODY}"].covered == 50


def test_room_that_one_programme_has_left_over_is_not_overlap():
    needs = {place("town"): need("town", {EVERYBODY: 100})}
    found = coverage(needs, [line("a", 250, "town")])[f"town {EVERYBODY}"]
    assert (found.covered, found.overlap) == (100, 0)


def test_groups_together_are_never_more_people_than_there_are():
    town = need("town", {DISPLACED: 400, HOST: 600}, {DISABLED: 900})
    here = served(town, [DISPLACED, DISABLED])
    assert here.people == 1000
    assert [here.shares[f"town {group}"].share for group in (DISPLACED, HOST)] == [1, 1]


def test_the_order_in_which_lines_come_does_not_change_the_last_bit():
    parts = [Contribution(f"line {n}", rate, ALL) for n, rate in enumerate((0.1, 0.2, 0.3, 1 / 3))]
    assert len({cover(1000, order) for order in permutations(parts)}) == 1


def test_a_whole_number_of_people_is_not_lost_to_the_last_bit():
    places = [f"area {n}" for n in range(3)]
    needs = {place(area): need(area, {EVERYBODY: 10}) for area in places}
    found = coverage(needs, [line(f"line {n}", 3, *places) for n in range(10)])
    assert [cell.covered for cell in found.values()] == [10, 10, 10]
    assert cover(100, []).covered == 0
    assert total_of([]) is None
