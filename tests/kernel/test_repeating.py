"""What a person doesn't notice: connections that were cut are made anew, and a request that lost one is repeated."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import main
from app.kernel.database import is_away, may_pass, open_reading_engine, readers
from tests.kernel.test_forms_and_requests import keys_in
from tests.worlds import World

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
async def program(committed, given) -> AsyncIterator[httpx.AsyncClient]:
    """The application on a database of its own, with real connections, and somebody signed in."""
    application = main.build(given, committed.url)
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    async with committed.database() as db, db.begin():
        world = World(db)
        token = await world.session(await world.person())
    async with httpx.AsyncClient(transport=transport, base_url="http://roundtable.test") as client:
        client.cookies.set("rt_session", token)
        yield client
    await application.state.web.close()


def cut_all(url: str) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(CUT).rowcount


async def test_pages_are_read_though_every_connection_was_cut(program, committed):
    await asyncio.gather(*(program.get("/my/sessions") for _ in range(8)))
    for _ in range(3):
        assert cut_all(committed.url) > 0
        answers = await asyncio.gather(*(program.get("/my/sessions") for _ in range(8)))
        assert [answer.status_code for answer in answers] == [200] * 8


async def test_a_form_takes_effect_once_though_its_connection_was_cut(program, committed):
    page = await program.get("/my/name")
    for number in range(4):
        sent = keys_in(page.text) | {"name": f"Aisha {number}", "language": "en"}
        page = await program.get("/my/name")
        cut_all(committed.url)
        answer = await program.post("/my/name", data=sent)
        assert answer.status_code == 303, answer.text
    async with committed.database() as db:
        assert await db.scalar(text("SELECT name FROM person")) == "Aisha 3"
        assert await db.scalar(text("SELECT count(*) FROM audit_entry WHERE action = 'person.named'")) == 4


async def test_a_form_that_was_cut_when_it_was_nearly_done_is_done_once(program, committed, monkeypatch):
    from app.accounts import service

    does = service.call_me
    times = []

    async def does_and_is_cut(db, *arguments):
        await does(db, *arguments)
        times.append(1)
        if len(times) == 1:
            cut_all(committed.url)

    monkeypatch.setattr(service, "call_me", does_and_is_cut)
    page = await program.get("/my/name")
    answer = await program.post("/my/name", data=keys_in(page.text) | {"name": "Aisha", "language": "en"})
    assert (answer.status_code, len(times)) == (303, 2)
    async with committed.database() as db:
        assert await db.scalar(text("SELECT count(*) FROM audit_entry WHERE action = 'person.named'")) == 1


async def test_where_the_database_stays_away_a_person_is_told_to_send_it_again(given, tmp_path):
    application = main.build(given, f"postgresql://nobody@/nothing?host={tmp_path}")
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://roundtable.test") as client:
        client.cookies.set("rt_session", "somebody")
        answer = await client.get("/my/sessions")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "Send it again in a few seconds" in answer.text


async def test_a_page_that_reads_can_not_write_nor_hold_a_cursor(committed):
    engine = open_reading_engine(committed.url)
    async with readers(engine)() as db:
        assert await db.scalar(text("SELECT 1")) == 1
        with pytest.raises(TypeError, match="in parts"):
            await db.stream(text("SELECT 1"))
        with pytest.raises(DBAPIError, match="read-only"):
            await db.execute(text("DELETE FROM person"))
    await engine.dispose()


async def test_a_slow_statement_is_ours_and_a_lost_connection_is_not(committed):
    async with committed.database() as db:
        await db.execute(text("SET statement_timeout = '10ms'"))
        with pytest.raises(DBAPIError) as slow:
            await db.execute(text("SELECT pg_sleep(1)"))
    assert not is_away(slow.value)
    async with committed.database() as db:
        await db.execute(text("SELECT 1"))
        cut_all(committed.url)
        with pytest.raises(DBAPIError) as lost:
            await db.execute(text("SELECT 1"))
    assert is_away(lost.value)
    assert may_pass(lost.value)
