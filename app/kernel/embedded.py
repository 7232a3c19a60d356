"""The embedded PostgreSQL: one server for each data folder, started by whoever comes first, stopped by whoever
leaves last.

Who uses the server is known by locks that the operating system drops with their holder, so nothing that a
crash leaves behind is believed: neither a file with a process number in it, nor a process that has got the
same number since, nor one that has died and was not yet collected.

In the data folder (mode 0700, which is what makes trust authentication safe): `pgdata/`, `s/` (the socket),
`log`, `start.lock` (held while the server is being started or stopped), `users.lock` (held by all who use it).
"""

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from app.kernel.i18n import _
from app.kernel.postgres_programs import (
    MEBIBYTE,
    Account,
    CannotStart,
    Programs,
    account_for,
    find_programs,
    server_settings,
)

if sys.platform == "win32":
    raise ImportError("The embedded PostgreSQL does not run on Windows: give DATABASE_URL, or use WSL.")

import fcntl

DATABASE = "roundtable"
LONGEST_SOCKET_PATH = 103 if sys.platform == "darwin" else 107
LOG_LIMIT = 10 * MEBIBYTE
LOGS_KEPT = 3
ACCEPTS, REJECTS = 0, 1
PATIENCE = 30.0
"""Seconds that a live server may answer nothing at all, or take to stop. Recovery may take as long as it likes."""

Outcome = Literal["started", "joined"]
Say = Callable[[str], None]


class OtherMajorVersion(CannotStart):
    """The data were written by another major version of PostgreSQL."""

    exit_code = 3


def start(
    data: Path, *, durable: bool = True, pg_bin: Path | None = None, say: Say = lambda _sentence: None
) -> "Server":
    """The server on the folder `data`, which is made if it isn't there: joined if it runs, else started.

    `say` gets a sentence whenever there is something to wait for. Returns once connections are accepted
    and the database `roundtable` exists. Raises CannotStart.
    """
    folder = data.resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        account = account_for(folder)
        folder.chmod(0o700)
        account.own(folder)
        return Server(folder, find_programs(account, pg_bin), durable=durable, say=say)
    except PermissionError as problem:
        raise CannotStart(
            _("This account may not use %(path)s. Give ROUNDTABLE_DATA a folder of its own.")
            % {"path": problem.filename}
        ) from problem


