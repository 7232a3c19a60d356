"""A presence as a row of a file states it, and how rows that state the same one are joined."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from hashlib import blake2b
from typing import NamedTuple

from app.exchange.reading.cells import Cell
from app.exchange.rows.organisations import NamedOrganisation
from app.exchange.rows.people import Figure, added
from app.exchange.rows.texts import AboutFound, Details
from app.exchange.rows.times import TimeFound
from app.exchange.rules.verdicts import Reason, Verdict
from app.exchange.values.months import Period
from app.exchange.values.siblings import Area
from app.exchange.values.statuses import most_alive
from app.kernel.text import fold

SEPARATOR = "\x1f"


class PresenceRow(NamedTuple):
    """One presence of one row. A named tuple and not a dataclass: a million of them are made in an import.

    `numbers` are the rows of the sheet as a spreadsheet shows them; `part` of `parts` when one row names several
    organisations, services or areas, and then the first has the figures of people, for all of them together.
    `key` is the same for rows that state the same presence, `hash` for rows that are equal in everything; both are
    empty on a refused row, which has the cells of its row in `original` (private columns blank) and whatever of the
    rest could be read. `service` is "" for an activity without a sector.
    """

    sheet: str
    numbers: tuple[int, ...]
    part: int
    parts: int
    verdict: Verdict
    reasons: tuple[Reason, ...]
    organisation: NamedOrganisation | None
    partner: NamedOrganisation | None
    service: str
    area: Area | None
    place: str
    activity: str
    about: AboutFound
    time: TimeFound
    details: Details
    people: tuple[Figure, ...]
    key: bytes
    hash: bytes
    original: tuple[Cell, ...] | None = None

    @property
    def role(self) -> str:
        """reporting, implementing, both, or ""."""
        return self.about.role

    @property
    def status(self) -> str:
        """One of `statuses.STATUSES`, or ""."""
        return self.about.status

    @property
    def period(self) -> Period | None:
        """The months that the presence is stated for."""
        return self.time.period


class Tally:
    """Counts over the rows read so far."""

    def __init__(self) -> None:
        self.rows = 0
        self.presences = 0
        self.verdicts: dict[Verdict, int] = dict.fromkeys(Verdict, 0)
        self.reasons: Counter[str] = Counter()


def join(rows: Sequence[PresenceRow]) -> PresenceRow:
    """The rows of one file that state the same presence (equal keys), as one; the order of rows doesn't matter.

    Rows that are equal in everything count once. Of those that differ the figures are added, the most alive status
    counts, and the days go from the earliest start to the latest end. All row numbers and reasons are kept.
    """
    first = rows[0]
    if len(rows) == 1:
        return first
    distinct = list({row.hash: row for row in rows}.values())
    joined = first._replace(
        numbers=tuple(sorted({number for row in rows for number in row.numbers})),
        verdict=max(row.verdict for row in rows),
        reasons=tuple(dict.fromkeys(reason for row in rows for reason in row.reasons)),
    )
    if len(distinct) == 1:
        return joined
    starts = [row.time.starts for row in distinct if row.time.starts]
    ends = [row.time.ends for row in distinct if row.time.ends]
    return joined._replace(
        about=first.about._replace(status=reduce(most_alive, [row.status for row in distinct])),
        time=first.time._replace(starts=min(starts, default=None), ends=max(ends, default=None)),
        people=added([row.people for row in distinct]),
        hash=_digest(b"".join(sorted(row.hash for row in distinct))),
    )


def joined(rows: Iterable[PresenceRow]) -> Iterator[PresenceRow]:
    """The presences of a file with equal keys joined, refused rows left out; holds all of them in memory.

    For files of a size that a test or a preview has; a file of millions is joined in the database, by key.
    """
    by_key: dict[bytes, list[PresenceRow]] = {}
    for row in rows:
        if row.verdict is not Verdict.REFUSED:
            by_key.setdefault(row.key, []).append(row)
    yield from map(join, by_key.values())


def with_digests(row: PresenceRow, source: str) -> PresenceRow:
    """The row with the key and hash of what it now says."""
    who, where = row.organisation, row.area
    partner = row.partner.id if row.partner else ""
    key = SEPARATOR.join(
        (
            source,
            who.id if who else "",
            row.role,
            partner,
            row.service,
            fold(row.activity),
            where.code if where else "",
            row.time.key,
        )
    ).encode("utf-8", "surrogatepass")
    rest = repr((row.status, row.time.text, row.activity, row.place, row.details, row.people))
    return row._replace(key=_digest(key), hash=_digest(key + rest.encode("utf-8", "surrogatepass")))


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=16).digest()
