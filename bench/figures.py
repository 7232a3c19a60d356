"""Figures: what was measured, against what, how sure it is, and whether it keeps its budget."""

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

LEAST_NOISE = 0.03
"""No ratio is surer than this share of itself, however alike its rounds were."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    `value` is what the budget is about: a ratio, or where nothing is compared the figure itself. `noise` is in the
    unit of `value`: half of what lies between the quartiles of the rounds. `at_least`: more is better.
    """

    what: str
    ours: float
    bare: float | None
    unit: str
    value: float
    budget: float
    at_least: bool = False
    noise: float = 0.0
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    @property
    def broken(self) -> bool:
        """Whether the budget is missed by more than noise."""
        if self.at_least:
            return self.value + self.noise < self.budget
        return self.value - self.noise > self.budget


@dataclass(frozen=True, slots=True)
class NotRun:
    """What could not be measured, and why."""

    what: str
    why: str


Result = Figure | NotRun


def compared(
    what: str,
    ours: Sequence[float],
    bare: Sequence[float],
    unit: str,
    budget: float,
    *,
    at_least: bool = False,
    **more: Any,
) -> Figure:
    """A ratio ours / bare of rounds that took turns: the median of the rounds' own ratios."""
    ratios = [one / other for one, other in zip(ours, bare, strict=True)]
    ratio = statistics.median(ratios)
    return Figure(
        what,
        statistics.median(ours),
        statistics.median(bare),
        unit,
        ratio,
        budget,
        at_least,
        spread(ratios),
        more,
    )


def alone(what: str, rounds: Sequence[float], unit: str, budget: float, **more: Any) -> Figure:
    """A figure that is compared with its budget only."""
    value = statistics.median(rounds)
    return Figure(what, value, None, unit, value, budget, noise=spread(rounds), more=more)


def spread(rounds: Sequence[float]) -> float:
    """Half of what lies between the quartiles, at least LEAST_NOISE of the median (nothing for a count)."""
    if len(rounds) < 2:
        return 0.0
    low, _, high = statistics.quantiles(rounds, n=4, method="inclusive")
    return max((high - low) / 2, LEAST_NOISE * statistics.median(rounds))


def table(results: Iterable[Result]) -> str:
    """The lines as people read them."""
    head = ("what", "ours", "bare", "ratio", "budget", "met?")
    rows = [head, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _row(result: Result) -> tuple[str, str, str, str, str, str]:
    if isinstance(result, NotRun):
        return result.what, "", "", "", "", f"not run: {result.why}"
    sign = ">=" if result.at_least else "<="
    bare = "" if result.bare is None else f"{_short(result.bare)} {result.unit}"
    ratio = "" if result.bare is None else f"{result.value:.2f} ± {result.noise:.2f}"
    budget = f"{sign} {_short(result.budget)}" + ("" if result.bare is not None else f" {result.unit}")
    met = "yes" if result.met else "NO" if result.broken else "no, within noise"
    return result.what, f"{_short(result.ours)} {result.unit}", bare, ratio, budget, met


def _short(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ") if abs(value) >= 100 else f"{value:.3g}"


def write(results: Sequence[Result], place: Path, **around: Any) -> None:
    """Everything as JSON, for whoever compares runs."""
    lines = [
        {**asdict(result), "met": result.met, "broken": result.broken}
        if isinstance(result, Figure)
        else asdict(result)
        for result in results
    ]
    place.write_text(json.dumps({**around, "results": lines}, indent=1) + "\n")
