"""Text files: the encoding and the delimiter are found, and every record keeps its row number."""

import csv
import io
from pathlib import Path

import pytest

from app.exchange.reading import limits, text
from app.exchange.reading.tables import open_table
from tests.exchange.world import write_csv

TEXTS = {
    "en": [["Organisation", "Sector", "District", "Activity"], ["Naive Café Trust", "Health", "Zürich", "Training, rehearsal and support"], ["Hope “Aid”", "Water", "Malmö", "Wells; pumps"]],
    "fr": [["Organisation", "Secteur", "Préfecture", "Activité"], ["Fédération des Mères", "Santé", "Kétou", "Prévention, dépistage et référencement"], ["Œuvre d'entraide", "Éducation", "Bétérou", "Réhabilitation; équipement"]],
    "es": [["Organización", "Sector", "Municipio", "Actividad"], ["Fundación Niñez", "Protección", "Ibagué", "Atención, orientación y acompañamiento"], ["Asociación Pañuelo", "Nutrición", "Itagüí", "Tamizaje; remisión"]],
    "ar": [["المنظمة", "القطاع", "المديرية", "النشاط"], ["مؤسسة الأمل", "الصحة", "صنعاء", "تدريب، دعم وتوعية"], ["جمعية الخير", "التعليم", "تعز", "بناء; صيانة"]],
}  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "windows")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("language", TEXTS)
def test_each_language_encoding_and_delimiter_is_told_apart(
    tmp_path: Path, language: str, encoding: str, delimiter: str
):
    rows = TEXTS[language] * 20
    page = "cp1256" if language == "ar" else "cp1252"
    path = write_csv(
        tmp_path / "x.csv", rows, encoding=page if encoding == "windows" else encoding, delimiter=delimiter
    )
    table = open_table(path)
    assert table.encoding == (page if encoding == "windows" else encoding)
    assert table.delimiter == delimiter
    assert list(table.sheets[0].rows()) == rows


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_zeros(tmp_path: Path, encoding: str):
    rows = TEXTS["en"] * 5
    assert list(open_table(write_csv(tmp_path / "x.csv", rows, encoding=encoding)).sheets[0].rows()) == rows


def test_a_character_cut_at_the_end_of_the_sample_is_no_error():
    sample = "é".encode() * 10
    assert text.sniff_encoding(sample[:-1]) == "utf-8"


def test_a_file_may_name_its_own_delimiter(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text("sep=;\na,b;c,d\n1,2;3,4\n")
    table = open_table(path)
    assert list(table.sheets[0].rows()) == [["a,b", "c,d"], ["1,2", "3,4"]]


def test_a_cell_of_several_lines_is_one_row(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text('a,b\n"one\ntwo",2\n\n3,4\n')
    assert list(open_table(path).sheets[0].rows()) == [["a", "b"], ["one\ntwo", "2"], [], ["3", "4"]]


def test_a_byte_that_does_not_decode_names_its_line(tmp_path: Path):
    path = tmp_path / "x.csv"
    lines = [b"a,b"] + [b"plain,text"] * 30_000
    lines[25_000] = "Téra,x".encode("cp1252")
    path.write_bytes(b"\n".join(lines))
    table = open_table(path)
    assert table.encoding == "utf-8"
    with pytest.raises(limits.DoesNotDecode) as refused:
        list(table.sheets[0].rows())
    assert refused.value.facts == {"line": 25_001, "encoding": "utf-8"}
    assert "25001" in str(refused.value)
    assert list(open_table(path, encoding="cp1252").sheets[0].rows())[25_000] == ["Téra", "x"]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [(b"", limits.NothingInIt), (b" \n\n", limits.NothingInIt), (b"\xef\xbb\xbf", limits.NothingInIt)],
)
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes, refusal: type[limits.Unreadable]):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(refusal):
        open_table(path)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"<html><table>",
        b"\x89PNG\r\n\x1a\n",
        b"\xef\xbb\xbf<?xml version='1.0'?>",
        bytes(range(256)) * 8 + b"\x00" * 900,
    ],
)
def test_what_is_no_table_is_refused_whatever_its_name(tmp_path: Path, content: bytes):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(limits.NotATable):
        open_table(path)


def test_more_columns_than_we_read_are_refused_in_words(tmp_path: Path):
    path = write_csv(tmp_path / "x.csv", [["a"] * 600])
    with pytest.raises(limits.TooManyColumns) as refused:
        list(open_table(path).sheets[0].rows())
    assert "600" in str(refused.value)
    assert "512" in str(refused.value)


def test_a_row_of_a_hundred_thousand_blanks_is_refused_in_words(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "," * 100_000 + "\n")
    with pytest.raises(limits.TooManyColumns) as refused:
        list(open_table(path).sheets[0].rows())
    assert refused.value.facts["row"] == 2


@pytest.mark.parametrize("cell", ["x" * 40_000, '"' + "never closed, " * 20_000, "y" * 5_000_000])
def test_a_cell_longer_than_a_spreadsheet_holds_is_refused(tmp_path: Path, cell: str):
    path = tmp_path / "x.csv"
    path.write_text(f"a,b\n1,{cell}\n")
    with pytest.raises(limits.CellTooLong) as refused:
        list(open_table(path).sheets[0].rows())
    assert refused.value.facts["row"] == 2


def test_what_python_writes_is_what_we_read(tmp_path: Path):
    rows = [["a", 'b "c"', ""], ["1", " 2 ", "x,y"]]
    held = io.StringIO()
    csv.writer(held).writerows(rows)
    path = tmp_path / "x.csv"
    path.write_text(held.getvalue())
    assert list(open_table(path).sheets[0].rows()) == rows
