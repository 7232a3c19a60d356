"""A partner and a need that suit each other, for tests to change in one thing."""

from dataclasses import replace
from datetime import date

from app.kernel.days import Days
from app.matching.rules.conditions import Need, Partner
from app.matching.rules.order import tie
from app.needs.rules.facets import EVERYBODY, Facets

TODAY = date(2026, 3, 2)
GIRLS, DISPLACED_GIRLS = Facets.read(sex="f", age="0-17"), Facets.read("idp", "f", "0-17")
YEAR = Days.of((TODAY, date(2027, 3, 1)))


def partner(id: str = "a partner", **changed) -> Partner:
    one = Partner(
        id=id,
        verified_until=date(2026, 12, 31),
        services=frozenset({"education"}),
        groups=frozenset({GIRLS}),
        works_in=((12, 14),),
        free=400,
        days=YEAR,
        languages=frozenset({"ha"}),
        safeguarding=True,
        access=frozenset({"ramp"}),
        programme_groups=frozenset({GIRLS}),
        programme_services=frozenset({"education"}),
        tie=tie(id, 1),
    )
    return replace(one, **changed)


def need(id: str = "a need", **changed) -> Need:
    one = Need(
        id=id,
        service_and_parents=("girls' schools", "education"),
        facets=DISPLACED_GIRLS,
        area=(13, 13),
        parent=(10, 20),
        country=(0, 99),
        tier=1,
        uncovered=3000,
        days=YEAR,
        languages=frozenset({"ha", "kr"}),
        safeguarding=True,
        access=frozenset({"ramp"}),
        tie=tie(id, 1),
    )
    return replace(one, **changed)


EVERYONE = frozenset({EVERYBODY})
