"""Programmes as their editors would have written them, through the services; a test says only what matters to it."""

from datetime import date, timedelta
from uuid import UUID

from app.kernel import time
from app.kernel.actor import Actor
from app.organisations.models import Organisation
from app.programmes.queries.whole import Whole, whole
from app.programmes.rules.capacity import Counting, Line
from app.programmes.rules.states import State
from app.programmes.service import drafting, moves
from app.programmes.service.drafting import Capacity, Entry, What, When
from app.vocabulary.models import Term
from tests.worlds import World


def a_year() -> When:
    """From two months ago on, for a year."""
    today = time.now().date()
    return When(today - timedelta(days=60), today + timedelta(days=305))


async def words(world: World) -> dict[str, Term]:
    """Enough vocabulary to write a programme down: two services, a group in another, and one of each other kind."""
    everyone = await world.term("group", "everyone", "Everyone", facts=_anybody())
    return {
        "education": await world.term("service", "EDU", "Education", position=1),
        "health": await world.term("service", "HEA", "Health", position=2),
        "girls": await world.term(
            "group", "girls", "Girls", parent_id=everyone.id, facts=_anybody(sex="f", age="0-17")
        ),
        "hausa": await world.term("language", "ha", "Hausa"),
        "poverty": await world.term("commitment", "C2", "An end to poverty"),
    }


async def draft(
    world: World,
    actor: Actor,
    organisation: Organisation,
    *,
    title: str = "Catch-up classes",
    area: str = "NG036009",
    services: tuple[str, ...] = ("education",),
) -> UUID:
    """A programme of which only the first step is written, and the area."""
    known = await words(world)
    what = What(
        title,
        "We teach girls who had to leave school.",
        "en",
        [known[s].id for s in services],
        [known["girls"].id],
    )
    return await drafting.begin_programme(
        world.db, actor, organisation.slug, what, [(await world.area(area)).id]
    )


async def written(
    world: World,
    actor: Actor,
    organisation: Organisation,
    *,
    people: int | None = 120,
    together: int | None = None,
    counting: Counting = Counting.PLACES,
    when: When | None = None,
    services: tuple[str, ...] = ("education",),
    title: str = "Catch-up classes",
    area: str = "NG036009",
) -> UUID:
    """A programme with every step written, not yet published."""
    programme_id = await draft(world, actor, organisation, services=services, title=title, area=area)
    known = await words(world)
    await drafting.save_when(
        world.db, actor, programme_id, await version(world, programme_id), when or a_year()
    )
    lines = [Line(known[service].id, people, counting) for service in services]
    await drafting.save_capacity(
        world.db, actor, programme_id, await version(world, programme_id), Capacity(lines, together)
    )
    entry = Entry(
        "Come to the school office in Bara, 8 to 12.", "+2348031234567", "", [known["hausa"].id], [], True
    )
    await drafting.save_entry(world.db, actor, programme_id, await version(world, programme_id), entry)
    return programme_id


async def published(
    world: World, actor: Actor, organisation: Organisation, *, state: State = State.RUNNING, **more: object
) -> UUID:
    """A programme that everybody sees."""
    programme_id = await written(world, actor, organisation, **more)  # type: ignore[arg-type]
    await moves.publish(world.db, actor, programme_id, state)
    return programme_id


async def version(world: World, programme_id: UUID) -> int:
    return (await seen(world, programme_id)).version


async def seen(world: World, programme_id: UUID) -> Whole:
    return await whole(world.db, programme_id)


def day(months_ago: int) -> date:
    """The first of the month, so many months ago."""
    today = time.now().date().replace(day=1)
    year, month = divmod(today.year * 12 + today.month - 1 - months_ago, 12)
    return date(year, month + 1, 1)


def _anybody(**more: str) -> dict[str, str]:
    return {"status": "any", "sex": "any", "age": "any", "disability": "any"} | more
