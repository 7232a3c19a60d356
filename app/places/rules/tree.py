"""The tree of areas as intervals: every subtree is a stretch of positions, so "inside" is two comparisons."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


class BrokenTree(Exception):
    """The rows make no tree: a code twice, a parent that isn't there, or areas that lie inside themselves.

    `codes` are the areas it was seen at.
    """

    def __init__(self, what: str, codes: Iterable[str]) -> None:
        self.codes = tuple(codes)
        super().__init__(f"{what}: {', '.join(self.codes[:10])}")


@dataclass(frozen=True, slots=True)
class Numbered:
    """Where an area stands in preorder: `lo` is its own position, `hi` that of the last area inside it
    (`lo` again where it has none), `level` how many areas it lies in."""

    lo: int
    hi: int
    level: int

    def contains(self, other: "Numbered") -> bool:
        """Whether `other` is this area or lies in it. SQL says it as lo <= other.lo <= hi; by this the tests hold
        that it is the same as walking up the parents.
        """
        return self.lo <= other.lo <= self.hi


def number_tree(
    parents: Mapping[str, str | None], *, key: Callable[[str], Any] | None = None, start: int = 0
) -> dict[str, Numbered]:
    """Code -> position, given code -> parent (None for a country).

    Siblings stand in the order of `key` (their code, where none is given), so the same areas are always
    numbered alike. Raises BrokenTree.
    """
    children: dict[str | None, list[str]] = {}
    for code, parent in parents.items():
        children.setdefault(parent, []).append(code)
    if orphans := [code for code, parent in parents.items() if parent is not None and parent not in parents]:
        raise BrokenTree("areas whose parent is unknown", orphans)
    for siblings in children.values():
        siblings.sort()
        if key is not None:
            siblings.sort(key=key)

    numbered: dict[str, Numbered] = {}
    opened: dict[str, tuple[int, int]] = {}
    position = start
    # A stack, not recursion: a file may be deeper than Python likes to call.
    waiting: list[tuple[str, int, bool]] = [(code, 0, False) for code in reversed(children.get(None, []))]
    while waiting:
        code, level, left = waiting.pop()
        if left:
            lo, level = opened[code]
            numbered[code] = Numbered(lo, position - 1, level)
            continue
        opened[code] = (position, level)
        position += 1
        waiting.append((code, level, True))
        waiting.extend((child, level + 1, False) for child in reversed(children.get(code, [])))
    if missed := [code for code in parents if code not in numbered]:
        raise BrokenTree("areas that lie inside themselves", missed)
    return numbered


def disjoint(intervals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same positions as the fewest intervals (both ends included), in order.

    A partner that names a state and one of its districts works in one stretch, not in two.
    """
    merged: list[tuple[int, int]] = []
    for lo, hi in sorted(intervals):
        if merged and lo <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], hi))
        else:
            merged.append((lo, hi))
    return merged
