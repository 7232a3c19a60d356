"""The whole program as people meet it: web server, job worker and demonstration, in a real Chromium.

site      the running program: its address, and its database
visitor   a page in a fresh browser at a phone's width; `desk` the same at a desk's
plain     the same without JavaScript
sign_in   sign_in(page, "amina"): by the mailed link, as everybody does
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from deploy.bootstrap import working_browser
from tests.databases import TestServer

PHONE, DESK = {"width": 360, "height": 780}, {"width": 1280, "height": 900}
READY_WITHIN = 300


@pytest.hookimpl(tryfirst=True)  # before the markers are looked at
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey, and runs apart from all others (tests/__main__.py)."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@dataclass(frozen=True)
class Site:
    """The program while it runs."""

    address: str
    database: str

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            return connection.execute(query, values).fetchall()


@pytest.fixture(scope="session")
def site(
    server: TestServer, worker: str, with_demonstration: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The program on a database of its own for each worker, with the reference data and the demonstration."""
    name = f"{worker}_journeys"
    url, folder = server.clone(name, with_demonstration), tmp_path_factory.mktemp("journeys")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": url,
        "ROUNDTABLE_DATA": str(folder),
        "ROUNDTABLE_PORT": str(port),
        "ROUNDTABLE_PSEUDO_LANGUAGE": "1",
    }
    cli = [sys.executable, "-m", "app.cli"]
    log = (folder / "program.log").open("w")
    programs = [
        subprocess.Popen([*cli, name], env=environment, stdout=log, stderr=log) for name in ("web", "worker")
    ]
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, programs, folder / "program.log")
        yield Site(address, url)
    finally:
        for program in programs:
            program.terminate()
        for program in programs:
            program.wait(40)
        log.close()
        server.drop(name)


def _wait_until_ready(address: str, programs: list[subprocess.Popen[bytes]], log: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        assert all(program.poll() is None for program in programs), log.read_text()
        try:
            if httpx.get(f"{address}/healthz/ready", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            continue
    raise AssertionError(log.read_text())


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The Chromium that `make test` finds, or installs where it may."""
    found = working_browser()
    assert found, (
        "no Chromium: install Debian's package chromium-headless-shell, or name one in ROUNDTABLE_CHROMIUM"
    )
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-gpu",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=[*quiet, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        )
        yield browser
        browser.close()


@pytest.fixture
def browser_at(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Open a fresh browser: `browser_at(PHONE, java_script_enabled=False)`."""
    contexts = []

    def opened(size: dict[str, int], **more: Any) -> Page:
        context = chromium.new_context(viewport=size, base_url=site.address, **more)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def visitor(browser_at: Callable[..., Page]) -> Page:
    return browser_at(PHONE)


@pytest.fixture
def desk(browser_at: Callable[..., Page]) -> Page:
    return browser_at(DESK)


@pytest.fixture
def plain(browser_at: Callable[..., Page]) -> Page:
    return browser_at(PHONE, java_script_enabled=False)


@pytest.fixture(scope="session")
def sign_in(site: Site) -> Callable[[Page, str], None]:
    """Sign in by the link in the mail, as somebody of the demonstration (or anybody, by a whole address)."""

    def by_link(page: Page, name: str) -> None:
        email = name if "@" in name else f"{name}@demonstration.example"
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_role("button", name="Send me a link").click()
        page.get_by_role("heading", name="Read your mail").wait_for()
        page.goto(link_to(site, email))
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(re.compile(r"/my(/name)?(\?|$)"))

    return by_link


def link_to(site: Site, email: str) -> str:
    """The path of the newest link that was mailed to this address."""
    rows = site.sql(
        "SELECT body FROM message WHERE to_address = %s AND body LIKE '%%/sign-in/%%' ORDER BY id DESC LIMIT 1",
        email,
    )
    assert rows, f"no link was mailed to {email}"
    return re.search(r"/sign-in/\S+", rows[0][0])[0]
