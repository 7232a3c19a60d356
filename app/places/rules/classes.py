"""Classes of a choropleth: five steps with round limits that stay the same over time for one measure."""

from collections.abc import Sequence

Limits = tuple[int, int, int, int]
"""Whole percents, rising; a share at a limit belongs to the class above it."""

ROUND = 5


def class_of(part: int, whole: int, limits: Limits) -> int:
    """1 (lowest) to 5, from the exact share: 69.98 % is under 70, even where it is printed as 70 %.

    `part` and `whole` are counts, `whole` over 0.
    """
    return 1 + sum(100 * part >= limit * whole for limit in limits)


def suggested_limits(percents: Sequence[int]) -> Limits:
    """Four multiples of 5 that part these figures about evenly, for whoever sets the limits of a new measure.

    Rising and between 5 and 95 whatever the figures are; 20, 40, 60, 80 where there is none.
    """
    ordered = sorted(percents)
    if not ordered:
        return (20, 40, 60, 80)
    fifths = [ordered[min(len(ordered) - 1, len(ordered) * part // 5)] for part in range(1, 5)]
    limits: list[int] = []
    for place, fifth in enumerate(fifths):
        lowest = limits[-1] + ROUND if limits else ROUND
        highest = 100 - ROUND * (len(fifths) - place)
        limits.append(min(highest, max(lowest, ROUND * round(fifth / ROUND))))
    return (limits[0], limits[1], limits[2], limits[3])
