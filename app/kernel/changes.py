"""What changed and must be followed up: written in the transaction of the change, taken out by whoever follows.

A context that works something out of others' rows (coverage out of needs, programmes and presences) lies above
them, so that they can't call it. They note what changed; before a form's transaction is committed the web process
lets those who follow do their work in it (main.py), an importer or job calls them itself, and what was left, because
it was too much for a request, is taken up by a job.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, Moment

_NOTED = "changes noted"


class Kind(StrEnum):
    """What a change is about. `PLACE`: need or presence in an area, of a service (`other_id`). `TREE`: which areas a
    country (`subject_id`) has, and what lies in what; all positions may have moved.
    """

    PLACE = "place"
    CAPACITY_LINE = "capacity line"
    PROGRAMME = "programme"
    ORGANISATION = "organisation"
    TREE = "tree"


@dataclass(frozen=True, slots=True)
class Noted:
    """A change: its kind, the id of what changed, and for a place its service."""

    kind: Kind
    subject_id: UUID
    other_id: UUID | None = None


class Change(Base):
    """A change that nobody has followed up yet."""

    __tablename__ = "change"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(str(kind)) for kind in Kind)})", name="kind"),
        CheckConstraint("(kind = 'place') = (other_id IS NOT NULL)", name="place_names_its_service"),
        {"info": {"placement": "local"}},
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    other_id: Mapped[UUID | None]
    at: Mapped[Moment]


async def note(db: AsyncSession, changes: Iterable[Noted]) -> None:
    """Write down what changed, in the transaction that changed it. Call it after the rows are flushed."""
    distinct = list(dict.fromkeys(changes))
    if distinct:
        columns = {
            "kinds": [change.kind.value for change in distinct],
            "subjects": [change.subject_id for change in distinct],
            "others": [change.other_id for change in distinct],
        }
        await db.execute(_NOTE, columns)
        db.info[_NOTED] = True


# One statement whatever their number: an importer notes thousands at once.
_NOTE = text(
    "INSERT INTO change (kind, subject_id, other_id) "
    "SELECT * FROM unnest(CAST(:kinds AS text[]), CAST(:subjects AS uuid[]), CAST(:others AS uuid[]))"
)

NOTE_PLACES = "INSERT INTO change (kind, subject_id, other_id) SELECT 'place', area_id, service_id FROM %s"
"""Part of a statement of an importer, which follows by itself, that has places in rows of area_id and service_id: in each
part of a large file there are ten thousand, and fetching them to note them took a tenth of the time of taking it in.
"""


def noted_here(db: AsyncSession) -> bool:
    """Whether anything was noted through this `db`, so that a request that changed nothing asks nothing."""
    return bool(db.info.get(_NOTED))


async def waiting(db: AsyncSession, kinds: Collection[Kind], *, most: int) -> list[Noted]:
    """Distinct changes of these kinds that nobody has followed up, as this transaction sees them: at most `most`."""
    wanted = (
        select(Change.kind, Change.subject_id, Change.other_id)
        .where(Change.kind.in_(kinds))
        .distinct()
        .limit(most)
    )
    return [Noted(Kind(kind), subject, other) for kind, subject, other in await db.execute(wanted)]


async def take(db: AsyncSession, kinds: Collection[Kind]) -> list[Noted]:
    """Take out all changes of these kinds that this transaction sees and nobody else is taking; each once.

    They are gone when it commits, and back when it fails.
    """
    free = select(Change.id).where(Change.kind.in_(kinds)).with_for_update(skip_locked=True)
    columns = Change.kind, Change.subject_id, Change.other_id
    gone = delete(Change).where(Change.id.in_(free)).returning(*columns).cte("gone")
    # Distinct in the database: what an import touched is noted once for each of its parts.
    taken = [
        Noted(Kind(kind), subject, other)
        for kind, subject, other in await db.execute(select(gone).distinct())
    ]
    db.info.pop(_NOTED, None)
    return sorted(taken, key=lambda change: (change.kind, change.subject_id, str(change.other_id)))
