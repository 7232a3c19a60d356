"""Two people editing one record: the later one is shown what changed meanwhile, and decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.kernel.i18n import N_
from app.kernel.refusals import Refused


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs: as it stands now, and as the person typed it."""

    field: str
    label: str
    now: str
    yours: str


class ChangedMeanwhile(Refused):
    """Somebody else saved this record since the person opened it. `version` is the one that stands now."""

    status = 409
    says = N_(
        "This was changed while you were writing, by somebody else or in another window. Nothing of yours is lost: compare and decide."
    )

    def __init__(self, version: int, differences: Sequence[Difference]) -> None:
        self.version = version
        self.differences = [d for d in differences if d.now != d.yours]
        super().__init__()


def check_version(now: int, seen: int, differences: Sequence[Difference] = ()) -> None:
    """Raise ChangedMeanwhile unless the record still has the version that the person saw."""
    if now != seen:
        raise ChangedMeanwhile(now, differences)
