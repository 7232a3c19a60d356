"""Where the table begins, what its columns are, which rows are none: sheets, headings, memory of earlier files."""

import json
from pathlib import Path

import pytest

from app.exchange.reading.archive import Merge
from app.exchange.reading.cells import Cell, Row
from app.exchange.rules.column_map import read_map
from app.exchange.rules.columns import columns
from app.exchange.rules.fields import Field
from app.exchange.rules.header import find_header
from app.exchange.rules.mapping import map_columns
from app.exchange.rules.plan import look
from app.exchange.rules.synonyms import shipped
from app.exchange.rules.tags import field_of, is_tag
from tests.exchange.world import (
    NIGERIA,
    Rows,
    Sheet,
    copied,
    read,
    second_level,
    strangers,
    write_csv,
    write_xlsx,
)


def fields(path: Path) -> dict[str, Field | None]:
    return {use.heading: use.field for use in look(path, strangers()).sheets[0].columns.columns}


@pytest.mark.parametrize(
    "text", ["#org", "#org +acronym", "#date+start", "#adm1 +code +v_pcode", " #sector+cluster ", "#ORG+Name"]
)
def test_tags_may_have_blanks(text: str):
    assert is_tag(text)


@pytest.mark.parametrize("text", ["#1", "# of people", "#N/A", "org", "#org name", ""])
def test_what_only_looks_like_a_tag(text: str):
    assert not is_tag(text)


@pytest.mark.parametrize(
    ("tag", "field"),
    [
        ("#org+acronym", Field.ORG_ACRONYM), ("#org+type+name", Field.ORG_TYPE), ("#org+impl+name", Field.PARTNER), ("#org+funder", Field.DONOR), ("#org+prog", Field.ORG_NAME), ("#sector+cluster+code", Field.SECTOR_CODE),
        ("#subsector", Field.ACTIVITY), ("#activity+code", Field.PROJECT_CODE), ("#activity+project", Field.PROJECT_NAME), ("#activity+status", Field.STATUS), ("#status", Field.STATUS), ("#adm0+code", Field.COUNTRY_CODE),
        ("#adm2+pcode", Field.ADM2_CODE), ("#adm3+name", Field.ADM3_NAME), ("#loc", Field.PLACE), ("#region+name", Field.REGION), ("#date+start", Field.START), ("#date", Field.ON), ("#operation+type", Field.ROLE),
        ("#value+usd", Field.BUDGET), ("#contact+email", Field.PRIVATE), ("#is_disabled", Field.DISABILITY), ("#age+range", Field.AGE), ("#age+min", Field.AGE_MIN), ("#population_group+code", Field.GROUP),
    ],
)  # fmt: skip
def test_tags_name_fields(tag: str, field: Field):
    found = field_of(tag)
    assert found is not None
    assert found[0] is field


def test_tags_of_people_say_whom_they_count():
    told = [
        field_of(tag)
        for tag in (
            "#reached+f+children",
            "#targeted+m+age_18_59",
            "#inneed+idps",
            "#affected+disabled",
            "#reached+hh",
            "#inneed+ageLO0_HI17",
        )
    ]
    assert [found and found[1] and (found[1].measure, found[1].sex, found[1].age, found[1].group, found[1].disability) for found in told] == [
        ("reached", "f", "0-17", "any", "any"), ("targeted", "m", "18-59", "any", "any"), ("inneed", "any", "any", "idp", "any"), ("affected", "any", "any", "any", "yes"), None, ("inneed", "any", "any", "any", "any"),
    ]  # fmt: skip


def test_of_two_columns_with_one_tag_the_named_then_the_fuller_one_counts(tmp_path: Path):
    rows: Rows = [["A", "B", "C", "D", "E"], ["#org", "#org+name", "#adm1+name", "#sector", "#sector"]]
    rows += [["short", "Long Name", "Kabul", "", "Health"] for _ in range(5)]
    assert fields(write_csv(tmp_path / "x.csv", rows)) == {
        "A": None,
        "B": Field.ORG_NAME,
        "C": Field.ADM1_NAME,
        "D": None,
        "E": Field.SECTOR_NAME,
    }


def test_an_untagged_column_beside_tags_is_taken_only_for_its_own_word(tmp_path: Path):
    rows = copied(NIGERIA, 200)
    rows[1][6] = ""
    found = fields(write_csv(tmp_path / "x.csv", rows))
    assert found["Status"] is Field.STATUS
    assert found["isHRP"] is None


