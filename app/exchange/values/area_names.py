"""Names of areas in a form in which spellings of one name are alike."""

import re
from functools import lru_cache

from app.kernel.text import fold

# What kind of area it is, before or after its name; "Borno State" and "Borno" are one place.
_GENERIC = frozenset(
    fold(word)
    for word in [
        "province",
        "provinces",
        "state",
        "region",
        "district",
        "county",
        "territoire",
        "territory",
        "cercle",
        "wilaya",
        "wilayah",
        "wilayat",
        "governorate",
        "department",
        "département",
        "departement",
        "departamento",
        "municipio",
        "municipality",
        "municipalité",
        "municipalite",
        "commune",
        "communes",
        "comuna",
        "canton",
        "cantón",
        "prefecture",
        "préfecture",
        "sub-prefecture",
        "sous-préfecture",
        "gouvernorat",
        "gobernación",
        "région",
        "regions",
        "zone",
        "woreda",
        "kebele",
        "lga",
        "lgas",
        "local",
        "government",
        "area",
        "oblast",
        "oblasti",
        "raion",
        "rayon",
        "hromada",
        "territorial",
        "city-of",
        "parroquia",
        "estado",
        "provincia",
        "región",
        "distrito",
        "distrito-de",
        "regency",
        "kabupaten",
        "kota",
        "muhafazah",
        "muhafazat",
        "mohafaza",
        "qada",
        "caza",
        "mudiriyah",
        "mudiriya",
        "locality",
        "mahalia",
        "division",
        "upazila",
        "tehsil",
        "taluka",
        "admin",
        "adm",
        "pcode",
        "arrondissement",
        "secteur",
        "chefferie",
        "ward",
        "parish",
        "kraj",
        "okrug",
        "krai",
        "republic",
        "autonomous",
        "محافظة",
        "ولاية",
        "إقليم",
        "مديرية",
        "قضاء",
        "محلية",
        "ناحية",
        "منطقة",
        "مدينة",
        "محافظه",
    ]
)
_LINKS = frozenset({"de", "du", "des", "of", "d", "del", "la", "le", "the", "do", "da"})
_SAINTS = {"saint": "st", "sainte": "st", "ste": "st", "san": "san", "santa": "santa"}
# Directions are translated between languages where other names are not.
_DIRECTIONS = {
    "nord": "north", "norte": "north", "septentrional": "north", "sud": "south", "sur": "south", "est": "east", "este": "east",
    "ouest": "west", "oeste": "west", "centre": "central", "center": "central", "centro": "central",
    "nordest": "northeast", "nordouest": "northwest", "sudest": "southeast", "sudouest": "southwest",
    "noreste": "northeast", "noroeste": "northwest", "sureste": "southeast", "sudeste": "southeast", "suroeste": "southwest",
    "شمال": "north", "جنوب": "south", "شرق": "east", "غرب": "west", "وسط": "central",
}  # fmt: skip
_ARTICLES = frozenset(
    [
        "al",
        "el",
        "ad",
        "ar",
        "as",
        "ash",
        "an",
        "at",
        "az",
        "aj",
        "ath",
        "adh",
        "la",
        "le",
        "les",
        "los",
        "las",
        "the",
    ]
)
_BRACKET = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*")
_SOUNDS = (
    ("ph", "f"), ("dj", "j"), ("ou", "u"), ("oo", "u"), ("w", "u"), ("kh", "k"), ("q", "k"), ("ck", "k"), ("gh", "g"),
    ("ee", "i"), ("ei", "i"), ("y", "i"), ("e", "i"), ("h", ""), ("z", "s"),
)  # fmt: skip
_HARD_C = re.compile(r"c(?=[aouk])")
_DOUBLE = re.compile(r"(.)\1+")


@lru_cache(maxsize=100_000)
def key(name: str) -> str:
    """The name without what kind of area it is, without blanks, with directions in English and saints as st.

    "Province du Nord-Kivu", "North Kivu" and "nord kivu" have one key.
    """
    words = fold(name).split()
    words = _without_generic(words)
    return "".join(_DIRECTIONS.get(word, _SAINTS.get(word, word)) for word in words)


def _without_generic(words: list[str]) -> list[str]:
    start, end = 0, len(words)
    while end - start > 1 and words[start] in _GENERIC:
        start += 1
        while end - start > 1 and words[start] in _LINKS:
            start += 1
    while end - start > 1 and words[end - 1] in _GENERIC:
        end -= 1
    return words[start:end]


def without_article(name: str) -> str:
    """The key without the article that some write and some don't: Al Hodeidah, Hodeidah; Ash Shamayatayn."""
    words = _without_generic(fold(name).split())
    while len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    return key(" ".join(words))


@lru_cache(maxsize=100_000)
def sound(key_: str) -> str:
    """How a key sounds, roughly, to somebody who writes it down by ear in another language."""
    heard = key_
    for written, spoken in _SOUNDS[:8]:
        heard = heard.replace(written, spoken)
    heard = _HARD_C.sub("k", heard)
    for written, spoken in _SOUNDS[8:]:
        heard = heard.replace(written, spoken)
    return _DOUBLE.sub(r"\1", heard)


def without_bracket(name: str) -> list[str]:
    """The name, and when it has a second one in brackets or after a slash, each of the two alone."""
    forms = [name]
    if "(" in name or "[" in name:
        forms += [_BRACKET.sub(" ", name), *_BRACKET.findall(name)]
    elif "/" in name:
        forms += name.split("/")
    return [form for form in forms if form.strip()]
