"""Reads a workbook as a whole, in a process of its own: `python child.py FILE [SHEET]`.

A workbook can ask for more memory than there is, or bring its reader down; then only this process
ends. Without SHEET it writes one line of JSON about the sheets; with one, its rows from the top left
corner, some hundred a line. A date is written as a list of one ISO text, so that it differs from text.
Run as a script without the application: it imports nothing of it.
"""

import json
import resource
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

ROWS_A_LINE = 500
PASSWORD = 3
"""Exit code for a file that is locked with a password."""


def main(path: str, sheet: str | None, memory: int, seconds: int) -> int:
    """The exit code; raises whatever calamine raises for a file that it can't read."""
    with suppress(ValueError, OSError):  # not every system lets a process limit itself
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        workbook = CalamineWorkbook.from_path(path)  # pyright: ignore[reportUnknownMemberType]
    except PasswordError:
        return PASSWORD
    if sheet is None:
        _write([_about(workbook, number) for number in range(len(workbook.sheet_names))])
    else:
        _write_rows(workbook.get_sheet_by_name(sheet))
    return 0


def _about(workbook: CalamineWorkbook, number: int) -> dict[str, object]:
    about = workbook.sheets_metadata[number]
    merges = None
    if about.typ == SheetTypeEnum.WorkSheet:
        merges = workbook.get_sheet_by_index(number).merged_cell_ranges
    return {
        "name": about.name,
        "hidden": about.visible != SheetVisibleEnum.Visible,
        "table": about.typ == SheetTypeEnum.WorkSheet,
        "merges": [(*start, *end) for start, end in merges or []],
    }


def _write_rows(sheet: CalamineSheet) -> None:
    if sheet.start is None:
        return
    before: list[object] = [None] * sheet.start[1]
    batch: list[list[object]] = []
    for cells in sheet.iter_rows():
        row = [_plain(cell) for cell in cells]
        batch.append(before + row if before and len(row) <= sheet.width else row)
        if len(batch) == ROWS_A_LINE:
            _write(batch)
            batch = []
    _write(batch)


def _plain(cell: object) -> object:
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if isinstance(cell, datetime):
        rounded = (cell + timedelta(milliseconds=500)).replace(microsecond=0)
        return [rounded.isoformat()]
    if isinstance(cell, date):
        return [cell.isoformat()]
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    return cell


def _write(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    file, memory, seconds, *sheets = sys.argv[1:]
    sys.exit(main(file, sheets[0] if sheets else None, int(memory), int(seconds)))
