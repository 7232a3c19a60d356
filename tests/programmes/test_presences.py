"""What sources say about who does what where: taken in once, ended when no longer stated, never a number of people."""

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.kernel.audit import AuditEntry
from app.kernel.changes import Change
from app.kernel.ids import new_id
from app.programmes.models import Presence
from app.programmes.queries.presences import (
    PresenceFilter,
    areas_without,
    named_without_programme,
    presences,
    reported,
    stated_before,
)
from app.programmes.rules.states import State
from app.programmes.service.presences import PresenceSource, Stored, end_gone, report_source, store_selected
from tests.programmes.made import published, words

SOURCE = PresenceSource(new_id(), "Nigeria who does what where")
IMPORT = new_id()


@dataclass(frozen=True)
class Stated:
    """One presence as a source states it."""

    key: str
    hash: str
    organisation_id: UUID
    service_id: UUID | None
    area_id: UUID
    status: str
    activity: str
    id: UUID = field(default_factory=new_id)
    partner_id: UUID | None = None
    role: str = "both"
    period_from: date = date(2023, 10, 1)
    period_to: date = date(2023, 12, 31)
    sheet: str = "3W"
    people: Mapping[str, int] = field(default_factory=lambda: {"reached": 4000})
    rows: Sequence[int] = (7,)


def stated(
    organisation_id: UUID,
    service_id: UUID | None,
    area_id: UUID,
    *,
    status: str = "ongoing",
    activity: str = "",
) -> Stated:
    key = f"{organisation_id}{service_id}{area_id}{activity}"
    return Stated(_digest(key), _digest(key + status), organisation_id, service_id, area_id, status, activity)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


async def store(db, rows: Iterable[Stated], source: PresenceSource = SOURCE) -> Stored:
    selected = """
        SELECT id, decode(key, 'hex') AS key, decode(hash, 'hex') AS hash, organisation_id, partner_id, role, service_id,
            activity, area_id, period_from, period_to, status, people, sheet, rows
        FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS one (
            id uuid, key text, hash text, organisation_id uuid, partner_id uuid, role text, service_id uuid, activity text,
            area_id uuid, period_from date, period_to date, status text, people jsonb, sheet text, rows int[]
        )
    """
    written = json.dumps([asdict(row) for row in rows], default=str)
    return await store_selected(db, None, source, IMPORT, selected, {"rows": written})


async def test_the_same_file_twice_changes_nothing(db, world):
    known, organisation = await words(world), await world.organisation()
    rows = [
        stated(organisation.id, known[s].id, (await world.area(a)).id)
        for s in ("education", "health")
        for a in ("NG036005", "NG036009")
    ]
    assert await store(db, rows) == Stored(4, 0, 0)
    places = set(await db.execute(select(Change.subject_id, Change.other_id)))
    assert places == {(row.area_id, row.service_id) for row in rows}
    assert await store(db, reversed(rows)) == Stored(0, 0, 4)
    assert len(set((await db.execute(select(Change.id))).scalars())) == 4
    entries = list(await db.scalars(select(AuditEntry.entry).where(AuditEntry.action == "presences.stored")))
    digests = {entry.split('"digest":"')[1][:64] for entry in entries}
    assert len(entries) == 2
    assert len(digests) == 1


async def test_a_changed_row_is_changed_in_place_and_keeps_its_id(db, world):
    known, organisation = await words(world), await world.organisation()
    area = await world.area("NG036009")
    await store(db, [stated(organisation.id, known["education"].id, area.id)])
    before = (await db.execute(select(Presence.id, Presence.version))).one()
    changed = await store(db, [stated(organisation.id, known["education"].id, area.id, status="completed")])
    after = (await db.execute(select(Presence.id, Presence.version, Presence.status))).one()
    assert changed == Stored(0, 1, 0)
    assert (after.id, after.version, after.status) == (before.id, before.version + 1, "completed")


async def test_what_a_source_no_longer_states_ends_and_comes_back_when_it_is_stated_again(db, world):
    known, organisation = await words(world), await world.organisation()
    area = await world.area("NG036009")
    row = stated(organisation.id, known["education"].id, area.id)
    await store(db, [row])
    held = [i async for i in stated_before(db, SOURCE.id, [(row.period_from, row.period_to)], (1, 5))]
    assert [(key, digest) for _, key, digest in held] == [(bytes.fromhex(row.key), bytes.fromhex(row.hash))]
    other = PresenceSource(new_id(), "Another list")
    assert await end_gone(db, None, other, IMPORT, [held[0][0]]) == 0  # another source can't end it
    assert await end_gone(db, None, SOURCE, IMPORT, [held[0][0]]) == 1
    assert await end_gone(db, None, SOURCE, IMPORT, [held[0][0]]) == 0
    assert (await presences(db, PresenceFilter(), after=None, size=10)).rows == []
    assert (await presences(db, PresenceFilter(ended=True), after=None, size=10)).rows[0].ended
    assert await store(db, [row]) == Stored(0, 1, 0)
    assert len((await presences(db, PresenceFilter(), after=None, size=10)).rows) == 1


