"""What was worked out before, for values that repeat: most cells of a large file have been seen already."""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from app.exchange.fields import Field
from app.exchange.mapping import ColumnMap
from app.exchange.reading.cells import Cell, Row, picker

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
MOST = 100_000


class Memo(dict[K, V]):
    """`memo[key]` is `work_out(key)`, kept; emptied when it holds MOST entries, so that it never grows with the file."""

    def __init__(self, work_out: Callable[[K], V]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, key: K) -> V:
        if len(self) >= MOST:
            self.clear()
        found = self[key] = self._work_out(key)
        return found


Cells = tuple[Cell, ...]


def group(
    columns: ColumnMap, fields: Sequence[Field], read: Callable[[Sequence[Cell]], V], more: Sequence[int] = ()
) -> tuple[Callable[[Row], Cells], Memo[Cells, V]]:
    """How to take the cells of `fields` and of the columns `more` out of a row, and what `read` makes of them.

    `read` gets one cell for each field, None where no column has it, and then those of `more`.
    """
    places = [columns.index(field) for field in fields]
    there = [place for place in places if place is not None]
    at = [None if place is None else there.index(place) for place in places]

    def read_spread(cells: Cells) -> V:
        return read([None if place is None else cells[place] for place in at] + list(cells[len(there) :]))

    return picker([*there, *more]), Memo(read_spread)
