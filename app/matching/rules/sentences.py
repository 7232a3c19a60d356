"""Sentences: why a need or a partner is shown, and what is missing. Each is one whole sentence in the language
of the page, made when it is said; until then it is its name and its facts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.kernel import i18n
from app.kernel.i18n import N_, _, ngettext
from app.matching.rules.conditions import Condition
from app.needs.rules import severity
from app.needs.rules.published import FEWEST

Fact = str | int | float | date | tuple[str, ...] | None


class Say(StrEnum):
    PEOPLE_WITHOUT = "people without"
    FEW_WITHOUT = "few without"
    FEW_IN_ALL = "few in all"
    NOT_TOLD = "not told"
    SEVERITY = "severity"
    SEVERITY_NOT_STATED = "severity not stated"
    ROOM = "room"
    KNOWS_GROUP = "knows group"
    KNOWS_NEIGHBOUR_GROUP = "knows neighbour group"
    KNOWS_SERVICE = "knows service"
    WORKS_HERE = "works here"
    WORKS_NEARBY = "works nearby"
    WORKS_IN_COUNTRY = "works in country"
    SPEAKS = "speaks"
    ACCESS_CHECKED = "access checked"
    ACCESS_STATED = "access stated"
    FREE_SOON = "free soon"
    FREE_LATER = "free later"
    ASKED_FOR = "asked for"
    OTHERS_HERE = "others here"
    NOBODY_HERE = "nobody here"
    COMES_FIRST = "comes first"


class Lack(StrEnum):
    """What is missing, by condition, and what mends it."""

    NOT_VERIFIED = "not verified"
    LAPSED = "lapsed"
    RENEW = "renew"
    OTHER_SERVICE = "other service"
    ADD_SERVICE = "add service"
    OTHER_GROUP = "other group"
    ADD_GROUP = "add group"
    NEXT_TO = "next to"
    ELSEWHERE = "elsewhere"
    ADD_AREA = "add area"
    INVITE_THERE = "invite there"
    CAPACITY_NOT_SAID = "capacity not said"
    TOO_FEW_PLACES = "too few places"
    RAISE_CAPACITY = "raise capacity"
    JOIN_PARTNER = "join partner"
    NOT_SPOKEN = "not spoken"
    ADD_LANGUAGE = "add language"
    ASK_VOLUNTEERS = "ask volunteers"
    NO_CHECK = "no check"
    START_CHECK = "start check"
    NO_ACCESS = "no access"
    STATE_ACCESS = "state access"
    FREE_TOO_LATE = "free too late"
    CHANGE_DATES = "change dates"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: which, its facts by their named places, and the number that its grammar goes with.

    Numbers, shares (float, 0 to 1), days and months are written as the language of the page writes them.
    """

    name: Say | Lack
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    count: int = 1

    def __str__(self) -> str:
        return _TEMPLATES[self.name](self.count) % {
            place: _written(place, fact) for place, fact in self.facts.items()
        }


def people_without(
    uncovered: int,
    total: int,
    *,
    group: str,
    area: str,
    service: str,
    source: str,
    month: date,
    withheld: bool = False,
) -> Sentence:
    """How many have nothing, and who says so; numbers under 10 are never printed, nor one that is `withheld`
    since it would give such a number away. `service`: what they need ("a school place").
    """
    names: dict[str, Fact] = {
        "group": group,
        "area": area,
        "service": service,
        "source": source,
        "month": month,
    }
    if withheld and total >= FEWEST:
        return Sentence(Say.NOT_TOLD, names)
    if total < FEWEST:
        return Sentence(Say.FEW_IN_ALL, names, total)
    if uncovered < FEWEST:
        return Sentence(Say.FEW_WITHOUT, names | {"total": total}, total)
    return Sentence(Say.PEOPLE_WITHOUT, names | {"n": uncovered, "total": total}, uncovered)


def how_severe(effective: severity.Effective) -> Sentence:
    if effective.source is severity.From.UNKNOWN:
        return Sentence(Say.SEVERITY_NOT_STATED)
    return Sentence(Say.SEVERITY, {"v": effective.severity, "label": severity.NAMES[effective.severity]})


def room(free: int, *, service: str) -> Sentence:
    return Sentence(Say.ROOM, {"service": service, "free": free}, free)


def others_here(others: int) -> Sentence:
    """How many other organisations are reported, without a number of people."""
    return Sentence(Say.OTHERS_HERE, {"k": others}, others) if others else Sentence(Say.NOBODY_HERE)


def speaks(languages: Iterable[str]) -> Sentence:
    return Sentence(Say.SPEAKS, {"languages": tuple(languages)})


def comes_first(uncovered_share: float) -> Sentence:
    """Why it is at the top; for tier 1 only."""
    return Sentence(Say.COMES_FIRST, {"pct": uncovered_share})


@dataclass(frozen=True, slots=True)
class Mending:
    """Facts of a near miss, as far as its condition needs them."""

    area: str = ""
    service: str = ""
    offered: str = ""
    group: str = ""
    served: str = ""
    language: str = ""
    partner: str = ""
    lapsed_on: date | None = None
    free_from: date | None = None
    districts: int = 0
    partners_there: int = 0
    free: int | None = None
    lot: int = 0
    volunteers: int = 0
    check_days: int = 0


