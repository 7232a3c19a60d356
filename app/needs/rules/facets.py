"""Facets: who a count of people is about, by status, sex, age and disability.

A group of the vocabulary is a named combination of facets (girls = sex f, age 0-17; displaced girls =
the same with status idp). What isn't one of the four kinds (people living with HIV, jobless youth) is a
value of `status`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from typing import Self

from app.kernel.i18n import N_
from app.kernel.refusals import Refused

ANY = "any"
OLDEST = 130
_WRITTEN = re.compile(r"^(\d{1,3})(?:-(\d{1,3})|(\+))$")


class NotAnAge(Refused):
    field = "age"
    says = N_("Write ages in whole years, for example 0-17 or 65+.")


class Facet(StrEnum):
    STATUS = "status"
    SEX = "sex"
    AGE = "age"
    DISABILITY = "disability"


class Sex(StrEnum):
    ANY = "any"
    FEMALE = "f"
    MALE = "m"


class Disability(StrEnum):
    ANY = "any"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Age:
    """Ages in whole years from `low` to `high`, both included; without `high`, and everybody older.

    Raises NotAnAge.
    """

    low: int = 0
    high: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.low <= OLDEST or (self.high is not None and not self.low <= self.high <= OLDEST):
            raise NotAnAge

    @classmethod
    def read(cls, written: str) -> Self:
        """The band that "any", "0-17" or "65+" writes. Raises NotAnAge."""
        if written == ANY:
            return cls()
        if not (found := _WRITTEN.match(written)):
            raise NotAnAge
        low, high, _open = found.groups()
        return cls(int(low), int(high) if high else None)

    def __str__(self) -> str:
        if self.is_any:
            return ANY
        return f"{self.low}+" if self.high is None else f"{self.low}-{self.high}"

    @property
    def is_any(self) -> bool:
        return self.low == 0 and self.high is None

    @property
    def top(self) -> int:
        """The last year of the band, whether or not it is written."""
        return OLDEST if self.high is None else self.high

    def contains(self, other: "Age") -> bool:
        return self.low <= other.low and other.top <= self.top

    def overlaps(self, other: "Age") -> bool:
        return self.low <= other.top and other.low <= self.top


@dataclass(frozen=True, slots=True)
class Facets:
    """One combination; a facet that isn't named is `any`: it says nothing, not "no".

    `named`: the facets that say something.
    """

    status: str = ANY
    sex: Sex = Sex.ANY
    age: Age = Age()
    disability: Disability = Disability.ANY
    named: frozenset[Facet] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        says = (
            self.status != ANY,
            self.sex != Sex.ANY,
            not self.age.is_any,
            self.disability != Disability.ANY,
        )
        object.__setattr__(
            self, "named", frozenset(facet for facet, said in zip(Facet, says, strict=True) if said)
        )

    @classmethod
    def read(cls, status: str = ANY, sex: str = ANY, age: str = ANY, disability: str = ANY) -> Self:
        """From the words that are stored. Raises NotAnAge; ValueError for a sex or disability we don't have."""
        return cls(status, Sex(sex), Age.read(age), Disability(disability))

    def __str__(self) -> str:
        return f"{self.status} {self.sex} {self.age} {self.disability}"

    def contains(self, other: "Facets") -> bool:
        """Everybody counted in `other` is counted here too."""
        return contains(self, other)

    def overlaps(self, other: "Facets") -> bool:
        """Somebody may be counted in both."""
        return overlaps(self, other)


EVERYBODY = Facets()


# Called for every pair of a line's groups and an area's cells, over a few hundred distinct combinations.
@lru_cache(maxsize=1 << 16)
def contains(whole: Facets, part: Facets) -> bool:
    return (
        whole.status in (ANY, part.status)
        and whole.sex in (Sex.ANY, part.sex)
        and whole.disability in (Disability.ANY, part.disability)
        and whole.age.contains(part.age)
    )


@lru_cache(maxsize=1 << 16)
def overlaps(one: Facets, other: Facets) -> bool:
    return (
        (one.status == other.status or ANY in (one.status, other.status))
        and (one.sex == other.sex or Sex.ANY in (one.sex, other.sex))
        and (one.disability == other.disability or Disability.ANY in (one.disability, other.disability))
        and one.age.overlaps(other.age)
    )


def disjoint(groups: Iterable[Facets]) -> bool:
    """Nobody is counted in two of `groups`."""
    return _disjoint(frozenset(groups))


def widest(groups: Iterable[Facets]) -> frozenset[Facets]:
    """`groups` without those that lie inside another of them: the same people, said once."""
    distinct = frozenset(groups)
    return frozenset(
        group for group in distinct if not any(other != group and other.contains(group) for other in distinct)
    )


@lru_cache(maxsize=1 << 16)
def _disjoint(groups: frozenset[Facets]) -> bool:
    return not any(one.overlaps(other) for one, other in combinations(groups, 2))
