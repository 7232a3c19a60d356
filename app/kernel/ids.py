"""Ids: UUID version 7 (RFC 9562), so that rows made together lie together and ids sort by time."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A fresh id: 48 bits of Unix milliseconds, then 74 random bits."""
    millis = time.time_ns() // 1_000_000
    tail = int.from_bytes(os.urandom(10), "big")
    value = (
        (millis & (1 << 48) - 1) << 80 | 0x7 << 76 | (tail >> 68) << 64 | 0b10 << 62 | tail & (1 << 62) - 1
    )
    return UUID(int=value)


def read_id(typed: str) -> UUID | None:
    """The id that `typed` spells, or None: a malformed id is never an error of ours."""
    try:
        return UUID(typed)
    except ValueError:
        return None
