"""The figures of people in a row."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple, TypeVar

from app.exchange.reading.cells import Cell, said
from app.exchange.rules.fields import ANY, People
from app.exchange.rules.settings import DecimalMark, no_mark
from app.exchange.rules.verdicts import Reason
from app.exchange.values.numbers import LARGEST, Negative, NotOneNumber, decimal, is_ambiguous, people

T = TypeVar("T")


class Figure(NamedTuple):
    """So many people, as stated, of whom."""

    who: People
    number: int


class FiguresFound(NamedTuple):
    """`text` is all of the figures as text."""

    figures: tuple[Figure, ...]
    reasons: tuple[Reason, ...]
    text: str


def count(cell: Cell, column: int, mark: DecimalMark, read: Callable[[Cell, str], T]) -> T:
    """What `read` makes of a cell of the column, whose other cells are asked when it alone doesn't tell."""
    return read(cell, mark(column) if is_ambiguous(cell) else "")


class PeopleReader:
    """Reads the columns of people: (index, whom it counts), in the order of the cells."""

    def __init__(self, columns: Sequence[tuple[int, People]], mark: DecimalMark = no_mark) -> None:
        self._columns, self._mark = tuple(columns), mark

    def read(self, cells: Sequence[Cell]) -> FiguresFound:
        """A blank is no figure, not 0. Refused: what is not one whole number, and numbers below zero."""
        figures: list[Figure] = []
        reasons: list[Reason] = []
        for (column, who), cell in zip(self._columns, cells, strict=True):
            try:
                number = count(cell, column, self._mark, people)
            except NotOneNumber:
                reasons.append(Reason("not-one-number", said(cell)))
            except Negative:
                reasons.append(Reason("negative", said(cell)))
            else:
                if number is not None:
                    figures.append(Figure(who, number))
        text = " ".join(f"{one.number} {one.who}" for one in figures)
        return FiguresFound(tuple(figures), (*reasons, *_over_total(figures)), text)


def _over_total(figures: Sequence[Figure]) -> list[Reason]:
    """Women and men together are more than the total of the same measure."""
    reasons: list[Reason] = []
    for total in figures:
        if total.who.is_total:
            parts = sum(
                one.number
                for one in figures
                if one.who.measure == total.who.measure
                and one.who.service == total.who.service
                and one.who.sex != ANY
                and one.who.disability == ANY
                and one.who.group == ANY
            )
            if parts > total.number:
                reasons.append(Reason("parts-over-total", str(parts), str(total.number)))
    return reasons


def added(rows: Iterable[Sequence[Figure]]) -> tuple[Figure, ...]:
    """The figures of several rows that are one presence, those of the same people added."""
    sums: dict[People, int] = {}
    for figure in chain.from_iterable(rows):
        sums[figure.who] = sums.get(figure.who, 0) + figure.number
    return tuple(Figure(who, number) for who, number in sums.items())


NEED_MEASURES = ("inneed", "targeted", "reached", "affected", "population")
"""What is counted of people in need; the figures of a statement come in this order."""


class NeedFigures(NamedTuple):
    """The figures of a row of needs: whom each statement is about (`measure` left at "inneed"), and the number of each of
    NEED_MEASURES, None where it isn't stated.
    """

    stated: tuple[tuple[People, list[int | None]], ...]
    severity: int | None
    reasons: tuple[Reason, ...]


class NeedFiguresReader:
    """Reads the columns of people and the severity of a table of needs.

    Figures are whole people, 0 or more; only a target is rounded down. A column for everybody makes the row's own
    statement; one for women, for a group or for a service makes a statement about those.
    """

    def __init__(self, columns: Sequence[tuple[int, People]], mark: DecimalMark = no_mark) -> None:
        self._mark = mark
        whom = [replace(who, measure="inneed") for _column, who in columns]
        self._of = tuple(dict.fromkeys(whom)) or (People("inneed"),)
        self._columns = [
            (column, who, self._of.index(one)) for (column, who), one in zip(columns, whom, strict=True)
        ]

    def read(self, cells: Sequence[Cell]) -> NeedFigures:
        """`cells`: severity, then those of the columns of people."""
        reasons: list[Reason] = []
        numbers: list[list[int | None]] = [[None] * len(NEED_MEASURES) for _who in self._of]
        for (column, who, at), cell in zip(self._columns, cells[1:], strict=True):
            number = self._number(who, column, cell, reasons)
            if number is not None and who.measure in NEED_MEASURES:
                numbers[at][NEED_MEASURES.index(who.measure)] = number
        severity = _severity(cells[0], reasons)
        # Where only parts are stated, a statement about everybody would state nothing.
        every = list(zip(self._of, numbers, strict=True))
        stated = [(who, counts) for who, counts in every if any(one is not None for one in counts)]
        return NeedFigures(tuple(stated or every[:1]), severity, tuple(reasons))

    def _number(self, who: People, column: int, cell: Cell, reasons: list[Reason]) -> int | None:
        try:
            if who.measure != "targeted":
                return count(cell, column, self._mark, people)
            number = count(cell, column, self._mark, decimal)
            if number is None:
                return None
            if number < 0:
                raise Negative
            if number > LARGEST:
                raise NotOneNumber
            if number != int(number):
                reasons.append(Reason("whole-people", said(cell)))
            return int(number)
        except NotOneNumber:
            reasons.append(Reason("not-one-number", said(cell)))
        except Negative:
            reasons.append(Reason("negative", said(cell)))
        return None


def _severity(cell: Cell, reasons: list[Reason]) -> int | None:
    text = said(cell)
    try:
        number = decimal(cell)
    except NotOneNumber:
        number = 0.0
    if number is None:
        return None
    if number not in (1, 2, 3, 4, 5):
        reasons.append(Reason("bad-severity", text))
        return None
    return int(number)
