"""What was worked out before, for values that repeat: most cells of a large file have been seen already."""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, Protocol, Self, TypeVar

from app.exchange.reading.cells import ERROR_VALUES, Cell, Row, picker
from app.exchange.rules.column_map import ColumnMap
from app.exchange.rules.fields import Field
from app.exchange.rules.verdicts import Reason

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


class Found(Protocol):
    """What is made of some cells of a row: a named tuple with reasons among its fields."""

    @property
    def reasons(self) -> tuple[Reason, ...]: ...

    def _replace(self, *, reasons: tuple[Reason, ...]) -> Self: ...


F = TypeVar("F", bound=Found)


class Group(Generic[F]):
    """Cells of a row that are read together. `pick` takes them out of a row, `found` has what was made of them before.

    `fixed` is what a table has that lacks all of these columns: the same for every row, and None otherwise.
    """

    def __init__(
        self,
        columns: ColumnMap,
        fields: Sequence[Field],
        read: Callable[[Sequence[Cell]], F],
        more: Sequence[int] = (),
    ) -> None:
        """`read` gets one cell for each of `fields`, None where no column has it, then those of the columns `more`."""
        places = [columns.index(field) for field in fields]
        there = [place for place in places if place is not None]
        self._at = [None if place is None else there.index(place) for place in places]
        self._fields = len(there)
        self._read = read
        self.pick = picker([*there, *more])
        self.found: Memo[Cells, F] = Memo(self._read_spread)
        self.fixed: F | None = None if there or more else self.found[()]

    def of(self, row: Row) -> F:
        """What the row's cells mean."""
        return self.found[self.pick(row)]

    @property
    def parts(self) -> tuple[Callable[[Row], Cells], Memo[Cells, F], F | None]:
        """pick, found and fixed, to be bound outside of a loop."""
        return self.pick, self.found, self.fixed

    def _read_spread(self, cells: Cells) -> F:
        spread: Sequence[Cell] = cells
        if self._at:
            named = [None if place is None else cells[place] for place in self._at]
            spread = [*named, *cells[self._fields :]]
        found = self._read(spread)
        if not ERROR_VALUES.isdisjoint(cells):
            return found._replace(  # pyright: ignore[reportPrivateUsage] - the public method of a named tuple
                reasons=(*found.reasons, Reason("error-value"))
            )
        return found
