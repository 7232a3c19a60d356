"""Whom a column or a cell speaks of: sex, age, disability, group; from headings and from code lists."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from app.exchange.rules.fields import ANY, MEASURES, People
from app.exchange.rules.synonyms import Synonyms
from app.exchange.values.digits import ascii_digits
from app.exchange.values.sectors import ServiceIndex
from app.kernel.text import fold

_BAND = re.compile(
    r"(\d{1,3})\s*(?:-|–|à|a|to|al|_|<)\s*(\d{1,3})(?:\s*(?:years?|yrs?|ans|años|anos|y|سنة|سنوات))?"
)
_OPEN_BAND = re.compile(
    r"(?:>=?|over|plus de|más de|mas de|above)?\s*(\d{1,3})\s*(?:\+|ans et plus|and over|and above|years and above|y más|y mas|and older|plus)"
)
_UNDER = re.compile(r"(?:<|under|moins de|menos de|menores de|below|-)\s*(\d{1,3})")
OLDEST = 120
GROUPS = ("host", "idp", "returnee", "refugee", "migrant", ANY)

_STATUS_WORDS = {
    "host": "hst|host|host community|host communities|hosts|resident|residents|non displaced|non-displaced|communauté hôte|communautés hôtes"
    "|population hôte|hôte|hôtes|familles d'accueil|résidents|autochtones|comunidad de acogida|comunidades de acogida|población local"
    "|comunidad receptora|acogida|المجتمع المضيف|المجتمعات المضيفة|السكان المضيفون|hc|vulnerable residents|population locale",
    "idp": "idp|idps|internally displaced|internally displaced people|internally displaced persons|displaced|pdi|personnes déplacées"
    "|personnes déplacées internes|déplacés|déplacés internes|déplacé|personas desplazadas|desplazados|desplazadas|desplazados internos|pdi's"
    "|desplazamiento|personas desplazadas internas|النازحون|النازحين|نازح|نازحون|نازحين داخليا|deplaces|pdis",
    "returnee": "rri|ret|rtn|returnee|returnees|returned|idp returnee|idp returnees|retournés|retourné|retournées|rapatriés|personnes retournées"
    "|retornados|retornadas|retornado|personas retornadas|العائدون|العائدين|عائد|عائدون|returned idps|refugee returnees",
    "refugee": "ref|refugee|refugees|asylum seekers|refugees and asylum seekers|réfugiés|réfugié|réfugiées|demandeurs d'asile|refugiados|refugiado"
    "|refugiadas|solicitantes de asilo|personas refugiadas|اللاجئون|اللاجئين|لاجئ|لاجئون",
    "migrant": "mig|migrant|migrants|migrantes|migrante|مهاجر|المهاجرون|المهاجرين|refugees and migrants|personas migrantes|en tránsito|in transit",
    ANY: "all|a|total|any|overall|tous|toutes|ensemble|todos|todas|todo|الكل|الجميع|المجموع|tot|all groups|all population groups",
}
_SEX_WORDS = {
    "f": "f|female|females|women|woman|girls|girl|féminin|femme|femmes|filles|fille|mujer|mujeres|femenino|niñas|أنثى|إناث|نساء",
    "m": "m|male|males|men|man|boys|boy|masculin|homme|hommes|garçons|garçon|hombre|hombres|masculino|niños|ذكر|ذكور|رجال|h",
    ANY: "a|all|any|both|total|tous|todos|ambos|les deux|mf|m/f|f/m|الكل|كلاهما|b|t",
}
_YES_WORDS = {
    "yes": "y|yes|disabled|d|true|1|oui|sí|si|o|s|handicapé|with disability|with disabilities|pwd|psh|pcd|con discapacidad|avec handicap|نعم",
    ANY: "a|all|any|total|tous|todos|الكل",
    "no": "n|no|false|0|non|not disabled|without disability|sin discapacidad|sans handicap|لا",
}


def _by_word(words: Mapping[str, str]) -> dict[str, str]:
    return {fold(word): meaning for meaning, terms in words.items() for word in terms.split("|")}


_STATUSES, _SEXES, _DISABILITIES = _by_word(_STATUS_WORDS), _by_word(_SEX_WORDS), _by_word(_YES_WORDS)


@lru_cache(maxsize=10_000)
def group(text: str) -> str | None:
    """host, idp, returnee, refugee, migrant or any; None for a group that a person has to choose."""
    return ANY if not text else _STATUSES.get(fold(text))


@lru_cache(maxsize=10_000)
def sex(text: str) -> str | None:
    """f, m or any; `a` is all."""
    return ANY if not text else _SEXES.get(fold(text))


@lru_cache(maxsize=10_000)
def disability(text: str) -> str | None:
    """yes, no or any; `a` is all, not no."""
    return ANY if not text else _DISABILITIES.get(fold(text))


@lru_cache(maxsize=10_000)
def age(text: str) -> str | None:
    """A band `0-17`, an open one `65+`, or any; None for what isn't an age."""
    written = ascii_digits(text).strip().lower()
    if not written or fold(written) in ("all", "a", "any", "total", "tous", "todos", "all ages", "الكل"):
        return ANY
    if found := _BAND.fullmatch(written):
        return f"{int(found[1])}-{int(found[2])}" if int(found[1]) <= int(found[2]) <= OLDEST else None
    if found := _OPEN_BAND.fullmatch(written):
        first = int(found[1])
        return (f"{first}+" if first else ANY) if first <= OLDEST else None
    if (found := _UNDER.fullmatch(written)) and 0 < int(found[1]) <= OLDEST:
        return f"0-{int(found[1]) - 1}"
    folded = fold(written)
    return {
        "children": "0-17", "child": "0-17", "enfants": "0-17", "ninos": "0-17", "ninez": "0-17", "اطفال": "0-17",
        "adults": "18+", "adult": "18+", "adultes": "18+", "adultos": "18+", "بالغين": "18+",
        "elderly": "60+", "personnes agees": "60+", "adultos mayores": "60+", "كبار السن": "60+",
    }.get(folded)  # fmt: skip


