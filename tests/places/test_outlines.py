"""Maps: outlines of a set are simplified together, laid out so that all is seen, and written short."""

import csv
import json
import re
from collections import Counter
from functools import cache

import pytest

from app.places.files import DATA, parts_of_regions, region_names
from app.places.rules.joining import Joined, join_outlines, outlines_in
from app.places.rules.labels import inside_by
from app.places.rules.outlines import Drawing, draw, path
from app.places.rules.topology import area_of, dissolve, simplify

COUNTRIES = {
    "afghanistan": ("AF", "AFG"),
    "nigeria": ("NG", "NGA"),
    "mauritius": ("MU", "MUS"),
    "kenya": ("KE", "KEN"),
}


@cache
def areas_of(iso3: str) -> dict[str, list[str]]:
    with (DATA / "p-codes-adm1-adm2.csv").open(encoding="utf-8-sig", newline="") as file:
        return {
            row["P-Code"]: [row["Name"]]
            for row in csv.DictReader(file)
            if row["Location"] == iso3 and row["Admin Level"] == "1"
        }


@cache
def joined(country: str) -> Joined:
    iso2, iso3 = COUNTRIES[country]
    geojson = json.loads((DATA / f"{country}-adm1.geojson").read_text(encoding="utf-8"))
    return join_outlines(outlines_in(geojson, region_names(iso2), parts_of_regions()), areas_of(iso3))


@cache
def drawing(country: str) -> Drawing:
    return draw(joined(country).outlines)


