"""What the columns of files are called, from `synonyms.csv`, and how well a heading fits a field."""

import csv
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process

from app.exchange.rules.fields import Field
from app.kernel.text import fold

_FILE = Path(__file__).with_name("synonyms.csv")
_TWO_ROWS = " > "
_FIELDS = frozenset(str(field) for field in Field)
SURE, STRIPPED, CLOSE, PARTLY = 100.0, 92.0, 85.0, 55.0
_SHORTEST_CLOSE = 4
_EMPTY_WORDS = frozenset(
    [
        "required",
        "obligatoire",
        "requis",
        "mandatory",
        "obligatorio",
        "optional",
        "optionnel",
        "facultatif",
        "opcional",
        "list",
        "liste",
        "lista",
        "select",
        "selectionner",
        "seleccionar",
        "name",
        "names",
        "nom",
        "noms",
        "nombre",
        "nombres",
        "dropdown",
        "drop",
        "down",
        "menu",
        "auto",
        "automatic",
        "choose",
        "choisir",
        "field",
        "champ",
        "campo",
        "the",
        "of",
        "de",
        "du",
        "des",
        "del",
        "la",
        "le",
        "les",
        "el",
        "en",
        "fr",
        "es",
        "english",
        "full",
        "please",
        "enter",
        "text",
        "texte",
        "اسم",
        "col",
    ]
)


class Synonyms:
    """Terms of columns and words of people's groups, folded. `terms`: (field, term)."""

    def __init__(self, terms: Iterable[tuple[str, str]]) -> None:
        self.fields: dict[Field, frozenset[str]] = {}
        self.words: dict[str, frozenset[tuple[str, ...]]] = {}
        found: dict[str, set[str]] = {}
        for name, term in terms:
            found.setdefault(name, set()).add(fold(term))
        for name, folded in found.items():
            folded.discard("")
            if name in _FIELDS:
                self.fields[Field(name)] = frozenset(folded)
            self.words[name] = frozenset(tuple(term.split()) for term in folded)
        self._tables = {name: sorted(terms) for name, terms in self.fields.items()}
        self._by_term: dict[str, set[Field]] = {}
        for name, folded in self.fields.items():
            for term in folded:
                self._by_term.setdefault(term, set()).add(name)
        self._by_bare = {
            name: {_without_filler(term) for term in terms} - {""} for name, terms in self.fields.items()
        }
        # Women, girls, people with disabilities: headings too, though fields only together with what they count.
        counted = {
            term for name, terms in found.items() if name.startswith(("people", "word.")) for term in terms
        }
        self._headings = frozenset(self._by_term) | (
            counted - found.get("word.small", set()) - found.get("word.other", set())
        )
        self._all = sorted(self._by_term)
        self._all_bare = frozenset(bare for terms in self._by_bare.values() for bare in terms)
        self._memo: dict[str, dict[Field, float]] = {}

    def scores(self, heading: str) -> dict[Field, float]:
        """How well the heading fits each field, 0 to 100; fields that it doesn't fit are left out.

        100 for a term as it is, 92 without words such as "required" or "name" and without numbers, the
        likeness less 5 from 85 on, 55 to 85 when all words of a term are among the heading's.
        """
        found = self._memo.get(heading)
        if found is None:
            if len(self._memo) >= 10_000:
                self._memo.clear()
            found = self._scores(fold(heading))
            if _TWO_ROWS in heading:
                # Under a group of headings the lower one names the column: "Location > Province".
                for name, score in self._scores(fold(heading.rpartition(_TWO_ROWS)[2])).items():
                    found[name] = max(score, found.get(name, 0.0))
            self._memo[heading] = found
        return found

    def best(self, heading: str) -> float:
        """The best score of any field: whether a cell looks like a heading at all."""
        folded = fold(heading)
        if folded in self._headings:
            return SURE
        if _bare(folded) in self._headings or _without_filler(folded) in self._all_bare:
            return STRIPPED
        if len(folded) >= _SHORTEST_CLOSE and (
            near := process.extractOne(folded, self._all, scorer=fuzz.ratio, score_cutoff=CLOSE)
        ):
            return near[1] - 5
        return 0.0

    def _scores(self, folded: str) -> dict[Field, float]:
        scores: dict[Field, float] = {}
        bare = _bare(folded)
        plain = _without_filler(folded)
        words = set(folded.split())
        for name, terms in self._tables.items():
            if folded in self.fields[name]:
                scores[name] = SURE
            elif bare in self.fields[name] or plain in self._by_bare[name]:
                scores[name] = STRIPPED
            elif score := self._alike(folded, words, terms):
                scores[name] = score
        return scores

    def _alike(self, folded: str, words: set[str], terms: list[str]) -> float:
        if not words:
            return 0.0
        close = 0.0
        if len(folded) >= _SHORTEST_CLOSE:
            near = process.extract(folded, terms, scorer=fuzz.ratio, score_cutoff=CLOSE, limit=5)
            # "admin 1 code" is one letter from "admin 2 code" and not like it at all.
            alike = [
                score
                for term, score, _at in near
                if len(term) >= _SHORTEST_CLOSE and _digits(term) == _digits(folded)
            ]
            close = max(alike, default=5.0) - 5
        shares = (len(parts) / len(words) for term in terms if (parts := set(term.split())) <= words)
        part = max(shares, default=0.0)
        return max(close, PARTLY + 30 * part if part else 0.0)


@cache
def shipped() -> Synonyms:
    """The dictionary that comes with the program."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return Synonyms([(row["field"], row["term"]) for row in csv.DictReader(file)])


def _bare(folded: str) -> str:
    return _without_filler(re.sub(r"\d+", " ", folded))


def _without_filler(folded: str) -> str:
    return " ".join(word for word in folded.split() if word not in _EMPTY_WORDS)


def _digits(folded: str) -> str:
    return "".join(letter for letter in folded if letter.isdecimal())
