"""Which known organisation a name in a file means. Nothing is joined by closeness alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from rapidfuzz import fuzz, process

from app.kernel.text import fold

ALIKE = 80
"""token_sort_ratio that names with one and the same acronym need to be taken for one organisation."""
POSSIBLE = 75
"""From here on a known name is offered to the person as perhaps the same."""
_LISTED = UUID("6f1d5f0e-7a52-5c1b-9a53-0c4f7d1c9a10")
_BRACKET = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*")
_DASH = re.compile(r"\s+[-–—:]\s+|\s*[:–—]\s+")


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name or spelling; with a country it holds in that country only."""

    name: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class KnownOrganisation:
    """An organisation of the register. `country` is alpha-3, "" for one that works anywhere."""

    id: str
    name: str
    acronym: str = ""
    country: str = ""
    aliases: tuple[Alias, ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationMatch:
    """`how` is identifier, name, alias or acronym; "" when nothing is taken by itself."""

    organisation: KnownOrganisation | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known organisation that may be the one meant, with the likeness of the names, 0 to 100."""

    organisation: KnownOrganisation
    score: float


class OrganisationIndex:
    """Known organisations by identifier, name, alias and acronym."""

    def __init__(self, organisations: Iterable[KnownOrganisation]) -> None:
        self._identifiers: dict[str, list[KnownOrganisation]] = {}
        self._names: dict[str, list[KnownOrganisation]] = {}
        self._aliases: dict[str, list[tuple[str, KnownOrganisation]]] = {}
        self._acronyms: dict[str, list[KnownOrganisation]] = {}
        self._sorted: dict[str, list[KnownOrganisation]] | None = None
        for one in organisations:
            for identifier in one.identifiers:
                _enter(self._identifiers, _identifier(identifier), one)
            for name in spellings(one.name, one.acronym):
                _enter(self._names, name, one)
            for alias in one.aliases:
                self._aliases.setdefault(fold(alias.name), []).append((alias.country, one))
            _enter(self._acronyms, acronym_key(one.acronym), one)

    def find(
        self, name: str, acronym: str = "", *, identifier: str = "", country: str = ""
    ) -> OrganisationMatch:
        """The organisation that may be taken without asking, and by which rule.

        Rules in order: a known identifier; an equal name, also without an acronym in brackets, after a dash or
        stuck to its end; a recorded alias of the country or of everywhere; an acronym that only one organisation
        has, when the names are alike too (ALIKE).
        """
        if identifier and (one := _only(self._identifiers.get(_identifier(identifier), []), country)):
            return OrganisationMatch(one, "identifier")
        forms = spellings(name, acronym)
        for form in forms:
            if one := _only(self._names.get(form, []), country):
                return OrganisationMatch(one, "name")
        for form in forms:
            if one := self._by_alias(form, country):
                return OrganisationMatch(one, "alias")
        held = self._acronyms.get(acronym_key(acronym), []) if acronym and name else []
        if len(held) == 1 and likeness(name, held[0].name) >= ALIKE:
            return OrganisationMatch(held[0], "acronym")
        return OrganisationMatch()

    def candidates(self, name: str, acronym: str = "", *, limit: int = 3) -> list[Candidate]:
        """Known organisations that the name may mean, nearest first: for a person to choose from."""
        if self._sorted is None:
            self._sorted = {}
            for form, held in self._names.items():
                self._sorted.setdefault(" ".join(sorted(form.split())), []).extend(held)
        wanted = " ".join(sorted(fold(name).split()))
        found = process.extract(
            wanted, self._sorted.keys(), scorer=fuzz.ratio, score_cutoff=POSSIBLE, limit=3 * limit
        )
        scores: dict[str, Candidate] = {}
        for form, score, _at in found:
            for one in self._sorted[form]:
                scores.setdefault(one.id, Candidate(one, score))
        for one in self._acronyms.get(acronym_key(acronym), []) if acronym else ():
            scores.setdefault(one.id, Candidate(one, likeness(name, one.name)))
        return sorted(scores.values(), key=lambda candidate: -candidate.score)[:limit]

    def knows_name(self, text: str) -> bool:
        """Whether a cell is the name or an alias of an organisation."""
        folded = fold(text)
        return folded in self._names or folded in self._aliases

    def knows_acronym(self, text: str) -> bool:
        return acronym_key(text) in self._acronyms

    def _by_alias(self, form: str, country: str) -> KnownOrganisation | None:
        held = self._aliases.get(form, [])
        for wanted in (country, "") if country else ("",):
            found = {one.id: one for where, one in held if where == wanted}
            if found:
                return next(iter(found.values())) if len(found) == 1 else None
        return None


def listed_id(name: str, country: str) -> str:
    """The id of an organisation that is known from files only: always the same for one folded name in one country,
    so that a second file, or the same one again, means the same organisation.
    """
    return str(uuid5(_LISTED, f"{country}\x1f{fold(name)}"))


def likeness(first: str, second: str) -> float:
    """token_sort_ratio of two names, 0 to 100: the order of words doesn't count."""
    return fuzz.token_sort_ratio(fold(first), fold(second))


def spellings(name: str, acronym: str = "") -> list[str]:
    """Folded forms of a name that are the name all the same: as it is, and without its own acronym.

    "World Food Programme (WFP)", "WFP - World Food Programme" and, where the acronym column says WFP,
    "World Food Programme WFP". Only what is written like an acronym, or is the given one, is taken off.
    """
    given = acronym_key(acronym)
    forms = [fold(name)]
    if found := _BRACKET.search(name):
        inside, outside = found[1], _BRACKET.sub(" ", name)
        if is_acronym(inside) or acronym_key(inside) == given:
            forms.append(fold(outside))
        elif is_acronym(outside):
            forms.append(fold(inside))
    parts = _DASH.split(name)
    if len(parts) == 2:
        for short, long in (parts, parts[::-1]):
            if is_acronym(short) or (given and acronym_key(short) == given):
                forms.append(fold(long))
    words = name.split()
    if given and len(words) > 2:
        if acronym_key(words[-1]) == given:
            forms.append(fold(" ".join(words[:-1])))
        elif acronym_key(words[0]) == given:
            forms.append(fold(" ".join(words[1:])))
    return [form for form in dict.fromkeys(forms) if form]


def is_acronym(text: str) -> bool:
    """One short word, mostly capitals: WFP, ACTED, 5TEi, AAH/ACF."""
    text = text.strip()
    capitals = sum(letter.isupper() or letter.isdigit() for letter in text)
    letters = sum(letter.isalnum() for letter in text)
    return 2 <= letters <= 12 and " " not in text and capitals >= 0.6 * letters


def acronym_key(text: str) -> str:
    return fold(text).replace(" ", "")


def _identifier(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())


def _only(held: list[KnownOrganisation], country: str) -> KnownOrganisation | None:
    """The one organisation; of several the one of the country; else nobody."""
    if len(held) < 2:
        return held[0] if held else None
    there = [one for one in held if country and one.country == country]
    return there[0] if len(there) == 1 else None


def _enter(table: dict[str, list[KnownOrganisation]], form: str, one: KnownOrganisation) -> None:
    if form:
        held = table.setdefault(form, [])
        if one not in held:
            held.append(one)
