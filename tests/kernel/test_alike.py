"""What all visitors get alike: sent again while nothing was written, made anew at once after that, nobody else's ever."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import event, update

from app import main
from app.kernel.web import alike
from app.organisations.models import Organisation
from tests.worlds import World


@pytest.fixture
async def application(committed, given) -> AsyncIterator[object]:
    """The application as in production, on a database of its own."""
    more = {"mode": "production", "address": "https://roundtable.test", "mail_server": "smtp://127.0.0.1:9"}
    made = main.build(given.model_copy(update=more), committed.url)
    yield made
    await made.state.web.close()


@pytest.fixture
async def visitor(application) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="https://roundtable.test") as client:
        yield client


@pytest.fixture
def asked(application) -> list[str]:
    """Statements that pages send."""
    sent: list[str] = []

    def note(conn, cursor, statement: str, *rest: object) -> None:
        if "pg_current_snapshot" not in statement:
            sent.append(statement)

    event.listen(application.state.web.reading.kw["bind"].sync_engine, "before_cursor_execute", note)
    return sent


@pytest.fixture
def one_minute(monkeypatch) -> None:
    """The minute doesn't end within a test."""
    now = alike.time.now()
    monkeypatch.setattr(alike.time, "now", lambda: now)


async def publish(committed, name: str) -> None:
    async with committed.database() as db, db.begin():
        await World(db).organisation(name=name)


async def test_a_page_is_made_once_while_nothing_is_written(visitor, asked, committed, one_minute):
    await publish(committed, "Open Door")
    first = await visitor.get("/organisations")
    assert "Open Door" in first.text
    assert asked
    # Whoever writes in another database of the server, as other tests do meanwhile, makes pages anew here too.
    for _attempt in range(200):
        asked.clear()
        again = await visitor.get("/organisations")
        if not asked:
            break
    assert asked == []
    assert again.text == first.text
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


async def test_what_is_written_is_on_the_next_page_and_not_before_its_commit(visitor, committed, one_minute):
    await publish(committed, "Open Door")
    await visitor.get("/organisations")
    async with committed.database() as db:
        async with db.begin():
            await db.execute(update(Organisation).values(name="Second Door"))
            assert "Second Door" not in (await visitor.get("/organisations")).text
        assert "Second Door" in (await visitor.get("/organisations")).text


async def test_a_page_in_another_language_or_colours_is_another_page(visitor, one_minute):
    english = (await visitor.get("/about")).text
    french = (await visitor.get("/fr/about")).text
    visitor.cookies.set("__Host-theme", "dark")
    dark = (await visitor.get("/about")).text
    assert 'lang="en"' in english
    assert 'lang="fr"' in french
    assert dark not in {english, french}


async def test_somebody_signed_in_gets_nothing_that_was_kept_and_leaves_nothing(
    visitor, committed, one_minute
):
    async with committed.database() as db, db.begin():
        world = World(db)
        person = await world.person(name="Amina Bello")
        token = await world.session(person)
    for _ in range(2):
        visitor.cookies.clear()
        assert "Amina Bello" not in (await visitor.get("/organisations")).text
        visitor.cookies.set("__Host-rt_session", token)
        assert "Amina Bello" in (await visitor.get("/organisations")).text


async def test_a_page_with_a_form_is_made_for_each_browser(application, one_minute):
    keys = set()
    for _ in range(2):
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="https://roundtable.test") as browser:
            page = await browser.get("/sign-in")
            keys.add(re.search(r'name="csrf" value="([^"]+)"', page.text)[1])
    assert len(keys) == 2


async def test_no_more_pages_are_kept_than_was_said(committed, given, one_minute):
    async def pages(scope, receive, send):
        scope["alike"] = True
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})

    async def nothing_was_written() -> str:
        return "1:1:"

    layer = alike.Alike(pages, over=nothing_was_written, most=3)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=layer), base_url="http://roundtable.test"
    ) as client:
        for number in range(10):
            await client.get(f"/{number}")
    assert [key[0] for key in layer.kept] == ["/7", "/8", "/9"]
