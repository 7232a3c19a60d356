"""Workbooks: both readers see the same cells, and what could exhaust the machine is refused in words."""

import resource
import zipfile
from collections.abc import Callable
from copy import copy
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from app.exchange.reading import archive, limits, ooxml, stream, workbook
from app.exchange.reading.cells import Row
from app.exchange.reading.tables import open_table
from tests.exchange.world import NIGERIA, Sheet, write_xlsx

FORMATS = [
    "yyyy-mm-dd",
    "yyyy-mm-dd hh:mm",
    "hh:mm",
    "[h]:mm",
    "mmm-yy",
    '0.00 "d"',
    "[$-409]d-mmm;@",
    "dd/mm/yy",
    "General",
    "#,##0",
    "[Red]0",
    "0%",
    "m/d/yyyy h:mm AM/PM",
]
MIDNIGHT = datetime(2024, 1, 1)
NUMBERS = [
    45_000,
    45_000.5,
    0.25,
    0,
    1,
    59,
    60,
    61,
    3_000_000,
    1.25,
    45_292.333333,
    44_562.75,
    99_999_999,
    0.1,
    -7.5,
]


def both(path: Path, sheet: int = 0) -> tuple[list[Row], list[Row]]:
    """The rows as the reader of whole sheets and as the streaming one sees them, as wide as the widest."""
    with archive.opened(path) as opened:
        book = ooxml.book(opened)
    whole = list(workbook.rows(path, book.sheets[sheet].name))
    streamed = list(stream.rows(path, book.sheets[sheet].path, book))
    width = max(len(row) for row in whole + streamed)
    length = max(len(whole), len(streamed))
    return tuple(
        [row + [None] * (width - len(row)) for row in rows] + [[None] * width] * (length - len(rows))
        for rows in (whole, streamed)
    )  # type: ignore[return-value]


def test_both_readers_agree_on_the_nigerian_file():
    whole, streamed = both(NIGERIA)
    assert len(whole) == 9_368
    assert whole == streamed


def many_kinds(path: Path, options: dict[str, object] | None = None) -> Path:
    book = xlsxwriter.Workbook(str(path), options or {})
    page = book.add_worksheet("Kinds")
    for column, code in enumerate(FORMATS):
        style = book.add_format({"num_format": code})
        for at, number in enumerate(NUMBERS):
            if number >= 0 or code in ("General", "#,##0", "[Red]0", "0%"):
                page.write_number(at + 3, column + 2, number, style)
    page.write_formula(30, 0, "=1/0", None, "#DIV/0!")
    page.write_formula(30, 1, "=1+1", None, 2)
    page.write_formula(30, 2, '="a"', None, "a")
    page.write_formula(30, 3, "=TRUE", None, True)
    page.write_boolean(30, 4, False)
    page.write_string(30, 5, "two\r\nlines _x000D_ and  blanks ")
    page.write_string(30, 6, '=HYPERLINK("http://x","y")')
    page.write_string(30, 7, "١٢٣ é 𝔘 <&>")
    page.write_rich_string(31, 0, "plain ", book.add_format({"bold": True}), "bold", " plain")
    page.write_blank(32, 300, None, book.add_format({"bold": True}))
    page.merge_range(33, 1, 35, 2, "merged")
    book.close()
    return path


@pytest.mark.parametrize(
    "options",
    [{}, {"strings_to_formulas": False, "in_memory": True}, {"constant_memory": True}, {"date_1904": True}],
)
def test_both_readers_agree_on_every_kind_of_cell(tmp_path: Path, options: dict[str, object]):
    path = many_kinds(tmp_path / "kinds.xlsx", options)
    whole, streamed = both(path)
    assert whole == streamed
    table = open_table(path)
    assert table.sheets[0].errors == 1
    assert [(merge.top, merge.left, merge.bottom, merge.right) for merge in table.sheets[0].merges] == [
        (33, 1, 35, 2)
    ]


def test_dates_come_as_days_and_whole_numbers_without_a_point(tmp_path: Path):
    path = write_xlsx(tmp_path / "x.xlsx", Sheet("A", [["a", 3, 3.5, date(2024, 2, 29), True]]))
    assert list(open_table(path).sheets[0].rows()) == [["a", 3, 3.5, date(2024, 2, 29), True]]


@pytest.mark.parametrize("write_only", [False, True])
def test_both_readers_agree_on_what_another_program_writes(tmp_path: Path, write_only: bool):
    book = openpyxl.Workbook(write_only=write_only)
    page = book.create_sheet("Second") if write_only else book.active
    assert page is not None
    for at in range(50):
        page.append(
            [
                f"text {at}",
                at,
                at / 3,
                MIDNIGHT + timedelta(days=at, hours=at % 24, minutes=30),
                None,
                at % 2 == 0,
            ]
        )
    book.save(tmp_path / "x.xlsx")
    whole, streamed = both(tmp_path / "x.xlsx")
    assert whole == streamed
    assert len(whole) == 50