def lacks(missing: Condition, facts: Mending) -> tuple[Sentence, ...]:
    """What one missing condition says, and then what mends it. Conditions that nobody can mend say nothing."""
    match missing:
        case Condition.VERIFIED if facts.lapsed_on is None:
            return (Sentence(Lack.NOT_VERIFIED),)
        case Condition.VERIFIED:
            return Sentence(Lack.LAPSED, {"date": facts.lapsed_on}), Sentence(Lack.RENEW)
        case Condition.SERVICE:
            service: dict[str, Fact] = {"service": facts.service}
            return Sentence(Lack.OTHER_SERVICE, service | {"offered": facts.offered}), Sentence(
                Lack.ADD_SERVICE, service
            )
        case Condition.GROUP:
            group: dict[str, Fact] = {"group": facts.group}
            return Sentence(Lack.OTHER_GROUP, group | {"served": facts.served}), Sentence(
                Lack.ADD_GROUP, group
            )
        case Condition.AREA:
            return _lacks_area(facts)
        case Condition.CAPACITY:
            return _lacks_capacity(facts)
        case Condition.LANGUAGE:
            return Sentence(Lack.NOT_SPOKEN, {"language": facts.language}), _mends_language(facts)
        case Condition.SAFEGUARDING:
            start = Sentence(Lack.START_CHECK, {"days": facts.check_days}, facts.check_days)
            return Sentence(Lack.NO_CHECK), start
        case Condition.ACCESS:
            return Sentence(Lack.NO_ACCESS), Sentence(Lack.STATE_ACCESS)
        case Condition.DATES:
            return Sentence(Lack.FREE_TOO_LATE, {"date": facts.free_from}), Sentence(Lack.CHANGE_DATES)
        case _:
            return ()


def _lacks_area(facts: Mending) -> tuple[Sentence, ...]:
    area: dict[str, Fact] = {"area": facts.area}
    near = Sentence(Lack.NEXT_TO, {"n": facts.districts}, facts.districts)
    k = facts.partners_there
    return (
        near if facts.districts else Sentence(Lack.ELSEWHERE, area),
        Sentence(Lack.INVITE_THERE, area | {"k": k}, k) if k else Sentence(Lack.ADD_AREA, area),
    )


def _lacks_capacity(facts: Mending) -> tuple[Sentence, ...]:
    if facts.free is None:
        return (Sentence(Lack.CAPACITY_NOT_SAID),)
    says = Sentence(Lack.TOO_FEW_PLACES, {"free": facts.free, "lot": facts.lot}, facts.free)
    mends = (
        Sentence(Lack.JOIN_PARTNER, {"partner": facts.partner})
        if facts.partner
        else Sentence(Lack.RAISE_CAPACITY)
    )
    return says, mends


def _mends_language(facts: Mending) -> Sentence:
    if not facts.volunteers:
        return Sentence(Lack.ADD_LANGUAGE)
    return Sentence(Lack.ASK_VOLUNTEERS, {"k": facts.volunteers}, facts.volunteers)


def _written(place: str, fact: Fact) -> str:
    if place == "label":
        return _(str(fact))
    if isinstance(fact, date):
        return i18n.month(fact) if place == "month" else i18n.day(fact)
    if isinstance(fact, tuple):
        return i18n.listed(list(fact))
    if isinstance(fact, float):
        return i18n.percent(fact)
    return i18n.number(fact) if isinstance(fact, int) else str(fact or "")


def _plain(message: str) -> Callable[[int], str]:
    return lambda _count: _(message)


