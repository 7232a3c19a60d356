"""Whatever is typed into the editor's and the operator's forms, or put into these addresses, is answered with a sentence."""

import re

import pytest

from app.kernel.actor import Role
from tests.worlds import Browser, World

BAD = (
    "",
    "x" * 20_000,
    "<script>",
    "\u202eevil",
    "💧" * 40,
    "a\x00b",
    "-1",
    "9" * 40,
    "٣٤",
    "'; DROP TABLE term; --",
)
OURS = {"csrf", "request_key", "viewport", "color-scheme", "htmx-config", "find"}


async def _words(world: World) -> None:
    await world.term("group", "everyone", "Everyone", facts={"people": {"en": "people"}})
    await world.term("language", "ha", "Hausa")
    await world.term("service", "EDU", "Education")
    await world.term("commitment", "C1", "A setting")
    await world.term("sdg_target", "1.1", "End poverty")


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.VOCABULARY_EDITOR, "/vocabulary-editor/group"),
        (Role.VOCABULARY_EDITOR, "/vocabulary-editor/language"),
        (Role.VOCABULARY_EDITOR, "/vocabulary-editor/service/EDU"),
        (Role.VOCABULARY_EDITOR, "/vocabulary-editor/commitment/C1"),
        (Role.VOCABULARY_EDITOR, "/vocabulary-editor/commitment/C1/links"),
        (Role.OPERATOR, "/grants/new"),
    ],
)
async def test_no_field_of_a_form_can_break_it(browse: Browser, world: World, role: Role, path: str):
    await _words(world)
    await browse.sign_in(await world.holder(role))
    for bad in BAD:
        await browse.get(path)
        names = set(re.findall(r'name="([^"]+)"', browse.page.text)) - OURS
        answer = await browse.fill_in(dict.fromkeys(names, bad))
        assert answer.status_code in {200, 404, 409, 422}, (path, bad, answer.status_code)
        await browse.get(path)
        answer = await browse.fill_in(
            dict.fromkeys(names - {"version"}, bad) | {"name_en": "A name", "reason": "Because it has to be."}
        )
        assert answer.status_code in {200, 404, 409, 422}, (path, bad, answer.status_code)


@pytest.mark.parametrize(
    "bad",
    ["%00", "x" * 3000, "%F0%9F%92%A7", "-1", "<script>", "%27%22", "00000000-0000-0000-0000-000000000000"],
)
async def test_no_address_can_break_a_page(browse: Browser, world: World, bad: str):
    await _words(world)
    await world.country()
    await browse.sign_in(await world.holder(Role.OPERATOR))
    for path in (
        f"/areas/{bad}", f"/areas/NG?after={bad}", f"/areas?q={bad}", f"/areas/suggestions?field={bad}&{bad}={bad}",
        f"/vocabulary/{bad}", f"/vocabulary/{bad}.csv", f"/vocabulary/group/{bad}", f"/vocabulary/group?q={bad}&after={bad}",
        f"/grants?q={bad}&role={bad}&after={bad}", f"/grants/{bad}", f"/api/v1/areas/{bad}", f"/api/v1/areas?parent={bad}",
        f"/api/v1/areas?area={bad}&level={bad}", f"/api/v1/areas/search?q={bad}&country=NG", f"/api/v1/groups?q={bad}&limit={bad}",
        f"/api/v1/vocabulary/{bad}", f"/api/v1/vocabulary/group/{bad}", f"/api/v1/services?after={bad}",
    ):  # fmt: skip
        assert (await browse.get(path)).status_code < 500, path
