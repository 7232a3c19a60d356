"""The public register: list, search, facets, profile, decisions and their API; and how many statements they take."""

import asyncio
import json

import pytest
from sqlalchemy import select

from app.kernel.database import transaction
from app.organisations.models import (
    Decision,
    Organisation,
    OrganisationArea,
    OrganisationIdentifier,
    OrganisationTerm,
)
from app.organisations.rules.applying import NumberTaken
from app.organisations.rules.kinds import Kind
from app.organisations.service import registration as registering
from app.organisations.service import review
from tests.worlds import Browser, World

REASON = "What we were told was confirmed on the spot."
MOST_STATEMENTS = 12


async def _partner(
    world: World, name: str, *, service: str = "EDU", area: str = "NG036009", **more
) -> Organisation:
    partner = await world.organisation(name, **more)
    term = await world.term("service", service, {"EDU": "Education", "HEA": "Health"}[service])
    world.db.add(OrganisationTerm(organisation_id=partner.id, relation="service", term_id=term.id))
    world.db.add(OrganisationArea(organisation_id=partner.id, area_id=(await world.area(area)).id))
    await world.db.flush()
    return partner


async def _decided(world: World) -> tuple[Organisation, Decision]:
    registration = await world.sent(await world.application(owner=await world.person("Hauwa")), met=True)
    await review.verify(world.db, await world.actor(await world.registrar()), registration.id, REASON)
    decision = (await world.db.scalars(select(Decision))).one()
    return await world.db.get_one(Organisation, decision.organisation_id), decision


async def test_a_partner_is_found_in_spite_of_a_slip_by_its_short_name_and_by_what_is_ticked(
    browse: Browser, world: World
):
    await _partner(world, "Gulani Girls Learn", acronym="GGL")
    await _partner(world, "Damaturu Clinic", service="HEA", area="NG036005", kind=Kind.FIRM)
    await _partner(world, "Borno School", area="NG008", state="listed")
    for query, found in (
        ("q=gulani+grils", "Gulani Girls Learn"), ("q=ggl", "Gulani Girls Learn"), ("kind=firm", "Damaturu Clinic"),
        ("area=NG008", "Borno School"), ("standing=listed", "Borno School"), ("place=Gulani", "Gulani Girls Learn"),
        (f"service={(await world.term('service', 'HEA')).id}", "Damaturu Clinic"),
    ):  # fmt: skip
        await browse.get(f"/organisations?{query}")
        names = {"Gulani Girls Learn", "Damaturu Clinic", "Borno School"}
        assert {name for name in names if name in browse.text} == {found}, query
        assert "1 partner" in browse.text
    await browse.get("/organisations?q=zzz+nobody")
    assert "No partner has a name like" in browse.text


@pytest.mark.parametrize("typed", ["😀", "غولاني", "!!"])
async def test_a_search_of_which_nothing_is_left_finds_nobody_and_says_so(
    browse: Browser, world: World, typed
):
    await _partner(world, "Gulani Girls Learn")
    await browse.get("/organisations", params={"q": typed})
    assert f"No partner has a name like “{typed}”" in browse.text
    assert "Gulani Girls Learn" not in browse.text
    assert (await browse.client.get("/api/v1/organisations", params={"q": typed})).json()["items"] == []


async def test_what_is_not_public_has_neither_page_nor_line(browse: Browser, world: World):
    for state in ("draft", "declined", "removed"):
        hidden = await _partner(world, f"The {state} one", state=state)
        assert (await browse.get(f"/organisations/{hidden.slug}")).status_code == 404
        assert (await browse.client.get(f"/api/v1/organisations/{hidden.slug}")).status_code == 404
    await browse.get("/organisations")
    assert "0 partners" in browse.text or "still empty" in browse.text


