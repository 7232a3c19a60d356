"""What the web process shares between requests, wired together by app/main.py."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from app.kernel.actor import Actor
from app.kernel.settings import Settings

LoadActor = Callable[[AsyncSession, str], Awaitable[Actor | None]]
NoteUse = Callable[[async_sessionmaker[AsyncSession], Actor], Awaitable[None]]
"""Notes that a session is used, so that it goes on."""
Follow = Callable[[AsyncSession], Awaitable[None]]
"""What must happen in a form's transaction after all its own work (kernel/changes.py)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the menu: its address, its words (a msgid), and who sees it."""

    href: str
    label: str
    shown: Callable[[Actor | None], bool] = lambda actor: True


@dataclass(slots=True)
class Web:
    """One per process, at `app.state.web`."""

    settings: Settings
    database: async_sessionmaker[AsyncSession]
    reading: async_sessionmaker[AsyncSession]
    """Like `database`, but it can only read: a GET can't change anything."""
    load_actor: LoadActor
    menu: Sequence[Entry] = ()
    before_commit: Sequence[Follow] = ()
    note_use: NoteUse | None = None
    country_names: dict[str, str] = field(default_factory=dict[str, str])
    demonstration: bool = False
    stopping: bool = False

    async def close(self) -> None:
        """Close the connections to the database; those that are needed later are opened anew."""
        for maker in (self.database, self.reading):
            if isinstance(engine := maker.kw["bind"], AsyncEngine):
                await engine.dispose()


def web(request: Request) -> Web:
    return request.app.state.web
