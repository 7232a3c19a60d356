"""Areas of one parent, among which a name is looked up: equal first, then by closeness."""

from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from app.exchange.values.area_names import key, sound, without_article, without_bracket
from app.kernel.text import fold

AUTOMATIC = 90.0
MARGIN = 6.0
ASKED = 75.0
"""Names are taken by themselves at AUTOMATIC or more and MARGIN above the second, shown to a person from ASKED."""
_LEAST_EDITS = (2 * (ASKED - MARGIN) - 100) / 100 - 0.001
"""The least similarity by edits, 0 to 1, with which two names can reach ASKED - MARGIN at all (see closeness)."""
_MEMO = 100_000


@dataclass(frozen=True, slots=True)
class Area:
    """An area of the tree. `country` is its country's alpha-3 code where it has one, else the root's code."""

    code: str
    level: int
    parent: str
    names: tuple[str, ...]
    country: str

    @property
    def name(self) -> str:
        return self.names[0] if self.names else self.code


@dataclass(frozen=True, slots=True)
class NameMatch:
    """`how` is equal, close or "" (nothing taken by itself); `candidates` are (area, score), best first."""

    area: Area | None = None
    how: str = ""
    candidates: tuple[tuple[Area, float], ...] = ()


@dataclass(slots=True)
class Siblings:
    """Areas among which a name is looked up."""

    areas: list[Area]
    keys: frozenset[str] = frozenset()
    _folded: dict[str, list[Area]] = field(default_factory=dict)
    _by_key: dict[str, list[Area]] = field(default_factory=dict)
    _bare: dict[str, list[Area]] = field(default_factory=dict)
    _written: list[tuple[Area, str, str]] = field(default_factory=list)
    _keys: list[str] = field(default_factory=list)
    _memo: dict[str, NameMatch] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for area in self.areas:
            for name in area.names:
                folded = fold(name)
                if folded in _NO_NAMES:
                    continue
                _enter(self._folded, folded, area)
                for variant in without_bracket(name):
                    _enter(self._by_key, key(variant), area)
                _enter(self._bare, without_article(name), area)
                main = key(name)
                self._written.append((area, main, sound(main)))
        self.keys = frozenset(self._by_key)
        self._keys = [written for _area, written, _sounded in self._written]

    def match(self, text: str) -> NameMatch:
        found = self._memo.get(text)
        if found is None:
            if len(self._memo) >= _MEMO:
                self._memo.clear()
            found = self._memo[text] = self._match(text)
        return found

    def _match(self, text: str) -> NameMatch:
        if fold(text) in _NO_NAMES:
            return NameMatch()
        for table, forms in (
            (self._folded, [fold(text)]),
            (self._by_key, [key(text)]),
            (self._by_key, [key(one) for one in without_bracket(text)]),
            (self._bare, [without_article(text)]),
        ):
            equal = list({area.code: area for form in forms if form for area in table.get(form, ())}.values())
            if len(equal) == 1:
                return NameMatch(equal[0], "equal")
            if equal:
                return NameMatch(candidates=tuple((area, 100.0) for area in equal[:10]))
        return self._close(key(text))

    def _close(self, wanted: str) -> NameMatch:
        if not wanted:
            return NameMatch()
        heard = sound(wanted)
        scores: dict[str, float] = {}
        areas: dict[str, Area] = {}
        # Nothing else of a pair counts for more than half, so that most pairs are left by their edits alone.
        like = process.extract_iter(
            wanted, self._keys, scorer=OSA.normalized_similarity, processor=None, score_cutoff=_LEAST_EDITS
        )
        for _written, _score, at in like:
            area, written, sounded = self._written[at]
            score = closeness(wanted, heard, written, sounded)
            if score >= ASKED - MARGIN and score > scores.get(area.code, 0.0):
                scores[area.code], areas[area.code] = score, area
        ranked = sorted(scores.items(), key=lambda pair: -pair[1])
        candidates = tuple((areas[code], score) for code, score in ranked[:3] if score >= ASKED)
        if (
            ranked
            and ranked[0][1] >= AUTOMATIC
            and (len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= MARGIN)
        ):
            return NameMatch(areas[ranked[0][0]], "close", candidates)
        return NameMatch(candidates=candidates)


_NO_NAMES = frozenset({"", "unspecified", "unknown", "other", "na"})


def closeness(wanted: str, heard: str, written: str, sounded: str) -> float:
    """How alike two names are, 0 to 100, from their keys and their sounds.

    a = edits between the keys (optimal string alignment), b = Jaro-Winkler of the keys, z = edits between the sounds;
    the highest of a, (a + b) / 2 and (a + z) / 2, so that neither a shared beginning nor a like sound decides alone.
    """
    a = 100 * OSA.normalized_similarity(wanted, written)
    b = 100 * JaroWinkler.similarity(wanted, written)
    z = 100 * OSA.normalized_similarity(heard, sounded)
    return max(a, (a + b) / 2, (a + z) / 2)


def _enter(table: dict[str, list[Area]], form: str, area: Area) -> None:
    if form:
        held = table.setdefault(form, [])
        if area not in held:
            held.append(area)