def rings_of(text: str) -> list[list[tuple[int, int]]]:
    """The rings of path text, read back."""
    rings: list[list[tuple[int, int]]] = []
    for start, steps in re.findall(r"M([^l]+)l([^z]+)z", text):
        x, y = map(int, start.split())
        ring = [(x, y)]
        numbers = [int(number) for number in re.findall(r"-?\d+", steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        rings.append(ring)
    return rings


def named(country: str, codes: object) -> set[str]:
    names = areas_of(COUNTRIES[country][1])
    return {names[code][0] for code in codes}  # type: ignore[attr-defined]


# Joining ------------------------------------------------------------------------------------------------


def test_all_provinces_of_afghanistan_but_two_have_an_outline():
    afghanistan = joined("afghanistan")
    assert len(afghanistan.outlines) == 32
    assert named("afghanistan", afghanistan.without_outline) == {"Daykundi", "Panjsher"}
    assert afghanistan.unused == ()


def test_all_states_of_nigeria_have_an_outline_by_an_equal_name():
    nigeria = joined("nigeria")
    assert len(nigeria.outlines) == 37
    assert not nigeria.likeness
    assert not nigeria.unused


def test_nearly_equal_names_are_joined_and_said():
    mauritius = joined("mauritius")
    assert {shape for shape, _ in mauritius.likeness.values()} == {"MU-PW", "MU-RO"}
    assert named("mauritius", mauritius.without_outline) == {"Saint Brandon Islands"}


def test_counties_are_not_given_the_outlines_of_former_provinces():
    kenya = joined("kenya")
    assert named("kenya", kenya.outlines) == {"Nairobi"}
    assert len(kenya.without_outline) == 46
    assert len(kenya.unused) == 7


def test_one_outline_is_never_given_to_two_areas():
    geojson = {"features": [feature("X-1", "Kasai Province", [0, 0])]}
    both = join_outlines(outlines_in(geojson, {}), {"a": ["Kasai"], "b": ["KASAÏ"]})
    assert both.outlines == {}
    assert both.without_outline == ("a", "b")


def test_a_name_that_is_as_near_to_two_areas_is_left_open():
    geojson = {"features": [feature("X-1", "Northern Kordofam", [0, 0])]}
    unsure = join_outlines(outlines_in(geojson, {}), {"a": ["Northern Kordofan"], "b": ["Northern Kordofab"]})
    assert unsure.outlines == {}


def test_features_that_are_no_areas_are_passed_over():
    geojson = {"features": [{"properties": None, "geometry": None}, {"properties": {"name": "Spot"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]}  # fmt: skip
    assert outlines_in(geojson, {}) == []
    assert outlines_in({}, {}) == []


def feature(code: str, name: str, corner: list[float], size: float = 1) -> dict[str, object]:
    x, y = corner
    square = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"properties": {"iso_3166_2": code, "name": name}, "geometry": {"type": "Polygon", "coordinates": [square]}}  # fmt: skip


# Drawing ------------------------------------------------------------------------------------------------


def test_the_map_of_afghanistan_is_as_short_as_the_page_was_measured_with():
    text = sum(len(area.path) for area in drawing("afghanistan").areas.values())
    assert text < 6_400
    assert (drawing("afghanistan").width, drawing("afghanistan").height) == (640, 489)


@pytest.mark.parametrize("country", ["afghanistan", "nigeria"])
def test_neighbours_keep_one_edge(country: str):
    """A border inside the country is walked once from either side, in whole units: no gap and no overlap."""
    before = Counter(
        edge for rings in joined(country).outlines.values() for ring in rings for edge in edges(ring[:-1])
    )
    after = Counter(
        edge
        for area in drawing(country).areas.values()
        for ring in rings_of(area.path)
        for edge in edges(ring)
    )
    shared_before = sum(1 for times in before.values() if times == 2) / len(before)
    shared_after = sum(1 for times in after.values() if times == 2) / len(after)
    assert shared_before > 0.5
    assert shared_after == pytest.approx(shared_before, abs=0.2)
    assert max(after.values()) == 2


def edges(ring: object) -> list[frozenset[tuple[float, ...]]]:
    points = [tuple(point) for point in ring]  # type: ignore[attr-defined]
    return [frozenset((a, b)) for a, b in zip(points, points[1:] + points[:1], strict=True)]


def test_simplifying_neighbours_leaves_their_common_area_as_it_was():
    """Two squares whose border is jagged: together they stay a rectangle, whatever is taken out between."""
    border = [(1 + (0.01 if n % 2 else 0), n / 20) for n in range(21)]
    left = [[0, 0], *map(list, border), [0, 1], [0, 0]]
    right = [[2, 0], [2, 1], *map(list, reversed(border)), [2, 0]]
    both = draw({"left": [left], "right": [right]}, detail=30)
    sizes = {code: area_of(rings_of(area.path)[0]) for code, area in both.areas.items()}
    assert len(rings_of(both.areas["left"].path)[0]) == 4
    whole = area_of(dissolve([rings_of(area.path)[0] for area in both.areas.values()])[0])
    assert sum(sizes.values()) == whole


@pytest.mark.parametrize("country", ["afghanistan", "nigeria", "mauritius"])
def test_every_area_with_an_outline_is_drawn_inside_the_paper(country: str):
    map_ = drawing(country)
    assert map_.areas.keys() == joined(country).outlines.keys()
    for area in map_.areas.values():
        for ring in rings_of(area.path):
            assert len(ring) > 2
            assert all(0 <= x <= map_.width and 0 <= y <= map_.height for x, y in ring)


@pytest.mark.parametrize("country", ["afghanistan", "nigeria", "mauritius"])
def test_names_stand_inside_their_area(country: str):
    for area in drawing(country).areas.values():
        assert inside_by(rings_of(area.path), (area.x, area.y)) > 0
        assert abs(inside_by(rings_of(area.path), (area.x, area.y)) - area.room) <= 2


def test_the_same_outlines_give_the_same_text_in_whatever_order_their_rings_begin():
    outlines = joined("afghanistan").outlines
    turned = {code: [[*ring[5:-1], *ring[:6]] for ring in rings] for code, rings in outlines.items()}
    assert draw(outlines) == drawing("afghanistan")
    whole = {code: sorted(map(sorted, rings_of(area.path))) for code, area in draw(turned).areas.items()}
    assert whole == {
        code: sorted(map(sorted, rings_of(a.path))) for code, a in drawing("afghanistan").areas.items()
    }


def test_islands_far_away_are_drawn_in_boxes_beneath_so_that_the_main_island_fills_the_width():
    mauritius = drawing("mauritius")
    assert len(mauritius.insets) == 2
    main = [
        ring
        for code, area in mauritius.areas.items()
        if code not in {"MU21", "MU22"}
        for ring in rings_of(area.path)
    ]
    assert max(x for ring in main for x, _ in ring) - min(x for ring in main for x, _ in ring) > 600
    for box in mauritius.insets:
        assert box.top > max(y for ring in main for _, y in ring)


def test_the_towns_of_plaines_wilhems_are_part_of_the_district_and_leave_no_hole():
    plaine_wilhems = drawing("mauritius").areas["MU17"]
    assert len(rings_of(plaine_wilhems.path)) == 1
    towns = json.loads((DATA / "mauritius-adm1.geojson").read_text(encoding="utf-8"))
    codes = {f["properties"]["iso_3166_2"] for f in towns["features"]}
    assert parts_of_regions().keys() <= codes


def test_a_country_on_both_sides_of_the_date_line_is_drawn_in_one_piece():
    west = [[177, -18], [179.5, -18], [179.5, -16], [177, -16], [177, -18]]
    east = [[-179.9, -17], [-178, -17], [-178, -16], [-179.9, -16], [-179.9, -17]]
    fiji = draw({"w": [west], "e": [east]})
    assert not fiji.insets
    assert fiji.areas["w"].x < fiji.areas["e"].x
    assert max(x for x, _ in rings_of(fiji.areas["e"].path)[0]) > 600


def test_a_tall_country_is_no_taller_than_the_page_and_stands_in_the_middle():
    chile = draw({"c": [[[-70, -50], [-68, -50], [-68, -20], [-70, -20], [-70, -50]]]})
    assert chile.height <= 800
    assert abs(chile.areas["c"].x - 320) <= 1


def test_an_area_that_would_vanish_gets_finer_edges_and_its_neighbour_the_same():
    big = [[0, 0], [10, 0], [10, 5], [9.96, 5], [9.96, 5.04], [10, 5.04], [10, 10], [0, 10], [0, 0]]
    town = [[9.96, 5], [10, 5], [10, 5.04], [9.96, 5.04], [9.96, 5]]
    both = draw({"big": [big], "town": [town]}, detail=4)
    assert not both.vanished
    shared = set(edges(rings_of(both.areas["town"].path)[0])) & set(
        edges(rings_of(both.areas["big"].path)[0])
    )
    assert len(shared) == 3


def test_what_is_too_small_for_any_line_is_named_and_not_drawn():
    speck = [[5, 5], [5.001, 5], [5.001, 5.001], [5, 5]]
    land = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
    assert draw({"land": [land], "speck": [speck]}).vanished == ("speck",)


def test_a_set_without_outlines_is_an_empty_drawing():
    assert draw({"a": [], "b": [[[0, 0], [1, 1]]]}) == Drawing(640, 0, {}, ("a", "b"), ())


def test_a_hole_stays_a_hole():
    ring = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
    hole = [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]
    area = draw({"a": [ring, hole]}).areas["a"]
    assert len(rings_of(area.path)) == 2
    assert inside_by(rings_of(area.path), (320, 320)) < 0
    assert inside_by(rings_of(area.path), (area.x, area.y)) > 0


def test_path_text_has_no_blank_where_a_minus_divides():
    assert (
        path([[(473, 133), (469, 138), (468, 130)], [(0, 0), (5, 0), (5, 5)]])
        == "M473 133l-4 5-1-8zM0 0l5 0 0 5z"
    )


def test_simplifying_keeps_the_ends_and_the_corner_that_matters():
    arc = ((0.0, 0.0), (1.0, 0.1), (2.0, 0.0), (3.0, 5.0), (4.0, 0.0))
    assert simplify(arc, 1) == ((0.0, 0.0), (2.0, 0.0), (3.0, 5.0), (4.0, 0.0))
    assert simplify(arc, 100) == ((0.0, 0.0), (4.0, 0.0))
