"""Contests: a figure that somebody in the place says is wrong, and who may decide about it."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from uuid import UUID

from app.kernel.i18n import N_, _
from app.kernel.refusals import NotMoved, Refused


class State(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _(NAMES[self])


NAMES: Mapping[State, str] = {
    State.OPEN: N_("Questioned, not decided yet"),
    State.ACCEPTED: N_("Questioned and corrected"),
    State.NOT_ACCEPTED: N_("Questioned and kept"),
    State.WITHDRAWN: N_("Question taken back"),
}

MOVES: Mapping[State, frozenset[State]] = {
    State.OPEN: frozenset({State.ACCEPTED, State.NOT_ACCEPTED, State.WITHDRAWN}),
    State.ACCEPTED: frozenset(),
    State.NOT_ACCEPTED: frozenset(),
    State.WITHDRAWN: frozenset(),
}


class DeciderTakesPart(Refused):
    status = 403
    says = N_("You belong to one of the two sides. Somebody who doesn't has to decide about this figure.")


class ReasonMissing(Refused):
    field = "reason"
    says = N_("Write why you decide so. Both sides read it.")


def check_move(now: State, to: State) -> None:
    """Raises NotMoved."""
    if to not in MOVES[now]:
        raise NotMoved


def check_decider(decider_belongs_to: Collection[UUID], sides: Sequence[UUID]) -> None:
    """The decider can't belong to the contesting or the contested organisation. Raises DeciderTakesPart."""
    if not set(sides).isdisjoint(decider_belongs_to):
        raise DeciderTakesPart


def check_reason(to: State, reason: str) -> None:
    """A figure is kept with a reason only. Raises ReasonMissing."""
    if to is State.NOT_ACCEPTED and not reason.strip():
        raise ReasonMissing


def ratio_range(places: float, figures: Sequence[int]) -> tuple[float, float]:
    """Coverage while a figure is contested: from the highest stated need to the lowest.

    `places`: people that the programmes together could serve in the cell (supply x working figure).
    Returns two shares, 0 to 1, low first. A stated need of nobody is covered.
    """
    return _share(places, max(figures)), _share(places, min(figures))


def _share(places: float, people: int) -> float:
    return min(1.0, places / people) if people else 1.0
