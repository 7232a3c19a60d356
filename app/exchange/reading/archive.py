"""Zipped workbooks: what is inside, measured while unpacking and not as the file declares it."""

import re
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.exchange.reading import limits

_CHUNK = 1 << 18
_TAIL_BYTES = 16 * limits.MB
_MERGES = 100_000
_ERROR_CELL = b't="e"'
_DOCTYPE = b"<!DOCTYPE"
_END_OF_ROWS = b"sheetData>"
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; rows and columns count from 0, both ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Part:
    """One file in the archive: its bytes when unpacked, its merged ranges and cells with an error."""

    size: int
    merges: tuple[Merge, ...] = ()
    errors: int = 0


@contextmanager
def opened(path: Path) -> Generator[zipfile.ZipFile]:
    """The archive at `path`. Raises Damaged for whatever in it can't be unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, RuntimeError) as error:
        if "encrypted" in str(error):
            raise limits.PasswordProtected from error
        raise limits.Damaged from error


def measure(path: Path) -> dict[str, Part]:
    """Every part of the workbook that a reader will open, unpacked once and counted.

    Raises TooManyParts, OpensTooLarge, PackedTooTightly, DefinesEntities, PasswordProtected or Damaged.
    """
    packed = path.stat().st_size
    with opened(path) as archive:
        entries = archive.infolist()
        if len(entries) > limits.PARTS:
            raise limits.TooManyParts(limit=limits.PARTS)
        _check_size(sum(entry.file_size for entry in entries), packed)
        parts: dict[str, Part] = {}
        total = 0
        for entry in entries:
            if entry.filename.lower().endswith((".xml", ".rels", ".bin")):
                parts[entry.filename] = _unpack(archive, entry, total, packed)
                total += parts[entry.filename].size
    return parts


def _check_size(total: int, packed: int) -> None:
    if total > limits.OPENED_BYTES:
        raise limits.OpensTooLarge(limit=limits.OPENED_BYTES // limits.MB)
    if total > max(limits.HARMLESS_BYTES, limits.OPENED_RATIO * packed):
        raise limits.PackedTooTightly(limit=limits.OPENED_RATIO)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, before: int, packed: int) -> Part:
    size = errors = 0
    carried = b""
    tail: bytearray | None = None
    with archive.open(entry) as file:
        while chunk := file.read(_CHUNK):
            # UTF-16 would hide the word from a search in bytes.
            if size == 0 and _DOCTYPE in chunk.replace(b"\x00", b"").upper():
                raise limits.DefinesEntities
            size += len(chunk)
            _check_size(before + size, packed)
            if "/worksheets/" not in entry.filename:
                continue
            window = carried + chunk
            errors += window.count(_ERROR_CELL) - carried.count(_ERROR_CELL)
            if tail is not None:
                if len(tail) < _TAIL_BYTES:
                    tail += chunk
            elif (at := window.find(_END_OF_ROWS)) >= 0 and b"/" in window[max(0, at - 16) : at]:
                tail = bytearray(window[at:])
            carried = chunk[-32:]
    return Part(size, tuple(_merges(bytes(tail or b""))), errors)


def _merges(tail: bytes) -> Iterator[Merge]:
    for count, found in enumerate(_MERGE.finditer(tail)):
        if count == _MERGES:
            return
        left, top, right, bottom = (group.decode("ascii") for group in found.groups())
        yield Merge(int(top) - 1, column_index(left), int(bottom) - 1, column_index(right))


def column_index(letters: str) -> int:
    """0 for A, 25 for Z, 26 for AA."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
