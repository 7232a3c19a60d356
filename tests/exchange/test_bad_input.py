"""Every column of a table with every kind of rubbish in it: a sentence, nothing lost, never an error."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.exchange.models import ImportRow
from app.exchange.reading.cells import Cell, said
from app.exchange.rules.lookups import Answer, Choice
from app.exchange.rules.verdicts import NOTES, REFUSALS, WARNINGS, Reason, Verdict
from app.exchange.service.importing import File, import_file
from app.exchange.values.numbers import LARGEST
from tests.exchange.world import DATA, Read, Rows, Sheet, copied, read, read_needs, write_csv, write_xlsx

NIGERIAN_NEEDS = DATA / "needs" / "nigeria-2024.csv"

HEADINGS: list[Cell] = [
    "Organisation", "Acronym", "Organisation type", "Implementing partner", "Donor", "Sector", "Activity", "Project title", "Project code", "Province", "Province code", "District", "District code",
    "Village", "Role", "Status", "Start date", "End date", "Month", "Year", "Women reached", "Men reached", "Total people reached", "Budget", "Contact e-mail",
]  # fmt: skip
GOOD: list[Cell] = [
    "Example Relief", "ER", "National NGO", "Local Friends", "Donor Fund", "WASH", "Water trucking", "Water for all", "P-12", "Kabul", "AF01", "Kabul", "AF0101",
    "Qala", "Reporting", "Ongoing", "2024-01-05", "2024-03-05", "January", "2024", "10", "20", "30", "1000", "a@example.org",
]  # fmt: skip
RUBBISH: dict[str, Cell] = {
    "nothing": "",
    "blanks": " \u00a0\u200b ",
    "too long": "word " * 6_000,
    "a script": "<script>alert(1)</script>",
    "right to left": "\u202egnp.exe",
    "emoji": "👩🏽\u200d🚒🇲🇺",
    "NUL": "a\x00b\x01c",
    "surrogate": "\ud800",
    "formula": '=HYPERLINK("http://x","y")',
    "guarded formula": "'+1+1",
    "sql": "'; DROP TABLE presence; --",
    "impossible date": "2024-02-31",
    "negative": "-5",
    "huge": "9" * 60,
    "decimal": "12.5",
    "failed formula": "#REF!",
    "lines": "one\ntwo\r\nthree",
    "percent": "%(said)s %s {0}",
    "quotes": "\"\"''``",
}


def table(column: int | None = None, cell: Cell = "") -> Rows:
    rows: Rows = [list(HEADINGS)] + [list(GOOD) for _ in range(12)]
    if column is not None:
        rows[6][column] = cell
    return rows


def sentences(found: Read) -> list[str]:
    return [reason.sentence for row in found.rows for reason in row.reasons]


def test_the_good_row_is_good(tmp_path: Path):
    found = read(write_csv(tmp_path / "x.csv", table()))
    assert {row.verdict for row in found.rows} == {Verdict.OK}
    assert len({use.field for use in found.plan.chosen[0].columns.columns}) == 23
    assert [(one.who.sex, one.number) for one in found.rows[0].people] == [("f", 10), ("m", 20), ("any", 30)]


@pytest.mark.parametrize("kind", RUBBISH)
def test_rubbish_in_any_column_never_stops_the_import(tmp_path: Path, kind: str):
    """Row n + 3 has it in column n; a good row stands before, between and after the others."""
    rows: Rows = [list(HEADINGS), list(GOOD)]
    for column in range(len(HEADINGS)):
        rows.append([*GOOD[:column], RUBBISH[kind], *GOOD[column + 1 :]])
    rows += [list(GOOD) for _ in range(60)]
    found = read(write_csv(tmp_path / "x.csv", rows), country="AFG")
    assert len(found.rows) == 1 + len(HEADINGS) + 60
    assert all(sentences(found))
    good = [row for row in found.rows if not 3 <= row.numbers[0] < 3 + len(HEADINGS)]
    assert {row.verdict for row in good} == {Verdict.OK}
    for row in found.rows:
        kept = (
            row.activity,
            row.place,
            *map(str, row.details),
            row.organisation.name if row.organisation else "",
        )
        assert not any(letter in text for text in kept for letter in "\x00\x01\u202e\n\r\ud800")
        if row.verdict is Verdict.REFUSED:
            # The row goes back as it came, without the column that is private.
            assert row.original is not None
            assert len(row.original) == len(HEADINGS)
            assert row.original[HEADINGS.index("Contact e-mail")] is None
    assert len({use.field for use in found.plan.chosen[0].columns.columns}) == 23


@pytest.mark.parametrize(
    ("heading", "cell", "code"),
    [
        ("Organisation", "x" * 400, "too-long"), ("Organisation type", "Military", "not-a-partner"), ("Sector", "Magic", "unknown-sector"), ("District code", "AF9999", "unknown-area"), ("Province code", "AF02", "area-conflict"),
        ("Start date", "2024-02-31", "bad-date"), ("End date", "2023-01-01", "end-before-start"), ("Month", "Smarch", "bad-date"), ("Women reached", "-1", "negative"), ("Women reached", "<10", "not-one-number"),
        ("Women reached", "12.5", "not-one-number"), ("Women reached", "5-10", "not-one-number"), ("Activity", "word " * 1_000, "too-long"), ("Project title", "x" * 2_000, "too-long"), ("Men reached", "9" * 30, "not-one-number"),
    ],
)  # fmt: skip
def test_each_refusal_has_its_reason(tmp_path: Path, heading: str, cell: str, code: str):
    found = read(write_csv(tmp_path / "x.csv", table(HEADINGS.index(heading), cell)))
    assert [
        (row.numbers, [reason.code for reason in row.reasons if reason.code in REFUSALS])
        for row in found.refused
    ] == [((7,), [code])]


@pytest.mark.parametrize(
    ("heading", "cell", "code"),
    [("Sector", "Healh", "sector-close"), ("Status", "Whenever", "unknown-status"), ("Role", "Boss", "unknown-role"), ("Women reached", "25", "parts-over-total"), ("Budget", "#REF!", "error-value"), ("District", "Entirely Other", "name-differs")],
)  # fmt: skip
def test_each_warning_has_its_reason_and_the_row_is_taken(tmp_path: Path, heading: str, cell: str, code: str):
    found = read(write_csv(tmp_path / "x.csv", table(HEADINGS.index(heading), cell)))
    assert found.refused == []
    assert [[reason.code for reason in row.reasons] for row in found.rows if row.verdict is Verdict.WARN] == [
        [code]
    ]


def test_a_row_with_nobody_and_a_row_with_nothing_to_do(tmp_path: Path):
    rows = table()
    rows[3][0] = rows[3][1] = "N/A"
    rows[4][5] = rows[4][6] = "-"
    found = read(write_csv(tmp_path / "x.csv", rows))
    assert [(row.numbers, [reason.code for reason in row.reasons]) for row in found.refused] == [
        ((4,), ["no-organisation"]), ((5,), ["no-sector-or-activity"]),
    ]  # fmt: skip


def test_a_row_with_more_cells_than_headings_is_refused(tmp_path: Path):
    rows = table()
    rows[5].append("stray")
    rows[6] += ["", " "]
    found = read(write_csv(tmp_path / "x.csv", rows))
    assert [(row.numbers, row.reasons) for row in found.refused] == [((6,), (Reason("row-width", "stray"),))]


def test_answers_given_before_are_used(tmp_path: Path):
    rows = table(HEADINGS.index("Sector"), "Magic")
    rows[8][0] = "Somebody Else"
    path = write_csv(tmp_path / "x.csv", rows)
    asked = {(one.field, one.value): (one.rows, one.blocks) for one in read(path).questions.by_rows()}
    assert asked[("sector", "magic")] == (1, True)
    assert asked[("organisation", "somebody else")] == (1, False)
    found = read(
        path,
        answers={("sector", "magic"): Answer(Choice.RECORD, "HEA"), ("organisation", "somebody else"): Answer(Choice.IGNORE), ("organisation", "example relief"): Answer(Choice.CREATE)},
    )  # fmt: skip
    assert found.rows[5].service == "HEA"
    assert [row.numbers for row in found.refused] == [(9,)]
    assert {one.value for one in found.questions.by_rows()} == {"local friends"}


def test_a_cell_that_names_several_makes_a_presence_of_each_and_counts_its_people_once(tmp_path: Path):
    rows = table(HEADINGS.index("Sector"), "WASH; Health")
    rows[6][HEADINGS.index("District")] = ""
    rows[6][HEADINGS.index("District code")] = "AF0101; AF0102"
    found = read(write_csv(tmp_path / "x.csv", rows))
    several = [row for row in found.rows if row.numbers == (7,)]
    assert [(row.part, row.parts, row.area.code if row.area else "", row.service) for row in several] == [
        (1, 4, "AF0101", "WSH"), (2, 4, "AF0101", "HEA"), (3, 4, "AF0102", "WSH"), (4, 4, "AF0102", "HEA"),
    ]  # fmt: skip
    assert [len(row.people) for row in several] == [3, 0, 0, 0]
    assert len({row.key for row in several}) == 4


def test_two_rows_of_one_presence_add_their_people_and_keep_the_most_alive_status(tmp_path: Path):
    rows = table()[:3]
    rows[1][HEADINGS.index("Status")] = "Completed"
    rows[1][HEADINGS.index("Women reached")] = "5"
    found = read(write_csv(tmp_path / "x.csv", rows))
    [one] = found.presences
    assert one.numbers == (2, 3)
    assert one.status == "ongoing"
    assert [figure.number for figure in one.people] == [15, 40, 60]
    turned = read(write_csv(tmp_path / "x.csv", [rows[0], rows[2], rows[1]]))
    assert turned.presences[0].hash == one.hash
    equal = read(write_csv(tmp_path / "x.csv", [rows[0], rows[1], rows[1]]))
    assert [figure.number for figure in equal.presences[0].people] == [5, 20, 30]
    # A row that is only there twice changes nothing.
    assert equal.presences[0].hash == read(write_csv(tmp_path / "x.csv", rows[:2])).presences[0].hash


def test_typed_cells_of_a_workbook_are_read_as_what_they_are(tmp_path: Path):
    rows = table()
    for row in rows[1:]:
        row[HEADINGS.index("Start date")] = date(2024, 1, 5)
        row[HEADINGS.index("End date")] = 45_356
        row[HEADINGS.index("Year")] = 2024
        row[HEADINGS.index("Women reached")] = 10.0
    found = read(write_xlsx(tmp_path / "x.xlsx", Sheet("Data", rows)))
    assert {row.verdict for row in found.rows} == {Verdict.OK}
    assert {(row.time.starts, row.time.ends) for row in found.rows} == {(date(2024, 1, 5), date(2024, 3, 5))}


def test_characters_that_no_database_holds_never_leave_the_reader(tmp_path: Path):
    rows = table()
    rows[5][HEADINGS.index("Activity")] = "a\x00b\x01c"
    rows[6][HEADINGS.index("District code")] = "AF99\x0099\u202e"
    found = read(write_xlsx(tmp_path / "x.xlsx", Sheet("Data", rows)))
    [refused] = found.refused
    assert refused.original is not None
    assert refused.original[HEADINGS.index("District code")] == "AF9999"
    assert found.rows[4].activity == "abc"


def test_our_guard_before_formulas_is_taken_off_again():
    assert said("'=1+1") == "=1+1"
    assert said("'-2+3") == "-2+3"
    assert said("'quoted'") == "'quoted'"
    assert said("+230 5123 4567") == "+230 5123 4567"


def test_every_reason_has_a_sentence_with_its_facts():
    for code in (*REFUSALS, *WARNINGS, *NOTES):
        assert "%(" not in Reason(code, "said", "known").sentence


CELLS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(sorted(str(one) for one in GOOD)),
    st.none(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=0, max_size=30), max_size=30), headed=st.booleans())
def test_whatever_a_table_holds_it_is_read_to_the_end(tmp_path: Path, rows: Rows, headed: bool):
    path = tmp_path / "x.csv"
    write_csv(
        path,
        ([list(HEADINGS)] if headed else [])
        + [["one", "two"]]
        + [[str(cell) if cell is not None else "" for cell in row] for row in rows],
    )
    found = read(path, country="AFG")
    assert all(sentences(found)) or not found.rows


NEEDS_RUBBISH = RUBBISH | {
    "last day": "9999-12-31",
    "larger than a number in the database": "9223372036854775808",
}


@pytest.mark.parametrize("kind", NEEDS_RUBBISH)
def test_rubbish_in_any_column_of_a_table_of_needs_never_stops_it(tmp_path: Path, kind: str):
    """Each column has it in one row; whatever can't be read is refused with its reason, and the good rows stand."""
    rows = with_rubbish(copied(NIGERIAN_NEEDS, 200), [NEEDS_RUBBISH[kind]])
    found = read_needs(write_csv(tmp_path / "hno-2024.csv", rows), country="NGA")
    assert {row.number for row in found} == set(range(3, len(rows) + 1))
    assert all(reason.sentence for row in found for reason in row.reasons)
    assert {row.verdict for row in found if row.number <= 202} <= {Verdict.OK, Verdict.WARN}
    for row in found:
        if row.verdict is Verdict.REFUSED:
            assert [reason for reason in row.reasons if reason.code in REFUSALS]
            assert row.original is not None
        else:
            assert all(
                figure is None or 0 <= figure <= LARGEST for figure in (row.people, row.targeted, row.reached)
            )


@pytest.mark.parametrize("kind", ["presence", "need"])
async def test_a_file_full_of_rubbish_comes_into_the_database_and_every_row_is_accounted_for(
    register, tmp_path: Path, kind: str
):
    good = table() if kind == "presence" else copied(NIGERIAN_NEEDS, 60)
    country = "AF" if kind == "presence" else "NG"
    rows = with_rubbish(good, list(NEEDS_RUBBISH.values()))
    file = File(write_csv(tmp_path / "x.csv", rows), kind, country, name=f"{kind}-2024.csv")
    outcome = await import_file(register, None, file, lambda said: None)
    assert outcome.refused > 0
    async with register() as db:
        kept = list(await db.scalars(select(ImportRow).where(ImportRow.verdict == "refused")))
        assert len(kept) == outcome.refused
        assert all(row.values["why"] for row in kept)
    assert outcome.rows + outcome.skipped == len(rows) - (1 if kind == "presence" else 2)


def with_rubbish(good: Rows, rubbish: list[Cell]) -> Rows:
    """The good rows, and after them the last of them once for each column and each piece of rubbish in it."""
    return good + [
        [*good[-1][:column], cell, *good[-1][column + 1 :]]
        for cell in rubbish
        for column in range(len(good[0]))
    ]
