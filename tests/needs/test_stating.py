"""Stating a need and questioning a figure: who may, what becomes of the cells, who is told."""

from datetime import date

import pytest
from sqlalchemy import func, select

from app.kernel.actor import Role
from app.kernel.audit import AuditEntry
from app.kernel.outbox import Message
from app.needs.models import Contest, NeedCell, NeedStatement
from app.needs.rules.contests import DeciderTakesPart, ReasonMissing, State
from app.needs.rules.facets import Facets
from app.needs.rules.stating import NotAStater, NotVerified, NotYourPlace
from app.needs.service import contests, stating
from app.needs.service.contests import AlreadyQuestioned, Figure, NotThere
from app.needs.service.stating import Need
from app.organisations.models import OrganisationArea
from app.organisations.rules.kinds import Kind
from tests.coverage.field import Field, term_named
from tests.coverage.places import DISPLACED, HOST

GULANI, DAMATURU, BORNO = "NG036009", "NG036005", "NG008"
YEAR = date(2026, 1, 1), date(2026, 12, 31)
WHY = "We counted every house in May and found fewer people."


@pytest.fixture
async def field(db, world) -> Field:
    return await Field(db, world).begin("HEA", "EDU")


async def need(field: Field, area: str = GULANI, people: int = 300, **more) -> Need:
    facts = {
        "group_id": await term_named(field.db, "group", "everyone"),
        "told_by": "counted by our ward heads",
    } | more
    return Need(
        (await field.world.area(area)).id,
        field.services["HEA"],
        people=people,
        first=YEAR[0],
        last=YEAR[1],
        **facts,
    )


async def cell_people(field: Field, area: str = GULANI) -> int | None:
    return await field.db.scalar(
        select(NeedCell.people).where(
            NeedCell.area_id == (await field.world.area(area)).id, NeedCell.origin == "stated"
        )
    )


async def council(field: Field, home: str = GULANI):
    owner = await field.world.person("Zara Idris")
    made = await field.world.organisation(
        "Gulani Council", kind=Kind.LOCAL_GOVERNMENT, home=home, owner=owner
    )
    return made, await field.world.actor(owner)


async def test_a_council_states_what_is_needed_and_its_people_are_told(field, db):
    ours, actor = await council(field)
    await stating.state_need(db, actor, ours.id, await need(field, severity=4))
    cell = (await db.scalars(select(NeedCell))).one()
    assert (cell.people, cell.severity, cell.severity_from, cell.reference_to) == (300, 4, "stated", YEAR[1])
    assert (await db.scalars(select(Message.subject))).all() == ["Gulani Council has stated a need"]
    assert "need.stated" in (await db.scalars(select(AuditEntry.action))).all()


async def test_the_same_figure_again_changes_nothing_and_another_takes_its_place(field, db):
    ours, actor = await council(field)
    await stating.state_need(db, actor, ours.id, await need(field))
    first = (await db.scalars(select(NeedCell.id))).one()
    await stating.state_need(db, actor, ours.id, await need(field))
    await stating.state_need(db, actor, ours.id, await need(field, people=410))
    assert (await db.scalars(select(NeedCell.id))).one() == first
    assert await cell_people(field) == 410
    ended = await db.scalar(select(func.count()).where(NeedStatement.ended_at.is_not(None)))
    assert (ended, await db.scalar(select(func.count()).select_from(NeedStatement))) == (1, 2)


async def test_only_verified_governments_and_groups_own_organisations_state_needs(field, db, world):
    owner = await world.person()
    actor = await world.actor(owner)
    charity = await world.organisation("A charity", owner=owner)
    with pytest.raises(NotAStater):
        await stating.state_need(db, actor, charity.id, await need(field))
    applying = await world.organisation(
        "A council", kind=Kind.LOCAL_GOVERNMENT, state="submitted", owner=owner
    )
    with pytest.raises(NotVerified):
        await stating.state_need(db, actor, applying.id, await need(field))
    own = await world.organisation("Our own", kind=Kind.SELF_ORGANISED, owner=owner)
    await stating.state_need(db, actor, own.id, await need(field))
    assert not (await db.scalars(select(NeedStatement.official))).one()


async def test_a_council_states_needs_of_its_own_area_only(field, db):
    ours, actor = await council(field)
    with pytest.raises(NotYourPlace):
        await stating.state_need(db, actor, ours.id, await need(field, BORNO))


