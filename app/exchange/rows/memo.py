"""What was worked out before, for values that repeat: most cells of a large file have been seen already."""

from collections.abc import Callable, Hashable
from typing import TypeVar

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
