"""The organisation whose programmes a page is about."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.refusals import NotFound
from app.organisations.models import Organisation
from app.organisations.rules.registration import WITHOUT_STANDING
from app.organisations.rules.registration import State as Registered


@dataclass(frozen=True, slots=True)
class Owner:
    """An organisation as its programmes' page shows it; `shown`: whether everybody sees it."""

    id: UUID
    slug: str
    name: str
    state: str
    shown: bool
    demonstration: bool

    @property
    def without_standing(self) -> bool:
        return self.state in WITHOUT_STANDING

    @property
    def suspended(self) -> bool:
        return self.state == Registered.SUSPENDED

    @property
    def verified(self) -> bool:
        return self.state == Registered.VERIFIED


async def owner(db: AsyncSession, slug: str) -> Owner:
    """The organisation at this address. Raises NotFound."""
    columns = (
        Organisation.id,
        Organisation.slug,
        Organisation.name,
        Organisation.state,
        Organisation.shown,
        Organisation.demonstration,
    )
    row = (await db.execute(select(*columns).where(Organisation.slug == slug))).first()
    if row is None:
        raise NotFound
    return Owner(*row)
