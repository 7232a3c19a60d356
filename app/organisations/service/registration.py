"""What an applicant does: begin a registration, fill in its steps, send it to the registrar."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Actor, Role
from app.kernel.i18n import N_
from app.kernel.ids import new_id
from app.organisations.models import (
    Membership,
    OfficeHolder,
    Organisation,
    Registration,
)
from app.organisations.queries.registration import names_of, number_of
from app.organisations.queries.similar import holder_of
from app.organisations.rules import applying, identifiers
from app.organisations.rules import registration as rules
from app.organisations.rules.applying import NoSuchEntry, NumberTaken, SayWhatIsDifferent, StepsMissing
from app.organisations.rules.registration import Calendar, Purpose, State, check_move
from app.organisations.rules.steps import Step
from app.organisations.service.claims import copy_checks
from app.organisations.service.duplicates import note_duplicates
from app.organisations.service.facts import Reach, Who, Work, set_areas, set_number, set_terms, set_who
from app.organisations.service.filing import begin_file, done, editable, newest, public_changes, to_state
from app.organisations.service.names import free_slug, replace_names
from app.organisations.service.telling import record, tell_registrars
from app.places.models import Area


async def begin_registration(
    db: AsyncSession, actor: Actor, who: Who, *, different: str = "", demonstration: bool = False
) -> str:
    """Begin an application; whoever begins it owns the organisation's page. Returns its slug.

    different: why it is none of those that look the same; for the registrar.
    """
    organisation = Organisation(
        id=new_id(),
        slug=await free_slug(db, who.name),
        kind=who.kind,
        name=who.name,
        name_folded="",
        demonstration=demonstration,
    )
    db.add(organisation)
    await set_who(db, organisation, who)
    await begin_file(db, actor, organisation, Purpose.FIRST, {Step.WHO}, different=different)
    db.add(
        Membership(id=new_id(), person_id=actor.person_id, organisation_id=organisation.id, role=Role.OWNER)
    )
    await db.flush()
    return organisation.slug


async def save_who(db: AsyncSession, actor: Actor, slug: str, seen: int, who: Who) -> bool:
    """Save the first step. Of an organisation that is verified, a new name or kind waits for its registrar:
    True when that is so. Raises as `editable` does.
    """
    organisation, registration = await editable(db, slug, seen, Step.WHO)
    if applying.asks_first(State(organisation.state), Step.WHO):
        return await _want_other_name(db, actor, organisation, registration, who)
    await set_who(db, organisation, who)
    await done(db, actor, organisation, registration, Step.WHO)
    return False


async def save_papers(
    db: AsyncSession,
    actor: Actor,
    slug: str,
    seen: int,
    answers: Mapping[str, Any],
    number: tuple[str, str] | None,
) -> bool:
    """Save what the kind is asked, and its registration number (scheme, number as printed). Of an organisation that
    is verified, what differs waits for its registrar: True when that is so.

    Raises NumberTaken when a live organisation has the number, and as `editable` does.
    """
    organisation, registration = await editable(db, slug, seen, Step.PAPERS)
    if applying.asks_first(State(organisation.state), Step.PAPERS):
        return await _want_other_papers(db, actor, organisation, registration, answers, number)
    registration.answers = {**registration.answers, **answers}
    await set_number(db, organisation, number)
    await done(db, actor, organisation, registration, Step.PAPERS)
    return False


async def save_work(db: AsyncSession, actor: Actor, slug: str, seen: int, work: Work) -> None:
    """Save groups, services, languages, access and the description. Raises NoSuchEntry, and as `editable` does."""
    organisation, registration = await editable(db, slug, seen, Step.WORK)
    entries = await set_terms(db, organisation.id, work.terms)
    organisation.descriptions = {**organisation.descriptions, work.language: work.description}
    await done(db, actor, organisation, registration, Step.WORK, entries)


async def save_places(
    db: AsyncSession,
    actor: Actor,
    slug: str,
    seen: int,
    home: UUID,
    works_in: Collection[UUID],
    wished: Collection[UUID],
) -> None:
    """Save the seat and the areas of work. Raises NoSuchEntry, and as `editable` does."""
    organisation, registration = await editable(db, slug, seen, Step.PLACES)
    if await db.scalar(select(Area.id).where(Area.id == home)) is None:
        raise NoSuchEntry
    entries = await set_areas(db, organisation.id, works_in, wished)
    organisation.home_area_id = home
    await done(db, actor, organisation, registration, Step.PLACES, entries)


async def save_reach(db: AsyncSession, actor: Actor, slug: str, seen: int, reach: Reach) -> None:
    """Save size and contacts. Raises as `editable` does."""
    organisation, registration = await editable(db, slug, seen, Step.REACH)
    for name in Reach.__dataclass_fields__:
        setattr(organisation, name, getattr(reach, name))
    organisation.website_domain = identifiers.web_domain(reach.website) or ""
    await done(db, actor, organisation, registration, Step.REACH)


async def save_people(
    db: AsyncSession, actor: Actor, slug: str, seen: int, holders: Sequence[tuple[str, str]]
) -> None:
    """Save who decides, as (name, role). Raises as `editable` does."""
    organisation, registration = await editable(db, slug, seen, Step.PEOPLE)
    await db.execute(delete(OfficeHolder).where(OfficeHolder.organisation_id == organisation.id))
    for position, (name, role) in enumerate(holders):
        db.add(OfficeHolder(organisation_id=organisation.id, full_name=name, role=role, position=position))
    await done(db, actor, organisation, registration, Step.PEOPLE)


async def save_promises(
    db: AsyncSession, actor: Actor, slug: str, seen: int, promises: Mapping[str, Any]
) -> None:
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
        db,
        organisation,
        N_("A registration waits for you: %(name)s"),
        N_("It is in your queue, oldest first."),
    )


async def _want_other_name(
    db: AsyncSession, actor: Actor, organisation: Organisation, registration: Registration, who: Who
) -> bool:
    """Keep a wanted name and kind until a registrar has said yes; what needs none counts at once."""
    now = {
        "kind": organisation.kind,
        "name": organisation.name,
        "legal_name": (await names_of(db, organisation.id)).get("legal", ""),
    }
    organisation.acronym, organisation.founded_year = who.acronym, who.founded_year
    changed = public_changes(organisation)
    await replace_names(db, organisation, {"acronym": who.acronym})
    wanted = {name: value for name, value in asdict(who).items() if name in now and value != now[name]}
    return await _want(db, actor, organisation, registration, Step.WHO, now, wanted, changed)


async def _want_other_papers(
    db: AsyncSession,
    actor: Actor,
    organisation: Organisation,
    registration: Registration,
    answers: Mapping[str, Any],
    number: tuple[str, str] | None,
) -> bool:
    """Keep what should stand on paper until a registrar has said yes; a number that another has is refused at once."""
    has = await number_of(db, organisation.id)
    now = {**registration.answers, "scheme": has[0], "registration_number": has[1]}
    if number and number != has:
        holder = await holder_of(db, *identifiers.check_identifier(*number))
        if holder and holder[0] != organisation.id:
            raise NumberTaken(name=holder[1])
    said = {**answers, "scheme": number[0] if number else ""}
    wanted = {code: value for code, value in said.items() if (value or "") != (now.get(code) or "")}
    if wanted.keys() & {"scheme", "registration_number"}:
        wanted |= {code: said.get(code, "") for code in ("scheme", "registration_number")}
    return await _want(db, actor, organisation, registration, Step.PAPERS, said, wanted)


async def _want(
    db: AsyncSession,
    actor: Actor,
    organisation: Organisation,
    registration: Registration,
    step: Step,
    fields: Collection[str],
    wanted: Mapping[str, Any],
    changed: Mapping[str, Sequence[str]] | None = None,
) -> bool:
    """Let what differs in one step wait for the registrar, with what waits of other steps; True when it was sent.

    Where a renewal is open, or the registrar asked something back, it goes with that when it is sent.
    """
    waits = {field: value for field, value in registration.changes.items() if field not in fields}
    begun = registration.state in rules.OPEN
    if not wanted and not begun:
        await done(db, actor, organisation, registration, step, changed)
        return False
    if not begun:
        before, waits = registration, {}
        registration = await begin_file(db, actor, organisation, Purpose.CHANGE, list(Step), before=before)
        await copy_checks(db, before.id, registration.id, besides=("C1",))
        registration.submitted_at, registration.state = time.now(), State.SUBMITTED
        registration.due_on = rules.due_on(time.now().date(), Calendar())
        await tell_registrars(
            db,
            organisation,
            N_("%(name)s asks for a change that you decide"),
            N_("It is in your queue, oldest first."),
        )
    registration.changes = {**waits, **wanted}
    await done(db, actor, organisation, registration, step, changed)
    await record(db, actor, organisation, "registration.change-asked", registration.id, fields=sorted(wanted))
    return registration.purpose == Purpose.CHANGE and bool(wanted)
