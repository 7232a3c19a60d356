"""By which words a name is found, and which words of a search tell. No I/O here."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
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
COMMON = 2000
"""A word that more organisations have is looked up only together with another."""
_LONG_ENOUGH, _BEGINNING = 4, 3
_MOST_VARIANTS = 60
_MOST_ALIKE = 10
_MOST_PAIRS = 5


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


def alike_words(word: str, known: Mapping[str, int]) -> list[str]:
    """The known words (word -> number of organisations) that count for a word of a name in a comparison
    (similarity.soft): itself, and of those nearly like it the commonest and the likest.
    """
    if len(word) < _LONG_ENOUGH:
        return [word]
    near = process.extract(word, known.keys(), scorer=JaroWinkler.similarity, score_cutoff=ALIKE, limit=None)
    long_enough = [(other, how_much) for other, how_much, _at in near if len(other) >= _LONG_ENOUGH]
    likest = [other for other, _how_much in long_enough[:_MOST_ALIKE]]
    commonest = sorted((other for other, _how_much in long_enough), key=lambda other: -known[other])[
        :_MOST_ALIKE
    ]
    return list(dict.fromkeys((word, *likest, *commonest)))


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
    chosen = sorted(exact, key=lambda each: (each.word not in roots, -each.organisations, each.word))[
        :_MOST_VARIANTS
    ]
    if sum(each.organisations for each in exact) < FEW:
        chosen += [
            each
            for each in known
            if each not in chosen and any(is_alike(form, each.word) for form in one.forms)
        ]
    return [each.word for each in chosen[:_MOST_VARIANTS]]


@dataclass(frozen=True, slots=True)
class LookUp:
    """What candidates for a name are looked up by: names with one of the marks in `any_of`, or with one of each
    list of a group in `together`; `short` are words so common that only names of few words count.
    """

    any_of: frozenset[str]
    together: tuple[tuple[tuple[str, ...], ...], ...] = ()
    short: tuple[str, ...] = ()


def look_up(spelling: Spelling, rarity: Rarity, known: Mapping[str, int], at_least: float) -> LookUp:
    """The marks that find the names which may score `at_least` with this one, and not most of the register.

    known: word -> number of organisations. A word that tells is looked up with those nearly like it; where
    too many have one of these, only together with another word of the name, or with two.
    """
    tokens = {token for part in spelling.parts for token in part}
    words = {token: tuple(alike_words(token, known)) for token in tokens}
    size = {token: sum(known.get(word, 0) for word in words[token]) for token in tokens}
    any_of = set(marks_sought(spelling))
    pairs: dict[tuple[str, ...], int] = {}
    short: set[str] = set()
    for part in spelling.parts:
        for token in telling(part, rarity, at_least):
            others = {other for other in part if other != token}
            if size[token] <= COMMON:
                any_of.update(words[token])
            elif others:
                pairs |= {tuple(sorted((token, other))): size[token] * size[other] for other in others}
            else:
                short.update(words[token])
    fewest = sorted(pairs, key=lambda pair: (pairs[pair], pair))[:_MOST_PAIRS]
    rarest = sorted(tokens, key=lambda token: (size[token], token))
    groups: dict[tuple[str, ...], None] = {}
    for pair in fewest:
        third = [token for token in rarest if token not in pair][:1]
        expected = pairs[pair] / max(1, rarity.of_names)
        groups[tuple(sorted((*pair, *third))) if expected > COMMON else pair] = None
    together = tuple(tuple(words[token] for token in group) for group in groups)
    return LookUp(frozenset(any_of), together, tuple(sorted(short)))


def telling(part: Sequence[str], rarity: Rarity, at_least: float) -> list[str]:
    """The words of a name one of which another name must share to score `at_least` (similarity.soft).

    With M at most the other name's weight W_b, 2 M / (W_a + W_b) >= s needs M >= W_a s / (2 - s): words that
    together weigh less can't do it alone, and needn't be looked up.
    """
    share = at_least / 100
    needed = share / (2 - share) * sum(map(rarity, part))
    common, count = 0.0, Counter(part)
    by_weight = sorted(count, key=lambda token: (rarity(token), token))
    for at, token in enumerate(by_weight):
        common += rarity(token) * count[token]
        if common >= needed:
            return by_weight[at:]
    return by_weight[-1:]
