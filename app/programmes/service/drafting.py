"""What an organisation's editor does: begin a programme, and write it down step by step, before and after publication."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel import audit, time
from app.kernel.actor import Actor
from app.kernel.i18n import N_
from app.kernel.ids import new_id
from app.kernel.refusals import NotFound, Refused
from app.kernel.text import fold
from app.kernel.versions import check_version
from app.organisations.models import Organisation
from app.organisations.queries.access import id_of
from app.organisations.rules.registration import WITHOUT_STANDING
from app.places.models import Area
from app.programmes.models import CapacityLine, Programme, ProgrammeArea, ProgrammeTerm
from app.programmes.rules import capacity
from app.programmes.rules.capacity import Line, Stretch
from app.programmes.rules.states import EDITABLE, State, check_move
from app.programmes.rules.steps import Step
from app.programmes.service.lines import align_lines, live_lines, move_lines, pauses_within, withdraw
from app.programmes.service.trail import note_change, record
from app.vocabulary.models import Term

SCHEMES: Mapping[str, str] = {
    "serves": "group",
    "service": "service",
    "language": "language",
    "access": "access",
    "commitment": "commitment",
    "sdg_target": "sdg_target",
}
"""Relation of a term to a programme -> the kind of entry it is."""


class NoSuchEntry(Refused):
    says = N_("One of the choices is not in the list any more. Choose again.")


class WithoutStanding(Refused):
    status = 409
    says = N_(
        "Your organisation is suspended in the register, or was removed from it, so it can't begin a programme. The page of its registration says why, and how to contest it."
    )


class StepFirst(Refused):
    says = N_(
        "Choose your services, and the days on which they run, before you say how many people you can serve."
    )


@dataclass(frozen=True, slots=True)
class What:
    """Title, summary in one language, and the ids of services and groups."""

    title: str
    summary: str
    language: str
    services: Sequence[UUID]
    groups: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class When:
    """First and last day, and breaks between them."""

    starts_on: date
    ends_on: date
    pauses: Sequence[Stretch] = ()


@dataclass(frozen=True, slots=True)
class Capacity:
    """What can be served: one line a service; or `together`, one number for all, and lines without their own."""

    lines: Sequence[Line]
    together: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """How somebody gets in."""

    referral: str
    phone: str
    email: str
    languages: Sequence[UUID]
    access: Sequence[UUID]
    safeguarding_contact: bool


def check_may_begin(state: str) -> None:
    """Raises WithoutStanding for an organisation in this state of the register."""
    if state in WITHOUT_STANDING:
        raise WithoutStanding


async def begin_programme(
    db: AsyncSession, actor: Actor, slug: str, what: What, areas: Collection[UUID] = ()
) -> UUID:
    """Begin a programme of the organisation at `slug`; `areas`, where they are known already. Returns its id.

    Raises NotFound, NoSuchEntry, WithoutStanding.
    """
    organisation = await db.get_one(Organisation, await id_of(db, slug))
    check_may_begin(organisation.state)
    programme = Programme(
        id=new_id(),
        organisation_id=organisation.id,
        title=what.title,
        title_folded="",
        created_by=actor.person_id,
        steps_done=[Step.WHAT.value],
    )
    db.add(programme)
    await db.flush()
    await _set_what(db, programme, what)
    if areas:
        await _set_areas(db, programme, areas)
        programme.steps_done = [Step.WHAT.value, Step.WHERE.value]
    await db.flush()
    await audit.record(db, actor, "programme.begun", programme.id, organisation=str(organisation.id))
    return programme.id


async def save_what(db: AsyncSession, actor: Actor, programme_id: UUID, seen: int, what: What) -> None:
    """Save the first step. A service that is taken away takes its capacity line along; a new one has a line whose
    number isn't known until the capacity step is saved again. Raises NoSuchEntry, and as `editable` does.
    """
    programme = await editable(db, programme_id, seen)
    await _set_what(db, programme, what)
    added = await align_lines(db, programme, what.services)
    await _done(db, actor, programme, Step.WHAT, undone=Step.CAPACITY if added else None)


async def save_where(
    db: AsyncSession, actor: Actor, programme_id: UUID, seen: int, areas: Collection[UUID]
) -> None:
    """Save the areas; one that lies in another of them is left out. Raises NoSuchEntry, and as `editable` does."""
    programme = await editable(db, programme_id, seen)
    await _set_areas(db, programme, areas)
    await _done(db, actor, programme, Step.WHERE)


async def save_when(db: AsyncSession, actor: Actor, programme_id: UUID, seen: int, when: When) -> None:
    """Save dates and breaks; capacity lines follow. Raises EndsBeforeItStarts, TooLong, PauseOutside, OnlyPauses,
    and as `editable` does.
    """
    programme = await editable(db, programme_id, seen)
    capacity.check_dates(when.starts_on, when.ends_on)
    pauses = capacity.normal_pauses((when.starts_on, when.ends_on), when.pauses)
    old = (programme.starts_on, programme.ends_on) if programme.starts_on and programme.ends_on else None
    programme.starts_on, programme.ends_on = when.starts_on, when.ends_on
    programme.closed = [[first.isoformat(), last.isoformat()] for first, last in pauses]
    await move_lines(db, programme, old)
    await align_lines(db, programme, await services_of(db, programme.id))
    await _done(db, actor, programme, Step.WHEN)


async def save_capacity(
    db: AsyncSession, actor: Actor, programme_id: UUID, seen: int, given: Capacity
) -> None:
    """Save how many people can be served; saving confirms it.

    Raises StepFirst before services and dates are there, NoSuchEntry for a service that isn't the programme's,
    EndsBeforeItStarts, PeopleCountedTwice, and as `editable` does.
    """
    programme = await editable(db, programme_id, seen)
    services = await services_of(db, programme.id)
    if not services or programme.starts_on is None or programme.ends_on is None:
        raise StepFirst
    if {line.service for line in given.lines} - set(services):
        raise NoSuchEntry
    dates = (programme.starts_on, programme.ends_on)
    capacity.check_apart(dates, given.lines)
    programme.people_together = given.together
    await _replace_lines(db, programme, dates, given)
    programme.reminded = 0
    await _done(db, actor, programme, Step.CAPACITY, people=_told(given))


async def save_entry(db: AsyncSession, actor: Actor, programme_id: UUID, seen: int, entry: Entry) -> None:
    """Save how somebody gets in. Raises NoSuchEntry, and as `editable` does."""
    programme = await editable(db, programme_id, seen)
    programme.referral, programme.referral_phone, programme.referral_email = (
        entry.referral,
        entry.phone,
        entry.email,
    )
    programme.safeguarding_contact = entry.safeguarding_contact
    await _set_terms(db, programme.id, {"language": entry.languages, "access": entry.access})
    await _done(db, actor, programme, Step.ENTRY)


async def save_aims(
    db: AsyncSession,
    actor: Actor,
    programme_id: UUID,
    seen: int,
    commitments: Sequence[UUID],
    targets: Sequence[UUID],
) -> None:
    """Save the commitments and targets it adds to. Raises NoSuchEntry, and as `editable` does."""
    programme = await editable(db, programme_id, seen)
    await _set_terms(db, programme.id, {"commitment": commitments, "sdg_target": targets})
    await _done(db, actor, programme, Step.AIMS)


async def editable(db: AsyncSession, programme_id: UUID, seen: int) -> Programme:
    """The programme, locked. Raises NotFound, NotMoved once it is over, ChangedMeanwhile."""
    programme = await locked(db, programme_id)
    if programme.state not in EDITABLE:
        check_move(State(programme.state), State.DRAFT)
    check_version(programme.version, seen)
    return programme


async def locked(db: AsyncSession, programme_id: UUID) -> Programme:
    """The programme, locked against whoever changes it at the same moment. Raises NotFound."""
    wanted = select(Programme).where(Programme.id == programme_id).with_for_update()
    programme = await db.scalar(wanted.execution_options(populate_existing=True))
    if programme is None:
        raise NotFound
    return programme


async def let_find(db: AsyncSession, programme: Programme) -> None:
    """Let a programme be found by its words and by the names of its organisation."""
    its = select(Organisation.name, Organisation.acronym).where(Organisation.id == programme.organisation_id)
    names = (await db.execute(its)).one()
    programme.search = " | ".join(
        filter(None, map(fold, (programme.title, *names, *programme.summaries.values())))
    )


async def services_of(db: AsyncSession, programme_id: UUID) -> list[UUID]:
    """The ids of a programme's services."""
    its = (ProgrammeTerm.programme_id == programme_id) & (ProgrammeTerm.relation == "service")
    return list(await db.scalars(select(ProgrammeTerm.term_id).where(its)))


