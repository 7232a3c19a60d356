"""Every page at two widths, for people to look at. Written only when asked: `make screenshots`."""

import os
from pathlib import Path

import pytest

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_every_page import filled, looking, shown  # noqa: F401 - fixtures

FOLDER = Path(__file__).parents[2] / "screenshots"
ASKED = os.environ.get("ROUNDTABLE_SCREENSHOTS", "1")


def test_write_its_pictures(shown, looking):  # noqa: F811
    path, who = shown
    if ASKED != "1" and ASKED not in path:
        pytest.skip("not asked for")
    FOLDER.mkdir(exist_ok=True)
    for size, scheme in ((PHONE, "light"), (DESK, "light"), (DESK, "dark")):
        page = looking(who, scheme)
        page.set_viewport_size(size)
        page.goto(path)
        name = path.strip("/").replace("/", "_")[:80] or "home"
        page.screenshot(
            path=FOLDER / f"{name}-{size['width']}{'-dark' if scheme == 'dark' else ''}.png", full_page=True
        )
