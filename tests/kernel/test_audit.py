"""The audit trail can't be altered unnoticed, and is written with the change or not at all."""

import asyncio

from sqlalchemy import func, select, text

from app.kernel import audit
from app.kernel.audit import AuditEntry
from app.kernel.database import transaction
from app.kernel.ids import new_id
from tests.worlds import stranger


async def _broken(db) -> list[str]:
    return [f"{found.chain} {found.n}: {found.why}" async for found in audit.verify(db)]


async def _three_entries(db) -> None:
    for n in range(3):
        await audit.record(db, stranger(), "hours.confirmed", new_id(), chain="NG036", minutes=n)
    await audit.record(db, None, "terms.loaded", new_id())


async def test_a_whole_trail_is_said_to_be_whole(db):
    await _three_entries(db)
    assert await _broken(db) == []


async def test_an_altered_entry_is_named(db):
    await _three_entries(db)
    await db.execute(
        text("UPDATE audit_entry SET entry = replace(entry, 'confirmed', 'rejected') WHERE n = 2")
    )
    assert await _broken(db) == ["NG036 2: the entry or its hash was altered"]


async def test_a_missing_entry_is_named(db):
    await _three_entries(db)
    await db.execute(text("DELETE FROM audit_entry WHERE chain = 'NG036' AND n = 2"))
    assert any("NG036 3" in line or "NG036 2" in line for line in await _broken(db))


async def test_a_trail_whose_end_was_cut_off_is_named(db):
    await _three_entries(db)
    await db.execute(text("DELETE FROM audit_entry WHERE chain = 'NG036' AND n = 3"))
    assert await _broken(db) == ["NG036 3: the end of the chain was cut off or put in its place"]


async def test_an_entry_rewritten_with_its_hash_does_not_fit_the_next(db):
    await _three_entries(db)
    forged = "UPDATE audit_entry SET entry = 'x', hash = sha256('x') WHERE chain = 'NG036' AND n = 1"
    await db.execute(text(forged))
    assert await _broken(db)


async def test_what_is_rolled_back_left_no_trace(db):
    savepoint = await db.begin_nested()
    await _three_entries(db)
    await savepoint.rollback()
    assert await db.scalar(select(func.count()).select_from(AuditEntry)) == 0


async def test_entries_of_many_connections_make_one_whole_chain(committed):
    async def writes(n: int) -> None:
        async with transaction(committed.database) as db:
            await audit.record(db, stranger(), "hours.confirmed", new_id(), chain="NG008", minutes=n)

    await asyncio.gather(*(writes(n) for n in range(40)))
    async with committed.database() as db:
        assert await db.scalar(select(func.max(AuditEntry.n))) == 40
        assert await _broken(db) == []
