"""`roundtable organisations resolve`: which organisations the names of a table mean, for people and for programs."""

import asyncio
import json

from app import cli
from app.kernel import console
from app.kernel.database import transaction
from tests.worlds import World

TABLE = "Acronym;Name;Country\n;YOBE WOMEN FARMERS;NG\nGPON;Goal Prime;NG\n;Nobody of the kind;NG\n"


async def test_names_are_found_asked_or_unknown_and_the_last_line_is_one_object(
    committed, given, monkeypatch, tmp_path, capsys
):
    async with transaction(committed.database) as db:
        world = World(db)
        farmers = await world.organisation("Yobe Women Farmers")
        prime = await world.organisation("Goal Prime Organisation Nigeria", acronym="GPON")
    monkeypatch.setattr(console, "settings", lambda: given.model_copy(update={"database_url": committed.url}))
    table = tmp_path / "names.csv"
    table.write_text(TABLE, encoding="utf-8")

    async def said(*options: str) -> tuple[int, str]:
        status = await asyncio.to_thread(cli.main, ["organisations", "resolve", str(table), *options])
        return status, capsys.readouterr().out.strip()

    status, out = await said("--json")
    told = json.loads(out.splitlines()[-1])
    assert status == 0
    assert (told["rows"], told["found"], told["asked"], told["unknown"]) == (3, 1, 1, 1)
    found, asked, unknown = told["results"]
    assert found["organisation"] == {"id": str(farmers.id), "slug": farmers.slug, "name": farmers.name}
    assert (asked["organisation"], [near["id"] for near in asked["candidates"]]) == (None, [str(prime.id)])
    assert (unknown["organisation"], unknown["candidates"]) == (None, [])
    assert (await said())[1].endswith("3 rows: 1 found, 1 to ask, 1 unknown.")

    table.write_text("Title\nx\n", encoding="utf-8")
    assert await said("--json") == (1, "")


def test_a_table_from_an_old_office_is_read_too(tmp_path):
    from app.organisations.commands import read_names

    table = tmp_path / "names.csv"
    table.write_bytes("name\tacronym\nFédération du Sahel\tFS\n".encode("cp1252"))
    assert [(row.name, row.acronym, row.country) for row in read_names(table)] == [
        ("Fédération du Sahel", "FS", "")
    ]
