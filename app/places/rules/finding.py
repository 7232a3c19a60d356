"""Which places somebody may mean by what they typed: likest first, their own country before others."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from rapidfuzz.distance import OSA, JaroWinkler

CLOSE = 75
"""Of 100: one letter wrong in a short name, two in a long one."""
FAR = 60
"""What is less like it than this is not shown."""
_FAR_STEP = 6
_BY_SIZE = frozenset({0, 1, 2, 4})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place and how its name is written, folded. `by_code`: what was typed is its code."""

    id: UUID
    name: str
    level: int
    at_home: bool
    by_code: bool
    spellings: tuple[str, ...]


def likest(typed: str, candidates: Iterable[Candidate], most: int) -> list[UUID]:
    """At most `most` ids. `typed` is folded.

    The place with that code; places called just that; those at home whose name, or a word of it, begins so,
    or is close to it; then such elsewhere; only where there are none of these, what is less alike. Within
    each: those at home first, then the larger, then the more alike.
    """
    found: list[tuple[tuple[int, bool, int, float, str], UUID]] = []
    for one in candidates:
        score = max((alike(typed, spelling) for spelling in one.spellings), default=0.0)
        step = _step(typed, one, score)
        if step is not None:
            # Of places that are only alike, the likest comes first, however small.
            size = one.level if step in _BY_SIZE else 0
            found.append(((step, not one.at_home, size, -score, one.name), one.id))
    ordered = sorted(found, key=lambda pair: (pair[0], str(pair[1])))
    closer = [place for (step, *_), place in ordered if step < _FAR_STEP]
    return (closer or [place for _, place in ordered])[:most]


def alike(typed: str, spelling: str) -> float:
    """0 to 100: how alike two folded names are, letter by letter; a common beginning helps. Blanks don't count."""
    a, b = typed.replace(" ", ""), spelling.replace(" ", "")
    letters = OSA.normalized_similarity(a, b)
    return 100 * max(letters, (letters + JaroWinkler.normalized_similarity(a, b)) / 2)


def _step(typed: str, one: Candidate, score: float) -> int | None:
    if one.by_code:
        return 0
    if score == 100:
        return 1
    if any(spelling.startswith(typed) or f" {typed}" in spelling for spelling in one.spellings):
        return 2 if one.at_home else 4
    if score >= CLOSE:
        return 3 if one.at_home else 5
    return _FAR_STEP if score >= FAR else None
