"""Files that people send: kept outside the database, under the SHA-256 of their content, so once each."""

import asyncio
import hashlib
import os
from collections.abc import Collection
from pathlib import Path

from app.kernel.ids import new_id
from app.kernel.settings import settings


async def keep(data: bytes) -> str:
    """Keep a file and return its SHA-256 (64 hexadecimal digits). It is on the disk when this returns.

    Called before the transaction that refers to it commits; a file that nothing refers to is swept up.
    """
    return await asyncio.to_thread(_keep, data)


def path_of(sha256: str) -> Path:
    """Where the file with this SHA-256 lies."""
    return settings().data / "files" / sha256[:2] / sha256[2:4] / sha256


def kept() -> list[tuple[str, float]]:
    """Every file that is kept: its SHA-256, and when it was last written (seconds since 1970)."""
    folder = settings().data / "files"
    return [(file.name, file.stat().st_mtime) for file in folder.glob("??/??/*") if len(file.name) == 64]


def forget(files: Collection[str]) -> None:
    """Delete the files with these SHA-256."""
    for sha256 in files:
        path_of(sha256).unlink(missing_ok=True)


def _keep(data: bytes) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(sha256)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        # Kept again: the sweep leaves what was written lately.
        os.utime(path)
        return sha256
    unfinished = path.with_name(f".{new_id()}")
    with unfinished.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _sync(path.parent)
    return sha256


def _sync(folder: Path) -> None:
    """Have the folder's entry on the disk too, else the file is lost with the power."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
