"""Slugs: the readable part of an organisation's address. No I/O here."""

from collections.abc import Container

from app.organisations.rules import names

LONGEST = 60
RESERVED = frozenset(
    {"new", "similar", "search", "register", "decisions", "map", "feed", "export", "queue", "claim", "mine"}
)
"""Words that addresses beside a slug use for pages."""


def slug(name: str) -> str:
    """`name` as small ASCII letters, digits and hyphens, 60 at most and cut at a word; never empty."""
    written = names.fold(name).replace(" ", "-")
    if len(written) > LONGEST:
        cut = written[: LONGEST + 1].rpartition("-")[0]
        written = cut or written[:LONGEST]
    return written or "organisation"


def unique(name: str, taken: Container[str]) -> str:
    """The slug of `name`, with -2, -3 ... behind it as long as it is taken or is the word of a page."""
    wanted = slug(name)
    chosen, number = wanted, 1
    while chosen in taken or chosen in RESERVED:
        number += 1
        chosen = f"{wanted}-{number}"
    return chosen