_TEMPLATES: Mapping[Say | Lack, Callable[[int], str]] = {
    Say.PEOPLE_WITHOUT: lambda n: ngettext(
        "%(n)s of %(total)s %(group)s in %(area)s who need %(service)s has no place in a programme we know of (figure of %(source)s, %(month)s).",
        "%(n)s of %(total)s %(group)s in %(area)s who need %(service)s have no place in a programme we know of (figure of %(source)s, %(month)s).",
        n,
    ),
    Say.FEW_WITHOUT: lambda n: ngettext(
        "Fewer than 10 of %(total)s %(group)s in %(area)s who need %(service)s have no place in a programme we know of (figure of %(source)s, %(month)s).",
        "Fewer than 10 of %(total)s %(group)s in %(area)s who need %(service)s have no place in a programme we know of (figure of %(source)s, %(month)s).",
        n,
    ),
    Say.FEW_IN_ALL: _plain(
        N_(
            "Fewer than 10 %(group)s in %(area)s need %(service)s, and not all have it (figure of %(source)s, %(month)s)."
        )
    ),
    Say.NOT_TOLD: _plain(
        N_(
            "Not all %(group)s in %(area)s who need %(service)s have it. We don't print the number, since it would tell one under 10 (figure of %(source)s, %(month)s)."
        )
    ),
    Say.SEVERITY: _plain(N_("Severity %(v)s of 5 – %(label)s.")),
    Say.SEVERITY_NOT_STATED: _plain(N_("Severity not stated; in the order it counts as 3 of 5.")),
    Say.ROOM: lambda n: ngettext(
        "You offer %(service)s and have room for %(free)s person.",
        "You offer %(service)s and have room for %(free)s people.",
        n,
    ),
    Say.KNOWS_GROUP: _plain(N_("You are run by %(group)s, or have a verified programme for them.")),
    Say.KNOWS_NEIGHBOUR_GROUP: _plain(N_("You work with people who have much in common with %(group)s.")),
    Say.KNOWS_SERVICE: _plain(N_("You have a verified programme for %(service)s.")),
    Say.WORKS_HERE: _plain(N_("You already work in %(area)s.")),
    Say.WORKS_NEARBY: _plain(N_("You work nearby, in %(parent)s.")),
    Say.WORKS_IN_COUNTRY: _plain(N_("You work in %(country)s.")),
    Say.SPEAKS: _plain(N_("You speak %(languages)s.")),
    Say.ACCESS_CHECKED: _plain(N_("Somebody checked that people with disabilities can use what you offer.")),
    Say.ACCESS_STATED: _plain(N_("You say that people with disabilities can use what you offer.")),
    Say.FREE_SOON: _plain(N_("You can start within 30 days.")),
    Say.FREE_LATER: _plain(N_("You can start within 90 days.")),
    Say.ASKED_FOR: _plain(N_("%(asker)s asked for partners like you.")),
    Say.OTHERS_HERE: lambda n: ngettext(
        "%(k)s other organisation is reported here; how much it can do isn't known.",
        "%(k)s other organisations are reported here; how much they can do isn't known.",
        n,
    ),
    Say.NOBODY_HERE: _plain(N_("No other organisation is reported here.")),
    Say.COMES_FIRST: _plain(
        N_("It comes before others because %(pct)s of the need is uncovered and it is among the most severe.")
    ),
    Lack.NOT_VERIFIED: _plain(N_("Your registration isn't verified yet.")),
    Lack.LAPSED: _plain(N_("Your registration lapsed on %(date)s.")),
    Lack.RENEW: _plain(N_("Renew your registration.")),
    Lack.OTHER_SERVICE: _plain(N_("You offer %(offered)s; this needs %(service)s.")),
    Lack.ADD_SERVICE: _plain(N_("If you do %(service)s too, add it to your services.")),
    Lack.OTHER_GROUP: _plain(N_("You serve %(served)s; this is about %(group)s.")),
    Lack.ADD_GROUP: _plain(N_("If you serve %(group)s too, add them to your groups.")),
    Lack.NEXT_TO: lambda n: ngettext(
        "You work in %(n)s district next to this one, not here.",
        "You work in %(n)s districts next to this one, not here.",
        n,
    ),
    Lack.ELSEWHERE: _plain(N_("You don't work in %(area)s.")),
    Lack.ADD_AREA: _plain(N_("Add %(area)s to where you work.")),
    Lack.INVITE_THERE: lambda n: ngettext(
        "Add %(area)s to where you work, or invite the %(k)s partner there.",
        "Add %(area)s to where you work, or invite one of %(k)s partners there.",
        n,
    ),
    Lack.CAPACITY_NOT_SAID: _plain(N_("Say how many people you can serve.")),
    Lack.TOO_FEW_PLACES: lambda n: ngettext(
        "You have %(free)s place left; this needs at least %(lot)s.",
        "You have %(free)s places left; this needs at least %(lot)s.",
        n,
    ),
    Lack.RAISE_CAPACITY: _plain(N_("If you have more room, raise your capacity.")),
    Lack.JOIN_PARTNER: _plain(N_("If you have more room, raise your capacity, or join %(partner)s.")),
    Lack.NOT_SPOKEN: _plain(N_("Nobody in your organisation speaks %(language)s.")),
    Lack.ADD_LANGUAGE: _plain(N_("If somebody does, add it to your languages.")),
    Lack.ASK_VOLUNTEERS: lambda n: ngettext(
        "If somebody does, add it to your languages, or ask the %(k)s volunteer who does.",
        "If somebody does, add it to your languages, or ask one of %(k)s volunteers who do.",
        n,
    ),
    Lack.NO_CHECK: _plain(N_("Work with children or adults at risk needs a safeguarding check.")),
    Lack.START_CHECK: lambda n: ngettext(
        "Start the check; it takes about %(days)s day.", "Start the check; it takes about %(days)s days.", n
    ),
    Lack.NO_ACCESS: _plain(
        N_("People with disabilities must be able to use this; you haven't said how they can.")
    ),
    Lack.STATE_ACCESS: _plain(N_("Say how people with disabilities reach and use what you offer.")),
    Lack.FREE_TOO_LATE: _plain(N_("You are free from %(date)s; it is needed before.")),
    Lack.CHANGE_DATES: _plain(N_("If you can start earlier, change your dates.")),
}
