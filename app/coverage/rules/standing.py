"""Standing: everything that is shown of a cell's coverage, from its figures and from who is there."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.coverage.rules.confidence import Confidence, confidence
from app.coverage.rules.cover import Covered
from app.coverage.rules.presence import Known, known
from app.coverage.rules.tiers import LAST, tier
from app.needs.rules.statements import freshness

NOBODY_LEFT = LAST + 1
"""The tier, as it is stored, of a cell in which nobody is left uncovered: after all others."""


@dataclass(frozen=True, slots=True)
class There:
    """Organisations in a place: those whose capacity counts, and those that are named or run something there
    without a number that counts; and whether anybody reported on this service in the country."""

    measured: frozenset[str]
    others: frozenset[str]
    named: int
    reported: bool


@dataclass(frozen=True, slots=True)
class Trust:
    """What decides how far a coverage figure can be trusted, besides its shares of estimates."""

    reference_to: date
    contested: bool
    parts_differ: bool
    confirmed_on: date | None

    @classmethod
    def worst_of(cls, some: Sequence["Trust"]) -> "Trust":
        """The worst that any of `some` (at least one) allows.

        A country is summed from hundreds of thousands of cells, so nothing is made on the way.
        """
        return cls(
            min(each.reference_to for each in some), any(each.contested for each in some),
            any(each.parts_differ for each in some),
            min((each.confirmed_on for each in some if each.confirmed_on is not None), default=None),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """A cell's coverage as it is stored."""

    people: int
    covered: int
    uncovered: int
    overlap: int
    low: int
    high: int
    planned: int
    supply: float
    estimated: float
    unsure: float
    ratio: float
    tier: int
    confidence: Confidence
    lines: int
    named: int
    unmeasured: int
    state: Known


def standing(
    people: int, cover: Covered, planned: int, severity: int, there: There, trust: Trust, today: date
) -> Standing:
    """What is shown of a cell of `people`.

    The people of a total may differ from its parts' by rounding. Then what is left uncovered is what the
    total states less what the parts have covered, so that the figures on a page add up; nobody, if in the
    parts nobody is.
    """
    covered = people if cover.uncovered == 0 else min(people, cover.covered)
    unmeasured = len(there.others - there.measured)
    return Standing(
        people, covered, people - covered, cover.overlap, low=min(cover.low, covered), high=min(people, max(cover.high, covered)),
        planned=min(people, max(planned, covered)), supply=cover.supply, estimated=cover.estimated, unsure=cover.unsure,
        ratio=covered / people, tier=tier(severity, people, covered) or NOBODY_LEFT,
        confidence=confidence(
            need=freshness(trust.reference_to, today), estimated=cover.estimated, unsure=cover.unsure,
            confirmed_on=trust.confirmed_on, today=today, contested=trust.contested, parts_differ=trust.parts_differ,
        ),
        lines=cover.lines, named=there.named, unmeasured=unmeasured,
        state=known(with_capacity=len(there.measured), without=unmeasured, reported=there.reported),
    )  # fmt: skip


def there(
    measured: Collection[str], without_number: Iterable[str], named: frozenset[str], *, reported: bool
) -> There:
    """Organisations whose capacity counts, those that run something without a number, and those that are named."""
    return There(frozenset(measured), frozenset(without_number) | named, len(named), reported)


def estimate(people: int, like: Covered | None) -> Covered:
    """Coverage of a cell of which nothing is known but that its people are among those of `like`: the same
    share, all of it estimated, and anything between nobody and as many as are covered there."""
    if like is None or not like.covered:
        return Covered(people, 0.0, 0, 0, 0, 0, 0.0, 0.0, 0)
    covered = people * like.covered // like.people
    return Covered(
        people, like.supply, covered, overlap=0, low=0, high=min(people, like.covered), estimated=1.0, unsure=1.0,
        lines=like.lines,
    )  # fmt: skip
