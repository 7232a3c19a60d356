"""Groups of people: each is a combination of facets, so that one can be said to include another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from app.kernel.i18n import N_
from app.kernel.refusals import Refused

ANY = "any"
SEXES = (ANY, "f", "m")
DISABILITIES = (ANY, "yes")
OLDEST = 130
ADULT = 18
OLD = 65
_AGE = re.compile(r"(\d{1,3})(?:-(\d{1,3})|(\+))", re.ASCII)
_STATUS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class NoSuchFacet(Refused):
    field = "facets"
    says = N_(
        "This is no way to name a group of people: %(value)s. An age reads 0-17 or 65+, a sex f, m or any."
    )


class GroupAlreadyNamed(Refused):
    field = "facets"
    says = N_("There is a group for exactly these people: %(group)s.")


class NotContained(Refused):
    field = "parent"
    says = N_("%(parent)s doesn't include everyone in this group. Choose a group that does.")


@dataclass(frozen=True, slots=True)
class Age:
    """Whole years from `first` to `last`, both included; `last` None is open-ended (65+)."""

    first: int = 0
    last: int | None = None

    @classmethod
    def read(cls, text: str) -> "Age":
        """`any`, `0-17` or `65+`. Raises NoSuchFacet."""
        if text == ANY:
            return cls()
        found = _AGE.fullmatch(text)
        if not found:
            raise NoSuchFacet(value=text)
        first, last = int(found[1]), None if found[3] else int(found[2])
        if (
            first > OLDEST
            or (last is not None and not first <= last <= OLDEST)
            or (first == 0 and last is None)
        ):
            raise NoSuchFacet(value=text)
        return cls(first, last)

    def __str__(self) -> str:
        if self == Age():
            return ANY
        return f"{self.first}+" if self.last is None else f"{self.first}-{self.last}"

    def contains(self, other: "Age") -> bool:
        ends_in = self.last is None or (other.last is not None and other.last <= self.last)
        return self.first <= other.first and ends_in


@dataclass(frozen=True, slots=True)
class Facets:
    """A group of people as a combination: `status` (a word of the vocabulary such as `idp`, or `any`),
    `sex` (`f`, `m`, `any`), age and `disability` (`yes`, `any`). Raises NoSuchFacet.

    `any` means everybody in that respect, never "not": disability `any` are people with and without one.
    """

    status: str = ANY
    sex: str = ANY
    age: Age = Age()
    disability: str = ANY

    def __post_init__(self) -> None:
        if not _STATUS.fullmatch(self.status):
            raise NoSuchFacet(value=self.status)
        if self.sex not in SEXES:
            raise NoSuchFacet(value=self.sex)
        if self.disability not in DISABILITIES:
            raise NoSuchFacet(value=self.disability)

    @classmethod
    def read(cls, facts: Mapping[str, object]) -> "Facets":
        """From the facts of an entry, `any` where one isn't given. Raises NoSuchFacet."""
        status, sex, age, disability = (
            str(facts.get(name) or ANY) for name in ("status", "sex", "age", "disability")
        )
        return cls(status, sex, Age.read(age), disability)

    def facts(self) -> dict[str, str]:
        """As they are kept in an entry, all four."""
        return {"status": self.status, "sex": self.sex, "age": str(self.age), "disability": self.disability}

    def contains(self, other: "Facets") -> bool:
        """Whether everyone in `other` is in this group by definition: each facet equal, or wider here."""
        return (
            self.status in (ANY, other.status)
            and self.sex in (ANY, other.sex)
            and self.disability in (ANY, other.disability)
            and self.age.contains(other.age)
        )

    @property
    def at_risk(self) -> bool:
        """Whether the facets alone say: children, old people or persons with disabilities, so that whoever
        works with them needs a safeguarding check. A status may say so too, in its group's entry."""
        children = self.age.last is not None and self.age.last < ADULT
        return children or self.age.first >= OLD or self.disability != ANY

    @property
    def narrowness(self) -> tuple[bool, int, int]:
        """Compares groups that contain the same people: greater is narrower, a status above all."""
        said = sum(value != ANY for value in (self.sex, str(self.age), self.disability))
        last = OLDEST if self.age.last is None else self.age.last
        return self.status != ANY, said, self.age.first - last


@dataclass(frozen=True)
class Groups:
    """All groups by code. Two groups never have the same facets."""

    facets: Mapping[str, Facets]

    @cached_property
    def _codes(self) -> Mapping[Facets, str]:
        return {facets: code for code, facets in self.facets.items()}

    def called(self, facets: Facets) -> str | None:
        """The code of the group that is exactly these people, None where nobody has named it."""
        return self._codes.get(facets)

    def containing(self, facets: Facets) -> list[str]:
        """Codes of all groups that include everyone in `facets`, the narrowest first, then by code."""
        found = [code for code, wider in self.facets.items() if wider.contains(facets)]
        narrowest = sorted(found)
        narrowest.sort(key=lambda code: self.facets[code].narrowness, reverse=True)
        return narrowest

    def contains(self, group: str, other: str) -> bool:
        """Whether the first group includes everyone in the second (a group contains itself)."""
        return self.facets[group].contains(self.facets[other])

    def check_new(self, facets: Facets, parent: str | None) -> None:
        """Raises GroupAlreadyNamed, or NotContained where `parent` leaves some of these people out."""
        if same := self.called(facets):
            raise GroupAlreadyNamed(group=same)
        if parent is not None and not self.facets[parent].contains(facets):
            raise NotContained(parent=parent)


@dataclass(frozen=True, slots=True)
class NewGroup:
    """A group that a file counts and nobody has named: its code, its parent, and names made from the
    parent's in every language the parent has ("Girls (5–11)")."""

    code: str
    parent: str
    facets: Facets
    names: Mapping[str, str]


def derived_group(groups: Groups, facets: Facets, names: Mapping[str, Mapping[str, str]]) -> NewGroup:
    """The group that these facets describe, named after the narrowest groups that contain it.

    `names` is code -> language -> name. One containing group names it where only the age is narrower;
    otherwise the group of the status and the one of the other facets do together ("Migrants – Women").
    Raises GroupAlreadyNamed, and IndexError where no group contains everyone.
    """
    groups.check_new(facets, None)
    parent = groups.containing(facets)[0]
    of_parent = groups.facets[parent]
    parts = [parent]
    if replace(of_parent, age=facets.age) != facets:
        others = replace(facets, status=ANY)
        parts.append(groups.called(others) or groups.containing(others)[0])
    ages = any(groups.facets[part].age == facets.age for part in parts)
    suffix = "" if ages else f" ({str(facets.age).replace('-', '–')})"
    languages = [language for language in names[parent] if all(language in names[part] for part in parts)]
    return NewGroup(
        code=_code(facets),
        parent=parent,
        facets=facets,
        names={
            language: " – ".join(names[part][language] for part in parts) + suffix for language in languages
        },
    )


def _code(facets: Facets) -> str:
    words = [value for value in (facets.status, facets.sex, str(facets.age)) if value != ANY]
    disability = ["with-disabilities"] if facets.disability != ANY else []
    return "-".join([*words, *disability]).replace("+", "-up")
