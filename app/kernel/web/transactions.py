"""`Reading` and `Writing`: the `db` of a request. A write is committed before the answer leaves, and once."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from starlette.datastructures import FormData

from app.kernel import jobs
from app.kernel.database import Base, Moment, transaction
from app.kernel.ids import read_id
from app.kernel.web.cookies import browser_id
from app.kernel.web.state import web

REQUEST_KEY = "request_key"


class SentForm(Base):
    """A form that took effect: its key, whose it was, and where its answer led.

    The same form sent again (double click, retry after a lost answer) is answered from here.
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


async def _db(request: Request) -> AsyncIterator[AsyncSession]:
    shared = web(request)
    async with shared.reading() if request.method in {"GET", "HEAD"} else shared.database() as db:
        yield db


Db = Annotated[AsyncSession, Depends(_db, scope="function")]
Reading = Db


async def _writing(request: Request, db: Db) -> AsyncIterator[AsyncSession]:
    key = await _form_key(request)
    if key:
        await _claim(request, db, key)
    yield db
    for follow in web(request).before_commit if db.in_transaction() else ():
        await follow(db)
    leads_to = getattr(request.state, "leads_to", "")
    if key and leads_to and db.in_transaction():
        await db.execute(
            text("UPDATE sent_form SET leads_to = :to WHERE key = :key"), {"to": leads_to, "key": key}
        )
    await db.commit()


# "function": the commit happens before the answer leaves. With the framework's default scope the answer
# goes first, and a commit that then fails has already been called a success.
Writing = Annotated[AsyncSession, Depends(_writing, scope="function")]


async def _form_key(request: Request) -> UUID | None:
    kind = request.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return None
    return _key_in(await request.form())


def has_key(form: FormData) -> bool:
    """Whether a form carries a key, by which sending it twice is sending it once."""
    return _key_in(form) is not None


def _key_in(form: FormData) -> UUID | None:
    typed = form.get(REQUEST_KEY)
    return read_id(typed) if isinstance(typed, str) else None


async def _claim(request: Request, db: AsyncSession, key: UUID) -> None:
    """Take the key for this request. A second one waits here for the first to commit, then learns where it led."""
    sender = browser_id(request)
    new = "INSERT INTO sent_form (key, sender) VALUES (:key, :sender) ON CONFLICT (key) DO NOTHING RETURNING key"
    if await db.scalar(text(new), {"key": key, "sender": sender}):
        return
    known = "SELECT leads_to FROM sent_form WHERE key = :key AND sender = :sender"
    leads_to = await db.scalar(text(known), {"key": key, "sender": sender})
    raise AlreadySent(leads_to or "/")


@jobs.every("17 4 * * *", "forms.forget")
async def forget_old() -> None:
    async with transaction(jobs.database()) as db:
        await db.execute(text("DELETE FROM sent_form WHERE at < now() - interval '2 days'"))
