"""Time: instants in UTC, shown and typed by the clock of a place."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, available_timezones


def now() -> datetime:
    """This instant. Everything in the domain asks here, so that tests can move the clock."""
    return datetime.now(UTC)


def is_zone(name: str) -> bool:
    return name in available_timezones()


def wall_clock(typed: str) -> datetime | None:
    """The local day and time that `typed` spells ("2026-03-14 09:30"), without a zone.

    None for anything else, also for a typed offset (it would be ignored in silence) and for years
    outside 2000 to 2099 (year 1 has no UTC).
    """
    try:
        read = datetime.fromisoformat(typed.strip())
    except ValueError:
        return None
    return read if read.tzinfo is None and 2000 <= read.year <= 2099 else None


def day(typed: str) -> date | None:
    """The calendar day that `typed` spells, the year first ("2026-03-14", "2026-3-14").

    None for anything else, and for years outside 2000 to 2099. The order of day and month is never guessed.
    """
    parts = typed.strip().split("-")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) <= 4 for part in parts):
        return None
    year, month, number = map(int, parts)
    try:
        return date(year, month, number) if 2000 <= year <= 2099 else None
    except ValueError:
        return None


class AmbiguousTime(ValueError):
    """The clocks go back then: this local time comes twice."""


class MissingTime(ValueError):
    """The clocks go forward then: this local time never comes."""


def instant_at(local: datetime, zone: str) -> datetime:
    """The instant of a local time in `zone`. Raises AmbiguousTime or MissingTime around a change of clocks."""
    there = ZoneInfo(zone)
    first, second = (local.replace(tzinfo=there, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(there).replace(tzinfo=None) == local:
        raise AmbiguousTime(local.isoformat())
    raise MissingTime(local.isoformat())
