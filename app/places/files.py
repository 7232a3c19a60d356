"""Lists of places that come with the program: countries, and names for the codes of outlines."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pycountry

DATA = Path(__file__).parents[2] / "data" / "places"
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
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
