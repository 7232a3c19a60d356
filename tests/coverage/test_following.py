"""Coverage in the database: the worked examples, and what changes when something changes."""

import asyncio
import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from app.coverage.models import LinePart
from app.coverage.rules.presence import Known
from app.coverage.service import follow, rebuild
from app.kernel import time
from app.kernel.changes import Change
from app.kernel.database import transaction
from app.needs.rules.facets import Facets
from app.organisations.models import Organisation
from app.programmes.models import Programme
from tests.coverage.field import DAMATURU, GULANI, Field
from tests.coverage.places import DISABLED, DISPLACED, HOST
from tests.worlds import World


async def figures(field: Field, area: str, facets: Facets | None = None) -> tuple[int, int, int, int]:
    cell = await field.cell(area, *([facets] if facets else []))
    return cell.people, cell.covered, cell.uncovered, cell.overlap


async def test_two_programmes_over_two_areas_are_added_up_and_stop_at_everybody(field):
    await field.needs(DAMATURU, 100)
    await field.needs(GULANI, 100)
    await field.programme(100, "NG036")
    await field.programme(100, DAMATURU)
    assert await figures(field, DAMATURU) == (100, 100, 0, 50)
    assert await figures(field, GULANI) == (100, 50, 50, 0)


async def test_a_group_counted_across_the_others_has_an_estimated_part_of_what_they_have(field):
    await field.needs(DAMATURU, {DISPLACED: 400, HOST: 600, Facets(): 1000, DISABLED: 150})
    await field.programme(200, DAMATURU)
    await field.programme(100, DAMATURU, groups=(DISPLACED,))
    assert await figures(field, DAMATURU, DISPLACED) == (400, 180, 220, 0)
    assert await figures(field, DAMATURU, HOST) == (600, 120, 480, 0)
    assert await figures(field, DAMATURU) == (1000, 300, 700, 0)
    view = await field.cell(DAMATURU, DISABLED)
    assert (view.covered, view.high, view.low <= 30, view.estimated > 0) == (45, 67, True, True)


async def test_a_programme_for_a_group_and_those_with_disabilities_never_gives_more_places_than_it_has(field):
    await field.needs(DAMATURU, {DISPLACED: 400, HOST: 600, Facets(): 1000, DISABLED: 150})
    await field.programme(110, DAMATURU, groups=(DISPLACED, DISABLED))
    displaced, host = await field.cell(DAMATURU, DISPLACED), await field.cell(DAMATURU, HOST)
    assert (displaced.covered, host.covered) == (80, 30)


async def test_a_national_programme_reaches_every_area_in_proportion_and_a_local_one_adds_to_it(field):
    for area, people in ((DAMATURU, 30_000), (GULANI, 15_000), ("NG008", 5_000)):
        await field.needs(area, people)
    await field.programme(10_000, "NG")
    before = [await figures(field, area) for area in (DAMATURU, GULANI, "NG008")]
    assert [row[1] for row in before] == [6_000, 3_000, 1_000]
    await field.programme(5_000, "NG008")
    assert await figures(field, "NG008") == (5_000, 5_000, 0, 1_000)
    assert [await figures(field, DAMATURU), await figures(field, GULANI)] == before[:2]


async def test_days_on_which_a_programme_is_closed_count_for_nothing(field):
    this_year = time.now().year
    period = date(this_year, 1, 1), date(this_year, 12, 31)
    await field.needs(DAMATURU, 1_000, period=period)
    await field.programme(
        120,
        DAMATURU,
        starts_on=date(this_year, 1, 1),
        ends_on=date(this_year, 11, 30),
        closed=[[f"{this_year}-07-01", f"{this_year}-08-31"]],
    )
    days = (period[1] - period[0]).days + 1
    open_days = (date(this_year, 11, 30) - period[0]).days + 1 - 62
    assert (await field.cell(DAMATURU)).covered == 120 * open_days // days


async def test_a_figure_whose_year_is_over_is_held_against_the_places_that_are_open_today(field):
    await field.needs(DAMATURU, 1_000, period=(date(2019, 1, 1), date(2019, 12, 31)))
    today = time.now().date()
    await field.programme(
        120, DAMATURU, starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=1)
    )
    cell = await field.cell(DAMATURU)
    assert (cell.covered, cell.confidence) == (120, "C")


