"""Stating a need: who may say how many people need what, and about where."""

from app.kernel.i18n import N_
from app.kernel.refusals import Refused
from app.organisations.rules.kinds import Kind

OFFICIAL = frozenset({Kind.DEPARTMENT, Kind.LOCAL_GOVERNMENT})
"""Their figures are official: of two about the same people, these are worked with."""
Stretch = tuple[int, int]


class NotAStater(Refused):
    status = 403
    says = N_(
        "Needs are stated by local government, by ministries, and by organisations that a group runs itself. "
        "You can question a figure that stands."
    )


class NotVerified(Refused):
    status = 403
    says = N_("Your organisation isn't verified yet. As soon as it is, you can do this.")


class NotYourPlace(Refused):
    field = "area"
    says = N_("You can state what is needed in %(home)s and the places in it. Choose one of them.")


def check_stater(kind: Kind, *, verified: bool, led_by_group: bool) -> None:
    """Raises NotVerified, NotAStater."""
    if not verified:
        raise NotVerified
    if kind not in OFFICIAL and kind is not Kind.SELF_ORGANISED and not led_by_group:
        raise NotAStater


def check_place(kind: Kind, place: Stretch, seat: Stretch, country: Stretch, *, home: str) -> None:
    """Local government states needs of its own area, everybody else of their country. Raises NotYourPlace."""
    lo, hi = seat if kind is Kind.LOCAL_GOVERNMENT else country
    if not lo <= place[0] <= place[1] <= hi:
        raise NotYourPlace(home=home)
