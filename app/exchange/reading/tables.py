"""Opens any file that may hold a table and gives its sheets; the reader is chosen by what the file is."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from app.exchange.reading import archive, limits, ooxml, stream, text, workbook
from app.exchange.reading.archive import Merge
from app.exchange.reading.cells import Row

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_COMPOUND = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"\x7fELF",
    b"SQLite",
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"{\\rtf")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file. `rows()` reads it from the start each time; row n of it is the n-th list."""

    name: str
    hidden: bool
    merges: tuple[Merge, ...]
    errors: int
    """Cells that held a failed formula, as far as the reader can tell; they read as blank."""
    rows: Callable[[], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file: `kind` is csv, xlsx, xls, xlsb or ods; encoding and delimiter are only a CSV's."""

    path: Path
    kind: str
    sheets: tuple[Sheet, ...]
    encoding: str = ""
    delimiter: str = ""


def open_table(path: Path, *, encoding: str = "", delimiter: str = "") -> Table:
    """Opens `path` by its content, whatever its name says; encoding and delimiter overrule our guess.

    Raises a subclass of `limits.Unreadable` that says why the file is not taken in.
    """
    size = path.stat().st_size
    if size == 0:
        raise limits.NothingInIt
    start = text.beginning(path)
    if start.startswith((_ZIP, _EMPTY_ZIP)):
        return _zipped(path, size)
    if start.startswith(_COMPOUND):
        return _old_workbook(path, size)
    if start.startswith(_FOREIGN) or start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise limits.NotATable
    return _delimited(path, size, start, encoding, delimiter)


def _delimited(path: Path, size: int, start: bytes, encoding: str, delimiter: str) -> Table:
    _check_size(size, limits.TEXT_BYTES)
    encoding = encoding or text.sniff_encoding(start)
    sample = text.sample_of(path, encoding)
    if not encoding.startswith("utf-16") and start.count(0) > 0.1 * len(start):
        raise limits.NotATable
    if not sample.strip("\ufeff \t\r\n\x00"):
        raise limits.NothingInIt
    delimiter = delimiter or text.sniff_delimiter(sample)
    sheet = Sheet("", False, (), 0, partial(text.records, path, encoding, delimiter))
    return Table(path, "csv", (sheet,), encoding, delimiter)


def _zipped(path: Path, size: int) -> Table:
    _check_size(size, limits.WORKBOOK_BYTES)
    kind = _zip_kind(path)
    if kind != "xlsx":
        _check_size(size, limits.OLD_WORKBOOK_BYTES)
        archive.measure(path)
        return _whole(path, kind)
    parts = archive.measure(path)
    with archive.opened(path) as opened:
        book = ooxml.book(opened)
    sheets: list[Sheet] = []
    for sheet in book.sheets:
        part = parts[sheet.path]
        streamed = partial(stream.rows, path, sheet.path, book)
        rows = (
            streamed
            if part.size > limits.WHOLE_SHEET_BYTES
            else partial(_whole_or_streamed, path, sheet.name, streamed)
        )
        sheets.append(Sheet(sheet.name, sheet.hidden, part.merges, part.errors, rows))
    return Table(path, "xlsx", _not_empty(sheets))


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as opened:
            names = {name.lower().lstrip("/") for name in opened.namelist()}
    except (zipfile.BadZipFile, ValueError) as error:
        raise limits.Damaged from error
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/workbook") for name in names):
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise limits.NotATable


def _whole_or_streamed(path: Path, sheet: str, streamed: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    """Both readers see the same cells (a test holds them to it), so the second goes on where the first gives up:
    over one cell far away that makes a small sheet too large to be held, or one that it can't express.
    """
    given = 0
    try:
        for row in workbook.rows(path, sheet):
            given += 1
            yield row
    except workbook.ReaderFailed:
        yield from islice(streamed(), given, None)


def _old_workbook(path: Path, size: int) -> Table:
    _check_size(size, limits.OLD_WORKBOOK_BYTES)
    if _ENCRYPTED in path.read_bytes():
        raise limits.PasswordProtected
    return _whole(path, "xls")


def _whole(path: Path, kind: str) -> Table:
    try:
        about = workbook.sheets(path)
    except workbook.ReaderFailed as error:
        raise limits.Damaged from error
    sheets = [
        Sheet(one.name, one.hidden, one.merges, 0, partial(_or_damaged, path, one.name)) for one in about
    ]
    return Table(path, kind, _not_empty(sheets))


def _or_damaged(path: Path, sheet: str) -> Iterator[Row]:
    try:
        yield from workbook.rows(path, sheet)
    except workbook.ReaderFailed as error:
        raise limits.Damaged from error


def _not_empty(sheets: list[Sheet]) -> tuple[Sheet, ...]:
    if not sheets:
        raise limits.NothingInIt
    return tuple(sheets)


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise limits.FileTooLarge(size=size // limits.MB, limit=limit // limits.MB)