async def test_a_number_that_is_not_known_is_presence_and_no_number(field):
    await field.needs(DAMATURU, 500)
    await field.needs(GULANI, 500)
    await field.programme(None, DAMATURU)
    cell = await field.cell(DAMATURU)
    assert (cell.covered, cell.lines, cell.unmeasured, cell.state) == (0, 0, 1, Known.PRESENT)
    assert (await field.cell(GULANI)).state == Known.NO_REPORT


async def test_only_running_programmes_of_verified_partners_confirmed_within_a_year_count(field, world):
    await field.needs(DAMATURU, 1_000)
    today = time.now().date()
    await field.programme(100, DAMATURU, state="planned")
    await field.programme(100, DAMATURU, organisation=await world.organisation("Left", state="suspended"))
    await field.programme(100, DAMATURU, confirmed_on=today - timedelta(days=400))
    cell = await field.cell(DAMATURU)
    assert (cell.covered, cell.planned, cell.unmeasured, cell.state) == (0, 100, 1, Known.PRESENT)
    await field.programme(100, DAMATURU, state="suspended")
    await field.programme(50, DAMATURU)
    cell = await field.cell(DAMATURU)
    assert (cell.covered, cell.planned, cell.state) == (50, 150, Known.KNOWN_IN_PART)


async def test_one_number_for_several_services_is_split_by_the_need_for_each(field, db):
    await field.needs(DAMATURU, 300)
    await field.needs(DAMATURU, 100, service="EDU")
    line = await field.programme(None, DAMATURU, service="HEA")
    other = await field.programme(None, DAMATURU, service="EDU")
    await db.execute(
        text("UPDATE programme SET people_together = 80 WHERE id = :id"), {"id": line.programme_id}
    )
    await db.execute(
        text("UPDATE capacity_line SET split_by_us = true, programme_id = :to WHERE id = ANY(:ids)"),
        {"to": line.programme_id, "ids": [line.id, other.id]},
    )
    await field.changed(line)
    health, education = await field.cell(DAMATURU), await field.cell(DAMATURU, service="EDU")
    assert (health.covered, education.covered, health.confidence >= "B") == (60, 20, True)
    # Half as much need for the one moves places to the other.
    await field.needs(DAMATURU, 100)
    assert ((await field.cell(DAMATURU)).covered, (await field.cell(DAMATURU, service="EDU")).covered) == (
        40,
        40,
    )


async def test_organisations_that_are_named_make_no_number_and_break_ties(field, world):
    await field.needs(DAMATURU, 500)
    await field.needs(GULANI, 500)
    named, planned = await world.organisation("Named there"), await world.organisation("Only planned")
    await field.present(named, DAMATURU)
    await field.present(planned, GULANI, status="planned")
    here, there = await field.cell(DAMATURU), await field.cell(GULANI)
    assert (here.state, here.named, here.covered) == (Known.PRESENT, 1, 0)
    assert (there.state, there.named) == (Known.NOBODY_REPORTED, 0)
    assert (here.tier, here.ratio) == (there.tier, there.ratio)
    assert there.standing < here.standing


async def test_a_newer_report_takes_the_place_of_the_one_before_it(field, world):
    await field.needs(DAMATURU, 500)
    await field.needs(GULANI, 500)
    await field.present(await world.organisation("There until autumn"), DAMATURU)
    await field.present(
        await world.organisation("There since"), GULANI, period=(date(2024, 10, 1), date(2024, 12, 31))
    )
    while await follow.follow(field.db, most=None):
        pass
    assert (await field.cell(DAMATURU)).state == Known.NOBODY_REPORTED
    assert (await field.cell(GULANI)).state == Known.PRESENT


