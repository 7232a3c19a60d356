"""What is done every night for matches: those that nobody moved end, and those without another side look for one."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit, jobs, time
from app.kernel.database import transaction
from app.kernel.i18n import N_
from app.matching.models import Match
from app.matching.queries.cells import cell_of_pair
from app.matching.queries.other_side import other_side
from app.matching.queries.setting import setting
from app.matching.rules.moves import EXPIRES_AFTER, OPEN, State
from app.matching.service.telling import tell_side
from app.places import queries as places

AT_ONCE = 200


async def expire(db: AsyncSession) -> int:
    """End up to AT_ONCE matches that nobody moved for 60 days; both sides are told. How many ended."""
    before = time.now() - EXPIRES_AFTER
    rows = await db.scalars(
        select(Match)
        .where(Match.state.in_(OPEN), Match.moved_at <= before)
        .order_by(Match.moved_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    ended = rows.all()
    for match in ended:
        match.state, match.moved_at = State.EXPIRED, time.now()
        await db.flush()
        chain = await places.chain_of(db, match.area_id)
        await audit.record(db, None, "match.expired", match.id, chain=chain)
        for side in (match.organisation_id, match.asked_id):
            if side:
                await tell_side(db, match, side, N_("Nothing came of it with %(other)s"), [_ENDED])
    return len(ended)


_ENDED = N_(
    "Nobody moved for 60 days, so it ended. If the need is still there, it comes up in the list again."
)


async def find_other_sides(db: AsyncSession) -> int:
    """Ask the organisations that meanwhile answer for needs a partner offered to help with. How many were asked."""
    rows = await db.scalars(
        select(Match)
        .where(Match.state == State.INTERESTED, Match.asked_id.is_(None))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    known = await setting(db, time.now().date())
    asked = 0
    for match in rows.all():
        need = await cell_of_pair(db, match.area_id, match.service_id, match.group_id)
        side: UUID | None = await other_side(db, need, known, besides=match.organisation_id) if need else None
        if side:
            match.asked_id, match.moved_at = side, time.now()
            await db.flush()
            await tell_side(db, match, side, N_("%(other)s could help: answer them"))
            asked += 1
    return asked


@jobs.every("5 5 * * *", "matching.upkeep")
async def every_night() -> None:
    more = True
    while more:
        async with transaction(jobs.database()) as db:
            more = await expire(db) == AT_ONCE
    async with transaction(jobs.database()) as db:
        await find_other_sides(db)


KEPT = timedelta(days=120)


@jobs.every("25 5 * * *", "matching.forget")
async def forget_old() -> None:
    """Who was shown to whom how often is forgotten after 120 days; the monthly sums stay."""
    async with transaction(jobs.database()) as db:
        for table in ("served_list", "exposure"):
            await db.execute(
                text(f'DELETE FROM {table} WHERE "on" < :before'),  # noqa: S608 - two names of our own
                {"before": time.now().date() - KEPT},
            )
