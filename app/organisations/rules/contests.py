"""Contesting a decision: who may, until when, and what the answer does. No I/O here."""

from enum import StrEnum

from app.kernel.i18n import N_, _
from app.kernel.refusals import Refused

SHORTEST, LONGEST = 20, 4000


class Answer(StrEnum):
    """What the other registrar found: the decision stands, or it does not."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"

    @property
    def label(self) -> str:
        return _(ANSWERS[self])


ANSWERS = {Answer.UPHELD: N_("The decision stands"), Answer.OVERTURNED: N_("The decision does not stand")}


FOLLOWS = {
    Answer.UPHELD: N_("Nothing changes."),
    Answer.OVERTURNED: N_(
        "What was declined is checked again, what was suspended or removed is restored, what was joined is told apart."
    ),
}
"""What each answer leads to (gettext messages)."""


class SayWhy(Refused):
    field = "says"
    says = N_(
        "Write why the decision is wrong: what was overlooked, or what has changed. 20 letters or more."
    )


class ContestedAlready(Refused):
    status = 409
    field = "says"
    says = N_("This decision was contested already. Another registrar answers it.")


class ChooseAnAnswer(Refused):
    field = "outcome"
    says = N_("Choose whether the decision stands.")


def check_contest(text: str) -> None:
    """Raises SayWhy."""
    if not SHORTEST <= len(text) <= LONGEST:
        raise SayWhy
