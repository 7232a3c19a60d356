"""`Reading` and `Writing`: the `db` of a request. A write is committed before the answer leaves, and once."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData

from app.kernel import sent_forms
from app.kernel.ids import read_id
from app.kernel.web.cookies import browser_id
from app.kernel.web.state import web

REQUEST_KEY = "request_key"


async def _db(request: Request) -> AsyncIterator[AsyncSession]:
    shared = web(request)
    async with shared.reading() if request.method in {"GET", "HEAD"} else shared.database() as db:
        yield db


Db = Annotated[AsyncSession, Depends(_db, scope="function")]
Reading = Db


async def _writing(request: Request, db: Db) -> AsyncIterator[AsyncSession]:
    key = await _form_key(request)
    if key:
        await sent_forms.claim(db, key, browser_id(request))
    yield db
    for follow in web(request).before_commit if db.in_transaction() else ():
        await follow(db)
    leads_to = getattr(request.state, "leads_to", "")
    if key and leads_to and db.in_transaction():
        await sent_forms.note_answer(db, key, leads_to)
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
