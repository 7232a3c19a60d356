"""Moves: how two sides come together. Both decide; a no has a reason and changes nobody else's list."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from app.kernel.i18n import N_, _
from app.kernel.refusals import NotMoved, Refused
from app.organisations.rules.registration import State as Registered

EXPIRES_AFTER = timedelta(days=60)
"""A match that nobody moves for so long ends by itself."""


class State(StrEnum):
    SUGGESTED = "suggested"
    INTERESTED = "interested"
    MUTUAL = "mutual"
    AGREED = "agreed"
    DECLINED = "declined"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        return _(NAMES[self])


NAMES: Mapping[State, str] = {
    State.SUGGESTED: N_("Suggested"),
    State.INTERESTED: N_("One side is interested"),
    State.MUTUAL: N_("Both sides are interested"),
    State.AGREED: N_("Agreed"),
    State.DECLINED: N_("Not for us"),
    State.EXPIRED: N_("Ended without an answer"),
}

OVER = frozenset({State.DECLINED, State.EXPIRED})
"""Nothing came of it."""
MOVES: Mapping[State, frozenset[State]] = {
    State.SUGGESTED: OVER | {State.INTERESTED},
    State.INTERESTED: OVER | {State.MUTUAL},
    State.MUTUAL: OVER | {State.AGREED},
    State.AGREED: frozenset(),
    State.DECLINED: frozenset(),
    State.EXPIRED: frozenset(),
}
OPEN = frozenset(state for state, to in MOVES.items() if to)
"""Somebody may still move it."""


class Reason(StrEnum):
    NO_CAPACITY_NOW = "no capacity now"
    NOT_OUR_AREA = "not our area"
    NOT_OUR_GROUP = "not our group"
    FIGURE_IS_WRONG = "figure is wrong"
    ALREADY_COVERED = "already covered"
    TERMS = "terms"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _(REASONS[self])


REASONS: Mapping[Reason, str] = {
    Reason.NO_CAPACITY_NOW: N_("We have no room now"),
    Reason.NOT_OUR_AREA: N_("We don't work there"),
    Reason.NOT_OUR_GROUP: N_("We don't work with this group"),
    Reason.FIGURE_IS_WRONG: N_("The figure is wrong"),
    Reason.ALREADY_COVERED: N_("These people are already served"),
    Reason.TERMS: N_("The terms don't suit us"),
    Reason.OTHER: N_("Another reason"),
}


class Correction(StrEnum):
    """The form that a reason opens, where it says that a fact of ours is wrong."""

    CAPACITY = "capacity"
    AREAS = "areas"
    GROUPS = "groups"
    CONTEST = "contest"
    PROGRAMME = "programme"


CORRECTIONS: Mapping[Reason, Correction] = {
    Reason.NO_CAPACITY_NOW: Correction.CAPACITY,
    Reason.NOT_OUR_AREA: Correction.AREAS,
    Reason.NOT_OUR_GROUP: Correction.GROUPS,
    Reason.FIGURE_IS_WRONG: Correction.CONTEST,
    Reason.ALREADY_COVERED: Correction.PROGRAMME,
}


class ReasonMissing(Refused):
    field = "reason_code"
    says = N_("Choose why this isn't for you. The other side reads it.")


class OtherReasonMissing(Refused):
    field = "reason"
    says = N_("Write the reason in a few words. The other side reads it.")


STOPPED: Mapping[str, str] = {
    Registered.SUSPENDED: N_(
        "%(name)s is suspended in the register. Until that is lifted, nobody can say yes, write or agree here."
    ),
    Registered.REMOVED: N_(
        "%(name)s was removed from the register, so nobody can say yes, write or agree here any more."
    ),
    Registered.LAPSED: N_(
        "The registration of %(name)s ran out. Until it is renewed, nobody can say yes, write or agree here."
    ),
}
NOT_VERIFIED = N_(
    "%(name)s is not verified in the register now. Until it is, nobody can say yes, write or agree here."
)


class SideStopped(Refused):
    """A side that is not in good standing: nothing is said or agreed with it, but a no."""

    status = 409

    def __init__(self, state: str, name: str) -> None:
        self.says = STOPPED.get(state, NOT_VERIFIED)
        super().__init__(name=name)


def check_standing(state: str, name: str) -> None:
    """Raises SideStopped for a side in this state of the register, as it counts today."""
    if state != Registered.VERIFIED:
        raise SideStopped(state, name)


def contact_open(state: State) -> bool:
    """Both sides said yes: only then does each see who spoke for the other, and how to reach them."""
    return state in {State.MUTUAL, State.AGREED}


def check_move(now: State, to: State) -> None:
    """Raises NotMoved."""
    if to not in MOVES[now]:
        raise NotMoved


def after_yes(now: State, *, other_side_said_yes: bool) -> State:
    """Where a match stands once one more side is interested. Raises NotMoved where it is over, or agreed.

    A side that says yes again changes nothing.
    """
    if now is State.MUTUAL:
        return now
    to = State.MUTUAL if other_side_said_yes else State.INTERESTED
    if to is not now:
        check_move(now, to)
    return to


def read_reason(code: str, text: str = "") -> Reason:
    """The reason of a no. Raises ReasonMissing and OtherReasonMissing."""
    if code not in set(Reason):
        raise ReasonMissing
    if code == Reason.OTHER and not text.strip():
        raise OtherReasonMissing
    return Reason(code)
