"""Processes that die while people write: what was acknowledged is there, once, and nothing is there in part."""

import asyncio
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import psycopg
import pytest

from app.kernel.database import open_engine, sessions, transaction
from app.kernel.outbox import tell
from tests.faults.instance import Instance, Writers, nothing_lost
from tests.kernel.test_embedded import eventually, kill_server

pytestmark = pytest.mark.fault


def test_postgresql_is_killed_while_people_write(instance: Instance, chance: Random):
    web = instance.web()
    with Writers(web.address, chance).writing() as writers:
        for _ in range(3):
            writers.wait_for(chance.randint(5, 25))
            pid = instance.server.pid
            assert pid
            kill_server(pid)
            eventually(lambda pid=pid: instance.server.pid not in (None, pid) and instance.serves(), 30)
        writers.wait_for(20)
    assert web.process.poll() is None, "the web server has outlived it"
    nothing_lost(instance, writers)


def test_one_of_two_web_workers_is_killed_while_people_write(instance: Instance, chance: Random):
    web = instance.web(workers=2)
    eventually(lambda: len(web.workers()) == 2)
    with Writers(web.address, chance).writing() as writers:
        for _ in range(3):
            writers.wait_for(chance.randint(5, 25))
            killed = chance.choice(web.workers())
            os.kill(killed, signal.SIGKILL)
            # The first process asks after its workers in turn, and waits 30 s for one that died while it was asked.
            eventually(lambda killed=killed: killed not in web.workers() and len(web.workers()) == 2, 40)
        writers.wait_for(20)
    nothing_lost(instance, writers)


def test_the_job_worker_is_killed_while_mails_are_written(instance: Instance, chance: Random):
    """Mails that were committed leave, and the job of each ends once; what a dead worker held is given to the next."""
    with ThreadPoolExecutor(1) as office:
        written = office.submit(asyncio.run, _write_mails(instance.url, 120))
        for _ in range(3):
            worker = instance.start("-m", "app.cli", "worker")
            before = instance.number(LEFT)
            eventually(lambda before=before: instance.number(LEFT) > before + chance.randint(1, 8), 30)
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        instance.start("-m", "app.cli", "worker")
        sent = written.result(60)
    # A worker counts as dead when it hasn't said for 30 s that it lives.
    eventually(lambda: instance.number(LEFT) == len(sent), 90)
    eventually(lambda: instance.rows(JOBS) == [("succeeded", len(sent))], 30)
    assert {row[0] for row in instance.rows("SELECT id::text FROM message WHERE state = 'sent'")} == sent
    assert {file.stem for file in (instance.data / "web" / "mail").glob("*.eml")} == sent


LEFT = "SELECT count(*) FROM message WHERE state = 'sent'"
JOBS = "SELECT status::text, count(*) FROM procrastinate_jobs WHERE task_name = 'outbox.send' GROUP BY 1"


async def _write_mails(url: str, number: int) -> set[str]:
    """Ids of mails whose transaction was committed."""
    engine, sent = open_engine(url), set()
    for n in range(number):
        async with transaction(sessions(engine)) as db:
            message = await tell(
                db, f"person{n}@example.org", "en", "A new match", ["Somebody needs what you do."]
            )
        sent.add(str(message))
        await asyncio.sleep(0.05)  # as people write: one after another
    await engine.dispose()
    return sent


def test_connections_are_cut_while_people_write(instance: Instance, chance: Random):
    web = instance.web()
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with (
        Writers(web.address, chance).writing() as writers,
        psycopg.connect(instance.url, autocommit=True) as connection,
    ):
        for _ in range(12):
            writers.wait_for(chance.randint(1, 6))
            eventually(lambda: connection.execute(cut).rowcount > 0)
        writers.wait_for(5)
    nothing_lost(instance, writers)
    assert set(writers.troubles) <= {"503"}


def test_what_is_under_way_is_finished_when_the_web_server_is_asked_to_stop(
    instance: Instance, chance: Random
):
    """Eight forms wait for a row when the request comes; all are answered, and the server ends without complaint."""
    web = instance.web(workers=2)
    people = Writers(web.address, chance, connections=8)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with psycopg.connect(instance.url) as blocker:
        blocker.execute("LOCK TABLE audit_chain IN EXCLUSIVE MODE")
        with people.writing():
            # Six connections of two workers: the others wait for one of these.
            eventually(lambda: len(people.sent) == 8 and instance.number(waiting) >= 6)
            people.no_more()
            workers = web.workers()
            web.process.send_signal(signal.SIGTERM)
            eventually(lambda: all(_was_asked_to_stop(worker) for worker in workers))
            assert people.acknowledged == []
            blocker.rollback()
    assert web.process.wait(30) == 0
    assert len(people.acknowledged) == 8
    assert people.troubles == []
    nothing_lost(instance, people)


def _was_asked_to_stop(pid: int) -> bool:
    """Whether the process no longer listens: it takes no new connection, and finishes those it has."""
    listening = Path("/proc/net/tcp").read_text().splitlines()
    inodes = {line.split()[9] for line in listening if line.split()[3] == "0A"}
    return not any(_socket_of(file) in inodes for file in Path(f"/proc/{pid}/fd").iterdir())


def _socket_of(file: Path) -> str:
    try:
        return str(file.readlink()).removeprefix("socket:[").removesuffix("]")
    except FileNotFoundError:
        return ""
