"""`roundtable demo`: put the demonstration in, or take it out."""

import argparse
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.demonstration import load
from app.demonstration.remove import remove
from app.kernel.console import Add, on_database, on_sessions
from app.kernel.database import open_engine, sessions
from app.organisations.models import LISTED, Organisation

Say = Callable[[str], None]


def add(command: Add) -> None:
    """Add the commands."""
    demo = command("demo", None, "the demonstration: invented organisations on real published data")
    what = demo.add_subparsers(required=True, metavar="load|remove")
    loading = what.add_parser("load", help="put it into an empty register")
    loading.add_argument("--small", action="store_true", help="without the larger files (for tests)")
    loading.set_defaults(command=_load)
    what.add_parser("remove", help="take the invented organisations and people out").set_defaults(
        command=_remove
    )


async def load_if_empty(url: str, say: Say) -> None:
    """Load the demonstration if no organisation is there yet."""
    engine = open_engine(url, statement_seconds=300)
    try:
        maker = sessions(engine)
        if await _is_empty(maker):
            await load.load(maker, say)
    finally:
        await engine.dispose()


def _load(options: argparse.Namespace) -> int:
    async def work(maker: async_sessionmaker[AsyncSession]) -> int:
        if not await _is_empty(maker):
            print("The register is not empty, so the demonstration stays out.")
            return 1
        await load.load(maker, print, small=options.small)
        return 0

    return on_sessions(work)


def _remove(options: argparse.Namespace) -> int:
    async def work(db: AsyncSession) -> int:
        organisations, people = await remove(db)
        print(f"Taken out: {organisations} organisations and {people} people of the demonstration.")
        return 0

    return on_database(work)


async def _is_empty(maker: async_sessionmaker[AsyncSession]) -> bool:
    async with maker() as db:
        registered = select(Organisation.id).where(Organisation.state != LISTED).limit(1)
        return await db.scalar(registered) is None
