"""A sign-in lasts as long as it is used, thirty days at most, and ends at once where somebody ends it."""

import hashlib
import re
from dataclasses import replace
from datetime import timedelta

import httpx
from sqlalchemy import func, select, text, update

from app import main
from app.accounts.models import Person, Session
from app.accounts.rules import SESSION_LASTS, UNUSED_LASTS
from app.accounts.service import end_sessions_of, make_person, note_use
from app.kernel import time
from app.kernel.audit import AuditEntry
from app.kernel.outbox import Message
from app.places.models import Area
from tests.worlds import Browser, World


async def _signed_in(browse: Browser) -> bool:
    return (await browse.client.get("/my/sessions")).status_code == 200


async def _set(db, **values: object) -> None:
    await db.execute(update(Session).values(**values))


async def test_a_session_that_nobody_used_for_two_weeks_is_over(browse: Browser, world: World, db):
    await browse.sign_in(await world.person())
    session = (await db.scalars(select(Session))).one()
    assert timedelta(0) <= time.now() + UNUSED_LASTS - session.expires_at < timedelta(minutes=1)
    assert await _signed_in(browse)
    await _set(db, expires_at=time.now() - timedelta(seconds=1))
    assert not await _signed_in(browse)


async def test_a_session_that_is_used_goes_on(committed, given):
    async with committed.database() as db, db.begin():
        token = await World(db).session(await World(db).person())
        await _set(db, expires_at=time.now() + UNUSED_LASTS - timedelta(days=1, minutes=1))
    application = main.build(given, committed.url)
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://roundtable.test") as client:
        client.cookies.set("rt_session", token)
        for _ in range(2):
            assert (await client.get("/my/sessions")).status_code == 200
    await application.state.web.close()
    async with committed.database() as db:
        assert time.now() + UNUSED_LASTS - await db.scalar(select(Session.expires_at)) < timedelta(minutes=1)


async def test_a_use_is_noted_once_a_day_and_never_past_the_thirtieth(database, world: World, db):
    actor = await world.actor(await world.person())
    fresh = await db.scalar(select(Session.expires_at))
    await note_use(database, actor)
    assert await db.scalar(select(Session.expires_at)) == fresh
    begun = time.now() - SESSION_LASTS + timedelta(days=1)
    await _set(db, begun_at=begun)
    await note_use(database, replace(actor, session_ends=time.now() + timedelta(hours=1)))
    assert await db.scalar(select(Session.expires_at)) == begun + SESSION_LASTS


async def test_a_session_ends_after_thirty_days_however_much_it_is_used(browse: Browser, world: World, db):
    await browse.sign_in(await world.person())
    await _set(db, begun_at=time.now() - SESSION_LASTS + timedelta(hours=1))
    assert await _signed_in(browse)
    await _set(db, begun_at=time.now() - SESSION_LASTS - timedelta(minutes=1))
    assert not await _signed_in(browse)


async def test_whoever_signs_in_again_leaves_the_session_before(browse: Browser, world: World, db):
    person = await world.person()
    await browse.sign_in(person)
    before = browse.client.cookies["rt_session"]
    path = f"/sign-in/{await _mailed_link(browse, db, person)}"
    await browse.get(path)
    browse.client.cookies.set("rt_session", before)
    await browse.fill_in(action=path)
    assert await db.scalar(select(func.count()).where(Session.ended_at.is_(None))) == 1
    browse.client.cookies.clear()
    browse.client.cookies.set("rt_session", before)
    assert not await _signed_in(browse)
    assert "session.replaced" in set(await db.scalars(select(AuditEntry.action)))


async def test_whoever_signs_out_is_out_although_somebody_kept_the_cookie(browse: Browser, world: World):
    await browse.sign_in(await world.person())
    kept = browse.client.cookies["rt_session"]
    await browse.get("/my/sessions")
    answer = await browse.client.post("/sign-out", data={"csrf": _csrf(browse)})
    assert '"storage"' in answer.headers["clear-site-data"]
    assert 'rt_session=""' in answer.headers["set-cookie"]
    browse.client.cookies.set("rt_session", kept)
    assert not await _signed_in(browse)


async def test_somebody_sees_where_they_are_signed_in_and_ends_it_elsewhere(
    browse: Browser, world: World, db
):
    person, other = await world.person(), await world.person("Sani Bello")
    await world.session(person)
    theirs = await world.session(other)
    await browse.sign_in(person)
    await browse.get("/my/sessions")
    assert browse.page.text.count('class="item ') == 2
    await browse.fill_in(action="/end-others")
    assert browse.page.text.count('class="item ') == 1
    stranger = await db.scalar(select(Session.id).where(Session.person_id == other.id))
    answer = await browse.client.post(f"/my/sessions/{stranger}/end", data={"csrf": _csrf(browse)})
    assert answer.status_code == 404
    browse.client.cookies.set("rt_session", theirs)
    assert await _signed_in(browse)


async def test_an_account_that_was_erased_is_signed_out(browse: Browser, world: World, db):
    person = await world.person()
    await browse.sign_in(person)
    await db.execute(update(Person).where(Person.id == person.id).values(erased_at=time.now()))
    assert not await _signed_in(browse)


async def test_an_operator_signs_out_one_person_or_everybody(browse: Browser, world: World, db):
    one, other = await world.person(), await world.person("Sani Bello")
    await world.session(one)
    await browse.sign_in(one)
    await world.session(other)
    assert await end_sessions_of(db, one.id) == 2
    assert not await _signed_in(browse)
    await browse.sign_in(other)
    assert await _signed_in(browse)
    assert await end_sessions_of(db, None) == 2
    assert not await _signed_in(browse)
    assert await end_sessions_of(db, None) == 0


async def test_a_session_and_a_link_are_kept_as_hashes_only(browse: Browser, world: World, db):
    person = await world.person()
    await browse.sign_in(person)
    token = browse.client.cookies["rt_session"]
    link = await _mailed_link(browse, db, person)
    for table, secret in (("session", token), ("sign_in_link", link)):
        assert len(secret) == 43, "256 bits in base64"
        kept = str(list(await db.execute(text(f"SELECT t::text FROM {table} t"))))
        assert kept.count(hashlib.sha256(secret.encode()).hexdigest()) == 1
        assert secret not in kept


async def _mailed_link(browse: Browser, db, person: Person) -> str:
    """What ends the address of the only link that was mailed. Asked for as a visitor: others are sent on from the form."""
    browse.sign_out()
    await browse.get("/sign-in")
    await browse.fill_in({"email": person.email})
    return (await db.scalars(select(Message.body))).one().split("/sign-in/")[1].split()[0]


def _csrf(browse: Browser) -> str:
    return re.search('name="csrf" value="([^"]+)"', browse.page.text)[1]


async def test_whoever_is_new_reads_times_by_the_clock_of_the_country(world: World, db):
    await world.area("NG")
    await db.execute(update(Area).where(Area.code == "NG").values(time_zone="Africa/Lagos"))
    person = await db.get_one(Person, await make_person(db, "new@example.org", ""))
    assert person.time_zone == "Africa/Lagos"
