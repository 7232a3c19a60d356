"""Words for figures of coverage: times, states, classes of the map."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

from app.coverage.queries.left_out import Row
from app.coverage.rules.capacity import Counts
from app.coverage.rules.confidence import NAMES as TRUST
from app.coverage.rules.confidence import Confidence
from app.coverage.rules.presence import Known
from app.kernel.i18n import N_, _, day, month, ngettext, number, percent
from app.needs.rules.cells import NoteKind

COUNTS: Mapping[Counts, str] = {
    Counts.COUNTED: N_("Counts"),
    Counts.IF_PLANS_HOLD: N_("Planned, doesn't count yet"),
    Counts.PRESENCE_ONLY: N_("Number not known"),
    Counts.NOT_CONFIRMED: N_("Not confirmed for a year"),
    Counts.NOT_VERIFIED: N_("Partner not verified"),
    Counts.NOT_RUNNING: N_("Doesn't run"),
}
NOTES: Mapping[str, str] = {
    NoteKind.ROUNDED: N_("The parts add up to %(figure)s, the total says %(other)s: they were rounded."),
    NoteKind.PARTS_DIFFER: N_(
        "The parts add up to %(figure)s, the total says %(other)s. Nothing was repaired."
    ),
    NoteKind.PART_ABOVE_TOTAL: N_("One group has %(figure)s people, more than all together (%(other)s)."),
    NoteKind.SERVICE_ABOVE_ANYTHING: N_(
        "%(figure)s people need this, more than the %(other)s who are stated to need anything at all."
    ),
    NoteKind.TARGETED_ABOVE_NEED: N_(
        "The source wants to reach %(figure)s people, more than the %(other)s in need."
    ),
    NoteKind.PARTS_WITHOUT_TOTAL: N_("There is no total, and not all parts are stated."),
    NoteKind.COUNTED_ELSEWHERE: N_("These people are counted from another source already."),
}
_STATUS: Mapping[str, str] = {
    "planned": N_("planned"), "ongoing": N_("ongoing"), "suspended": N_("suspended"), "completed": N_("completed"),
    "cancelled": N_("cancelled"), "unknown": N_("no status said"),
}  # fmt: skip


def span(first: date, last: date) -> str:
    """A period in words: "2024", "October 2023 to December 2023", or its two days."""
    after = last + timedelta(days=1)
    if (first.month, first.day, after.month, after.day) == (1, 1, 1, 1) and after.year == first.year + 1:
        return str(first.year)
    if first.day == 1 and after.day == 1:
        one = (first.year, first.month) == (last.year, last.month)
        return (
            month(last) if one else _("%(first)s to %(last)s") % {"first": month(first), "last": month(last)}
        )
    return _("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}


def people(figure: int | None, few: bool) -> str:
    """A number of people as it may be printed. `few`: it is hidden because it is under 10."""
    if figure is None:
        return _("under 10") if few else _("not shown")
    return number(figure)


def why_not_shown(few: bool) -> str:
    """The same for the number of a place, in a sentence."""
    if few:
        return _("Fewer than 10 people need this.")
    return _("How many people need this isn't shown: a number under 10 could be worked out from it.")


def in_a_sentence(row: Row) -> str:
    """How many people of a place are left out, as far as it is known and may be printed."""
    if row.people is None:
        return why_not_shown("people" in row.few)
    facts = {"people": number(row.people)}
    if row.left_share is None or row.uncovered is None:
        return _("%(people)s people in need.") % facts
    return _("%(left)s of %(people)s people left out.") % (facts | {"left": number(row.uncovered)})


def who_is_there(state: Known, named: int, unmeasured: int, lines: int) -> str:
    """What is known of who helps in a place, in one sentence."""
    others = ngettext(
        "%(num)s organisation is reported here; how much it can do isn't known.",
        "%(num)s organisations are reported here; how much they can do isn't known.", unmeasured,
    ) % {"num": number(unmeasured)}  # fmt: skip
    programmes = ngettext(
        "%(num)s programme says how many people it can serve.",
        "%(num)s programmes say how many people they can serve.",
        lines,
    ) % {"num": number(lines)}
    match state:
        case Known.CAPACITY_KNOWN:
            return programmes
        case Known.KNOWN_IN_PART:
            more = ngettext(
                "%(num)s more organisation is reported; how much it can do isn't known.",
                "%(num)s more organisations are reported; how much they can do isn't known.", unmeasured,
            )  # fmt: skip
            return f"{programmes} {more % {'num': number(unmeasured)}}"
        case Known.PRESENT:
            return others
        case Known.NOBODY_REPORTED:
            return _("Nobody is reported here.")
        case Known.NO_REPORT:
            return _("There is no report about who works here.")


def state_in_short(state: Known, unmeasured: int) -> str:
    """The same for a column of a table."""
    match state:
        case Known.CAPACITY_KNOWN:
            return _("Known")
        case Known.KNOWN_IN_PART:
            return _("Known in part")
        case Known.PRESENT:
            return ngettext(
                "%(num)s partner, number not known", "%(num)s partners, numbers not known", unmeasured
            ) % {"num": number(unmeasured)}
        case Known.NOBODY_REPORTED:
            return _("Nobody reported")
        case Known.NO_REPORT:
            return _("No report")


def counts(how: Counts) -> str:
    """Whether a programme's number counts, and if not, why not."""
    return _(COUNTS[how])


def trust(letter: str) -> str:
    """How far a figure can be trusted."""
    return f"{letter}: {_(TRUST[Confidence(letter)])}"


def status(word: str) -> str:
    """A presence's status."""
    return _(_STATUS.get(word, word))


def steps(limits: tuple[int, int, int, int]) -> list[tuple[str, str]]:
    """Class and words of the five steps of a map, the worst first."""
    words = [_("under %(share)s") % {"share": percent(limits[0] / 100)}]
    words += [
        _("%(low)s to %(high)s") % {"low": number(low), "high": percent((high - 1) / 100)}
        for low, high in pairwise(limits)
    ]
    words.append(_("%(share)s and more") % {"share": percent(limits[-1] / 100)})
    return [(f"m{step}", words[step - 1]) for step in range(5, 0, -1)]
