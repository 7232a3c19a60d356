"""What an applicant does: begin a registration, fill in its steps, send it to the registrar."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as accounts
from app.kernel import audit, outbox, time
from app.kernel.actor import Actor, Role
from app.kernel.database import refusing
from app.kernel.i18n import N_, _, speaking
from app.kernel.ids import new_id
from app.kernel.refusals import NotFound, Refused
from app.kernel.versions import ChangedMeanwhile
from app.organisations.models import (
    Membership,
    OfficeHolder,
    Organisation,
    OrganisationArea,
    OrganisationIdentifier,
    OrganisationTerm,
    Registration,
)
from app.organisations.rules import identifiers
from app.organisations.rules import registration as rules
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import Calendar, State, check_move
from app.organisations.rules.steps import Step
from app.organisations.service.names import free_slug, replace_names
from app.places import queries as places
from app.places.models import Area
from app.vocabulary.models import Term


class StepsMissing(Refused):
    says = N_("Some steps are still open. Fill them in, then send.")


class NumberTaken(Refused):
    status = 409
    field = "registration_number"
    says = N_("An organisation with this number is in the register already. Ask to join it, or check the number.")


class NoSuchEntry(Refused):
    says = N_("One of the choices is not in the list any more. Choose again.")


@dataclass(frozen=True, slots=True)
class Who:
    """Names, kind and beginning of an organisation. Only `name` and `kind` must be there."""

    kind: Kind
    name: str
    legal_name: str = ""
    acronym: str = ""
    founded_year: int | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What an organisation does: term ids by relation, and a description in one language."""

    terms: Mapping[str, Sequence[UUID]]
    description: str
    language: str


@dataclass(frozen=True, slots=True)
class Reach:
    """How large an organisation is and how it is reached; `phone` and `website` as typed, checked by the form."""

    staff: str = ""
    volunteers: str = ""
    budget: str = ""
    website: str = ""
    phone: str = ""
    public_email: str = ""
    contact_person: str = ""
    address: str = ""
    address_public: bool = False


async def begin_registration(db: AsyncSession, actor: Actor, who: Who, *, demonstration: bool = False) -> str:
    """Begin an application; whoever begins it owns the organisation's page. Returns its slug."""
    organisation = Organisation(
        id=new_id(), slug=await free_slug(db, who.name), kind=who.kind, name=who.name, name_folded="",
        demonstration=demonstration,
    )
    db.add(organisation)
    await _set_names(db, organisation, who)
    registration = Registration(
        id=new_id(), organisation_id=organisation.id, number=1, begun_by=actor.person_id, steps_done=[Step.WHO]
    )
    db.add(registration)
    db.add(Membership(id=new_id(), person_id=actor.person_id, organisation_id=organisation.id, role=Role.OWNER))
    await db.flush()
    await audit.record(db, actor, "registration.begun", registration.id, organisation=str(organisation.id))
    return organisation.slug


async def save_who(db: AsyncSession, actor: Actor, slug: str, seen: int, who: Who) -> None:
    """Save the first step. Raises as `_editable` does."""
    organisation, registration = await _editable(db, slug, seen)
    await _set_names(db, organisation, who)
    await _done(db, actor, registration, Step.WHO)


async def save_papers(
    db: AsyncSession, actor: Actor, slug: str, seen: int, answers: Mapping[str, Any], number: tuple[str, str] | None
) -> None:
    """Save what the kind is asked, and its registration number (scheme, number as printed).

    Raises NumberTaken when a live organisation has the number, and as `_editable` does.
    """
    organisation, registration = await _editable(db, slug, seen)
    registration.answers = {**registration.answers, **answers}
    await db.execute(delete(OrganisationIdentifier).where(OrganisationIdentifier.organisation_id == organisation.id))
    if number:
        scheme, normal = identifiers.check_identifier(*number)
        async with refusing(db, {"uq_organisation_identifier_live": NumberTaken()}):
            db.add(
                OrganisationIdentifier(
                    id=new_id(), organisation_id=organisation.id, scheme=scheme, number=number[1], number_norm=normal
                )
            )
    await _done(db, actor, registration, Step.PAPERS)


async def save_work(db: AsyncSession, actor: Actor, slug: str, seen: int, work: Work) -> None:
    """Save groups, services, languages, access and the description. Raises NoSuchEntry, and as `_editable` does."""
    organisation, registration = await _editable(db, slug, seen)
    await set_terms(db, organisation.id, work.terms)
    organisation.descriptions = {**organisation.descriptions, work.language: work.description}
    await _done(db, actor, registration, Step.WORK)


async def save_places(
    db: AsyncSession, actor: Actor, slug: str, seen: int, home: UUID, works_in: Collection[UUID], wished: Collection[UUID]
) -> None:
    """Save the seat and the areas of work. Raises NoSuchEntry, and as `_editable` does."""
    organisation, registration = await _editable(db, slug, seen)
    organisation.home_area_id = home
    await set_areas(db, organisation.id, works_in, wished)
    await _done(db, actor, registration, Step.PLACES)


async def save_reach(db: AsyncSession, actor: Actor, slug: str, seen: int, reach: Reach) -> None:
    """Save size and contacts. Raises as `_editable` does."""
    organisation, registration = await _editable(db, slug, seen)
    for name in Reach.__dataclass_fields__:
        setattr(organisation, name, getattr(reach, name))
    organisation.website_domain = identifiers.web_domain(reach.website) or ""
    await _done(db, actor, registration, Step.REACH)


