"""The command line's ground: a command on the database that the settings name, or on the embedded one."""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.kernel import embedded
from app.kernel.database import open_engine, sessions, transaction
from app.kernel.settings import Settings, settings

Does = Callable[[argparse.Namespace], int]


class Add(Protocol):
    """Adds one command: its name, what it does, what it says of itself. Returns its parser, for its options."""

    def __call__(self, name: str, does: Does | None, says: str) -> argparse.ArgumentParser: ...


@contextmanager
def database(
    given: Settings, say: Callable[[str], None] = print
) -> Generator[tuple[str, embedded.Server | None]]:
    """The database's address: the one that is named, or the embedded one, joined or started."""
    if given.database_url:
        yield given.database_url, None
        return
    pg_bin = os.environ.get("ROUNDTABLE_PG_BIN")
    server = embedded.start(given.data, pg_bin=Path(pg_bin) if pg_bin else None, say=say)
    try:
        yield server.url(), server
    finally:
        server.stop()


def on_sessions(work: Callable[[async_sessionmaker[AsyncSession]], Awaitable[int]]) -> int:
    """Run `work` with sessions on the database; it opens its own transactions. Returns its exit status."""

    async def whole(url: str) -> int:
        engine = open_engine(url, statement_seconds=300)
        try:
            return await work(sessions(engine))
        finally:
            await engine.dispose()

    with database(settings(), _to_standard_error) as (url, _server):
        return asyncio.run(whole(url))


def on_database(work: Callable[[AsyncSession], Awaitable[int]]) -> int:
    """Run `work` in one transaction. Returns its exit status."""

    async def whole(maker: async_sessionmaker[AsyncSession]) -> int:
        async with transaction(maker) as db:
            return await work(db)

    return on_sessions(whole)


def _to_standard_error(sentence: str) -> None:
    # Standard output is the command's own: its last line may be read by a program.
    sys.stderr.write(f"{sentence}\n")
