"""Several values in one cell: "WASH; Health", "Kenema / Bo"."""

import re
from collections.abc import Callable
from typing import TypeVar

from app.exchange.reading.cells import Cell, lines, said

T = TypeVar("T")
_FIRM = re.compile(r"\s*[;|•]\s*|\s+/\s+|\s+[-–]\s*(?=\n)")
_COMMA = re.compile(r"\s*[,،]\s*")
_LOOSE = re.compile(r"\s*[/&+,،;]\s*|\s+(?:and|et|y|و)\s+")
MOST = 20
"""A cell with more values than this is a sentence, not a list."""


def split(cell: Cell, known: Callable[[str], T | None], *, loose: bool = False) -> list[T]:
    """What the parts of the cell mean, when every part is known; else an empty list.

    Cut at line ends, `;`, `|`, ` / ` and then at commas; `loose` cuts at any `/`, `&`, `+` and "and" too,
    for short names that hold none of these. The whole cell is tried by the caller first: `Kala/Balge` is one name.
    """
    for parts in _cuts(cell, loose):
        if 1 < len(parts) <= MOST:
            meant = [known(part) for part in parts]
            if all(one is not None for one in meant):
                return list(dict.fromkeys(one for one in meant if one is not None))
    return []


def _cuts(cell: Cell, loose: bool) -> list[list[str]]:
    whole = said(cell)
    firm = [part for line in lines(cell) for part in _FIRM.split(line) if part]
    cuts = [firm, [part for piece in firm for part in _COMMA.split(piece) if part]]
    if loose:
        cuts.append([part for part in _LOOSE.split(whole) if part])
    return cuts
