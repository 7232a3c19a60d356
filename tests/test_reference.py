"""The whole world, as the program ships it, in a database of its own."""

import time

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import reference
from app.places import maps, queries
from app.places.models import Area, AreaSpelling
from app.vocabulary.models import Term, TermEdition, TermLink
from tests.conftest import Committed


async def _plan(db: AsyncSession, statement: str) -> str:
    return "\n".join(row[0] for row in await db.execute(text(f"EXPLAIN {statement}")))


async def test_a_new_database_gets_the_areas_of_the_world_and_the_vocabulary_once(committed: Committed):
    first = await reference.prepare(committed.url)
    began = time.perf_counter()
    second = await reference.prepare(committed.url)
    assert time.perf_counter() - began < 2
    assert (first.areas, first.renumbered) == (33_519, False)
    assert (second.areas, second.entries) == (0, 0)
    async with committed.database() as db:
        entries = await db.scalar(select(func.count()).select_from(Term))
        assert first.entries == entries == await db.scalar(select(func.count()).select_from(TermEdition))
        assert await db.scalar(select(func.count()).select_from(TermLink)) == 60
        await _the_tree_is_whole(db)
        await _people_and_outlines_are_joined(db)
        await _searches_use_their_indexes(db)


async def _the_tree_is_whole(db: AsyncSession) -> None:
    wrong = await db.scalar(
        text(
            "SELECT count(*) FROM area a JOIN area p ON p.id = a.parent_id "
            "WHERE NOT (a.lo > p.lo AND a.hi <= p.hi AND a.level = p.level + 1 AND a.country = p.country)"
        )
    )
    assert wrong == 0
    numbers = (
        await db.execute(select(func.min(Area.lo), func.max(Area.hi), func.count(func.distinct(Area.lo))))
    ).one()
    assert tuple(numbers) == (1, 33_519, 33_519)


async def _people_and_outlines_are_joined(db: AsyncSession) -> None:
    known = select(func.count(Area.population), func.count(Area.outline))
    nigeria = (await db.execute(known.where(Area.country == "NG"))).one()
    afghanistan = (await db.execute(known.where(Area.country == "AF"))).one()
    assert tuple(nigeria) == (810, 37)
    assert tuple(afghanistan) == (34, 32)
    drawn = await maps.areas_for_map(db, await queries.area_by_code(db, "AF"))
    assert set(drawn.nowhere) == {"Daykundi", "Panjsher"}
    assert len(drawn.areas) == 32
    nobody = select(func.count()).select_from(AreaSpelling).where(AreaSpelling.folded == "unspecified")
    assert await db.scalar(nobody) == 0


async def _searches_use_their_indexes(db: AsyncSession) -> None:
    near = "SELECT area_id FROM area_spelling WHERE country = 'NG' ORDER BY folded <-> 'maidugri' LIMIT 40"
    begins = "SELECT area_id FROM area_spelling WHERE folded LIKE 'maid%'"
    inside = "SELECT id FROM area WHERE lo BETWEEN 24592 AND 24619"
    assert "ix_area_spelling_trigrams" in await _plan(db, near)
    assert "ix_area_spelling_folded" in await _plan(db, begins)
    assert "ix_area_lo_hi" in await _plan(db, inside)
    for typed, name in (
        ("maidugri", "Maiduguri"),
        ("kno", "Kano"),
        ("helmand", "Hilmand"),
        ("abuja", "Federal Capital Territory"),
    ):
        assert (await queries.search(db, typed, country="NG"))[0].name == name
