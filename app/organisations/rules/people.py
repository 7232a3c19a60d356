"""Who belongs to an organisation, in which role, and how that changes. No I/O here."""

from collections.abc import Mapping
from datetime import timedelta

from app.kernel.actor import IN_ORGANISATION, Role
from app.kernel.i18n import N_
from app.kernel.refusals import Refused

INVITATION_LASTS = timedelta(days=14)
MOST_INVITATIONS = 50
LONGEST_MESSAGE = 500

ROLES: Mapping[Role, str] = {
    Role.MEMBER: N_("Reads what the organisation writes here."),
    Role.EDITOR: N_("Writes: the profile, programmes, answers to matches."),
    Role.SIGNATORY: N_("Writes, and signs agreements."),
    Role.OWNER: N_("Does all of this, and decides who belongs here."),
}
"""What each role does, for those who give it (gettext messages)."""


class LastOwner(Refused):
    status = 409
    says = N_("An organisation needs an owner. Make somebody else one first.")


class AlreadyMember(Refused):
    status = 409
    field = "email"
    says = N_("This person belongs to the organisation already.")


class AlreadyAsked(Refused):
    status = 409
    says = N_("You asked already. An owner answers you by mail.")


class NotARole(Refused):
    field = "role"
    says = N_("Choose one of the roles.")


class NotYours(Refused):
    status = 403
    says = N_("This invitation is for another e-mail address. Sign in with that one.")


class InvitationOver(Refused):
    status = 410
    says = N_("This invitation is not open any more. Ask for a new one.")


class TooManyInvitations(Refused):
    field = "email"
    says = N_("So many invitations are open already. Take one back first.")


def read_role(typed: str) -> Role:
    """The role in an organisation that was chosen. Raises NotARole."""
    if typed not in IN_ORGANISATION:
        raise NotARole
    return Role(typed)


def check_owner_stays(role_now: Role, role_then: Role | None, owners: int) -> None:
    """Raises LastOwner when the only owner would be none. role_then: None for somebody who leaves."""
    if role_now is Role.OWNER and role_then is not Role.OWNER and owners <= 1:
        raise LastOwner
