"""Decisions about organisations in the register: which there are, who may take them, and until when. No I/O here."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.kernel.actor import Grant, Role
from app.kernel.i18n import N_, _, day
from app.kernel.refusals import NotAllowed, NotMoved, Refused
from app.organisations.rules import registration
from app.organisations.rules.registration import Calendar, State

UNDONE_WITHIN = 90
"""Days in which two organisations that became one can be told apart again."""
MERGED_AFTER = 15
"""Working days after which two organisations are joined without the consent of both owners."""
SHORTEST_REASON = 20


class Outcome(StrEnum):
    """What was decided."""

    VERIFIED = "verified"
    DECLINED = "declined"
    RENEWED = "renewed"
    CHANGED = "changed"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    REMOVED = "removed"
    MERGED = "merged"
    SPLIT = "split"

    @property
    def label(self) -> str:
        return _(OUTCOMES[self])

    @property
    def tone(self) -> str:
        """Of its tag: good, bad, or wait for what is neither."""
        return TONES.get(self, "wait")


OUTCOMES: Mapping[Outcome, str] = {
    Outcome.VERIFIED: N_("Verified"),
    Outcome.DECLINED: N_("Declined"),
    Outcome.RENEWED: N_("Renewed"),
    Outcome.CHANGED: N_("Name, kind or papers changed"),
    Outcome.SUSPENDED: N_("Suspended"),
    Outcome.RESTORED: N_("Restored"),
    Outcome.REMOVED: N_("Removed"),
    Outcome.MERGED: N_("Joined with another"),
    Outcome.SPLIT: N_("Told apart again"),
}
TONES: Mapping[Outcome, str] = {
    Outcome.VERIFIED: "good",
    Outcome.RENEWED: "good",
    Outcome.RESTORED: "good",
    Outcome.CHANGED: "good",
    Outcome.DECLINED: "bad",
    Outcome.SUSPENDED: "bad",
    Outcome.REMOVED: "bad",
}
CONTESTABLE = frozenset({Outcome.DECLINED, Outcome.SUSPENDED, Outcome.REMOVED, Outcome.MERGED})
"""What an organisation can contest."""
MAKES: Mapping[Outcome, State] = {
    Outcome.SUSPENDED: State.SUSPENDED,
    Outcome.RESTORED: State.VERIFIED,
    Outcome.REMOVED: State.REMOVED,
    Outcome.MERGED: State.MERGED,
}
"""The state that a decision of two people leads to."""


class ReasonMissing(Refused):
    field = "reason"
    says = N_("Write the reason, so that the applicant can read it. 20 letters or more.")


class ChooseOne(Refused):
    field = "outcome"
    says = N_("Choose what you propose.")


class NotYet(Refused):
    status = 409
    field = "confirmation"
    says = N_("The organisation can answer until %(day)s. Confirm it after that, or when it has agreed.")


class NotYoursToTakeBack(Refused):
    status = 403
    field = "taken_back"
    says = N_(
        "Only the registrar who proposed this takes it back, or another registrar of the same area or a larger one around it."
    )


class TooLateToContest(Refused):
    status = 409
    field = "says"
    says = N_("A decision can be contested within 30 days. That time is over.")


class DecidedItYourself(Refused):
    status = 403
    says = N_("You took part in this decision. Somebody else answers the contest.")


class TooLateToUndo(Refused):
    status = 409
    says = N_("Two organisations can be told apart again within 90 days. That time is over.")


class JoinedWithItself(Refused):
    field = "survivor"
    says = N_("Choose another organisation than this one.")


def check_reason(reason: str, field: str = "reason") -> None:
    """Raises ReasonMissing under 20 letters."""
    if len(reason) < SHORTEST_REASON:
        raise ReasonMissing(field=field)


def check_proposable(now: State, outcome: Outcome) -> None:
    """Raises NotMoved where a decision can't follow the state, as it counts today."""
    ends = MAKES[outcome]
    if outcome is Outcome.RESTORED and now is not State.SUSPENDED:
        raise NotMoved
    registration.check_move(now, ends)


def from_day(outcome: Outcome, today: date, *, serious: bool) -> date:
    """The first day on which a proposed decision may be confirmed.

    A suspension gives 10 working days to answer, unless the case is serious; joining two organisations
    waits 15 for their owners; the others may follow at once.
    """
    if outcome is Outcome.SUSPENDED and not serious:
        return registration.due_on(today, Calendar(), registration.NOTICE) or today
    if outcome is Outcome.MERGED:
        return registration.due_on(today, Calendar(), MERGED_AFTER) or today
    return today


def check_confirmable(
    outcome: Outcome, proposed_by: UUID, confirmed_by: UUID, opens_on: date, today: date, *, all_agreed: bool
) -> None:
    """Raises SamePersonTwice, or NotYet before `opens_on` unless every side has agreed."""
    if outcome is not Outcome.MERGED:
        registration.check_two_people(proposed_by, confirmed_by)
    if today < opens_on and not all_agreed:
        raise NotYet(day=day(opens_on))


def acting_under(grants: Iterable[Grant], position: int) -> Grant:
    """The role under which a registrar decides about an organisation whose seat is numbered `position`: of several,
    that of the largest area. Raises NotAllowed.
    """
    over = [g for g in grants if g.role is Role.REGISTRAR and g.lo <= position <= g.hi]
    if not over:
        raise NotAllowed
    return max(over, key=lambda grant: grant.hi - grant.lo)


def check_takes_back(
    person_id: UUID, grants: Iterable[Grant], proposed_by: UUID, proposed_in: tuple[int, int]
) -> None:
    """Raises NotYoursToTakeBack for anybody but the proposer and registrars over the whole area numbered
    `proposed_in`, for which it was proposed.
    """
    lo, hi = proposed_in
    over = any(g.role is Role.REGISTRAR and g.lo <= lo and hi <= g.hi for g in grants)
    if person_id != proposed_by and not over:
        raise NotYoursToTakeBack


def authors(decided_for: str, proposed_for: str) -> str:
    """Whose decision it is: the role and area of each who decided, and never a name."""
    if not proposed_for:
        return _("Registrar of %(area)s") % {"area": decided_for}
    return _(
        "Decided by two people: a registrar of %(first)s proposed it, and a registrar of %(second)s confirmed it"
    ) % {"first": proposed_for, "second": decided_for}


def check_contestable(outcome: Outcome, decided_on: date, today: date) -> None:
    """Raises NotMoved for what can't be contested, TooLateToContest after 30 days."""
    if outcome not in CONTESTABLE:
        raise NotMoved
    if today > decided_on + timedelta(days=registration.CONTESTED_WITHIN):
        raise TooLateToContest


def check_another(answers: UUID, took_part: Collection[UUID | None]) -> None:
    """Raises DecidedItYourself."""
    if answers in took_part:
        raise DecidedItYourself


def check_undoable(merged_at: datetime, now: datetime) -> None:
    """Raises TooLateToUndo."""
    if now - merged_at > timedelta(days=UNDONE_WITHIN):
        raise TooLateToUndo
