"""Made-up rows by the million, the same for the same seed: a tree of areas, organisations, need cells.

Ids are numbers written as ids, so that rows can refer to each other without being looked up.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from uuid import UUID

from app.coverage.rules.tiers import tier
from app.organisations.rules import finding, names
from app.organisations.rules.kinds import Kind
from app.organisations.rules.similarity import Spelling

COUNTRY = "NG"
REGIONS, DISTRICTS, WARDS = 40, 25, 4
"""One country of 40 regions of 25 districts of 4 wards: 5 041 areas."""
SYLLABLES = (
    "ba",
    "da",
    "fu",
    "ga",
    "ka",
    "la",
    "ma",
    "na",
    "po",
    "ri",
    "sa",
    "to",
    "wu",
    "ya",
    "zi",
    "be",
    "du",
    "ko",
)
THEMES = (
    "Women",
    "Youth",
    "Children",
    "Farmers",
    "Widows",
    "Girls",
    "Herders",
    "Fishers",
    "Health",
    "Education",
    "Water",
    "Relief",
    "Peace",
    "Livelihoods",
    "Disability",
    "Elders",
)
FORMS = (
    "Association",
    "Initiative",
    "Foundation",
    "Network",
    "Development Trust",
    "Cooperative",
    "Union",
    "Action Group",
    "Council",
    "Forum",
)
Line = str


def made_id(kind: int, number: int) -> str:
    """The id of row `number` of one kind of rows (version 7, so that they lie in the order of their numbers)."""
    return f"0190{kind:04x}-0000-7000-8000-{number:012x}"


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area: where it stands in the tree and what it spans there."""

    id: str
    number: int
    parent: int | None
    level: int
    code: str
    name: str
    lo: int
    hi: int


def areas() -> list[AreaRow]:
    """The tree in preorder; an area's number is its position."""
    rows: list[AreaRow] = []

    def add(parent: AreaRow | None, below: Sequence[int], code: str) -> int:
        number = len(rows) + 1
        level = len(code) // 3 if parent else 0
        name = _word(number) if parent else "Nigeria"
        row = AreaRow(made_id(1, number), number, parent and parent.number, level, code, name, number, 0)
        rows.append(row)
        last = number
        for child in range(below[0] if below else 0):
            last = add(row, below[1:], f"{code}{child + 1:03}")
        rows[number - 1] = replace(row, hi=last)
        return last

    add(None, (REGIONS, DISTRICTS, WARDS), COUNTRY)
    return rows


