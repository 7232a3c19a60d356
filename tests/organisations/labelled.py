"""Real spellings of organisations with the one that each means: the published list, put in order for measuring.

data/organisations/name-variants.csv calls some organisations by two labels. SLIPS are labels that differ by a
slip of the pen and count as one; TWICE are organisations that the list has under two names, which a
recogniser may take for one or for two: both answers are right.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pycountry

from app.organisations.rules import names

FILES = Path(__file__).parents[2] / "data"

SLIPS = {
    "Catholic Organisation for Relief and Development Aid": "Catholic Organization for Relief and Development Aid",
    "Jesuite Refugee Service": "Jesuit Refugees Service",
    "African Initiatives for Relief and Development": "African Initiative for Relief and Development",
    "Comité International pour l'Aide d'Urgence et le Développement": "Comité International pour l’aide d’Urgence et de Développement",
    "SOS Children's Villages": "SOS Children’s Village",
    "Imagen 1 Day": "Imagine 1 Day",
    "Finnish Refugee Council": "Finish Refugee Council",
    "Ethiopian Catholic Church -Social and Devt. Coordinating Office": "Ethiopia Catholic Church-Social and Development Coordinating office",
    "Mandhere Relief and Development Organisation (MRDO)": "Mandher Relief and Development Organization (MARDO)",
    "Secours Islamiques France": "Secours Islamique France (SIF)",
    "Cartias Suisse": "CARITAS SUISSE",
    "Organisation Humanitaire pour le Développement Local": "Organisation Humanitaire et de Dévéloppement Local",
    "Humanitarian Inclusion": "Handicap International - Humanity & Inclusion",
}
TWICE = (
    ("UN Refugee Agency", "United Nations High Commissioner for Refugees (UNHCR)"),
    ("Mercy Corps International", "Mercy Corps (MC)"),
    ("Action Against Hunger", "Action Contre la Faim International"),
)


@dataclass
class Labelled:
    """One organisation of the list: its register name, acronyms, and each spelling with its country or None."""

    name: str
    acronyms: set[str] = field(default_factory=set)
    spellings: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def hard(self) -> list[str]:
        """Spellings of over five letters that are neither the register name nor an acronym, each once."""
        easy = {names.letters(self.name), *map(names.letters, self.acronyms)}
        found: dict[str, str] = {}
        for spelling, _country in self.spellings:
            if names.letters(spelling) not in easy and len(names.letters(spelling)) > 5:
                found.setdefault(names.fold(spelling), spelling)
        return list(found.values())


@cache
def labelled() -> dict[str, Labelled]:
    slips = {names.letters(one): names.letters(other) for one, other in SLIPS.items()}
    found: dict[str, Labelled] = {}
    for row in _rows("name-variants.csv"):
        if not row["Lookup"].strip():
            continue
        letters = names.letters(row["Canonical Name"])
        one = found.setdefault(slips.get(letters, letters), Labelled(row["Canonical Name"]))
        # Where the list has no acronym, it repeats the name there, cut at 32 letters.
        if row["Acronym"] and len(row["Acronym"]) <= 12 and row["Acronym"] != row["Canonical Name"]:
            one.acronyms.add(row["Acronym"])
        one.spellings.append((row["Lookup"], country(row["Country Code"])))
    return found


def organisations() -> list[tuple[str, str]]:
    """(name, acronym) of each row of the published list of organisations."""
    return [(row["name"], row["acronym"]) for row in _rows("organisations.csv")]


@cache
def same_twice() -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for pair in TWICE:
        letters = {names.letters(name) for name in pair}
        for one in letters:
            found[one] |= letters
    return found


def country(three: str) -> str | None:
    return pycountry.countries.get(alpha_3=three).alpha_2 if three else None


def _rows(name: str) -> list[dict[str, str]]:
    with (FILES / "organisations" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