async def _set_what(db: AsyncSession, programme: Programme, what: What) -> None:
    programme.title = what.title
    programme.title_folded = fold(what.title) or what.title
    programme.summaries = {**programme.summaries, what.language: what.summary}
    await let_find(db, programme)
    await _set_terms(db, programme.id, {"serves": what.groups, "service": what.services})


async def _set_terms(db: AsyncSession, programme_id: UUID, terms: Mapping[str, Sequence[UUID]]) -> None:
    """Make `terms` (relation -> ids) the programme's entries in these relations. A retired entry can stay, but can't
    be chosen anew. Raises NoSuchEntry.
    """
    its = (ProgrammeTerm.programme_id == programme_id) & ProgrammeTerm.relation.in_(terms)
    had = {(row.relation, row.term_id) for row in await db.scalars(select(ProgrammeTerm).where(its))}
    wanted = {(relation, term_id) for relation, ids in terms.items() for term_id in ids}
    new = wanted - had
    found = await db.execute(
        select(Term.id, Term.scheme).where(Term.id.in_({i for _, i in new}), Term.retired_at.is_(None))
    )
    schemes = dict(found.all())
    if any(schemes.get(term_id) != SCHEMES[relation] for relation, term_id in new):
        raise NoSuchEntry
    if gone := had - wanted:
        pair = tuple_(ProgrammeTerm.relation, ProgrammeTerm.term_id)
        await db.execute(
            delete(ProgrammeTerm).where(ProgrammeTerm.programme_id == programme_id, pair.in_(sorted(gone)))
        )
    db.add_all(ProgrammeTerm(programme_id=programme_id, relation=r, term_id=i) for r, i in sorted(new))
    await db.flush()


