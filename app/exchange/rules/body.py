"""The rows of a table under its header: blank ones, repeated headings and totals left out and counted."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from app.exchange.reading.archive import Merge
from app.exchange.reading.cells import Cell, Row, all_blank, is_blank, picker, said
from app.exchange.reading.limits import BLANK_ROWS
from app.exchange.reading.tables import Sheet
from app.exchange.rules.header import Header
from app.kernel.text import fold

_TOTALS = frozenset(
    fold(word)
    for word in [
        "total",
        "totals",
        "grand total",
        "sub total",
        "subtotal",
        "sub-total",
        "sous total",
        "sous-total",
        "total général",
        "total generale",
        "totaux",
        "overall total",
        "totales",
        "total general",
        "subtotales",
        "suma total",
        "sum",
        "somme",
        "suma",
        "gran total",
        "المجموع",
        "الاجمالي",
        "الإجمالي",
        "المجموع الكلي",
        "اجمالي",
        "إجمالي",
        "مجموع",
    ]
)
_STARTS = tuple(
    fold(word) + " "
    for word in ("total", "subtotal", "sub total", "sous total", "grand total", "إجمالي", "مجموع", "المجموع")
)
_LONGEST_TOTAL = 60
_MEMO = 100_000
_NARROWEST = 4
"""In a table of fewer columns a row with a single cell may be a row."""


class Body:
    """Iterates (row number, row), rows as wide as the header; `skipped` counts what was left out by kind.

    `key_columns` are those that say who, what and where; `fill_down` those in which a blank means "as above",
    besides merged ranges, whose cells all have the value of the first.
    """

    def __init__(
        self,
        sheet: Sheet,
        header: Header,
        key_columns: Sequence[int],
        fill_down: frozenset[int] = frozenset(),
    ) -> None:
        self.skipped: Counter[str] = Counter()
        self.read = 0
        self._sheet, self._header = sheet, header
        self._fill_down = fill_down
        self._keys = tuple(sorted(set(key_columns) or range(header.width)))
        self._looked_at = tuple(sorted({0, *self._keys}))[: max(1, header.width)]
        self._headings = {heading for heading in header.headings if heading}
        self._plain: set[Cell] = {"", None}

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        width = self._header.width
        first = self._header.first_data_row
        blank = 0
        fill = self._filler()
        pick, plain = picker(self._looked_at), self._plain
        for number, row in enumerate(self._sheet.rows(), 1):
            if number < first:
                continue
            if len(row) < width:
                row = row + [None] * (width - len(row))
            if fill:
                fill(number, row)
            cells = pick(row)
            if not any(cells) or not plain.issuperset(cells):
                left_out = self._left_out(row, cells)
                if left_out == "blank":
                    blank += 1
                    if blank > BLANK_ROWS:
                        return
                    continue
                if left_out:
                    self._count_blanks(blank)
                    blank = 0
                    self.skipped[left_out] += 1
                    continue
            if blank:
                self._count_blanks(blank)
                blank = 0
            self.read += 1
            yield number, row

    def _count_blanks(self, blank: int) -> None:
        """Blank rows count between rows, not the empty rest of a sheet."""
        if blank:
            self.skipped["blank"] += blank

    def _left_out(self, row: Row, cells: Sequence[Cell]) -> str:
        if all_blank(cells) and all_blank(row):
            return "blank"
        if self._header.width >= _NARROWEST and sum(not is_blank(cell) for cell in row) == 1:
            return "note"
        suspicious = False
        for cell in cells:
            if cell in self._plain:
                continue
            if isinstance(cell, str) and (cell.strip() in self._headings or _says_total(cell)):
                suspicious = True
            elif not is_blank(cell):
                if len(self._plain) >= _MEMO:
                    self._plain.clear()
                    self._plain.update(("", None))
                self._plain.add(cell)
        if suspicious:
            if self._repeats_header(row):
                return "repeated header"
            if self._is_total(row):
                return "total"
        return ""

    def _repeats_header(self, row: Row) -> bool:
        """At least half of the cells, and two, are the last row of the headings again, and none says anything else."""
        lower = [heading.rpartition(" > ")[2] for heading in self._header.headings]
        pairs = [
            (fold(said(cell)), fold(heading))
            for cell, heading in zip(row, lower, strict=False)
            if not is_blank(cell)
        ]
        same = sum(one == other for one, other in pairs)
        return same >= 2 and same >= 0.8 * len(pairs)

    def _is_total(self, row: Row) -> bool:
        first = next((cell for cell in row if isinstance(cell, str) and said(cell)), None)
        named = [row[at] for at in self._keys if not is_blank(row[at])]
        totals = [cell for cell in named if isinstance(cell, str) and _says_total(cell)]
        if first is not None and _says_total(first) and len(named) - len(totals) <= 1:
            return True
        return bool(totals) and len(named) <= 1

    def _filler(self) -> Callable[[int, Row], None] | None:
        width = self._header.width
        down = [
            merge
            for merge in self._sheet.merges
            if merge.bottom + 1 >= self._header.first_data_row and merge.left < width
        ]
        if not down and not self._fill_down:
            return None
        starting = sorted(down, key=lambda merge: -merge.top)
        going_on: list[tuple[Merge, Cell]] = []
        last: dict[int, Cell] = {}

        def fill(number: int, row: Row) -> None:
            nonlocal going_on
            going_on = [(merge, cell) for merge, cell in going_on if merge.bottom >= number - 1]
            while starting and starting[-1].top <= number - 1:
                merge = starting.pop()
                if merge.bottom >= number - 1:
                    going_on.append((merge, row[merge.left] if merge.top == number - 1 else None))
            for merge, cell in going_on:
                for column in range(merge.left, min(merge.right + 1, width)):
                    if is_blank(row[column]) and column == merge.left:
                        row[column] = cell
            if self._fill_down and not all_blank(row):
                for column in self._fill_down:
                    if is_blank(row[column]):
                        row[column] = last.get(column)
                    else:
                        last[column] = row[column]

        return fill


def _says_total(cell: str) -> bool:
    if len(cell) > _LONGEST_TOTAL:
        return False
    folded = fold(said(cell))
    return folded in _TOTALS or folded.startswith(_STARTS)
