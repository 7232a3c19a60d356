"""How the instance is doing, read from the database: for the operator, who sees no personal data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.audit import AuditEntry
from app.kernel.pagination import PAGE_SIZE, Page, cut, decode
from app.kernel.refusals import NotFound


@dataclass(frozen=True, slots=True)
class QueueState:
    """How many jobs of a queue are in one state, and since when the oldest."""

    queue: str
    state: str
    number: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that ended in an error; its request id stands in the log beside the error."""

    id: int
    name: str
    queue: str
    attempts: int
    request: str


@dataclass(frozen=True, slots=True)
class State:
    """The state of the instance."""

    queues: Sequence[QueueState]
    failed: Sequence[FailedJob]
    mail_waiting: int
    mail_oldest: datetime | None
    database_bytes: int
    version: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the audit trail."""

    chain: str
    n: int
    at: datetime
    actor_id: UUID
    action: str
    subject_id: UUID
    entry: str


async def state(db: AsyncSession) -> State:
    """Queues, failed jobs, mail and size: four statements."""
    queues = await db.execute(
        text(
            "SELECT queue_name, status::text, count(*), min(scheduled_at) FROM procrastinate_jobs "
            "WHERE status <> 'succeeded' GROUP BY 1, 2 ORDER BY 1, 2"
        )
    )
    failed = await db.execute(
        text(
            "SELECT id, task_name, queue_name, attempts, coalesce(args->>'request', '') FROM procrastinate_jobs "
            "WHERE status = 'failed' ORDER BY id DESC LIMIT 50"
        )
    )
    mail = (
        await db.execute(text("SELECT count(*), min(created_at) FROM message WHERE state = 'waiting'"))
    ).one()
    size = (
        await db.execute(
            text("SELECT pg_database_size(current_database()), current_setting('server_version')")
        )
    ).one()
    return State(
        queues=[QueueState(*row) for row in queues],
        failed=[FailedJob(*row) for row in failed],
        mail_waiting=mail[0],
        mail_oldest=mail[1],
        database_bytes=size[0],
        version=size[1],
    )


async def try_again(db: AsyncSession, actor: Actor, job_id: int) -> None:
    """Queue a failed job once more. Raises NotFound for one that did not fail."""
    again = await db.scalar(
        text(
            "UPDATE procrastinate_jobs SET status = 'todo', scheduled_at = now(), attempts = attempts + 1 "
            "WHERE id = :id AND status = 'failed' RETURNING id"
        ),
        {"id": job_id},
    )
    if again is None:
        raise NotFound
    await audit.record(db, actor, "job.tried-again", actor.person_id, job=job_id)


async def entries(
    db: AsyncSession, *, chain: str = "", subject: UUID | None = None, after: str | None = None
) -> Page[Entry]:
    """The audit trail, newest first: of one chain, of one record, or all of it."""
    wanted = select(
        AuditEntry.chain,
        AuditEntry.n,
        AuditEntry.at,
        AuditEntry.actor_id,
        AuditEntry.action,
        AuditEntry.subject_id,
        AuditEntry.entry,
    )
    if chain:
        wanted = wanted.where(AuditEntry.chain == chain)
    if subject:
        wanted = wanted.where(AuditEntry.subject_id == subject)
    if (key := decode(after, str, str, int)) and (at := _moment(str(key[0]))):
        place = (AuditEntry.at, AuditEntry.chain, AuditEntry.n)
        wanted = wanted.where(tuple_(*place) < tuple_(at, key[1], key[2]))
    wanted = wanted.order_by(AuditEntry.at.desc(), AuditEntry.chain.desc(), AuditEntry.n.desc()).limit(
        PAGE_SIZE + 1
    )
    rows = [Entry(*row) for row in await db.execute(wanted)]
    return cut(rows, PAGE_SIZE, key=lambda row: (row.at.isoformat(), row.chain, row.n))


def _moment(written: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at if at.tzinfo else None