async def save_people(db: AsyncSession, actor: Actor, slug: str, seen: int, holders: Sequence[tuple[str, str]]) -> None:
    """Save who decides, as (name, role). Raises as `_editable` does."""
    organisation, registration = await _editable(db, slug, seen)
    await db.execute(delete(OfficeHolder).where(OfficeHolder.organisation_id == organisation.id))
    for position, (name, role) in enumerate(holders):
        db.add(OfficeHolder(organisation_id=organisation.id, full_name=name, role=role, position=position))
    await _done(db, actor, registration, Step.PEOPLE)


async def save_promises(db: AsyncSession, actor: Actor, slug: str, seen: int, promises: Mapping[str, Any]) -> None:
    """Save the declarations, with the name of who makes them. Raises as `_editable` does."""
    _, registration = await _editable(db, slug, seen)
    registration.answers = {**registration.answers, **promises}
    await _done(db, actor, registration, Step.PROMISES)


async def submit_registration(db: AsyncSession, actor: Actor, slug: str) -> None:
    """Send the application to the registrar of its home area, who is told. Sending twice is sending once.

    An application that was returned keeps its place in the queue. Raises StepsMissing, NotMoved.
    """
    organisation, registration = await _newest(db, slug)
    if registration.state == State.SUBMITTED:
        return
    check_move(State(registration.state), State.SUBMITTED)
    if Step.still_open(registration.steps_done) is not None or organisation.home_area_id is None:
        raise StepsMissing
    home = await db.get_one(Area, organisation.home_area_id)
    registration.state = organisation.state = State.SUBMITTED
    registration.submitted_at = registration.submitted_at or time.now()
    registration.due_on = rules.due_on(time.now().date(), Calendar())
    registration.changed_at = time.now()
    await db.flush()
    chain = await places.chain_of(db, home.id)
    await audit.record(db, actor, "registration.submitted", registration.id, chain=chain, organisation=str(organisation.id))
    for _id, email, language in await accounts.holders_over(db, Role.REGISTRAR, home.lo):
        with speaking(language):
            subject = _("A registration waits for you: %(name)s") % {"name": organisation.name}
            await outbox.tell(db, email, language, subject, [_("It is in your queue, oldest first.")])


async def set_terms(db: AsyncSession, organisation_id: UUID, terms: Mapping[str, Sequence[UUID]]) -> None:
    """Make `terms` (relation -> term ids) the organisation's entries in these relations. Raises NoSuchEntry."""
    await db.execute(
        delete(OrganisationTerm).where(
            OrganisationTerm.organisation_id == organisation_id, OrganisationTerm.relation.in_(terms)
        )
    )
    wanted = {term_id for ids in terms.values() for term_id in ids}
    known = set(await db.scalars(select(Term.id).where(Term.id.in_(wanted))))
    if wanted - known:
        raise NoSuchEntry
    for relation, ids in terms.items():
        for term_id in dict.fromkeys(ids):
            db.add(OrganisationTerm(organisation_id=organisation_id, relation=relation, term_id=term_id))
    await db.flush()


async def set_areas(db: AsyncSession, organisation_id: UUID, works_in: Collection[UUID], wished: Collection[UUID]) -> None:
    """Make these the areas in which the organisation works, or says that it would. Raises NoSuchEntry."""
    await db.execute(delete(OrganisationArea).where(OrganisationArea.organisation_id == organisation_id))
    wanted = {*works_in, *wished}
    if wanted - set(await db.scalars(select(Area.id).where(Area.id.in_(wanted)))):
        raise NoSuchEntry
    for area_id in wanted:
        db.add(OrganisationArea(organisation_id=organisation_id, area_id=area_id, wished=area_id not in works_in))
    await db.flush()


async def _set_names(db: AsyncSession, organisation: Organisation, who: Who) -> None:
    organisation.kind = who.kind
    organisation.name = who.name
    organisation.acronym = who.acronym
    organisation.founded_year = who.founded_year
    organisation.changed_at = time.now()
    await db.flush()
    await replace_names(db, organisation, {"used": who.name, "legal": who.legal_name, "acronym": who.acronym})


async def _newest(db: AsyncSession, slug: str) -> tuple[Organisation, Registration]:
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


async def _editable(db: AsyncSession, slug: str, seen: int) -> tuple[Organisation, Registration]:
    """The application, locked. Raises NotFound, NotMoved once it was sent, ChangedMeanwhile."""
    organisation, registration = await _newest(db, slug)
    if registration.state not in rules.EDITABLE:
        check_move(State(registration.state), State.DRAFT)
    if registration.version != seen:
        raise ChangedMeanwhile(registration.version, ())
    return organisation, registration


async def _done(db: AsyncSession, actor: Actor, registration: Registration, step: Step) -> None:
    registration.steps_done = list(dict.fromkeys([*registration.steps_done, step]))
    registration.questions = {name: asked for name, asked in registration.questions.items() if name != step.value}
    registration.changed_at = time.now()
    await db.flush()
    await audit.record(db, actor, "registration.step-saved", registration.id, step=step)
