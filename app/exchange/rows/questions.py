"""Values that only a person can decide, with the number of rows that wait for each."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Question:
    """A value of a field in `said`; `candidates` are (id or code, name), nearest first. `rows` counts as it is met.

    `blocks` tells whether the rows are refused until it is answered; else they are applied as they stand.
    """

    field: str
    value: str
    said: str
    candidates: tuple[tuple[str, str], ...] = ()
    blocks: bool = True
    rows: int = 0


class Questions:
    """The open questions of one import. Bounded: a file with more distinct values than that has its columns wrong."""

    MOST = 100_000

    def __init__(self) -> None:
        self._asked: dict[tuple[str, str], Question] = {}
        self.left_out = 0

    def ask(
        self,
        field: str,
        value: str,
        said: str,
        candidates: Sequence[tuple[str, str]] = (),
        *,
        blocks: bool = True,
    ) -> Question | None:
        """The question about this value, made at its first row."""
        asked = self._asked.get((field, value))
        if asked is None:
            if len(self._asked) >= self.MOST:
                self.left_out += 1
                return None
            asked = self._asked[field, value] = Question(field, value, said, tuple(candidates), blocks)
        return asked

    def __len__(self) -> int:
        return len(self._asked)

    def by_rows(self) -> list[Question]:
        """Those with the most rows first."""
        return sorted(
            self._asked.values(), key=lambda question: (-question.rows, question.field, question.value)
        )
