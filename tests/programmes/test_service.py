"""What becomes of a programme: its capacity as rows, its moves, its confirmations."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.kernel import time
from app.kernel.audit import AuditEntry
from app.kernel.changes import Change
from app.kernel.outbox import Message
from app.kernel.refusals import NotMoved
from app.kernel.versions import ChangedMeanwhile
from app.programmes.models import CapacityLine, Programme
from app.programmes.queries.tasks import Asks, asked_of
from app.programmes.rules.capacity import Line
from app.programmes.rules.states import NotStartedYet, ReasonMissing, State
from app.programmes.service import drafting, moves, reminders
from app.programmes.service.drafting import Capacity, What, When
from tests.programmes.made import a_year, draft, published, seen, version, words, written


@pytest.fixture
async def aisha(world):
    return await world.person("Aisha Bukar")


@pytest.fixture
async def organisation(world, aisha):
    return await world.organisation(owner=aisha)


@pytest.fixture
async def actor(world, aisha, organisation):
    return await world.actor(aisha)


async def _noted(db) -> set[object]:
    return set(await db.scalars(select(Change.subject_id)))


async def test_whatever_changes_a_published_programme_is_noted_for_coverage_and_a_draft_is_not(
    db, world, actor, organisation
):
    programme_id = await written(world, actor, organisation)
    assert await _noted(db) == set()
    await moves.publish(db, actor, programme_id, State.RUNNING)
    assert await _noted(db) == {programme_id}
    for change in (
        lambda seen: drafting.save_where(db, actor, seen.id, seen.version, [world.areas["NG008"].id]),
        lambda seen: drafting.save_when(db, actor, seen.id, seen.version, a_year()),
        lambda seen: drafting.save_capacity(
            db, actor, seen.id, seen.version, Capacity([Line(seen.lines[0].service.id, 7)])
        ),
        lambda seen: moves.confirm_capacity(db, actor, seen.id),
        lambda seen: moves.move(db, actor, seen.id, State.SUSPENDED, "The road is flooded."),
        lambda seen: moves.move(db, actor, seen.id, State.COMPLETED),
    ):
        await db.execute(Change.__table__.delete())
        await change(await seen(world, programme_id))
        assert await _noted(db) == {programme_id}


async def test_only_a_verified_organisation_publishes(db, world, actor, organisation):
    programme_id = await written(world, actor, organisation)
    organisation.state = "suspended"
    await db.flush()
    with pytest.raises(moves.NotInTheRegister):
        await moves.publish(db, actor, programme_id, State.RUNNING)


async def test_publishing_waits_for_every_needed_step_and_names_those_that_are_open(
    db, world, actor, organisation
):
    programme_id = await draft(world, actor, organisation)
    with pytest.raises(moves.StepsMissing) as refused:
        await moves.publish(db, actor, programme_id, State.PLANNED)
    assert "When it runs" in refused.value.sentence
    assert "What it adds to" not in refused.value.sentence  # nobody has to name an aim


async def test_what_has_not_started_is_planned_and_runs_from_its_first_day(db, world, actor, organisation):
    today = time.now().date()
    when = When(today + timedelta(days=10), today + timedelta(days=99))
    programme_id = await written(world, actor, organisation, when=when)
    with pytest.raises(NotStartedYet):
        await moves.publish(db, actor, programme_id, State.RUNNING)
    await moves.publish(db, actor, programme_id, State.PLANNED)
    with pytest.raises(NotStartedYet):
        await moves.move(db, actor, programme_id, State.RUNNING)


async def test_doing_it_twice_is_doing_it_once(db, world, actor, organisation):
    programme_id = await published(world, actor, organisation)
    await moves.publish(db, actor, programme_id, State.RUNNING)
    with pytest.raises(ReasonMissing):
        await moves.move(db, actor, programme_id, State.SUSPENDED)
    for _ in range(2):
        await moves.move(db, actor, programme_id, State.SUSPENDED, "The road is flooded.")
    told = list(await db.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == programme_id)))
    assert told.count("programme.published") == told.count("programme.suspended") == 1
    with pytest.raises(NotMoved):
        await moves.move(db, actor, programme_id, State.PLANNED)


async def test_what_is_over_is_changed_no_more(db, world, actor, organisation):
    programme_id = await published(world, actor, organisation)
    await moves.move(db, actor, programme_id, State.COMPLETED)
    with pytest.raises(NotMoved):
        await drafting.save_when(db, actor, programme_id, await version(world, programme_id), a_year())
    with pytest.raises(NotMoved):
        await moves.confirm_capacity(db, actor, programme_id)


async def test_a_stale_version_is_refused(db, world, actor, organisation):
    programme_id = await draft(world, actor, organisation)
    old = await version(world, programme_id)
    await drafting.save_when(db, actor, programme_id, old, a_year())
    with pytest.raises(ChangedMeanwhile):
        await drafting.save_when(db, actor, programme_id, old, a_year())


async def test_a_service_that_goes_takes_its_line_out_of_what_counts_and_leaves_it_in_the_history(
    db, world, actor, organisation
):
    programme_id = await published(world, actor, organisation, services=("education", "health"))
    known = await words(world)
    before = await seen(world, programme_id)
    what = What(before.title, before.summary, "en", [known["health"].id], [known["girls"].id])
    await drafting.save_what(db, actor, programme_id, before.version, what)
    assert [line.service.name for line in (await seen(world, programme_id)).lines] == ["Health"]
    gone = (
        await db.scalars(select(CapacityLine).where(CapacityLine.service_id == known["education"].id))
    ).one()
    assert gone.withdrawn_at is not None
    assert gone.people == 120
    now = await seen(world, programme_id)
    await drafting.save_what(
        db,
        actor,
        programme_id,
        now.version,
        replace(what, services=[known["education"].id, known["health"].id]),
    )
    again = await seen(world, programme_id)
    assert [(line.service.name, line.people) for line in again.lines] == [
        ("Education", None),
        ("Health", 120),
    ]
    assert again.unknown
    assert "capacity" not in again.steps_done  # it is asked again


async def test_one_number_for_all_services_is_kept_once_and_stands_on_no_line(db, world, actor, organisation):
    programme_id = await published(
        world, actor, organisation, people=None, together=300, services=("education", "health")
    )
    it = await db.get_one(Programme, programme_id)
    lines = list(await db.scalars(select(CapacityLine)))
    assert it.people_together == 300
    assert [(line.people, line.split_by_us) for line in lines] == [(None, True), (None, True)]


async def test_an_area_inside_another_is_left_out(db, world, actor, organisation):
    programme_id = await draft(world, actor, organisation)
    areas = [(await world.area(code)).id for code in ("NG036", "NG036009", "NG008")]
    await drafting.save_where(db, actor, programme_id, await version(world, programme_id), areas)
    assert [place.name for place in (await seen(world, programme_id)).areas] == ["Borno", "Yobe"]


async def test_lines_follow_the_dates_of_their_programme(db, world, actor, organisation):
    programme_id = await published(world, actor, organisation)
    new = When(
        date(2026, 1, 1),
        date(2026, 12, 31),
        [(date(2026, 8, 1), date(2026, 8, 20)), (date(2026, 8, 10), date(2026, 8, 31))],
    )
    await drafting.save_when(db, actor, programme_id, await version(world, programme_id), new)
    line = (await db.scalars(select(CapacityLine))).one()
    assert (line.starts_on, line.ends_on) == (new.starts_on, new.ends_on)
    assert line.closed == [["2026-08-01", "2026-08-31"]]


async def test_entries_of_another_kind_or_retired_ones_are_refused(db, world, actor, organisation):
    known = await words(world)
    retired = await world.term("service", "OLD", "Old", retired_at=time.now())
    for services, groups in (([known["girls"].id], [known["girls"].id]), ([retired.id], [known["girls"].id])):
        with pytest.raises(drafting.NoSuchEntry):
            await drafting.begin_programme(
                db, actor, organisation.slug, What("Name", "Words", "en", services, groups)
            )


async def _confirmed(db, programme_id, day: date) -> None:
    await db.execute(
        CapacityLine.__table__.update()
        .where(CapacityLine.programme_id == programme_id)
        .values(confirmed_on=day)
    )


async def test_each_reminder_goes_out_once_also_after_a_missed_night(db, world, actor, organisation, aisha):
    programme_id = await published(world, actor, organisation)
    today = date(2026, 11, 25)
    subjects = select(Message.subject).where(Message.to_address == aisha.email)

    async def reminded_of(day: date) -> int:
        await _confirmed(db, programme_id, day)
        assert await reminders.remind_due(db, today) in (0, 1)
        return len(list(await db.scalars(subjects)))

    assert await reminded_of(date(2026, 2, 26)) == 0
    assert await reminded_of(date(2026, 2, 20)) == 1
    assert await reminded_of(date(2026, 2, 20)) == 1
    assert await reminded_of(date(2025, 12, 20)) == 2
    assert await reminded_of(date(2025, 6, 1)) == 2
    await moves.confirm_capacity(db, actor, programme_id)
    assert await reminded_of(date(2026, 2, 20)) == 3  # a new year begins with each confirmation


async def test_nobody_is_reminded_of_a_number_that_was_never_given(db, world, actor, organisation):
    programme_id = await published(world, actor, organisation, people=None)
    await _confirmed(db, programme_id, date(2020, 1, 1))
    assert await reminders.remind_due(db, date(2026, 11, 25)) == 0
    with pytest.raises(moves.NothingToConfirm):
        await moves.confirm_capacity(db, actor, programme_id)


async def test_a_line_whose_year_has_run_out_is_noted_for_coverage(db, world, actor, organisation):
    programme_id = await published(world, actor, organisation)
    await db.execute(Change.__table__.delete())
    await _confirmed(db, programme_id, date(2025, 11, 25))
    await reminders.note_lapsed(db, date(2026, 11, 25))
    assert await _noted(db) == set()
    await reminders.note_lapsed(db, date(2026, 11, 26))
    assert await _noted(db) == {programme_id}


async def test_editors_are_asked_for_what_is_missing_and_others_are_not(db, world, actor, organisation):
    today = time.now().date()
    await draft(world, actor, organisation, title="Draft")
    await published(world, actor, organisation, people=None, title="Unknown")
    old = await published(world, actor, organisation, title="Old")
    await _confirmed(db, old, today - timedelta(days=300))
    await published(world, actor, organisation, title="Begun", state=State.PLANNED)
    ended = When(today - timedelta(days=99), today - timedelta(days=1))
    await published(world, actor, organisation, title="Ended", when=ended)
    await published(world, actor, organisation, title="Fine")
    asked = {(task.about, task.asks) for task in await asked_of(db, actor, today)}
    assert asked == {
        ("Draft", Asks.FINISH),
        ("Unknown", Asks.SAY_HOW_MANY),
        ("Old", Asks.CONFIRM),
        ("Begun", Asks.START),
        ("Ended", Asks.END),
    }
    assert await asked_of(db, await world.actor(await world.person("Sani")), today) == []
