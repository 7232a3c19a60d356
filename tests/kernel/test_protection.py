"""What a browser is told to protect, what the log says to whoever watches, and what can't be had at all."""

import json
import re
from collections.abc import AsyncIterator

import httpx
import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker

from app import main
from app.kernel import limits
from app.kernel.database import Reads
from app.kernel.forms import Mistakes
from app.kernel.ids import new_id
from app.kernel.refusals import TooMany
from app.kernel.web import access
from app.organisations.forms import ReachForm
from tests.worlds import Browser, World

PRODUCTION = {
    "mode": "production",
    "address": "https://roundtable.test",
    "mail_server": "smtp://127.0.0.1:9",
    "kept_pages": 0,
}


@pytest.fixture
async def production(given, engine, database, world: World) -> AsyncIterator[Browser]:
    """A browser at the program as it runs for others."""
    application = main.build(
        given.model_copy(update=PRODUCTION), engine.url.render_as_string(hide_password=False)
    )
    application.state.web.database = database
    application.state.web.reading = async_sessionmaker(class_=Reads, **database.kw)
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://roundtable.test") as client:
        yield Browser(client, world)


@pytest.fixture
def watched(monkeypatch, capsys):
    """The lines of the log that are for whoever watches."""
    monkeypatch.setattr(access, "log", structlog.get_logger())

    def read() -> list[dict]:
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] in {"sign-in", "request.refused"}]

    return read


async def test_in_production_every_cookie_is_of_this_host_alone_and_out_of_reach_of_scripts(
    production: Browser,
):
    set_cookies = []
    set_cookies += (await production.get("/sign-in")).headers.get_list("set-cookie")
    await production.get("/display")
    answer = await production.client.post("/display", data={"theme": "dark", **_keys(production)})
    set_cookies += answer.headers.get_list("set-cookie")
    assert {cookie.split("=")[0] for cookie in set_cookies} == {
        "__Host-rt_browser",
        "__Host-theme",
        "__Host-rt_flash",
    }
    for cookie in set_cookies:
        words = {word.strip().lower() for word in cookie.split(";")[1:]}
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= words, cookie
        assert not any(word.startswith("domain") for word in words)


async def test_in_production_a_session_is_read_from_its_protected_cookie_only(
    production: Browser, world: World
):
    token = await world.session(await world.person())
    production.client.cookies.set("rt_session", token)
    assert (await production.client.get("/my/sessions")).status_code == 303
    production.client.cookies.set("__Host-rt_session", token)
    assert (await production.client.get("/my/sessions")).status_code == 200


async def test_in_production_browsers_are_told_to_come_encrypted_for_years_below_this_host_too(
    production: Browser,
):
    for path in ("/", "/nowhere", "/static/css/look.css", "/api/v1/areas", "/healthz/live"):
        answer = await production.client.get(path)
        age, below = answer.headers["strict-transport-security"].split("; ")
        assert int(age.removeprefix("max-age=")) >= 365 * 24 * 3600
        assert below == "includeSubDomains"


async def test_every_answer_lets_browsers_load_ours_alone_and_tells_nobody_where_they_come_from(
    browse: Browser,
):
    for path in ("/", "/nowhere", "/api/v1/areas", "/static/css/look.css"):
        headers = (await browse.client.get(path)).headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert {name: policy[name] for name in ("default-src", "script-src", "object-src", "base-uri", "form-action")} == {
            "default-src": "'self'", "script-src": "'self'", "object-src": "'none'", "base-uri": "'none'", "form-action": "'self'",
        }, path  # fmt: skip
        assert headers["referrer-policy"] == "same-origin"


async def test_in_production_nothing_is_there_that_only_development_has(production: Browser):
    for path in ("/development/mail", "/_gallery", "/docs", "/redoc", "/metrics"):
        assert (await production.client.get(path)).status_code == 404, path


async def test_no_folder_is_listed_and_no_file_but_static_ones_is_served(browse: Browser):
    for path in (
        "/static/",
        "/static/css/",
        "/.git/config",
        "/static/..%2fpyproject.toml",
        "/static/%2e%2e/app/main.py",
    ):
        assert (await browse.client.get(path)).status_code == 404, path


async def test_a_method_that_no_page_knows_is_refused(browse: Browser):
    for method in ("TRACE", "PUT", "DELETE", "TRACK"):
        assert (await browse.client.request(method, "/about")).status_code == 405, method


async def test_no_other_site_may_read_our_answers_with_a_persons_cookies(browse: Browser):
    for path in ("/", "/api/v1/areas"):
        answer = await browse.client.get(path, headers={"origin": "https://elsewhere.example"})
        assert "access-control-allow-origin" not in answer.headers


async def test_a_signature_of_any_letters_is_no_signature(browse: Browser):
    browse.client.cookies.set("rt_flash", "%C3%A9" * 70)
    assert (await browse.get("/about")).status_code == 200
    assert (await browse.get("/api/v1/areas?after=x.%C3%A9")).status_code == 400
    assert (await browse.client.post("/display", data={"theme": "dark", "csrf": "é"})).status_code == 403


