"""Keyset pagination: a page begins after a row, not at a number, so row one million is as near as row one."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

PAGE_SIZE = 20
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and the cursor that the next ones come after (None: these were the last)."""

    rows: Sequence[Row]
    after: str | None = None

    def __bool__(self) -> bool:
        return bool(self.rows)


def cut(rows: Sequence[Row], size: int, key: Callable[[Row], tuple[object, ...]]) -> Page[Row]:
    """A page of the first `size` of `rows`; a further row only says that there is more."""
    shown = rows[:size]
    return Page(shown, encode(*key(shown[-1])) if len(rows) > size else None)


def encode(*key: object) -> str:
    """A cursor for the row with this sort key."""
    plain = json.dumps([str(part) if isinstance(part, UUID) else part for part in key], separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def decode(cursor: str | None, *kinds: type) -> tuple[object, ...] | None:
    """The sort key in `cursor`, each part of its kind (str, int, float, UUID). Nonsense is None: the first page."""
    if not cursor or len(cursor) > 2000:
        return None
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        parts: Any = json.loads(plain, parse_constant=_no_number)
        if not isinstance(parts, list) or len(cast(list[Any], parts)) != len(kinds):
            return None
        pairs = zip(cast(list[Any], parts), kinds, strict=True)
        read: tuple[Any, ...] = tuple(UUID(part) if kind is UUID else part for part, kind in pairs)
    except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError):
        return None
    fits = all(
        isinstance(part, kind) and _can_be_asked_for(part) for part, kind in zip(read, kinds, strict=True)
    )
    return read if fits else None


def _can_be_asked_for(part: object) -> bool:
    """Whether a database can hold it: a text without what is no character, a number of 64 bits."""
    if isinstance(part, str):
        return not any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in part)
    return not isinstance(part, bool) and (not isinstance(part, int) or abs(part) < 1 << 63)


def _no_number(named: str) -> object:
    raise ValueError(named)
