"""A form that can't be saved as it stands: it comes back with what was typed and what is to be mended.

Where somebody else saved first, it comes back with what differs (the macro `meanwhile` of components/table.html), and
holds the version that stands now: the next press decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.kernel.forms import errors_beside
from app.kernel.refusals import Refused
from app.kernel.versions import ChangedMeanwhile, Difference
from app.kernel.web.typed import Given


@dataclass(frozen=True, slots=True)
class Shown:
    """What a form is shown with: what is in its fields, what is wrong, and what somebody else changed meanwhile."""

    typed: Given
    errors: dict[str, str]
    differences: Sequence[Difference] = ()
    status: int = 200


def coming_back(
    problem: Refused, typed: Given, *, stands: str = "", differences: Sequence[Difference] | None = None
) -> Shown:
    """The form after `problem`.

    stands: the version that stands now, where it isn't the number of a row. differences: what differs in the words of
    the page, where `problem` doesn't say it so.
    """
    if not isinstance(problem, ChangedMeanwhile):
        return Shown(typed, errors_beside(problem), status=422)
    return Shown(
        typed | {"version": stands or str(problem.version)},
        {"": problem.sentence},
        problem.differences if differences is None else differences,
        problem.status,
    )


def version_seen(typed: Given) -> int:
    """The row version that the form was filled in from; 0, which no row has, for nonsense."""
    version = str(typed.get("version") or "")
    return int(version) if version.isdecimal() and len(version) < 10 else 0
