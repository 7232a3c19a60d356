"""What crashes may leave behind, and that the embedded PostgreSQL starts all the same and has lost nothing."""

import os
import re
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from app.kernel import embedded, postgres_programs
from app.kernel.embedded import CannotStart, OtherMajorVersion, start

pytestmark = pytest.mark.fault

ROOT = os.geteuid() == 0
PROJECT = Path(__file__).parents[2]
USES_THE_SERVER = """
import sys
from pathlib import Path
from app.kernel.embedded import start
server = start(Path(sys.argv[1]))
print(server.outcome, server.pid, flush=True)
sys.stdin.readline()
server.stop()
print("left", flush=True)
"""


def eventually(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait until `condition()` holds; fail when it doesn't within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {condition}"
        time.sleep(0.01)


class AnotherProcess:
    """A second user of the server on `data`, in a process of its own."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USES_THE_SERVER, str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT,
            text=True,
            start_new_session=True,
        )

    def said(self) -> list[str]:
        """The words of its next line."""
        assert self.process.stdout
        readable, _, _ = select.select([self.process.stdout], [], [], 30)
        assert readable, "it said nothing for 30 s"
        return self.process.stdout.readline().split()

    def leave(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        assert self.said() == ["left"]
        self.end()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.end()

    def end(self) -> None:
        if self.process.poll() is None and not self.process.stdin:
            self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        self.process.wait(30)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path that any account can get to."""
    made = short_folder()
    yield made
    shutil.rmtree(made)


@pytest.fixture
def fresh(folder: Path) -> Iterator[Path]:
    """A data folder that isn't there yet; whatever a test leaves running on it is ended."""
    data = folder / "data"
    yield data
    end_server(data)


@pytest.fixture(scope="module")
def prepared() -> Iterator[Path]:
    """A data folder after its first start and stop, to be copied: making one takes much longer."""
    made = short_folder()
    start(made / "data").stop()
    yield made / "data"
    shutil.rmtree(made)


@pytest.fixture
def data(fresh: Path, prepared: Path) -> Path:
    """A data folder whose server has run before and was stopped."""
    copy(prepared, fresh)
    return fresh


def short_folder() -> Path:
    # In memory where there is room: these tests kill processes, not machines, and waiting for a disk proves nothing.
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it has a name of its own
    roomy = memory.exists() and shutil.disk_usage(memory).free > 2**31
    made = Path(tempfile.mkdtemp(prefix="rt-", dir=memory if roomy else None))
    made.chmod(0o755)
    return made


def copy(prepared: Path, place: Path) -> None:
    subprocess.run(["cp", "-a", str(prepared), str(place)], check=True)


def end_server(data: Path) -> None:
    pid_file = data / "pgdata" / "postmaster.pid"
    pid = embedded._number_in(pid_file)
    if pid and embedded._is_server_of(pid, data.resolve() / "pgdata"):
        os.kill(pid, signal.SIGQUIT)
        eventually(lambda: not embedded._is_server_of(pid, data.resolve() / "pgdata"))


@contextmanager
def a_stranger(data: Path) -> Iterator[subprocess.Popen]:
    """A process that has nothing to do with the server, and runs as the same account."""
    account = postgres_programs.account_for(data)
    sleeper = account.spawn(["sleep", "600"], cwd=None, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield sleeper
    finally:
        sleeper.kill()
        sleeper.wait()


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except FileNotFoundError:
        return False


def kill_server(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: not lives(pid))


def note(url: str, number: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (number int PRIMARY KEY)")
        connection.execute("INSERT INTO note VALUES (%s)", [number])


def notes(url: str) -> set[int]:
    with psycopg.connect(url) as connection:
        return {number for (number,) in connection.execute("SELECT number FROM note").fetchall()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# A day without crashes


def test_the_first_start_makes_a_database_that_the_next_one_finds(fresh):
    with start(fresh) as server:
        assert server.outcome == "started"
        note(server.url(), 1)
        first = server.pid
    assert not lives(first)
    with start(fresh) as server:
        assert server.outcome == "started"
        assert notes(server.url()) == {1}


def test_only_the_owner_can_reach_the_server_and_only_through_the_socket(data):
    with start(data) as server:
        assert mode(data) == mode(data / "s") == mode(data / "pgdata") == 0o700
        assert mode(data / "s" / ".s.PGSQL.5432") == 0o700
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_folder_that_was_open_to_others_is_closed(fresh):
    fresh.mkdir(mode=0o755)
    with start(fresh):
        assert mode(fresh) == 0o700


def test_what_is_committed_survives_a_power_cut_and_sorts_alike_everywhere(data):
    with start(data) as server, psycopg.connect(server.url()) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            assert connection.execute("SELECT current_setting(%s)", [setting]).fetchone() == ("on",)
        order = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()"
        assert connection.execute(order).fetchone() == ("b", "C.UTF-8")
        for setting in ("jit", "max_connections", "idle_in_transaction_session_timeout", "wal_compression"):
            shown = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()[0]
            assert shown.replace("1min", "60s") == server.settings[setting]


def test_memory_for_the_server_is_an_eighth_within_limits():
    gibibyte = 1024**3
    sizes = {gibibyte // 4: 64, gibibyte: 128, 8 * gibibyte: 1024, 64 * gibibyte: 2048}
    assert {memory: postgres_programs.shared_buffers(memory) for memory in sizes} == sizes


def test_the_environment_of_whoever_starts_it_does_not_send_it_elsewhere(data, monkeypatch):
    for name, value in {"PGDATA": "/nowhere", "PGPORT": "6000", "LC_ALL": "xx_XX"}.items():
        monkeypatch.setenv(name, value)
    with start(data) as server:
        monkeypatch.undo()
        note(server.url(), 1)


def test_a_large_log_is_put_aside_and_three_are_kept(data):
    for number in (1, 2, 3):
        (data / f"log.{number}").write_text(f"log {number}")
    with (data / "log").open("wb") as log:
        log.truncate(embedded.LOG_LIMIT)
    with start(data):
        assert (data / "log").stat().st_size < 10_000
        assert (data / "log.1").stat().st_size == embedded.LOG_LIMIT
        assert [(data / f"log.{number}").read_text() for number in (2, 3)] == ["log 1", "log 2"]
        assert not (data / "log.4").exists()


# Several users


def test_the_second_joins_and_the_last_one_out_stops_it(data):
    with start(data) as first:
        other = AnotherProcess(data)
        assert other.said() == ["joined", str(first.pid)]
        pid, url = first.pid, first.url()
        first.stop()
        note(url, 1)
        other.leave()
    assert not lives(pid)


def test_two_that_start_at_the_same_moment_share_one_server(fresh):
    others = [AnotherProcess(fresh) for _ in range(3)]
    said = [other.said() for other in others]
    assert sorted(outcome for outcome, _ in said) == ["joined", "joined", "started"]
    assert len({pid for _, pid in said}) == 1
    for other in others:
        other.leave()
    assert not lives(int(said[0][1]))


def test_a_killed_user_takes_nobody_else_s_server_along_and_is_not_waited_for(data):
    first = AnotherProcess(data)
    outcome, pid = first.said()
    assert outcome == "started"
    with start(data) as second:
        assert second.outcome == "joined"
        with psycopg.connect(second.url(), autocommit=True) as connection:
            first.kill()
            assert connection.execute("SELECT 1").fetchone() == (1,)
        note(second.url(), 1)
    assert not lives(int(pid))


def test_the_server_of_a_killed_user_is_joined_and_then_stopped(data):
    first = AnotherProcess(data)
    _, pid = first.said()
    first.kill()
    assert lives(int(pid))
    with start(data) as second:
        assert second.outcome == "joined"
    assert not lives(int(pid))


# What a crash leaves


def test_a_stranger_with_the_number_in_the_stale_file_is_left_alone(data):
    with start(data) as server:
        note(server.url(), 1)
        lines = (data / "pgdata" / "postmaster.pid").read_text().splitlines()
    with a_stranger(data) as sleeper:
        stale = "\n".join([str(sleeper.pid), *lines[1:], ""])
        (data / "pgdata" / "postmaster.pid").write_text(stale)
        (data / "s" / ".s.PGSQL.5432.lock").write_text(stale)
        with start(data) as server:
            assert server.outcome == "started"
            assert notes(server.url()) == {1}
        assert sleeper.poll() is None


def test_a_stale_lock_of_the_socket_alone_does_not_keep_it_from_starting(data):
    with a_stranger(data) as sleeper:
        (data / "s" / ".s.PGSQL.5432.lock").write_text(f"{sleeper.pid}\n")
        with start(data) as server:
            assert server.outcome == "started"


def test_a_killed_server_that_nobody_has_collected_yet_is_not_taken_for_a_running_one(data):
    with start(data) as first:
        dead = first.pid
        kill_server(dead)
        assert Path(f"/proc/{dead}/stat").exists(), "our own child, which stays a zombie until we ask for it"
        other = AnotherProcess(data)
        outcome, pid = other.said()
        assert (outcome, lives(int(pid))) == ("started", True)
        other.leave()


@pytest.mark.parametrize("content", ["", "not a number\n", "0\n", "-1\n", "999999999\n"])
def test_nonsense_in_the_file_with_the_number_is_passed_over(data, content):
    (data / "pgdata" / "postmaster.pid").write_text(content)
    with start(data) as server:
        assert server.outcome == "started"


def test_a_killed_first_start_leaves_nothing_half_made(fresh):
    beginner = AnotherProcess(fresh)
    eventually(lambda: list(fresh.glob("pgdata.new-*/base")))
    beginner.kill()
    with start(fresh) as server:
        assert server.outcome == "started"
        note(server.url(), 1)
    eventually(lambda: start(fresh).stop() or not list(fresh.glob("pgdata.new-*")))


def test_an_old_connection_that_still_holds_the_memory_is_waited_for(data):
    with start(data) as server:
        url, pid = server.url(), server.pid
        with psycopg.connect(url, autocommit=True) as busy:
            holder = busy.info.backend_pid
            endless = threading.Thread(target=_run_until_cut, args=(busy,))
            endless.start()
            with psycopg.connect(url, autocommit=True) as watcher:
                active = "SELECT FROM pg_stat_activity WHERE pid = %s AND state = 'active'"
                eventually(lambda: watcher.execute(active, [holder]).rowcount)
            kill_server(pid)
            other = AnotherProcess(data)
            eventually(lambda: b"shared memory block" in (data / "log").read_bytes())
            os.kill(holder, signal.SIGTERM)
            endless.join()
        assert other.said()[0] == "started"
        other.leave()


def _run_until_cut(connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.Error):
        connection.execute("SELECT count(*) FROM generate_series(1, 1e15)")


def test_a_recovery_is_waited_for_and_said(data):
    gate = data / "pgdata" / "open"
    (data / "pgdata" / "recovery.signal").touch()
    with (data / "pgdata" / "postgresql.auto.conf").open("a") as configuration:
        configuration.write("restore_command = 'while [ ! -e open ]; do sleep 0.05; done; false'\n")
    postgres_programs.account_for(data).own(data / "pgdata" / "recovery.signal")
    sentences: list[str] = []
    servers: list[embedded.Server] = []
    waiting = threading.Thread(target=lambda: servers.append(start(data, say=sentences.append)))
    waiting.start()
    eventually(lambda: sentences)
    assert "recovering" in sentences[0]
    assert not servers
    gate.touch()
    waiting.join(30)
    servers[0].stop()


# A server that dies while it is in use


def test_every_acknowledged_row_outlives_a_killed_server(data):
    with start(data) as server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE note (number int PRIMARY KEY)")
        acknowledged: list[int] = []
        under_way: dict[int, int] = {}
        numbers = count()
        stop = threading.Event()

        def write(writer: int) -> None:
            while not stop.is_set():
                try:
                    with psycopg.connect(server.url(), autocommit=True) as connection:
                        while not stop.is_set():
                            under_way[writer] = number = next(numbers)
                            connection.execute("INSERT INTO note VALUES (%s)", [number])
                            acknowledged.append(number)
                except psycopg.OperationalError:
                    interrupted.add(under_way.get(writer, -1))

        interrupted: set[int] = set()
        writers = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
        for writer in writers:
            writer.start()
        for _ in range(3):
            before = len(acknowledged)
            eventually(lambda before=before: len(acknowledged) > before + 200)
            kill_server(server.pid)
            eventually(server.keep_up)
        before = len(acknowledged)
        eventually(lambda: len(acknowledged) > before + 200)
        stop.set()
        for writer in writers:
            writer.join()
        present = notes(server.url())
    assert set(acknowledged) - present == set()
    assert present - set(acknowledged) <= interrupted


def test_keeping_up_leaves_a_running_server_alone_and_does_not_wait_for_others(data):
    with start(data) as server:
        pid = server.pid
        assert not server.keep_up()
        kill_server(pid)
        with server._alone():
            assert not server.keep_up()
        assert server.keep_up()
        assert server.pid != pid
        assert not server.keep_up()


LOAD = "INSERT INTO load VALUES (%s, repeat('what fills the disk', 100000))"


@pytest.mark.parametrize(("full", "megabytes"), [("data", 130), ("data/pgdata/pg_wal", 40)])
def test_a_full_disk_refuses_rows_and_loses_none(folder, prepared, full, megabytes):
    """Where the write-ahead log doesn't fit, PostgreSQL panics, and with room again recovers what it acknowledged."""
    with small_disk(folder / "disk", megabytes) as enlarge:
        copy(prepared, folder / "data")
        subprocess.run(["mv", folder / full, folder / "disk" / "moved"], check=True)
        (folder / full).symlink_to(folder / "disk" / "moved")
        with start(folder / "data") as server:
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute("CREATE TABLE load (number int, filling text STORAGE EXTERNAL)")
                written = write_until_refused(connection)
            enlarge()
            eventually(lambda: server.keep_up() or server._ask() == embedded.ACCEPTS)
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute(LOAD, [-1])
                present = {number for (number,) in connection.execute("SELECT number FROM load").fetchall()}
    assert present - {written} == {*range(written), -1}, "all acknowledged; of the one under way nobody knows"


def write_until_refused(connection: psycopg.Connection) -> int:
    """Write rows, numbered from 0, until one is refused; how many were acknowledged."""
    for written in range(1000):
        try:
            connection.execute(LOAD, [written])
        except psycopg.OperationalError:  # DiskFull, or the end of the connection
            assert written > 3
            return written
    raise AssertionError("the disk was never full")


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Callable[[], object]]:
    """A disk of that size at `place`, and what makes it larger."""
    if not ROOT:
        pytest.skip("not run: a disk of limited size needs root")
    place.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(place)]
    mounted = subprocess.run(mount, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"not run: this machine mounts nothing: {mounted.stderr.strip()}")
    try:
        yield lambda: subprocess.run(["mount", "-o", "remount,size=400m", str(place)], check=True)
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


# What can't be started says why


def test_data_of_another_major_version_are_refused_with_the_way_out(data):
    (data / "pgdata" / "PG_VERSION").write_text("17\n")
    with pytest.raises(
        OtherMajorVersion, match=r"PostgreSQL 17, and this is 18\..*roundtable restore"
    ) as refusal:
        start(data)
    assert refusal.value.exit_code == 3


def test_programs_that_are_not_there_are_named(data, tmp_path, monkeypatch):
    with pytest.raises(CannotStart, match=re.escape(str(tmp_path))):
        start(data, pg_bin=tmp_path)
    monkeypatch.setenv("ROUNDTABLE_PG_BIN", str(tmp_path / "other"))
    with pytest.raises(CannotStart, match=r"ROUNDTABLE_PG_BIN.*other"):
        start(data)


def test_a_server_that_does_not_start_shows_the_end_of_its_log_at_once(data):
    with (data / "pgdata" / "postgresql.conf").open("a") as configuration:
        configuration.write("shared_preload_libraries = 'no_such_library'\n")
    begun = time.monotonic()
    with pytest.raises(CannotStart, match="no_such_library"):
        start(data)
    assert time.monotonic() - begun < 5
    (data / "pgdata" / "postgresql.conf").write_text("")
    start(data).stop()


# Places


def test_a_path_too_long_for_a_socket_gets_a_folder_of_its_own_that_others_cannot_enter(folder, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    data = folder / ("long" * 30) / "data"
    with start(data) as server:
        assert mode(server.socket_folder) == 0o700
        assert server.socket_folder == embedded.socket_folder(data)
        monkeypatch.delenv("XDG_RUNTIME_DIR")
        with start(data) as second:
            assert second.outcome == "joined"
            note(second.url(), 1)
    assert not server.socket_folder.exists()


def test_a_socket_folder_that_somebody_else_laid_out_is_refused(folder):
    data = folder / ("long" * 30) / "data"
    laid_out = embedded.socket_folder(data)
    laid_out.mkdir()
    laid_out.chmod(0o777)
    try:
        with pytest.raises(CannotStart, match=str(laid_out)):
            start(data)
    finally:
        laid_out.rmdir()


@pytest.mark.skipif(not ROOT, reason="not run: about root, and we are not")
class TestAsRoot:
    def test_the_server_runs_as_another_account_which_is_given_the_data_folder_only(self, folder, data):
        with start(data) as server:
            assert Path(f"/proc/{server.pid}").stat().st_uid == data.stat().st_uid != 0
            assert folder.stat().st_uid == 0

    def test_a_folder_inside_one_that_is_closed_to_others_works_and_stays_closed(self, folder):
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        data = closed / "data"
        for number in (1, 2):
            with start(data) as server:
                note(server.url(), number)
                with start(data) as second:
                    assert second.outcome == "joined"
        assert (mode(closed), closed.stat().st_uid) == (0o700, 0)
        with start(data) as server:
            kill_server(server.pid)
            assert server.keep_up()
            eventually(lambda: server._ask() == embedded.ACCEPTS)
            assert notes(server.url()) == {1, 2}

    def test_programs_inside_a_folder_that_is_closed_to_others_are_copied_to_where_they_can_be_read(
        self, folder, data, monkeypatch
    ):
        package = postgres_programs.find_programs(postgres_programs.account_for(data)).folder.parents[1]
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        shutil.copytree(package, closed / package.name)
        if (libraries := package.with_name(f"{package.name}.libs")).exists():
            shutil.copytree(libraries, closed / libraries.name)
        monkeypatch.syspath_prepend(closed)
        monkeypatch.setattr(postgres_programs, "COPIES", folder / "copies")
        with start(data) as server:
            note(server.url(), 1)
            assert Path(f"/proc/{server.pid}/exe").readlink().is_relative_to(folder / "copies")

    def test_a_person_s_folder_stays_the_person_s(self, fresh):
        nobody = postgres_programs.pwd.getpwnam("nobody").pw_uid
        fresh.mkdir()
        os.chown(fresh, nobody, nobody)
        with start(fresh) as server:
            assert Path(f"/proc/{server.pid}").stat().st_uid == nobody
            assert {path.stat().st_uid for path in fresh.iterdir()} == {nobody}

    def test_data_that_root_copied_here_are_taken_over(self, fresh, prepared):
        subprocess.run(["cp", "-r", prepared, fresh], check=True)
        assert (fresh / "pgdata" / "base").stat().st_uid == 0
        with start(fresh) as server:
            note(server.url(), 1)
