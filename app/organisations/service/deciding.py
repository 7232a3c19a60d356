"""Writing a decision into the public register: with its reason, its author, and for which area."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import changes
from app.kernel.actor import Actor
from app.kernel.changes import Kind, Noted
from app.kernel.ids import new_id
from app.organisations.models import Decision, Organisation
from app.organisations.rules.decisions import Outcome
from app.organisations.service.telling import record
from app.places.models import Area


async def decide(
    db: AsyncSession,
    actor: Actor,
    organisation: Organisation,
    outcome: Outcome,
    reason: str,
    *,
    registration_id: UUID | None = None,
    reason_code: str = "",
    proposed_by: UUID | None = None,
) -> Decision:
    """Write a decision down; it is public from the commit on, and never edited.

    Whether its programmes count may have changed with it, which is noted for what follows.
    """
    area = await db.get(Area, organisation.home_area_id) if organisation.home_area_id else None
    decision = Decision(
        id=new_id(),
        organisation_id=organisation.id,
        registration_id=registration_id,
        outcome=outcome,
        reason_code=reason_code,
        reason=reason,
        decided_by=actor.person_id,
        proposed_by=proposed_by,
        area_id=area.id if area else None,
        decided_for=area.name if area else "",
    )
    db.add(decision)
    await db.flush()
    await record(
        db,
        actor,
        organisation,
        f"{'registration' if registration_id else 'organisation'}.{outcome}",
        registration_id or organisation.id,
        decision=str(decision.id),
        reason=reason,
    )
    await changes.note(db, [Noted(Kind.ORGANISATION, organisation.id)])
    return decision