def test_a_sheet_that_begins_far_from_the_corner_keeps_its_row_and_column_numbers(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    page.write(4, 3, "here")
    page.write(9, 3, "there")
    book.close()
    whole, streamed = both(path)
    assert whole == streamed
    assert (whole[4][3], whole[9][3], len(whole)) == ("here", "there", 10)


def test_hidden_sheets_are_told_and_charts_left_out(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Shown").write(0, 0, "a")
    book.add_worksheet("Hidden").hide()
    book.add_worksheet("Very").very_hidden()
    chart = book.add_chartsheet("Chart")
    made = book.add_chart({"type": "bar"})
    made.add_series({"values": "=Shown!$A$1:$A$1"})
    chart.set_chart(made)
    book.close()
    assert [(sheet.name, sheet.hidden) for sheet in open_table(path).sheets] == [
        ("Shown", False),
        ("Hidden", True),
        ("Very", True),
    ]


def test_a_lone_cell_in_the_last_corner_is_streamed_instead_of_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "x.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    page.write_row(0, 0, ["a", "b"])
    page.write(1_048_575, 511, "lost")
    book.close()
    monkeypatch.setattr(limits, "CHILD_BYTES", 400 * limits.MB)
    rows = open_table(path).sheets[0].rows()
    assert next(rows)[:2] == ["a", "b"]


def test_the_second_reader_goes_on_where_the_first_gives_up(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    for at in range(1_200):
        page.write_row(at, 0, [f"row {at}", at])
    # More hours than the first reader can count.
    page.write_number(900, 2, 1e20, book.add_format({"num_format": "[h]:mm"}))
    book.close()
    rows = list(open_table(path).sheets[0].rows())
    assert [row[0] for row in rows] == [f"row {at}" for at in range(1_200)]


def xlsx_with(path: Path, parts: dict[str, bytes]) -> Path:
    """A workbook of one sheet with some of its parts put in place of the ordinary ones."""
    base = write_xlsx(path.with_name("base.xlsx"), Sheet("A", [["a", "b"], ["c", "d"]]))
    with zipfile.ZipFile(base) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in parts:
                new.writestr(entry, old.read(entry))
        for name, content in parts.items():
            new.writestr(name, content)
    return path


SHEET = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><sst>&j;</sst>"
)


def bomb(path: Path, size: int) -> Path:
    """A workbook that unpacks to `size` bytes: sheets of 64 MB that all point to one and the same packed part."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped:
        zipped.writestr("xl/worksheets/sheet1.xml", bytes(1 << 26))
        first = zipped.filelist[0]
        for number in range(2, (size >> 26) + 1):
            again = copy(first)
            again.filename = f"xl/worksheets/sheet{number}.xml"
            zipped.filelist.append(again)
        zipped.writestr("xl/workbook.xml", b"<workbook/>")
    return path


def memory() -> int:
    """The most that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda path: bomb(path, 5 << 30), limits.OpensTooLarge),
        (lambda path: bomb(path, 200 << 20), limits.PackedTooTightly),
        (lambda path: xlsx_with(path, {"xl/sharedStrings.xml": BOMB}), limits.DefinesEntities),
        (
            lambda path: xlsx_with(path, {"xl/workbook.xml": BOMB.decode().encode("utf-16")}),
            limits.DefinesEntities,
        ),
        (
            lambda path: xlsx_with(path, {f"custom/{n}.xml": b"<x/>" for n in range(10_001)}),
            limits.TooManyParts,
        ),
        (lambda path: xlsx_with(path, {"xl/workbook.xml": b"<workbook><sheets><sheet"}), limits.Damaged),
    ],
    ids=["5 GB", "200 MB", "entities", "entities in utf-16", "parts", "cut off"],
)
def test_a_workbook_that_would_exhaust_us_is_refused_in_words(
    tmp_path: Path, make: Callable[[Path], Path], refusal: type[limits.Unreadable]
):
    path = make(tmp_path / "x.xlsx")
    before = memory()
    with pytest.raises(refusal) as refused:
        open_table(path)
    assert str(refused.value)
    assert memory() - before < 100


def test_a_declared_size_that_is_a_lie_is_found_out(tmp_path: Path):
    path = write_xlsx(tmp_path / "x.xlsx", Sheet("A", [["x" * 100, str(at)] for at in range(2_000)]))
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as zipped:
        entry = zipped.getinfo("xl/worksheets/sheet1.xml")
    real = entry.file_size.to_bytes(4, "little")
    content = content.replace(real, (10).to_bytes(4, "little"))
    path.write_bytes(content)
    with pytest.raises(limits.Damaged):
        open_table(path)


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        (b'<row r="1"><c r="WB1" t="inlineStr"><is><t>x</t></is></c></row>', limits.TooManyColumns),
        (
            b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"x" * 40_000 + b"</t></is></c></row>",
            limits.CellTooLong,
        ),
    ],
)
def test_limits_of_rows_hold_for_both_readers(
    tmp_path: Path, rows: bytes, refusal: type[limits.Unreadable], monkeypatch: pytest.MonkeyPatch
):
    path = xlsx_with(tmp_path / "x.xlsx", {"xl/worksheets/sheet1.xml": SHEET % rows})
    with pytest.raises(refusal):
        list(open_table(path).sheets[0].rows())
    monkeypatch.setattr(limits, "WHOLE_SHEET_BYTES", 0)
    with pytest.raises(refusal):
        list(open_table(path).sheets[0].rows())


def test_blank_cells_far_to_the_right_are_let_pass(tmp_path: Path):
    rows = b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>'
    path = xlsx_with(tmp_path / "x.xlsx", {"xl/worksheets/sheet1.xml": SHEET % rows})
    [row] = open_table(path).sheets[0].rows()
    assert row[0] == 1


def test_too_large_a_file_is_refused_with_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "WORKBOOK_BYTES", 1_000)
    with pytest.raises(limits.FileTooLarge) as refused:
        open_table(NIGERIA)
    assert refused.value.status == 413


def test_a_password_is_asked_for_in_words(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\x00" * 600
        + "EncryptedPackage".encode("utf-16-le")
        + b"\x00" * 600
    )
    with pytest.raises(limits.PasswordProtected):
        open_table(path)


@pytest.mark.parametrize("content", [b"PK\x03\x04" + b"rubbish" * 50, b"\xd0\xcf\x11\xe0" + b"rubbish" * 500])
def test_a_damaged_workbook_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(limits.Damaged):
        open_table(path)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("letter.txt", "hello")
    with pytest.raises(limits.NotATable):
        open_table(path)
