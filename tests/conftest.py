"""What every test stands on: one server a run, a database a worker, and a browser-less client.

db       a transaction that is rolled back, in which services run
world    rows with sensible values; a test says only what matters to it
browse   a client of the whole application, on the same rolled-back transaction
visit    a client of the whole application on the small demonstration, whose every request is rolled back
committed  a database of one's own, for what really commits (jobs, concurrency)
"""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import hypothesis
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

from app import main
from app.kernel import log
from app.kernel import settings as settings_module
from app.kernel.database import Reads, open_engine, sessions
from app.kernel.migrations import migrate
from tests import site
from tests.databases import TestServer, open_server
from tests.visits import Visit
from tests.worlds import Browser, World

os.environ.setdefault("ROUNDTABLE_PSEUDO_LANGUAGE", "1")
log.set_up(readable=False)
# A busy machine is slow now and then; that is no fault of the code under test.
hypothesis.settings.register_profile("ours", deadline=None)
hypothesis.settings.load_profile("ours")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        config.stash[_SERVER] = open_server()


def pytest_report_header(config: pytest.Config) -> str:
    return config.stash[_SERVER].describe() if _SERVER in config.stash else ""


_SERVER: pytest.StashKey[TestServer] = pytest.StashKey()


@pytest.fixture(scope="session")
def server() -> TestServer:
    opened = open_server()
    opened.make_template(migrate)
    return opened


@pytest.fixture(scope="session")
def worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> settings_module.Settings:
    """The settings of the application under test."""
    folder: Path = tmp_path_factory.mktemp("data")
    read = settings_module.read({"ROUNDTABLE_DATA": str(folder), "ROUNDTABLE_PSEUDO_LANGUAGE": "1"})
    made = settings_module.with_secret(read)
    settings_module.settings.cache_clear()
    os.environ["ROUNDTABLE_DATA"] = str(folder)
    return made


@pytest.fixture(scope="session")
async def engine(server: TestServer, worker: str) -> AsyncIterator[AsyncEngine]:
    made = open_engine(server.clone(worker))
    yield made
    await made.dispose()


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as opened:
        outer = await opened.begin()
        yield opened
        await outer.rollback()


@pytest.fixture
def database(connection: AsyncConnection) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(
        connection, expire_on_commit=False, autoflush=False, join_transaction_mode="create_savepoint"
    )


@pytest.fixture
async def db(database: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
    async with database() as opened:
        yield opened


@pytest.fixture
def world(db: AsyncSession) -> World:
    return World(db)


@pytest.fixture(scope="session")
def application(given: settings_module.Settings, engine: AsyncEngine) -> object:
    return main.build(given, engine.url.render_as_string(hide_password=False).replace("+psycopg", ""))


@pytest.fixture
async def browse(
    application: object, database: async_sessionmaker[AsyncSession], world: World
) -> AsyncIterator[Browser]:
    """A visitor's browser without JavaScript: keeps cookies, fills in forms as they stand on the page."""
    shared = application.state.web  # type: ignore[attr-defined]
    shared.database = database
    shared.reading = async_sessionmaker(class_=Reads, **database.kw)
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(
        transport=transport, base_url="http://roundtable.test", follow_redirects=False
    ) as client:
        yield Browser(client, world)


@pytest.fixture(scope="session")
def reference_data(server: TestServer) -> str:
    """The name of a database with all reference data, to be copied."""
    return server.make_template(_command("migrate"), "reference", of="template")


@pytest.fixture(scope="session")
def with_demonstration(server: TestServer, reference_data: str) -> str:
    """The name of a database with the small demonstration too, to be copied."""
    return server.make_template(_command("demo", "load", "--small"), "demonstration", of=reference_data)


def _command(*words: str) -> Callable[[str], None]:
    """What a command of the program does with the database at an address."""

    def run(url: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "app.cli", *words],
            env=os.environ | {"DATABASE_URL": url},
            check=True,
            timeout=300,
        )

    return run


@pytest.fixture(scope="session")
async def demonstration(
    server: TestServer, worker: str, with_demonstration: str
) -> AsyncIterator[AsyncEngine]:
    """A copy of the small demonstration, for walks over all pages, which roll back what they do."""
    name = f"{worker}_demonstration"
    own = open_engine(server.clone(name, with_demonstration), statement_seconds=300)
    yield own
    await own.dispose()
    server.drop(name)


@pytest.fixture(scope="module")
async def visit(demonstration: AsyncEngine, given: settings_module.Settings) -> AsyncIterator[Visit]:
    """A browser on the demonstration, whose every request is rolled back."""
    application = main.build(
        given, demonstration.url.render_as_string(hide_password=False).replace("+psycopg", "")
    )
    async with demonstration.connect() as connection:
        outer = await connection.begin()
        database = async_sessionmaker(
            connection, expire_on_commit=False, autoflush=False, join_transaction_mode="create_savepoint"
        )
        application.state.web.database = database
        application.state.web.reading = async_sessionmaker(class_=Reads, **database.kw)
        transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
        async with (
            database() as db,
            httpx.AsyncClient(transport=transport, base_url="http://roundtable.test") as client,
        ):
            yield Visit(client, connection, database, await site.things(db))
        await outer.rollback()


@dataclass
class Committed:
    """A database of one's own."""

    url: str
    database: async_sessionmaker[AsyncSession]


@pytest.fixture
async def committed(
    server: TestServer, worker: str, request: pytest.FixtureRequest
) -> AsyncIterator[Committed]:
    name = f"{worker}_own"
    url = server.clone(name)
    own = open_engine(url, pool=20)
    yield Committed(url, sessions(own))
    await own.dispose()
    server.drop(name)


@pytest.fixture
def statements(engine: AsyncEngine) -> Callable[[], "contextmanager[list[str]]"]:  # type: ignore[valid-type]
    """Count the SQL statements of a block: `with statements() as sent: ...`."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                sent.append(statement)

        event.listen(engine.sync_engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine.sync_engine, "before_cursor_execute", note)

    return counting
