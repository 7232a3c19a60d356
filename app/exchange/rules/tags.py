"""HXL tags: which field a column has by its tag."""

import re
from functools import lru_cache

from app.exchange.rules.fields import ANY, Field, People

TAG = re.compile(r"#[a-z][a-z0-9_]*(\s*\+\s*[a-z][a-z0-9_]*)*", re.IGNORECASE)
_AGE = re.compile(r"age_?(\d{1,3})(?:_?(?:to_?)?(\d{1,3}))?(?:_?(plus|over|more))?", re.IGNORECASE)
_MEASURES = {
    "population": "population",
    "affected": "affected",
    "inneed": "inneed",
    "targeted": "targeted",
    "reached": "reached",
    "beneficiary": "reached",
}
_AGE_WORDS = {"infants": "0-4", "children": "0-17", "adolescents": "10-19", "adults": "18+", "elderly": "60+"}
_GROUPS = {
    "idps": "idp",
    "idp": "idp",
    "refugees": "refugee",
    "ref": "refugee",
    "returnees": "returnee",
    "ret": "returnee",
    "host": "host",
    "hst": "host",
}
_CODES = frozenset({"code", "pcode", "v_pcode", "v_iso3", "v_iso2"})


def is_tag(text: str) -> bool:
    """Whether a cell holds an HXL tag; blanks around `+` and after `#` are let pass."""
    return TAG.fullmatch(text.strip()) is not None


@lru_cache(maxsize=4_096)
def field_of(tag: str) -> tuple[Field, People | None] | None:
    """The field of a column with this tag, and whom it counts; None for a tag that we have no use for."""
    base, *rest = (part.strip().lower() for part in tag.strip().split("+"))
    given = frozenset(rest)
    coded = bool(given & _CODES) or any(part.startswith("v_") for part in given)
    if base[1:] in _MEASURES:
        return (
            None
            if given & {"hh", "households", "pct", "code"}
            else (Field.PEOPLE, _people(_MEASURES[base[1:]], given))
        )
    if base in ("#org", "#sector", "#subsector", "#activity", "#output", "#service"):
        field = _who_or_what(base, given, coded)
    elif base in ("#country", "#adm0", "#adm1", "#adm2", "#adm3", "#loc", "#region"):
        field = _where(base, given, coded)
    elif base == "#date":
        field = _when(given)
    else:
        field = _other(base, given)
    return (field, None) if field else None


def _who_or_what(base: str, given: frozenset[str], coded: bool) -> Field | None:
    if base == "#org":
        return _organisation(given, coded)
    if base == "#sector":
        return Field.SECTOR_CODE if coded else Field.SECTOR_NAME
    if base == "#activity" and given & {"project", "programme", "program"}:
        return Field.PROJECT_CODE if coded else Field.PROJECT_NAME
    if "status" in given:
        return Field.STATUS
    if given & {"id", "url", "num", "type"}:
        return None
    return Field.PROJECT_CODE if coded and base == "#activity" else None if coded else Field.ACTIVITY


def _organisation(given: frozenset[str], coded: bool) -> Field | None:
    if "acronym" in given and not given & {"impl", "partner", "funder", "donor"}:
        return Field.ORG_ACRONYM
    if "type" in given:
        return None if given & {"impl", "partner", "funder", "donor"} else Field.ORG_TYPE
    if given & {"impl", "partner", "implementing"}:
        return None if coded or "acronym" in given else Field.PARTNER
    if given & {"funder", "donor", "funding"}:
        return None if coded or "acronym" in given else Field.DONOR
    if "num" in given or "count" in given:
        return None
    return Field.ORG_CODE if coded or "id" in given else Field.ORG_NAME


def _where(base: str, given: frozenset[str], coded: bool) -> Field | None:
    if given & {"lat", "lon", "geo", "type"}:
        return None
    if base == "#loc":
        return None if coded else Field.PLACE
    if base == "#region":
        return Field.REGION
    level = "country" if base in ("#country", "#adm0") else base[1:]
    return Field(f"{level}.{'code' if coded else 'name'}")


def _when(given: frozenset[str]) -> Field:
    for words, field in (
        ({"start", "started", "from"}, Field.START),
        ({"end", "ended", "to", "finish"}, Field.END),
        ({"month", "quarter"}, Field.MONTH),
        ({"year"}, Field.YEAR),
    ):
        if given & words:
            return field
    return Field.ON


def _other(base: str, given: frozenset[str]) -> Field | None:
    if base in ("#gender", "#sex"):
        return Field.SEX
    if base == "#age":
        return Field.AGE_MIN if "min" in given else Field.AGE_MAX if "max" in given else Field.AGE
    if base == "#operation":
        return Field.ROLE if "type" in given else None
    return {
        "#status": Field.STATUS,
        "#project": Field.PROJECT_CODE if "code" in given else Field.PROJECT_NAME,
        "#is_disabled": Field.DISABILITY,
        "#disabled": Field.DISABILITY,
        "#population_group": Field.GROUP,
        "#severity": Field.SEVERITY,
        "#value": Field.BUDGET,
        "#contact": Field.PRIVATE,
        "#email": Field.PRIVATE,
        "#phone": Field.PRIVATE,
    }.get(base)


def _people(measure: str, given: frozenset[str]) -> People:
    sex = "f" if "f" in given else "m" if "m" in given else ANY
    age = next((_AGE_WORDS[part] for part in given if part in _AGE_WORDS), ANY)
    for part in given:
        if found := _AGE.fullmatch(part):
            age = f"{int(found[1])}-{int(found[2])}" if found[2] else f"{int(found[1])}+"
    group = next((_GROUPS[part] for part in given if part in _GROUPS), ANY)
    return People(measure, sex, age, "yes" if "disabled" in given else ANY, group)
