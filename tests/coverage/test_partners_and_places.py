"""What coverage makes of decisions about partners, of two that become one, and of areas that come or move."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.coverage.models import CellCoverage
from app.coverage.service import follow, tree
from app.kernel import jobs, time
from app.kernel.changes import Change, Kind
from app.needs.models import NeedCell
from app.organisations.models import Organisation
from app.organisations.rules.decisions import Outcome
from app.organisations.rules.registration import State
from app.organisations.service import merging, review, standing
from app.places.models import Area
from app.places.rules.tree import number_tree
from app.places.service import tree as areas
from app.programmes.models import Presence, Programme
from tests.conftest import Committed
from tests.coverage.field import DAMATURU, GULANI, Field
from tests.worlds import World

REASON = "What we were told was confirmed on the spot."


@pytest.fixture
async def field(db, world) -> Field:
    return await Field(db, world).begin("HEA")


async def _registrars(world: World):
    return [await world.actor(await world.registrar("NG", name)) for name in ("Musa", "Amina")]


async def _covered(field: Field, area: str = DAMATURU) -> int:
    await follow.follow(field.db)
    return (await field.cell(area)).covered


async def test_a_partner_counts_from_its_verification_on_and_no_longer_once_suspended_or_lapsed(
    field, world, db
):
    registration = await world.application(owner=await world.person("Hauwa"))
    partner = await db.get_one(Organisation, registration.organisation_id)
    await field.needs(DAMATURU, 1_000)
    await field.programme(100, DAMATURU, organisation=partner)
    await world.sent(registration, met=True)
    assert await _covered(field) == 0
    musa, amina = await _registrars(world)
    await review.verify(db, musa, registration.id, REASON)
    assert await _covered(field) == 100

    await standing.propose(db, musa, partner.slug, Outcome.SUSPENDED, REASON, serious=True)
    assert await _covered(field) == 100
    await standing.confirm(db, amina, partner.slug)
    assert await _covered(field) == 0
    await standing.propose(db, musa, partner.slug, Outcome.RESTORED, REASON)
    await standing.confirm(db, amina, partner.slug)
    assert await _covered(field) == 100

    await standing.note_expiry(db, time.now().date() + timedelta(days=2_000))
    assert partner.state == State.LAPSED
    assert await _covered(field) == 0


async def test_the_survivor_is_who_does_it_and_is_there_until_the_two_are_told_apart(field, world, db):
    survivor, absorbed = (
        await world.organisation("Yobe Women"),
        await world.organisation("Women of Yobe", state="suspended"),
    )
    await field.needs(DAMATURU, 1_000)
    await field.needs(GULANI, 1_000)
    line = await field.programme(100, DAMATURU, organisation=absorbed)
    await field.present(absorbed, GULANI)
    await field.present(survivor, GULANI)
    await db.execute(
        text("UPDATE presence SET partner_id = :it WHERE organisation_id = :by"),
        {"it": absorbed.id, "by": survivor.id},
    )
    musa, _ = await _registrars(world)
    assert (await _covered(field), (await field.cell(GULANI)).named) == (0, 2)

    await merging.merge(db, musa, absorbed, survivor)
    assert (await _covered(field), (await field.cell(GULANI)).named) == (100, 1)
    programme = await db.get_one(Programme, line.programme_id, populate_existing=True)
    assert programme.organisation_id == survivor.id
    assert "yobe women" in programme.search

    await merging.undo_merge(db, musa, absorbed.id)
    assert (await _covered(field), (await field.cell(GULANI)).named) == (0, 2)
    assert (
        await db.get_one(Programme, line.programme_id, populate_existing=True)
    ).organisation_id == absorbed.id
    named = (
        await db.execute(select(Presence.organisation_id, Presence.partner_id).order_by(Presence.id))
    ).all()
    assert [tuple(row) for row in named] == [(absorbed.id, None), (survivor.id, absorbed.id)]


async def _put(db, area: str, below: str) -> None:
    """Put an area below another, as a newer file of areas does."""
    rows = (await db.execute(select(Area.id, Area.code, Area.parent_id))).all()
    ids = {row.code: row.id for row in rows}
    codes = {row.id: row.code for row in rows}
    parents = {row.code: codes.get(row.parent_id) for row in rows} | {area: below}
    await areas.renumber(db, parents, number_tree(parents, start=1), ids)
    await areas.note_countries(db, ["NG"])


async def test_cells_stand_where_their_areas_do_as_soon_as_an_area_comes(field, world, db):
    await field.needs(GULANI, 1_000)
    await field.programme(100, GULANI)
    yobe = (await world.area("NG036")).id
    db.add(Area(code="NG036001", name="Bade", level=2, country="NG", lo=6, hi=6, parent_id=yobe))
    await db.flush()
    await _put(db, "NG036001", "NG036")
    await follow.follow(db)
    at = await db.scalar(select(Area.lo).where(Area.code == GULANI))
    assert at == 6
    assert await db.scalar(select(NeedCell.position)) == await db.scalar(select(CellCoverage.position)) == at
    waiting = await db.scalar(
        text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :name"), {"name": tree.JOB}
    )
    assert (waiting, await db.scalar(select(Change.kind))) == (1, Kind.TREE)


async def test_a_programme_reaches_an_area_that_was_moved_into_its_own(committed: Committed, monkeypatch):
    async with committed.database() as db:
        field = await Field(db, World(db)).begin("HEA")
        await field.needs(GULANI, 1_000)
        await field.programme(100, "NG008")
        assert (await field.cell(GULANI)).covered == 0
        await _put(db, GULANI, "NG008")
        await follow.follow(db)
        await db.commit()
    monkeypatch.setattr(jobs, "database", lambda: committed.database)
    await tree.settle_changed()
    await tree.rebuild_all()
    async with committed.database() as db:
        assert await db.scalar(select(CellCoverage.covered)) == 100
        assert await db.scalar(select(Change.id).where(Change.kind == Kind.TREE)) is None
