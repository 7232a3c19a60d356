"""The importer on a database: the reference files to the figure, what it leaves when killed, and taking it back."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from app.exchange.models import Import, ImportRow
from app.exchange.service import applying, checking, importing, staging
from app.exchange.service.importing import File, import_file
from app.exchange.service.undoing import NotTheNewest, undo
from app.kernel.database import transaction
from app.kernel.refusals import NotMoved
from app.needs.models import NeedCell, NeedStatement
from app.organisations.models import Organisation
from app.programmes.models import Presence
from tests.exchange.world import AFGHANISTAN, DATA, NIGERIA, copied, write_csv

PERIODS = {"NG": "nigeria-2023-q4", "AF": "afghanistan-2024-q1"}
COLUMNS = (
    "key, encode(hash, 'hex'), organisation_id, partner_id, role, service_id, activity, area_id, period_from, period_to, "
    "status, people::text, sheet, rows"
)


def quiet(_sentence: str) -> None:
    """Nobody listens."""


async def take(database, path: Path, country: str, kind: str = "presence", **more):
    name = more.pop("name", f"{PERIODS[country]}{path.suffix}")
    return await import_file(database, None, File(path, kind, country, name=name), quiet, **more)


async def begun(database, path: Path, country: str) -> tuple:
    """An import of a file that nobody has read yet: what is known, the plan, the source's id and its own."""
    file = File(path, "presence", country, name=f"{PERIODS[country]}{path.suffix}")
    async with database() as db:
        what = await importing.known(db)
    plan = importing.look(path, what, name=file.name, country=country)
    async with transaction(database) as db:
        source = await importing.ensure_source(db, None, file, country)
        return what, plan, source, await importing.begin_import(db, None, source, file, plan)


async def stated(database) -> list[tuple]:
    """What the presences say, without the ids that differ from run to run."""
    async with database() as db:
        rows = await db.execute(text(f"SELECT {COLUMNS} FROM presence WHERE ended_at IS NULL ORDER BY key"))
        return [tuple(row) for row in rows]


def some(path: Path, rows: int) -> list[list]:
    return copied(path, rows)


async def test_the_nigerian_file_to_the_figure_and_a_second_time_nothing(register):
    first = await take(register, NIGERIA, "NG")
    assert (first.rows, first.refused, first.skipped) == (9_366, 0, 0)
    assert (first.counted.created, first.counted.changed, first.counted.unchanged) == (9_135, 0, 0)
    async with register() as db:
        by_service = await db.execute(
            text("SELECT t.code, count(*) FROM presence p JOIN term t ON t.id = p.service_id GROUP BY t.code")
        )
        assert dict(by_service.all()) == {
            "PRO": 4710, "NUT": 1368, "HEA": 1270, "WSH": 649, "CCM": 393, "FSC": 330, "SHL": 150, "EDU": 146, "ERY": 119,
        }  # fmt: skip
        facts = "count(DISTINCT organisation_id), count(DISTINCT area_id), count(DISTINCT (organisation_id, service_id, area_id))"
        assert tuple((await db.execute(text(f"SELECT {facts} FROM presence"))).one()) == (170, 61, 1_587)
        assert (
            await db.scalar(text("SELECT count(*) FROM organisation WHERE state = 'listed'")) == first.listed
        )
        assert await db.scalar(text("SELECT count(*) FROM change")) == 0, "coverage followed"
    before = await stated(register)
    second = await take(register, NIGERIA, "NG")
    assert (second.counted.created, second.counted.changed, second.counted.unchanged) == (0, 0, 9_135)
    assert await stated(register) == before


async def test_the_afghan_tables_to_the_figure_and_a_second_time_nothing(register):
    outcome = await take(register, AFGHANISTAN, "AF")
    assert (outcome.rows, outcome.refused, outcome.counted.created) == (10_902, 0, 10_283)
    async with register() as db:
        periods = await db.execute(text("SELECT DISTINCT period_from::text, period_to::text FROM presence"))
        assert periods.all() == [("2024-01-01", "2024-03-31")]
        assert await db.scalar(text("SELECT sum(cardinality(rows)) FROM presence")) == 10_902, (
            "every row is named"
        )
    await needs_twice(register, "AF", "afghanistan-2024.csv", 54_139, {0: 173, 1: 4_863, 2: 49_103})
    assert await left_out(register) == (2_793, 279, 4_975_939)


async def test_the_nigerian_needs_to_the_figure_and_a_second_time_nothing(register):
    await take(register, NIGERIA, "NG")
    await needs_twice(register, "NG", "nigeria-2024.csv", 10_011, {0: 205, 2: 9_806})
    assert await left_out(register) == (559, 198, 6_010_347)


