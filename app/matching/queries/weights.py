"""Weight sets: who set them, why, from when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Person
from app.matching import models
from app.matching.rules.weights import WeightSet


@dataclass(frozen=True, slots=True)
class Announced:
    """A weight set, its author ("" for the first one), the reason, and the first day it counts."""

    weights: WeightSet
    author: str
    reason: str
    announced_at: datetime
    in_force_from: date


async def weight_sets(db: AsyncSession) -> Sequence[Announced]:
    """All of them, the newest first. One statement."""
    rows = await db.execute(
        select(models.WeightSet, Person.name)
        .outerjoin(Person, Person.id == models.WeightSet.author_id)
        .order_by(models.WeightSet.in_force_from.desc(), models.WeightSet.id.desc())
    )
    return [
        Announced(
            WeightSet.read(row.id, row.weights), author or "", row.reason, row.announced_at, row.in_force_from
        )
        for row, author in rows
    ]


def in_force(sets: Sequence[Announced], today: date) -> Announced:
    """The set that counts today, of all, the newest first."""
    return next(each for each in sets if each.in_force_from <= today)
