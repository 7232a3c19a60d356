"""The program as it is installed: a durable server, web processes, a job worker; and people who write to it."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

import httpx
import psycopg

from app import tables
from app.accounts.rules import token_hash
from app.kernel import audit, embedded
from app.kernel.database import open_engine, sessions
from app.kernel.migrations import migrate
from tests.kernel.test_embedded import PROJECT, eventually, lives

PEOPLE = 4_000
"""Each writes once: what they did can be counted, and nobody meets the limit of forms a minute."""
ANSWER_SECONDS = 20.0
assert tables.metadata


def prepare(data: Path) -> None:
    """Make the data folder of an instance: schema, and people who are signed in with the token of their number."""
    with embedded.start(data) as server:
        migrate(server.url())
        with psycopg.connect(server.url()) as connection, connection.cursor() as cursor:
            with cursor.copy("COPY person (id, email, name) FROM STDIN") as copy:
                for number in range(PEOPLE):
                    copy.write_row((person_id(number), f"person{number}@example.org", "unnamed"))
            columns = "id, person_id, token_hash, device, expires_at"
            with cursor.copy(f"COPY session ({columns}) FROM STDIN") as copy:
                for number in range(PEOPLE):
                    copy.write_row(
                        (
                            person_id(number),
                            person_id(number),
                            token_hash(token(number)),
                            "a test",
                            "2100-01-01",
                        )
                    )


def person_id(number: int) -> str:
    return f"01900000-0000-7000-8000-{number:012x}"


def token(number: int) -> str:
    return f"token-of-person-{number}"


class Instance:
    """The server, kept up as the supervisor does, and the processes that were started on it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.server = embedded.start(data)
        self.url = self.server.url()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._keeping = threading.Event()
        self._keeper = threading.Thread(target=self._keep_up, daemon=True)

    def __enter__(self) -> Self:
        self._keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None
    ) -> None:
        for process in self._processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._keeping.set()
        self._keeper.join()
        self.server.stop()

    def _keep_up(self) -> None:
        while not self._keeping.wait(0.1):
            self.server.keep_up()

    def web(self, *, workers: int = 1, port: int = 0) -> "Web":
        """Start the web server, with so many worker processes."""
        port = port or _free_port()
        settings = {"ROUNDTABLE_PORT": str(port), "ROUNDTABLE_WEB_WORKERS": str(workers)}
        started = Web(self.start("-m", "app.cli", "web", settings=settings), port)
        eventually(started.answers, 120)
        return started

    def start(self, *command: str, settings: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
        """Run Python on this instance's database, in a process group of its own."""
        environment = {
            **os.environ, "DATABASE_URL": self.url, "ROUNDTABLE_DATA": str(self.data / "web"), "ROUNDTABLE_MODE": "development",
            **(settings or {}),
        }  # fmt: skip
        with (self.data.parent / "output").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, *command], cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        self._processes.append(process)
        return process

    def rows(self, query: str) -> list[tuple]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(query).fetchall()

    def number(self, query: str) -> int:
        return self.rows(query)[0][0]

    def serves(self) -> bool:
        """Whether the database takes connections."""
        try:
            self.rows("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def broken_audit(self) -> list[audit.Broken]:
        async def verify() -> list[audit.Broken]:
            engine = open_engine(self.url)
            try:
                async with sessions(engine)() as db:
                    return [found async for found in audit.verify(db)]
            finally:
                await engine.dispose()

        return asyncio.run(verify())


@dataclass
class Web:
    """A running web server."""

    process: "subprocess.Popen[bytes]"
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        assert self.process.poll() is None, f"the web server ended with {self.process.returncode}"
        try:
            return httpx.get(f"{self.address}/healthz/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def workers(self) -> list[int]:
        """Process numbers of the workers under the server's first process."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        spawned = [int(child) for child in children if lives(int(child))]
        return [child for child in spawned if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Sent:
    """A form that somebody sent: what it was about, and where its answer led (empty: no answer that took effect)."""

    person: int
    what: str
    name: str
    leads_to: str = ""


@dataclass
class Writers:
    """People who fill in forms all the time, over several connections, and send a form again until it is answered."""

    address: str
    chance: Random
    connections: int = 6
    sent: list[Sent] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    """Answers and ends of connections that made somebody send a form again."""
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._people = count()
        self._stop = threading.Event()
        self._give_up = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(self.chance.random(),))
            for _ in range(self.connections)
        ]

    @property
    def acknowledged(self) -> list[Sent]:
        return [each for each in list(self.sent) if each.leads_to]

    def wait_for(self, more: int) -> None:
        """Until so many more forms are acknowledged."""
        before = len(self.acknowledged)
        eventually(lambda: self.wrong or len(self.acknowledged) >= before + more, 40)
        assert not self.wrong, self.wrong[:3]

    def no_more(self) -> None:
        """Nobody begins another form."""
        self._stop.set()

    @contextmanager
    def writing(self) -> Iterator[Self]:
        """They write while the block runs; at its end each finishes the form in hand."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        except BaseException:
            self._give_up.set()
            raise
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join(60)
        assert not self.wrong, self.wrong[:3]

    def _write(self, seed: float) -> None:
        chance = Random(seed)
        while not self._stop.is_set():
            person = next(self._people)
            if person >= PEOPLE:
                self.wrong.append("everybody has written once")
                return
            cookies = {"rt_session": token(person)}
            with httpx.Client(base_url=self.address, timeout=ANSWER_SECONDS, cookies=cookies) as client:
                self._fill_in(client, person, chance)

    def _fill_in(self, client: httpx.Client, person: int, chance: Random) -> None:
        what = chance.choice(["name", "registration"])
        path = {"name": "/my/name", "registration": "/register/who"}[what]
        name = "".join(chance.choices("bcdfghjklmnpqrstvwxz", k=12)) + f" {person}"
        page = self._until(lambda: client.get(path), 200)
        if page is None:
            return
        form = Sent(person, what, name)
        self.sent.append(form)
        values = {**keys_in(page.text), "name": name, "language": "en", "kind": "ngo", "next": "/my/sessions"}
        answer = self._until(lambda: client.post(path, data=values), 303)
        if answer is not None:
            form.leads_to = answer.headers["location"]

    def _until(self, ask: Callable[[], httpx.Response], wanted: int) -> httpx.Response | None:
        """Ask again, as a person presses Send again, until the answer is `wanted`; 503 says to come back."""
        deadline = time.monotonic() + 50
        while time.monotonic() < deadline and not self._give_up.is_set():
            try:
                answer = ask()
            except httpx.TransportError as problem:
                self.troubles.append(type(problem).__name__)
                self._give_up.wait(0.02)
                continue
            if answer.status_code == wanted:
                return answer
            if answer.status_code != 503 or answer.headers.get("retry-after") != "5":
                self.wrong.append(
                    f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[-600:]}"
                )
                return None
            self.troubles.append("503")
            self._give_up.wait(0.05)
        self.wrong.append("no answer for 50 s")
        return None


def keys_in(html: str) -> dict[str, str]:
    """The hidden fields of the form of a page: that it is ours, and that it takes effect once."""
    main = html.partition("<main")[2]
    return {name: re.search(f'name="{name}" value="([^"]+)"', main)[1] for name in ("csrf", "request_key")}


def nothing_lost(instance: Instance, writers: Writers) -> None:
    """Every acknowledged form took effect once, no other more than once, none in part, and the audit trail is whole."""
    sent = {each.name: each for each in writers.sent}
    acknowledged = {each.name for each in writers.acknowledged}
    organisations = instance.rows(
        """
        SELECT o.name, count(DISTINCT o.id), count(DISTINCT r.id), count(DISTINCT m.id), count(DISTINCT n.id) > 0
        FROM organisation o LEFT JOIN registration r ON r.organisation_id = o.id
        LEFT JOIN membership m ON m.organisation_id = o.id LEFT JOIN organisation_name n ON n.organisation_id = o.id
        GROUP BY o.name
        """
    )
    people = instance.rows(
        """
        SELECT p.name, count(DISTINCT p.id), count(a.n) FROM person p
        LEFT JOIN audit_entry a ON a.subject_id = p.id AND a.action = 'person.named' WHERE p.name <> 'unnamed' GROUP BY p.name
        """
    )
    assert [row for row in organisations if row[1:] != (1, 1, 1, True)] == []
    assert [row for row in people if row[1:] != (1, 1)] == []
    present = {row[0] for row in organisations} | {row[0] for row in people}
    assert acknowledged - present == set()
    assert present <= sent.keys()
    assert len(present - acknowledged) <= writers.connections, "more than what was in hand"
    begun = instance.rows(
        "SELECT subject_id, count(*) FROM audit_entry WHERE action LIKE 'registration.%' GROUP BY 1"
    )
    assert {times for _, times in begun} <= {1}
    assert instance.broken_audit() == []
    print(
        f"{len(acknowledged)} acknowledged, {len(present)} present, sent again {len(writers.troubles)} times"
    )
