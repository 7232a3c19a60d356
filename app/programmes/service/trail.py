"""What every change of a programme leaves behind: its entry in the audit trail, and a note for what follows from it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit, changes
from app.kernel.actor import Actor
from app.kernel.audit import INSTANCE
from app.kernel.changes import Kind, Noted
from app.organisations.models import Organisation
from app.places import queries as places
from app.programmes.models import Programme


async def record(
    db: AsyncSession, actor: Actor | None, action: str, programme: Programme, **facts: object
) -> None:
    """Write what was done, once it is public in the chain of the area where the organisation has its seat."""
    chain = INSTANCE
    if programme.published_at is not None:
        seat = select(Organisation.home_area_id).where(Organisation.id == programme.organisation_id)
        home = await db.scalar(seat)
        chain = await places.chain_of(db, home) if home else INSTANCE
    await audit.record(db, actor, action, programme.id, chain=chain, **facts)


async def note_change(db: AsyncSession, programme: Programme) -> None:
    """Note that coverage has to look at this programme's lines again, also at withdrawn ones. Drafts change nothing."""
    if programme.published_at is not None:
        await changes.note(db, [Noted(Kind.PROGRAMME, programme.id)])
