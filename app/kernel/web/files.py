"""Tables handed out as CSV: for people with a byte order mark, and nothing in them that a spreadsheet would run."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from fastapi import Request, Response

_RUNS = re.compile("^[=+\\-@\t\r\n＝＋－＠]")
_NUMBERS_ONLY = re.compile(r"^[\d+\-(). ,]+$", re.ASCII)


def csv_file(request: Request, name: str, rows: Iterable[Sequence[object]]) -> Response:
    """`rows` (the first are headings) as the file `name`.csv. With `?bom=0` it comes without a byte order mark."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    mark = "" if request.query_params.get("bom") == "0" else "\ufeff"
    return Response(
        (mark + made.getvalue()).encode(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def harmless(cell: object) -> object:
    """A text that begins like a formula gets a quote in front; a telephone number stays as it is. None is blank."""
    if cell is None:
        return ""
    if isinstance(cell, str) and _RUNS.match(cell) and not _NUMBERS_ONLY.match(cell):
        return f"'{cell}"
    return cell
