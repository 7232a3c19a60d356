"""Whatever is typed into a programme's forms, and whatever is put into its addresses, is answered with a sentence."""

import re

import pytest
from sqlalchemy import select

from app.programmes.models import Programme
from tests.programmes.made import published, written
from tests.worlds import Browser, World

BAD = (
    "",
    " ",
    "x" * 20_000,
    "<script>alert(1)</script>",
    "\u202eevil",
    "💧" * 40,
    "a\x00b",
    "2026-02-30",
    "-1",
    "9" * 40,
    "٣٤",
    "1e9",
    "NaN",
    "'; DROP TABLE programme; --",
    "00000000-0000-0000-0000-000000000000",
    "\ud83d",
)
STEPS = ("what", "where", "when", "capacity", "entry", "aims", "check")


@pytest.mark.parametrize("step", STEPS)
async def test_no_field_of_a_form_can_break_it(browse: Browser, world: World, step: str):
    aisha = await world.person()
    organisation = await world.organisation(owner=aisha)
    programme_id = await written(
        world, await world.actor(aisha), organisation, services=("education", "health")
    )
    await browse.sign_in(aisha)
    path = f"/programmes/{programme_id}/edit/{step}"
    for bad in BAD:
        await browse.get(path)
        names = set(re.findall(r'name="([^"]+)"', browse.page.text)) - {
            "csrf",
            "request_key",
            "stop",
            "viewport",
            "color-scheme",
            "htmx-config",
        }
        answer = await browse.fill_in(
            {name: bad.encode("utf-8", "ignore").decode() for name in names}, action=path
        )
        assert answer.status_code in {200, 409, 422}, (step, bad)
        if answer.status_code == 422:
            assert "There is a problem" in browse.text, (step, bad)
    assert await world.db.scalar(select(Programme.state)) == "draft"


async def test_no_field_can_break_the_beginning_or_the_end(browse: Browser, world: World):
    aisha = await world.person()
    organisation = await world.organisation(owner=aisha)
    programme_id = await published(world, await world.actor(aisha), organisation)
    await browse.sign_in(aisha)
    for bad in ("x" * 20_000, "<b>", "💧" * 40, "\u202eevil", "9" * 40):
        await browse.get(f"/organisations/{organisation.slug}/programmes/new")
        sent = dict.fromkeys(("title", "summary", "service", "serves", "named"), bad)
        assert (await browse.fill_in(sent)).status_code == 422, bad
    await browse.get(f"/programmes/{programme_id}/state/suspended")
    assert (await browse.fill_in({"reason": "x" * 20_000})).status_code == 422
    assert "at most 1,000 letters" in browse.text


@pytest.mark.parametrize(
    "bad",
    ["%00", "x" * 3000, "%F0%9F%92%A7", "-1", "<script>", "%27%22", "00000000-0000-0000-0000-000000000000"],
)
async def test_no_address_can_break_a_page(browse: Browser, world: World, bad: str):
    aisha = await world.person()
    organisation = await world.organisation(owner=aisha)
    await published(world, await world.actor(aisha), organisation)
    await browse.sign_in(aisha)
    asked = "&".join(f"{name}={bad}" for name in ("q", "group", "service", "area", "state", "after"))
    for path in (
        "/programmes",
        "/programmes.csv",
        "/programmes.atom",
        f"/organisations/{organisation.slug}/programmes",
    ):
        assert (await browse.get(f"{path}?{asked}")).status_code in {200, 400, 422}, path
    assert (
        await browse.get(f"/organisations/{organisation.slug}/programmes/new?service={bad}")
    ).status_code in {200, 400}
    for path in (
        f"/programmes/{bad}",
        f"/programmes/{bad}/edit",
        f"/programmes/{bad}/state/running",
        f"/organisations/{bad}/programmes",
    ):
        assert (await browse.get(path)).status_code in {400, 404}, path
    for name in ("programmes", "presences"):
        for parameter in (
            "q",
            "area",
            "service",
            "group",
            "organisation",
            "state",
            "updated_since",
            "source",
            "limit",
            "after",
        ):
            assert (await browse.get(f"/api/v1/{name}?{parameter}={bad}")).status_code in {
                200,
                400,
                404,
                422,
            }, (name, parameter)