def people_of(
    heading: str, synonyms: Synonyms, services: ServiceIndex | None = None
) -> tuple[People, float] | None:
    """Whom a heading over numbers counts, and how sure that is (0 to 100); None when it counts no people.

    "Bénéficiaires > Femmes", "# of girls reached", "PDI ciblés", "PiN 0-17". Households, kits and schools are not
    people. A heading that is a measure and the name of a service ("PiN WASH") counts that service's people.
    """
    written = ascii_digits(heading).lower()
    band = _BAND.search(written) or _OPEN_BAND.search(written)
    words = fold(written.replace(band[0], " ") if band else written).split()
    if not words:
        return None
    if _take(words, synonyms.words["word.other"]):
        return None
    measures = [measure for measure in MEASURES if _take(words, synonyms.words[f"people.{measure}"])]
    counted = _take(words, synonyms.words["people"])
    older = _take(words, synonyms.words["word.older"])
    child = _has(words, synonyms.words["word.child"])
    adult = _take(words, synonyms.words["word.adult"])
    disabled = _take(words, synonyms.words["word.disabled"])
    female = _take(words, synonyms.words["word.female"])
    male = _take(words, synonyms.words["word.male"])
    _take(words, synonyms.words["word.child"])
    status = _status_in(words)
    if not (measures or counted or female or male or child or older or disabled):
        return None
    if len(measures) > 1:
        # "Population ciblée", "personnes dans le besoin ciblées": what was done says more than who they are.
        measures = measures[-1:]
    while _take(words, synonyms.words["word.small"]):
        pass
    left = " ".join(words)
    service = services.known(left) if services and left and measures else None
    if left and not service and not left.isdecimal():
        sure = 60.0 if measures or counted else 0.0
    else:
        sure = 100.0 if measures else 92.0 if counted else 80.0
    if not sure:
        return None
    sexes = [one for one, there in (("f", female), ("m", male)) if there]
    band_age = age(band[0].strip()) if band else None
    years = band_age or ("60+" if older else "0-17" if child and not adult else "18+" if adult else ANY)
    who = People(
        measures[0] if measures else "reached",
        sexes[0] if len(sexes) == 1 else ANY,
        years,
        "yes" if disabled else ANY,
        status or ANY,
        service or "",
    )
    return who, sure


def with_adults(columns: Iterable[People]) -> list[People]:
    """Beside columns of girls and boys, those of women and men count adults only."""
    given = list(columns)
    split = {(one.measure, one.sex) for one in given if one.age == "0-17"}
    return [
        People(one.measure, one.sex, "18+", one.disability, one.group, one.service)
        if one.sex != ANY and one.age == ANY and (one.measure, one.sex) in split
        else one
        for one in given
    ]


def _status_in(words: list[str]) -> str:
    for length in (3, 2, 1):
        for at in range(len(words) - length + 1):
            meaning = _STATUSES.get(" ".join(words[at : at + length]))
            if meaning and meaning != ANY:
                del words[at : at + length]
                return meaning
    return ""


def _take(words: list[str], terms: frozenset[tuple[str, ...]]) -> bool:
    """Removes the longest of the terms that stands in the words."""
    for length in range(min(len(words), 5), 0, -1):
        for at in range(len(words) - length + 1):
            if tuple(words[at : at + length]) in terms:
                del words[at : at + length]
                return True
    return False


def _has(words: list[str], terms: frozenset[tuple[str, ...]]) -> bool:
    return _take(list(words), terms)
