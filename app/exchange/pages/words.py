"""What the pages of an import call things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.exchange.queries.imports import Seen
from app.exchange.rules.fields import MEASURES, NAMES, NEED_ONLY, PRESENCE_ONLY, Field
from app.exchange.rules.verdicts import NOTES, REFUSALS, WARNINGS, Reason
from app.exchange.values.months import Month, Period
from app.exchange.values.people import GROUPS
from app.exchange.values.statuses import ROLES, STATUSES
from app.kernel.i18n import N_, _, ngettext, number

KINDS: Mapping[str, str] = {
    "presence": N_("Who does what where (3W)"),
    "need": N_("How many people need what"),
}


@dataclass(frozen=True, slots=True)
class Tag:
    """A state in words, with the colour and icon that go with it."""

    label: str
    kind: str = ""
    icon: str | None = None


_STATES: Mapping[str, tuple[str, str, str | None]] = {
    "uploaded": (N_("Being looked at"), "", "clock"),
    "to map": (N_("Say what the columns are"), "wait", None),
    "read": (N_("Rows are being read"), "", "clock"),
    "checked": (N_("Decide: take it in?"), "wait", None),
    "applying": (N_("Being taken in"), "", "clock"),
    "applied": (N_("Taken in"), "good", "check"),
    "superseded": (N_("Taken in, a newer file followed"), "good", "check"),
    "undone": (N_("Undone"), "", None),
    "cancelled": (N_("Left"), "", None),
    "failed": (N_("Could not be read"), "bad", "alert"),
}
_HOW: Mapping[str, str] = {
    "tag": N_("by its HXL tag"),
    "heading": N_("by its heading"),
    "content": N_("by what is in it"),
    "person": N_("as somebody said"),
}
_MEASURES: Mapping[str, str] = {
    "population": N_("People who live there"),
    "affected": N_("People affected"),
    "inneed": N_("People in need"),
    "targeted": N_("People targeted"),
    "reached": N_("People reached"),
}
_STATUSES: Mapping[str, str] = {
    "ongoing": N_("It runs"),
    "planned": N_("It is planned"),
    "suspended": N_("It is paused"),
    "completed": N_("It is completed"),
    "cancelled": N_("It is cancelled"),
}
_ROLES: Mapping[str, str] = {
    "reporting": N_("It reports"),
    "implementing": N_("It carries out"),
    "both": N_("It does both"),
}
_GROUPS: Mapping[str, str] = {
    "host": N_("Residents"),
    "idp": N_("Displaced people"),
    "returnee": N_("Returnees"),
    "refugee": N_("Refugees"),
    "migrant": N_("Migrants"),
    "any": N_("Everyone"),
}
_FIELDS_ASKED: Mapping[str, str] = {
    "organisation": N_("Organisation"),
    "area": N_("Area"),
    "sector": N_("Sector"),
    "status": N_("Status"),
    "role": N_("Role"),
    "group": N_("Group of people"),
}
_NOTHING: Mapping[str, str] = {
    "organisation": N_("Leave its rows out"),
    "area": N_("Count it for the whole country"),
}
_SHORT: Mapping[str, str] = {
    "no-organisation": N_("No organisation"),
    "no-area": N_("No area"),
    "unknown-area": N_("An area that we don't know"),
    "area-conflict": N_("Two areas that don't belong together"),
    "unknown-sector": N_("A sector that we don't know"),
    "no-sector-or-activity": N_("Neither sector nor activity"),
    "bad-date": N_("A date that can't be read"),
    "no-period": N_("No month"),
    "end-before-start": N_("It ends before it starts"),
    "outside-rights": N_("Outside of the area that you plan for"),
    "not-one-number": N_("Not one whole number"),
    "negative": N_("Below zero"),
    "not-a-partner": N_("A kind of organisation that is not registered here"),
    "too-long": N_("A text that is too long"),
    "row-width": N_("More cells than headings"),
    "unknown-facet": N_("A group of people that we don't know"),
    "bad-severity": N_("A severity that isn't 1 to 5"),
    "repeated": N_("Stated twice"),
    "name-differs": N_("An area whose name and code differ; the code counts"),
    "parent-unknown": N_("A larger area that we don't know"),
    "whole-country": N_("No area, so the whole country"),
    "name-from-acronym": N_("Only a short name"),
    "no-sector": N_("An activity without a sector"),
    "sector-close": N_("A sector that is nearly one of ours"),
    "unknown-status": N_("A status that we don't know"),
    "unknown-role": N_("A role that we don't know"),
    "parts-over-total": N_("Parts that are more than their total"),
    "error-value": N_("A formula that had failed"),
    "date-order": N_("Dates in two orders"),
    "whole-people": N_("A part of a person, rounded down"),
    "spelling": N_("A name that is spelled otherwise here"),
    "code-repaired": N_("A code that is written otherwise here"),
    "finer-area": N_("A place below the areas that we know"),
    "several": N_("Several at once"),
}


def state_tag(state: str) -> Tag:
    label, kind, icon = _STATES.get(state, (N_("Being worked on"), "", "clock"))
    return Tag(_(label), kind, icon)


def how_found(how: str, score: float) -> str:
    """How a column's field was found, and how sure that is."""
    if not how:
        return _("not used")
    found = _(_HOW[how])
    return found if score >= 90 else _("%(found)s, check it") % {"found": found}