async def test_a_later_report_of_another_source_stands_beside_the_one_before_it(field, world):
    await field.needs(DAMATURU, 500)
    await field.needs(GULANI, 500)
    await field.present(await world.organisation("In the long list"), DAMATURU)
    autumn = date(2024, 10, 1), date(2024, 12, 31)
    await field.present(
        await world.organisation("In the short list"), GULANI, period=autumn, source="A short list"
    )
    assert (await field.cell(DAMATURU)).state == Known.PRESENT
    assert (await field.cell(GULANI)).state == Known.PRESENT


async def test_a_source_that_is_a_year_older_than_another_counts_no_longer(field, world):
    await field.needs(DAMATURU, 500)
    await field.needs(GULANI, 500)
    await field.present(await world.organisation("Long ago"), DAMATURU)
    later = date(2025, 10, 1), date(2025, 12, 31)
    await field.present(await world.organisation("Of today"), GULANI, period=later, source="Another list")
    assert (await field.cell(DAMATURU)).state == Known.NOBODY_REPORTED
    assert (await field.cell(GULANI)).state == Known.PRESENT


async def test_a_figure_above_the_areas_of_a_programme_is_reached_by_the_share_of_people_who_live_there(
    field, db, world
):
    await field.needs("NG036", 1_000)
    await field.programme(100, GULANI)
    assert (await field.cell("NG036")).covered == 0
    assert (await field.cell("NG036")).state == Known.PRESENT
    for code, people in (("NG036", 400_000), (GULANI, 100_000), (DAMATURU, 300_000)):
        (await world.area(code)).population = people
    await db.flush()
    await field.programme(50, GULANI)
    cell = await field.cell("NG036")
    # A quarter of the people live there, of whom it can serve 50 of 250.
    assert (cell.covered, cell.estimated) == (50, 1.0)


async def test_a_total_above_is_what_the_areas_below_it_have(field):
    await field.needs("NG036", {Facets(): 1_000})
    await field.needs(DAMATURU, 700)
    await field.needs(GULANI, 300)
    await field.programme(350, DAMATURU)
    assert await figures(field, "NG036") == (1_000, 350, 650, 0)
    await field.programme(150, GULANI)
    assert await figures(field, "NG036") == (1_000, 500, 500, 0)


async def test_what_was_added_and_taken_away_again_leaves_no_trace(field):
    await field.needs(DAMATURU, {DISPLACED: 400, HOST: 600, Facets(): 1000, DISABLED: 150})
    await field.programme(70, "NG", groups=(DISPLACED,))
    before = await field.everything()
    line = await field.programme(300, "NG036")
    assert await field.everything() != before
    await field.gone(line)
    assert await field.everything() == before


@pytest.mark.parametrize("seed", range(3))
async def test_coverage_followed_step_by_step_is_bit_for_bit_what_a_rebuild_gives(field, db, seed):
    drawn = random.Random(seed)  # noqa: S311 - a draw, not a secret
    areas = ("NG", "NG008", "NG036", DAMATURU, GULANI)
    lines = []
    for _ in range(30):
        match drawn.choice(["need", "need", "programme", "programme", "change", "gone", "present"]):
            case "need":
                area = drawn.choice(areas)
                most = {"NG": 9_000, "NG036": 3_000}.get(area, 900)
                displaced, host = drawn.randint(1, most), drawn.randint(1, most)
                told = {
                    DISPLACED: displaced,
                    HOST: host,
                    Facets(): displaced + host,
                    DISABLED: drawn.randint(1, displaced),
                }
                await field.needs(area, told, service=drawn.choice(["HEA", "EDU"]))
            case "programme":
                groups = drawn.choice([(), (DISPLACED,), (DISPLACED, DISABLED), (HOST,)])
                people = drawn.choice([None, drawn.randint(0, 700)])
                where = drawn.sample(areas, drawn.randint(1, 2))
                lines.append(
                    await field.programme(people, *where, service=drawn.choice(["HEA", "EDU"]), groups=groups)
                )
            case "change" if lines:
                line = drawn.choice(lines)
                line.people = drawn.randint(0, 900)
                await field.changed(line)
            case "gone" if lines:
                await field.gone(lines.pop(drawn.randrange(len(lines))))
            case "present":
                await field.present(
                    await field.world.organisation(f"Named {drawn.random()}"), drawn.choice(areas)
                )
        while await follow.follow(db, most=None):
            pass
    followed = await field.everything()
    assert len(followed[0]) > 8
    assert followed[1]
    await db.execute(text("DELETE FROM cell_coverage"))
    await db.execute(text("DELETE FROM line_part"))
    for service in field.services.values():
        await rebuild.rebuild_service(db, str(service), time.now().date())
    rebuilt = await field.everything()
    for one, other in zip(followed, rebuilt, strict=True):
        assert [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]] == []


