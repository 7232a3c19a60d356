"""What the files about places say, put together: one description of every area. No I/O here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.kernel.text import fold
from app.places.rules.joining import Outline, join_names, join_outlines
from app.places.rules.outlines import Rings

NAMELESS = frozenset({"unspecified", "unknown", "not specified"})
"""Rows of lists that stand for no place that anybody could mean."""


@dataclass(slots=True)
class Described:
    """An area as the files have it. `names` are by language, `spellings` folded; `year` is of the people."""

    code: str
    parent: str | None
    country: str
    name: str
    time_zone: str = "UTC"
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    codes: Mapping[str, str] = field(default_factory=dict[str, str])
    spellings: set[str] = field(default_factory=set[str])
    people: int | None = None
    year: int | None = None
    source: str = ""
    outline: Rings | None = None

    def also_called(self, names: Iterable[str]) -> None:
        """Names by which it is found, besides those it is shown with."""
        self.spellings |= {folded for name in names if (folded := fold(name)) and folded not in NAMELESS}


@dataclass(frozen=True, slots=True)
class Regions:
    """A country's regions in another list: code -> names, and the outlines drawn of one level of areas."""

    country: str
    names: Mapping[str, Sequence[str]]
    level: int = 1
    shapes: Sequence[Outline] = ()


def join_regions(areas: Mapping[str, Described], regions: Iterable[Regions]) -> None:
    """Give the areas of each country the codes (ISO 3166-2), further names and outlines of its regions.

    Codes are given to first-level areas, and only where a name is equal: Lôh-Djiboua is nearly
    Gôh-Djiboua and is another place. Outlines come also by a likeness that leaves no doubt.
    """
    by_level: dict[tuple[str, int], list[Described]] = {}
    for area in areas.values():
        by_level.setdefault((area.country, _level(areas, area)), []).append(area)
    for country in regions:
        level = by_level.get((country.country, country.level), [])
        names = {area.code: (area.name, *area.names.values()) for area in level}
        if country.level == 1:
            named = join_names(country.names, names)
            for code, other in named.pairs.items():
                if code not in named.likeness:
                    areas[code].codes = {**areas[code].codes, "iso_3166_2": other}
                    areas[code].also_called(country.names[other])
        joined = join_outlines(
            country.shapes, {code: (*names[code], *areas[code].spellings) for code in names}
        )
        for code, rings in joined.outlines.items():
            areas[code].outline = rings


def _level(areas: Mapping[str, Described], area: Described) -> int:
    level = 0
    while area.parent is not None:
        area, level = areas[area.parent], level + 1
    return level
