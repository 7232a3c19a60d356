"""Text files: which encoding, which delimiter, and their records one after the other."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from math import sqrt
from pathlib import Path

from app.exchange.reading import limits
from app.exchange.reading.cells import Row

_SAMPLE_BYTES = 200_000
_SAMPLE_RECORDS = 60
DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "cp1252", "cp1256", "utf-16")
"""What a person may choose from when our guess was wrong."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Bytes that are letters in both Windows code pages; Arabic words are long runs of them, an accented
# letter of French or Spanish mostly stands alone.
_LETTER_RUNS = re.compile(b"[\xc0-\xff\x81\x8d\x8e\x90]+")
_ARABIC_RUN = 2.5
_SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?\r?\n?$', re.IGNORECASE)
_LINE_CHARACTERS = 4 * limits.MB
"""A line without an end would be read into memory as a whole."""


def sniff_encoding(sample: bytes) -> str:
    """The encoding of a file that begins with `sample`: first what a byte order mark says, then what fits."""
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    zeros = sample.count(0)
    if zeros > 0.1 * len(sample) and _alternate(sample):
        return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample, final=False)
    except UnicodeDecodeError:
        runs = _LETTER_RUNS.findall(sample)
        mean = sum(map(len, runs)) / len(runs) if runs else 0.0
        return "cp1256" if mean >= _ARABIC_RUN else "cp1252"
    return "utf-8"


def _alternate(sample: bytes) -> bool:
    """Zero bytes stand on one side only, as in UTF-16 and not as in a file of rubbish."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    return max(even, odd) > 4 * min(even, odd)


def sniff_delimiter(text: str) -> str:
    """The delimiter that cuts the first records into the most columns of one constant number."""
    if found := _SEPARATOR_LINE.match(text.split("\n", 1)[0]):
        return found[1]
    return max(DELIMITERS, key=lambda delimiter: _steadiness(text, delimiter))


def _steadiness(text: str, delimiter: str) -> float:
    widths: list[int] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(record):
                widths.append(len(record))
            if len(widths) == _SAMPLE_RECORDS:
                break
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    # The last record of the sample may be cut off.
    counted = widths[:-1] if 1 < len(widths) < _SAMPLE_RECORDS else widths
    width, times = max(Counter(counted).items(), key=lambda pair: (pair[1], pair[0]))
    return times / len(counted) * sqrt(width - 1)


def sample_of(path: Path, encoding: str) -> str:
    """The beginning of the file as it reads in `encoding`, whatever doesn't decode shown as �."""
    with path.open("rb") as file:
        return codecs.getincrementaldecoder(encoding)("replace").decode(file.read(_SAMPLE_BYTES), final=False)


def beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SAMPLE_BYTES)


def records(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    """The records of a delimited file, cells as text, blank lines as empty lists.

    The n-th record is row n of the sheet that a spreadsheet program shows. Raises TooManyColumns,
    CellTooLong and DoesNotDecode.
    """
    number = 0
    try:
        with path.open(encoding=encoding, newline="") as file:
            lines = _Lines(file)
            for number, record in enumerate(csv.reader(lines, delimiter=delimiter), 1):
                if len(record) > limits.COLUMNS:
                    raise limits.TooManyColumns(row=number, columns=len(record), limit=limits.COLUMNS)
                if lines.long:
                    lines.long = False
                    if max(map(len, record), default=0) > limits.CELL_CHARACTERS:
                        raise limits.CellTooLong(row=number, limit=limits.CELL_CHARACTERS)
                yield record  # pyright: ignore[reportReturnType] - a list of str is only read here
    except csv.Error as error:
        raise limits.CellTooLong(row=number + 1, limit=limits.CELL_CHARACTERS) from error
    except UnicodeError as error:
        raise limits.DoesNotDecode(line=_undecodable_line(path, encoding), encoding=encoding) from error


class _Lines:
    """The lines of a file without a leading `sep=` line; notes when one is long enough to hold too long a cell."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self.long = False
        self._file = file

    def __iter__(self) -> Iterator[str]:
        following = iter(partial(self._file.readline, _LINE_CHARACTERS), "")
        for first in following:
            if not _SEPARATOR_LINE.match(first):
                yield self._noted(first)
            break
        for line in following:
            yield line if len(line) <= limits.CELL_CHARACTERS else self._noted(line)

    def _noted(self, line: str) -> str:
        if len(line) == _LINE_CHARACTERS and not line.endswith("\n"):
            raise csv.Error("no end of line within reach")
        self.long = len(line) > limits.CELL_CHARACTERS
        return line


def _undecodable_line(path: Path, encoding: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):  # noqa: B007 - the number is what is asked for
            try:
                decoder.decode(line)
            except UnicodeError:
                break
        else:
            number = 1
    return number
