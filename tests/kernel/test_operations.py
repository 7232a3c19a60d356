"""The operator sees how the instance is doing, and no personal data."""

from sqlalchemy import text

from app.kernel import jobs, outbox
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


async def test_the_page_is_open_to_nobody_else(browse: Browser, world: World):
    await browse.sign_in(await world.registrar())
    assert (await browse.get("/operations")).status_code == 403