def test_the_country_decides_what_a_departement_is(tmp_path: Path):
    rows: Rows = [["Organisation", "Secteur", "Département", "Commune"]]
    haiti = rows + [["Exemple", "Santé", parent.name, area.name] for parent, area in second_level("HTI", 20)]
    assert fields(write_csv(tmp_path / "x.csv", haiti))["Département"] is Field.ADM1_NAME
    chad: Rows = [["Organisation", "Secteur", "Province", "Département"]]
    chad += [["Exemple", "Santé", parent.name, area.name] for parent, area in second_level("TCD", 20)]
    assert fields(write_csv(tmp_path / "y.csv", chad))["Département"] is Field.ADM2_NAME


def test_codes_of_another_list_give_way_to_names(tmp_path: Path):
    rows: Rows = [["Organisation", "Sector", "State", "State code", "LGA", "LGA code"]]
    places = second_level("NGA", 20)
    rows += [
        ["Example", "Health", parent.name, f"ZZ{at}", area.name, f"QQ-{at}X"]
        for at, (parent, area) in enumerate(places)
    ]
    found = read(write_csv(tmp_path / "q1-2024.csv", rows))
    assert [row.area.code for row in found.rows if row.area] == [area.code for _parent, area in places]


def test_a_column_of_telephones_under_any_heading_is_private(tmp_path: Path):
    rows: Rows = [["Organisation", "Sector", "State", "Extra"]] + [
        ["Example", "Health", "Borno", f"+234 803 555 01{at:02}"] for at in range(20)
    ]
    assert fields(write_csv(tmp_path / "x.csv", rows))["Extra"] is Field.PRIVATE


def header(rows: list[Row], *merges: Merge) -> tuple[int, int, tuple[str, ...]]:
    found = find_header(rows, merges, shipped())
    assert found is not None
    return found.row, found.first_data_row, found.headings


def test_two_rows_of_headings_are_joined():
    upper: list[Cell] = ["Organisation", "Location", None, "People reached", None]
    lower: list[Cell] = [None, "Province", "District", "Women", "Men"]
    data: list[Cell] = ["Example", "Kabul", "Kabul", 1, 2]
    wanted = (
        "Organisation",
        "Location > Province",
        "Location > District",
        "People reached > Women",
        "People reached > Men",
    )
    assert header([upper, lower, data, data]) == (2, 3, wanted)
    merges = (Merge(0, 0, 1, 0), Merge(0, 1, 0, 2), Merge(0, 3, 0, 4))
    assert header([upper, lower, data, data], *merges) == (2, 3, wanted)


def test_groups_above_full_headings_are_joined_and_titles_are_not():
    groups: list[Cell] = ["WHO", None, "WHERE", None, None, "HOW MANY"]
    names: list[Cell] = ["Organisation", "Sector", "Province", "District", "Village", "Women"]
    data: list[Cell] = ["Example", "Health", "Kabul", "Kabul", "x", 3]
    row, first, headings = header([["A title over all of it"], groups, names, data, data])
    assert (row, first) == (3, 4)
    assert headings[4:] == ("WHERE > Village", "HOW MANY > Women")
    row, first, headings = header([["A title over all of it"], ["As of", "March 2024"], [], names, data])
    assert (row, first, headings[0]) == (4, 5, "Organisation")


def test_a_sparse_first_row_of_data_is_no_second_heading():
    names: list[Cell] = ["Organisation", "Sector", "Province", "District"]
    assert header([names, ["Example", None, "Kabul", None], ["Example", "Health", "Kabul", "Kabul"]]) == (
        1,
        2,
        tuple(names),
    )


def test_merged_cells_of_the_body_are_filled_down_and_blanks_are_not(tmp_path: Path):
    rows: Rows = [
        ["Organisation", "Sector", "State", "LGA"],
        ["Example", "Health", "Borno", "Jere"],
        ["", "", "", "Bama"],
        ["Other", "WASH", "Borno", "Bama"],
    ]
    merged = read(
        write_xlsx(
            tmp_path / "q1 2024.xlsx", Sheet("A", rows, merges=[(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2)])
        )
    )
    assert [
        (row.organisation and row.organisation.name, row.service, row.area and row.area.name)
        for row in merged.rows
    ] == [("Example", "HEA", "Jere"), ("Example", "HEA", "Bama"), ("Other", "WSH", "Bama")]
    plain = read(write_xlsx(tmp_path / "q1 2024.xlsx", Sheet("A", rows)))
    # A row with one cell is a note, not a presence of nobody.
    assert plain.skipped == {"note": 1}