def _word(number: int) -> str:
    """A word of three to five syllables, its own for every number."""
    parts = [SYLLABLES[number // len(SYLLABLES) ** power % len(SYLLABLES)] for power in range(3)]
    if number >= len(SYLLABLES) ** 3:
        parts.append(SYLLABLES[number // len(SYLLABLES) ** 3 % len(SYLLABLES)])
    return "".join(parts).capitalize()


@dataclass(frozen=True, slots=True)
class OrganisationLines:
    """Lines of COPY for one organisation, and the words it is found by."""

    organisation: Line
    name: Line
    terms: list[Line]
    areas: list[Line]
    room: list[Line]
    words: list[str]


ORGANISATION = (
    "id", "slug", "kind", "state", "name", "name_folded", "acronym", "words", "descriptions", "home_area_id",
    "founded_year", "staff", "phone", "website", "listed_source", "verified_on", "expires_on",
)  # fmt: skip
NAME = ("id", "organisation_id", "form", "text", "folded", "marks")
TERM = ("organisation_id", "relation", "term_id")
PLACE = ("organisation_id", "area_id")
ROOM = ("organisation_id", "service_id", "people", "starts_on", "stated_by")


def name_of(number: int, seed: int = 7) -> str:
    """The name of organisation `number`. One word is nearly its own, the others are everybody's."""
    mixed = number * 2_654_435_761 + seed
    theme, other, form = (
        THEMES[mixed // 7 % len(THEMES)],
        THEMES[mixed // 911 % len(THEMES)],
        FORMS[mixed // 13 % len(FORMS)],
    )
    own = _word(mixed % 90_001)
    return f"{own} {theme} {form}" if theme == other else f"{own} {theme} and {other} {form}"


def acronym_of(name: str) -> str:
    return "".join(word[0] for word in name.split() if word != "and")


def slug_of(number: int) -> str:
    return _slug(name_of(number), number)


def _slug(name: str, number: int) -> str:
    return f"{name.lower().replace(' ', '-')}-{number}"


@cache
def _words(word: str) -> frozenset[str]:
    return frozenset(finding.words_of([word]))


@cache
def _tokens(word: str) -> tuple[str, ...]:
    return names.tokens(word)


def _as_rules_say(name: str, acronym: str) -> tuple[list[str], list[str]]:
    """Words and marks of a name: what it is found by."""
    return finding.words_of([name]), finding.marks_of(Spelling.of(name, [acronym]))


def _pieced_together(name: str, acronym: str) -> tuple[list[str], list[str]]:
    """The same from what is known of its words, many times as fast."""
    parts = name.split()
    words = sorted(frozenset().union(*map(_words, parts)))
    tokens = {token for part in parts if part != "and" for token in _tokens(part)}
    acronym, every = acronym.lower(), "".join(part[0] for part in parts).lower()
    initials = {f"~{each}" for each in (acronym, every) if len(each) >= 4}
    return words, sorted(tokens | initials | {f"={acronym}", f"#{''.join(parts).lower()}"})


def _finder() -> Callable[[str, str], tuple[list[str], list[str]]]:
    """The fast way, for as long as the rules say the same."""
    some = [(name_of(number), acronym_of(name_of(number))) for number in range(100)]
    same = all(_pieced_together(*each) == _as_rules_say(*each) for each in some)
    return _pieced_together if same else _as_rules_say


def organisations(
    count: int, tree: Sequence[AreaRow], services: Sequence[UUID], groups: Sequence[UUID], seed: int
) -> Iterator[OrganisationLines]:
    """`count` organisations: four in five verified, each with three entries of the vocabulary and two areas."""
    random, found_by = Random(seed), _finder()
    kinds = [kind.value for kind in Kind]
    offered, served = list(map(str, services)), list(map(str, groups))
    for number in range(count):
        places = [random.randrange(1, len(tree)) for _ in range(2)]
        offers, serves = random.choices(offered, k=2), random.choice(served)
        i, name = made_id(2, number), name_of(number)
        folded = name.lower()
        acronym = acronym_of(name)
        words, marks = found_by(name, acronym)
        home = tree[places[0]].id
        said = json.dumps(
            {
                "en": f"{name} works with people in and around {tree[places[0]].name}, and with their neighbours."
            }
        )
        verified = random.random() < 0.8
        organisation = (
            i, _slug(name, number), random.choice(kinds), "verified" if verified else "listed", name, folded, acronym, _array(words), said, home,
            str(1950 + number % 70), "10-49", f"+23480{number:08}", f"https://org-{number}.example", "" if verified else "A list",
            *(("2026-01-01", "2099-12-31") if verified else (r"\N", r"\N")),
        )  # fmt: skip
        terms = {("service", offers[0]), ("service", offers[1]), ("serves", serves)}
        yield OrganisationLines(
            "\t".join(organisation),
            "\t".join((made_id(3, number), i, "used", name, folded, _array(marks))),
            [f"{i}\t{relation}\t{term}" for relation, term in sorted(terms)],
            [f"{i}\t{tree[place].id}" for place in set(places)],
            [f"{i}\t{service}\t{50 + number % 950}\t2026-01-01\t{made_id(5, 0)}" for service in set(offers)],
            words,
        )


CELL = (
    "id", "area_id", "position", "service_id", "group_id", "reference_from", "reference_to", "people", "role", "origin",
    "counted", "summed", "local", "listed", "severity", "severity_effective", "tie",
)  # fmt: skip
COVERAGE = (
    "cell_id", "service_id", "group_id", "position", "local", "listed", "people", "covered", "uncovered", "overlap", "low",
    "high", "planned", "supply", "estimated", "unsure", "ratio", "severity_effective", "tier", "confidence", "lines",
    "named", "state", "standing", "tie",
)  # fmt: skip


def cells(
    count: int, tree: Sequence[AreaRow], services: Sequence[UUID], groups: Sequence[UUID], seed: int
) -> Iterator[tuple[Line, Line]]:
    """`count` of all services x groups x areas, each once: the cell and its coverage. A third is covered in part."""
    random = Random(seed)
    offered, served = list(map(str, services)), list(map(str, groups))
    every = len(services) * len(groups) * len(tree)
    for number, at in enumerate(sorted(random.sample(range(every), count))):
        need, bad = int(random.lognormvariate(7, 1.2)) + 10, random.randint(1, 5)
        reached = int(need * random.random()) if random.random() < 1 / 3 else 0
        tie = str(random.getrandbits(31))
        area = tree[at % len(tree)]
        service, group = offered[at // len(tree) % len(offered)], served[at // len(tree) // len(offered)]
        leaf = "t" if area.level == 3 else "f"
        i, ratio = made_id(4, number), f"{reached / need:.6f}"
        cell = (
            i, area.id, str(area.number), service, group, "2026-01-01", "2026-12-31", str(need), "total", "stated",
            "t", "t", leaf, leaf, str(bad), str(bad), tie,
        )  # fmt: skip
        coverage = (
            i, service, group, str(area.number), leaf, leaf, str(need), str(reached), str(need - reached), "0", str(reached),
            str(reached), str(reached), str(reached), "0", "0", ratio, str(bad), str(tier(bad, need, reached) or 5), "B",
            "1" if reached else "0", "1" if reached else "0", "capacity known" if reached else "nobody reported",
            "1" if reached else "0", tie,
        )  # fmt: skip
        yield "\t".join(cell), "\t".join(coverage)


def _array(words: Sequence[str]) -> str:
    # Words of folded names hold letters and figures; marks begin with one of "=~#".
    return "{" + ",".join(f'"{word}"' for word in words) + "}"
