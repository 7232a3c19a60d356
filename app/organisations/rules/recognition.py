"""Which organisation a name in a file means: found by rule, or asked with the likest ones. No I/O here.

Found is only what somebody wrote down before: a number, the same name, a recorded other spelling, or an
acronym that one organisation has together with a name nearly its own. How close two names are never joins
them, nor does an acronym alone (partners.md 1.3, exchange.md 2.6).
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import starmap
from typing import Generic, TypeVar

from rapidfuzz import fuzz

from app.organisations.rules import identifiers, names
from app.organisations.rules.similarity import AT_MOST_SHOWN, SHOWN, Near, Similarity
from app.organisations.rules.words import Words

NAME_BESIDE_ACRONYM = 80.0
"""token_sort_ratio of folded names that an acronym which only one organisation has needs beside it."""

Id = TypeVar("Id", bound=Hashable)


class How(StrEnum):
    """How an organisation was found, or why somebody is asked."""

    IDENTIFIER = "identifier"
    NAME = "name"
    NAME_WITHOUT_ACRONYM = "name_without_acronym"
    ALIAS = "alias"
    ACRONYM_AND_NAME = "acronym_and_name"
    SEVERAL = "several"
    SIMILAR = "similar"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Recognition(Generic[Id]):
    """The organisation that a name means (id), or None and the candidates, best first, five at most.

    how: SEVERAL when the rules point at more than one, SIMILAR when there are only likely ones (score 70 and
    more), UNKNOWN when there is none.
    """

    id: Id | None
    how: How
    candidates: tuple[Near[Id], ...] = ()


class Index(Generic[Id]):
    """The known organisations by every form that recognises them. Filled by `add`, also while it is in use.

    A country is a code, of one kind throughout. On a name it says that the name means this organisation only there (a national
    organisation: others may carry its name elsewhere); None, everywhere.
    """

    def __init__(self, words: Words | None = None) -> None:
        self._words = words
        self._names = _Places[Id]()
        self._aliases = _Places[Id]()
        self._shortened = _Places[Id]()
        self._with_acronym: dict[str, set[Id]] = {}
        self._acronyms_of: dict[Id, frozenset[str]] = {}
        self._with_number: dict[tuple[str, str], Id] = {}
        self._spellings: dict[Id, tuple[str, ...]] = {}
        self._similarity: Similarity[Id] | None = None

    def add(self, id: Id, name: str, acronym: str = "", country: str | None = None) -> None:
        """Add a name that the organisation has itself, with the acronym that goes with it."""
        carried = names.carried(name, (acronym,), self._words)
        self._names.add(names.letters(name), id, country)
        for shorter in carried.without:
            self._shortened.add(names.letters(shorter), id, country)
        if carried.acronyms:
            self._add_acronyms(id, carried.acronyms)
        self._add_spelling(id, name)

    def add_alias(self, id: Id, spelling: str, country: str | None = None) -> None:
        """Add a spelling that somebody recorded as this organisation, in one country or everywhere."""
        self._aliases.add(names.letters(spelling), id, country)
        self._add_spelling(id, spelling)

    def add_acronym(self, id: Id, acronym: str) -> None:
        """Add an acronym of an organisation; by itself it recognises nothing."""
        self._add_acronyms(id, frozenset({names.letters(acronym)} - {""}))

    def add_identifier(self, id: Id, scheme: str, number: str) -> None:
        """Add a live identifier; its number may be as printed."""
        self._with_number[scheme.upper(), identifiers.normal_number(number)] = id

    def near(
        self, name: str, acronym: str = "", *, at_least: float = SHOWN, at_most: int = AT_MOST_SHOWN
    ) -> list[Near[Id]]:
        """The likest organisations (similarity.py), best first. The first call makes the names ready for it."""
        if self._similarity is None:
            self._similarity = Similarity(self._words)
            for id, spellings in self._spellings.items():
                for spelling in spellings:
                    self._similarity.add(id, spelling, self._acronyms_of.get(id, ()))
        return self._similarity.near(name, (acronym,) if acronym else (), at_least=at_least, at_most=at_most)

    def knows_name(self, text: str) -> bool:
        """Whether some organisation has `text` as a name or alias, in any country."""
        spelled = names.letters(text)
        return bool(self._names.at(spelled, None) or self._aliases.at(spelled, None))

    def knows_acronym(self, text: str) -> bool:
        """Whether some organisation has `text` as an acronym."""
        return names.letters(text) in self._with_acronym

    def spelling(self, id: Id) -> str:
        """The first name that was added for an organisation."""
        return self._spellings[id][0]

    def by_number(self, scheme: str, number: str) -> Id | None:
        """The organisation with this identifier."""
        return self._with_number.get((scheme.upper(), identifiers.normal_number(number)))

    def by_spelling(self, name: str, country: str | None) -> tuple[How, set[Id]]:
        """The organisations that have exactly this name, or it as a recorded alias, in `country`.

        A spelling that belongs to that country outranks one that is used everywhere.
        """
        spelled = names.letters(name)
        hits = [(id, where, How.NAME) for id, where in self._names.at(spelled, country)]
        hits += [(id, where, How.ALIAS) for id, where in self._aliases.at(spelled, country)]
        if country is not None:
            hits = [hit for hit in hits if hit[1] == country] or hits
        return (hits[0][2] if hits else How.UNKNOWN), {hit[0] for hit in hits}

    def without_acronym(self, name: str, acronym: str, country: str | None) -> set[Id]:
        """The organisations whose name is this one when acronyms in brackets, beside a dash or stuck to it are
        left out on either side, unless their acronyms contradict each other.
        """
        carried = names.carried(name, (acronym,), self._words)
        shorter = {names.letters(form) for form in carried.without}
        hits = [
            hit
            for form in shorter
            for hit in (*self._names.at(form, country), *self._aliases.at(form, country))
        ]
        hits += [hit for form in {*shorter, names.letters(name)} for hit in self._shortened.at(form, country)]
        return {id for id, _where in hits if not self._contradicts(carried.acronyms, id)}

    def by_acronym_and_name(self, name: str, acronym: str) -> set[Id]:
        """The organisations that alone have an acronym stated with `name` and a name nearly like it."""
        carried = names.carried(name, (acronym,), self._words)
        forms = {names.fold(form) for form in (name, *carried.without)}
        found: set[Id] = set()
        for stated in carried.acronyms - {names.letters(name)}:
            having = self._with_acronym.get(stated, frozenset[Id]())
            if len(having) == 1 and any(
                fuzz.token_sort_ratio(form, names.fold(spelling)) >= NAME_BESIDE_ACRONYM
                for id in having
                for spelling in self._spellings.get(id, ())
                if names.letters(spelling) != stated
                for form in forms
            ):
                found |= having
        return found

    def _contradicts(self, stated: frozenset[str], id: Id) -> bool:
        known = self._acronyms_of.get(id)
        return bool(stated and known and stated.isdisjoint(known))

    def _add_acronyms(self, id: Id, acronyms: frozenset[str]) -> None:
        self._acronyms_of[id] = self._acronyms_of.get(id, frozenset[str]()) | acronyms
        for acronym in acronyms:
            self._with_acronym.setdefault(acronym, set()).add(id)

    def _add_spelling(self, id: Id, spelling: str) -> None:
        self._spellings[id] = (*self._spellings.get(id, ()), spelling)
        if self._similarity is not None:
            self._similarity.add(id, spelling, self._acronyms_of.get(id, ()))


class _Places(Generic[Id]):
    """Letters of a spelling -> the organisations that have it, each with the country where it does or None.

    Tuples and not lists: a hundred thousand lists would keep the garbage collector busy.
    """

    def __init__(self) -> None:
        self._having: dict[str, tuple[tuple[Id, str | None], ...]] = {}

    def add(self, spelled: str, id: Id, country: str | None) -> None:
        if spelled:
            self._having[spelled] = (*self._having.get(spelled, ()), (id, country))

    def at(self, spelled: str, country: str | None) -> list[tuple[Id, str | None]]:
        """Those for whom the spelling counts in `country`; all of them where no country is given."""
        having = self._having.get(spelled, ())
        return [hit for hit in having if country is None or hit[1] is None or hit[1] == country]


def recognise(
    name: str,
    acronym: str | None,
    country: str | None,
    index: Index[Id],
    *,
    numbers: Mapping[str, str] | None = None,
) -> Recognition[Id]:
    """The organisation that a source means by a name and an acronym, or who it might be.

    country: the country that the source is about, as the index has it. numbers: scheme -> number as printed.
    Where one rule points at several, the next may choose among them and never outside.
    """
    stated = (acronym or "").strip()
    pointed: set[Id] = set()
    for how, found in _rules(name, stated, country, index, numbers or {}):
        chosen = found & pointed if pointed else found
        if len(chosen) == 1:
            return Recognition(chosen.pop(), how)
        pointed = pointed or found
    likest = [near for near in index.near(name, stated) if near.id not in pointed]
    meant = [Near(id, 100.0, index.spelling(id)) for id in pointed]
    how = How.SEVERAL if pointed else How.SIMILAR if likest else How.UNKNOWN
    candidates = sorted(meant, key=lambda near: near.name) + likest
    return Recognition(None, how, tuple(candidates[:AT_MOST_SHOWN]))


def _rules(
    name: str, acronym: str, country: str | None, index: Index[Id], numbers: Mapping[str, str]
) -> Iterator[tuple[How, set[Id]]]:
    """The rules in their order, each with those it points at; a later one is only asked when needed."""
    yield How.IDENTIFIER, {id for id in starmap(index.by_number, numbers.items()) if id is not None}
    yield index.by_spelling(name, country)
    yield How.NAME_WITHOUT_ACRONYM, index.without_acronym(name, acronym, country)
    yield How.ACRONYM_AND_NAME, index.by_acronym_and_name(name, acronym)
