"""Countries by code and by name in the languages that files come in."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import pycountry
from babel import Locale

from app.kernel.text import fold

_LANGUAGES = ("en", "fr", "es", "ar")
# Short names that files use and that no list of names has.
_ALSO = {
    "drc": "COD", "rdc": "COD", "dr congo": "COD", "congo kinshasa": "COD", "car": "CAF", "rca": "CAF", "opt": "PSE",
    "occupied palestinian territory": "PSE", "palestine": "PSE", "syria": "SYR", "syrie": "SYR", "iran": "IRN", "venezuela": "VEN",
    "bolivia": "BOL", "tanzania": "TZA", "moldova": "MDA", "ivory coast": "CIV", "cote divoire": "CIV", "laos": "LAO",
    "north korea": "PRK", "dprk": "PRK", "south sudan": "SSD", "soudan du sud": "SSD", "burma": "MMR", "birmanie": "MMR",
    "turkey": "TUR", "turquie": "TUR", "swaziland": "SWZ", "cape verde": "CPV", "uk": "GBR", "usa": "USA",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166-1 codes and its English name."""

    alpha2: str
    alpha3: str
    name: str


@lru_cache(maxsize=10_000)
def country_named(text: str) -> Country | None:
    """The country of a two- or three-letter code or of a name; None for anything else."""
    return _by_word().get(fold(text)) if text else None


@cache
def _by_word() -> dict[str, Country]:
    words: dict[str, Country] = {}
    made: dict[str, Country] = {}
    records: list[Any] = list(pycountry.countries)
    for record in records:
        known = Country(str(record.alpha_2), str(record.alpha_3), str(record.name))
        made[known.alpha3] = known
        also = [str(getattr(record, kind, "")) for kind in ("common_name", "official_name")]
        for text in (known.alpha2, known.alpha3, known.name, *also):
            words.setdefault(fold(text), known)
    for language in _LANGUAGES:
        territories: dict[str, str] = dict(Locale(language).territories)
        for alpha2, name in territories.items():
            if known := words.get(fold(alpha2)):
                words.setdefault(fold(name), known)
    words.update({word: made[alpha3] for word, alpha3 in _ALSO.items()})
    words.pop("", None)
    return words
