"""What the cells of a column say about which field it is, in points beside those of its heading."""

from collections.abc import Callable

from app.exchange.rules.columns import Column
from app.exchange.rules.fields import Field
from app.exchange.rules.lookups import Lookups
from app.exchange.values import organisation_types, people, statuses
from app.exchange.values.area_names import key
from app.exchange.values.months import is_year
from app.exchange.values.periods import month_and_year, period_in
from app.exchange.values.several import split

_AREA_LEVELS = {
    Field.ADM1_NAME: 1,
    Field.ADM2_NAME: 2,
    Field.ADM3_NAME: 3,
    Field.ADM1_CODE: 1,
    Field.ADM2_CODE: 2,
    Field.ADM3_CODE: 3,
}
_TEXT_FIELDS = frozenset({Field.ACTIVITY, Field.PROJECT_NAME, Field.PLACE, Field.REGION, Field.COMMENT})
_FEW = 0.2


def evidence(field: Field, column: Column, lookups: Lookups, country: str, *, headed: bool) -> float:
    """Points for `column` being `field`; `headed` when its heading fits too. An empty column says nothing.

    Shares are of the non-blank cells of the sample, of distinct values for names of areas.
    """
    if column.empty:
        return 0.0
    if field is Field.MONTH:
        return _month(column, headed)
    points = _EVIDENCE.get(field)
    if points is not None:
        return points(column, lookups)
    if field in _AREA_LEVELS:
        level = _AREA_LEVELS[field]
        if field.endswith(".code"):
            return _area_code(column, lookups, country, level, headed)
        return _area_name(column, lookups, country, level, headed)
    return _text(field, column)


def _area_code(column: Column, lookups: Lookups, country: str, level: int, headed: bool) -> float:
    shaped = column.codes
    if not country:
        return 15 * shaped if shaped >= 0.3 else -60.0

    def known(text: str) -> bool:
        # Plain numbers are area codes only where a heading says so: they may count anything.
        area = lookups.areas.by_code(country, text, level) if headed or not text.isdecimal() else None
        return area is not None and area.level == level

    share = column.share(known)
    return 90 * share + 15 * max(0.0, shaped - share) - (60 if shaped < 0.3 and share < 0.3 else 0)


def _area_name(column: Column, lookups: Lookups, country: str, level: int, headed: bool) -> float:
    mostly_codes = 30 if column.codes > 0.5 else 0
    names = lookups.areas.names_at(country, level) if country else frozenset[str]()
    if not names:
        return -mostly_codes - (40 if column.numbers > 0.5 else 0)
    share = column.share_of_distinct(lambda text: key(text) in names)
    if headed and share < _FEW and len(column.distinct) > 2:
        # Spellings may hide what they are; look once more with tolerance, on a few.
        few = column.distinct[:60]
        close = sum(lookups.areas.by_name(country, level, text).area is not None for text in few) / len(few)
        share = max(share, 0.7 * close)
    return 60 * share - (20 if share < _FEW else 0) - mostly_codes


def _organisation_name(column: Column, lookups: Lookups) -> float:
    known = column.share(lookups.organisations.knows_name)
    usual = 8 if 10 <= column.mean_length <= 60 else 0
    return 50 * known + usual - (40 if column.numbers > 0.5 or column.codes > 0.5 else 0)


def _acronym(column: Column, lookups: Lookups) -> float:
    short = column.share(lookups.organisations.knows_acronym)
    long = column.share(lambda text: len(text) > 14 and lookups.organisations.knows_name(text))
    return (
        50 * short - 25 * long - (40 if column.mean_length > 14 else 0) - (40 if column.numbers > 0.5 else 0)
    )


def _partner(column: Column, lookups: Lookups) -> float:
    known = column.share(lookups.organisations.knows_name)
    return (
        20 * known
        - (60 if column.numbers > 0.5 or column.dates > 0.5 else 0)
        - (60 if column.yes_or_no else 0)
    )


def _sector(column: Column, lookups: Lookups) -> float:
    services = lookups.services

    def known(text: str) -> bool:
        return bool(services.known(text) or split(text, services.known, loose=True))

    share = column.share_of_distinct(known)
    many = 40 if len(column.distinct) > 60 else 0
    return 60 * share - (30 if share < _FEW else 0) - many


def _sector_code(column: Column, lookups: Lookups) -> float:
    share = column.share_of_distinct(lookups.services.known)
    return 40 * share - (15 if column.mean_length > 12 else 0) - (20 if share < _FEW else 0)


def _values(is_known: Callable[[str], object]) -> Callable[[Column, Lookups], float]:
    def points(column: Column, _lookups: Lookups) -> float:
        share = column.share_of_distinct(lambda text: is_known(text) is not None)
        return 60 * share - (30 if share < _FEW else 0)

    return points


def _date(column: Column, _lookups: Lookups) -> float:
    serials = column.share(lambda text: text.isdecimal() and 36_000 <= int(text) <= 60_000)
    share = max(column.dates, serials)
    return 40 * share - (50 if share < _FEW else 0)


def _date_or_period(column: Column, lookups: Lookups) -> float:
    periods = column.share(lambda text: len(text) <= 60 and period_in(text) is not None)
    return max(_date(column, lookups), 30 * periods - (50 if periods < _FEW else 0))


def _month(column: Column, headed: bool) -> float:
    def known(text: str) -> bool:
        # 1 to 12 may count anything; only under a heading are they months.
        return (
            len(text) <= 40 and (headed or not text.isdecimal()) and month_and_year(text, "2024") is not None
        )

    months = column.share(known)
    return 60 * months - (40 if months < _FEW else 0)


def _year(column: Column, _lookups: Lookups) -> float:
    years = column.share(lambda text: len(text) == 4 and text.isdecimal() and is_year(int(text)))
    return 60 * years - (60 if years < 0.5 else 0)


def _number(column: Column, _lookups: Lookups) -> float:
    return 10 * column.numbers - (50 if column.numbers < 0.4 else 0)


def _private(column: Column, _lookups: Lookups) -> float:
    return 80 * column.mails


def _activity(column: Column, _lookups: Lookups) -> float:
    return (12 if column.mean_length > 20 else 0) + _text(Field.ACTIVITY, column)


def _text(field: Field, column: Column) -> float:
    if column.yes_or_no and field is not Field.COMMENT:
        return -100.0
    if field not in _TEXT_FIELDS:
        return 0.0
    return (
        -30.0
        if max(column.numbers, column.dates) > 0.5 or (column.codes > 0.5 and field is not Field.PLACE)
        else 0.0
    )


_EVIDENCE: dict[Field, Callable[[Column, Lookups], float]] = {
    Field.ORG_NAME: _organisation_name,
    Field.ORG_ACRONYM: _acronym,
    Field.PARTNER: _partner,
    Field.DONOR: _partner,
    Field.SECTOR_NAME: _sector,
    Field.SECTOR_CODE: _sector_code,
    Field.ORG_TYPE: _values(organisation_types.type_of),
    Field.STATUS: _values(statuses.status),
    Field.ROLE: _values(statuses.role),
    Field.SEX: _values(people.sex),
    Field.AGE: _values(people.age),
    Field.DISABILITY: _values(people.disability),
    Field.GROUP: _values(people.group),
    Field.START: _date,
    Field.END: _date,
    Field.ON: _date_or_period,
    Field.YEAR: _year,
    Field.PEOPLE: _number,
    Field.BUDGET: _number,
    Field.SEVERITY: _number,
    Field.AGE_MIN: _number,
    Field.AGE_MAX: _number,
    Field.PRIVATE: _private,
    Field.ACTIVITY: _activity,
}
