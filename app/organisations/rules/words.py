"""The word list by which names of several spellings and languages are compared. No I/O but reading it once."""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from app.organisations.rules import scripts

_GLUED_ARTICLE = re.compile("[ld][aeiouh]")
SHIPPED = Path(__file__).parents[3] / "data" / "vocabulary" / "name-words.csv"


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """What stands for a word in a comparison: other words, or nothing (stop words and legal forms).

    Looked up by the word in its own script (Arabic without its article), as `scripts.split` gives it.
    """

    instead: Mapping[str, tuple[str, ...]]
    _met: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]], repr=False)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str]]) -> "Words":
        """From (from, to) rows; an empty `to` drops the word. The last row for a word counts."""
        read: dict[str, tuple[str, ...]] = {}
        for given, to in rows:
            for word in scripts.split(given):
                read[scripts.bare(word)] = tuple(to.split())
        return cls(read)

    def meaning(self, word: str) -> tuple[str, ...]:
        """What stands for a word (own script) in a comparison: the list's words, nothing, or itself in ASCII.

        A word that is not listed is looked up without a plural s, and without an article that lost its
        apostrophe ("lenfance").
        """
        if word not in self._met:
            self._met[word] = self._looked_up(word)
        return self._met[word]

    def drops(self, word: str) -> bool:
        """Whether a word (own script) says nothing about which organisation is meant."""
        return not self.meaning(word)

    def _looked_up(self, word: str) -> tuple[str, ...]:
        plain = scripts.in_ascii(word)
        for form in (scripts.bare(word), plain):
            if form in self.instead:
                return self.instead[form]
        for form in (plain.removesuffix("s"), plain[1:] if _GLUED_ARTICLE.match(plain) else ""):
            if len(form) >= 4 and (found := self.instead.get(form)):
                return found
        return (plain,) if plain else ()


@cache
def shipped() -> Words:
    """The list that comes with the product; a register extends it with its own rows."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return Words.of((row["from"], row["to"]) for row in csv.DictReader(file))
