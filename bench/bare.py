"""The least that could answer the same: Starlette, the driver with a pool, one precompiled template.

Run by uvicorn in a process of its own; BENCH_RECORDING names what bench/recorded.py saved, BENCH_DATABASE the
database.
"""

import os
import pickle
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import jinja2
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

TEMPLATE = jinja2.Environment(autoescape=True).from_string(
    "{% for rows, shown in found %}{% for row in rows %}{% for at in shown %}{{ piece }}{{ row[at] }}{% endfor %}"
    "{% endfor %}{% endfor %}{{ rest }}"
)


class Page:
    """One recorded address: its statements, and text of the length that the page has besides their values."""

    def __init__(self, recorded: dict[str, Any], piece: int) -> None:
        self.statements = [(sql, parameters, shown) for sql, parameters, shown in recorded["statements"]]
        self.bytes: int = recorded["bytes"]
        filling = recorded["filling"]
        self.filling = jinja2.utils.markupsafe.Markup(filling * 2)
        self.piece = self.filling[:piece]
        self.rest = self.filling[:0]
        self.measured = False

    async def answer(self, connection: AsyncConnection[Any]) -> str:
        found: list[tuple[list[Any], list[int]]] = []
        for sql, parameters, shown in self.statements:
            cursor = await connection.execute(sql, parameters, prepare=True)
            found.append((await cursor.fetchall(), shown))
        if not self.measured:
            self._fit(found)
        return TEMPLATE.render(found=found, piece=self.piece, rest=self.rest)

    def _fit(self, found: list[tuple[list[Any], list[int]]]) -> None:
        """Cut the text so that the answer is as long as the program's."""
        values = sum(len(rows) * len(shown) for rows, shown in found)
        without = len(TEMPLATE.render(found=found, piece="", rest="").encode())
        left = self.bytes - without
        self.piece = self.piece[: max(0, left // values)] if values else self.piece
        self.rest = self.filling[: left - values * len(self.piece)]
        self.measured = True


def application() -> Starlette:
    """What the bare server runs."""
    recordings = pickle.loads(Path(os.environ["BENCH_RECORDING"]).read_bytes())
    pages = {
        recorded["path"]: Page(recorded, int(os.environ.get("BENCH_PIECE", "160"))) for recorded in recordings
    }
    options = {"autocommit": True, "options": "-c TimeZone=UTC -c jit=off"}
    pool = AsyncConnectionPool(
        os.environ["BENCH_DATABASE"], min_size=5, max_size=10, open=False, kwargs=options
    )

    @asynccontextmanager
    async def living(app: Starlette) -> AsyncGenerator[None]:
        async with pool:
            yield

    async def answer(request: Request) -> HTMLResponse:
        asked = f"{request.scope['path']}?{request.url.query}" if request.url.query else request.scope["path"]
        async with pool.connection() as connection:
            return HTMLResponse(await pages[asked].answer(connection))

    async def live(request: Request) -> HTMLResponse:
        return HTMLResponse("alive")

    return Starlette(routes=[Route("/healthz/ready", live), Route("/{path:path}", answer)], lifespan=living)
