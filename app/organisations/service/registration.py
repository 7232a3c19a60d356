"""What an applicant does: begin a registration, fill in its steps, send it to the registrar."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Actor, Role
from app.kernel.database import refusing
from app.kernel.i18n import N_
from app.kernel.ids import new_id
from app.organisations.models import (
    Membership,
    OfficeHolder,
    Organisation,
    OrganisationIdentifier,
    Registration,
)
from app.organisations.queries.registration import names_of
from app.organisations.queries.similar import holder_of
from app.organisations.rules import identifiers
from app.organisations.rules import registration as rules
from app.organisations.rules.applying import NumberTaken, SayWhatIsDifferent, StepsMissing
from app.organisations.rules.registration import Calendar, Purpose, State, check_move
from app.organisations.rules.steps import Step
from app.organisations.service.duplicates import note_duplicates
from app.organisations.service.facts import Reach, Who, Work, set_areas, set_terms, set_who
from app.organisations.service.filing import begin_file, check_seen, done, editable, newest, to_state
from app.organisations.service.names import free_slug, replace_names
from app.organisations.service.telling import record, tell_registrars


async def begin_registration(
    db: AsyncSession, actor: Actor, who: Who, *, different: str = "", demonstration: bool = False
) -> str:
    """Begin an application; whoever begins it owns the organisation's page. Returns its slug.

    different: why it is none of those that look the same; for the registrar.
    """
    organisation = Organisation(
        id=new_id(), slug=await free_slug(db, who.name), kind=who.kind, name=who.name, name_folded="",
        demonstration=demonstration,
    )
    db.add(organisation)
    await set_who(db, organisation, who)
    await begin_file(db, actor, organisation, Purpose.FIRST, {Step.WHO}, different=different)
    db.add(Membership(id=new_id(), person_id=actor.person_id, organisation_id=organisation.id, role=Role.OWNER))
    await db.flush()
    return organisation.slug


async def save_who(db: AsyncSession, actor: Actor, slug: str, seen: int, who: Who) -> bool:
    """Save the first step. Of an organisation that is verified, a new name or kind waits for its registrar:
    True when that is so. Raises as `editable` does.
    """
    organisation, registration = await newest(db, slug)
    if organisation.state in {State.VERIFIED, State.LAPSED}:
        check_seen(registration, seen)
        return await _want_other_name(db, actor, organisation, registration, who)
    organisation, registration = await editable(db, slug, seen, Step.WHO)
    await set_who(db, organisation, who)
    await done(db, actor, organisation, registration, Step.WHO)
    return False


async def save_papers(
    db: AsyncSession, actor: Actor, slug: str, seen: int, answers: Mapping[str, Any], number: tuple[str, str] | None
) -> None:
    """Save what the kind is asked, and its registration number (scheme, number as printed).

    Raises NumberTaken when a live organisation has the number, and as `editable` does.
    """
    organisation, registration = await editable(db, slug, seen, Step.PAPERS)
    registration.answers = {**registration.answers, **answers}
    await db.execute(delete(OrganisationIdentifier).where(OrganisationIdentifier.organisation_id == organisation.id))
    if number:
        scheme, normal = identifiers.check_identifier(*number)
        holder = await holder_of(db, scheme, normal)
        # The listed organisation that is claimed may have the number already: it counts once they are one.
        claimed = holder is not None and holder[0] == organisation.claims_id
        async with refusing(db, {"uq_organisation_identifier_live": NumberTaken(name=holder[1] if holder else "")}):
            db.add(
                OrganisationIdentifier(
                    id=new_id(), organisation_id=organisation.id, scheme=scheme, number=number[1], number_norm=normal,
                    live=not claimed,
                )
            )
    await done(db, actor, organisation, registration, Step.PAPERS)


async def save_work(db: AsyncSession, actor: Actor, slug: str, seen: int, work: Work) -> None:
    """Save groups, services, languages, access and the description. Raises NoSuchEntry, and as `editable` does."""
    organisation, registration = await editable(db, slug, seen, Step.WORK)
    await set_terms(db, organisation.id, work.terms)
    organisation.descriptions = {**organisation.descriptions, work.language: work.description}
    await done(db, actor, organisation, registration, Step.WORK)


async def save_places(
    db: AsyncSession, actor: Actor, slug: str, seen: int, home: UUID, works_in: Collection[UUID], wished: Collection[UUID]
) -> None:
    """Save the seat and the areas of work. Raises NoSuchEntry, and as `editable` does."""
    organisation, registration = await editable(db, slug, seen, Step.PLACES)
    await set_areas(db, organisation.id, works_in, wished)
    organisation.home_area_id = home
    await done(db, actor, organisation, registration, Step.PLACES)


async def save_reach(db: AsyncSession, actor: Actor, slug: str, seen: int, reach: Reach) -> None:
    """Save size and contacts. Raises as `editable` does."""
    organisation, registration = await editable(db, slug, seen, Step.REACH)
    for name in Reach.__dataclass_fields__:
        setattr(organisation, name, getattr(reach, name))
    organisation.website_domain = identifiers.web_domain(reach.website) or ""
    await done(db, actor, organisation, registration, Step.REACH)


async def save_people(db: AsyncSession, actor: Actor, slug: str, seen: int, holders: Sequence[tuple[str, str]]) -> None:
    """Save who decides, as (name, role). Raises as `editable` does."""
    organisation, registration = await editable(db, slug, seen, Step.PEOPLE)
    await db.execute(delete(OfficeHolder).where(OfficeHolder.organisation_id == organisation.id))
    for position, (name, role) in enumerate(holders):
        db.add(OfficeHolder(organisation_id=organisation.id, full_name=name, role=role, position=position))
    await done(db, actor, organisation, registration, Step.PEOPLE)


async def save_promises(db: AsyncSession, actor: Actor, slug: str, seen: int, promises: Mapping[str, Any]) -> None:
    """Save the declarations, with the name of who makes them. Raises as `editable` does."""
    organisation, registration = await editable(db, slug, seen, Step.PROMISES)
    registration.answers = {**registration.answers, **promises}
    await done(db, actor, organisation, registration, Step.PROMISES)


async def submit_registration(db: AsyncSession, actor: Actor, slug: str, *, different: str = "") -> None:
    """Send the application to the registrar of its home area, who is told. Sending twice is sending once.

    An application that was returned keeps its place in the queue. What looks the same is written down for the
    registrar, with `different`, why it is another organisation. Raises StepsMissing, NotMoved, and
    SayWhatIsDifferent where somebody has to say it.
    """
    organisation, registration = await newest(db, slug)
    if registration.state == State.SUBMITTED:
        return
    check_move(State(registration.state), State.SUBMITTED)
    if Step.still_open(registration.steps_done) is not None or organisation.home_area_id is None:
        raise StepsMissing
    registration.different = different or registration.different
    likest = await note_duplicates(db, organisation)
    if likest and not registration.different:
        raise SayWhatIsDifferent
    registration.submitted_at = registration.submitted_at or time.now()
    registration.due_on = rules.due_on(time.now().date(), Calendar())
    await to_state(db, organisation, registration, State.SUBMITTED)
    await record(db, actor, organisation, "registration.submitted", registration.id)
    await tell_registrars(
        db, organisation, N_("A registration waits for you: %(name)s"), N_("It is in your queue, oldest first.")
    )


async def _want_other_name(
    db: AsyncSession, actor: Actor, organisation: Organisation, registration: Registration, who: Who
) -> bool:
    """Keep a wanted name and kind until a registrar has said yes; what needs none counts at once."""
    now = {"kind": organisation.kind, "name": organisation.name,
           "legal_name": (await names_of(db, organisation.id)).get("legal", "")}
    wanted = {name: value for name, value in asdict(who).items() if name in now and value != now[name]}
    organisation.acronym, organisation.founded_year = who.acronym, who.founded_year
    organisation.changed_at = time.now()
    await replace_names(db, organisation, {"acronym": who.acronym})
    if not wanted:
        registration.changed_at = time.now()
        await db.flush()
        await record(db, actor, organisation, "organisation.changed", organisation.id, step=Step.WHO.value)
        return False
    if State(registration.state) not in rules.OPEN:
        registration = await begin_file(db, actor, organisation, Purpose.CHANGE, list(Step), before=registration)
    registration.changes, registration.changed_at = wanted, time.now()
    if registration.purpose == Purpose.CHANGE and registration.state != State.SUBMITTED:
        registration.submitted_at = registration.submitted_at or time.now()
        registration.due_on = rules.due_on(time.now().date(), Calendar())
        registration.state = State.SUBMITTED
        await tell_registrars(
            db, organisation, N_("%(name)s asks for another name or kind"), N_("It is in your queue, oldest first.")
        )
    await db.flush()
    await record(db, actor, organisation, "registration.change-asked", registration.id, fields=sorted(wanted))
    return registration.purpose == Purpose.CHANGE