async def test_what_is_too_much_for_a_request_is_left_to_a_job_and_done_by_it(field, db):
    field.by_itself = False
    await field.needs(DAMATURU, {DISPLACED: 400, HOST: 600, Facets(): 1000})
    assert await follow.follow(db, most=2) is None
    waiting = await db.scalar(
        text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'coverage.follow'")
    )
    assert (waiting, bool(await db.scalar(select(Change.id).limit(1)))) == (1, True)
    assert await follow.follow(db, most=None) == 3
    assert await db.scalar(select(Change.id).limit(1)) is None


async def test_two_programmes_saved_at_the_same_moment_both_count(committed):
    async with transaction(committed.database) as db:
        field = await Field(db, World(db)).begin("HEA")
        await field.needs(DAMATURU, 1_000)
        await field.world.organisation("A partner")
        service = field.services["HEA"]

    async def save(people: int) -> None:
        async with transaction(committed.database) as db:
            own = Field(db, World(db), {"HEA": service})
            own.world.areas = field.world.areas
            own.by_itself = False
            await own.programme(
                people, DAMATURU, organisation=await own.world.organisation(f"Partner of {people}")
            )
            await asyncio.sleep(0.1)
            assert await follow.follow(db) is not None

    await asyncio.gather(*(save(people) for people in (100, 200, 300)))
    async with committed.database() as db:
        assert await db.scalar(text("SELECT covered FROM cell_coverage WHERE counted")) == 600
        assert len((await db.scalars(select(LinePart.line_id))).all()) == 3


async def test_a_whole_rebuild_says_how_far_it_is(committed):
    async with transaction(committed.database) as db:
        field = await Field(db, World(db)).begin("HEA", "EDU")
        field.by_itself = False
        await field.needs(DAMATURU, 1_000)
        await field.needs(GULANI, 400, service="EDU")
        await field.programme(10, "NG036")
    said: list[str] = []
    done = await rebuild.rebuild(committed.database, said.append)
    assert (done.services, done.cells, [line.split(":")[0] for line in said]) == (
        2,
        2,
        ["1/2 Education", "2/2 Health"],
    )
    async with committed.database() as db:
        assert await db.scalar(text("SELECT sum(covered) FROM cell_coverage")) == 10


async def test_a_form_is_followed_before_its_answer(browse, field, world, db):
    """What somebody saves in the browser is in the figures on the next page."""
    await field.needs(GULANI, 500)
    line = await field.programme(100, GULANI)
    owner = await world.person()
    programme = (await db.scalars(select(Programme).where(Programme.id == line.programme_id))).one()
    await world.member(owner, await db.get_one(Organisation, programme.organisation_id))
    await browse.sign_in(owner)
    await browse.get(f"/programmes/{programme.id}/state/suspended")
    await browse.fill_in({"reason": "The roof leaks, so we close for a month."})
    assert (await field.cell(GULANI)).covered == 0


async def test_a_quarter_told_month_by_month_is_one_report(field, world):
    await field.needs(DAMATURU, 500)
    await field.needs(GULANI, 500)
    await field.present(
        await world.organisation("In October"), DAMATURU, period=(date(2023, 10, 1), date(2023, 10, 31))
    )
    await field.present(
        await world.organisation("In December"), GULANI, period=(date(2023, 12, 1), date(2023, 12, 31))
    )
    assert ((await field.cell(DAMATURU)).named, (await field.cell(GULANI)).named) == (1, 1)
    await field.present(
        await world.organisation("A year later"), GULANI, period=(date(2024, 10, 1), date(2024, 12, 31))
    )
    assert ((await field.cell(DAMATURU)).named, (await field.cell(GULANI)).named) == (0, 1)
