"""What an applicant may do when: which steps are open, when to renew, what changing needs a registrar. No I/O here."""

from collections.abc import Mapping
from datetime import date, timedelta

from app.kernel.i18n import N_
from app.kernel.refusals import NotMoved, Refused
from app.organisations.rules.registration import EDITABLE, REGISTERED, REMINDERS, State
from app.organisations.rules.steps import ASKED_FIRST, LIVE, Step

FOR_A_REGISTRAR = ("kind", "name", "legal_name")
"""Fields of the first step that a verified organisation changes only with its registrar; of its papers, all are."""
LONGEST_STATEMENT = 2000
SHORTEST_STATEMENT = 10


class StepsMissing(Refused):
    says = N_("Some steps are still open. Fill them in, then send.")


class NumberTaken(Refused):
    status = 409
    field = "registration_number"
    says = N_("%(name)s has this number in the register already. Ask to join it, or check the number.")


class NoSuchEntry(Refused):
    says = N_("One of the choices is not in the list any more. Choose again.")


class SayWhatIsDifferent(Refused):
    field = "different"
    says = N_("Say in a sentence why yours is another organisation, so that the registrar understands it.")


class EvidenceMissing(Refused):
    field = "evidence"
    says = N_("Show something for these points, or say what you have instead: %(items)s.")


class StatementTooShort(Refused):
    field = "statement"
    says = N_("Say it in a sentence, or add a file. 10 letters or more.")


class StatementTooLong(Refused):
    field = "statement"
    says = N_("Write at most 2 000 letters here.")


class NotToRenew(Refused):
    status = 409
    says = N_("You can renew from 90 days before the last day on.")


def asks_first(organisation: State, step: Step) -> bool:
    """Whether a registrar looks at what a step changes before it counts."""
    return organisation in REGISTERED and step in ASKED_FIRST


def is_live(organisation: State, step: Step) -> bool:
    """Whether saving a step changes the public page at once."""
    return organisation in REGISTERED and step in LIVE


def check_open(organisation: State, registration: State, step: Step, asked: Mapping[str, str]) -> None:
    """Raises NotMoved for a step that can't be written now.

    Before it is sent every step is open; when it came back, those with a question; of a verified
    organisation, those that its registrar needn't look at, and those whose changes wait for the registrar.
    """
    if is_live(organisation, step) or asks_first(organisation, step):
        return
    if registration not in EDITABLE or (registration is State.RETURNED and asked and step not in asked):
        raise NotMoved


def may_renew(expires_on: date | None, today: date) -> bool:
    """From 90 days before the last day on, and after it."""
    return expires_on is not None and today >= expires_on - timedelta(days=max(REMINDERS))
