"""The two real 3W files, to the figure, as they are and as other people might have sent them."""

from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.exchange.rules.fields import Field
from app.exchange.rules.lookups import Answer, Choice
from app.exchange.rules.verdicts import Verdict
from app.kernel.text import fold
from tests.exchange.world import AFGHANISTAN, NIGERIA, Read, Rows, copied, lookups, read, write_csv

SOME = 1_200
"""Rows that are enough where only the wrapping of the file is in question."""
AFGHAN_HEADINGS = {
    "fr": ["Région", "Province", "Code province", "District", "Code district", "Sigle", "Nom de l'organisation", "Type d'organisation", "Code secteur", "Secteur", "Question"],
    "es": ["Región", "Provincia", "Código provincia", "Distrito", "Código distrito", "Siglas", "Nombre de la organización", "Tipo de organización", "Código sector", "Sector", "Pregunta"],
    "ar": ["المنطقة", "المحافظة", "رمز المحافظة", "المديرية", "رمز المديرية", "الاختصار", "اسم المنظمة", "نوع المنظمة", "رمز القطاع", "القطاع", "سؤال"],
}  # fmt: skip
NIGERIAN_HEADINGS = {
    "fr": ["Nom de l'organisation", "Acronyme", "Type d'organisation", "Rôle", "Secteur", "Activités", "Statut", "État", "Code État", "Zone de gouvernement local", "Code LGA", "Projet HRP (O/N)", "Type de réponse", "Mois", "Année"],
    "es": ["Organización", "Siglas", "Tipo de organización", "Rol", "Sector", "Actividades", "Estado de la actividad", "Estado", "Código estado", "Municipio", "Código municipio", "HRP", "Tipo de respuesta", "Mes", "Año"],
    "ar": ["اسم المنظمة", "الاختصار", "نوع المنظمة", "الدور", "القطاع", "النشاط", "الحالة", "الولاية", "رمز الولاية", "المحلية", "رمز المحلية", "خطة", "نوع الاستجابة", "الشهر", "السنة"],
}  # fmt: skip
AFGHAN_CODES, NIGERIAN_CODES = (2, 4, 8), (8, 10)
Q1 = "afghanistan-2024-q1.csv"


@pytest.fixture(scope="module")
def afghan() -> Read:
    return read(AFGHANISTAN, known=lookups())


@pytest.fixture(scope="module")
def nigerian() -> Read:
    return read(NIGERIA, known=lookups())


def services(found: Read) -> Counter[str]:
    return Counter(one.service for one in found.presences)


def test_the_afghan_file_as_it_is(afghan: Read):
    plan, sheet = afghan.plan, afghan.plan.chosen[0]
    assert (plan.table.encoding, plan.table.delimiter) == ("utf-8-sig", ",")
    assert (sheet.header.row, sheet.header.tags_row, sheet.header.first_data_row) == (1, 2, 3)
    assert [use.how for use in sheet.columns.columns if use.field] == ["tag"] * 10
    assert plan.country == "AFG"
    assert str(plan.period) == "2024-01/2024-03"
    assert (len(afghan.rows), len(afghan.refused)) == (10_902, 0)
    assert (len(afghan.presences), afghan.joined) == (10_283, 619)
    assert services(afghan) == {
        "PRO": 2652,
        "HEA": 2031,
        "FSC": 1748,
        "NUT": 1294,
        "SHL": 1009,
        "WSH": 930,
        "EDU": 619,
    }
    assert len({row.organisation.id for row in afghan.rows if row.organisation}) == 285
    assert len({row.area.code for row in afghan.rows if row.area}) == 401
    assert len({row.area.parent for row in afghan.rows if row.area}) == 34


def test_what_the_afghan_file_is_warned_about(afghan: Read):
    assert {row.area.code for row in afghan.reasons("name-differs") if row.area} == {"AF0803"}
    assert len(afghan.reasons("name-differs")) == 15
    assert [row.organisation.name for row in afghan.reasons("name-from-acronym") if row.organisation] == [
        "WEWORLD"
    ] * 2
    assert len(afghan.reasons("spelling")) == 67
    assert sum(row.verdict is Verdict.WARN for row in afghan.rows) == 17
    types = Counter(
        row.organisation.type.iati if row.organisation and row.organisation.type else ""
        for row in afghan.rows
    )
    assert types == {"22": 4443, "21": 4194, "40": 2263, "": 2}


