"""Classes of a choropleth: five steps with round limits that stay the same over time for one measure."""

Limits = tuple[int, int, int, int]
"""Whole percents, rising; a share at a limit belongs to the class above it."""


def class_of(part: int, whole: int, limits: Limits) -> int:
    """1 (lowest) to 5, from the exact share: 69.98 % is under 70, even where it is printed as 70 %.

    `part` and `whole` are counts, `whole` over 0.
    """
    return 1 + sum(100 * part >= limit * whole for limit in limits)
