"""Files that were sent to be taken in: kept only until they are applied, cancelled or forgotten for a month.

They lie apart from papers that people show, whose sweep doesn't know of imports.
"""

import asyncio
import hashlib
import os
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.exchange.models import Import
from app.exchange.reading.limits import Unreadable
from app.kernel import jobs, time
from app.kernel.database import transaction
from app.kernel.i18n import N_
from app.kernel.ids import new_id
from app.kernel.settings import settings

OPEN = ("uploaded", "to map", "read", "checked", "applying")
"""States in which the file may still be read."""
DAYS_KEPT = 30


class NoLongerKept(Unreadable):
    says = N_("We no longer have this file. Send it again.")


async def keep(file: BinaryIO) -> tuple[bytes, int]:
    """Keep what `file` holds; its SHA-256 and size. It is on the disk when this returns."""
    return await asyncio.to_thread(_keep, file)


def path_of(sha256: bytes) -> Path:
    """Where the file with this SHA-256 lies, if it is kept."""
    return _folder() / sha256.hex()


def kept(sha256: bytes) -> Path:
    """The same, of a file that is there. Raises NoLongerKept."""
    path = path_of(sha256)
    if not path.is_file():
        raise NoLongerKept
    return path


async def forget(db: AsyncSession, files: Collection[bytes]) -> None:
    """Delete those of the files that no open import needs."""
    needed = set(await db.scalars(select(Import.file_hash).where(Import.state.in_(OPEN))))
    for sha256 in set(files) - needed:
        path_of(sha256).unlink(missing_ok=True)


@jobs.every("23 4 * * *", "imports.sweep")
async def sweep() -> None:
    """Cancel what waited a month for an answer, and delete files that nobody waits for."""
    async with transaction(jobs.database()) as db:
        waiting = (
            Import.state.in_(("to map", "checked")),
            Import.begun_at < time.now() - timedelta(days=DAYS_KEPT),
        )
        await db.execute(update(Import).where(*waiting).values(state="cancelled", ended_at=time.now()))
        lying = [bytes.fromhex(path.name) for path in _folder().glob("?" * 64) if _is_old(path)]
        await forget(db, lying)


def _is_old(path: Path) -> bool:
    """Not one whose import is only being written down."""
    return time.now().timestamp() - path.stat().st_mtime > 3600


def _folder() -> Path:
    return settings().data / "files" / "imports"


def _keep(file: BinaryIO) -> tuple[bytes, int]:
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = _folder() / f".{new_id()}"
    digest, size = hashlib.sha256(), 0
    with unfinished.open("xb") as written:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            size += written.write(chunk)
        written.flush()
        os.fsync(written.fileno())
    unfinished.replace(path_of(digest.digest()))
    return digest.digest(), size
