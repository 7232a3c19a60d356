"""How alike two names are, from 0 to 100, and which known names are likest. No I/O here.

The score is that of partners.md 1.3: tokens weigh by how rare they are, and tokens that are nearly alike
count in part. It only ever shows candidates to a person; nothing is joined by it.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from math import log
from typing import Generic, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from app.organisations.rules import names, scripts
from app.organisations.rules.words import Words, shipped

SHOWN = 70.0
"""From this score on a candidate is shown as similar."""
STRONG = 85.0
"""From this score on a person has to say whether it is the same."""
SAME_CONTACT = 80.0
"""At least this where web domain or phone are the same."""
BLOCKS = 100.0
"""The same registration number: there is no second registration."""
AT_MOST_SHOWN = 5

_ALIKE, _LONG_ENOUGH = 0.88, 4
_TELLING_INITIALS = 4
_MEASURED = 150
"""Names that are scored in full, those sharing the most first."""

Id = TypeVar("Id", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much a token tells: ln((N + 1) / (n + 1)) + 0.2 for one that n of N names have."""

    of_names: int = 0
    holding: Mapping[str, int] = field(default_factory=dict[str, int])

    def __call__(self, token: str) -> float:
        return log((self.of_names + 1) / (min(self.holding.get(token, 0), self.of_names) + 1)) + 0.2


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name made ready to be compared: the tokens of its parts, the acronyms it states, its initials if they
    are four letters or more: names that share fewer are many.
    """

    text: str
    letters: str
    parts: tuple[tuple[str, ...], ...]
    stated: frozenset[str]
    initials: frozenset[str]

    @classmethod
    def of(cls, name: str, acronyms: Iterable[str] = (), words: Words | None = None) -> "Spelling":
        listed = words or shipped()
        spelled = scripts.split(name[: names.LONGEST])
        whole = names.tokens_of(spelled, listed)
        return cls(
            name,
            names.letters(name),
            (whole, *names.pieces(name, listed)) if whole else (),
            names.carried(name, acronyms, listed).acronyms,
            frozenset([i for i in names.initials_of(spelled, listed) if len(i) >= _TELLING_INITIALS]),
        )

    def shares_acronym(self, other: "Spelling") -> bool:
        """Whether one states an acronym that the other states or that the other's words begin with."""
        return bool(
            self.stated & other.stated or self.stated & other.initials or self.initials & other.stated
        )


def soft(a: Sequence[str], b: Sequence[str], rarity: Rarity) -> float:
    """How alike two lists of tokens are: 100 * 2 M / (W_a + W_b), the same both ways round.

    W: sum of the rarity of a list's tokens. M: sum over pairs of one token each, equal ones first and then
    the weightiest, of (1, or Jaro-Winkler if it is at least 0.88 and both have four letters) * mean rarity.
    """
    if not a or not b:
        return 0.0
    left, right = Counter(a), Counter(b)
    equal = left & right
    matched = sum(rarity(token) * n for token, n in equal.items())
    whole = sum(map(rarity, a)) + sum(map(rarity, b))
    matched += _nearly_equal((left - equal).elements(), (right - equal).elements(), rarity)
    return 100.0 * 2 * matched / whole


def closeness(a: Spelling, b: Spelling, rarity: Rarity) -> float:
    """The score of two spellings, 0 to 100: the likest of their parts, and 85 at least for one acronym.

    An acronym alone never gives more: different organisations share them.
    """
    if a.letters and a.letters == b.letters:
        return 100.0
    likest = max((soft(p, q, rarity) for p in a.parts for q in b.parts), default=0.0)
    return max(likest, STRONG) if a.shares_acronym(b) else likest


def with_evidence(score: float, *, same_identifier: bool = False, same_contact: bool = False) -> float:
    """The final score: the names' own, raised by an equal identifier (100), web domain or phone (80)."""
    if same_identifier:
        return BLOCKS
    return max(score, SAME_CONTACT) if same_contact else score


@dataclass(frozen=True, slots=True)
class Near(Generic[Id]):
    """A candidate: which one, the score of its likest name, and that name as it is spelled."""

    id: Id
    score: float
    name: str


