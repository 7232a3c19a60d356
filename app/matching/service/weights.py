"""Announcing a new weight set: who, why, and at least 14 days before it counts."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit, time
from app.kernel.actor import Actor
from app.kernel.i18n import N_, day
from app.kernel.refusals import Refused
from app.matching import models
from app.matching.rules.weights import ANNOUNCED_FOR, Factor, WeightSet

SHORTEST_REASON = 20
_LOCK = 7_461_019


class TooSoon(Refused):
    field = "in_force_from"
    says = N_("A new set counts 14 days after it is announced at the earliest: on %(first)s.")


class WhyMissing(Refused):
    field = "reason"
    says = N_("Write why, so that everybody can read it. 20 letters or more.")


async def announce(
    db: AsyncSession, actor: Actor, points: Mapping[Factor, tuple[int, ...]], reason: str, in_force_from: date
) -> int:
    """Put a new weight set on the public page; its number. Raises WhyMissing, TooSoon, WeightsMustRise,
    WeightsMustMakeAHundred.
    """
    if len(reason) < SHORTEST_REASON:
        raise WhyMissing
    first = time.now().date() + timedelta(days=ANNOUNCED_FOR)
    if in_force_from < first:
        raise TooSoon(first=day(first))
    await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    number = (await db.scalar(select(func.max(models.WeightSet.id))) or 0) + 1
    weights = WeightSet(number, points)
    db.add(
        models.WeightSet(
            id=number, weights=weights.written, reason=reason, author_id=actor.person_id, announced_at=time.now(),
            in_force_from=in_force_from,
        )
    )  # fmt: skip
    await db.flush()
    await audit.record(
        db, actor, "weights.announced", UUID(int=number), set=number, weights=weights.written,
        in_force_from=in_force_from.isoformat(),
    )  # fmt: skip
    return number
