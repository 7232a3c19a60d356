"""Programmes and presences of an organisation that becomes a part of another, or stands for itself again."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel import changes
from app.kernel.changes import Kind, Noted
from app.organisations.service.belongings import Belongings, Joining
from app.organisations.service.reported import report
from app.programmes.models import Presence, Programme
from app.programmes.service.drafting import let_find
from app.programmes.service.presences import STATED
from app.programmes.service.trail import note_change

Named = InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]


async def _move_programmes(db: AsyncSession, joining: Joining) -> Sequence[UUID]:
    return await _give(db, Programme.organisation_id == joining.absorbed, joining.survivor)


async def _programmes_back(db: AsyncSession, joining: Joining, ids: Sequence[UUID]) -> None:
    here = (Programme.organisation_id == joining.survivor) & Programme.id.in_(ids)
    await _give(db, here, joining.absorbed)


async def _give(db: AsyncSession, which: ColumnElement[bool], organisation_id: UUID) -> Sequence[UUID]:
    given = select(Programme).where(which).order_by(Programme.id).with_for_update()
    programmes = (await db.scalars(given)).all()
    for programme in programmes:
        programme.organisation_id = organisation_id
        await let_find(db, programme)
        await db.flush()
        await note_change(db, programme)
    return [programme.id for programme in programmes]


async def _move_presences(named: Named, db: AsyncSession, joining: Joining) -> Sequence[UUID]:
    return await _name(named, db, joining, named == joining.absorbed, joining.survivor)


async def _presences_back(named: Named, db: AsyncSession, joining: Joining, ids: Sequence[UUID]) -> None:
    here = (named == joining.survivor) & Presence.id.in_(ids)
    await _name(named, db, joining, here, joining.absorbed)


async def _name(
    named: Named, db: AsyncSession, joining: Joining, which: ColumnElement[bool], organisation_id: UUID
) -> Sequence[UUID]:
    """Let presences name this organisation; an import that is taken back still finds them as it left them."""
    rows = await db.execute(
        update(Presence)
        .where(which)
        .values({named: organisation_id})
        .returning(Presence.id, Presence.area_id, Presence.service_id)
        .execution_options(synchronize_session=False)
    )
    moved = rows.all()
    await report(db, STATED, organisation_ids=[joining.absorbed, joining.survivor])
    await changes.note(
        db, [Noted(Kind.PLACE, area, service) for _, area, service in moved if service is not None]
    )
    return [i for i, _, _ in moved]


def _presences(name: str, named: Named) -> Belongings:
    return Belongings(name, partial(_move_presences, named), partial(_presences_back, named))


BELONGINGS = (
    Belongings("programmes", _move_programmes, _programmes_back),
    _presences("presences", Presence.organisation_id),
    _presences("partners", Presence.partner_id),
)
