"""Places that come with the program: countries, the areas in them, their people and their outlines."""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pycountry

from app.kernel.text import fold
from app.places.rules.joining import Outline, outlines_in

DATA = Path(__file__).parents[2] / "data" / "places"
POPULATION = DATA.parent / "population"
_NAME_LANGUAGES = ("en", "fr", "es", "ar")


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory. `languages` are BCP 47 codes; `levels` are what its first and second level of
    area are called, language -> word, empty where it isn't known."""

    iso2: str
    iso3: str
    names: Mapping[str, str]
    time_zone: str
    languages: Sequence[str]
    levels: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Listed:
    """An area as a file lists it; `parent` is the code of the area above, None for a country."""

    code: str
    parent: str | None
    country: str
    name: str


@dataclass(frozen=True, slots=True)
class Population:
    """How many people live in an area in the middle of `year`, who says so, and how they write its name."""

    code: str
    name: str
    people: int
    year: int
    source: str


@dataclass(frozen=True, slots=True)
class Outlines:
    """Outlines of the areas at one level of a country."""

    country: str
    level: int
    shapes: Sequence[Outline] = field(default=())


def files(folder: Path = DATA, population: Path = POPULATION) -> list[Path]:
    """Every file that areas are read from."""
    return [*folder.glob("*.csv"), *folder.glob("*.geojson"), *population.glob("*.csv")]


def listed_areas(folder: Path = DATA) -> list[Listed]:
    """Countries by their two-letter code, then the areas of the P-code lists (files p-codes-*.csv) in them.

    Those lists name a country by three letters. An area of a country that is not in countries.csv is left out.
    """
    known = countries(folder)
    iso2 = {country.iso3: country.iso2 for country in known}
    found = [Listed(country.iso2, None, country.iso2, country.names["en"]) for country in known]
    for path in sorted(folder.glob("p-codes-*.csv")):
        for row in _rows(path):
            if country := iso2.get(row["Location"]):
                above = row["Parent P-Code"]
                found.append(Listed(row["P-Code"], iso2.get(above, above), country, row["Name"].strip()))
    return found


def populations(folder: Path = POPULATION) -> Iterator[Population]:
    """The figures of all files that files.csv names; where two speak of one area, the newer comes later."""
    for file in sorted(_rows(folder / "files.csv"), key=lambda row: row["year"]):
        for row in _rows(folder / file["file"]):
            bare = {(heading or "").strip(): value for heading, value in row.items()}
            people = re.sub(r"[\s,]", "", bare[file["people_column"]] or "")
            if people.isdecimal():
                code, name = bare[file["code_column"]].strip(), bare[file["name_column"]].strip()
                yield Population(code, name, int(people), int(file["year"]), file["source"])


def outlines(folder: Path = DATA) -> Iterator[Outlines]:
    """The outlines of each file COUNTRY-admN.geojson, where COUNTRY is a country's English name or a code of it."""
    by_name = {fold(name): c.iso2 for c in countries(folder) for name in (c.names["en"], c.iso2, c.iso3)}
    parts = parts_of_regions(folder)
    for path in sorted(folder.glob("*-adm*.geojson")):
        named, _, level = path.stem.rpartition("-adm")
        if (country := by_name.get(fold(named))) and level.isdecimal():
            drawn = json.loads(path.read_bytes())
            yield Outlines(country, int(level), outlines_in(drawn, region_names(country, folder), parts))


def countries(folder: Path = DATA) -> list[Country]:
    """The countries of `countries.csv`, by three-letter code."""
    return [
        Country(
            iso2=row["iso2"],
            iso3=row["iso3"],
            names={
                language: row[f"name_{language}"] for language in _NAME_LANGUAGES if row[f"name_{language}"]
            },
            time_zone=row["time_zone"],
            languages=tuple(row["languages"].split()),
            levels=tuple(
                {
                    language: row[f"level{n}_{language}"]
                    for language in ("en", "fr")
                    if row[f"level{n}_{language}"]
                }
                for n in (1, 2)
            ),
        )
        for row in _rows(folder / "countries.csv")
    ]


@cache
def countries_by_iso2() -> Mapping[str, Country]:
    """The countries that come with the program, by two-letter code; read once a process."""
    return {country.iso2: country for country in countries()}


def country_of_iso3(code: str) -> str:
    """The two-letter code of the country with this three-letter code, "" for none."""
    return next((country.iso2 for country in countries_by_iso2().values() if country.iso3 == code), "")


def level_word(country: str, level: int, language: str) -> str:
    """What an area at `level` of a country (two letters) is called there: "State"; "" where it isn't known."""
    known = countries_by_iso2().get(country)
    if known is None or not 1 <= level <= len(known.levels):
        return ""
    words = known.levels[level - 1]
    return words.get(language) or words.get("en", "")


def official_names(country: str) -> list[str]:
    """Further English names of a country (two letters): "Federal Republic of Nigeria"."""
    listed: Any = pycountry.countries.get(alpha_2=country)
    names = (getattr(listed, kind, None) for kind in ("official_name", "common_name", "name"))
    return [str(name) for name in names if name]


def region_names(country: str, folder: Path = DATA) -> dict[str, tuple[str, ...]]:
    """Code -> names of the regions of a country (two letters): those of ISO 3166-2, and ours for the
    codes that outlines bear besides."""
    names: dict[str, tuple[str, ...]] = {}
    listed: Any = pycountry.subdivisions  # untyped there
    for region in listed.get(country_code=country) or ():
        names[str(region.code)] = (str(region.name),)
    for row in _rows(folder / "outline-names.csv"):
        if row["code"].startswith(f"{country}-"):
            names[row["code"]] = (*names.get(row["code"], ()), *row["names"].split("|"))
    return names


def parts_of_regions(folder: Path = DATA) -> dict[str, str]:
    """Code of an outline -> code of the region that it is a part of, as a town of its district."""
    return {row["code"]: row["part_of"] for row in _rows(folder / "outline-names.csv") if row["part_of"]}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
