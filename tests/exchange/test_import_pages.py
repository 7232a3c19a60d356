"""A planner takes a file in by browser: sent, columns corrected, values answered, decided, undone."""

import csv
import io
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.exchange.models import ColumnMapping, Import, ImportRow
from app.exchange.service import running, uploads
from app.kernel.actor import Role
from app.programmes.models import Presence
from tests.worlds import Browser, World

HEAD = ["Organisation", "Sector", "State", "LGA", "Status", "Focal point"]
ROWS = [
    ["Example Relief", "Education", "Yobe", "Gulani", "Ongoing", "Ada, ada@example.org"],
    ["Example Relief", "Health", "Yobe", "Damaturu", "Ongoing", "Ada, ada@example.org"],
    ["Second Aid", "Health", "Yobe", "Gulany", "Ongoing", "Ada, ada@example.org"],
    ["=cmd()", "Health", "Yobe", "Nowhere", "Ongoing", "Ada, ada@example.org"],
    ["Third Aid", "Gardening", "Borno", "", "Sleeping", "Ada, ada@example.org"],
]


def table(rows: list[list[str]] = ROWS, head: list[str] = HEAD) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows([head, *rows])
    return made.getvalue().encode()


class Desk:
    """A planner at the pages of imports. Jobs run when `work` says so."""

    def __init__(self, browse: Browser, world: World, database) -> None:
        self.browse, self.world, self.database = browse, world, database

    async def begin(self, area: str = "NG") -> None:
        await self.world.country()
        for code, name in (("EDU", "Education"), ("HEA", "Health")):
            await self.world.term("service", code, name)
        self.person = await self.world.holder(Role.PLANNER, area, "Bala Yusuf")
        await self.browse.sign_in(self.person)

    async def send(self, content: bytes, name: str = "yobe-2024-q1.csv", **values) -> None:
        await self.browse.get("/imports/new")
        typed = {"kind": "presence", "country": "NG", "source": "Yobe 3W", **values}
        await self.browse.fill_in(typed, action="/imports/new", files={"file": (name, content)})

    async def row(self) -> Import:
        async with self.database() as db:
            return (await db.scalars(select(Import).order_by(Import.id.desc()).limit(1))).one()

    async def work(self, undoing: bool = False) -> str:
        """What the worker would do next, and the state after it."""
        row = await self.row()
        if undoing:
            await running.take_back(self.database, row.id, self.person.id)
        elif row.state == "uploaded":
            await running.look_at(self.database, row.id)
        elif row.state == "read":
            await running.read_rows(self.database, row.id, self.person.id)
        elif row.state == "applying":
            await running.take_in(self.database, row.id, self.person.id)
        state = (await self.row()).state
        await self.browse.get(f"/imports/{row.id}")
        return state

    async def to_checked(self, content: bytes = b"", **values) -> None:
        await self.send(content or table(), **values)
        if await self.work() == "to map":
            await self.browse.fill_in(action="/columns")
            assert await self.work() == "checked"
        elif (await self.row()).state == "read":
            assert await self.work() == "checked"

    async def presences(self) -> int:
        async with self.database() as db:
            return await db.scalar(text("SELECT count(*) FROM presence WHERE ended_at IS NULL")) or 0


@pytest.fixture
async def desk(browse, world, database) -> Desk:
    made = Desk(browse, world, database)
    await made.begin()
    return made


async def test_a_file_goes_all_the_way(desk: Desk):
    browse = desk.browse
    await desk.send(table())
    assert browse.page.headers["refresh"] == "5"
    assert "looking for the table" in browse.text
    assert await desk.work() == "to map"
    assert "What are the columns?" in browse.text
    assert "Example Relief" in browse.text
    assert "ada@example.org" not in browse.page.text, "people's addresses are never shown"
    await browse.fill_in(action="/columns")
    assert "reading the rows" in browse.text
    assert await desk.work() == "checked"
    await browse.get("/my")
    assert "Decide: take your file in? yobe-2024-q1.csv" in browse.text
    await browse.get(f"/imports/{(await desk.row()).id}")
    assert "Take this file in?" in browse.text
    assert await desk.presences() == 0, "nothing is taken in before somebody says so"
    await browse.fill_in(action="/application")
    assert "2 of 5 rows would be left out" in browse.text
    await browse.fill_in({"confirmed": "yes"}, action="/application")
    assert await desk.work() == "applied"
    assert "What came of it" in browse.text
    assert await desk.presences() == 3
    row = await desk.row()
    assert not uploads.path_of(row.file_hash).exists(), "the file is kept only while it is needed"
    await browse.get("/imports")
    assert "yobe-2024-q1.csv" in browse.text
    assert "3 new" in browse.text