async def test_a_newer_official_figure_is_worked_with_and_an_unofficial_one_stands_beside_it(
    field, db, world
):
    await field.needs(GULANI, 500, period=(date(2025, 1, 1), date(2025, 12, 31)))
    owner = await world.person()
    own = await world.organisation("Our own", kind=Kind.SELF_ORGANISED, owner=owner)
    await stating.state_need(db, await world.actor(owner), own.id, await need(field, people=900))
    assert await cell_people(field) == 500
    ours, actor = await council(field)
    await stating.state_need(db, actor, ours.id, await need(field, people=650))
    assert await cell_people(field) == 650


async def question(field: Field, people: int = 120):
    """The overview's figure for Gulani, questioned by a partner who works there."""
    await field.needs(GULANI, {DISPLACED: 400, HOST: 600, Facets(): 1000})
    asker = await field.world.person("Fatima Audu")
    partner = await field.world.organisation("A partner there", home=DAMATURU, owner=asker)
    field.db.add(OrganisationArea(organisation_id=partner.id, area_id=(await field.world.area("NG036")).id))
    await field.db.flush()
    displaced = NeedStatement.status == "idp"
    statement_id = (
        await field.db.scalars(select(NeedStatement.id).where(displaced, NeedStatement.ended_at.is_(None)))
    ).one()
    actor = await field.world.actor(asker)
    return partner, actor, statement_id, Figure(people, "our own count", WHY)


async def test_a_questioned_figure_is_shown_with_the_other_and_worked_with_until_somebody_decides(
    field, db, world
):
    partner, actor, statement_id, figure = await question(field)
    planner = await world.holder(Role.PLANNER, "NG036", "Bala Yusuf")
    contest_id = await contests.contest_figure(db, actor, partner.id, statement_id, figure)
    await field._follow()
    cell = await field.cell(GULANI, DISPLACED)
    assert (cell.people, cell.confidence) == (400, "D")
    with pytest.raises(AlreadyQuestioned):
        await contests.contest_figure(db, actor, partner.id, statement_id, figure)
    assert planner.email in (await db.scalars(select(Message.to_address))).all()

    await contests.decide_contest(db, await world.actor(planner), contest_id, State.ACCEPTED, "")
    await contests.decide_contest(db, await world.actor(planner), contest_id, State.ACCEPTED, "")
    await field._follow()
    assert (await field.cell(GULANI, DISPLACED)).people == 120
    stated = await db.scalar(select(NeedStatement.people).where(NeedStatement.id == statement_id))
    assert stated == 400
    decided = "need.contest-accepted"
    assert (await db.scalars(select(AuditEntry.action).where(AuditEntry.action == decided))).all() == [
        decided
    ]


async def test_a_figure_stays_only_for_a_reason_and_a_question_can_be_taken_back(field, db, world):
    partner, actor, statement_id, figure = await question(field)
    planner = await world.actor(await world.holder(Role.PLANNER))
    contest_id = await contests.contest_figure(db, actor, partner.id, statement_id, figure)
    with pytest.raises(ReasonMissing):
        await contests.decide_contest(db, planner, contest_id, State.NOT_ACCEPTED, " ")
    await contests.withdraw_contest(db, actor, partner.id, contest_id)
    await field._follow()
    assert (await field.cell(GULANI, DISPLACED)).confidence != "D"
    again = await contests.contest_figure(db, actor, partner.id, statement_id, figure)
    await contests.decide_contest(db, planner, again, State.NOT_ACCEPTED, "The count was of one ward.")
    assert (await db.scalars(select(Contest.state).order_by(Contest.id))).all() == [
        "withdrawn",
        "not_accepted",
    ]
    assert (await field.cell(GULANI, DISPLACED)).people == 400


async def test_nobody_decides_about_their_own_side(field, db, world):
    partner, actor, statement_id, figure = await question(field)
    contest_id = await contests.contest_figure(db, actor, partner.id, statement_id, figure)
    planner = await world.holder(Role.PLANNER)
    await world.member(planner, partner, Role.MEMBER)
    with pytest.raises(DeciderTakesPart):
        await contests.decide_contest(db, await world.actor(planner), contest_id, State.ACCEPTED, "")


async def test_a_figure_is_questioned_only_by_those_who_are_there(field, db, world):
    _partner, _actor, statement_id, figure = await question(field)
    stranger = await world.person()
    far = await world.organisation("Far away", home=BORNO, owner=stranger)
    with pytest.raises(NotThere):
        await contests.contest_figure(db, await world.actor(stranger), far.id, statement_id, figure)
