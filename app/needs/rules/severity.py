"""Severity: how bad it is where a figure is from, on the five steps of JIAF."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.kernel.i18n import N_

UNKNOWN = 3
"""Orders a need whose severity nobody stated; the page says "severity not stated"."""

NAMES: Mapping[int, str] = {
    1: N_("minimal"),
    2: N_("stress"),
    3: N_("severe"),
    4: N_("extreme"),
    5: N_("catastrophic"),
}


class From(StrEnum):
    STATED = "stated"
    INHERITED = "inherited"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Effective:
    """The severity that orders a cell (`v_eff`), and where it comes from."""

    severity: int
    source: From


def effective(own: int | None, above: Iterable[int | None]) -> Effective:
    """Own severity; else that of the nearest area above, for the same service and group; else unknown.

    `above` goes from the nearest ancestor upwards.
    """
    if own is not None:
        return Effective(own, From.STATED)
    inherited = next((severity for severity in above if severity is not None), None)
    return Effective(UNKNOWN, From.UNKNOWN) if inherited is None else Effective(inherited, From.INHERITED)
