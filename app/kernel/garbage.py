"""Garbage: Python's search for objects that hold each other, paused while very many are made that don't."""

import gc
from collections.abc import Generator
from contextlib import contextmanager

_pauses = 0


@contextmanager
def collection_paused() -> Generator[None]:
    """No search until the block ends, and every other block that pauses it at the same time.

    Rows are freed when nobody holds them any more; the search looks for what that leaves, in everything that is alive,
    again and again as more is made. It took 3.8 of the 18.9 s of processor time of the Afghan needs (54 139 rows) and
    found nothing. Whoever goes through a file of any length calls `collect_young` after each part.
    """
    global _pauses
    _pauses += 1
    gc.disable()
    try:
        yield
    finally:
        _pauses -= 1
        if not _pauses:
            gc.enable()


def collect_young() -> None:
    """Find what was lost since the last time, so that it doesn't add up; what is older isn't looked at."""
    gc.collect(1)
