"""Bringing many rows in at once: PostgreSQL's COPY, and a note of which files a database has taken in."""

import hashlib
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import Any, cast

from psycopg import AsyncConnection, AsyncCopy, sql
from sqlalchemy import LargeBinary, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, Moment

LINES_AT_ONCE = 500


class LoadedFiles(Base):
    """Which state of the files that come with the program this database has: a digest of all their bytes."""

    __tablename__ = "loaded_files"
    __table_args__ = ({"info": {"placement": "shared"}},)
    name: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[Moment]


def digest_of(files: Iterable[Path], edition: int) -> bytes:
    """SHA-256 over names and bytes of `files`, and `edition`, which changes when they are read otherwise."""
    digest = hashlib.sha256(str(edition).encode())
    for file in sorted(files):
        content = file.read_bytes()
        digest.update(f"\0{file.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.digest()


async def has_loaded(db: AsyncSession, name: str, digest: bytes) -> bool:
    """Whether these files were taken in already, as they are."""
    return await db.scalar(select(LoadedFiles.digest).where(LoadedFiles.name == name)) == digest


async def note_loaded(db: AsyncSession, name: str, digest: bytes) -> None:
    """Note that they are taken in, in the transaction that did it."""
    new = insert(LoadedFiles).values(name=name, digest=digest)
    await db.execute(new.on_conflict_do_update(index_elements=["name"], set_={"digest": digest}))


async def copy_rows(
    db: AsyncSession, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Add `rows` to `table` in the transaction of `db`. JSON goes in as text."""
    async with _copying(db, table, columns) as copy:
        for row in rows:
            await copy.write_row(row)


async def copy_lines(db: AsyncSession, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """The same for rows that are COPY's own text already: each cell as `copied_text` gives it, tabs between them, and
    a line end. For the many, where making values out of text and text out of values would cost most of the time.
    """
    async with _copying(db, table, columns) as copy:
        rest = iter(lines)
        while part := "".join(islice(rest, LINES_AT_ONCE)):
            await copy.write(part)


def copied_text(cell: str) -> str:
    """A text as COPY reads it."""
    return cell.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


@asynccontextmanager
async def _copying(db: AsyncSession, table: str, columns: Sequence[str]) -> AsyncGenerator[AsyncCopy]:
    raw = await (await db.connection()).get_raw_connection()
    # The engine is made for psycopg alone (database.open_engine).
    connection = cast("AsyncConnection[tuple[Any, ...]]", raw.driver_connection)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        yield copy
