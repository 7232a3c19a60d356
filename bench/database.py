"""Databases to measure on: one durable server of our own, and on it a database for each scale, filled by COPY."""

import asyncio
import hashlib
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import psycopg
from psycopg import sql

from app.kernel import embedded
from app.kernel.database import open_engine, sessions, transaction
from app.kernel.migrations import ROOT, migrate
from app.vocabulary.service.loading import load_vocabulary
from bench import made_up

SERVICES, GROUPS = 20, 14
SEED = 20_261_125
CHUNK = 5_000
ORGANISATIONS = (
    "organisation",
    "organisation_name",
    "organisation_term",
    "organisation_area",
    "free_capacity",
)
CELLS = ("need_cell", "cell_coverage")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Filled:
    """A database with `scale` organisations and as many need cells."""

    scale: int
    url: str
    services: tuple[UUID, ...]
    groups: tuple[UUID, ...]


@contextmanager
def open_server(folder: Path) -> Generator[embedded.Server]:
    """A durable server on `folder`, as an installation has it, stopped afterwards."""
    with embedded.start(folder, durable=True) as server:
        yield server


def filled(server: embedded.Server, scale: int) -> Filled:
    """The database of this scale: made now, or found as an earlier run with the same schema and rows left it."""
    name = f"bench_{scale}_{_edition()}"
    if not _is_there(server, name):
        began = time.perf_counter()
        _make(server, f"{name}_unfinished", scale)
        _maintain(
            server, sql.SQL("ALTER DATABASE {} RENAME TO {}").format(_n(f"{name}_unfinished"), _n(name))
        )
        print(f"filled {scale:,} in {time.perf_counter() - began:.1f} s".replace(",", " "), flush=True)
    return _described(server.url(name), scale)


def scratch(server: embedded.Server, name: str) -> str:
    """The address of a fresh database with the schema, the vocabulary and the areas, and nothing else."""
    return _make(server, f"bench_{name}", 0)


def _edition() -> str:
    """Changes with the schema and with the rows, so that a kept folder is never measured for another."""
    files = [*sorted((ROOT / "migrations" / "versions").glob("*.py")), Path(made_up.__file__), Path(__file__)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


def _make(server: embedded.Server, name: str, scale: int) -> str:
    base = f"bench_base_{_edition()}"
    if not _is_there(server, base):
        fresh = f"{base}_unfinished"
        _maintain(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_n(fresh)))
        create = "CREATE DATABASE {} TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
        _maintain(server, sql.SQL(create).format(_n(fresh)))
        migrate(server.url(fresh))
        asyncio.run(_load_words(server.url(fresh)))
        _fill(_described(server.url(fresh), 0))
        _maintain(server, sql.SQL("ALTER DATABASE {} RENAME TO {}").format(_n(fresh), _n(base)))
    _maintain(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_n(name)))
    _maintain(server, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(_n(name), _n(base)))
    url = server.url(name)
    if scale:
        _fill(_described(url, scale))
    return url


def _is_there(server: embedded.Server, name: str) -> bool:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        return bool(connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount)


def _maintain(server: embedded.Server, statement: sql.Composable) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(statement)


async def _load_words(url: str) -> None:
    engine = open_engine(url, pool=1, statement_seconds=300)
    async with transaction(sessions(engine)) as db:
        await load_vocabulary(db)
    await engine.dispose()


def _described(url: str, scale: int) -> Filled:
    with psycopg.connect(url) as connection:
        terms = [
            [row[0] for row in connection.execute(
                f"SELECT id FROM term WHERE scheme = %s AND {condition} ORDER BY position, code LIMIT %s", [scheme, most]
            )]
            for scheme, condition, most in (("service", "true", SERVICES), ("group", "true", GROUPS))
        ]  # fmt: skip
    return Filled(scale, url, tuple(terms[0]), tuple(terms[1]))


def _fill(of: Filled) -> None:
    tree = made_up.areas()
    with psycopg.connect(of.url, autocommit=True) as connection:
        # The rows are right by construction; checking each against the tables it points to would take most of the time.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '512MB'")
        if of.scale:
            with without_indexes(connection, ORGANISATIONS):
                _fill_organisations(connection, of, tree)
            with without_indexes(connection, CELLS):
                _fill_cells(connection, of, tree)
        else:
            _fill_areas(connection, tree)
        connection.execute("VACUUM (ANALYZE, FREEZE)")
        connection.execute("CHECKPOINT")


def _fill_areas(connection: psycopg.Connection, tree: Sequence[made_up.AreaRow]) -> None:
    columns = ("id", "code", "level", "parent_id", "country", "name", "lo", "hi")
    copy_lines(connection, "area", columns, map(_area, tree))
    spellings = (f"{area.id}\t{area.name.lower()}\t{made_up.COUNTRY}" for area in tree)
    copy_lines(connection, "area_spelling", ("area_id", "folded", "country"), spellings)


def _area(area: made_up.AreaRow) -> str:
    parent = r"\N" if area.parent is None else made_up.made_id(1, area.parent)
    return f"{area.id}\t{area.code}\t{area.level}\t{parent}\t{made_up.COUNTRY}\t{area.name}\t{area.lo}\t{area.hi}"


def _fill_organisations(connection: psycopg.Connection, of: Filled, tree: Sequence[made_up.AreaRow]) -> None:
    words: dict[str, int] = {}
    for some in _chunks(made_up.organisations(of.scale, tree, of.services, of.groups, SEED), CHUNK):
        copy_lines(connection, "organisation", made_up.ORGANISATION, (row.organisation for row in some))
        copy_lines(connection, "organisation_name", made_up.NAME, (row.name for row in some))
        copy_lines(
            connection, "organisation_term", made_up.TERM, chain.from_iterable(row.terms for row in some)
        )
        copy_lines(
            connection, "organisation_area", made_up.PLACE, chain.from_iterable(row.areas for row in some)
        )
        copy_lines(connection, "free_capacity", made_up.ROOM, chain.from_iterable(row.room for row in some))
        for row in some:
            for word in row.words:
                words[word] = words.get(word, 0) + 1
    copy_lines(
        connection,
        "name_word",
        ("word", "organisations"),
        (f"{word}\t{times}" for word, times in words.items()),
    )


def _fill_cells(connection: psycopg.Connection, of: Filled, tree: Sequence[made_up.AreaRow]) -> None:
    for some in _chunks(made_up.cells(of.scale, tree, of.services, of.groups, SEED), CHUNK):
        copy_lines(connection, "need_cell", made_up.CELL, (cell for cell, _ in some))
        copy_lines(connection, "cell_coverage", made_up.COVERAGE, (coverage for _, coverage in some))


def copy_lines(
    connection: psycopg.Connection, table: str, columns: Sequence[str], lines: Iterable[str]
) -> None:
    """COPY lines in PostgreSQL's text form into `table`."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(_n(table), sql.SQL(", ").join(map(_n, columns)))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for some in _chunks(lines, CHUNK):
            copy.write("\n".join(some) + "\n")


@contextmanager
def without_indexes(connection: psycopg.Connection, tables: Sequence[str]) -> Generator[None]:
    """Take the indexes away that no constraint stands on, and make them again over all rows at once."""
    found = connection.execute(
        """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = ANY (%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        """,
        [list(tables)],
    ).fetchall()
    for name, _definition in found:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in found:
        connection.execute(definition)


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def _n(name: str) -> sql.Identifier:
    return sql.Identifier(name)
