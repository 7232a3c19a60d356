"""Windows: the days over which a programme's capacity is counted against a figure of need."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.coverage.rules.capacity import places_over, through_put_over
from app.kernel.days import Days, months_before

PLACES = "places"
"""How a line counts: people at one time; anything else is different people over the whole line."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days that places, and that through-put, are counted over."""

    places: Days
    through_put: Days

    def people(self, counting: str, people: int, active: Days) -> int:
        """The people that a line of `people` serves in this window, on its `active` days, rounded down."""
        if counting == PLACES:
            return places_over(people, active, self.places)
        return through_put_over(people, active, self.through_put)


def window(first: date, last: date, today: date) -> Window:
    """The window for a figure about the days from `first` to `last`.

    As long as that period isn't over it is the period itself. An older figure still counts, since nobody has
    stated a newer one; then the question is who serves these people today: places are those open today,
    and through-put is counted over the stretch of the same length, in whole steps from the period, in which
    today lies.
    """
    period = Days.of((first, last))
    if today <= last:
        return Window(period, period)
    return Window(Days.of((today, today)), Days.of(_carried(first, last, today)))


def _carried(first: date, last: date, today: date) -> tuple[date, date]:
    after = last + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    if first.day == 1 and after.day == 1:
        # Whole months stay whole months: the year after 2024 is 2025, whatever its days.
        past = (today.year - first.year) * 12 + today.month - first.month
        steps = past // months * months
        return months_before(first, -steps), months_before(after, -steps) - timedelta(days=1)
    length = (after - first).days
    moved = timedelta(days=(today - first).days // length * length)
    return first + moved, last + moved
