"""Lists stay near at hand however many programmes there are: each is answered from an index that ends early."""

import json

import pytest
from sqlalchemy import event, text

from app.kernel.database import transaction
from app.programmes.queries import listing
from app.programmes.queries.listing import Filter
from app.programmes.rules.states import State
from tests.worlds import World

MANY = 20_000
_PROGRAMMES = text(
    """
    INSERT INTO programme (organisation_id, title, title_folded, search, state, starts_on, ends_on, published_at, created_by)
    SELECT :organisation, 'Programme ' || n, 'programme ' || n, 'programme ' || n || CASE WHEN n % 1000 = 0 THEN ' sewing' ELSE ' teaching' END,
        CASE WHEN n % 1000 = 0 THEN 'cancelled' ELSE 'running' END, '2026-01-01', '2026-12-31',
        now() - make_interval(secs => n), :person
    FROM generate_series(1, :many) AS n
    """
)
_AREAS = text(
    """
    INSERT INTO programme_area (programme_id, area_id)
    SELECT p.id, CASE WHEN p.state = 'cancelled' THEN CAST(:small AS uuid) ELSE CAST(:large AS uuid) END FROM programme p
    """
)


@pytest.mark.committed
async def test_no_list_reads_all_programmes(committed):
    async with transaction(committed.database) as db:
        await db.execute(text("SET LOCAL statement_timeout = 0"))
        world = World(db)
        person, organisation = await world.person(), await world.organisation()
        small, large = await world.area("NG036009"), await world.area("NG008")
        await db.execute(_PROGRAMMES, {"organisation": organisation.id, "person": person.id, "many": MANY})
        await db.execute(_AREAS, {"small": small.id, "large": large.id})
        await db.execute(text("SELECT gin_clean_pending_list('ix_programme_search')"))
        await db.execute(text("ANALYZE programme, programme_area"))
        there = await listing.areas_meeting(db, (small.lo, small.hi))
    for name, asked in {
        "by name": lambda: listing.programmes(db, Filter()),
        "from the middle": lambda: listing.programmes(db, Filter(), after=_cursor()),
        "in a rare state": lambda: listing.programmes(db, Filter(states=[State.CANCELLED])),
        "in a small area": lambda: listing.programmes(db, Filter(areas=there)),
        "by a rare word": lambda: listing.programmes(db, Filter(search="sewwing")),
        "by a word of all": lambda: listing.programmes(db, Filter(search="programme", frequent=True)),
        "newest": lambda: listing.newest(db, size=20),
        "last changed": lambda: listing.last_changed(db, Filter(), after=None, size=20),
        "of one organisation": lambda: listing.programmes(
            db, Filter(organisation_id=organisation.id, drafts=True)
        ),
    }.items():
        async with transaction(committed.database) as db:
            await db.execute(text("SET LOCAL max_parallel_workers_per_gather = 0"))
            looked_at = await _rows_looked_at(db, asked)
        assert looked_at <= MANY / 100, (name, looked_at)


def _cursor() -> str:
    from app.kernel.ids import new_id
    from app.kernel.pagination import encode

    return encode("programme 5", new_id())


async def _rows_looked_at(db, asked) -> int:
    """Rows of programmes that the statement of `asked` reads, by its own plan."""
    sent: list[tuple[str, object]] = []

    def note(conn: object, cursor: object, statement: str, parameters: object, *rest: object) -> None:
        sent.append((statement, parameters))

    connection = await db.connection()
    engine = connection.sync_connection.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        await asked()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    ((statement, parameters),) = sent
    plan = (
        await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
    ).scalar_one()
    read = plan if isinstance(plan, list) else json.loads(plan)
    return sum(_of_programmes(read[0]["Plan"]))


def _of_programmes(node: dict) -> list[float]:
    mine = []
    if node.get("Relation Name") == "programme":
        dropped = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        mine = [(node["Actual Rows"] + dropped) * node["Actual Loops"]]
    return mine + [rows for child in node.get("Plans", ()) for rows in _of_programmes(child)]