async def needs_twice(register, country, file, rows, levels):
    outcome = await take(register, DATA / "needs" / file, country, "need", name=file)
    assert (outcome.rows, outcome.refused, outcome.counted.created) == (rows, 0, rows)
    async with register() as db:
        found = await db.execute(
            text(
                "SELECT a.level, count(*) FROM need_statement s JOIN area a ON a.id = s.area_id GROUP BY a.level"
            )
        )
        assert dict(found.all()) == levels
    again = await take(register, DATA / "needs" / file, country, "need", name=file)
    assert (again.counted.created, again.counted.changed, again.counted.unchanged) == (0, 0, rows)


async def left_out(register) -> tuple:
    """Cells of everybody and a whole sector, those where nobody is reported, and their people (matching.md 6)."""
    async with register() as db:
        return tuple((await db.execute(text(
            "SELECT count(*), count(*) FILTER (WHERE state = 'nobody reported'), "
            "sum(c.people) FILTER (WHERE state = 'nobody reported') FROM cell_coverage AS c "
            "JOIN term AS g ON g.id = c.group_id AND g.code = 'everyone' "
            "JOIN term AS s ON s.id = c.service_id AND s.parent_id IS NULL AND s.code <> 'MS' WHERE c.listed"
        ))).one())  # fmt: skip


async def test_a_damaged_code_is_one_refused_row_kept_with_its_line_and_words(register, tmp_path):
    rows = some(NIGERIA, 60)
    at = next(n for n, row in enumerate(rows[1:], 1) if str(row[10]).startswith("NG008023") or n == 30)
    rows[at][10] = "NG999999"
    outcome = await take(register, write_csv(tmp_path / "x.csv", rows), "NG")
    assert (outcome.refused, dict(outcome.reasons)["unknown-area"]) == (1, 1)
    async with register() as db:
        [kept] = await db.scalars(select(ImportRow).where(ImportRow.verdict == "refused"))
    assert kept.row_number == at + 1
    assert kept.values["why"][0][:2] == ["unknown-area", "NG999999"]
    assert kept.values["cells"][10] == "NG999999"


async def test_two_areas_that_dont_belong_together_are_refused(register, tmp_path):
    rows = some(NIGERIA, 20)
    rows[5][8] = "NG036" if not str(rows[5][10]).startswith(("NG036", "NGA036")) else "NG008"
    outcome = await take(register, write_csv(tmp_path / "x.csv", rows), "NG")
    assert (outcome.refused, outcome.reasons["area-conflict"]) == (1, 1)


