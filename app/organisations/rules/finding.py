"""By which words a name is found, and which words of a search tell. No I/O here."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import JaroWinkler

from app.organisations.rules import names, scripts
from app.organisations.rules.similarity import Rarity, Spelling
from app.organisations.rules.words import Words, shipped

MOST_WORDS = 8
"""Words of a search that are looked up; what follows narrows nothing."""
FEW = 10
"""Where fewer organisations than this have a word as it was typed, words nearly like it count too."""
ALIKE = 0.88
LONGEST_LETTERS = 120
"""Letters of a name that are looked up as a whole."""
_LONG_ENOUGH, _BEGINNING = 4, 3
_MOST_VARIANTS = 60


def words_of(spellings: Iterable[str]) -> list[str]:
    """Every word of every spelling, as it is written and as it is compared, in ASCII and without accents."""
    found: set[str] = set()
    for spelling in spellings:
        found.update(names.fold(spelling).split())
        found.update(names.tokens(spelling))
    return sorted(found)


def marks_of(spelling: Spelling) -> list[str]:
    """What one spelling is looked up by: its words as they are compared, "=" before each acronym that it
    states, "~" before initials that somebody else may state as an acronym, "#" before all its letters.
    """
    tokens = {token for part in spelling.parts for token in part}
    stated = {f"={acronym}" for acronym in spelling.stated}
    letters = {f"#{spelling.letters[:LONGEST_LETTERS]}"} if spelling.letters else set[str]()
    return sorted(tokens | stated | letters | {f"~{initials}" for initials in spelling.initials})


def marks_sought(spelling: Spelling) -> list[str]:
    """The marks of other names that share an acronym, or every letter, with this one."""
    sought = {f"={acronym}" for acronym in spelling.stated | spelling.initials}
    letters = {f"#{spelling.letters[:LONGEST_LETTERS]}"} if spelling.letters else set[str]()
    return sorted(sought | letters | {f"~{acronym}" for acronym in spelling.stated})


def alike_words(word: str, known: Iterable[str]) -> list[str]:
    """The known words that count for a word of a name in a comparison (similarity.soft): itself, and those
    nearly like it.
    """
    return [other for other in known if other == word or is_alike(word, other)]


def is_alike(word: str, other: str) -> bool:
    """Whether two words of four letters or more are nearly the same: Jaro-Winkler 0.88 or more."""
    long_enough = len(word) >= _LONG_ENOUGH and len(other) >= _LONG_ENOUGH
    return long_enough and JaroWinkler.similarity(word, other, score_cutoff=ALIKE) > 0


@dataclass(frozen=True, slots=True)
class Known:
    """A word that names hold, and how many organisations have it."""

    word: str
    organisations: int


@dataclass(frozen=True, slots=True)
class Sought:
    """One word of a search: the forms in which it was typed. `tells` is false for "the" and "association"."""

    forms: tuple[str, ...]
    tells: bool


def sought(typed: str, words: Words | None = None) -> list[Sought]:
    """The words of a search, each as it is written and as it is compared; only those that tell, if any do."""
    listed = words or shipped()
    found: list[Sought] = []
    for word in scripts.split(typed[: names.LONGEST]):
        written, meant = scripts.in_ascii(word), listed.meaning(word)
        if written:
            found.append(Sought(tuple(dict.fromkeys((written, *meant))), bool(meant)))
    telling = [word for word in found if word.tells] or found
    return list(dict.fromkeys(telling))[:MOST_WORDS]


def variants(one: Sought, known: Collection[Known]) -> list[str]:
    """The known words that count for a word of a search.

    Those equal to it, without a plural s, or beginning with it (three letters); where few organisations
    have these, also words nearly alike: a slip of the finger still finds the name.
    """
    roots = set(one.forms) | {form[:-1] for form in one.forms if len(form) > 4 and form.endswith("s")}
    begins = tuple(root for root in roots if len(root) >= _BEGINNING)
    exact = [each for each in known if each.word in roots or (begins and each.word.startswith(begins))]
    chosen = sorted(exact, key=lambda each: (each.word not in roots, -each.organisations, each.word))[:_MOST_VARIANTS]
    if sum(each.organisations for each in exact) < FEW:
        chosen += [each for each in known if each not in chosen and any(is_alike(form, each.word) for form in one.forms)]
    return [each.word for each in chosen[:_MOST_VARIANTS]]


def telling(parts: Sequence[Sequence[str]], rarity: Rarity, at_least: float) -> list[str]:
    """The words of a name one of which another name must share to score `at_least` (similarity.soft).

    With M at most the other name's weight W_b, 2 M / (W_a + W_b) >= s needs M >= W_a s / (2 - s): words that
    together weigh less can't do it alone, and needn't be looked up.
    """
    share = at_least / 100
    found: list[str] = []
    for part in parts:
        needed = share / (2 - share) * sum(map(rarity, part))
        common, count = 0.0, Counter(part)
        by_weight = sorted(count, key=lambda token: (rarity(token), token))
        for at, token in enumerate(by_weight):
            common += rarity(token) * count[token]
            if common >= needed:
                found += by_weight[at:]
                break
    return list(dict.fromkeys(found))
