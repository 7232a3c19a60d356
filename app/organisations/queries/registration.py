"""An application as its applicant, and the registrar, see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Person
from app.kernel.actor import Actor, Role
from app.kernel.i18n import _
from app.kernel.pagination import PAGE_SIZE, Page, cut, decode
from app.kernel.refusals import NotFound
from app.organisations.models import (
    LISTED,
    CheckItem,
    Duplicate,
    OfficeHolder,
    Organisation,
    OrganisationArea,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationTerm,
    Registration,
)
from app.organisations.rules.checklist import Answer
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import Purpose, State
from app.places.models import Area
from app.places.queries import said_name
from app.vocabulary.models import Term
from app.vocabulary.queries import entries as vocabulary
from app.vocabulary.queries.entries import name_of


@dataclass(frozen=True, slots=True)
class Place:
    """An area by id, code and name."""

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Application:
    """Everything an application says. `terms` goes from relation to (id, name); `answers` to what the kind is asked."""

    id: UUID
    state: State
    slug: str
    kind: Kind
    organisation: Organisation
    registration: Registration
    begun_by: str
    names: Mapping[str, str]
    number: tuple[str, str]
    terms: Mapping[str, Sequence[tuple[UUID, str]]]
    home: Place | None
    areas: Sequence[Place]
    wished: frozenset[UUID]
    holders: Sequence[tuple[str, str]]

    @property
    def steps_done(self) -> Sequence[str]:
        return self.registration.steps_done

    @property
    def version(self) -> int:
        return self.registration.version

    @property
    def purpose(self) -> Purpose:
        return Purpose(self.registration.purpose)

    @property
    def live(self) -> bool:
        """Whether the organisation is in the register already, so that its steps change a public page."""
        return self.organisation.state in {State.VERIFIED, State.LAPSED}

    @property
    def wanted(self) -> Mapping[str, str]:
        """Name, name on papers and kind as they are asked for, where they differ from those that count."""
        return self.registration.changes

    @property
    def answers(self) -> Mapping[str, Any]:
        return self.registration.answers


@dataclass(frozen=True, slots=True)
class Waiting:
    """An application in the queue."""

    id: UUID
    name: str
    kind: Kind
    purpose: Purpose
    area: str
    submitted_at: datetime | None
    due_on: date | None
    came_back: bool
    alike: int
    """How like another organisation it is (0 to 100), where nobody has said yet what the two are to each other."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a registrar found for one item."""

    answer: Answer
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class ListedOne:
    """An organisation that is known from a source only."""

    slug: str
    name: str
    source: str


async def listed_one(db: AsyncSession, slug: str) -> ListedOne:
    """The listed organisation at this address. Raises NotFound for one that is registered."""
    wanted = select(Organisation.slug, Organisation.name, Organisation.listed_source)
    row = (await db.execute(wanted.where(Organisation.slug == slug, Organisation.state == LISTED))).first()
    if row is None:
        raise NotFound
    return ListedOne(*row)


async def application(db: AsyncSession, slug: str) -> Application:
    """The newest application of the organisation at this address. Raises NotFound."""
    return await _application(db, Organisation.slug == slug)


async def application_by_id(db: AsyncSession, registration_id: UUID) -> Application:
    """The application with this id. Raises NotFound."""
    return await _application(db, Registration.id == registration_id)


async def queue(db: AsyncSession, actor: Actor, *, after: str | None = None) -> Page[Waiting]:
    """What waits for this registrar (or may be read by this auditor), oldest first."""
    wanted = (
        select(
            Registration.id,
            Organisation.name,
            Organisation.kind,
            Registration.purpose,
            said_name(),
            Registration.submitted_at,
            Registration.due_on,
            Registration.returned_at.is_not(None),
            _alike(),
        )
        .join(Organisation, Organisation.id == Registration.organisation_id)
        .join(Area, Area.id == Organisation.home_area_id)
        .where(Registration.state == State.SUBMITTED, _in_reach(actor))
        .order_by(Registration.submitted_at, Registration.id)
        .limit(PAGE_SIZE + 1)
    )
    if key := decode(after, str, UUID):
        since = datetime.fromisoformat(str(key[0])) if _is_moment(str(key[0])) else None
        if since:
            wanted = wanted.where(
                or_(
                    Registration.submitted_at > since,
                    (Registration.submitted_at == since) & (Registration.id > key[1]),
                )
            )
    rows = [
        Waiting(i, name, Kind(kind), Purpose(purpose), area, at, due, back, alike)
        for i, name, kind, purpose, area, at, due, back, alike in await db.execute(wanted)
    ]
    return cut(
        rows, PAGE_SIZE, key=lambda row: (row.submitted_at.isoformat() if row.submitted_at else "", row.id)
    )