def test_the_afghan_file_without_codes_asks_once_about_one_district(tmp_path: Path):
    rows = [[cell for at, cell in enumerate(row) if at not in AFGHAN_CODES] for row in copied(AFGHANISTAN)]
    path = write_csv(tmp_path / Q1, rows)
    found = read(path)
    assert len(found.rows) - len(found.refused) == 10_887
    assert Counter(row.reasons for row in found.refused).total() == 15
    assert {(reason.code, reason.said) for row in found.refused for reason in row.reasons} == {
        ("unknown-area", "Ab Shar, Panjsher")
    }
    [question] = [one for one in found.questions.by_rows() if one.blocks]
    assert (question.field, question.value, question.rows) == ("area", "panjsher > ab shar", 15)
    again = read(path, answers={(question.field, question.value): Answer(Choice.RECORD, "AF0803")})
    assert again.refused == []
    assert [one for one in again.questions.by_rows() if one.blocks] == []
    assert {row.area.code for row in again.rows if row.area} >= {"AF0803"}


def test_the_nigerian_file_as_it_is(nigerian: Read):
    plan, sheet = nigerian.plan, nigerian.plan.chosen[0]
    assert sheet.sheet.name == "NGA 3Ws Data Q4 2023"
    assert (len(nigerian.rows), len(nigerian.refused)) == (9_366, 0)
    assert len(nigerian.reasons("code-repaired")) == 9_366
    assert (len(nigerian.presences), nigerian.joined) == (9_135, 231)
    assert Counter(row.role for row in nigerian.rows) == {"reporting": 5191, "implementing": 4175}
    assert services(nigerian) == {
        "PRO": 4710,
        "NUT": 1368,
        "HEA": 1270,
        "WSH": 649,
        "CCM": 393,
        "FSC": 330,
        "SHL": 150,
        "EDU": 146,
        "ERY": 119,
    }
    assert Counter(row.status for row in nigerian.rows) == {
        "ongoing": 7464,
        "completed": 1841,
        "planned": 57,
        "suspended": 4,
    }
    assert Counter(row.service for row in nigerian.rows if not row.activity) == {
        "NUT": 1013,
        "FSC": 20,
        "HEA": 12,
        "ERY": 4,
    }
    assert len({row.area.code for row in nigerian.rows if row.area}) == 61
    assert len({row.area.parent for row in nigerian.rows if row.area}) == 3
    assert str(plan.period) == "2023-10/2023-12"
    assert {row.period for row in nigerian.rows if row.period} == {row.period for row in nigerian.presences}


def test_an_acronym_stuck_to_a_name_makes_no_second_organisation(nigerian: Read):
    # 172 spellings fold to 171 names; "Five Teams Empowerment Initiative 5TEi" is one of the others with its acronym.
    named = copied(NIGERIA)[2:]
    assert len({str(row[0]) for row in named}) == 172
    assert len({fold(str(row[0])) for row in named}) == 171
    assert len({row.organisation.id for row in nigerian.rows if row.organisation}) == 170


def test_a_reporting_and_an_implementing_organisation_are_two_presences(nigerian: Read):
    names = [fold(str(row[0])) for row in copied(NIGERIA)[2:]]
    without_role = {
        (name, row.service, fold(row.activity), row.area and row.area.code, row.period)
        for name, row in zip(names, nigerian.rows, strict=True)
    }
    assert len(without_role) == 6_736
    assert len({row.key for row in nigerian.rows}) == 9_135


@pytest.mark.parametrize("path", [AFGHANISTAN, NIGERIA])
def test_a_file_read_twice_states_the_same(path: Path, afghan: Read, nigerian: Read):
    first = {one.key: one.hash for one in (afghan if path is AFGHANISTAN else nigerian).presences}
    assert {one.key: one.hash for one in read(path, known=lookups()).presences} == first


@cache
def wanted(path: Path) -> set[tuple[str, ...]]:
    """What the first rows of the file state, read as they are."""
    with TemporaryDirectory() as folder:
        return read(write_csv(Path(folder) / Q1, copied(path, SOME))).stated