async def test_no_page_takes_more_statements_for_more_partners(browse: Browser, world: World, statements):
    first, decision = await _decided(world)
    registrar, owner = await world.registrar(), await world.person()
    await world.sent(await world.application("The first applicant", owner=owner))
    pages = (
        "/organisations",
        "/organisations.csv",
        "/organisations.atom",
        f"/organisations/{first.slug}",
        "/decisions",
    )
    signed_in = ("/my", "/registrations", f"/organisations/{first.slug}/standing")

    async def counted(paths) -> dict[str, int]:
        sent_by: dict[str, int] = {}
        for path in paths:
            with statements() as sent:
                assert (await browse.get(path)).status_code == 200
            sent_by[path] = len(sent)
        return sent_by

    few = await counted(pages)
    await browse.sign_in(registrar)
    few |= await counted(signed_in)
    for n in range(20):
        await _partner(world, f"Partner {n}")
        await world.sent(await world.application(f"Applicant {n}", owner=owner))
        more = {
            name: getattr(decision, name)
            for name in ("outcome", "reason", "decided_by", "area_id", "decided_for")
        }
        world.db.add(Decision(organisation_id=first.id, **more))
    await world.db.flush()
    many = await counted(signed_in)
    browse.sign_out()
    many |= await counted(pages)
    assert many == few
    assert max(many.values()) <= MOST_STATEMENTS, many


async def test_partners_are_open_data_page_by_page_and_by_what_is_asked(browse: Browser, world: World):
    ours = [
        await _partner(
            world, f"Partner {n}", service="HEA" if n else "EDU", area="NG008" if n == 2 else "NG036009"
        )
        for n in range(3)
    ]

    async def asked(query: str) -> dict:
        return (await browse.client.get(f"/api/v1/organisations?{query}")).json()

    one = await asked("limit=2")
    two = (await browse.client.get(one["next"])).json()
    assert two["next"] is None
    assert [row["id"] for part in (one, two) for row in part["items"]] == sorted(
        str(each.id) for each in ours
    )
    for query, slugs in (
        ("area=NG036&service=HEA", ["partner-1"]), ("area=NG036", ["partner-0", "partner-1"]), ("status=listed", []),
        ("kind=firm", []), ("service=NOTHING", []), ("q=partner+2", ["partner-2"]),
    ):  # fmt: skip
        assert sorted(row["slug"] for row in (await asked(query))["items"]) == slugs, query
    by_slug = (await browse.client.get("/api/v1/organisations/partner-1")).json()
    assert by_slug == (await browse.client.get(f"/api/v1/organisations/{ours[1].id}")).json()
    assert (by_slug["services"], by_slug["areas"], by_slug["state"]) == (["Health"], ["NG036009"], "verified")
    refused = await browse.client.get("/api/v1/organisations?kind=circus")
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")


async def test_a_decision_is_public_with_its_reason_by_outcome_area_and_day(browse: Browser, world: World):
    organisation, decision = await _decided(world)
    for query, there in (
        ("", True),
        ("outcome=verified&area=Yobe", True),
        ("outcome=declined", False),
        ("area=Borno", False),
        ("since=2099-01-01", False),
    ):
        await browse.get(f"/decisions?{query}")
        assert (REASON in browse.text) is there, query
    await browse.get("/decisions?since=yesterday")
    assert "Write the day like this" in browse.text
    told = (await browse.client.get("/api/v1/decisions?area=NG036&outcome=verified")).json()["items"]
    assert [(row["organisation"], row["reason"], row["contest"]) for row in told] == [
        (organisation.name, REASON, None)
    ]
    one = (await browse.client.get(f"/api/v1/decisions/{decision.id}")).json()
    assert one == told[0]
    assert json.dumps(one).find("Musa") == -1, "who decided is not named"


@pytest.mark.committed
async def test_of_two_registrations_with_one_number_at_one_moment_the_database_takes_one(committed):
    async with transaction(committed.database) as db:
        world = World(db)
        owner = await world.person("Hauwa")
        drafts = [await world.application(f"Applicant {n}", owner=owner) for n in range(2)]
        slugs = [(await db.get_one(Organisation, draft.organisation_id)).slug for draft in drafts]
        actor = await world.actor(owner)

    async def save(slug: str, seen: int) -> str:
        try:
            async with transaction(committed.database) as db:
                await registering.save_papers(db, actor, slug, seen, {}, ("NG-CAC", "RC 12-34"))
                await asyncio.sleep(0.2)
        except NumberTaken as refused:
            return refused.sentence
        return "saved"

    said = await asyncio.gather(
        *(save(slug, draft.version) for slug, draft in zip(slugs, drafts, strict=True))
    )
    assert sorted(said) == sorted(["saved", said[0] if said[1] == "saved" else said[1]])
    assert "in the register already" in " ".join(said)
    async with committed.database() as db:
        assert (await db.scalars(select(OrganisationIdentifier.number_norm))).all() == ["rc1234"]
