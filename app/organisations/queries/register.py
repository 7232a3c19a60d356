"""The public register: the list with its search and filters, a profile, the register of decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.i18n import spoken
from app.kernel.pagination import PAGE_SIZE, Page, cut, decode
from app.kernel.refusals import NotFound
from app.kernel.text import fold
from app.organisations.models import Decision, Organisation, OrganisationArea, OrganisationTerm
from app.organisations.queries.registration import Place, areas_of, terms_of
from app.organisations.rules.kinds import Kind
from app.places.models import Area


@dataclass(frozen=True, slots=True)
class Filter:
    """What a visitor looks for. `position` is the interval of the area's subtree."""

    search: str = ""
    kind: Kind | None = None
    group: UUID | None = None
    service: UUID | None = None
    within: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A partner in the list."""

    id: UUID
    slug: str
    name: str
    name_folded: str
    acronym: str
    kind: Kind
    state: str
    area: str | None
    demonstration: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """A partner's public page."""

    id: UUID
    slug: str
    kind: Kind
    state: str
    name: str
    acronym: str
    description: str
    founded_year: int | None
    staff: str
    volunteers: str
    website: str
    phone: str
    public_email: str
    address: str
    expires_on: date | None
    demonstration: bool
    listed_source: str
    home: Place | None
    areas: Sequence[Place]
    terms: Mapping[str, Sequence[tuple[UUID, str]]]


@dataclass(frozen=True, slots=True)
class Decided:
    """A line of the public register of decisions."""

    id: UUID
    at: datetime
    outcome: str
    reason_code: str
    reason: str
    decided_for: str
    name: str
    slug: str
    shown: bool


async def partners(db: AsyncSession, looked_for: Filter, *, after: str | None = None) -> Page[Listed]:
    """Partners by name, PAGE_SIZE at a time: verified ones and those known from a source. One statement."""
    columns = (
        Organisation.id, Organisation.slug, Organisation.name, Organisation.name_folded, Organisation.acronym,
        Organisation.kind, Organisation.state, Area.name, Organisation.demonstration,
    )
    wanted = (
        select(*columns)
        .outerjoin(Area, Area.id == Organisation.home_area_id)
        .where(Organisation.shown)
        .order_by(Organisation.name_folded, Organisation.id)
        .limit(PAGE_SIZE + 1)
    )
    if looked_for.search:
        folded = fold(looked_for.search)
        wanted = wanted.where(Organisation.words.op('&&')(folded.split()))
    if looked_for.kind:
        wanted = wanted.where(Organisation.kind == looked_for.kind)
    for relation, term_id in (("serves", looked_for.group), ("service", looked_for.service)):
        if term_id:
            has = select(OrganisationTerm.organisation_id).where(
                OrganisationTerm.relation == relation, OrganisationTerm.term_id == term_id
            )
            wanted = wanted.where(Organisation.id.in_(has))
    if looked_for.within:
        works = (
            select(OrganisationArea.organisation_id)
            .join(Area, Area.id == OrganisationArea.area_id)
            .where(Area.lo.between(*looked_for.within))
        )
        wanted = wanted.where(Organisation.id.in_(works))
    if key := decode(after, str, UUID):
        wanted = wanted.where(tuple_(Organisation.name_folded, Organisation.id) > tuple_(*key))
    rows = [
        Listed(i, slug, name, folded, acronym, Kind(kind), state, area, demo)
        for i, slug, name, folded, acronym, kind, state, area, demo in await db.execute(wanted)
    ]
    return cut(rows, PAGE_SIZE, key=lambda row: (row.name_folded, row.id))


async def profile(db: AsyncSession, slug: str) -> Profile:
    """The public page of a partner. Raises NotFound for one that is not, or not yet, in the register."""
    organisation = await db.scalar(select(Organisation).where(Organisation.slug == slug, Organisation.shown))
    if organisation is None:
        raise NotFound
    places = await areas_of(db, organisation.id)
    said = organisation.descriptions
    return Profile(
        id=organisation.id,
        slug=slug,
        kind=Kind(organisation.kind),
        state=organisation.state,
        name=organisation.name,
        acronym=organisation.acronym,
        description=said.get(spoken().code) or said.get("en") or next(iter(said.values()), ""),
        founded_year=organisation.founded_year,
        staff=organisation.staff,
        volunteers=organisation.volunteers,
        website=organisation.website,
        phone=organisation.phone,
        public_email=organisation.public_email,
        address=organisation.address if organisation.address_public else "",
        expires_on=organisation.expires_on,
        demonstration=organisation.demonstration,
        listed_source=organisation.listed_source,
        home=next((place for place, is_home, _ in places if is_home), None),
        areas=[place for place, _, relation in places if relation],
        terms=await terms_of(db, organisation.id),
    )


async def decisions(db: AsyncSession, *, after: str | None = None) -> Page[Decided]:
    """What was decided about partners, newest first. One statement."""
    wanted = (
        select(
            Decision.id, Decision.at, Decision.outcome, Decision.reason_code, Decision.reason, Decision.decided_for,
            Organisation.name, Organisation.slug, Organisation.shown,
        )
        .join(Organisation, Organisation.id == Decision.organisation_id)
        .order_by(Decision.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if key := decode(after, UUID):
        # Ids are made in the order of time, so one id is the whole key.
        wanted = wanted.where(Decision.id < key[0])
    rows = [Decided(*row) for row in await db.execute(wanted)]
    return cut(rows, PAGE_SIZE, key=lambda row: (row.id,))
