"""The states a programme goes through, and who may see it in each. No I/O here."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from app.kernel.i18n import N_, _
from app.kernel.refusals import NotMoved, Refused


class State(StrEnum):
    DRAFT = "draft"
    PLANNED = "planned"
    RUNNING = "running"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return _(NAMES[self])


NAMES: Mapping[State, str] = {
    State.DRAFT: N_("Being written"),
    State.PLANNED: N_("Planned"),
    State.RUNNING: N_("Running"),
    State.SUSPENDED: N_("Paused"),
    State.COMPLETED: N_("Completed"),
    State.CANCELLED: N_("Cancelled"),
}

MOVES: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.PLANNED, State.RUNNING, State.CANCELLED}),
    State.PLANNED: frozenset({State.RUNNING, State.CANCELLED}),
    State.RUNNING: frozenset({State.SUSPENDED, State.COMPLETED}),
    State.SUSPENDED: frozenset({State.RUNNING, State.COMPLETED, State.CANCELLED}),
    State.COMPLETED: frozenset(),
    State.CANCELLED: frozenset(),
}
PUBLISHED = frozenset({State.PLANNED, State.RUNNING})
"""The states in which a draft is published."""
SHOWN = tuple(state for state in State if state is not State.DRAFT)
EDITABLE = frozenset({State.DRAFT, State.PLANNED, State.RUNNING, State.SUSPENDED})
"""States in which what a programme says may still be changed."""
TOLD_WHY = frozenset({State.SUSPENDED, State.CANCELLED})
"""States that people who count on the programme are told the reason for."""


class NotStartedYet(Refused):
    field = "state"
    says = N_(
        "It starts on %(day)s. Until then it is planned, not running. Change the first day if it runs already."
    )


class ReasonMissing(Refused):
    field = "reason"
    says = N_("Write why, in a sentence or two. People who count on this programme read it.")


def check_move(now: State, to: State) -> None:
    """Raises NotMoved when a programme can't go from `now` to `to`."""
    if to not in MOVES[now]:
        raise NotMoved


def check_running(starts_on: date, today: date, *, said: str) -> None:
    """Raises NotStartedYet for a programme whose first day is still to come. `said`: that day in words."""
    if starts_on > today:
        raise NotStartedYet(day=said)


def check_reason(to: State, reason: str) -> None:
    """Raises ReasonMissing when pausing or cancelling without one."""
    if to in TOLD_WHY and not reason:
        raise ReasonMissing
