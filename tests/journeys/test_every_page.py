"""Every page of the site map: no barrier that a program can find, nothing inline, within its budget, no sideways scroll."""

import asyncio
import gzip
import re
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.database import open_engine, sessions, transaction
from app.kernel.web.cookies import SESSION
from tests import site as sitemap
from tests.journeys.conftest import DESK, PHONE, Site
from tests.visits import session_of

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FORBIDDEN = re.compile(
    r"""\sstyle=|<style|\son[a-z]+=["']|<script(?![^>]*\ssrc=)|hx-on|javascript:""", re.IGNORECASE
)
WHOLE, FIRST = 60 * 1024, 14 * 1024
HEAVY = {"/organisations/{slug}/registration/{step}": 30 * 1024}
"""Over the budget of page and style, and not to grow: 480 boxes to tick, each with an id that nothing makes shorter."""
PAGES = [route for route in sitemap.routes() if sitemap.is_page(route)]


def read(site: Site, reading: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
    """What `reading` finds in the database of the running program."""

    async def connected() -> Any:
        engine = open_engine(site.database)
        async with transaction(sessions(engine)) as db:
            found = await reading(db)
        await engine.dispose()
        return found

    # The browser's own loop already runs in this thread.
    with ThreadPoolExecutor(1) as another:
        return another.submit(asyncio.run, connected()).result()


@pytest.fixture(scope="module")
def filled(site: Site) -> Callable[[str], Mapping[str, str] | None]:
    return read(site, sitemap.things)


@pytest.fixture(scope="module")
def looking(chromium: Browser, site: Site) -> Callable[..., Page]:
    """A page of somebody of the demonstration who is signed in ("" for a visitor), kept for all that is looked at."""
    kept: dict[tuple[str, str], Page] = {}

    def page(email: str, scheme: str) -> Page:
        if (email, scheme) not in kept:
            context = chromium.new_context(base_url=site.address, color_scheme=scheme, bypass_csp=True)
            if email:
                context.add_cookies(
                    [
                        {
                            "name": SESSION,
                            "value": read(site, partial(session_of, email=email)),
                            "url": site.address,
                        }
                    ]
                )
            context.add_init_script(AXE)
            kept[email, scheme] = context.new_page()
        return kept[email, scheme]

    return page


@pytest.fixture(params=PAGES, ids=[route.path for route in PAGES])
def shown(request, filled) -> tuple[str, str]:
    """The address of one page, and somebody who may see it."""
    route = request.param
    values = filled(route.path)
    assert values is not None, f"the demonstration has nothing to show at {route.path}"
    return sitemap.address(route.path, values), sitemap.who_may(route.needs.permission, route.path)


def test_axe_finds_nothing_and_nothing_scrolls_sideways(shown, looking):
    """On a phone in light colours, and at a desk in dark ones from right to left; each also at the other's width."""
    path, who = shown
    found: list[str] = []
    for size, other, scheme, prefix in ((PHONE, DESK, "light", ""), (DESK, PHONE, "dark", "/ar-XB")):
        page = looking(who, scheme)
        page.set_viewport_size(size)
        answer = page.goto(f"{prefix}{path}")
        assert answer.status == (410 if "no-such-token" in path else 200), path
        result = page.evaluate(
            "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false})", RULES
        )
        found += [
            f"{scheme} {size['width']} {prefix}: {v['id']} {v['nodes'][0]['html'][:120]}"
            for v in result["violations"]
        ]
        for width in (size, other):
            page.set_viewport_size(width)
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if wide > 0:
                found.append(f"{width['width']} {prefix}: scrolls sideways by {wide}")
    assert found == []


def test_nothing_is_inline_and_the_page_is_within_its_budget(shown, site: Site, looking, request):
    path, who = shown
    jar = {cookie["name"]: cookie["value"] for cookie in looking(who, "light").context.cookies()}
    with httpx.Client(base_url=site.address, cookies=jar, headers={"accept-encoding": "gzip"}) as client:
        answer = client.get(path)
        assert FORBIDDEN.search(answer.text) is None, FORBIDDEN.search(answer.text)
        assets = re.findall(r"""(?:href|src)="(/static/[^"]+\.(?:css|js|svg|woff2))""", answer.text)
        sizes = {name: _on_the_wire(client.get(name)) for name in dict.fromkeys(assets)}
    page = _on_the_wire(answer)
    style = sum(size for name, size in sizes.items() if name.endswith(".css"))
    assert page + sum(sizes.values()) <= WHOLE, (page, sizes)
    if not answer.history:
        assert page + style <= HEAVY.get(request.node.callspec.id, FIRST * 2), (page, style)


def _on_the_wire(answer: httpx.Response) -> int:
    """Bytes of the body as it was sent."""
    return answer.num_bytes_downloaded or len(gzip.compress(answer.content))


def test_every_page_can_be_filled_by_the_site_map(filled):
    missing = [route.path for route in PAGES if filled(route.path) is None]
    assert missing == []
