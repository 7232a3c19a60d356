"""The demonstration comes by the same road as everybody, is marked wherever it shows, and goes without a trace."""

import pytest
from sqlalchemy import func, select, text

from app.accounts.models import Person
from app.demonstration import cast, remove, story
from app.kernel import audit
from app.kernel.database import transaction
from app.kernel.ids import new_id
from app.organisations.models import Organisation
from app.organisations.queries import register
from app.places.models import Area
from app.reference import prepare


@pytest.fixture
async def played(committed):
    await prepare(committed.url)
    await story.play(committed.database, lambda said: None)
    return committed


async def test_it_can_be_played_marked_and_removed_again(played):
    async with played.database() as db:
        shown = (await register.partners(db, register.Filter())).rows
        assert shown
        assert all(row.demonstration for row in shown)
        verified = [o for o in cast.ORGANISATIONS if o.ends_as == "verified"]
        assert await db.scalar(select(func.count()).where(Organisation.state == "verified")) == len(verified)
    async with transaction(played.database) as db:
        seat = await db.scalar(select(Area.id).where(Area.code == "NG036003"))
        real_id = new_id()
        db.add(
            Organisation(
                id=real_id,
                slug="a-real-one",
                kind="ngo",
                state="listed",
                name="A real one",
                name_folded="a real one",
                home_area_id=seat,
            )
        )
    async with transaction(played.database) as db:
        assert await remove.remove(db) == (len(cast.ORGANISATIONS), len(cast.PEOPLE))
    async with transaction(played.database) as db:
        assert list(await db.scalars(select(Organisation.id))) == [real_id]
        assert await db.scalar(select(func.count()).where(Person.erased_at.is_(None))) == 0
        for table in ("programme", "registration", "decision", "membership", "capacity_line"):
            assert await db.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table
        assert [broken async for broken in audit.verify(db)] == []
        assert await remove.remove(db) == (0, 0)


def test_every_invented_address_lies_where_nobody_can_have_one():
    assert all(person.email.endswith(".example") for person in cast.PEOPLE)


def test_no_two_invented_organisations_share_a_telephone_a_website_or_a_mail():
    for facts in zip(*((each.phone, each.site, each.mail) for each in cast.ORGANISATIONS), strict=True):
        assert len(set(facts)) == len(cast.ORGANISATIONS)
        assert all(fact.endswith(".example") or fact.startswith("+234800000") for fact in facts)