async def test_two_rows_that_state_one_need_are_both_handed_back_with_their_cells(register, tmp_path):
    with (DATA / "needs" / "nigeria-2024.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[:40]
    rows.append(list(rows[20]))
    outcome = await take(register, write_csv(tmp_path / "x.csv", rows), "NG", "need", name="nigeria-2024.csv")
    assert (outcome.refused, outcome.reasons["repeated"]) == (2, 2)
    async with register() as db:
        kept = list(
            await db.scalars(
                select(ImportRow).where(ImportRow.verdict == "refused").order_by(ImportRow.row_number)
            )
        )
    assert [(row.row_number, row.values["why"]) for row in kept] == [
        (21, [["repeated", "41", ""]]), (41, [["repeated", "21", ""]]),
    ]  # fmt: skip
    assert kept[0].values["cells"] == kept[1].values["cells"]


async def test_a_dry_run_changes_nothing(register, tmp_path):
    outcome = await take(register, write_csv(tmp_path / "x.csv", some(NIGERIA, 50)), "NG", dry_run=True)
    assert outcome.counted.created > 0
    async with register() as db:
        for table in (Presence, Organisation, ImportRow):
            assert await db.scalar(select(table).limit(1)) is None
        assert await db.scalar(select(Import.state)) == "cancelled"


class Killed(Exception):
    """The worker is gone."""


async def test_an_import_killed_between_chunks_and_between_ranges_ends_like_one_that_was_not(
    register, tmp_path, monkeypatch
):
    path = write_csv(tmp_path / "x.csv", some(AFGHANISTAN, 1_500))
    monkeypatch.setattr(staging, "CHUNK", 400)
    what, plan, source, import_id = await begun(register, path, "AF")

    with pytest.raises(Killed):
        await staging.stage(register, import_id, plan, what, {}, source, killing("800 rows"))
    async with register() as db:
        assert (await db.get_one(Import, import_id)).last_row == 800
    staged = await staging.stage(register, import_id, plan, what, {}, source, quiet)
    checked = await checking.check(register, import_id, source, "presence", staged)
    with pytest.raises(Killed):
        await applying.apply(register, None, import_id, killing("7 of 16"))
    counted, _gone = await applying.apply(register, None, import_id, quiet)
    assert counted.created == checked.counted.created, "what the killed one took in is counted too"
    assert (await state_of(register, import_id), staged.rows) == ("applied", 1_500)
    interrupted = await stated(register)

    again = await take(register, path, "AF")
    assert (again.rows, again.counted.unchanged) == (1_500, len(interrupted)), (
        "an uninterrupted run says the same"
    )
    assert await stated(register) == interrupted
    async with register() as db:
        missing = "SELECT count(*) FROM presence p LEFT JOIN organisation o ON o.id = p.organisation_id WHERE o.id IS NULL"
        assert await db.scalar(text(missing)) == 0


def killing(when: str):
    def say(sentence: str) -> None:
        if when in sentence:
            raise Killed

    return say


async def state_of(database, import_id) -> str:
    async with database() as db:
        return (await db.get_one(Import, import_id)).state


async def test_undoing_removes_what_came_in_and_keeps_what_somebody_changed(register):
    outcome = await take(register, NIGERIA, "NG")
    async with transaction(register) as db:
        touched = (await db.scalars(select(Presence).limit(1))).one()
        touched.activity = "changed by hand"
    await undo(register, None, outcome.import_id, "the wrong quarter")
    async with register() as db:
        [kept] = await db.scalars(select(Presence))
        facts = (await db.get_one(Import, outcome.import_id)).facts["undone"]
        assert await db.scalar(text("SELECT count(*) FROM change")) == 0
    assert kept.activity == "changed by hand"
    assert (facts["removed"], facts["kept"], facts["reason"]) == (9_134, 1, "the wrong quarter")
    assert facts["kept_rows"] == [[kept.sheet, list(kept.rows)]]
    with pytest.raises(NotMoved):
        await undo(register, None, outcome.import_id, "again")


async def test_undoing_gives_back_what_was_changed_and_what_was_ended(register, tmp_path):
    rows = some(NIGERIA, 200)
    first = await take(register, write_csv(tmp_path / "1.csv", rows), "NG")
    before = await stated(register)
    status = next(at for at, heading in enumerate(rows[0]) if "status" in str(heading).lower())
    for row in rows[2:60]:
        row[status] = "Suspended" if row[status] != "Suspended" else "Ongoing"
    second = await take(register, write_csv(tmp_path / "2.csv", rows[:100]), "NG", end_gone=True)
    assert second.counted.changed > 0
    assert second.gone > 0
    assert await stated(register) != before
    with pytest.raises(NotTheNewest):
        await undo(register, None, first.import_id, "not this one yet")
    await undo(register, None, second.import_id, "half of the file was missing")
    assert await stated(register) == before
    assert await state_of(register, first.import_id) == "applied"


async def test_undoing_needs_lets_the_figures_stand_that_were_there(register, tmp_path):
    with (DATA / "needs" / "nigeria-2024.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[:200]
    people = next(at for at, tag in enumerate(rows[1]) if "inneed" in tag)
    await take(register, write_csv(tmp_path / "1.csv", rows), "NG", "need", name="nigeria-2024.csv")
    before = await figures(register)
    for row in rows[2:20]:
        row[people] = str(int(float(row[people] or 0)) + 7)
    second = await take(register, write_csv(tmp_path / "2.csv", rows), "NG", "need", name="nigeria-2024.csv")
    assert second.counted.changed == 18
    assert await figures(register) != before
    await undo(register, None, second.import_id, "figures of another year")
    assert await figures(register) == before


async def test_figures_that_are_stated_anew_leave_the_same_numbers_unprinted(register, tmp_path):
    with (DATA / "needs" / "nigeria-2024.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    targeted = next(at for at, tag in enumerate(rows[1]) if "targeted" in tag)
    await take(register, write_csv(tmp_path / "1.csv", rows), "NG", "need", name="nigeria-2024.csv")
    before = await unprinted(register)
    for row in rows[2::3]:
        row[targeted] = str(int(float(row[targeted] or 0)) + 1)
    second = await take(register, write_csv(tmp_path / "2.csv", rows), "NG", "need", name="nigeria-2024.csv")
    assert second.counted.changed > 3_000
    assert await unprinted(register) == before, "two of them beside each other would tell a small one"


async def unprinted(database) -> set:
    async with database() as db:
        about = NeedCell.area_id, NeedCell.service_id, NeedCell.group_id, NeedCell.origin
        return set((await db.execute(select(*about).where(NeedCell.withheld))).all())


async def figures(database) -> Counter:
    async with database() as db:
        live = select(NeedStatement.key, NeedStatement.people).where(NeedStatement.ended_at.is_(None))
        return Counter((row.key, row.people) for row in await db.execute(live))


async def test_rows_outside_of_the_senders_area_are_refused_with_their_cells(register, tmp_path):
    path = write_csv(tmp_path / "x.csv", some(NIGERIA, 300))
    what, plan, source, import_id = await begun(register, path, "NG")
    mine = {area.code for area in what.areas.level("NGA", 2) if area.code.startswith("NG036")}
    staged = await staging.stage(register, import_id, plan, what, {}, source, quiet, within=mine)
    async with register() as db:
        rows = list(await db.scalars(select(ImportRow)))
    refused = [row for row in rows if row.verdict == "refused"]
    assert 0 < staged.refused == staged.reasons["outside-rights"] == len(refused) < 300
    assert all(row.values["area"].startswith("NG036") for row in rows if row.verdict != "refused")
    assert all(row.values["cells"] for row in refused)


async def test_a_newer_file_of_a_source_supersedes_the_older_one(register, tmp_path):
    first = await take(register, write_csv(tmp_path / "1.csv", some(NIGERIA, 40)), "NG")
    second = await take(register, write_csv(tmp_path / "2.csv", some(NIGERIA, 60)), "NG")
    assert await state_of(register, first.import_id) == "superseded"
    assert await state_of(register, second.import_id) == "applied"


async def test_rows_of_one_presence_are_joined_figures_added_the_most_alive_status_and_all_rows_named(
    register, tmp_path
):
    head = [
        "Organisation",
        "Sector",
        "State",
        "LGA",
        "Activity",
        "Status",
        "Women reached",
        "People targeted",
    ]
    same = ["Example Relief", "Education", "Yobe", "Gulani", 'Lessons\tand \\N "quotes"']
    rows = [
        [*same, "Completed", "10", "100"], [*same, "Ongoing", "5", ""], [*same, "Ongoing", "5", ""],
        ["Second Aid", "Health", "Yobe", "Gulani", "", "", "", ""],
    ]  # fmt: skip
    outcome = await take(register, write_csv(tmp_path / "x.csv", [head, *rows]), "NG")
    assert (outcome.rows, outcome.counted.created, outcome.refused) == (4, 2, 0)
    async with register() as db:
        first, second = await db.scalars(select(Presence).order_by(Presence.rows))
    assert (first.rows, first.status, first.people) == (
        [2, 3, 4],
        "ongoing",
        {"reached f": 15, "targeted": 100},
    )
    assert first.activity == same[-1].replace("\t", " ")
    assert (second.rows, second.status, second.people, second.role) == ([5], "unknown", {}, "both")
    rows[1][5] = "Planned"
    again = await take(register, write_csv(tmp_path / "y.csv", [head, *rows]), "NG")
    assert (again.counted.created, again.counted.changed, again.counted.unchanged) == (0, 1, 1)


async def test_who_became_a_part_of_another_after_the_file_was_read_is_taken_in_as_the_other(
    register, tmp_path
):
    head = ["Organisation", "Implementing partner", "Sector", "State", "LGA"]
    place = ["Yobe", "Gulani"]
    known = [["Example Relief", "", "Education", *place], ["Second Aid", "", "Education", *place]]
    await take(register, write_csv(tmp_path / "x.csv", [head, *known]), "NG")
    rows = [
        ["Example Relief", "Third Sisters", "Health", *place], ["Second Aid", "Example Relief", "Health", *place],
        ["Third Sisters", "Example Relief", "Health", *place],
    ]  # fmt: skip
    path = write_csv(tmp_path / "y.csv", [head, *rows])
    what, plan, source, import_id = await begun(register, path, "NG")
    staged = await staging.stage(register, import_id, plan, what, {}, source, quiet)
    await checking.check(register, import_id, source, "presence", staged)
    async with transaction(register) as db:
        second = await db.scalar(select(Organisation.id).where(Organisation.name == "Second Aid"))
        part = update(Organisation).where(Organisation.name == "Example Relief")
        await db.execute(part.values(state="merged", merged_into=second))
    await applying.apply(register, None, import_id, quiet)
    async with register() as db:
        names = dict((await db.execute(select(Organisation.id, Organisation.name))).all())
        found = await db.scalars(
            select(Presence).where(Presence.import_id == import_id).order_by(Presence.rows)
        )
        named = [
            (names[one.organisation_id], names[one.partner_id] if one.partner_id else None) for one in found
        ]
    assert named == [
        ("Second Aid", "Third Sisters"), ("Second Aid", None), ("Third Sisters", "Second Aid"),
    ]  # fmt: skip
