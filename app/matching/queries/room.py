"""What an organisation says it has room for, beside the services that it offers. One statement."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.matching.models import FreeCapacity
from app.organisations.models import OrganisationTerm
from app.vocabulary.models import Term
from app.vocabulary.queries.entries import name_of


@dataclass(frozen=True, slots=True)
class Stated:
    """A service that is offered, or that room was stated for; `people` None: nothing said."""

    service_id: UUID
    service: str
    people: int | None
    starts_on: date | None
    at: datetime | None


async def stated_room(db: AsyncSession, organisation_id: UUID) -> list[Stated]:
    """Its services in the order of the vocabulary, each with what was said last."""
    offered = select(OrganisationTerm.term_id).where(
        OrganisationTerm.organisation_id == organisation_id, OrganisationTerm.relation == "service"
    )
    rows = await db.execute(
        select(Term.id, name_of(), FreeCapacity.people, FreeCapacity.starts_on, FreeCapacity.stated_at)
        .outerjoin(
            FreeCapacity,
            (FreeCapacity.service_id == Term.id) & (FreeCapacity.organisation_id == organisation_id),
        )
        .where(Term.scheme == "service", or_(Term.id.in_(offered), FreeCapacity.service_id.is_not(None)))
        .order_by(Term.position, Term.code)
    )
    return [Stated(*row) for row in rows]


def seen_of(rows: Sequence[Stated]) -> str:
    """What a form began with, so that a later one is told of another word meanwhile."""
    said = sorted(
        f"{row.service_id} {row.people} {row.starts_on} {row.at}" for row in rows if row.people is not None
    )
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