async def test_what_is_answered_is_remembered_for_the_source(desk: Desk):
    browse = desk.browse
    await desk.to_checked()
    questions = {one["value"]: at for at, one in enumerate((await desk.row()).facts["questions"])}
    area, sector = (
        next(at for value, at in questions.items() if word in value) for word in ("nowhere", "gardening")
    )
    await browse.fill_in({f"code-{area}": "NG036009", f"answer-{sector}": "record:EDU"}, action="/answers")
    assert await desk.work() == "checked"
    assert (await desk.row()).facts["counts"]["refused"] == 0
    async with desk.database() as db:
        assert [
            one.version for one in await db.scalars(select(ColumnMapping).order_by(ColumnMapping.version))
        ] == [1, 2]
    await browse.fill_in(action="/application")
    assert await desk.work() == "applied"
    assert await desk.presences() == 5
    await desk.send(table())
    assert await desk.work() == "read", "headings that are known are not asked about again"
    assert await desk.work() == "checked"
    assert "This very file was taken in" in browse.text
    counts = (await desk.row()).facts["counts"]
    assert (counts["created"], counts["changed"], counts["unchanged"], counts["refused"]) == (0, 0, 5, 0)


async def test_an_answer_that_was_not_offered_is_refused(desk: Desk):
    await desk.to_checked()
    questions = {one["value"]: at for at, one in enumerate((await desk.row()).facts["questions"])}
    area = next(at for value, at in questions.items() if "nowhere" in value)
    await desk.browse.fill_in({f"code-{area}": "KE001"}, action="/answers")
    assert desk.browse.page.status_code == 422
    assert "There is no “KE001”" in desk.browse.text
    await desk.browse.fill_in({f"code-{area}": ""}, action="/answers")
    assert "Choose what at least one of them means." in desk.browse.text


async def test_refused_rows_come_back_as_they_were_with_the_reason_and_without_formulas(desk: Desk):
    await desk.to_checked()
    row = await desk.row()
    answer = await desk.browse.client.get(f"/imports/{row.id}/refused.csv")
    lines = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert lines[0] == [*HEAD, "row", "why"]
    assert [line[-2] for line in lines[1:]] == ["5", "6"]
    assert lines[1][:4] == ["'=cmd()", "Health", "Yobe", "Nowhere"]
    assert lines[1][5] == "", "private columns are not handed out"
    assert "We don't know the area “Nowhere" in lines[1][-1]
    assert "We don't know the sector “Gardening”" in lines[2][-1]


async def test_columns_are_corrected_and_a_wrong_choice_is_said(desk: Desk):
    browse = desk.browse
    head = ["Zork", "Sector", "State", "LGA", "Status", "Nothing"]
    await desk.send(table(head=head), period="2024-01 to 2024-03")
    await desk.work()
    await browse.fill_in({"column-0": "", "column-1": ""}, action="/columns")
    assert browse.page.status_code == 422
    assert "Say which columns have the organisation" in browse.text
    await browse.fill_in(
        {"column-0": "org.name", "column-1": "sector.name", "column-4": "org.name"}, action="/columns"
    )
    assert "Only one column can be “Organisation”." in browse.text
    await browse.fill_in(
        {"column-0": "org.name", "column-1": "sector.name", "column-4": "status"}, action="/columns"
    )
    assert await desk.work() == "checked"
    assert (await desk.row()).facts["counts"]["created"] == 3


async def test_a_file_without_months_asks_for_them(desk: Desk):
    browse = desk.browse
    await desk.send(table(), name="list.csv")
    await desk.work()
    await browse.fill_in(action="/columns")
    assert "Say which months the file is about" in browse.text
    await browse.fill_in({"period": "someday"}, action="/columns")
    assert "Write the months like 2024-01 to 2024-03." in browse.text
    await browse.fill_in({"period": "2024-01 to 2024-03"}, action="/columns")
    assert await desk.work() == "checked"


@pytest.mark.parametrize(("content", "says"), [
    (b"", "There is nothing in this file."), (b"%PDF-1.7 x", "This is not a table that we know."),
])  # fmt: skip
async def test_what_is_no_table_is_said_in_words(desk: Desk, content, says):
    await desk.send(content, name="x.csv")
    assert await desk.work() == "failed"
    assert says in desk.browse.text


async def test_a_form_without_a_file_or_a_country_is_told_what_is_missing(desk: Desk):
    await desk.browse.get("/imports/new")
    await desk.browse.fill_in({"country": "", "period": "x"}, action="/imports/new")
    assert desk.browse.page.status_code == 422
    for sentence in ("Choose the country", "Write the months like"):
        assert sentence in desk.browse.text
    await desk.browse.fill_in({"country": "NG", "period": ""}, action="/imports/new")
    assert "Choose the file." in desk.browse.text