async def _set_areas(db: AsyncSession, programme: Programme, areas: Collection[UUID]) -> None:
    above = aliased(Area)
    inside = select(above.id).where(
        above.id.in_(areas), above.id != Area.id, above.lo <= Area.lo, above.hi >= Area.hi
    )
    rows = await db.execute(select(Area.id, inside.exists()).where(Area.id.in_(areas)))
    found = dict(rows.all())
    if set(areas) - found.keys():
        raise NoSuchEntry(field="area")
    await db.execute(delete(ProgrammeArea).where(ProgrammeArea.programme_id == programme.id))
    outermost = sorted(area_id for area_id, within in found.items() if not within)
    db.add_all(ProgrammeArea(programme_id=programme.id, area_id=area_id) for area_id in outermost)
    await db.flush()


async def _replace_lines(db: AsyncSession, programme: Programme, dates: Stretch, given: Capacity) -> None:
    """One row a line: those of the same service are changed in place, the others withdrawn."""
    rows = await live_lines(db, programme.id)
    today = time.now().date()
    for line in given.lines:
        row = next((row for row in rows if row.service_id == line.service), None)
        if row is None:
            row = CapacityLine(id=new_id(), programme_id=programme.id, service_id=line.service)
            db.add(row)
        else:
            rows.remove(row)
        starts_on, ends_on = line.own_dates or dates
        if ends_on < starts_on:
            raise capacity.EndsBeforeItStarts
        row.people = None if given.together is not None else line.people
        row.counts, row.split_by_us = line.counting.value, given.together is not None
        row.starts_on, row.ends_on, row.closed = (
            starts_on,
            ends_on,
            pauses_within(programme.closed, starts_on, ends_on),
        )
        row.confirmed_on = today
    withdraw(rows)
    await db.flush()


def _told(given: Capacity) -> dict[str, int | None]:
    return (
        {"together": given.together}
        if given.together is not None
        else {str(line.service): line.people for line in given.lines}
    )


async def _done(
    db: AsyncSession,
    actor: Actor,
    programme: Programme,
    step: Step,
    *,
    undone: Step | None = None,
    **facts: object,
) -> None:
    done = [
        name
        for name in dict.fromkeys([*programme.steps_done, step.value])
        if undone is None or name != undone.value
    ]
    programme.steps_done = done
    programme.changed_at = time.now()
    await db.flush()
    await record(db, actor, "programme.step-saved", programme, step=step.value, **facts)
    await note_change(db, programme)
