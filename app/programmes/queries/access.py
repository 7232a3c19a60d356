"""Who may do what with a programme: the people of the organisation that it belongs to."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.actor import Scope
from app.kernel.ids import read_id
from app.kernel.refusals import NotFound
from app.organisations.models import Organisation
from app.places.models import Area
from app.programmes.models import Programme


async def at_programme(db: AsyncSession, path: Mapping[str, str]) -> Scope:
    """The organisation whose programme `programme_id` in a path names, and where it has its seat. Raises NotFound."""
    wanted = (
        select(Programme.organisation_id, Area.lo)
        .join(Organisation, Organisation.id == Programme.organisation_id)
        .outerjoin(Area, Area.id == Organisation.home_area_id)
        .where(Programme.id == read_id(path.get("programme_id", "")))
    )
    row = (await db.execute(wanted)).first()
    if row is None:
        raise NotFound
    # Without a seat nobody's subtree holds it: position -1 lies in none.
    return Scope(organisation_id=row.organisation_id, position=-1 if row.lo is None else row.lo)
