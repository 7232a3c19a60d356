"""A job is there when its change is there, runs once though many wait for it, and is given back when its worker dies."""

import asyncio

from sqlalchemy import text

from app.kernel import jobs, outbox
from app.kernel.database import transaction


async def _waiting(db) -> int:
    return await db.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"))


async def test_a_job_is_queued_with_its_change_and_forgotten_with_it(committed):
    async with committed.database() as db:
        await outbox.tell(db, "a@example.org", "en", "Hello", ["One."])
        await db.rollback()
        assert await _waiting(db) == 0
        await outbox.tell(db, "a@example.org", "en", "Hello", ["One."])
        await db.commit()
        assert await _waiting(db) == 1


async def test_a_second_job_of_the_same_key_is_not_queued_while_one_waits(committed):
    async with transaction(committed.database) as db:
        for _ in range(3):
            await jobs.defer(db, "outbox.send", once="the-same", message_id="x")
        assert await _waiting(db) == 1


async def test_a_mail_is_sent_once_though_two_workers_wait(committed, given, monkeypatch, tmp_path):
    settings = given.model_copy(update={"data": tmp_path})
    monkeypatch.setattr(outbox, "settings", lambda: settings)
    async with transaction(committed.database) as db:
        await outbox.tell(db, "aisha@example.org", "fr", "Bonjour\nà vous", ["Première.", "Deuxième."])
    workers = [asyncio.create_task(jobs.run_worker(committed.url, ("now",))) for _ in range(2)]
    for _ in range(200):
        async with committed.database() as db:
            message = (await db.execute(text("SELECT state FROM message"))).scalar_one()
        if message == "sent":
            break
        await asyncio.sleep(0.05)
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    mails = list(settings.mail_folder.glob("*.eml"))
    assert len(mails) == 1
    assert b"aisha@example.org" in mails[0].read_bytes()


async def test_a_subject_never_carries_a_line_break_into_the_head_of_a_mail(db):
    await outbox.tell(db, "a@example.org", "en", "Hello\r\nBcc: all@example.org", ["One."])
    message = (await db.execute(text("SELECT subject FROM message"))).scalar_one()
    assert "\n" not in message
