"""Confidence: how far a coverage figure can be trusted. Shown beside it, never folded into it."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from app.kernel.days import months_before
from app.kernel.i18n import N_, _
from app.needs.rules.statements import Freshness

RECENT = 6
"""Months for which a confirmation of capacity is recent."""
SOME, MOST = 0.25, 0.50
"""Shares of what is covered from which estimates weigh."""


class Confidence(StrEnum):
    """A is the best. Orders by its letter."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def label(self) -> str:
        return _(NAMES[self])


NAMES: Mapping[Confidence, str] = {
    Confidence.A: N_("Fresh figures, nothing estimated"),
    Confidence.B: N_("Figures getting old, or partly estimated"),
    Confidence.C: N_("Old figures, or mostly estimated"),
    Confidence.D: N_("Figures that somebody questions, or that don't add up"),
}


def confidence(
    *,
    need: Freshness,
    estimated: float,
    unsure: float,
    confirmed_on: date | None,
    today: date,
    contested: bool = False,
    parts_differ: bool = False,
) -> Confidence:
    """The worst that any of these allows.

    need: how old the figure of need is. estimated, unsure: shares (0 to 1) of what is covered that are
    estimated, and estimated or split by us. confirmed_on: when the longest unconfirmed of the lines that
    count was confirmed; None where no line counts.
    """
    if contested or parts_differ:
        return Confidence.D
    if need is Freshness.OLD or estimated > MOST:
        return Confidence.C
    recent = confirmed_on is None or confirmed_on >= months_before(today, RECENT)
    if need is Freshness.AGEING or not recent or estimated > 0 or unsure > SOME:
        return Confidence.B
    return Confidence.A
