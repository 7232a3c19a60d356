"""What the program does for an address, recorded: the statements it sends, and the page that comes of them.

From this the bare server is made: the same statements through the driver alone, the same values of their rows put
into a template, the same number of bytes sent.
"""

import pickle
import re
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, event

from app import main
from app.kernel import settings as settings_module

PIECE = 160
"""Bytes of template text that the bare page has before each value."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as the driver got it, and which of its columns stand on the page."""

    sql: str
    parameters: dict[str, Any]
    shown: list[int]


@dataclass(slots=True)
class Recording:
    """One address: its answer, and all that was asked of the database for it."""

    path: str
    status: int
    body: str
    statements: list[Statement] = field(default_factory=list)


@contextmanager
def noting(engine: Engine) -> Generator[list[tuple[str, Any]]]:
    """The statements that `engine` sends meanwhile, with what is given to them, as the driver gets them."""
    sent: list[tuple[str, Any]] = []

    def note(conn: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@asynccontextmanager
async def application(
    url: str, folder: Path
) -> AsyncGenerator[tuple[httpx.AsyncClient, list[tuple[str, Any]]]]:
    """The program in this process on the database `url`: a client, and the list of what its pages ask the database."""
    given = settings_module.with_secret(
        settings_module.read({"ROUNDTABLE_DATA": str(folder), "ROUNDTABLE_COUNTRY": "NG"})
    )
    app = main.build(given, url)
    transport = httpx.ASGITransport(app=app)
    with noting(app.state.web.reading.kw["bind"].sync_engine) as sent:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://bench.test") as client,
        ):
            yield client, sent


async def record(url: str, folder: Path, paths: Sequence[str]) -> list[Recording]:
    """Fetch each path twice (the second time with everything warm) and note what it took."""
    recordings: list[Recording] = []
    async with application(url, folder) as (client, sent):
        for path in paths:
            await client.get(path)
            sent.clear()
            answer = await client.get(path, headers={"accept-encoding": "identity"})
            statements = [Statement(sql, dict(parameters or {}), []) for sql, parameters in sent]
            recordings.append(Recording(path, answer.status_code, answer.text, statements))
    return recordings


def mark_shown(recording: Recording, rows: Sequence[Sequence[Sequence[Any]]]) -> None:
    """Say which columns of each statement's `rows` stand on the page: those whose every text is found there."""
    said = unescape(recording.body)
    for statement, its in zip(recording.statements, rows, strict=True):
        columns = range(len(its[0])) if its else range(0)
        # Of a page's rows one more is read than is shown; it only says that there is more.
        texts = {
            at: [
                row[at]
                for row in its[: max(1, len(its) - 1)]
                if isinstance(row[at], str) and len(row[at]) > 1
            ]
            for at in columns
        }
        statement.shown[:] = [at for at, some in texts.items() if some and all(text in said for text in some)]


def save(recordings: Sequence[Recording], place: Path) -> None:
    plain = [
        {"path": r.path, "bytes": len(r.body.encode()), "filling": _filling(r.body),
         "statements": [[s.sql, s.parameters, s.shown] for s in r.statements]}
        for r in recordings
    ]  # fmt: skip
    place.write_bytes(pickle.dumps(plain))  # dates, ids and wrapped values stay what the driver was given


def _filling(body: str) -> str:
    # In ASCII, so that a part of it is as long as it seems.
    return re.sub(r"[^\x20-\x7e\n]", "?", body)
