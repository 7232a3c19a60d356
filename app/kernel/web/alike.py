"""Pages that all visitors get alike are kept as they were sent, for as long as nothing was written (ADR 9).

PostgreSQL says in one short statement which transactions are over. While that stays the same, so does every row that a
page could read; what depends on the clock alone is at most a minute old.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from app.kernel import i18n, time
from app.kernel.web.asgi import Asgi, Message, Receive, Scope, Send
from app.kernel.web.cookies import FLASH, HOST, SESSION, THEME

LARGEST = 256 * 1024
_NEVER = ("/static/", "/healthz/", "/api/")
_OVER = text("SELECT CAST(pg_current_snapshot() AS text)")


@dataclass(slots=True)
class Sent:
    """An answer as it was sent: its messages, the route that made it, and which transactions were over before it."""

    over: str
    route: object = None
    messages: list[Message] = field(default_factory=list[Message])
    size: int = 0


class Alike:
    """The layer that keeps answers, in production. `most`: how many; the one that was asked for least lately goes first."""

    def __init__(self, app: Asgi, *, over: Callable[[], Awaitable[str]], most: int) -> None:
        self.app, self.over, self.most = app, over, most
        self.kept: OrderedDict[tuple[Any, ...], Sent] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        over = await self._over() if key else ""
        if not key or not over:
            await self.app(scope, receive, send)
            return
        found = self.kept.get(key)
        if found and found.over == over:
            self.kept.move_to_end(key)
            scope["route"] = found.route
            for message in found.messages:
                await send(dict(message))
            return
        await self._make(key, Sent(over), scope, receive, send)

    async def _over(self) -> str:
        try:
            return await self.over()
        except (SQLAlchemyError, PoolTimeoutError, OSError):
            return ""  # the page itself finds out, and says so

    async def _make(
        self, key: tuple[Any, ...], sent: Sent, scope: Scope, receive: Receive, send: Send
    ) -> None:
        async def noting(message: Message) -> None:
            sent.messages.append(
                {**message, "headers": list(message["headers"])} if "headers" in message else message
            )
            sent.size += len(message.get("body", b""))
            await send(message)

        await self.app(scope, receive, noting)
        if scope.get("alike") and sent.size <= LARGEST:
            sent.route = scope.get("route")
            self.kept[key] = sent
            self.kept.move_to_end(key)
            while len(self.kept) > self.most:
                self.kept.popitem(last=False)


async def over(engine: AsyncEngine) -> str:
    """Which transactions are over: the same words mean the same rows (PostgreSQL 18, table 9.87)."""
    async with engine.connect() as connection:
        return str(await connection.scalar(_OVER))


def note_alike(request: Request) -> None:
    """Say of the page that is being answered that every visitor gets it so, and that its rows alone are behind it."""
    request.scope["alike"] = True


def _key(scope: Scope) -> tuple[Any, ...] | None:
    """What tells one visitor's page from another's; None for what is nobody else's."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(_NEVER):
        return None
    request = Request(scope)
    sent = request.cookies
    if (
        {HOST + SESSION, HOST + FLASH} & sent.keys()
        or "authorization" in request.headers
        or "range" in request.headers
    ):
        return None
    how = (request.headers.get("hx-request-type"), "gzip" in request.headers.get("accept-encoding", ""))
    minute = time.now().replace(second=0, microsecond=0)
    return (scope["path"], scope["query_string"], i18n.spoken().code, sent.get(HOST + THEME), *how, minute)
