"""The figures of people in a row."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from app.exchange.fields import ANY, People
from app.exchange.reading.cells import Cell, said
from app.exchange.values.numbers import Negative, NotOneNumber, people
from app.exchange.verdicts import Reason


class Figure(NamedTuple):
    """So many people, as stated, of whom."""

    who: People
    number: int


class FiguresFound(NamedTuple):
    """`text` is all of the figures as text."""

    figures: tuple[Figure, ...]
    reasons: tuple[Reason, ...]
    text: str


class PeopleReader:
    """Reads the columns of people; `columns` says whom each counts, in the order of the cells."""

    def __init__(self, columns: Sequence[People]) -> None:
        self._columns = tuple(columns)

    def read(self, cells: Sequence[Cell]) -> FiguresFound:
        """A blank is no figure, not 0. Refused: what is not one whole number, and numbers below zero."""
        figures: list[Figure] = []
        reasons: list[Reason] = []
        for who, cell in zip(self._columns, cells, strict=True):
            try:
                number = people(cell)
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