def untagged(path: Path, headings: list[str] | None = None, most: int = SOME) -> Rows:
    rows = copied(path, most)
    del rows[1]
    if headings:
        rows[0] = list(headings)
    return rows


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
@pytest.mark.parametrize("country", ["AFG", "NGA"])
def test_without_tags_and_in_other_languages_the_presences_are_the_same(
    tmp_path: Path, country: str, language: str
):
    path, headings, codes = (
        (AFGHANISTAN, AFGHAN_HEADINGS, AFGHAN_CODES)
        if country == "AFG"
        else (NIGERIA, NIGERIAN_HEADINGS, NIGERIAN_CODES)
    )
    want = wanted(path)
    rows = untagged(path, headings.get(language))
    plain = read(write_csv(tmp_path / Q1, rows))
    assert plain.plan.chosen[0].header.row == 1
    assert plain.stated == want
    titles: Rows = [
        ["Humanitarian response"],
        ["Operational presence", None, "page 1"],
        [],
        ["Source: partners"],
    ]
    below = read(write_csv(tmp_path / Q1, titles + rows))
    assert below.plan.chosen[0].header.row == 5
    assert below.stated == want
    without = [[cell for at, cell in enumerate(row) if at not in codes] for row in rows]
    by_name = read(write_csv(tmp_path / Q1, without))
    assert by_name.stated == {one for one in want if one[4] != "AF0803"}
    assert {reason.said for row in by_name.refused for reason in row.reasons} <= {"Ab Shar, Panjsher"}


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("cp1252", ";"), ("utf-16", "\t"), ("utf-8", "|"), ("utf-16-be", ",")]
)
def test_other_encodings_and_delimiters_change_nothing(tmp_path: Path, encoding: str, delimiter: str):
    # A curly apostrophe of the file has its place in cp1252 too.
    found = read(
        write_csv(
            tmp_path / Q1,
            untagged(AFGHANISTAN, AFGHAN_HEADINGS["fr"]),
            encoding=encoding,
            delimiter=delimiter,
        )
    )
    assert found.stated == wanted(AFGHANISTAN)


def test_arabic_headings_in_an_arabic_code_page(tmp_path: Path):
    found = read(
        write_csv(
            tmp_path / Q1, untagged(AFGHANISTAN, AFGHAN_HEADINGS["ar"]), encoding="cp1256", delimiter=";"
        )
    )
    assert found.plan.table.encoding == "cp1256"
    assert found.stated == wanted(AFGHANISTAN)


def test_totals_repeated_headings_and_blank_rows_are_left_out_and_counted(tmp_path: Path):
    rows = copied(AFGHANISTAN, SOME)
    width = len(rows[0])
    blank: list[object] = [""] * width
    rows[500:500] = [blank, blank, blank]
    rows[800:800] = [list(rows[0])]
    rows.append(["Total", *[""] * (width - 2), "1200"])
    found = read(write_csv(tmp_path / Q1, rows))
    assert found.stated == wanted(AFGHANISTAN)
    assert found.skipped == {"blank": 3, "repeated header": 1, "total": 1}
    # Row numbers stay those of the sheet.
    assert found.rows[-1].numbers == (len(rows) - 1,)


def test_one_damaged_code_refuses_one_row_by_the_number_in_the_sheet(tmp_path: Path):
    rows = copied(NIGERIA, SOME)
    at = next(at for at, row in enumerate(rows) if row[10] == "NG008023")
    rows[at][10] = "NG999999"
    found = read(write_csv(tmp_path / "nga.csv", rows))
    [refused] = found.refused
    assert refused.numbers == (at + 1,)
    assert [(reason.code, reason.said) for reason in refused.reasons] == [("unknown-area", "NG999999")]
    assert refused.original is not None
    assert refused.original[10] == "NG999999"


def test_a_district_with_the_code_of_another_state_is_refused(tmp_path: Path):
    rows = copied(NIGERIA, SOME)
    assert str(rows[2][10]).startswith("NG008")
    rows[2][8] = "NGA036"
    found = read(write_csv(tmp_path / "nga.csv", rows))
    assert [[reason.code for reason in row.reasons] for row in found.refused] == [["area-conflict"]]


def test_a_district_with_the_name_of_its_neighbour_is_refused(tmp_path: Path):
    rows = copied(NIGERIA, SOME)
    rows[2][9] = "Maiduguri"
    assert rows[2][10] != "NG008021"
    [refused] = read(write_csv(tmp_path / "nga.csv", rows)).refused
    assert [(reason.code, reason.said, reason.known) for reason in refused.reasons] == [
        ("area-conflict", "Mobbar", "Maiduguri")
    ]


def test_unknown_tags_are_shown_and_not_used(nigerian: Read):
    uses = {use.tag: use.field for use in nigerian.plan.chosen[0].columns.columns}
    assert uses["#HRP"] is None
    assert uses["#response +type"] is None
    assert uses["#operation+type"] is Field.ROLE
