"""The auditor reads the trail in plain words, with who did it; what was hashed stands below."""

import ast
import re
from pathlib import Path

from sqlalchemy import select

from app.home.deeds import DEEDS
from app.kernel import audit
from app.kernel.actor import Role
from app.kernel.audit import AuditEntry
from app.kernel.ids import new_id
from app.programmes.rules.states import State
from tests.worlds import Browser, World

APP = Path(__file__).parents[2] / "app"
WRITERS = {"record", "_record"}


async def test_the_trail_is_read_page_by_page_and_of_one_record(
    browse: Browser, world: World, db, statements
):
    record = new_id()
    for n in range(25):
        await audit.record(db, None, "need.stated", record if n == 3 else new_id(), chain="NG036", n=n)
    await browse.sign_in(await world.holder(Role.AUDITOR))
    with statements() as sent:
        await browse.get("/audit?chain=NG036")
    assert browse.page.text.count("Need stated") == browse.page.text.count("By the program itself") == 20
    assert browse.page.text.count("need.stated") == 20, "in the text that was hashed"
    assert len(sent) <= 5
    await browse.get(f"/audit?subject={record}")
    assert browse.page.text.count('"n":3') + browse.page.text.count("&#34;n&#34;:3") == 1


async def test_it_says_who_did_it(browse: Browser, world: World, db):
    auditor = await world.holder(Role.AUDITOR)
    await browse.sign_in(auditor)
    await browse.get("/audit?chain=instance")
    assert "Signed in" in browse.text
    assert auditor.name in browse.text


async def test_the_trail_is_open_to_nobody_else(browse: Browser, world: World):
    await browse.sign_in(await world.registrar())
    assert (await browse.get("/audit")).status_code == 403


def test_every_deed_that_the_program_writes_has_words():
    written = {name for file in APP.rglob("*.py") for name in deeds_in(file)}
    assert len(written) > 60
    moved = {f"programme.{state}" for state in State} - {"programme.draft", "programme.planned"}
    assert (written | moved) - set(DEEDS) == set()


async def test_every_deed_of_the_demonstration_has_words(visit):
    found = set(await visit.connection.scalars(select(AuditEntry.action).distinct()))
    assert len(found) > 20
    assert found - set(DEEDS) == set()


def deeds_in(file: Path) -> set[str]:
    """The names of deeds that are given to what writes the trail, as whole texts."""
    calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    texts = [
        part.value
        for call in calls
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in WRITERS
        for argument in call.args
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    return {text for text in texts if re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*", text)}
