"""A presence as a row of a file states it, and how rows that state the same one are joined."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import NamedTuple

from app.exchange.fields import Field
from app.exchange.reading.cells import Cell
from app.exchange.rows.organisations import NamedOrganisation
from app.exchange.rows.people import Figure, added
from app.exchange.rows.texts import Details
from app.exchange.values.areas import Area
from app.exchange.values.dates import Order
from app.exchange.values.months import Period
from app.exchange.values.statuses import most_alive
from app.exchange.verdicts import Reason, Verdict

SEPARATOR = "\x1f"


class PresenceRow(NamedTuple):
    """One presence of one row. A named tuple and not a dataclass: a million of them are made in an import.

    `numbers` are the rows of the sheet as a spreadsheet shows them; `part` of `parts` when one row names several
    organisations, services or areas. `key` is the same for rows that state the same presence, `hash` for rows that
    are equal in everything; both are empty on a refused row, which has the cells of its row in `original` (private
    columns blank) and whatever of the rest could be read.
    """

    sheet: str
    numbers: tuple[int, ...]
    part: int
    parts: int
    verdict: Verdict
    reasons: tuple[Reason, ...]
    organisation: NamedOrganisation | None
    role: str
    partner: NamedOrganisation | None
    service: str
    activity: str
    area: Area | None
    period: Period | None
    starts: date | None
    ends: date | None
    status: str
    people: tuple[Figure, ...]
    people_for: int
    """The figures are for so many presences together, of which this is the first."""
    details: Details
    key: bytes
    hash: bytes
    original: tuple[Cell, ...] | None


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for all rows: the source's id, the country (alpha-3), the file's period where it has one, the order
    of day and month by field, and the service that the sheet's name means.
    """

    source: str
    country: str
    period: Period | None = None
    orders: dict[Field, Order] = field(default_factory=dict[Field, Order])
    sheet: str = ""
    sheet_service: str = ""


@dataclass(slots=True)
class Tally:
    """Counts over the rows read so far."""

    rows: int = 0
    presences: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter[Verdict])
    reasons: Counter[str] = field(default_factory=Counter[str])


def join(first: PresenceRow, second: PresenceRow) -> PresenceRow:
    """Two rows of one file that state the same presence, as one.

    Equal in everything: counted once. Otherwise the figures are added and the most alive status counts; the days are
    the earliest start and the latest end. All row numbers are kept either way.
    """
    joined = first._replace(
        numbers=tuple(sorted({*first.numbers, *second.numbers})),
        verdict=max(first.verdict, second.verdict),
        reasons=tuple(dict.fromkeys(first.reasons + second.reasons)),
    )
    if first.hash == second.hash:
        return joined
    starts = [one for one in (first.starts, second.starts) if one]
    ends = [one for one in (first.ends, second.ends) if one]
    joined = joined._replace(
        status=most_alive(first.status, second.status),
        people=added(first.people, second.people),
        people_for=max(first.people_for, second.people_for),
        starts=min(starts, default=None),
        ends=max(ends, default=None),
        hash=b"",
    )
    rest = (joined.status, joined.starts, joined.ends, joined.activity, joined.details, joined.people)
    return joined._replace(hash=digest(joined.key.hex() + SEPARATOR + repr(rest)))


def joined(rows: Iterable[PresenceRow]) -> Iterator[PresenceRow]:
    """The presences of a file with equal keys joined, refused rows left out; holds all of them in memory.

    Joining doesn't depend on the order of three and more rows only where all differ or all are equal; a file of
    millions is joined in the database, by key and in the order of rows.
    """
    by_key: dict[bytes, PresenceRow] = {}
    for row in rows:
        if row.verdict is not Verdict.REFUSED:
            held = by_key.get(row.key)
            by_key[row.key] = join(held, row) if held else row
    yield from by_key.values()


def digest(text: str) -> bytes:
    """BLAKE2b of 128 bits."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