async def test_a_presence_asks_for_a_number_until_a_programme_gives_one_there(db, world):
    known = await words(world)
    aisha = await world.person()
    organisation = await world.organisation(owner=aisha)
    actor = await world.actor(aisha)
    for code in ("NG036005", "NG036009", "NG008"):
        await store(db, [stated(organisation.id, known["education"].id, (await world.area(code)).id)])
    assert await named_without_programme(db, [organisation.id]) == [organisation.id]
    await published(world, actor, organisation, people=None, area="NG036")
    assert (await reported(db, organisation.id))[0].without == 3  # a programme without a number is no answer
    await published(world, actor, organisation, people=50, area="NG036", state=State.PLANNED)
    row = (await reported(db, organisation.id))[0]
    assert (row.service, row.area_count, row.without, row.sources) == ("Education", 3, 1, [SOURCE.name])
    assert await areas_without(db, organisation.id, known["education"].id) == [(await world.area("NG008")).id]
    assert await named_without_programme(db, [organisation.id]) == []


async def test_presences_are_found_by_place_service_and_organisation(db, world):
    known = await words(world)
    one, other = await world.organisation("One"), await world.organisation("Other")
    rows = [
        stated(one.id, known["education"].id, (await world.area("NG036009")).id),
        stated(other.id, known["education"].id, (await world.area("NG008")).id),
        stated(other.id, None, (await world.area("NG036")).id, activity="Coordination"),
    ]
    await store(db, rows)

    async def found(**wanted) -> list[str]:
        page = await presences(db, PresenceFilter(**wanted), after=None, size=10)
        return sorted(f"{row.organisation} {row.area}" for row in page.rows)

    assert await found(within=(3, 5)) == ["One Gulani", "Other Yobe"]
    assert await found(organisation_id=other.id) == ["Other Borno", "Other Yobe"]
    assert await found(services=[known["education"].id], within=(3, 5)) == ["One Gulani"]
    first = await presences(db, PresenceFilter(), after=None, size=2)
    rest = await presences(db, PresenceFilter(), after=first.after, size=2)
    assert sorted(row.organisation for row in (*first.rows, *rest.rows)) == ["One", "Other", "Other"]
    assert rest.after is None


async def test_the_register_finds_whom_sources_report_somewhere_and_says_that_they_do(db, world, browse):
    known = await words(world)
    listed = await world.organisation("Listed Helpers", state="listed")
    partner = await world.organisation("Quiet Partner", state="listed")
    row = stated(listed.id, known["education"].id, (await world.area("NG008")).id)
    await store(db, [replace(row, partner_id=partner.id)])
    other = stated(listed.id, known["health"].id, (await world.area("NG036009")).id)
    await store(db, [other], PresenceSource(ANOTHER, "Another list"))
    await report_source(db, SOURCE.id)
    await report_source(db, ANOTHER)
    service = f"service={known['education'].id}"
    for query, both in (
        ("area=NG008", True),
        (service, True),
        (f"area=NG&{service}&standing=listed", True),
        ("area=NG036", False),
    ):
        await browse.get(f"/organisations?{query}")
        assert ("Listed Helpers" in browse.text, "Quiet Partner" in browse.text) == (True, both), query
    await browse.get("/organisations?area=NG008")
    assert f"Reported in Borno by {SOURCE.name}" in browse.text
    assert "2 partners in Borno" in browse.text
    await browse.get("/organisations/map")
    assert re.search(r"Borno\s+2\b", browse.text)
    table = list(
        csv.DictReader(
            (await browse.client.get("/organisations.csv?area=NG008")).text.lstrip("\ufeff").splitlines()
        )
    )
    assert [
        (r["Codes of areas"], r["Codes of areas, as reported"], r["Reported by"])
        for r in table[1:]
        if r["Name"] == "Quiet Partner"
    ] == [("", "NG008", SOURCE.name)]
    held = list(await db.scalars(select(Presence.id).where(Presence.source_id == SOURCE.id)))
    await end_gone(db, None, SOURCE, IMPORT, held)
    await report_source(db, SOURCE.id)
    await browse.get("/organisations?area=NG008")
    assert "Listed Helpers" not in browse.text
    await browse.get("/organisations?area=NG036")
    assert (
        "Reported in Gulani by Another list" in browse.text
    )  # what one source takes back, another still says


ANOTHER = new_id()
