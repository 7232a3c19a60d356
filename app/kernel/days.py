"""Days: stretches of the calendar, for what runs, pauses, and is counted over a period."""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self


@dataclass(frozen=True, slots=True)
class Days:
    """A set of calendar days, kept as disjoint stretches in order, each from its first to its last day."""

    stretches: tuple[tuple[date, date], ...] = ()

    @classmethod
    def of(cls, *stretches: tuple[date, date]) -> Self:
        """The days of all `stretches` together; they may touch, overlap and come in any order.

        A stretch that ends before it starts holds no day.
        """
        return cls(_dates(_joined((first.toordinal(), last.toordinal()) for first, last in stretches)))

    @classmethod
    def year(cls, year: int) -> Self:
        return cls.of((date(year, 1, 1), date(year, 12, 31)))

    def __len__(self) -> int:
        return sum((last - first).days + 1 for first, last in self.stretches)

    def __contains__(self, day: date) -> bool:
        at = bisect_right(self.stretches, day, key=lambda stretch: stretch[0]) - 1
        return at >= 0 and day <= self.stretches[at][1]

    def __and__(self, other: "Days") -> "Days":
        """The days that are in both."""
        return Days.of(
            *(
                (max(first, start), min(last, end))
                for first, last in self.stretches
                for start, end in other.stretches
            )
        )

    def __sub__(self, other: "Days") -> "Days":
        """The days that are here and not in `other`: pauses and holidays taken out."""
        left = [(first.toordinal(), last.toordinal()) for first, last in self.stretches]
        for first, last in other.stretches:
            start, end = first.toordinal(), last.toordinal()
            left = [
                piece
                for begins, ends in left
                for piece in ((begins, min(ends, start - 1)), (max(begins, end + 1), ends))
                if piece[0] <= piece[1]
            ]
        return Days(_dates(_joined(left)))


def months_before(day: date, months: int) -> date:
    """The same day of the month, `months` earlier; the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(stretch for stretch in stretches if stretch[0] <= stretch[1]):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _dates(stretches: Iterable[tuple[int, int]]) -> tuple[tuple[date, date], ...]:
    return tuple((date.fromordinal(first), date.fromordinal(last)) for first, last in stretches)
