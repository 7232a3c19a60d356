"""The rows of a large XLSX sheet, one after the other, in memory that doesn't grow with the sheet."""

import math
from collections import deque
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from app.exchange.reading import limits, ooxml
from app.exchange.reading.archive import column_index, opened
from app.exchange.reading.cells import Cell, Row

_DIGITS = "0123456789"
_EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's date has no zone
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_SERIAL = 2_958_466
"""The first day after 9999."""
_FEBRUARY_1900 = 60
"""Spreadsheets count a 29 February 1900 that there never was; serials below it are one day off."""


def rows(path: Path, part: str, book: ooxml.Book) -> Iterator[Row]:
    """The rows of the sheet at `part`, from row 1, missing rows as empty lists.

    Raises TooManyColumns, CellTooLong, TooMuchText, DefinesEntities or Damaged.
    """
    with opened(path) as archive:
        builder = _Builder(ooxml.shared_texts(archive), book)
        with archive.open(part) as file:
            for _step in ooxml.parse(file, start=builder.start, end=builder.end, text=builder.text):
                while builder.done:
                    number, row = builder.done.popleft()
                    for _missing in range(builder.given + 1, number):
                        yield []
                    builder.given = number
                    yield row


class _Builder:
    """Turns the events of the XML parser into rows."""

    def __init__(self, texts: list[str], book: ooxml.Book) -> None:
        self.done: deque[tuple[int, Row]] = deque()
        self.given = 0
        self._texts, self._book = texts, book
        self._epoch = _EPOCH_1904 if book.since_1904 else _EPOCH_1900
        self._columns: dict[str, int] = {}
        self._number = self._column = 0
        self._row: Row = []
        self._kind = self._style = ""
        self._pieces: list[str] = []
        self._reading = self._phonetic = False

    def start(self, name: str, given: dict[str, str]) -> None:
        kind = name if ":" not in name else ooxml.local(name)
        if kind in ("v", "t"):
            self._reading = not self._phonetic
        elif kind == "c":
            reference = given.get("r")
            self._column = self._index(reference.rstrip(_DIGITS)) if reference else self._column + 1
            self._kind, self._style = given.get("t", "n"), given.get("s", "")
            self._pieces.clear()
        elif kind == "row":
            self._number = int(given.get("r") or self._number + 1)
            self._row, self._column = [], -1
        elif kind == "rPh":
            self._phonetic = True

    def text(self, piece: str) -> None:
        if self._reading:
            self._pieces.append(piece)

    def end(self, name: str) -> None:
        kind = name if ":" not in name else ooxml.local(name)
        if kind in ("v", "t"):
            self._reading = False
        elif kind == "c":
            if self._pieces and (cell := self._value("".join(self._pieces))) is not None:
                self._put(cell)
        elif kind == "row":
            self.done.append((self._number, self._row))
        elif kind == "rPh":
            self._phonetic = False

    def _index(self, letters: str) -> int:
        index = self._columns.get(letters)
        if index is None:
            index = self._columns[letters] = column_index(letters)
        return index

    def _put(self, cell: Cell) -> None:
        row, column = self._row, self._column
        if column >= limits.COLUMNS:
            raise limits.TooManyColumns(row=self._number, columns=column + 1, limit=limits.COLUMNS)
        while len(row) < column:
            row.append(None)
        row.append(cell)

    def _value(self, text: str) -> Cell:
        kind = self._kind
        if kind == "s":
            at = int(text)
            text = self._texts[at] if at < len(self._texts) else ""
        elif kind == "n":
            return self._number_or_date(text)
        elif kind == "b":
            return text.strip() in ("1", "true")
        elif kind == "e":
            return None
        elif kind == "d":
            return _iso(text)
        else:
            text = ooxml.unescaped(text)
        if len(text) > limits.CELL_CHARACTERS:
            raise limits.CellTooLong(row=self._number, limit=limits.CELL_CHARACTERS)
        return text or None

    def _number_or_date(self, text: str) -> Cell:
        try:
            value = float(text)
        except ValueError:
            return text
        if self._style:
            style = int(self._style)
            if style in self._book.dates and value < _LAST_SERIAL:
                return self._moment(max(value, 0.0))
            if style in self._book.durations and math.isfinite(value):
                minutes = round(value * 1440)
                return f"{minutes // 60}:{minutes % 60:02}"
        return int(value) if value.is_integer() and abs(value) < 1e15 else value

    def _moment(self, serial: float) -> Cell:
        if self._epoch is _EPOCH_1900 and 1 <= serial < _FEBRUARY_1900:
            serial += 1
        moment = self._epoch + timedelta(seconds=round(serial * 86_400))
        if serial < 1:
            return moment.strftime("%H:%M")
        return moment.date() if moment.time() == datetime.min.time() else moment


def _iso(text: str) -> Cell:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return date(moment.year, moment.month, moment.day) if moment.time() == datetime.min.time() else moment