def fields_of(kind: str) -> list[tuple[str, str]]:
    """What a column of this kind of file may be, as (value, label)."""
    left_out = NEED_ONLY if kind == "presence" else PRESENCE_ONLY
    plain = [
        (name.value, _(NAMES[name])) for name in Field if name not in left_out and name is not Field.PEOPLE
    ]
    return [*plain, *((f"people:{measure}", _(_MEASURES[measure])) for measure in MEASURES)]


def field_value(field: str | None, people: Sequence[str] | None) -> str:
    """The value in `fields_of` of a column."""
    return f"people:{people[0]}" if field == Field.PEOPLE and people else field or ""


def people_detail(people: Sequence[str] | None) -> str:
    """Of whom a column of numbers is, where it is not of everybody: as codes, like those of the tags."""
    return ", ".join(part for part in (people or [])[1:] if part and part != "any")


def period_words(period: Period | None) -> str:
    """As a person would write it."""
    if period is None:
        return ""
    return str(period.first) if period.first == period.last else f"{period.first} to {period.last}"


def months_of(seen: Seen) -> str:
    """The months that an import is about, if the file as a whole has any."""
    if not (seen.period_from and seen.period_to):
        return ""
    return period_words(Period(Month.of(seen.period_from), Month.of(seen.period_to)))


def asked_field(name: str) -> str:
    return _(_FIELDS_ASKED.get(name, name))


def options_of(
    field: str, candidates: Sequence[Sequence[str]], services: Mapping[str, str]
) -> list[tuple[str, str]]:
    """The answers to a question, the likeliest first, as (value, label)."""
    named = [(f"record:{code}", services.get(name, name)) for code, name in candidates]
    rest: Mapping[str, str] = {
        "sector": services,
        "status": {code: _(_STATUSES[code]) for code in STATUSES},
        "role": {code: _(_ROLES[code]) for code in ROLES},
        "group": {code: _(_GROUPS[code]) for code in GROUPS},
    }.get(field, {})
    known = {value for value, _label in named}
    named += [(f"record:{code}", label) for code, label in rest.items() if f"record:{code}" not in known]
    if field == "organisation":
        named.append(("create", _("It is another one: list it under this name")))
    return [*named, ("ignore", _(_NOTHING.get(field, N_("Count it as blank"))))]


def reasons_said(reasons: Mapping[str, int]) -> list[tuple[str, str]]:
    """How many rows have what, the most first, those that were refused before those that were not; notes are left out."""
    order = [*REFUSALS, *WARNINGS]
    told = sorted(
        (code for code in reasons if code not in NOTES),
        key=lambda code: (code not in REFUSALS, -reasons[code], order.index(code) if code in order else 0),
    )
    return [
        (
            _(_SHORT.get(code, code)),
            (
                ngettext("%(num)s row left out", "%(num)s rows left out", reasons[code])
                if code in REFUSALS
                else ngettext("%(num)s row, taken in", "%(num)s rows, taken in", reasons[code])
            )
            % {"num": number(reasons[code])},
        )
        for code in told
    ]


def why(reasons: Sequence[tuple[str, str, str]]) -> str:
    """Why a row was refused, in sentences; what it was only noted for is left out."""
    grave = [Reason(*reason) for reason in reasons if reason[0] in REFUSALS]
    return " ".join(reason.sentence for reason in grave)