class Similarity(Generic[Id]):
    """Names in memory, to find those that are like another one.

    Every name sharing an equal or nearly equal token is reached, except through tokens so common that
    they can't lift a score to the threshold by themselves.
    """

    def __init__(self, words: Words | None = None) -> None:
        self._words = words
        self._spellings: list[tuple[Id, Spelling]] = []
        self._with_token: defaultdict[str, list[int]] = defaultdict(list)
        self._stating: defaultdict[str, list[int]] = defaultdict(list)
        self._beginning: defaultdict[str, list[int]] = defaultdict(list)
        self._vocabulary: list[str] = []
        self._alike: dict[str, dict[str, float]] = {}
        self._rarity: Rarity | None = None

    def add(self, id: Id, name: str, acronyms: Iterable[str] = ()) -> None:
        """Add one spelling of one organisation; several spellings of it are added one by one."""
        spelling = Spelling.of(name, acronyms, self._words)
        at = len(self._spellings)
        self._rarity = None
        self._spellings.append((id, spelling))
        for token in {token for part in spelling.parts for token in part}:
            if token not in self._with_token:
                self._vocabulary.append(token)
                self._alike.clear()
            self._with_token[token].append(at)
        for acronym in spelling.stated:
            self._stating[acronym].append(at)
        for acronym in spelling.initials:
            self._beginning[acronym].append(at)

    @property
    def rarity(self) -> Rarity:
        """How much each token tells among the names added so far."""
        if self._rarity is None:
            holding = {token: len(having) for token, having in self._with_token.items()}
            self._rarity = Rarity(len(self._spellings), holding)
        return self._rarity

    def near(
        self,
        name: str,
        acronyms: Iterable[str] = (),
        *,
        at_least: float = SHOWN,
        at_most: int = AT_MOST_SHOWN,
    ) -> list[Near[Id]]:
        """The organisations whose names are likest, best first; each once, with its likest name."""
        query = Spelling.of(name, acronyms, self._words)
        rarity = self.rarity
        best: dict[Id, Near[Id]] = {}
        for at in self._shortlist(query, rarity, at_least):
            id, spelling = self._spellings[at]
            score = closeness(query, spelling, rarity)
            if score >= at_least and (id not in best or score > best[id].score):
                best[id] = Near(id, score, spelling.text)
        return sorted(best.values(), key=lambda near: (-near.score, near.name))[:at_most]

    def _shortlist(self, query: Spelling, rarity: Rarity, at_least: float) -> set[int]:
        """The names worth scoring: those sharing an acronym, and those whose telling tokens weigh most."""
        reached = {at for acronym in query.stated for at in self._stating.get(acronym, ())}
        reached.update(at for acronym in query.stated for at in self._beginning.get(acronym, ()))
        reached.update(at for acronym in query.initials for at in self._stating.get(acronym, ()))
        for part in query.parts:
            shared: defaultdict[int, float] = defaultdict(float)
            for token in _telling(part, rarity, at_least):
                for alike, how_much in self._alike_to(token).items():
                    weight = how_much * rarity(token)
                    for at in self._with_token[alike]:
                        shared[at] += weight
            reached.update(
                nlargest(_MEASURED, shared, key=lambda at: (shared[at], -len(self._spellings[at][1].letters)))
            )
        return reached

    def _alike_to(self, token: str) -> Mapping[str, float]:
        """The known tokens that count for `token`, with how alike they are."""
        if token not in self._alike:
            found = {token: 1.0} if token in self._with_token else {}
            if len(token) >= _LONG_ENOUGH:
                likest = process.extract(
                    token, self._vocabulary, scorer=JaroWinkler.similarity, score_cutoff=_ALIKE, limit=None
                )
                found |= {other: score for other, score, _at in likest if len(other) >= _LONG_ENOUGH}
            self._alike[token] = found
        return self._alike[token]


def _nearly_equal(a: Iterable[str], b: Iterable[str], rarity: Rarity) -> float:
    long_a, long_b = ([t for t in some if len(t) >= _LONG_ENOUGH] for some in (a, b))
    pairs: list[tuple[float, tuple[str, str], int, int]] = []
    for i, left in enumerate(long_a):
        for j, right in enumerate(long_b):
            alike = JaroWinkler.similarity(left, right, score_cutoff=_ALIKE)
            if alike:
                # The two tokens in one order, so that ties fall the same way from both sides.
                ordered = (left, right) if left < right else (right, left)
                pairs.append((-alike * (rarity(left) + rarity(right)) / 2, ordered, i, j))
    matched, used_a, used_b = 0.0, set[int](), set[int]()
    for weight, _tokens, i, j in sorted(pairs):
        if i not in used_a and j not in used_b:
            used_a.add(i)
            used_b.add(j)
            matched -= weight
    return matched


def _telling(part: Sequence[str], rarity: Rarity, at_least: float) -> list[str]:
    """The rarest tokens of a part, one of which a name must have to reach the score.

    With M at most the other name's weight W_b, 2 M / (W_a + W_b) >= s needs M >= W_a s / (2 - s); tokens
    that together weigh less than that can't do it alone.
    """
    share = at_least / 100
    needed = share / (2 - share) * sum(map(rarity, part))
    common = 0.0
    by_weight = sorted(set(part), key=lambda token: (rarity(token), token))
    count = Counter(part)
    for at, token in enumerate(by_weight):
        common += rarity(token) * count[token]
        if common >= needed:
            return by_weight[at:]
    return by_weight[-1:]