class Server:
    """A running server that we use, until `stop`. `outcome` says whether we started or joined it."""

    outcome: Outcome

    def __init__(self, data: Path, programs: Programs, *, durable: bool, say: Say) -> None:
        self.data = data
        self.pgdata = data / "pgdata"
        self.log = data / "log"
        self.settings = server_settings(programs, durable=durable)
        self._programs = programs
        self._account = programs.account
        self._say = say
        self.socket_folder = socket_folder(data)
        self._process: subprocess.Popen[bytes] | None = None
        self._users: int | None = None
        with self._alone():
            self._users = _open(data / "users.lock", self._account)
            fcntl.flock(self._users, fcntl.LOCK_SH)
            try:
                for half_made in data.glob(
                    "pgdata.new-*"
                ):  # its `initdb` may still be at it: then the next time
                    shutil.rmtree(half_made, ignore_errors=True)
                if not (self.pgdata / "PG_VERSION").exists():
                    self._initialise(sync=durable)
                self._check_version()
                if self.pgdata.stat().st_uid == 0 != self._account.uid:  # copied here by root
                    self._account.own_all(self.pgdata)
                self.outcome = "joined" if self._joins() else self._starts()
                _create_database(self.url("postgres"))
            except BaseException:
                self._leave()
                raise

    def url(self, database: str = DATABASE) -> str:
        """Where a client finds `database`: postgresql://, through the socket."""
        return f"postgresql://postgres@/{quote(database)}?host={quote(str(self.socket_folder))}&port=5432"

    @property
    def pid(self) -> int | None:
        """Number of the server's first process, or None if it isn't alive."""
        pid = _number_in(self.pgdata / "postmaster.pid")
        return pid if pid and _is_server_of(pid, self.pgdata) else None

    def keep_up(self) -> bool:
        """Start the server again if it has died; to be called every now and then. True if there was need.

        Doesn't wait for the recovery: until it is over, connections are refused.
        """
        self._child_lives()
        if self.pid or self._ask() in (ACCEPTS, REJECTS):
            return False
        with self._alone(wait=False) as ours:
            if not ours or self.pid:
                return False
            self._spawn()
            # Until it has signed for the folder, somebody else could take its files for stale.
            deadline = time.monotonic() + 1
            while self._child_lives() and not self.pid and time.monotonic() < deadline:
                time.sleep(0.005)
        return True

    def stop(self) -> None:
        """Leave. Whoever is the last one out stops the server, the others leave it running. Twice is once."""
        if self._users is None:
            return
        with self._alone():
            self._leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()

    @contextmanager
    def _alone(self, *, wait: bool = True) -> Generator[bool]:
        """Nobody else starts or stops the server of this folder meanwhile. False: somebody does, and we didn't wait."""
        lock = _open(self.data / "start.lock", self._account)
        try:
            yield _lock(lock, self._say if wait else None)
        finally:
            os.close(lock)

    def _initialise(self, *, sync: bool) -> None:
        """Make `pgdata` beside its place and move it there when it is whole: an `initdb` may be killed half-way."""
        fresh = Path(tempfile.mkdtemp(prefix="pgdata.new-", dir=self.data))
        self._account.own(fresh)
        command = [
            self._programs.path("initdb"),
            "-D",
            self._name_for_server(fresh),
            "-U",
            "postgres",
            "-A",
            "trust",
        ]
        command += ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        made = self._account.run(command if sync else [*command, "--no-sync"], cwd=fresh)
        if made.returncode:
            raise CannotStart(
                _("The database could not be made in %(folder)s: %(reason)s")
                % {"folder": self.data, "reason": made.stderr.strip()}
            )
        fresh.rename(self.pgdata)
        _sync(self.data)

    def _check_version(self) -> None:
        written = (self.pgdata / "PG_VERSION").read_text().strip()
        if written != self._programs.major:
            raise OtherMajorVersion(
                _(
                    "The data in %(folder)s were written by PostgreSQL %(written)s, and this is %(ours)s. Make a backup"
                    " with the version of Roundtable that wrote them, then take it over: roundtable restore."
                )
                % {"folder": self.pgdata, "written": written, "ours": self._programs.major}
            )

    def _name_for_server(self, folder: Path) -> str:
        """`folder` as the server can open it, when its working folder is that one.

        A folder inside another that is closed to root's substitute is reached through the working folder,
        which root entered for it; so no parent folder has to be opened to anybody.
        """
        if self._account.can_enter(folder):
            return str(folder)
        if Path("/proc/self/cwd").exists():
            return "/proc/self/cwd"
        closed = next(parent for parent in reversed(folder.parents) if not self._account.can_enter(parent))
        raise CannotStart(
            _(
                "The account that runs PostgreSQL for root may not enter %(closed)s."
                " Give ROUNDTABLE_DATA a folder outside it, or start as somebody else."
            )
            % {"closed": closed}
        )

    def _open_socket_folder(self) -> None:
        folder = self.socket_folder
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        ours = found.st_uid in (self._account.uid, os.geteuid())
        # In a folder that all may write to, somebody may have been there first.
        if (
            not stat.S_ISDIR(found.st_mode)
            or not ours
            or (folder.parent != self.data and found.st_mode & 0o077)
        ):
            raise CannotStart(_("%(folder)s was made by somebody else. Take it away.") % {"folder": folder})
        folder.chmod(0o700)
        self._account.own(folder)

    def _joins(self) -> bool:
        """Whether the server runs, after waiting for one that is on its way up or down."""
        if self.pid:
            self.socket_folder = _socket_folder_in(self.pgdata / "postmaster.pid") or self.socket_folder
        elif self._ask() not in (ACCEPTS, REJECTS):
            return False
        return self._wait(lambda: self.pid is not None)

    def _starts(self) -> Outcome:
        """Start the server. An old connection may hold the memory of a killed one for a while: tried for 10 s."""
        self.socket_folder = socket_folder(self.data)
        self._open_socket_folder()
        if self.log.exists() and self.log.stat().st_size >= LOG_LIMIT:
            _rotate(self.log)
        deadline = time.monotonic() + 10
        while True:
            already = self.log.stat().st_size if self.log.exists() else 0
            self._spawn()
            if self._wait(self._child_lives):
                return "started"
            said = self.log.read_bytes()[already:].decode(errors="replace")
            if time.monotonic() > deadline or not ("shared memory" in said or "lock file" in said):
                raise CannotStart(
                    _("PostgreSQL did not start. Its log, %(log)s, ends with:\n%(end)s")
                    % {"log": self.log, "end": "\n".join(said.splitlines()[-5:])}
                )
            time.sleep(0.1)

    def _spawn(self) -> None:
        (self.pgdata / "postmaster.pid").unlink(missing_ok=True)
        (self.socket_folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        name = self._name_for_server(self.pgdata)
        socket = str(self.socket_folder)
        if name != str(self.pgdata) and self.socket_folder.parent == self.data:
            socket = f"../{self.socket_folder.name}"
        command = [self._programs.path("postgres"), "-D", name, "-k", socket]
        for setting, value in self.settings.items():
            command += ["-c", f"{setting}={value}"]
        if self._process:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)  # the one before is ending
        with os.fdopen(_open(self.log, self._account), "ab") as log:
            self._process = self._account.spawn(command, cwd=self.pgdata, stdout=log, stderr=log)

    def _ask(self) -> int:
        command = [self._programs.path("pg_isready"), "-q", "-t", "3", "-d", self.url("postgres")]
        return subprocess.run(command, check=False).returncode  # noqa: S603 - our own program

    def _wait(self, is_alive: Callable[[], bool]) -> bool:
        """True once connections are accepted, False once the server is gone. Raises CannotStart if it says nothing."""
        begun = heard = time.monotonic()
        told = False
        while (answer := self._ask()) != ACCEPTS:
            now = time.monotonic()
            if answer == REJECTS:
                heard = now
            elif not is_alive():
                return False
            if not told and now - begun > 1:
                told = True
                self._say(
                    _(
                        "The database is recovering from an interruption. It goes on by itself when that is done."
                    )
                )
            if now - heard > PATIENCE:
                raise CannotStart(
                    _("PostgreSQL (process %(pid)s) answers nothing. Its log is %(log)s.")
                    % {"pid": self.pid, "log": self.log}
                )
            time.sleep(0.02)
        return True

    def _leave(self) -> None:
        """Give up our use of the server; with nobody left, stop it. To be called `_alone`."""
        if self._users is None:
            return
        users, self._users = self._users, None
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if self._process and self._child_lives():
                self._process.returncode = 0  # it outlives us: not ours to collect, and no reason to warn
        else:
            self._halt()
        finally:
            os.close(users)

    def _halt(self) -> None:
        """End the server as `pg_ctl stop -m fast` does; one that is recovering or takes too long is cut short.

        That is safe: it recovers at its next start. (PostgreSQL 18 was seen to hang when told to stop while it recovers.)
        """
        if not (running := self._running()):
            return
        for request in (signal.SIGINT, signal.SIGQUIT) if self._ask() == ACCEPTS else (signal.SIGQUIT,):
            os.kill(running, request)
            deadline = time.monotonic() + PATIENCE
            while self._still_runs(running) and time.monotonic() < deadline:
                time.sleep(0.01)
            if not self._still_runs(running):
                break
        if self.socket_folder.parent != self.data and not any(self.socket_folder.iterdir()):
            self.socket_folder.rmdir()

    def _running(self) -> int | None:
        # A child that has just begun has not signed for the folder yet.
        return self._process.pid if self._process and self._child_lives() else self.pid

    def _still_runs(self, pid: int) -> bool:
        # The process itself is asked after: its file goes a moment before it does. Our own child is gone when we
        # have collected it: one that is ending has no working folder any more, and is not to be collected yet.
        if self._process and self._process.pid == pid:
            return self._child_lives()
        return _is_server_of(pid, self.pgdata)

    def _child_lives(self) -> bool:
        # Asking also collects it once it has died.
        return self._process is not None and self._process.poll() is None


