"""What differs between two editions of an entry, in the entry's own parts: "names.fr", "parent", "facts.offered"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class Change:
    """One part of an entry: what it was and what it is now, as text ("" for nothing)."""

    key: str
    was: str
    now: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every part that is not the same, sorted by its key."""
    was, now = dict(_parts(before)), dict(_parts(after))
    return [
        Change(key, was.get(key, ""), now.get(key, ""))
        for key in sorted(was.keys() | now.keys())
        if was.get(key, "") != now.get(key, "")
    ]


def _parts(entry: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in entry.items():
        key = f"{above}.{name}" if above else name
        if isinstance(value, Mapping):
            yield from _parts(cast("Mapping[str, Any]", value), key)
        elif isinstance(value, bool):
            yield key, "yes" if value else "no"
        elif value not in (None, ""):
            yield key, str(value)
