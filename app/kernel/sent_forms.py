"""Forms that took effect: the same one sent again (double click, retry after a lost answer) takes effect once."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import jobs
from app.kernel.database import Base, Moment, transaction


class SentForm(Base):
    """A form that took effect: its key, whose it was, and where its answer led.

    The same form sent again is answered from here.
    """

    __tablename__ = "sent_form"
    __table_args__ = ({"info": {"placement": "local"}},)
    key: Mapped[UUID] = mapped_column(primary_key=True)
    sender: Mapped[str]
    leads_to: Mapped[str] = mapped_column(server_default="")
    at: Mapped[Moment]


class AlreadySent(Exception):
    """This form took effect before; it leads to the same place."""

    def __init__(self, leads_to: str) -> None:
        self.leads_to = leads_to
        super().__init__(leads_to)


async def claim(db: AsyncSession, key: UUID, sender: str) -> None:
    """Take the key for this transaction. A second one waits here for the first to commit, then learns where it led:
    raises AlreadySent.
    """
    new = "INSERT INTO sent_form (key, sender) VALUES (:key, :sender) ON CONFLICT (key) DO NOTHING RETURNING key"
    if await db.scalar(text(new), {"key": key, "sender": sender}):
        return
    known = "SELECT leads_to FROM sent_form WHERE key = :key AND sender = :sender"
    leads_to = await db.scalar(text(known), {"key": key, "sender": sender})
    raise AlreadySent(leads_to or "/")


async def note_answer(db: AsyncSession, key: UUID, leads_to: str) -> None:
    """Note where the answer leads."""
    await db.execute(
        text("UPDATE sent_form SET leads_to = :to WHERE key = :key"), {"to": leads_to, "key": key}
    )


@jobs.every("17 4 * * *", "forms.forget")
async def forget_old() -> None:
    async with transaction(jobs.database()) as db:
        await db.execute(text("DELETE FROM sent_form WHERE at < now() - interval '2 days'"))