def test_notes_totals_and_blanks_below_the_table_are_no_rows(tmp_path: Path):
    rows: Rows = [
        ["Organisation", "Sector", "State", "LGA", "Reached"],
        ["Example", "Health", "Borno", "Jere", 5],
        ["Total Borno", "", "", "", 5],
        ["Sous-total", "", "Borno", "", 5],
    ]
    rows += [
        ["", "", "", "", ""],
        ["Source: partners"],
        ["Total Energies Foundation", "Health", "Borno", "Bama", 7],
    ]
    rows += [[""]] * 1_100 + [["Example", "Health", "Borno", "Jere", 5]]
    found = read(write_csv(tmp_path / "q1 2024.csv", rows))
    assert [row.organisation.name for row in found.rows if row.organisation] == [
        "Example",
        "Total Energies Foundation",
    ]
    assert found.skipped == {"total": 2, "blank": 1, "note": 1}


def test_only_sheets_that_say_who_what_and_where_are_offered(tmp_path: Path):
    data: Rows = [
        ["Organisation", "Sector", "State"],
        ["Example", "Health", "Borno"],
        ["Example", "Health", "Yobe"],
    ]
    lists: Rows = [["Sector", "Status"], ["Health", "Ongoing"], ["WASH", "Planned"]]
    old: Rows = [["Organisation", "Sector", "State", "Status"], ["Old", "Health", "Borno", "Closed"]]
    plan = look(
        write_xlsx(
            tmp_path / "x.xlsx",
            Sheet("Read me", [["Hello"]]),
            Sheet("Lists", lists),
            Sheet("Old", old, hidden=True),
            Sheet("Data", data),
            Sheet("Empty", []),
        ),
        strangers(),
    )
    assert [(one.sheet.name, one.usable, one.chosen) for one in plan.sheets] == [
        ("Read me", False, False),
        ("Lists", False, False),
        ("Old", True, False),
        ("Data", True, True),
    ]
    assert plan.skipped_sheets == ("Empty",)


def test_a_file_without_period_or_dates_asks_for_one(tmp_path: Path):
    rows: Rows = [
        ["Organisation", "Sector", "State"],
        ["Example", "Health", "Borno"],
        ["Example", "Health", "Yobe"],
    ]
    found = read(write_csv(tmp_path / "table.csv", rows))
    assert found.plan.asks_period
    assert [[reason.code for reason in row.reasons] for row in found.refused] == [
        ["no-period"],
        ["no-period"],
    ]
    assert not read(tmp_path / "table.csv", name="3W March 2024.csv").refused


def test_dates_that_never_tell_their_order_are_asked_about(tmp_path: Path):
    rows: Rows = [["Organisation", "Sector", "State", "Start date"]] + [
        ["Example", "Health", "Borno", f"0{at % 9 + 1}/05/2024"] for at in range(40)
    ]
    assert look(write_csv(tmp_path / "x.csv", rows), strangers()).asks_order == (("", Field.START),)
    # One telling date far below the sample is found.
    late = (
        rows
        + [["Example", "Health", "Borno", "01/02/2024"]] * 900
        + [["Example", "Health", "Borno", "02/28/2024"]]
    )
    plan = look(write_csv(tmp_path / "x.csv", late), strangers())
    assert plan.asks_order == ()
    assert not plan.chosen[0].orders[Field.START].day_first


def test_what_a_person_decided_holds_for_the_next_file(tmp_path: Path):
    rows = copied(NIGERIA, 300)
    del rows[1]
    path = write_csv(tmp_path / "x.csv", rows)
    first = look(path, strangers()).sheets[0].columns
    decided = first.with_field(12, Field.COMMENT).with_field(5, None)
    kept = read_map(json.loads(json.dumps(decided.stored())))
    assert kept == decided

    same = look(path, strangers(), before=kept).sheets[0]
    assert (same.columns, same.open_columns) == (decided, ())
    turned = [row[::-1] for row in rows]
    moved = look(write_csv(tmp_path / "y.csv", turned), strangers(), before=kept).sheets[0]
    assert moved.open_columns == ()
    assert {use.heading: use.field for use in moved.columns.columns} == {
        use.heading: use.field for use in decided.columns
    }
    renamed = [list(row) for row in rows]
    renamed[0][7] = "Bundesland"
    new = look(write_csv(tmp_path / "z.csv", renamed), strangers(), before=kept).sheets[0]
    assert new.open_columns == (7,)


def test_a_field_moved_by_hand_leaves_its_old_column():
    rows: list[Row] = [["Example", "Other", "Kabul"]] * 5
    found = map_columns(
        columns(["Organisation", "B", "Province"], ["", "", ""], rows), strangers(), shipped(), "AFG"
    )
    assert found.index(Field.ORG_NAME) == 0
    assert found.with_field(1, Field.ORG_NAME).indices(Field.ORG_NAME) == (1,)
