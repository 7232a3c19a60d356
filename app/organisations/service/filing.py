"""The file of an organisation: its newest registration, which steps of it may be written, and where it moves."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Actor
from app.kernel.ids import new_id
from app.kernel.refusals import NotFound
from app.kernel.versions import check_version
from app.organisations.models import Organisation, Registration
from app.organisations.rules import applying
from app.organisations.rules.registration import REGISTERED, Purpose, State
from app.organisations.rules.steps import Step
from app.organisations.service.telling import record

PUBLIC = (
    "descriptions",
    "home_area_id",
    "staff",
    "volunteers",
    "budget",
    "website",
    "phone",
    "public_email",
    "address",
    "address_public",
    "acronym",
    "founded_year",
)
"""Fields of the public page whose change is written in the audit trail, as they were and as they are."""


async def begin_file(
    db: AsyncSession,
    actor: Actor,
    organisation: Organisation,
    purpose: Purpose,
    done: Collection[Step],
    *,
    before: Registration | None = None,
    different: str = "",
) -> Registration:
    """Open a registration of an organisation, with the answers of the one `before`."""
    registration = Registration(
        id=new_id(),
        organisation_id=organisation.id,
        number=before.number + 1 if before else 1,
        purpose=purpose,
        answers=dict(before.answers) if before else {},
        steps_done=[step.value for step in Step if step in done],
        begun_by=actor.person_id,
        different=different,
    )
    db.add(registration)
    await db.flush()
    await record(db, actor, organisation, "registration.begun", registration.id, purpose=purpose)
    return registration


async def to_state(
    db: AsyncSession, organisation: Organisation, registration: Registration, to: State
) -> None:
    """Move a registration; the organisation moves with its first one, and keeps its state through later ones."""
    registration.state = to
    registration.changed_at = time.now()
    if registration.purpose == Purpose.FIRST:
        organisation.state = to
        organisation.changed_at = registration.changed_at
    await db.flush()


async def newest(db: AsyncSession, slug: str) -> tuple[Organisation, Registration]:
    """An organisation and its newest registration, locked. Raises NotFound."""
    row = (
        await db.execute(
            select(Organisation, Registration)
            .join(Registration, Registration.organisation_id == Organisation.id)
            .where(Organisation.slug == slug)
            .order_by(Registration.number.desc())
            .limit(1)
            .with_for_update()
        )
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


async def editable(db: AsyncSession, slug: str, seen: int, step: Step) -> tuple[Organisation, Registration]:
    """The application, locked, if this step may be written now. Raises NotFound, NotMoved, ChangedMeanwhile."""
    organisation, registration = await newest(db, slug)
    applying.check_open(State(organisation.state), State(registration.state), step, registration.questions)
    check_version(registration.version, seen)
    return organisation, registration


async def done(
    db: AsyncSession,
    actor: Actor,
    organisation: Organisation,
    registration: Registration,
    step: Step,
    entries: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Note that a step was saved. What a verified organisation saves is public at once.

    entries: what was added and removed besides the fields of the organisation.
    """
    registration.steps_done = list(dict.fromkeys([*registration.steps_done, step.value]))
    registration.changed_at = time.now()
    registered = organisation.state in REGISTERED
    changed = {**public_changes(organisation), **(entries or {})} if registered else {}
    if registered:
        organisation.changed_at = registration.changed_at
    await db.flush()
    live = changed or applying.is_live(State(organisation.state), step)
    action = "organisation.changed" if live else "registration.step-saved"
    await record(db, actor, organisation, action, registration.id, step=step.value, **changed)


def public_changes(organisation: Organisation) -> dict[str, Sequence[str]]:
    """Public field -> as it was and as it is, for those changed since the last flush."""
    attributes = inspect(organisation).attrs
    found: dict[str, Sequence[str]] = {}
    for name in PUBLIC:
        history = attributes[name].history
        if history.deleted and history.added and history.deleted != history.added:
            found[name] = [str(history.deleted[0]), str(history.added[0])]
    return found
