"""What a programme asks of its organisation's editors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.actor import Actor, Membership
from app.kernel.days import months_before
from app.kernel.permissions import TABLE, Permission
from app.programmes.models import CapacityLine, Programme
from app.programmes.queries.presences import named_without_programme
from app.programmes.rules.confirmation import REMINDERS, counts_until
from app.programmes.rules.states import State

MOST = 50
"""Tasks of one kind of thing that a person is shown at once."""


class Asks(StrEnum):
    """What is to be done."""

    FINISH = "finish"
    SAY_HOW_MANY = "say how many"
    CONFIRM = "confirm"
    START = "start"
    END = "end"
    TELL = "tell"


@dataclass(frozen=True, slots=True)
class Asked:
    """Something to do: about which programme (or, to TELL, which organisation), where, and by when."""

    asks: Asks
    about: str
    path: str
    due: date | None = None


async def asked_of(db: AsyncSession, actor: Actor, today: date) -> list[Asked]:
    """What this person's programmes ask: drafts to finish, numbers to give or to confirm, a start or an end to say;
    and whether sources name an organisation that has said nothing itself. Two statements.
    """
    edits = TABLE[Permission.EDIT_PROGRAMME].in_organisation
    mine = {m.organisation_id: m for m in actor.memberships if m.role in edits}
    if not mine:
        return []
    return [*await _of_programmes(db, list(mine), today), *await _of_organisations(db, mine)]


async def _of_programmes(db: AsyncSession, organisation_ids: Sequence[UUID], today: date) -> list[Asked]:
    live = CapacityLine.withdrawn_at.is_(None)
    known = or_(CapacityLine.people.is_not(None), CapacityLine.split_by_us)
    oldest = func.min(CapacityLine.confirmed_on).filter(live & known)
    unknown = func.count(CapacityLine.id).filter(live & ~known) > 0
    published = Programme.state.in_((State.PLANNED, State.RUNNING))
    asking = or_(
        Programme.state == State.DRAFT,
        and_(published, or_(unknown, oldest <= months_before(today, REMINDERS[0]))),
        and_(Programme.state == State.PLANNED, Programme.starts_on <= today),
        and_(Programme.state.in_((State.RUNNING, State.SUSPENDED)), Programme.ends_on < today),
    )
    rows = await db.execute(
        select(
            Programme.id,
            Programme.title,
            Programme.state,
            Programme.starts_on,
            Programme.ends_on,
            oldest,
            unknown,
        )
        .outerjoin(CapacityLine, CapacityLine.programme_id == Programme.id)
        .where(Programme.organisation_id.in_(organisation_ids))
        .group_by(Programme.id)
        .having(asking)
        .order_by(Programme.id)
        .limit(MOST)
    )
    return [task for row in rows for task in _tasks(*row, today=today)]


def _tasks(
    programme_id: UUID,
    title: str,
    state: str,
    starts_on: date | None,
    ends_on: date | None,
    oldest: date | None,
    unknown: bool,
    *,
    today: date,
) -> list[Asked]:
    edit = f"/programmes/{programme_id}/edit"
    if state == State.DRAFT:
        return [Asked(Asks.FINISH, title, edit)]
    tasks: list[Asked] = []
    if state == State.PLANNED and starts_on and starts_on <= today:
        tasks.append(Asked(Asks.START, title, edit, starts_on))
    if ends_on and ends_on < today:
        return [*tasks, Asked(Asks.END, title, edit, ends_on + timedelta(days=1))]
    if unknown:
        tasks.append(Asked(Asks.SAY_HOW_MANY, title, f"{edit}/capacity"))
    elif oldest and oldest <= months_before(today, REMINDERS[0]):
        tasks.append(Asked(Asks.CONFIRM, title, edit, counts_until(oldest)))
    return tasks


async def _of_organisations(db: AsyncSession, mine: dict[UUID, Membership]) -> list[Asked]:
    named = [mine[i] for i in await named_without_programme(db, mine)]
    return [Asked(Asks.TELL, m.name, f"/organisations/{m.slug}/programmes") for m in named]
