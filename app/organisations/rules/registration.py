"""Registration: the states an application goes through, its dates, and who may decide it. No I/O here.

The expiry date is a fact that reads compare with today; no job has to run for a registration to lapse.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from app.kernel.i18n import N_, _, ngettext
from app.kernel.refusals import NotMoved, Refused

ANSWERED_WITHIN = 10
"""Working days in which an application is decided."""
NOTICE = 10
"""Working days that an organisation has to answer before it is suspended, unless the case is serious."""
VALID_YEARS, VALID_YEARS_WITH_CONDITIONS = 3, 1
REMINDERS = (90, 30, 7)
"""Days before the expiry on which the organisation is told to renew."""
RENEWAL_KEEPS_FOR = 60
"""Days for which a renewal that was sent before the expiry keeps the old status while it waits."""
EXPIRED_ITEM_DUE = 60
"""Days an organisation has to renew one expired paper while it stays verified."""
CONTESTED_WITHIN = 30
"""Days in which a decision can be contested."""
INDEPENDENT_AFTER = 24
"""Months after leaving an organisation before somebody may decide about it."""


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    VERIFIED = "verified"
    DECLINED = "declined"
    SUSPENDED = "suspended"
    REMOVED = "removed"
    LAPSED = "lapsed"
    MERGED = "merged"

    @property
    def label(self) -> str:
        return _(NAMES[self])


NAMES: Mapping[State, str] = {
    State.DRAFT: N_("Being written"),
    State.SUBMITTED: N_("Sent, waiting for the registrar"),
    State.RETURNED: N_("Sent back with questions"),
    State.VERIFIED: N_("Verified"),
    State.DECLINED: N_("Declined"),
    State.SUSPENDED: N_("Suspended"),
    State.REMOVED: N_("Removed from the register"),
    State.LAPSED: N_("Registration ran out"),
    State.MERGED: N_("Now part of another organisation"),
}


class Purpose(StrEnum):
    """What a registration is for: the first one, a renewal, or what a verified organisation can't change by itself."""

    FIRST = "first"
    RENEWAL = "renewal"
    CHANGE = "change"

    @property
    def label(self) -> str:
        return _(PURPOSES[self])


PURPOSES: Mapping[Purpose, str] = {
    Purpose.FIRST: N_("New"),
    Purpose.RENEWAL: N_("Renewal"),
    Purpose.CHANGE: N_("Change of name, kind or papers"),
}
OPEN = frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED})
"""States of a registration that is not decided."""

MOVES: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.MERGED}),
    State.SUBMITTED: frozenset({State.RETURNED, State.VERIFIED, State.DECLINED, State.MERGED}),
    State.RETURNED: frozenset({State.SUBMITTED, State.MERGED}),
    State.VERIFIED: frozenset({State.SUSPENDED, State.LAPSED, State.MERGED}),
    State.DECLINED: frozenset({State.MERGED}),  # whoever applies anew begins a new registration
    State.SUSPENDED: frozenset({State.VERIFIED, State.REMOVED, State.MERGED}),
    State.REMOVED: frozenset({State.MERGED}),
    State.LAPSED: frozenset({State.VERIFIED, State.MERGED}),
    State.MERGED: frozenset(),  # undone by splitting from the audit entry, not by a move
}
EDITABLE = frozenset({State.DRAFT, State.RETURNED})
"""States in which the applicant may change what was written."""
REGISTERED = frozenset({State.VERIFIED, State.LAPSED})
"""States in which an organisation is in the register and speaks for itself there."""

WITHOUT_STANDING = frozenset({State.SUSPENDED, State.REMOVED})
"""States in which two people decided that an organisation may begin nothing new, until two lift it."""


class OwnOrganisation(Refused):
    status = 403
    says = N_(
        "You are or were a member of this organisation in the past 24 months, so somebody else decides."
    )


class SamePersonTwice(Refused):
    status = 403
    says = N_("You proposed this yourself. Another person has to confirm it.")


class ChecksStillOpen(Refused):
    field = "checklist"
    says = N_("These items are still open: %(items)s. Verify when each of them is met.")


class LegalCheckOpen(Refused):
    field = "screening"
    says = N_("A name is still being compared with a sanctions list. Answer that first.")


class LikelyDuplicateOpen(Refused):
    field = "duplicates"
    says = N_("Another organisation looks like the same one. Say first whether it is.")


class NotAReason(Refused):
    field = "reason"
    says = N_("Choose one of the reasons in the list.")


def check_move(now: State, to: State) -> None:
    """Raises NotMoved when a registration can't go from `now` to `to`."""
    if to not in MOVES[now]:
        raise NotMoved


