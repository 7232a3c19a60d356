"""Programmes and presences of an organisation that becomes a part of another, or stands for itself again."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel import changes
from app.kernel.changes import Kind, Noted
from app.organisations.service.merging import Follows
from app.programmes.models import Presence, Programme
from app.programmes.service.drafting import let_find
from app.programmes.service.trail import note_change

Named = InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]


async def _move_programmes(db: AsyncSession, absorbed: UUID, survivor: UUID) -> Sequence[UUID]:
    its = await db.scalars(
        select(Programme.id).where(Programme.organisation_id == absorbed).order_by(Programme.id)
    )
    ids = its.all()
    await _give(db, ids, survivor)
    return ids


async def _programmes_back(db: AsyncSession, ids: Sequence[UUID], absorbed: UUID, survivor: UUID) -> None:
    await _give(db, ids, absorbed)


async def _give(db: AsyncSession, ids: Sequence[UUID], organisation_id: UUID) -> None:
    given = select(Programme).where(Programme.id.in_(ids)).order_by(Programme.id).with_for_update()
    for programme in (await db.scalars(given)).all():
        programme.organisation_id = organisation_id
        await let_find(db, programme)
        await db.flush()
        await note_change(db, programme)


async def _move_presences(named: Named, db: AsyncSession, absorbed: UUID, survivor: UUID) -> Sequence[UUID]:
    return await _name(named, db, named == absorbed, survivor)


async def _presences_back(
    named: Named, db: AsyncSession, ids: Sequence[UUID], absorbed: UUID, survivor: UUID
) -> None:
    await _name(named, db, Presence.id.in_(ids), absorbed)


async def _name(named: Named, db: AsyncSession, which: object, organisation_id: UUID) -> Sequence[UUID]:
    """Let presences name this organisation; an import that is taken back still finds them as it left them."""
    rows = await db.execute(
        update(Presence)
        .where(which)  # pyright: ignore[reportArgumentType] - a condition of this file
        .values({named: organisation_id})
        .returning(Presence.id, Presence.area_id, Presence.service_id)
        .execution_options(synchronize_session=False)
    )
    moved = rows.all()
    await changes.note(
        db, [Noted(Kind.PLACE, area, service) for _, area, service in moved if service is not None]
    )
    return [i for i, _, _ in moved]


FOLLOWS = (
    Follows("programmes", _move_programmes, _programmes_back),
    Follows(
        "presences",
        partial(_move_presences, Presence.organisation_id),
        partial(_presences_back, Presence.organisation_id),
    ),
    Follows(
        "partners",
        partial(_move_presences, Presence.partner_id),
        partial(_presences_back, Presence.partner_id),
    ),
)
