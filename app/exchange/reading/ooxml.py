"""The parts of an XLSX workbook around its rows: sheets, shared texts, and which styles are dates."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from app.exchange.reading import limits

_CHUNK = 1 << 16
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(45, 48)})
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hmsHMS]+\])[^\]]*\]')
_DURATION = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_DURATION_BUILT_IN = 46
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet: its name, whether people see it, and where its rows are."""

    name: str
    hidden: bool
    path: str


@dataclass(frozen=True, slots=True)
class Book:
    """What the rows of any sheet need to be understood."""

    sheets: tuple[SheetPart, ...]
    since_1904: bool
    dates: frozenset[int] = field(default_factory=lambda: frozenset[int]())
    """Indices of cell styles that show a date or a time of day."""
    durations: frozenset[int] = field(default_factory=lambda: frozenset[int]())


def local(name: str) -> str:
    """A tag without its namespace prefix."""
    return name.rpartition(":")[2]


def parse(
    file: IO[bytes],
    *,
    start: Callable[[str, dict[str, str]], object] | None = None,
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> Iterator[None]:
    """Feeds the part to the handlers, a chunk at each step. Raises DefinesEntities or Damaged."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_entities
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise limits.Damaged from error
    yield


def _refuse_entities(*_declared: object) -> None:
    raise limits.DefinesEntities


def book(archive: ZipFile) -> Book:
    """The workbook's list of sheets and date styles. Raises Damaged when it isn't one."""
    names = set(archive.namelist())
    root = next((name for name in names if re.fullmatch(r"(?i)/?xl/workbook\d*\.xml", name)), None)
    if root is None:
        raise limits.Damaged
    folder = PurePosixPath(root).parent
    related = _relations(archive, str(folder / "_rels" / (PurePosixPath(root).name + ".rels")), folder)
    sheets: list[SheetPart] = []
    since_1904 = False

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal since_1904
        kind = local(name)
        if kind == "workbookPr":
            since_1904 = given.get("date1904") in ("1", "true")
        elif kind == "sheet":
            relation = next((value for key, value in given.items() if local(key) == "id"), "")
            path = related.get(relation, "")
            if "/worksheets/" in path and path in names:
                sheets.append(
                    SheetPart(given.get("name", ""), given.get("state", "visible") != "visible", path)
                )

    _whole(archive, root, start=start)
    styles = next((path for path in related.values() if path.endswith("styles.xml") and path in names), None)
    dates, durations = _date_styles(archive, styles) if styles else (frozenset[int](), frozenset[int]())
    return Book(tuple(sheets), since_1904, dates, durations)


def _whole(archive: ZipFile, part: str, *, start: Callable[[str, dict[str, str]], object]) -> None:
    with archive.open(part) as file:
        for _step in parse(file, start=start):
            pass


def _relations(archive: ZipFile, part: str, folder: PurePosixPath) -> dict[str, str]:
    related: dict[str, str] = {}

    def start(name: str, given: dict[str, str]) -> None:
        if local(name) == "Relationship" and given.get("TargetMode") != "External":
            target = given.get("Target", "")
            related[given.get("Id", "")] = (
                target.lstrip("/") if target.startswith("/") else str(folder / target)
            )

    _whole(archive, part, start=start)
    return related


def _date_styles(archive: ZipFile, part: str) -> tuple[frozenset[int], frozenset[int]]:
    formats: dict[int, str] = {}
    used: list[int] = []
    inside_cell_formats = False

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal inside_cell_formats
        kind = local(name)
        if kind == "numFmt":
            formats[int(given.get("numFmtId", "0"))] = given.get("formatCode", "")
        elif kind == "cellXfs":
            inside_cell_formats = True
        elif kind in ("cellStyles", "dxfs", "cellStyleXfs"):
            inside_cell_formats = False
        elif kind == "xf" and inside_cell_formats:
            used.append(int(given.get("numFmtId", "0")))

    _whole(archive, part, start=start)
    durations = {at for at, number in enumerate(used) if _is_duration(number, formats.get(number))}
    dates = {
        at for at, number in enumerate(used) if at not in durations and _is_date(number, formats.get(number))
    }
    return frozenset(dates), frozenset(durations)


def _is_duration(number: int, code: str | None) -> bool:
    return number == _DURATION_BUILT_IN if code is None else bool(_DURATION.search(code))


def _is_date(number: int, code: str | None) -> bool:
    if code is None:
        return number in _BUILT_IN_DATES
    bare = _QUOTED.sub("", code.split(";")[0]).lower()
    return "general" not in bare and any(letter in bare for letter in "ymdhs")


def shared_texts(archive: ZipFile) -> list[str]:
    """The workbook's table of texts. Raises TooMuchText."""
    part = next((name for name in archive.namelist() if name.lower().endswith("xl/sharedstrings.xml")), None)
    if part is None:
        return []
    texts: list[str] = []
    pieces: list[str] = []
    total = 0
    reading = phonetic = False

    def start(name: str, _given: dict[str, str]) -> None:
        nonlocal reading, phonetic
        kind = local(name)
        if kind == "si":
            pieces.clear()
        elif kind == "rPh":
            phonetic = True
        elif kind == "t":
            reading = not phonetic

    def end(name: str) -> None:
        nonlocal reading, phonetic, total
        kind = local(name)
        if kind == "t":
            reading = False
        elif kind == "rPh":
            phonetic = False
        elif kind == "si":
            texts.append(unescaped("".join(pieces)))
            total += len(texts[-1])
            if total > limits.SHARED_TEXT_BYTES:
                raise limits.TooMuchText(limit=limits.SHARED_TEXT_BYTES // limits.MB)

    def text(piece: str) -> None:
        if reading:
            pieces.append(piece)

    with archive.open(part) as file:
        for _step in parse(file, start=start, end=end, text=text):
            pass
    return texts


def unescaped(text: str) -> str:
    """Text with the characters back that XML can't hold: `_x000D_` is a carriage return."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
