"""Colours of maps: five classes with round limits."""

import csv

import pytest

from app.places.files import DATA
from app.places.rules.classes import class_of
from tests.places.test_outlines import joined

SHELTER = (40, 60, 70, 85)


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (39, 1), (40, 2), (59, 2), (60, 3), (70, 4), (84, 4), (85, 5), (100, 5)])  # fmt: skip
def test_a_figure_at_a_limit_belongs_to_the_class_above(percent: int, expected: int):
    assert class_of(percent, 100, SHELTER) == expected


def test_shelter_in_afghanistan_is_coloured_as_in_the_worked_example():
    with (DATA.parent / "needs" / "afghanistan-2024.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))[1:]
    whole = ("Gender", "a"), ("Age Range", "ALL"), ("Disabled", "a"), ("Population Group", "ALL")
    shelter = {
        row["Admin 1 PCode"]: (int(row["In Need"]), int(float(row["Targeted"] or 0)))
        for row in rows
        if row["Sector"] == "SHL" and row["Admin 1 PCode"] and not row["Admin 2 PCode"]
        and all(row[column] == value for column, value in whole)
    }  # fmt: skip
    uncovered = {code: (need - plan, need) for code, (need, plan) in shelter.items()}
    assert uncovered["AF30"] == (459_706 - 16_634, 459_706)
    drawn = [class_of(*uncovered[code], SHELTER) for code in joined("afghanistan").outlines]
    assert [drawn.count(step) for step in (5, 4, 3, 2, 1)] == [6, 16, 3, 3, 4]


def test_the_class_is_that_of_the_exact_share():
    assert class_of(6_998, 10_000, SHELTER) == 3
    assert class_of(7_000, 10_000, SHELTER) == 4
