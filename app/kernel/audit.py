"""The audit trail: who did what to which record, when, written in the transaction of the change.

Entries form chains, one per first-level area or ministry. Each entry's hash is
sha256(hash of the one before || entry text); so no entry can be altered, dropped or put in between
without every later hash, and the head that was published, giving it away. `verify` recomputes them all.
"""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    bindparam,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import time
from app.kernel.actor import Actor
from app.kernel.context import request_id
from app.kernel.database import Base

INSTANCE = "instance"
"""The chain of what belongs to no area: accounts, vocabulary, weights."""
SYSTEM = UUID(int=0)
"""The actor of what a job does by itself."""


class AuditChain(Base):
    """The head of one chain: its length and last hash. Locked while an entry is added."""

    __tablename__ = "audit_chain"
    __table_args__ = ({"info": {"placement": "by: chain"}},)
    chain: Mapped[str] = mapped_column(primary_key=True)
    length: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    head: Mapped[bytes] = mapped_column(LargeBinary, server_default=text("''::bytea"))


class AuditEntry(Base):
    """One entry. `entry` is the very text that was hashed; the other columns repeat parts of it for finding."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        PrimaryKeyConstraint("chain", "n"),
        Index("ix_audit_entry_subject_id", "subject_id"),
        Index("ix_audit_entry_at", "at", "chain", "n"),
        {"info": {"placement": "by: chain"}},
    )
    chain: Mapped[str] = mapped_column(ForeignKey("audit_chain.chain"))
    n: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    actor_id: Mapped[UUID]
    action: Mapped[str]
    subject_id: Mapped[UUID]
    entry: Mapped[str]
    hash: Mapped[bytes] = mapped_column(LargeBinary)


# One statement, so that the chain is locked no longer than it takes to add to it.
_APPEND = text(
    """
    WITH chain AS (
        INSERT INTO audit_chain AS c (chain, length, head)
        VALUES (:chain, 1, sha256(convert_to(:entry, 'UTF8')))
        ON CONFLICT (chain) DO UPDATE
        SET length = c.length + 1, head = sha256(c.head || convert_to(:entry, 'UTF8'))
        RETURNING length, head
    )
    INSERT INTO audit_entry (chain, n, at, actor_id, action, subject_id, entry, hash)
    SELECT :chain, length, :at, :actor_id, :action, :subject_id, :entry, head FROM chain
    """
).bindparams(bindparam("entry"), bindparam("at"))


async def record(
    db: AsyncSession,
    actor: Actor | None,
    action: str,
    subject_id: UUID,
    *,
    chain: str = INSTANCE,
    **facts: object,
) -> None:
    """Write that `actor` (None: a job by itself) did `action` to the record `subject_id`.

    `facts` are ids, numbers and words that an auditor needs; never more personal data than that.
    """
    at = time.now()
    actor_id = actor.person_id if actor else SYSTEM
    entry = json.dumps(
        {
            "at": at.isoformat(),
            "actor": str(actor_id),
            "action": action,
            "subject": str(subject_id),
            "request": request_id(),
            "facts": {name: _plain(fact) for name, fact in facts.items()},
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    await db.execute(
        _APPEND,
        {
            "chain": chain,
            "entry": entry,
            "at": at,
            "actor_id": actor_id,
            "action": action,
            "subject_id": subject_id,
        },
    )


def _plain(fact: object) -> object:
    return fact if fact is None or isinstance(fact, str | int | list | dict) else str(fact)  # pyright: ignore[reportUnknownVariableType]


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a chain no longer adds up."""

    chain: str
    n: int
    why: str


async def verify(db: AsyncSession) -> AsyncIterator[Broken]:
    """Every place where the trail has been altered; nothing when it is whole."""
    heads = {row.chain: row for row in await db.scalars(select(AuditChain))}
    entries = await db.stream(
        select(AuditEntry.chain, AuditEntry.n, AuditEntry.entry, AuditEntry.hash).order_by(
            AuditEntry.chain, AuditEntry.n
        )
    )
    chain, n, head = "", 0, b""
    ends: dict[str, tuple[int, bytes]] = {}
    async for row in entries:
        if row.chain != chain:
            chain, n, head = row.chain, 0, b""
        if row.n != n + 1:
            yield Broken(chain, n + 1, "an entry is missing")
        head = hashlib.sha256(head + row.entry.encode()).digest()
        if head != row.hash:
            yield Broken(chain, row.n, "the entry or its hash was altered")
            head = row.hash
        n = row.n
        ends[chain] = (n, head)
    for name, row in heads.items():
        if ends.get(name, (0, b"")) != (row.length, row.head):
            yield Broken(name, row.length, "the end of the chain was cut off or put in its place")
