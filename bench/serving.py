"""Servers under measurement, each in a process of its own, and the load that is put on them over loopback."""

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

PROJECT = Path(__file__).parents[1]
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that answers: where, and its process, by whose time on the processor it is also judged."""

    port: int
    pid: int

    def processor_seconds(self) -> float:
        """Time that the worker spent on a processor since it began."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def program(url: str, folder: Path, *, kept_pages: int = 1000) -> Generator[Serving]:
    """The program as in production, with one web worker, on the database `url`."""
    environment = {
        "DATABASE_URL": url, "ROUNDTABLE_DATA": str(folder), "ROUNDTABLE_MODE": "production", "ROUNDTABLE_COUNTRY": "NG",
        "ROUNDTABLE_SECRET": secrets.token_hex(32), "ROUNDTABLE_ADDRESS": "https://roundtable.example",
        "ROUNDTABLE_MAIL_SERVER": "smtp://127.0.0.1:9", "ROUNDTABLE_METRICS_PORT": "0", "ROUNDTABLE_KEPT_PAGES": str(kept_pages),
    }  # fmt: skip
    with _serving("app.main:application", environment) as serving:
        yield serving


@contextmanager
def bare(url: str, recording: Path) -> Generator[Serving]:
    """The bare server with what was recorded of the program."""
    with _serving(
        "bench.bare:application", {"BENCH_DATABASE": url, "BENCH_RECORDING": str(recording)}
    ) as serving:
        yield serving


@contextmanager
def _serving(factory: str, environment: Mapping[str, str]) -> Generator[Serving]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "--factory",
        factory,
        "--port",
        str(port),
        "--no-access-log",
        "--log-level",
        "warning",
    ]
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until_ready(port, process)
        yield Serving(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until it says that it is ready. Raises RuntimeError when it ends or says nothing."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz/ready", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError("the server does not become ready")


@dataclass(slots=True)
class Load:
    """What a stretch of load came to."""

    requests: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    latencies: list[float] | None = None

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def processor_ms(self) -> float:
        """Milliseconds of the worker's processor that one request took."""
        return self.processor * 1000 / self.requests


def load(serving: Serving, paths: Sequence[str], *, connections: int, seconds: float) -> Load:
    """Ask for `paths` in turn over so many connections kept open, each waiting for its answer, for so long."""
    before = serving.processor_seconds()
    done = asyncio.run(_load(serving.port, paths, connections, seconds))
    done.processor = serving.processor_seconds() - before
    return done


async def _load(port: int, paths: Sequence[str], connections: int, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    done = Load(latencies=[])
    began = time.perf_counter()
    requests = [_request(path) for path in paths]
    clients = [_Client(requests, offset, done, began + seconds, loop) for offset in range(connections)]
    for client in clients:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)
    await asyncio.gather(*(client.finished for client in clients))
    done.seconds = time.perf_counter() - began
    return done


def _request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: roundtable.example\r\naccept: text/html\r\naccept-encoding: identity\r\n\r\n".encode()


class _Client(asyncio.Protocol):
    """One connection: asks, reads its answer to the end, asks again. Anything but a 200 is an error."""

    def __init__(
        self,
        requests: Sequence[bytes],
        offset: int,
        done: Load,
        until: float,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.requests, self.at, self.done, self.until = requests, offset * 7, done, until
        self.finished: asyncio.Future[None] = loop.create_future()
        self.head, self.missing, self.began = b"", -1, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def _ask(self) -> None:
        self.head, self.missing = b"", -1
        self.began = time.perf_counter()
        self.transport.write(self.requests[self.at % len(self.requests)])
        self.at += 1

    def data_received(self, data: bytes) -> None:
        if self.missing < 0:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self.head[:end].lower()
            if not head.startswith(b"http/1.1 200"):
                self._fail(
                    f"{head[:15].decode()} for {self.requests[(self.at - 1) % len(self.requests)].split()[1].decode()}"
                )
                return
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            self.missing = length - (len(self.head) - end - 4)
        else:
            self.missing -= len(data)
        if self.missing == 0:
            self._answered()

    def _answered(self) -> None:
        now = time.perf_counter()
        assert self.done.latencies is not None
        self.done.requests += 1
        self.done.latencies.append(now - self.began)
        if now < self.until:
            self._ask()
        else:
            self.transport.close()
            if not self.finished.done():
                self.finished.set_result(None)

    def _fail(self, why: str) -> None:
        self.transport.close()
        if not self.finished.done():
            self.finished.set_exception(RuntimeError(why))

    def connection_lost(self, problem: Exception | None) -> None:
        if not self.finished.done():
            self.finished.set_exception(problem or RuntimeError("the server closed the connection"))
