"""Writing a decision into the public register: with its reason, its author, and for which area."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import changes
from app.kernel.actor import Actor
from app.kernel.changes import Kind, Noted
from app.kernel.ids import new_id
from app.kernel.refusals import NotAllowed
from app.organisations.models import Decision, Organisation
from app.organisations.rules.decisions import Outcome, acting_under
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
    proposed_for: str = "",
) -> Decision:
    """Write a decision down, in the name of the role under which the actor decides; it is public from the commit on,
    and never edited. `proposed_for`: the area of the role of whoever proposed it, where two people decided.

    Whether its programmes count may have changed with it, which is noted for what follows.
    """
    seat = await seat_of(db, organisation)
    decision = Decision(
        id=new_id(),
        organisation_id=organisation.id,
        registration_id=registration_id,
        outcome=outcome,
        reason_code=reason_code,
        reason=reason,
        decided_by=actor.person_id,
        proposed_by=proposed_by,
        area_id=seat.id,
        decided_for=acting_under(actor.grants, seat.lo).area_name,
        proposed_for=proposed_for,
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


async def seat_of(db: AsyncSession, organisation: Organisation) -> Area:
    """The place whose registrars decide about an organisation. Raises NotAllowed for one without: nobody's area holds it."""
    seat = await db.get(Area, organisation.home_area_id) if organisation.home_area_id else None
    if seat is None:
        raise NotAllowed
    return seat
