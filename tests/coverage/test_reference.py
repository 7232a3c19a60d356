"""The real tables of needs against who works there, and against a made-up capacity, to the figure."""

from collections import Counter
from functools import cache

import pytest

from app.coverage.rules.cover import Covered, coverage
from app.coverage.rules.presence import Presence, organisations_named
from app.coverage.rules.supply import Figure, Line, LocalNeed, Place
from app.needs.rules.facets import EVERYBODY
from tests.reference_files import VIEWS, cells_by_area_and_service, needs, presences, worked


@cache
def named(country: str) -> dict[Place, int]:
    return organisations_named(
        Presence(row.organisation, (row.area, row.service), row.status) for row in presences(country)
    )


def worst(figures: dict[Place, int], places: set[Place], count: int) -> list[tuple[str, str, int]]:
    ordered = sorted(places, key=lambda place: (-figures[place], place))
    return [(*place, figures[place]) for place in ordered[:count]]


def listed(written: str) -> list[tuple[str, str, int]]:
    entries = (entry.split(" ", 2) for entry in written.split("; "))
    return [(area, service, int(people.replace(" ", ""))) for area, service, people in entries]


NIGERIA_WORST = listed(
    "NG008025 SHL 182 236; NG036006 SHL 155 158; NG036005 WSH 141 651; NG002015 WSH 136 682; NG002008 WSH 133 655; "
    "NG002002 WSH 120 065; NG002003 WSH 109 244; NG002012 WSH 94 592; NG036012 FSC 91 887; NG002018 WSH 91 482"
)
AFGHANISTAN_WORST = listed(
    "AF0104 FSC 245 791; AF3206 WSH 197 841; AF3002 EDU 122 876; AF1114 WSH 110 044; AF3001 EDU 83 281"
)


@pytest.mark.parametrize(("country", "cells", "pairs", "without_need", "nobody", "people", "by_service", "first"), [
    ("nigeria", 559, 364, 3, 198, 6_010_347, {
        "CCM": 29, "EDU": 31, "ERY": 36, "FSC": 22, "HEA": 7, "NUT": 4, "PRO": 7, "SHL": 44, "WSH": 18,
    }, NIGERIA_WORST),
    ("afghanistan", 2_793, 2_526, 12, 279, 4_975_939, {
        "EDU": 83, "FSC": 9, "HEA": 26, "NUT": 10, "PRO": 3, "SHL": 86, "WSH": 62,
    }, AFGHANISTAN_WORST),
])  # fmt: skip
def test_who_has_need_and_nobody_reported(
    country, cells, pairs, without_need, nobody, people, by_service, first
):
    figures, there = cells_by_area_and_service(country), named(country)
    assert (len(figures), len(there), len(there.keys() - figures.keys())) == (cells, pairs, without_need)
    left_out = figures.keys() - there.keys()
    assert (len(left_out), sum(figures[place] for place in left_out)) == (nobody, people)
    assert Counter(service for _, service in left_out) == by_service
    assert worst(figures, left_out, len(first)) == first


def test_counting_only_ongoing_activities_would_wipe_out_whole_sectors():
    figures = cells_by_area_and_service("nigeria")
    ongoing = {(row.area, row.service) for row in presences("nigeria") if row.status.strip() == "Ongoing"}
    left_out = figures.keys() - ongoing
    assert (len(left_out), sum(figures[place] for place in left_out)) == (246, 9_673_162)


def test_the_most_organisations_named_in_one_place():
    assert named("nigeria")["NG008013", "PRO"] == max(named("nigeria").values()) == 31
    assert max(named("afghanistan").values()) == 68
    assert len({row.organisation for row in presences("nigeria")}) == 172
    assert len({row.organisation for row in presences("afghanistan")}) == 285
    areas = {row.area for row in needs("nigeria").rows if len(row.area) == 8} - {
        row.area for row in presences("nigeria")
    }
    assert areas == {"NG008001", "NG008010", "NG008017", "NG008022"}


@cache
def as_if_targets_were_capacity(country: str) -> dict[Place, Covered]:
    """Coverage if every cell had one line with the capacity of its target. For tests only, never shown."""
    figures: dict[Place, LocalNeed] = {}
    lines = []
    targets = {row.id: row.targeted for row in needs(country).rows}
    for cell in worked(country).cells:
        if cell.summed and cell.service not in (None, *VIEWS):
            place = cell.area, cell.service
            figures[place] = LocalNeed((Figure(" ".join(place), EVERYBODY, cell.people),))
            lines.append(
                Line(" ".join(place), targets[cell.statement] or 0, frozenset([EVERYBODY]), {place: 1.0})
            )
    return {(*name.split(),): covered for name, covered in coverage(figures, lines).items()}


def test_nigeria_if_targets_were_capacity():
    found = as_if_targets_were_capacity("nigeria")
    by_service: Counter[str] = Counter()
    for (_, service), cell in found.items():
        by_service[service] += cell.covered
    assert by_service == {
        "CCM": 542_125, "EDU": 464_901, "ERY": 229_354, "FSC": 1_862_691, "HEA": 1_705_720, "NUT": 1_744_515,
        "PRO": 1_526_961, "SHL": 842_260, "WSH": 2_281_638,
    }  # fmt: skip
    assert by_service.total() == 11_200_165
    assert sum(cell.people for cell in found.values()) == 32_231_698
    people = {place: cell.people for place, cell in found.items()}
    nobody = {place for place, cell in found.items() if not cell.covered}
    assert len(nobody) == 59
    assert worst(people, nobody, 10) == listed(
        "NG036005 WSH 141 651; NG008002 PRO 140 097; NG002018 PRO 134 173; NG002008 WSH 133 655; NG002007 WSH 120 203; "
        "NG002012 PRO 116 026; NG002003 WSH 109 244; NG002012 WSH 94 592; NG002007 PRO 94 563; NG002018 WSH 91 482"
    )
    uncovered = {place: cell.uncovered for place, cell in found.items()}
    assert worst(uncovered, set(uncovered), 5) == listed(
        "NG008021 PRO 317 399; NG008021 HEA 286 483; NG008013 HEA 284 308; NG008013 FSC 266 165; NG008013 PRO 257 049"
    )


def test_afghanistan_if_targets_were_capacity():
    by_service: Counter[str] = Counter()
    for (_, service), cell in as_if_targets_were_capacity("afghanistan").items():
        by_service[service] += cell.covered
    assert by_service == {
        "EDU": 1_349_995, "FSC": 15_823_673, "HEA": 12_814_550, "NUT": 5_638_787, "PRO": 5_962_806, "SHL": 1_688_707,
        "WSH": 9_655_012,
    }  # fmt: skip
    assert by_service.total() == 52_933_530
