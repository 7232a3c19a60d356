"""A listed organisation is claimed by its people: prefilled, checked, and then the same record, never a second one."""

import pytest
from sqlalchemy import func, select

from app.kernel.ids import new_id
from app.kernel.refusals import NotMoved
from app.organisations.models import (
    LISTED,
    Membership,
    Organisation,
    OrganisationArea,
    OrganisationName,
    OrganisationTerm,
    Registration,
)
from app.organisations.queries.similar import Looks, similar_to
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import State
from app.organisations.service import claims, review
from app.organisations.service.listing import ToList, list_organisations
from tests.worlds import Browser, World

REASON = "The council confirmed who speaks for it."


async def _listed(world: World) -> Organisation:
    listed_id = new_id()
    await list_organisations(
        world.db, None, [ToList(listed_id, "Goal Prime Organisation Nigeria", "GPON", Kind.NGO)], "A 3W file"
    )
    education = await world.term("service", "EDU", "Education")
    area = await world.area("NG036005")
    world.db.add(OrganisationTerm(organisation_id=listed_id, relation="service", term_id=education.id))
    world.db.add(OrganisationArea(organisation_id=listed_id, area_id=area.id))
    await world.db.flush()
    return await world.db.get_one(Organisation, listed_id)


async def _sent(world: World, slug: str) -> Registration:
    draft = (await world.db.scalars(select(Organisation).where(Organisation.slug == slug))).one()
    draft.home_area_id = (await world.area("NG036005")).id
    registration = (
        await world.db.scalars(select(Registration).where(Registration.organisation_id == draft.id))
    ).one()
    return await world.sent(registration, met=True)


async def test_its_people_register_it_and_it_stays_one_record_at_one_address(
    browse: Browser, world: World, db
):
    listed = await _listed(world)
    hauwa, registrar = await world.person("Hauwa"), await world.registrar("NG036")
    await browse.get("/organisations/goal-prime-organisation-nigeria")
    assert "Known from a published list" in browse.text
    assert "A 3W file" in browse.text
    await browse.sign_in(hauwa)
    await browse.get("/organisations/goal-prime-organisation-nigeria/claim")
    await browse.fill_in(action="/claim")
    draft = (await db.scalars(select(Organisation).where(Organisation.claims_id == listed.id))).one()
    await browse.get(f"/organisations/{draft.slug}/registration/who")
    assert "Goal Prime Organisation Nigeria" in browse.page.text
    assert await db.scalar(select(func.count()).where(OrganisationTerm.organisation_id == draft.id)) == 1
    draft.phone = "+2348031234567"

    registration = await _sent(world, draft.slug)
    assert (await browse.get(f"/organisations/{draft.slug}")).status_code == 404
    actor = await world.actor(registrar)
    await review.verify(db, actor, registration.id, REASON)

    await db.refresh(listed)
    await db.refresh(draft)
    assert (listed.state, listed.phone, listed.slug) == (
        State.VERIFIED,
        "+2348031234567",
        "goal-prime-organisation-nigeria",
    )
    assert (draft.state, draft.merged_into) == (State.MERGED, listed.id)
    assert registration.organisation_id == listed.id
    assert (await world.actor(hauwa)).role_in(listed.id) is not None
    assert await db.scalar(select(func.count()).select_from(OrganisationArea)) == 1
    browse.sign_out()
    answer = await browse.client.get(f"/organisations/{draft.slug}")
    assert (answer.status_code, answer.headers["location"]) == (
        301,
        "/organisations/goal-prime-organisation-nigeria",
    )
    await browse.get("/organisations?q=goal+prime")
    assert browse.text.count("Goal Prime Organisation Nigeria") == 1


async def test_claiming_twice_goes_on_with_the_same_application(db, world: World):
    listed = await _listed(world)
    actor = await world.actor(await world.person())
    assert await claims.claim(db, actor, listed.slug) == await claims.claim(db, actor, listed.slug)
    assert await db.scalar(select(func.count()).select_from(Registration)) == 1


async def test_the_public_page_is_the_sources_until_a_registrar_says_yes(browse: Browser, world: World, db):
    listed = await _listed(world)
    draft = await claims.claim(db, await world.actor(await world.person()), listed.slug)
    its = (await db.scalars(select(Organisation).where(Organisation.slug == draft))).one()
    its.descriptions, its.phone = {"en": "Something that nobody has checked yet."}, "+2348031234567"
    await db.flush()
    await browse.get(f"/organisations/{listed.slug}")
    assert "nobody has checked" not in browse.text
    assert "+2348031234567" not in browse.text
    await db.refresh(listed)
    assert listed.state == LISTED


async def test_of_two_who_claim_it_only_one_can_be_right(db, world: World):
    listed = await _listed(world)
    registrar = await world.actor(await world.registrar("NG036"))
    first, second = [
        await claims.claim(db, await world.actor(await world.person(name)), listed.slug)
        for name in ("Hauwa", "Sani")
    ]
    one, two = await _sent(world, first), await _sent(world, second)
    await review.verify(db, registrar, one.id, REASON)
    with pytest.raises(NotMoved):
        await review.verify(db, registrar, two.id, REASON)
    assert (
        await db.scalar(
            select(func.count()).select_from(Membership).where(Membership.organisation_id == listed.id)
        )
        == 1
    )


async def test_an_application_is_not_alike_to_what_it_claims(db, world: World):
    listed = await _listed(world)
    slug = await claims.claim(db, await world.actor(await world.person()), listed.slug)
    draft = (await db.scalars(select(Organisation).where(Organisation.slug == slug))).one()
    found = await similar_to(db, Looks(draft.name), besides=[draft.id, listed.id])
    assert found == []


async def test_another_spelling_stays_findable_once_its_people_write_their_own(db, world: World):
    listed = await _listed(world)
    slug = await claims.claim(db, await world.actor(await world.person()), listed.slug)
    draft = (await db.scalars(select(Organisation).where(Organisation.slug == slug))).one()
    from app.organisations.service.names import replace_names

    draft.name = "Goal Prime"
    await replace_names(db, draft, {"used": "Goal Prime"})
    registration = await _sent(world, slug)
    await review.verify(db, await world.actor(await world.registrar("NG036")), registration.id, REASON)
    names = {
        (n.form, n.text)
        for n in await db.scalars(
            select(OrganisationName).where(OrganisationName.organisation_id == listed.id)
        )
    }
    assert ("used", "Goal Prime") in names
    assert ("alias", "Goal Prime Organisation Nigeria") in names
    await db.refresh(listed)
    assert "nigeria" in listed.words


async def test_a_registered_organisation_can_not_be_claimed(browse: Browser, world: World):
    await world.organisation()
    await browse.sign_in(await world.person())
    assert (await browse.get("/organisations/yobe-women-farmers/claim")).status_code == 404
