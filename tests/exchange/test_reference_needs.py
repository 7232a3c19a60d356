"""The two real files of needs, to the figure; and tables of needs that are laid out otherwise."""

from collections import Counter
from pathlib import Path

import pytest

from app.exchange.rows.need_reader import NeedRow
from app.exchange.rules.verdicts import Verdict
from tests.exchange.world import DATA, Rows, copied, read_needs, second_level, write_csv

NIGERIA = DATA / "needs" / "nigeria-2024.csv"
AFGHANISTAN = DATA / "needs" / "afghanistan-2024.csv"


@pytest.fixture(scope="module")
def nigerian() -> list[NeedRow]:
    return read_needs(NIGERIA)


def levels(rows: list[NeedRow]) -> Counter[int]:
    return Counter(row.area.level for row in rows if row.area)


def test_the_nigerian_needs(nigerian: list[NeedRow]):
    assert len(nigerian) == 10_011
    assert len({row.key for row in nigerian}) == 10_011
    assert levels(nigerian) == {0: 205, 2: 9_806}
    assert len({row.area.code for row in nigerian if row.area and row.area.level == 2}) == 65
    assert sum(row.verdict is Verdict.REFUSED for row in nigerian) == 0
    assert sum(row.people is None for row in nigerian) == 799
    services = Counter(row.service for row in nigerian)
    assert (services["COO"], services["LOG"], services["MS"]) == (1, 1, 1)
    assert services["PRO-CPN"] == 158
    assert {row.group for row in nigerian} == {"host", "idp", "returnee", "any"}
    assert str(nigerian[0].period) == "2024-01/2024-12"


def test_all_is_a_total_of_its_own_and_not_a_sum(nigerian: list[NeedRow]):
    [national] = [
        row
        for row in nigerian
        if (row.area and row.area.level, row.service, row.group, row.sex, row.age, row.disability)
        == (0, "ALL", "any", "any", "any", "any")
    ]
    assert (national.people, national.population) == (7_945_364, 16_028_952)


def test_targets_are_rounded_down_and_a_lone_point_is_read_as_the_rest_of_its_column(nigerian: list[NeedRow]):
    rounded = [row for row in nigerian if any(reason.code == "whole-people" for reason in row.reasons)]
    assert len(rounded) == 44
    # 660.687 alone would be six hundred and sixty thousand; the column has 308.1 too.
    assert 660 in {row.targeted for row in rounded}
    assert max(row.targeted or 0 for row in nigerian) < 16_028_952


def test_the_afghan_needs():
    rows = read_needs(AFGHANISTAN)
    assert len(rows) == 54_139
    assert levels(rows) == {0: 173, 1: 4_863, 2: 49_103}
    assert len({row.area.code for row in rows if row.area and row.area.level == 2}) == 401
    assert Counter(row.disability for row in rows)["yes"] == 5_097
    assert {row.group for row in rows} == {"any", "idp", "refugee"}
    assert len({row.key for row in rows}) == 54_139
    assert sum(row.verdict is not Verdict.OK for row in rows) == 0


@pytest.mark.parametrize(
    "headings",
    [
        ["Code Admin 1", "Code Admin 2", "Secteur", "Sexe", "Tranche d'âge", "Âge min", "Âge max", "Handicap", "Groupe de population", "Population", "Personnes dans le besoin", "Personnes ciblées", "Personnes affectées", "Personnes atteintes"],
        ["Código Admin 1", "Código Admin 2", "Sector", "Sexo", "Rango de edad", "Edad mínima", "Edad máxima", "Discapacidad", "Grupo de población", "Población", "Personas en necesidad", "Personas meta", "Personas afectadas", "Personas alcanzadas"],
        ["Admin 1 PCode", "Admin 2 PCode", "Sector", "Gender", "Age Range", "Min Age", "Max Age", "Disabled", "Population Group", "Population", "In Need", "Targeted", "Affected", "Reached"],
    ],
)  # fmt: skip
def test_without_tags_in_three_languages_the_statements_are_the_same(tmp_path: Path, headings: list[str]):
    rows = copied(NIGERIA, 1_500)
    want = {(row.key, row.hash) for row in read_needs(write_csv(tmp_path / "hno-2024.csv", rows))}
    found = read_needs(write_csv(tmp_path / "hno-2024.csv", [headings, *rows[2:]]))
    assert {(row.key, row.hash) for row in found} == want


def test_columns_for_women_and_for_services_make_statements_of_their_own(tmp_path: Path):
    places = second_level("MLI", 12)
    rows: Rows = [
        ["Région", "Cercle", "PIN", "PIN Femmes", "PIN Hommes", "PIN Nutrition", "PIN EHA", "Sévérité"]
    ]
    rows += [[parent.name, area.name, 100, 60, 40, 30, 50, 3] for parent, area in places]
    found = read_needs(write_csv(tmp_path / "mali-pin-2024.csv", rows))
    assert len(found) == 5 * 12
    assert [(row.service, row.sex, row.people) for row in found[:5]] == [
        ("ALL", "any", 100), ("ALL", "f", 60), ("ALL", "m", 40), ("NUT", "any", 30), ("WSH", "any", 50),
    ]  # fmt: skip
    assert {row.severity for row in found} == {3}
    assert {row.area.code for row in found if row.area} == {area.code for _parent, area in places}


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [(10, "-5", "negative"), (10, "12.5", "not-one-number"), (10, "<10", "not-one-number"), (1, "NG999999", "unknown-area"), (2, "XYZ", "unknown-sector"), (8, "Martians", "unknown-facet"), (4, "old", "unknown-facet")],
)  # fmt: skip
def test_a_statement_that_cannot_be_read_is_refused_and_the_rest_is_not(
    tmp_path: Path, column: int, value: str, code: str
):
    rows = copied(NIGERIA, 300)
    rows[-1][column] = value
    found = read_needs(write_csv(tmp_path / "hno-2024.csv", rows))
    assert [
        (row.number, [reason.code for reason in row.reasons])
        for row in found
        if row.verdict is Verdict.REFUSED
    ] == [(302, [code])]
