"""Refusals: what a person is told when something can't be done as asked, and where on the page it stands."""

import re
from collections.abc import Mapping

from app.kernel.i18n import N_, _


class Refused(Exception):
    """The person's to mend. A subclass is one rule: its name is the code that the API gives, `says` the
    sentence (a gettext message, its places filled from `facts`), `field` the form field it belongs to.
    """

    status = 422
    field = ""
    says = N_("This could not be done as it stands.")

    def __init__(self, *, field: str | None = None, **facts: object) -> None:
        self.facts: Mapping[str, object] = facts
        if field is not None:
            self.field = field
        super().__init__(self.code)

    @property
    def sentence(self) -> str:
        return _(self.says) % self.facts if self.facts else _(self.says)

    @property
    def code(self) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()

    def __str__(self) -> str:
        return self.sentence


class NotFound(Refused):
    status = 404
    says = N_("There is no page at this address. It may have moved, or the address may have a slip in it.")


class NotAllowed(Refused):
    status = 403
    says = N_("Your role doesn't let you do this. Ask somebody in your organisation who has the role for it.")


class SignInFirst(Refused):
    status = 401
    says = N_("Sign in first. We will bring you back here.")


class TooMany(Refused):
    status = 429
    says = N_("That was very often in a short time. Wait a minute and try again.")


class TooLarge(Refused):
    status = 413
    says = N_("That is larger than we can take: %(limit)s at most.")


class NotMoved(Refused):
    """A thing can't go from the state it is in to the state asked for."""

    status = 409
    says = N_(
        "This has moved on meanwhile, so that step is not possible any more. Look at where it stands now."
    )
