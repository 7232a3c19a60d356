"""The demonstration as a whole: real published files through the importer, then what the invented cast does."""

import time
from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.demonstration import story

Say = Callable[[str], None]


async def load(maker: async_sessionmaker[AsyncSession], say: Say, *, small: bool = False) -> None:
    """Load it into an empty register; `small` leaves the larger real files out."""
    began = time.perf_counter()
    await story.play(maker, say)
    say(f"The demonstration is loaded ({time.perf_counter() - began:.0f} s).")
