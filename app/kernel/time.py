"""Time: this instant in UTC, and days as people type them."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """This instant. Everything in the domain asks here, so that tests can move the clock."""
    return datetime.now(UTC)


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