async def test_an_import_is_left_and_nothing_of_it_stays(desk: Desk):
    await desk.to_checked()
    row = await desk.row()
    await desk.browse.fill_in(action="/cancellation")
    assert "Nothing was taken in" in desk.browse.text
    async with desk.database() as db:
        left = await db.get_one(Import, row.id)
        assert (left.state, left.facts["questions"]) == ("cancelled", [])
        assert all(not sheet["rows"] for sheet in left.facts["sheets"])


async def test_the_newest_import_is_undone_with_a_reason(desk: Desk):
    browse = desk.browse
    await desk.to_checked()
    await browse.fill_in({"confirmed": "yes"}, action="/application")
    await desk.work()
    row = await desk.row()
    await browse.get(f"/imports/{row.id}/undo")
    await browse.fill_in({"reason": ""}, action="/undo")
    assert "Say why you undo it." in browse.text
    await browse.fill_in({"reason": "It was last year's file"}, action="/undo")
    assert "taking it back" in browse.text
    assert await desk.work(undoing=True) == "undone"
    assert "It was last year's file" in browse.text
    assert await desk.presences() == 0


async def test_what_is_no_longer_in_the_file_ends_only_when_somebody_says_so(desk: Desk):
    browse = desk.browse
    await desk.to_checked()
    await browse.fill_in({"confirmed": "yes"}, action="/application")
    await desk.work()
    await desk.to_checked(table(ROWS[:1]))
    assert (await desk.row()).facts["counts"]["gone"] == 2
    await browse.fill_in({"gone": "yes"}, action="/application")
    assert "2 presences would end, of 3." in browse.text
    await browse.fill_in({"gone": "yes", "gone_confirmed": "yes"}, action="/application")
    await desk.work()
    assert await desk.presences() == 1


async def test_a_planner_of_a_part_takes_in_that_part(browse, world, database):
    desk = Desk(browse, world, database)
    await desk.begin("NG036009")
    await desk.to_checked()
    async with database() as db:
        kept = await db.execute(
            select(ImportRow.row_number).where(ImportRow.verdict != "refused").order_by(ImportRow.row_number)
        )
        outside = await db.scalar(
            text("SELECT count(*) FROM import_row WHERE 'outside-rights' = ANY(reasons)")
        )
    assert [number for (number,) in kept] == [2, 4]
    assert outside == 2, "also a row that has another fault is told that it is outside"
    assert "End" not in desk.browse.text, "who plans for a part can't end what the file doesn't name"


async def test_who_plans_elsewhere_sees_nothing_and_who_plans_beside_only_reads(desk: Desk, world: World):
    await desk.to_checked()
    row = await desk.row()
    await desk.browse.sign_in(await world.holder(Role.PLANNER, "NG008", "Zara Ali"))
    await desk.browse.get(f"/imports/{row.id}")
    assert "Take this file in?" in desk.browse.text
    assert "/application" not in desk.browse.page.text
    answer = await desk.browse.client.post(f"/imports/{row.id}/application", data=await keys(desk.browse))
    assert answer.status_code == 403
    await desk.browse.sign_in(await world.holder(Role.REGISTRAR, "NG", "Musa Garba"))
    assert (await desk.browse.get(f"/imports/{row.id}")).status_code == 403


async def keys(browse: Browser) -> dict[str, str]:
    page = (await browse.get("/imports/new")).text
    return {"csrf": page.partition('name="csrf" value="')[2].partition('"')[0]}


async def test_the_api_names_what_was_taken_in_and_nobody(desk: Desk):
    await desk.to_checked(publisher="Example Office", licence="CC BY 4.0")
    assert (await desk.browse.client.get("/api/v1/imports")).json()["items"] == []
    await desk.browse.fill_in({"confirmed": "yes"}, action="/application")
    await desk.work()
    answer = await desk.browse.client.get("/api/v1/imports?country=ng")
    [item] = answer.json()["items"]
    assert (item["source"], item["licence"], item["created"], item["refused"]) == (
        "Yobe 3W",
        "CC BY 4.0",
        3,
        2,
    )
    assert "Bala" not in answer.text


async def test_pages_ask_the_database_a_few_times_whatever_the_rows(desk: Desk, statements):
    await desk.to_checked()
    row = await desk.row()
    for path in ("/imports", "/imports/new", f"/imports/{row.id}", f"/imports/{row.id}/columns"):
        with statements() as sent:
            assert (await desk.browse.get(path)).status_code == 200
        assert len(sent) <= 12, path
    assert isinstance(row.id, UUID)
    async with desk.database() as db:
        assert await db.scalar(select(Presence).limit(1)) is None
