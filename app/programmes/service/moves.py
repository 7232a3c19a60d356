"""What happens to a programme as a whole: published, started, paused, taken up again, ended; its capacity confirmed."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import i18n, time
from app.kernel.actor import Actor
from app.kernel.i18n import N_
from app.kernel.refusals import NotFound, Refused
from app.organisations.models import Organisation
from app.organisations.rules.registration import State as Registered
from app.programmes.models import Programme
from app.programmes.rules import states
from app.programmes.rules.states import PUBLISHED, State, check_move
from app.programmes.rules.steps import NEEDED
from app.programmes.service.drafting import locked
from app.programmes.service.lines import live_lines
from app.programmes.service.trail import note_change, record


class StepsMissing(Refused):
    says = N_("Some steps are still open: %(steps)s. Fill them in, then publish.")


class NotInTheRegister(Refused):
    status = 409
    says = N_(
        "Your organisation is not verified. What you wrote is kept; publish it as soon as the registrar has verified you."
    )


class NotAState(Refused):
    field = "state"
    says = N_("Say whether it is planned or runs already.")


class NothingToConfirm(Refused):
    status = 409
    says = N_("No number of people is written down yet. Say how many you can serve first.")


async def publish(db: AsyncSession, actor: Actor, programme_id: UUID, to: State) -> None:
    """Show a draft to everybody, as planned or running. Publishing twice is publishing once.

    Raises NotFound, NotAState, StepsMissing, NotInTheRegister, NotStartedYet, NotMoved.
    """
    programme = await locked(db, programme_id)
    if programme.published_at is not None and programme.state == to:
        return
    if to not in PUBLISHED:
        raise NotAState
    if programme.state != State.DRAFT:
        check_move(State(programme.state), State.DRAFT)
    missing = [step.heading for step in NEEDED if step.value not in programme.steps_done]
    if missing:
        raise StepsMissing(steps=i18n.listed(missing))
    registered = await db.scalar(
        select(Organisation.state).where(Organisation.id == programme.organisation_id)
    )
    if registered != Registered.VERIFIED:
        raise NotInTheRegister
    programme.published_at = time.now()
    await _move(db, actor, programme, to, "programme.published", "")


async def move(db: AsyncSession, actor: Actor, programme_id: UUID, to: State, reason: str = "") -> None:
    """Start, pause, take up again, complete or cancel. Doing it twice is doing it once.

    A draft that is cancelled is given up and never shows. Raises NotFound, NotMoved, NotStartedYet, ReasonMissing.
    """
    programme = await locked(db, programme_id)
    if programme.state == to:
        return
    check_move(State(programme.state), to)
    if programme.state == State.DRAFT and to is not State.CANCELLED:
        raise NotFound  # only `publish` takes a draft further
    if programme.published_at is not None:
        states.check_reason(to, reason)
    await _move(db, actor, programme, to, f"programme.{to}", reason)


async def confirm_capacity(db: AsyncSession, actor: Actor, programme_id: UUID) -> None:
    """Say that all numbers of a programme still hold, as of today.

    Raises NotFound, NothingToConfirm, and NotMoved when the programme is over.
    """
    programme = await locked(db, programme_id)
    if programme.state not in states.EDITABLE:
        check_move(State(programme.state), State.DRAFT)
    rows = await live_lines(db, programme.id)
    if programme.people_together is None and all(row.people is None for row in rows):
        raise NothingToConfirm
    today = time.now().date()
    for row in rows:
        row.confirmed_on = today
    programme.reminded = 0
    programme.changed_at = time.now()
    await db.flush()
    await record(db, actor, "programme.capacity-confirmed", programme)
    await note_change(db, programme)


async def _move(
    db: AsyncSession, actor: Actor, programme: Programme, to: State, action: str, reason: str
) -> None:
    if to is State.RUNNING and programme.starts_on is not None:
        states.check_running(programme.starts_on, time.now().date(), said=i18n.day(programme.starts_on))
    before = programme.state
    programme.state, programme.state_reason = to.value, reason
    programme.state_since = programme.changed_at = time.now()
    await db.flush()
    await record(db, actor, action, programme, before=before, state=to.value, reason=reason)
    await note_change(db, programme)
