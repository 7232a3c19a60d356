"""A refused row as it came, to be handed back with the reason beside it."""

from collections.abc import Set as AbstractSet

from app.exchange.reading.cells import Cell, Row
from app.kernel.text import clean


def original(row: Row, private: AbstractSet[int]) -> tuple[Cell, ...]:
    """The cells of the row; private columns blank, and no characters that a database or a page can't hold."""
    return tuple(
        [
            None if at in private else clean(cell) if isinstance(cell, str) else cell
            for at, cell in enumerate(row)
        ]
    )
