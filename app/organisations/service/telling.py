"""Writing to the people of an organisation and to its registrars, and down in the audit trail of its area."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as accounts
from app.accounts.models import Person
from app.kernel import audit, outbox
from app.kernel.actor import Actor, Role
from app.kernel.i18n import _, speaking, url
from app.kernel.settings import settings
from app.organisations.models import Membership, Organisation
from app.places import queries as places
from app.places.models import Area


async def record(
    db: AsyncSession,
    actor: Actor | None,
    organisation: Organisation,
    action: str,
    subject_id: UUID,
    **facts: object,
) -> None:
    """Write an audit entry in the chain of the organisation's seat."""
    chain = (
        await places.chain_of(db, organisation.home_area_id) if organisation.home_area_id else audit.INSTANCE
    )
    await audit.record(db, actor, action, subject_id, chain=chain, organisation=str(organisation.id), **facts)


async def tell_members(
    db: AsyncSession,
    organisation: Organisation,
    subject: str,
    said: Sequence[str],
    what_next: str = "",
    *,
    owners_only: bool = False,
    leads_to: str = "/my",
) -> None:
    """Write to its people, each in their language. `subject` and `what_next` are gettext messages, which may
    name the organisation as %(name)s; `said` are words of people, and stay as they are. `leads_to`: the path at
    which they go on.
    """
    wanted = (
        select(Person.email, Person.language)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == organisation.id,
            Membership.state == "member",
            Person.erased_at.is_(None),
        )
    )
    if owners_only:
        wanted = wanted.where(Membership.role == Role.OWNER)
    for email, language in (await db.execute(wanted)).all():
        with speaking(language):
            lines = [*said, _(what_next) % {"name": organisation.name}] if what_next else list(said)
            await outbox.tell(
                db, email, language, _(subject) % {"name": organisation.name}, [*lines, _address(leads_to)]
            )


async def tell_person(
    db: AsyncSession,
    person_id: UUID,
    organisation: Organisation,
    subject: str,
    said: Sequence[str],
    *,
    leads_to: str,
) -> None:
    """Write to one person about an organisation; subject, words and path as in `tell_members`."""
    person = await db.get_one(Person, person_id)
    if person.erased_at is None:
        with speaking(person.language):
            subject_said = _(subject) % {"name": organisation.name}
            await outbox.tell(db, person.email, person.language, subject_said, [*said, _address(leads_to)])


async def tell_registrars(
    db: AsyncSession,
    organisation: Organisation,
    subject: str,
    what_next: str,
    *,
    at: Area | None = None,
    besides: Sequence[UUID] = (),
    leads_to: str = "/registrations",
) -> None:
    """Write to the registrars of its seat, or of the area `at`; subject, line and path as in `tell_members`."""
    home = at or (await db.get(Area, organisation.home_area_id) if organisation.home_area_id else None)
    if home is None:
        return
    for person_id, email, language in await accounts.holders_over(db, Role.REGISTRAR, home.lo):
        if person_id not in besides:
            with speaking(language):
                lines = [_(what_next), _address(leads_to)]
                await outbox.tell(db, email, language, _(subject) % {"name": organisation.name}, lines)


def _address(path: str) -> str:
    """The whole address of `path`, in the language being spoken."""
    return f"{settings().public_address}{url(path)}"