async def number_waiting(db: AsyncSession, actor: Actor) -> int:
    """How many applications wait in this registrar's subtree."""
    return (await waiting_and_due(db, actor))[0]


async def waiting_and_due(db: AsyncSession, actor: Actor) -> tuple[int, date | None]:
    """The same, with the first day by which one of them is to be answered. One statement."""
    counted = (
        select(func.count(), func.min(Registration.due_on))
        .select_from(Registration)
        .join(Organisation, Organisation.id == Registration.organisation_id)
        .join(Area, Area.id == Organisation.home_area_id)
        .where(Registration.state == State.SUBMITTED, _in_reach(actor))
    )
    number, due_on = (await db.execute(counted)).one()
    return number, due_on


async def number_before(db: AsyncSession, seen: Application) -> int:
    """How many applications of the same first-level area are older than this one."""
    if seen.home is None or seen.registration.submitted_at is None:
        return 0
    counted = (
        select(func.count())
        .select_from(Registration)
        .join(Organisation, Organisation.id == Registration.organisation_id)
        .join(Area, Area.id == Organisation.home_area_id)
        .where(
            Registration.state == State.SUBMITTED,
            Registration.submitted_at < seen.registration.submitted_at,
            func.left(Area.code, 5) == seen.home.code[:5],
        )
    )
    return await db.scalar(counted) or 0


async def checked_items(db: AsyncSession, registration_id: UUID) -> dict[str, Checked]:
    """Item code -> what was found."""
    rows = await db.execute(
        select(CheckItem.code, CheckItem.answer, CheckItem.note, Person.name)
        .join(Person, Person.id == CheckItem.checked_by)
        .where(CheckItem.registration_id == registration_id)
    )
    return {code: Checked(Answer(answer), note, by) for code, answer, note, by in rows}


def _alike() -> ColumnElement[int]:
    """The score of the likest other organisation that nobody has answered about, or 0."""
    strongest = (
        select(func.max(Duplicate.score))
        .where(
            or_(Duplicate.low_id == Organisation.id, Duplicate.high_id == Organisation.id),
            Duplicate.state == "suspected",
        )
        .correlate(Organisation)
        .scalar_subquery()
    )
    return func.coalesce(strongest, 0)


def _in_reach(actor: Actor) -> ColumnElement[bool]:
    grants = [g for g in actor.grants if g.role in {Role.REGISTRAR, Role.AUDITOR}]
    return or_(*[Area.lo.between(g.lo, g.hi) for g in grants], false())


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


async def _application(db: AsyncSession, wanted: ColumnElement[bool]) -> Application:
    row = (
        await db.execute(
            select(Organisation, Registration, Person.name)
            .join(Registration, Registration.organisation_id == Organisation.id)
            .join(Person, Person.id == Registration.begun_by)
            .where(wanted)
            .order_by(Registration.number.desc())
            .limit(1)
        )
    ).first()
    if row is None:
        raise NotFound
    organisation, registration, begun_by = row
    # Read and not to be written: a service that locks the rows reads them anew, and a rollback takes nothing away.
    db.expunge(organisation)
    db.expunge(registration)
    terms = await terms_of(db, organisation.id)
    places = await areas_of(db, organisation.id)
    holders = await db.execute(
        select(OfficeHolder.full_name, OfficeHolder.role)
        .where(OfficeHolder.organisation_id == organisation.id)
        .order_by(OfficeHolder.position)
    )
    names = await names_of(db, organisation.id)
    home = next((place for place, is_home, _ in places if is_home), None)
    return Application(
        id=registration.id,
        state=State(registration.state),
        slug=organisation.slug,
        kind=Kind(registration.changes.get("kind", organisation.kind)),
        organisation=organisation,
        registration=registration,
        begun_by=begun_by,
        names=names,
        number=await number_of(db, organisation.id),
        terms=terms,
        home=home,
        areas=[place for place, _, relation in places if relation],
        wished=frozenset(place.id for place, _, relation in places if relation == "wished"),
        holders=[(name, role) for name, role in holders],
    )


