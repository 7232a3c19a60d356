"""Saying how many more people an organisation could serve, service by service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit, time
from app.kernel.actor import Actor
from app.kernel.i18n import _, day, number
from app.kernel.versions import ChangedMeanwhile, Difference
from app.matching.models import FreeCapacity
from app.matching.queries.room import Stated, seen_of, stated_room
from app.organisations.models import Organisation
from app.places import queries as places


@dataclass(frozen=True, slots=True)
class More:
    """Room for so many more people from a day on."""

    people: int
    starts_on: date


async def say_room(
    db: AsyncSession, actor: Actor, organisation_id: UUID, seen: str, room: Mapping[UUID, More | None]
) -> None:
    """Write down the room for each of these services; None takes a word back. `seen`: what the form began with.

    Every word counts from now on, also one that is repeated: whatever was agreed before is in it. Raises
    ChangedMeanwhile.
    """
    # The lock makes two people's forms wait for each other, so that the later one sees the earlier.
    organisation = await db.get_one(Organisation, organisation_id, with_for_update=True)
    now = await stated_room(db, organisation_id)
    if seen_of(now) != seen:
        raise ChangedMeanwhile(0, _differences(now, room))
    for service, more in room.items():
        if more is None:
            await db.execute(
                delete(FreeCapacity).where(
                    FreeCapacity.organisation_id == organisation_id, FreeCapacity.service_id == service
                )
            )
            continue
        said = {
            "people": more.people, "starts_on": more.starts_on, "stated_by": actor.person_id, "stated_at": time.now(),
        }  # fmt: skip
        await db.execute(
            insert(FreeCapacity)
            .values(organisation_id=organisation_id, service_id=service, **said)
            .on_conflict_do_update(index_elements=["organisation_id", "service_id"], set_=said)
        )
    chain = (
        await places.chain_of(db, organisation.home_area_id) if organisation.home_area_id else audit.INSTANCE
    )
    people = {str(service): more.people if more else None for service, more in room.items()}
    await audit.record(db, actor, "room.said", organisation_id, chain=chain, people=people)


def _differences(now: list[Stated], room: Mapping[UUID, More | None]) -> list[Difference]:
    found: list[Difference] = []
    for each in now:
        yours = room.get(each.service_id)
        found.append(
            Difference(
                f"people_{each.service_id}",
                each.service,
                _said(each.people, each.starts_on),
                _said(yours.people, yours.starts_on) if yours else _("Not said"),
            )
        )
    return found


def _said(people: int | None, starts_on: date | None) -> str:
    if people is None or starts_on is None:
        return _("Not said")
    return _("%(n)s from %(day)s") % {"n": number(people), "day": day(starts_on)}
