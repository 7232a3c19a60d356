"""The first page: who is left out today, and where that is known from."""

import pytest

from tests.coverage.field import Field


@pytest.fixture
async def field(db, world) -> Field:
    return await Field(db, world).begin("HEA", "EDU")


async def test_the_first_page_shows_three_figures_with_their_sources(browse, field):
    await field.three_places()
    await browse.get("/")
    assert "Who is left out today" in browse.text
    assert "3,600 of 6,000 people who need hea are left out" in browse.text
    assert "of them live in Borno, the place that is furthest behind" in browse.text
    assert "overview, 2024" in browse.text


async def test_the_first_page_stands_without_any_figures(browse, world):
    await world.country()
    assert (await browse.get("/")).status_code == 200
    assert "Who is left out today" not in browse.text
