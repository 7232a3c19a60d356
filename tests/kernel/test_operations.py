"""The operator sees how the instance is doing, and no personal data; the auditor reads everything and writes nothing."""

from sqlalchemy import text

from app.kernel import audit, jobs, outbox
from app.kernel.actor import Role
from app.kernel.ids import new_id
from tests.worlds import Browser, World


async def test_the_operator_sees_a_failed_job_and_tries_it_again(browse: Browser, world: World, db):
    await jobs.defer(db, "outbox.send", message_id=str(new_id()))
    await db.execute(text("UPDATE procrastinate_jobs SET status = 'failed'"))
    await browse.sign_in(await world.holder(Role.OPERATOR))
    await browse.get("/operations")
    assert "outbox.send" in browse.text
    await browse.fill_in(action="/retry")
    assert await db.scalar(text("SELECT status::text FROM procrastinate_jobs")) == "todo"


async def test_the_operator_sees_no_address_of_a_mail(browse: Browser, world: World, db):
    await outbox.tell(db, "aisha@example.org", "en", "Private", ["Words."])
    await browse.sign_in(await world.holder(Role.OPERATOR))
    await browse.get("/operations")
    assert "Mails waiting 1" in browse.text
    assert "aisha@example.org" not in browse.page.text
    assert "Private" not in browse.page.text


async def test_the_auditor_reads_the_trail_page_by_page_and_of_one_record(
    browse: Browser, world: World, db, statements
):
    record = new_id()
    for n in range(25):
        await audit.record(db, None, "need.stated", record if n == 3 else new_id(), chain="NG036", n=n)
    await browse.sign_in(await world.holder(Role.AUDITOR))
    with statements() as sent:
        await browse.get("/audit?chain=NG036")
    assert browse.page.text.count("need.stated") == 20 * 2  # named, and in the text that was hashed
    assert len(sent) <= 4
    await browse.get(f"/audit?subject={record}")
    assert browse.page.text.count('"n":3') + browse.page.text.count("&#34;n&#34;:3") == 1


async def test_neither_page_is_open_to_others(browse: Browser, world: World):
    await browse.sign_in(await world.registrar())
    for path in ("/operations", "/audit"):
        assert (await browse.get(path)).status_code == 403
