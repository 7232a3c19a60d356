"""`roundtable coverage rebuild`: work out all coverage anew, saying how far it is."""

import argparse
import sys

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.coverage.service.rebuild import rebuild
from app.kernel.console import Add, on_sessions


def add(command: Add) -> None:
    """Add the command."""
    made = command("coverage", _coverage, "work out anew how much of each need is covered")
    made.add_argument("what", choices=["rebuild"])


def _coverage(options: argparse.Namespace) -> int:
    async def work(database: async_sessionmaker[AsyncSession]) -> int:
        done = await rebuild(database, _say)
        _say(f"{done.cells} cells of {done.services} services in {done.seconds:.1f} s")
        return 0

    return on_sessions(work)


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
