"""A programme in words: its state as a tag, its numbers as sentences. What isn't known is said so, never as a number."""

from collections.abc import Sequence
from datetime import date

from app.kernel import i18n
from app.kernel.i18n import _, ngettext
from app.programmes.queries.listing import Listed
from app.programmes.queries.whole import Served, Whole
from app.programmes.rules.capacity import Counting
from app.programmes.rules.confirmation import Standing
from app.programmes.rules.states import State

Tag = tuple[str, str, str | None]
"""Words, kind and icon of a tag."""
_TAGS = {
    State.DRAFT: ("wait", None),
    State.PLANNED: ("lead", "calendar"),
    State.RUNNING: ("good", "check"),
    State.SUSPENDED: ("wait", "clock"),
    State.COMPLETED: ("", "check"),
    State.CANCELLED: ("bad", "cross"),
}


def state_tag(state: State, *, suspended: bool = False) -> Tag:
    """`suspended`: the organisation is, so that nothing of it that is not over takes anybody in."""
    if suspended and state not in (State.COMPLETED, State.CANCELLED):
        return _("Its organisation is suspended"), "bad", "alert"
    kind, icon = _TAGS[state]
    return state.label, kind, icon


def people_said(people: int | None, counting: Counting) -> str:
    """ "Up to 120 people at one time", "500 people over the whole time", or that nobody knows yet."""
    if people is None:
        return _("How many people is not known yet")
    if counting is Counting.PLACES:
        said = ngettext("Up to %(number)s person at one time", "Up to %(number)s people at one time", people)
    else:
        said = ngettext(
            "%(number)s person over the whole time", "%(number)s people over the whole time", people
        )
    return said % {"number": i18n.number(people)}


def together_said(people: int, counting: Counting) -> str:
    said = _(
        "%(people)s, for all services together. For each service we work out a part, by where need is largest."
    )
    return said % {"people": people_said(people, counting)}


def line_said(line: Served, programme: Whole) -> str:
    """What one service's line says in a list of services."""
    if line.split_by_us and programme.together is not None:
        return _("A part of the number for all services together")
    return people_said(line.people, line.counting)


def confirmed_said(line: Served, programme: Whole) -> str:
    """When a number was last confirmed; nothing where there is no number."""
    if line.people is None and programme.together is None:
        return ""
    said = {
        Standing.FRESH: _("Confirmed on %(day)s"),
        Standing.DUE: _("Confirmed on %(day)s, to be confirmed again"),
        Standing.LAPSED: _("Last confirmed on %(day)s. That is over a year ago, so it does not count"),
    }
    return said[line.standing] % {"day": i18n.day(line.confirmed_on)}


def dates_said(starts_on: date | None, ends_on: date | None) -> str:
    if starts_on is None or ends_on is None:
        return ""
    return _("%(first)s to %(last)s") % {"first": i18n.day(starts_on), "last": i18n.day(ends_on)}


def numbers_said(row: Listed) -> list[str]:
    """The numbers of a programme in a list: one for all services, or one a service; which is not known is said so."""
    if row.together is not None:
        counting = Counting(row.numbers[0].counts) if row.numbers else Counting.PLACES
        return [_("%(people)s, for all services together") % {"people": people_said(row.together, counting)}]
    if all(number.people is None for number in row.numbers):
        return [people_said(None, Counting.PLACES)]
    return [
        _("%(service)s: %(people)s")
        % {"service": n.service, "people": _begun_small(people_said(n.people, Counting(n.counts)))}
        for n in row.numbers
    ]


def places_said(names: Sequence[str], count: int) -> str:
    """The first areas by name, and how many more there are."""
    if count <= len(names):
        return i18n.listed(list(names))
    more = ngettext("%(places)s and %(number)s more", "%(places)s and %(number)s more", count - len(names))
    return more % {"places": ", ".join(names), "number": i18n.number(count - len(names))}


def _begun_small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
