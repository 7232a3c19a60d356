"""The supervisor with real, small children."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.kernel import supervisor
from app.kernel.supervisor import AlreadyRuns, Program, only_one, supervise

PROJECT = Path(__file__).parents[2]
SUPERVISOR = """
import sys
from pathlib import Path
from app.kernel.supervisor import Program, supervise

class Database:
    def keep_up(self): return False
    def stop(self): print("database stopped", flush=True)

say = lambda sentence: print(sentence, flush=True)
child = Path(sys.argv[1]).read_text()
sys.exit(supervise([Program("web", [sys.executable, "-c", child], {"WHO": "web"})],
                   database=Database(), say=say, grace=float(sys.argv[2])))
"""
OBEDIENT = """
import os, signal, sys
def end(number, frame):
    print("child got", signal.Signals(number).name, flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGINT, end)
print("child", os.getpid(), os.environ["WHO"], flush=True)
while True: signal.pause()
"""
PATIENT = OBEDIENT.replace("sys.exit(0)", "number == signal.SIGINT and sys.exit(0)")
STUBBORN = """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("child", os.getpid(), flush=True)
while True: signal.pause()
"""


def eventually(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait until `condition()` holds; fail when it doesn't within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {condition}"
        time.sleep(0.01)


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except FileNotFoundError:
        return False


class Running:
    """A supervisor in a process of its own, with one child that runs `program`."""

    def __init__(self, folder: Path, program: str, grace: float) -> None:
        (folder / "child.py").write_text(program)
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, str(folder / "child.py"), str(grace)],
            stdout=subprocess.PIPE,
            cwd=PROJECT,
            text=True,
            bufsize=1,
        )

    def said(self) -> str:
        assert self.process.stdout
        readable, _, _ = select.select([self.process.stdout], [], [], 20)
        assert readable, "it said nothing for 20 s"
        return self.process.stdout.readline().strip()

    def child(self) -> int:
        return int(self.said().split()[1])

    def rest(self) -> list[str]:
        assert self.process.stdout
        return self.process.stdout.read().splitlines()


@pytest.fixture
def run(tmp_path) -> Iterator[Callable[..., Running]]:
    running: list[Running] = []

    def run(program: str, grace: float = 20) -> Running:
        running.append(Running(tmp_path, program, grace))
        return running[-1]

    yield run
    for one in running:
        one.process.kill()
        one.process.wait()
        one.process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_to_end_is_passed_on_once_and_the_database_is_left_last(run, number):
    running = run(OBEDIENT)
    child = running.child()
    running.process.send_signal(number)
    assert running.rest() == ["child got SIGTERM", "database stopped"]
    assert running.process.wait(10) == 0
    assert not lives(child)


def test_whoever_is_impatient_asks_twice_and_the_second_request_reaches_the_child_as_it_was(run):
    running = run(PATIENT)
    running.child()
    for expected in ("child got SIGTERM", "child got SIGINT"):
        running.process.send_signal(signal.SIGINT)
        assert running.said() == expected
    assert running.process.wait(10) == 0


def test_a_child_is_out_of_reach_of_the_terminal_so_that_it_gets_a_ctrl_c_once(run):
    child = run(OBEDIENT).child()
    assert os.getsid(child) == child != os.getsid(0)


def test_a_killed_child_is_started_again(run):
    running = run(OBEDIENT)
    first = running.child()
    os.kill(first, signal.SIGKILL)
    assert running.said() == "web ended (SIGKILL). It starts again in 0.1 s."
    second = running.child()
    assert lives(second)
    assert not Path(f"/proc/{first}").exists(), "it was collected"


def test_a_child_that_does_not_last_is_started_ever_more_slowly(run, monkeypatch):
    said: list[str] = []
    stopper = threading.Thread(
        target=lambda: (eventually(lambda: len(said) == 6), os.kill(os.getpid(), signal.SIGTERM))
    )
    monkeypatch.setattr(supervisor, "DELAYS", (0.01, 0.02, 0.03, 0.04))
    stopper.start()
    code = supervise([Program("jobs", [sys.executable, "-S", "-c", "raise SystemExit(7)"])], say=said.append)
    stopper.join()
    assert [sentence.split()[-2] for sentence in said] == ["0.01", "0.02", "0.03", "0.04", "0.04", "0.04"]
    assert "jobs ended (7)" in said[0]
    assert code == 0


def test_a_child_that_lasted_is_started_again_at_once(monkeypatch):
    said: list[str] = []
    stopper = threading.Thread(
        target=lambda: (eventually(lambda: len(said) == 3), os.kill(os.getpid(), signal.SIGTERM))
    )
    monkeypatch.setattr(supervisor, "LASTED", 0.0)
    stopper.start()
    supervise([Program("jobs", [sys.executable, "-S", "-c", ""])], say=said.append)
    stopper.join()
    assert [sentence.split()[-2] for sentence in said] == ["0.1"] * 3


def test_a_child_that_does_not_end_is_killed_and_the_database_is_left_all_the_same(run):
    running = run(STUBBORN, grace=0.2)
    child = running.child()
    running.process.terminate()
    assert running.rest() == ["database stopped"]
    assert running.process.wait(10) == 1
    assert not lives(child)


@pytest.mark.skipif(sys.platform != "linux", reason="not run: only Linux tells a child of its parent's death")
def test_the_children_of_a_killed_supervisor_end_by_themselves(run):
    running = run(OBEDIENT)
    child = running.child()
    running.process.kill()
    eventually(lambda: not lives(child))


def test_a_database_that_stopped_is_started_again_and_that_is_said():
    said: list[str] = []
    calls: list[str] = []

    class Database:
        def keep_up(self) -> bool:
            calls.append("keep up")
            if len(calls) == 2:
                os.kill(os.getpid(), signal.SIGTERM)
            return len(calls) == 1

        def stop(self) -> None:
            calls.append("stop")

    supervise([Program("jobs", ["sleep", "600"])], database=Database(), say=said.append)
    assert calls == ["keep up", "keep up", "stop"]
    assert said == ["The database had stopped and was started again."]


def test_the_program_runs_once_on_a_folder_and_says_who_has_it(tmp_path):
    with only_one(tmp_path), pytest.raises(AlreadyRuns, match=rf"process {os.getpid()}.*ROUNDTABLE_PORT"):
        only_one(tmp_path).__enter__()
    with only_one(tmp_path):
        assert (tmp_path / "run.lock").read_text() == f"{os.getpid()}\n"
