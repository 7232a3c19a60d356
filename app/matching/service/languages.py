"""Writing down the working languages of an area."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit, time
from app.kernel.actor import Actor, Role
from app.kernel.i18n import N_
from app.kernel.refusals import NotAllowed, Refused
from app.matching.models import PlaceLanguage
from app.places import queries as places
from app.places.models import Area
from app.vocabulary.models import Term


class NoSuchLanguage(Refused):
    field = "languages"
    says = N_("Choose languages from the list.")


class NoSuchPlace(Refused):
    field = "place"
    says = N_("Choose the area.")


async def set_languages(
    db: AsyncSession, actor: Actor, area_id: UUID | None, languages: Collection[UUID]
) -> str:
    """Make these the working languages of an area that the planner plans for; none takes them back. The area's name.

    Raises NoSuchPlace, NoSuchLanguage, NotAllowed.
    """
    area = await db.get(Area, area_id) if area_id else None
    if area is None:
        raise NoSuchPlace
    if not actor.holds(Role.PLANNER, area.lo):
        raise NotAllowed
    known = set(await db.scalars(select(Term.id).where(Term.scheme == "language", Term.id.in_(languages))))
    if known != set(languages):
        raise NoSuchLanguage
    await db.execute(delete(PlaceLanguage).where(PlaceLanguage.area_id == area.id))
    db.add_all(
        PlaceLanguage(area_id=area.id, term_id=i, stated_by=actor.person_id, stated_at=time.now())
        for i in sorted(known)
    )
    await db.flush()
    chain = await places.chain_of(db, area.id)
    await audit.record(
        db, actor, "place.languages-set", area.id, chain=chain, languages=sorted(map(str, known))
    )
    return area.name
