"""The vocabulary that comes with the program, read from its files into the shape of entries."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.vocabulary.rules.groups import Facets

DATA = Path(__file__).parents[2] / "data" / "vocabulary"
_LANGUAGES = ("en", "fr", "es", "ar")
_FILES = {
    "group": "groups.csv",
    "service": "services.csv",
    "skill": "skills.csv",
    "language": "languages.csv",
    "access": "access-features.csv",
    "commitment": "commitments.csv",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as a file has it; the fields are those of `Term`, with codes in place of ids."""

    scheme: str
    code: str
    parent: str | None
    position: int
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    codes: Mapping[str, str] = field(default_factory=dict[str, str])
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Link:
    """A commitment, an SDG target that carries it on, and why: language -> sentence."""

    commitment: str
    target: str
    reason: Mapping[str, str]


def entries(folder: Path = DATA) -> list[Entry]:
    """All entries, parents before the entries under them. A parent has the scheme of its entry, except that
    an `sdg_target` stands under an `sdg_goal`.

    `facts` of a group: its facets, `at_risk`, `offered`, `people` (language -> noun in a sentence); of a
    service: `is_need`, `need` (language -> what people need); of a language: `own_name`, `direction`.
    Raises ValueError where parents go round in a ring, and Refused for facets that mean nothing.
    """
    found = [_entry(scheme, row) for scheme, name in _FILES.items() for row in _rows(folder / name)]
    found += [_entry("sdg_target" if row["parent"] else "sdg_goal", row) for row in _rows(folder / "sdg.csv")]
    return _parents_first(found)


def links(folder: Path = DATA) -> list[Link]:
    """The crosswalk from commitments to targets."""
    return [
        Link(row["commitment"], row["target"], {"en": row["reason_en"], "fr": row["reason_fr"]})
        for row in _rows(folder / "commitment-targets.csv")
    ]


def _entry(scheme: str, row: Mapping[str, str]) -> Entry:
    codes, facts = _codes_and_facts(scheme, row)
    return Entry(
        scheme=scheme,
        code=row["code"],
        parent=row["parent"] or None,
        position=int(row["position"]),
        names=_words(row, "name"),
        descriptions=_words(row, "plain"),
        codes={standard: code for standard, code in codes.items() if code},
        facts=facts,
    )


def _codes_and_facts(scheme: str, row: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    match scheme:
        case "group":
            return {"hno": row["hno_code"]}, {
                **Facets.read(row).facts(),
                "at_risk": row["with_children_or_at_risk"] == "yes",
                "offered": row["offered"] == "yes",
                "people": _words(row, "people"),
            }
        case "service":
            codes = {"dac": row["dac_sector"], "hrinfo": row["hrinfo_sector"]}
            return codes, {"is_need": row["is_need"] == "yes", "need": _words(row, "need")}
        case "language":
            return {}, {"own_name": row["name_own"], "direction": row["direction"]}
        case _:
            return {}, {}


def _words(row: Mapping[str, str], column: str) -> dict[str, str]:
    return {language: text for language in _LANGUAGES if (text := row.get(f"{column}_{language}", ""))}


def _parents_first(found: list[Entry]) -> list[Entry]:
    ordered: list[Entry] = []
    placed: set[tuple[str, str]] = set()
    while waiting := [entry for entry in found if (entry.scheme, entry.code) not in placed]:
        ready = [entry for entry in waiting if entry.parent is None or _parent(entry) in placed]
        if not ready:
            raise ValueError(
                f"no parent, or a ring of parents: {', '.join(entry.code for entry in waiting[:10])}"
            )
        ordered += ready
        placed |= {(entry.scheme, entry.code) for entry in ready}
    return ordered


def _parent(entry: Entry) -> tuple[str, str]:
    return ("sdg_goal" if entry.scheme == "sdg_target" else entry.scheme), entry.parent or ""


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
