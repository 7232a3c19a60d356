"""What every form and every answer keeps: ours alone, once, protected, and never a 500 for what was typed."""

import asyncio
import re

import httpx
import pytest
from sqlalchemy import text

from app import main
from app.kernel.ids import new_id
from tests.worlds import Browser, World


def keys_in(html: str) -> dict[str, str]:
    return {name: re.search(f'name="{name}" value="([^"]+)"', html)[1] for name in ("csrf", "request_key")}


async def test_a_form_without_the_token_of_this_browser_is_refused(browse: Browser, world: World, db):
    await browse.sign_in(await world.person())
    page = await browse.get("/my/name")
    sent = {**keys_in(page.text), "name": "Aisha", "language": "en"}
    answer = await browse.client.post("/my/name", data=sent | {"csrf": "0" * 64})
    assert answer.status_code == 403
    browse.client.cookies.delete("rt_browser")
    answer = await browse.client.post("/my/name", data=sent)
    assert answer.status_code == 403


async def test_a_form_that_another_site_sends_is_refused(browse: Browser, world: World):
    await browse.sign_in(await world.person())
    page = await browse.get("/my/name")
    sent = {**keys_in(page.text), "name": "Aisha", "language": "en"}
    answer = await browse.client.post("/my/name", data=sent, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


async def test_a_refused_form_leads_back_to_the_page_it_was_on_and_to_no_other_site(
    browse: Browser, world: World
):
    await browse.sign_in(await world.person())
    for before, leads_back in (
        ("http://roundtable.test/my/name?next=/my", True),
        ("https://elsewhere.test/my/name?next=/my", False),
    ):
        headers = {"referer": before, "host": "roundtable.test"}
        answer = await browse.client.post("/my/name", data={"name": "Aisha"}, headers=headers)
        assert answer.status_code == 403
        assert ('href="/my/name?next=/my"' in answer.text) == leads_back


async def test_a_form_sent_twice_takes_effect_once_and_both_answers_lead_to_the_same_page(
    browse: Browser, world: World, db
):
    await browse.sign_in(await world.person())
    page = await browse.get("/register/who")
    sent = {**keys_in(page.text), "name": "Gulani Girls Learn", "kind": "ngo"}
    answers = [await browse.client.post("/register/who", data=sent) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert await db.scalar(text("SELECT count(*) FROM organisation")) == 1


@pytest.fixture
async def real(committed, given):
    """The application on a database of its own, with real connections."""
    application = main.build(given, committed.url)
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://roundtable.test") as client:
        yield client
    await application.state.web.close()


async def test_a_form_sent_twice_at_the_same_moment_takes_effect_once(real, committed):
    async with committed.database() as db, db.begin():
        world = World(db)
        token = await world.session(await world.person())
    real.cookies.set("rt_session", token)
    page = await real.get("/register/who")
    sent = {**keys_in(page.text), "name": "Gulani Girls Learn", "kind": "ngo"}
    answers = await asyncio.gather(*(real.post("/register/who", data=sent) for _ in range(6)))
    assert {a.status_code for a in answers} == {303}
    assert len({a.headers["location"] for a in answers}) == 1
    async with committed.database() as db:
        assert await db.scalar(text("SELECT count(*) FROM organisation")) == 1


async def test_too_many_links_for_one_address_are_refused(browse: Browser):
    for n in range(7):
        await browse.get("/sign-in")
        answer = await browse.fill_in({"email": "aisha@example.org"})
        assert answer.status_code == (200 if n < 5 else 429), n


async def test_every_answer_carries_the_headers_that_protect(browse: Browser):
    for path in ("/", "/sign-in", "/nowhere", "/static/css/look.css"):
        answer = await browse.client.get(path)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-request-id"]


async def test_a_malformed_id_or_date_in_an_address_is_a_page_that_is_not_there(
    browse: Browser, world: World
):
    await browse.sign_in(await world.registrar())
    for path in (
        "/registrations/not-an-id",
        f"/registrations/{new_id()}",
        "/organisations/%00",
        "/organisations/..%2f..",
        "/organisations/" + "x" * 3000,
        "/registrations?after=%00",
        "/decisions?after=AAAA",
    ):
        answer = await browse.client.get(path)
        assert answer.status_code in {200, 404}, path


async def test_a_language_in_the_address_is_spoken_and_kept_in_links(browse: Browser):
    page = await browse.get("/ar-XB/organisations")
    assert 'lang="ar-XB" dir="rtl"' in page.text
    assert 'href="/ar-XB/organisations' in page.text
    assert "[Fîñd à pàrtñër]" in page.text


async def test_a_page_of_somebody_signed_in_is_kept_by_no_cache(browse: Browser, world: World):
    await browse.sign_in(await world.person())
    answer = await browse.get("/organisations")
    assert answer.headers["cache-control"] == "no-store"


async def test_a_visitor_is_sent_to_sign_in_and_back(browse: Browser):
    answer = await browse.client.get("/register/who")
    assert answer.headers["location"] == "/sign-in?next=%2Fregister%2Fwho"


async def test_something_broken_is_said_with_an_id_that_the_log_has_too(browse: Browser, monkeypatch, capsys):
    async def breaks(*args: object, **more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.organisations.queries.register.partners", breaks)
    answer = await browse.get("/organisations")
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in browse.text
    logged = capsys.readouterr().out
    assert answer.headers["x-request-id"] in logged
    assert "ZeroDivisionError" in logged