def standing(
    state: State, expires_on: date | None, today: date, renewal_sent_on: date | None = None
) -> State:
    """The state as it counts on `today`: a verified registration past its last day has lapsed.

    A renewal sent by the last day keeps the old status while it waits, for 60 days at most.
    """
    if state is not State.VERIFIED or expires_on is None or today <= expires_on:
        return state
    waits = renewal_sent_on is not None and renewal_sent_on <= expires_on
    return state if waits and today <= expires_on + timedelta(days=RENEWAL_KEEPS_FOR) else State.LAPSED


def check_still_registered(purpose: Purpose, now: State) -> None:
    """Raises NotMoved for a renewal or change of an organisation that was suspended or removed since: two people
    restore it first."""
    if purpose is not Purpose.FIRST and now not in REGISTERED:
        raise NotMoved


def check_verifiable(open_items: Collection[str], open_hits: int, strongest_duplicate: float) -> None:
    """Raises what stands in the way of verifying: open checklist items (their names), screening hits that are
    open or confirmed, or a likely duplicate (score 0-100) that nobody has answered.
    """
    if open_items:
        raise ChecksStillOpen(items=", ".join(open_items))
    if open_hits:
        raise LegalCheckOpen
    if strongest_duplicate >= 85:
        raise LikelyDuplicateOpen


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working week of an area: `rest_days` as Monday = 0, `holidays` as dates."""

    rest_days: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        return day.weekday() not in self.rest_days and day not in self.holidays


def due_on(
    sent_on: date,
    calendar: Calendar,
    days: int = ANSWERED_WITHIN,
    stopped: Iterable[tuple[date, date | None]] = (),
) -> date | None:
    """The day `days` working days after `sent_on` by which the applicant is answered.

    stopped: stretches (from, until) in which the application was back with the applicant: the clock
    stands still from the day it was returned to the day before it came again. None while it stands still.
    Raises ValueError for a calendar without a working day.
    """
    if len(calendar.rest_days & set(range(7))) == 7:
        raise ValueError("no working day in the week")
    pauses = sorted(stopped)
    day, left = sent_on, days
    while left:
        day += timedelta(days=1)
        pause = next((p for p in pauses if p[0] <= day and (p[1] is None or day < p[1])), None)
        if pause is not None and pause[1] is None:
            return None
        if pause is None and calendar.works(day):
            left -= 1
    return day


def expires_on(decided_on: date, *, with_conditions: bool) -> date:
    """The last day of a registration: three years on, or one where conditions are open."""
    return months_later(decided_on, 12 * (VALID_YEARS_WITH_CONDITIONS if with_conditions else VALID_YEARS))


def months_later(day: date, months: int) -> date:
    """The same day of the month `months` later (earlier if negative), or the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return date(year, month + 1, last)
            except ValueError:
                continue
    raise ValueError(f"no such month: {year}-{month + 1}")


def check_independent(memberships: Iterable[tuple[date, date | None]], today: date) -> None:
    """Raises OwnOrganisation when one of a person's memberships of the organisation (first day, last day or
    None) is current or ended within the past 24 months.
    """
    since = months_later(today, -INDEPENDENT_AFTER)
    if any(until is None or until >= since for _begins, until in memberships):
        raise OwnOrganisation


def check_two_people(proposed_by: UUID, confirmed_by: UUID) -> None:
    """Raises SamePersonTwice."""
    if proposed_by == confirmed_by:
        raise SamePersonTwice


def queue_place(before: int) -> str:
    """Where an application stands, as the applicant reads it."""
    if before == 0:
        return _("Yours is next.")
    said = ngettext(
        "%(number)s application is before yours. We read the oldest first.",
        "%(number)s applications are before yours. We read the oldest first.",
        before,
    )
    return said % {"number": before}


DECLINE_REASONS: Mapping[str, str] = {
    "already_registered": N_("The organisation is in the register already. Ask to join it."),
    "not_an_organisation": N_("This is a person, a project or an event, and not an organisation."),
    "papers_missing": N_("Papers or references that we asked for did not come."),
    "papers_not_confirmed": N_("Whoever issued a paper or reference could not confirm it."),
    "not_as_described": N_("What we found on the spot differs from what the application says."),
    "out_of_scope": N_(
        "The organisation does nothing yet, and plans nothing, for the groups or areas of this register."
    ),
    "not_safe": N_("People could come to harm: the safeguarding or non-discrimination item is not met."),
    "no_answer": N_("Our questions were not answered in time."),
    # The sentence must not say whether a name stood on a list (partners.md 1.5).
    "legal_check": N_("We could not complete a legal check. Ask the registrar what you can do."),
}


def check_decline_reason(code: str) -> str:
    """The gettext message of a reason to decline. Raises NotAReason."""
    if code not in DECLINE_REASONS:
        raise NotAReason
    return DECLINE_REASONS[code]