async def test_each_answer_says_what_it_is_and_in_which_letters(browse: Browser):
    kinds = {
        "/": "text/html; charset=utf-8",
        "/api/v1/areas": "application/json",
        "/static/css/look.css": "text/css; charset=utf-8",
        "/organisations.csv": "text/csv; charset=utf-8",
        "/api/v1/nothing": "application/problem+json",
    }
    for path, kind in kinds.items():
        assert (await browse.client.get(path)).headers["content-type"] == kind, path


async def test_who_is_sent_on_after_signing_in_stays_on_this_site(browse: Browser, world: World):
    await browse.sign_in(await world.person())
    for elsewhere in (
        "https://elsewhere.example",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
    ):
        answer = await browse.client.get("/sign-in", params={"next": elsewhere})
        assert answer.headers["location"] == "/my", elsewhere


async def test_what_is_asked_too_often_is_refused_until_its_time_is_over(database, db):
    for _ in range(2):
        await limits.spend(database, "a test", most=2, seconds=60)
    with pytest.raises(TooMany):
        await limits.spend(database, "a test", most=2, seconds=60)
    await limits.spend(database, "another", most=2, seconds=60)
    await db.execute(text("UPDATE spent SET begins = begins - interval '61 seconds'"))
    await limits.spend(database, "a test", most=2, seconds=60)


async def test_whoever_asks_for_links_in_somebodys_name_does_not_keep_them_from_signing_in(
    browse: Browser, application
):
    answers = []
    for network, times in (("203.0.113.9", 6), ("198.51.100.7", 1)):
        transport = httpx.ASGITransport(app=application, client=(network, 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://roundtable.test") as client:
            asking = Browser(client, browse.world)
            for _ in range(times):
                await asking.get("/sign-in")
                answers.append((await asking.fill_in({"email": "aisha@example.org"})).status_code)
    assert answers == [200] * 5 + [429, 200]


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "data:text/html,x", "ftp://example.org", "//example.org x"]
)
def test_a_website_is_an_address_of_the_web(typed: str):
    with pytest.raises(Mistakes) as refused:
        ReachForm.read({"website": typed})
    assert "website" in refused.value.sentences


async def test_what_was_typed_is_never_a_template(browse: Browser, world: World):
    await browse.sign_in(await world.person("{{ 7 * 7 }} ${7*7} {% raise %} %(name)s"))
    await browse.get("/my/name")
    assert "{{ 7 * 7 }} ${7*7} {% raise %} %(name)s" in browse.text


async def test_a_form_sets_what_it_names_and_nothing_else(browse: Browser, world: World, db):
    person = await world.person()
    await browse.sign_in(person)
    await browse.get("/my/name")
    more = {"email": "elsewhere@example.org", "id": str(new_id()), "demonstration": "true", "version": "9"}
    await browse.fill_in({"name": "Aisha", "language": "en", **more})
    stands = await db.execute(text("SELECT name, email, id, demonstration FROM person"))
    assert stands.one() == ("Aisha", person.email, person.id, False)


def test_nothing_can_begin_a_line_of_its_own_in_the_log(capsys):
    structlog.get_logger().info("request", route='x"}\n{"event": "sign-in"')
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["request"]


async def test_the_log_says_who_was_refused_what_and_never_what_was_typed(
    browse: Browser, world: World, watched
):
    person = await world.person()
    await browse.sign_in(person)
    await browse.client.get("/audit")
    await browse.client.post("/my/name", data={"name": "Zubairu", "csrf": "0" * 64})
    forbidden, forged = watched()
    assert (forbidden["why"], forbidden["route"], forbidden["person"]) == (
        "not-allowed",
        "/audit",
        str(person.id),
    )
    assert (forged["why"], forged["route"]) == ("form-not-ours", "/my/name")
    for line in (forbidden, forged):
        assert line["ts"].endswith("Z")
        assert line["request_id"]
        assert not {"Zubairu", person.email, "127.0.0"} & set(map(str, line.values()))


async def test_the_log_says_each_step_of_signing_in_and_each_refusal(browse: Browser, world: World, watched):
    await browse.client.get("/my")
    await browse.get("/sign-in")
    await browse.fill_in({"email": "no address"})
    await browse.fill_in({"email": "hauwa@example.org"})
    await browse.get("/sign-in/made-up")
    for _ in range(6):
        await browse.get("/sign-in")
        await browse.fill_in({"email": "aisha@example.org"})
    said = [line.get("step") or line["why"] for line in watched()]
    assert said == ["sign-in-first", "no-such-address", "asked", "link-not-open", *["asked"] * 5, "too-many"]


def _keys(browse: Browser) -> dict[str, str]:
    return {"csrf": re.search('name="csrf" value="([^"]+)"', browse.page.text)[1]}
