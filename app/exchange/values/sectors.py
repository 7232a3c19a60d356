"""Which service of the vocabulary a word for a sector or cluster means."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process

from app.kernel.text import fold

_AND = frozenset({"and", "et", "y", "e", "و", "the", "of", "de", "des", "du", "in", "en"})
_AROUND = frozenset(
    [
        "cluster",
        "clusters",
        "sector",
        "sectors",
        "secteur",
        "secteurs",
        "sectores",
        "sous",
        "sub",
        "subcluster",
        "subsector",
        "op",
        "ops",
        "aor",
        "group",
        "groupe",
        "grupo",
        "wg",
        "working",
        "travail",
        "trabajo",
        "programme",
        "program",
        "response",
        "réponse",
        "reponse",
        "respuesta",
        "activities",
        "activites",
        "actividades",
        "قطاع",
        "كتله",
        "مجموعه",
        "القطاع",
        "3w",
        "4w",
        "5w",
        "area",
        "responsibility",
        "domaine",
        "responsabilite",
        "national",
    ]
)
_PRESENCE = "operational presence"
_BRACKET = re.compile(r"[(\[]([^)\]]+)[)\]]")
_CUT = re.compile(r"\s*:\s*|\s+[-–—>]+\s+|\s*>\s*|\s*/\s*")
_NUMBERED = re.compile(r"^\s*(?:[a-z]{0,3}\d+(?:\.\d+)*\s*[.:)\-–]\s*)", re.IGNORECASE)
_CLOSE = 85
_CLOSE_LETTERS = 5
_TERMS = Path(__file__).with_name("services.csv")


@dataclass(frozen=True, slots=True)
class ServiceMatch:
    """`service` is a code of the vocabulary; `how` is name, part or close; "" when there is none."""

    service: str = ""
    how: str = ""
    candidates: tuple[str, ...] = ()


class ServiceIndex:
    """The services by their codes, by their names in every language, and by what sectors are called in files.

    `services`: (code, names). A part such as PRO-GBV has its whole as the beginning of its code.
    """

    def __init__(
        self,
        services: Iterable[tuple[str, Sequence[str]]],
        *,
        terms: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.codes: tuple[str, ...] = ()
        self._by_key: dict[str, str] = {}
        own = [(code, list(names)) for code, names in services]
        self.codes = tuple(code for code, _names in own)
        # The vocabulary's own words come first: a term of files never takes one away from it.
        for code, names in own:
            for name in (code, *names):
                self._by_key.setdefault(_key(name), code)
        for code, names in (file_terms() if terms is None else terms).items():
            if code in self.codes:
                for name in names:
                    self._by_key.setdefault(_key(name), code)
        self._by_key.pop("", None)
        self._long = [key for key in self._by_key if len(key) >= _CLOSE_LETTERS]
        self._memo: dict[str, ServiceMatch] = {}

    @classmethod
    def default(cls) -> "ServiceIndex":
        """The services that every instance starts with."""
        return cls([(code, ()) for code in file_terms()])

    def known(self, text: str) -> str | None:
        """The service that the text names without any closeness, or None."""
        found = self.find(text)
        return found.service if found.service and found.how != "close" else None

    def find(self, text: str) -> ServiceMatch:
        """The service that the text means, or the nearest ones for a person to choose from."""
        found = self._memo.get(text)
        if found is None:
            if len(self._memo) >= 100_000:
                self._memo.clear()
            found = self._memo[text] = self._find(text)
        return found

    def _find(self, text: str) -> ServiceMatch:
        if code := self._exact(text):
            return ServiceMatch(code, "name")
        inside = [code for part in _BRACKET.findall(text) if (code := self._exact(part))]
        outside = self._exact(_BRACKET.sub(" ", text))
        if code := _finer([outside, *inside]):
            return ServiceMatch(code, "part")
        parts = [part for part in _CUT.split(_BRACKET.sub(" ", text)) if part.strip()]
        if len(parts) > 1:
            meant = [self._exact(part) for part in parts]
            known = [code for code in meant if code]
            if known and (code := _finer(known)) and (len(known) == len(parts) or _same_family(known)):
                return ServiceMatch(code, "part")
        return self._close(text)

    def _exact(self, text: str) -> str:
        key = _key(text)
        return (
            self._by_key.get(key, "")
            or self._by_key.get(_stripped(key), "")
            or self._by_key.get(_stripped(_key(_NUMBERED.sub("", text))), "")
        )

    def _close(self, text: str) -> ServiceMatch:
        key = _stripped(_key(text))
        if len(key) < _CLOSE_LETTERS:
            return ServiceMatch()
        near = process.extract(key, self._long, scorer=fuzz.ratio, score_cutoff=60, limit=10)
        codes = list(dict.fromkeys(self._by_key[name] for name, _score, _at in near))
        if near and near[0][1] >= _CLOSE:
            rivals = [score for name, score, _at in near if self._by_key[name] != codes[0]]
            if not rivals or near[0][1] - rivals[0] >= 3:
                return ServiceMatch(codes[0], "close", tuple(codes[:3]))
        return ServiceMatch(candidates=tuple(codes[:3]))


@cache
def file_terms() -> Mapping[str, Sequence[str]]:
    """What the services are called in files, by code of the service."""
    terms: dict[str, list[str]] = {}
    with _TERMS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            terms.setdefault(row["service"], []).append(row["term"])
    return terms


def _key(text: str) -> str:
    return " ".join(
        word for word in fold(text.replace("&", " ").replace("/", " ")).split() if word not in _AND
    )


def _stripped(key: str) -> str:
    words = key.split()
    if len(words) > 2 and fuzz.ratio(" ".join(words[:2]), _PRESENCE) >= _CLOSE:
        words = words[2:]
    while len(words) > 1 and words[0] in _AROUND:
        words = words[1:]
    while len(words) > 1 and words[-1] in _AROUND:
        words = words[:-1]
    return " ".join(words)


def _finer(codes: Sequence[str]) -> str:
    """The part among a whole and its part, the one code among equal ones; "" when they disagree."""
    known = sorted({code for code in codes if code}, key=len)
    if not known:
        return ""
    return known[-1] if _same_family(known) else ""


def _same_family(codes: Sequence[str]) -> bool:
    longest = max(codes, key=len)
    return all(longest == code or longest.startswith(code + "-") for code in codes)
