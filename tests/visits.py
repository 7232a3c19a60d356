"""Visits to the demonstration of which nothing remains: for walks over all pages, forms and addresses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker

from app.accounts.models import Person
from app.accounts.service import begin_session

SCRIPT = "<script>alert(1)</script>"
HARMFUL = (SCRIPT, "<img src=x")
ANSWERS = {200, 301, 303, 400, 403, 404, 409, 410, 413, 422}


@dataclass
class Visit:
    """A browser on the demonstration, whose every request is rolled back."""

    client: httpx.AsyncClient
    connection: AsyncConnection
    database: async_sessionmaker[AsyncSession]
    things: Callable[[str], Mapping[str, str] | None]
    tokens: dict[str, str] = field(default_factory=dict)

    async def sign_in(self, email: str) -> None:
        self.client.cookies.delete("rt_session")
        if not email:
            return
        if email not in self.tokens:
            async with self.database() as db:
                self.tokens[email] = await session_of(db, email)
                await db.commit()
        self.client.cookies.set("rt_session", self.tokens[email])

    async def ask(self, method: str, address: str, **more: Any) -> tuple[httpx.Response, list[str]]:
        """The answer to one request, and what is wrong with it or with the page it leads to. What it changed is forgotten."""
        async with self.connection.begin_nested() as savepoint:
            answer = await self.client.request(method, address, **more)
            problems = _wrong_in(answer)
            if answer.status_code == 303:
                problems += _wrong_in(await self.client.get(answer.headers["location"].split("#")[0]))
            await savepoint.rollback()
        self.client.cookies.delete("rt_flash")
        return answer, problems


async def session_of(db: AsyncSession, email: str) -> str:
    """The token of a new session of somebody of the demonstration."""
    person = await db.scalar(select(Person.id).where(Person.email == email))
    assert person, f"the demonstration has no {email}"
    return await begin_session(db, person, "a test")


def _wrong_in(answer: httpx.Response) -> list[str]:
    problems = (
        []
        if answer.status_code in ANSWERS
        else [f"{str(answer.request.url)[:300]} answers {answer.status_code}"]
    )
    if answer.headers.get("content-type", "").startswith("text/html"):
        problems += [f"{text} in {answer.request.url.path}" for text in HARMFUL if text in answer.text]
    return problems
