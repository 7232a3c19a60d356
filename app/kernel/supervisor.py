"""Keeps the program's processes running: web and job workers, and the embedded database under them.

A child that ends is started again, ever more slowly if it doesn't last. A SIGTERM or a SIGINT is passed on as
SIGTERM, which even a child that has only just begun takes quietly; a further one as it comes. When all children
have ended, the database is left, which for the last one out means stopped.
"""

import ctypes
import fcntl
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from app.kernel.i18n import _

DELAYS = (0.1, 0.5, 2.0, 5.0)
"""Seconds before a child is started again, the first time, the second, and so on; then always the last."""
LASTED = 30.0
"""A child that ran for so many seconds had a good start: the delays begin anew."""
GRACE = 30.0
"""Seconds that children have to end in after they were asked; the web server gives requests 25 of them."""
LOOK = 0.5

Say = Callable[[str], None]


_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Database(Protocol):
    """What is kept up while children run and left when they have ended: an `embedded.Server`."""

    def keep_up(self) -> bool: ...
    def stop(self) -> None: ...


class AlreadyRuns(Exception):
    """Another process already runs the program on this data folder; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Program:
    """What one child runs. `environment` is added to ours."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


@contextmanager
def only_one(data: Path) -> Generator[None]:
    """The program runs on the folder `data` but once. Raises AlreadyRuns.

    Known by a lock that ends with its holder, not by the number written beside it for people to read.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRuns(
                _(
                    "Roundtable already runs on %(data)s (process %(pid)s). Stop that one with Ctrl-C, or give"
                    " ROUNDTABLE_DATA another folder and ROUNDTABLE_PORT another number."
                )
                % {"data": data, "pid": lock.read().strip() or "?"}
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def supervise(
    programs: Sequence[Program], *, database: Database | None = None, say: Say, grace: float = GRACE
) -> int:
    """Run `programs` until SIGTERM or SIGINT; then end them, then leave `database`.

    `say` gets a sentence for every child that had to be started again. Children that have not ended `grace`
    seconds after they were asked are killed. Returns 0 if all ended by themselves, else 1. To be called in
    the main thread, whose signals these are.
    """
    children = [_Child(program, say) for program in programs]
    with _signals() as (wake, asked):
        try:
            while not asked:
                for child in children:
                    child.keep_up()
                if database and database.keep_up():
                    say(_("The database had stopped and was started again."))
                _sleep_until(wake, min(child.due for child in children))
            return 0 if _end(children, wake, asked, grace) else 1
        finally:
            for child in children:
                child.kill()
            if database:
                database.stop()


class _Child:
    """One program and the process that runs it now."""

    def __init__(self, program: Program, say: Say) -> None:
        self._program = program
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = 0.0
        self._failures = 0
        self.due = 0.0

    def keep_up(self) -> None:
        """Collect the process if it has ended, and start another when its time has come."""
        now = time.monotonic()
        if self._process and self._process.poll() is not None:
            self._failures = 0 if now - self._begun > LASTED else self._failures
            delay = DELAYS[min(self._failures, len(DELAYS) - 1)]
            self._failures += 1
            self.due = now + delay
            self._say(
                _("%(name)s ended (%(how)s). It starts again in %(delay)s s.")
                % {"name": self._program.name, "how": _how(self._process.returncode), "delay": delay}
            )
            self._process = None
        if not self._process and now >= self.due:
            self._start()

    def _start(self) -> None:
        self._begun = time.monotonic()
        self.due = float("inf")
        # A session of its own: a Ctrl-C in the terminal reaches us alone, and is passed on once.
        self._process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
            list(self._program.command),
            env={**os.environ, **self._program.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )

    @property
    def lives(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def send(self, number: int) -> None:
        if self._process and self.lives:
            self._process.send_signal(number)

    def kill(self) -> None:
        """Nothing is left of it afterwards, not even what has to be collected."""
        if self._process:
            self.send(signal.SIGKILL)
            self._process.wait()


def _end(children: list[_Child], wake: int, asked: list[int], grace: float) -> bool:
    """Pass on the first request and every further one, until all children have ended (True) or the time is up (False)."""
    deadline = time.monotonic() + grace
    asked[0] = signal.SIGTERM
    while any(child.lives for child in children) or asked:
        while asked:
            number = asked.pop(0)
            for child in children:
                child.send(number)
        if time.monotonic() > deadline:
            return False
        _sleep_until(wake, deadline)
    return True


@contextmanager
def _signals() -> Generator[tuple[int, list[int]]]:
    """A pipe that can be read when a signal has come or a child has ended, and the list of requests to end."""
    asked: list[int] = []
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)}
    woken_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: asked.append(number))
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    try:
        yield reading, asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(woken_before)
        os.close(reading)
        os.close(writing)


def _sleep_until(wake: int, due: float) -> None:
    wait = min(max(due - time.monotonic(), 0), LOOK)
    if select.select([wake], [], [], wait)[0]:
        os.read(wake, 4096)


def _die_with_parent() -> None:
    """Run in the child: on Linux it is asked to end when we die, even by `kill -9`. Else it would keep our port."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _how(code: int) -> str:
    names = {each.value: each.name for each in signal.Signals}
    return names.get(-code, str(code))