async def names_of(db: AsyncSession, organisation_id: UUID) -> dict[str, str]:
    """Form -> the organisation's name in that form (the newest of several)."""
    rows = await db.execute(
        select(OrganisationName.form, OrganisationName.text)
        .where(OrganisationName.organisation_id == organisation_id)
        .order_by(OrganisationName.id)
    )
    return {row.form: row.text for row in rows}


async def number_of(db: AsyncSession, organisation_id: UUID) -> tuple[str, str]:
    """Scheme and number, as printed, of the organisation's registration; empty where it has none."""
    its = select(OrganisationIdentifier.scheme, OrganisationIdentifier.number).where(
        OrganisationIdentifier.organisation_id == organisation_id
    )
    row = (await db.execute(its.order_by(OrganisationIdentifier.live.desc()).limit(1))).first()
    return (row.scheme, row.number) if row else ("", "")


async def terms_of(db: AsyncSession, organisation_id: UUID) -> dict[str, list[tuple[UUID, str]]]:
    """Relation -> (id, name) of the organisation's vocabulary entries, in the language being spoken."""
    rows = await db.execute(
        select(OrganisationTerm.relation, Term.id, name_of())
        .join(Term, Term.id == OrganisationTerm.term_id)
        .where(OrganisationTerm.organisation_id == organisation_id)
        .order_by(OrganisationTerm.relation, Term.position, Term.code)
    )
    terms: dict[str, list[tuple[UUID, str]]] = {}
    for relation, term_id, name in rows:
        terms.setdefault(relation, []).append((term_id, name))
    return terms


async def languages_offered(db: AsyncSession, ticked: set[UUID]) -> list[vocabulary.Family]:
    """Languages to choose from: those that are ticked or that many partners work in first, all others after them."""
    near = await usual_languages(db) | ticked
    return await vocabulary.languages_offered(db, near, _("Languages that many partners work in"))


async def usual_languages(db: AsyncSession, *, among: int = 500, most: int = 12) -> set[UUID]:
    """The languages that most of the newest verified partners work in. One statement."""
    newest = (
        select(Organisation.id)
        .where(Organisation.state == State.VERIFIED.value)
        .order_by(Organisation.id.desc())
        .limit(among)
        .subquery()
    )
    rows = await db.execute(
        select(OrganisationTerm.term_id)
        .join(newest, newest.c.id == OrganisationTerm.organisation_id)
        .where(OrganisationTerm.relation == "language")
        .group_by(OrganisationTerm.term_id)
        .order_by(func.count().desc(), OrganisationTerm.term_id)
        .limit(most)
    )
    return set(rows.scalars())


async def areas_of(db: AsyncSession, organisation_id: UUID) -> list[tuple[Place, bool, str]]:
    """(area, whether it is the seat, "works", "wished" or "") of every area an organisation names."""
    works = OrganisationArea
    rows = await db.execute(
        select(
            Area.id, Area.code, said_name(), Area.id == Organisation.home_area_id, works.area_id, works.wished
        )
        .select_from(Area)
        .join(Organisation, Organisation.id == organisation_id)
        .outerjoin(works, (works.area_id == Area.id) & (works.organisation_id == organisation_id))
        .where(or_(Area.id == Organisation.home_area_id, works.area_id.is_not(None)))
        .order_by(Area.lo)
    )
    return [
        (Place(i, code, name), is_home, ("wished" if wished else "works") if named else "")
        for i, code, name, is_home, named, wished in rows
    ]


async def open_applications(db: AsyncSession, actor: Actor) -> list[tuple[str, str, str]]:
    """(name, slug, state) of the applications that this person's organisations still have to send."""
    rows = await db.execute(
        select(Organisation.name, Organisation.slug, Registration.state)
        .join(Registration, Registration.organisation_id == Organisation.id)
        .where(
            Organisation.id.in_([membership.organisation_id for membership in actor.memberships]),
            Registration.state.in_((State.DRAFT, State.RETURNED)),
        )
        .order_by(Registration.begun_at)
    )
    return [(name, slug, state) for name, slug, state in rows]