def socket_folder(data: Path) -> Path:
    """Where the socket of `data` lies: in it, or for a path too long for a socket in the machine's runtime folder."""
    inside = data / "s"
    if len(os.fsencode(inside / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return inside
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.geteuid() == 0:
        runtime = "/run"
    parent = Path(runtime) if runtime and os.access(runtime, os.W_OK) else Path(tempfile.gettempdir())
    return parent / f"roundtable-{hashlib.sha256(bytes(data)).hexdigest()[:16]}"


def _socket_folder_in(pid_file: Path) -> Path | None:
    """Where the running server put its socket: another process's environment may name another runtime folder."""
    lines = pid_file.read_text().splitlines()
    return Path(lines[4]) if len(lines) > 4 and lines[4].startswith("/") else None


def _open(path: Path, account: Account) -> int:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    if not account.is_ours:
        os.fchown(file, account.uid, account.gid)
    return file


def _lock(file: int, say: Say | None) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if not say:
            return False
        say(_("The database is just being started or stopped by another process."))
        fcntl.flock(file, fcntl.LOCK_EX)
    return True


def _sync(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _rotate(log: Path) -> None:
    """`log` becomes `log.1`, that one `log.2`, and so on to LOGS_KEPT; the oldest goes."""
    for number in range(LOGS_KEPT - 1, 0, -1):
        if (older := log.with_name(f"{log.name}.{number}")).exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    log.replace(log.with_name(f"{log.name}.1"))


def _number_in(pid_file: Path) -> int | None:
    try:
        first = pid_file.read_text().partition("\n")[0].strip()
    except FileNotFoundError:
        return None
    return int(first) if first.isdecimal() else None


def _is_server_of(pid: int, pgdata: Path) -> bool:
    """Whether process `pid` lives and is a `postgres` that works in `pgdata`. A dead one not yet collected isn't."""
    process = Path("/proc") / str(pid)
    if not Path("/proc/self").exists():
        command = ["/bin/ps", "-o", "state=,command=", "-p", str(pid)]
        listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 - fixed
        return "postgres" in listed and str(pgdata) in listed and not listed.startswith("Z")
    try:
        name, _bracket, rest = (process / "stat").read_text().partition(" (")[2].rpartition(") ")
        return name == "postgres" and rest[0] not in "ZX" and (process / "cwd").readlink() == pgdata
    except (FileNotFoundError, PermissionError, ProcessLookupError):  # gone, or somebody else's
        return False


def _create_database(maintenance_url: str) -> None:
    # template0 has the encoding and order that `initdb` was told, whatever became of template1.
    create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'")
    try:
        with psycopg.connect(maintenance_url, autocommit=True, connect_timeout=10) as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
                connection.execute(create.format(sql.Identifier(DATABASE)))
    except psycopg.Error as problem:
        raise CannotStart(_("The database could not be made: %(reason)s") % {"reason": problem}) from problem
