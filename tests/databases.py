"""The one PostgreSQL server of a test run, and the databases on it.

Chosen in this order: TEST_DATABASE_URL, testcontainers where a container engine answers within 2 s, the
embedded server. ROUNDTABLE_TESTS_ON=testcontainers takes nothing else. The process that comes first opens it and leaves word in the environment, so that the
workers it starts afterwards share it.

    server = open_server()
    server.make_template(migrate)            # once a run, whoever asks first
    url = server.clone("gw0")                # a fresh copy of what `migrate` made
"""

import atexit
import fcntl
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from app.kernel import embedded

WORD = "ROUNDTABLE_TEST_SERVER"
"""The variable in which the first process tells the others: kind, prefix, address and remark, one a line."""
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
FOLDER_PREFIX = "roundtable-test-"
TEMPLATE_LOCK = 7_461_004
ENGINE_SECONDS = 2


@dataclass
class TestServer:
    """A server on which tests make and drop databases, each named with the run's `prefix`."""

    __test__ = False

    kind: str
    prefix: str
    maintenance_url: str
    remark: str = ""
    _closers: list[Callable[[], object]] = field(default_factory=list)

    def describe(self) -> str:
        """The first line of a run, for example "database: embedded (PostgreSQL 18.6)"."""
        with self._connect() as connection:
            version = connection.info.parameter_status("server_version")
        return f"database: {self.kind} (PostgreSQL {version})" + (
            f" because {self.remark}" if self.remark else ""
        )

    def url(self, name: str) -> str:
        """Address of the database that `clone(name)` made: postgresql://."""
        path = f"/{self.prefix}_{name}"
        return urlsplit(self.maintenance_url)._replace(path=path).geturl()

    def make_template(
        self, fill: Callable[[str], None], name: str = "template", of: str = "template0"
    ) -> str:
        """Have `fill(url)` make the database `name` from a copy of `of`, unless another worker did; answers its name.
        What was half filled is no template.
        """
        template, unfinished = self._name(name), self._name(f"{name}_unfinished")
        copied = (
            sql.SQL("template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'")
            if of == "template0"
            else self._name(of)
        )
        with self._connect() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
            if connection.execute(
                "SELECT FROM pg_database WHERE datname = %s", [f"{self.prefix}_{name}"]
            ).rowcount:
                return name
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(unfinished))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(unfinished, copied))
            fill(self.url(f"{name}_unfinished"))
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(unfinished))
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(unfinished, template))
        return name

    def clone(self, name: str, of: str = "template") -> str:
        """The address of a fresh copy of the template, or of the copy `of` to which nobody is connected, under `name`;
        one that was there before is gone.
        """
        self.drop(name)
        with self._connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    self._name(name), self._name(of)
                )
            )
        return self.url(name)

    def drop(self, name: str) -> None:
        """Take the copy `name` away, with whoever is still connected to it."""
        with self._connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(self._name(name)))

    def close(self) -> None:
        """End what `open_server` began: to be called by the process that opened it first. Others only leave."""
        while self._closers:
            self._closers.pop()()

    def _drop_all(self) -> None:
        with self._connect() as connection:
            found = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{self.prefix}_"]
            )
            for (name,) in found.fetchall():
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )

    def _name(self, name: str) -> sql.Identifier:
        return sql.Identifier(f"{self.prefix}_{name}")

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.maintenance_url, autocommit=True, connect_timeout=10)


def open_server() -> TestServer:
    """The server of this run: the one that an earlier process opened, or a new one, closed again at exit."""
    if word := os.environ.get(WORD):
        return TestServer(*word.split("\n"))
    server = _given() or _container() or _embedded()
    if (wanted := os.environ.get("ROUNDTABLE_TESTS_ON", server.kind)) != server.kind:
        server.close()
        raise RuntimeError(f"ROUNDTABLE_TESTS_ON={wanted}: {server.remark or 'no container engine answers'}")
    os.environ[WORD] = "\n".join([server.kind, server.prefix, server.maintenance_url, server.remark])
    server._closers.append(lambda: os.environ.pop(WORD, None))
    atexit.register(server.close)
    return server


def _given() -> TestServer | None:
    if not (url := os.environ.get("TEST_DATABASE_URL")):
        return None
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    # Others may be running their tests on it too, and earlier runs may have left something.
    server = TestServer("TEST_DATABASE_URL", f"rt_{secrets.token_hex(3)}", plain)
    server._closers.append(server._drop_all)
    return server


_why_no_container = ""


def _container() -> TestServer | None:
    """PostgreSQL in a container, or None if no engine answers, or it can't have the image (the remark says so)."""
    global _why_no_container
    if not _engine_is_likely():
        return None
    import docker  # both cost a third of a second, for nothing where there is no engine
    import docker.errors
    import requests

    try:
        engine = docker.from_env(timeout=ENGINE_SECONDS)
        try:
            engine.ping()
        finally:
            engine.close()
    except (docker.errors.DockerException, requests.RequestException):
        return None

    from testcontainers.community.postgres import PostgresContainer

    image = os.environ.get("TEST_POSTGRES_IMAGE", "postgres:18")
    settings = [word for setting, value in FAST.items() for word in ("-c", f"{setting}={value}")]
    container = PostgresContainer(image, driver=None).with_command(["postgres", *settings])
    try:
        container.start()
    except (docker.errors.DockerException, requests.RequestException, TimeoutError) as problem:
        container.stop()
        _why_no_container = f"the container engine has no {image}: {str(problem).splitlines()[0]}"
        return None
    server = TestServer("testcontainers", "rt", container.get_connection_url(driver=None))
    server._closers.append(container.stop)
    return server


def _engine_is_likely() -> bool:
    sockets = [Path("/var/run/docker.sock"), Path.home() / ".docker/run/docker.sock"]
    return bool(os.environ.get("DOCKER_HOST")) or any(path.exists() for path in sockets)


def _embedded() -> TestServer:
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
    running = embedded.start(folder, durable=False)

    def close() -> None:
        running.stop()
        shutil.rmtree(folder)

    return TestServer("embedded", "rt", running.url("postgres"), _why_no_container, [close])


def _sweep() -> None:
    """Take away servers of runs that were killed. Nobody uses a folder whose lock is free."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        try:
            is_new = time.time() - folder.stat().st_mtime < 60
            with (folder / "users.lock").open("rb") as users:
                if is_new:
                    continue
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            embedded.start(folder, durable=False).stop()
            shutil.rmtree(folder)
        except (OSError, embedded.CannotStart):  # in use, somebody else's, or just being swept by another run
            continue
