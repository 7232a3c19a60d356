"""Once a year a partner says that its capacity still holds: reminded after 9 and 11 months, not counted after 12."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select, case, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Person
from app.kernel import changes, i18n, jobs, outbox, time
from app.kernel.actor import Role
from app.kernel.changes import Kind, Noted
from app.kernel.database import transaction
from app.kernel.days import months_before
from app.kernel.i18n import _, speaking
from app.kernel.settings import settings
from app.organisations.models import Membership
from app.programmes.models import CapacityLine, Programme
from app.programmes.rules.confirmation import CONFIRMED_FOR, REMINDERS, counts_until, reminders_due
from app.programmes.rules.states import State

AT_ONCE = 500
"""Programmes that one transaction reminds about."""
LOOKED_BACK = 7
"""Days for which a night that was missed is made up for."""
WHO = (Role.EDITOR, Role.SIGNATORY, Role.OWNER)
# Not through the row: a reminder is no change that an editor would have to compare with.
_REMINDED = text("UPDATE programme SET reminded = :times WHERE id = :id")
_COUNTING = (State.RUNNING, State.PLANNED)


@jobs.every("17 4 * * *", "programmes.remind")
async def remind() -> None:
    """Every night: the reminders that are due, and a note about lines whose year has just run out."""
    today = time.now().date()
    async with transaction(jobs.database()) as db:
        await note_lapsed(db, today)
    while True:
        async with transaction(jobs.database()) as db:
            if await remind_due(db, today) < AT_ONCE:
                return


async def remind_due(db: AsyncSession, today: date) -> int:
    """Write to the editors of programmes whose capacity is to be confirmed again, each time once.

    Returns how many programmes there were, at most AT_ONCE.
    """
    oldest = func.min(CapacityLine.confirmed_on)
    numbered = or_(CapacityLine.people.is_not(None), Programme.people_together.is_not(None))
    # By count and not by day, so that a night on which nothing ran is made up for.
    passed = [
        (oldest <= months_before(today, months), n) for n, months in reversed([*enumerate(REMINDERS, 1)])
    ]
    due = case(*passed, else_=0)
    wanted = (
        select(Programme.id, Programme.title, Programme.organisation_id, oldest)
        .join(CapacityLine, CapacityLine.programme_id == Programme.id)
        .where(
            Programme.state.in_(_COUNTING),
            CapacityLine.withdrawn_at.is_(None),
            numbered,
            CapacityLine.confirmed_on <= months_before(today, REMINDERS[0]),
        )
        .group_by(Programme.id)
        .having(due > Programme.reminded)
        .order_by(Programme.id)
        .limit(AT_ONCE)
    )
    rows = (await db.execute(wanted)).all()
    for programme_id, title, organisation_id, confirmed_on in rows:
        for email, language in await db.execute(_editors(organisation_id)):
            await _ask(db, email, language, str(programme_id), title, confirmed_on)
        times = reminders_due(confirmed_on, today)
        await db.execute(_REMINDED, {"times": times, "id": programme_id})
    return len(rows)


async def note_lapsed(db: AsyncSession, today: date) -> None:
    """Note the programmes with a line that stopped counting in the last days, since its year is over."""
    last = months_before(today, CONFIRMED_FOR)
    lapsed = (
        select(CapacityLine.programme_id)
        .join(Programme, Programme.id == CapacityLine.programme_id)
        .where(
            CapacityLine.withdrawn_at.is_(None),
            Programme.state.in_(_COUNTING),
            CapacityLine.confirmed_on >= last - timedelta(days=LOOKED_BACK),
            CapacityLine.confirmed_on < last,
        )
        .distinct()
    )
    await changes.note(db, [Noted(Kind.PROGRAMME, i) for i in await db.scalars(lapsed)])


def _editors(organisation_id: UUID) -> Select[str, str]:
    return (
        select(Person.email, Person.language)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.state == "member",
            Membership.role.in_([role.value for role in WHO]),
        )
        .order_by(Person.id)
    )


async def _ask(
    db: AsyncSession, email: str, language: str, programme_id: str, title: str, confirmed_on: date
) -> None:
    with speaking(language):
        subject = _("Does it still hold? How many people %(title)s can serve") % {"title": title}
        address = f"{settings().public_address}{i18n.url(f'/programmes/{programme_id}/edit')}"
        last = i18n.day(counts_until(confirmed_on))
        said = _("You last confirmed it on %(day)s. It counts until %(last)s.") % {
            "day": i18n.day(confirmed_on),
            "last": last,
        }
        await outbox.tell(db, email, language, subject, [said, _("One press confirms all numbers:"), address])
