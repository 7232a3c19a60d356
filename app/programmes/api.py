"""Programmes and presences as open data."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.refusals import NotFound
from app.kernel.web.access import Visitor
from app.kernel.web.api import After, Limit, Listing, cursor, listing, record
from app.kernel.web.transactions import Reading
from app.organisations.queries.access import id_of
from app.places import queries as places
from app.programmes.queries import listing as lists
from app.programmes.queries import presences as presence_queries
from app.programmes.queries.listing import Filter
from app.programmes.queries.presences import PresenceFilter, PresenceSeen
from app.programmes.queries.whole import Named, Served, Whole, public, wholes
from app.programmes.rules.states import State
from app.vocabulary.queries import entries as vocabulary

router = APIRouter(tags=["programmes"])
Code = Annotated[str, Query(max_length=80)]
Sought = Annotated[str, Query(max_length=100, description="Words of its name or work; slips are forgiven.")]
Since = Annotated[
    datetime | None, Query(description="Changed at this moment or later; they come in that order.")
]


class TermRecord(BaseModel):
    """An entry of the vocabulary."""

    code: str
    name: str

    @classmethod
    def of(cls, term: Named) -> "TermRecord":
        return cls(code=term.code, name=term.name)


class PlaceRecord(BaseModel):
    """An area; a programme works in all of it."""

    code: str
    name: str


class OwnerRecord(BaseModel):
    """The organisation that a programme is of."""

    id: UUID
    slug: str
    name: str
    state: str


class CapacityRecord(BaseModel):
    """How many people can be served with one service."""

    service: TermRecord
    people: int | None = Field(description="null: not known. It is never 0 for that.")
    counts: str = Field(description="places: at one time; through-put: different people over the whole time.")
    starts_on: date
    ends_on: date
    confirmed_on: date
    counts_until: date = Field(description="A year after it was confirmed it counts no more.")
    split_by_us: bool = Field(description="It has a part of people_together, split in proportion to need.")

    @classmethod
    def of(cls, line: Served) -> "CapacityRecord":
        return cls(
            service=TermRecord.of(line.service),
            people=line.people,
            counts=line.counting.value,
            starts_on=line.starts_on,
            ends_on=line.ends_on,
            confirmed_on=line.confirmed_on,
            counts_until=line.counts_until,
            split_by_us=line.split_by_us,
        )


class ProgrammeRecord(BaseModel):
    """What an organisation does for somebody, somewhere, for a time."""

    id: UUID
    version: int
    title: str
    summaries: dict[str, str]
    state: str
    state_reason: str
    organisation: OwnerRecord
    demonstration: bool = Field(description="Invented, to try the platform out.")
    starts_on: date | None
    ends_on: date | None
    breaks: list[tuple[date, date]]
    groups: list[TermRecord]
    areas: list[PlaceRecord]
    capacity: list[CapacityRecord]
    people_together: int | None = Field(
        description="One number for all services, where there is none for each."
    )
    referral: str
    referral_phone: str
    referral_email: str
    languages: list[TermRecord]
    access: list[TermRecord]
    commitments: list[TermRecord]
    sdg_targets: list[TermRecord]
    published_at: datetime | None
    changed_at: datetime

    @classmethod
    def of(cls, it: Whole) -> "ProgrammeRecord":
        def named(relation: str) -> list[TermRecord]:
            return [TermRecord.of(term) for term in it.named(relation)]

        return cls(
            id=it.id,
            version=it.version,
            title=it.title,
            summaries=dict(it.summaries),
            state=it.state.value,
            state_reason=it.state_reason,
            organisation=OwnerRecord(
                id=it.organisation_id, slug=it.slug, name=it.organisation, state=it.organisation_state
            ),
            demonstration=it.demonstration,
            starts_on=it.starts_on,
            ends_on=it.ends_on,
            breaks=list(it.pauses),
            groups=named("serves"),
            areas=[PlaceRecord(code=place.code, name=place.name) for place in it.areas],
            capacity=[CapacityRecord.of(line) for line in it.lines],
            people_together=it.together,
            referral=it.referral,
            referral_phone=it.phone,
            referral_email=it.email,
            languages=named("language"),
            access=named("access"),
            commitments=named("commitment"),
            sdg_targets=named("sdg_target"),
            published_at=it.published_at,
            changed_at=it.changed_at,
        )


class PresenceRecord(BaseModel):
    """What one source says of one organisation, service and area. It names no number of people, and none follows."""

    id: UUID
    organisation_id: UUID
    organisation: str
    organisation_slug: str
    partner: str | None
    role: str
    service_code: str | None
    service: str | None
    activity: str
    area_code: str
    area: str
    period_from: date
    period_to: date
    status: str
    source: str
    source_id: UUID
    import_id: UUID | None
    sheet: str
    rows: list[int] = Field(description="Where in the sheet it stands.")
    ended: bool = Field(description="The source's newest file no longer says it.")

    @classmethod
    def of(cls, row: PresenceSeen) -> "PresenceRecord":
        given: dict[str, Any] = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        given |= {"organisation_slug": row.slug, "rows": list(row.rows)}
        return cls(**given)


@router.get("/programmes", response_model=Listing[ProgrammeRecord])
async def programmes(
    request: Request,
    actor: Visitor,
    db: Reading,
    q: Sought = "",
    area: Code = "",
    service: Code = "",
    group: Code = "",
    organisation: Code = "",
    state: Annotated[State | None, Query()] = None,
    updated_since: Since = None,
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Programmes by name, or in the order of their last change where `updated_since` is given.

    `area`: in it, in a part of it, or in a larger one; `service`: it and all under it; `group`: it, those in it and
    those that it is part of; `organisation`: its address (slug).
    """
    group_ids = None
    if group:
        index, its = await vocabulary.group_index(db), await _term(db, "group", group)
        group_ids = {its, *index.contained(its), *index.containing(its)}
    within = await _within(db, area)
    looked_for = Filter(
        search=q,
        states=[state] if state else (),
        groups=group_ids,
        services=await _services(db, service),
        areas=await lists.areas_meeting(db, within) if within else None,
        organisation_id=await id_of(db, organisation) if organisation else None,
        changed_since=updated_since,
    )
    rows = lists.last_changed if updated_since else lists.programmes
    found = await rows(db, await lists.weighed(db, looked_for), after=cursor(request, after), size=limit)
    records = [ProgrammeRecord.of(each) for each in await wholes(db, [row.id for row in found.rows])]
    return listing(request, records, found.after)


@router.get("/programmes/{programme_id}", response_model=ProgrammeRecord)
async def one_programme(request: Request, programme_id: UUID, actor: Visitor, db: Reading) -> Response:
    """A programme by its id."""
    seen = await public(db, programme_id)
    return record(request, ProgrammeRecord.of(seen), seen.id)


@router.get("/presences", response_model=Listing[PresenceRecord])
async def presences(
    request: Request,
    actor: Visitor,
    db: Reading,
    area: Code = "",
    service: Code = "",
    organisation: Code = "",
    source: Annotated[UUID | None, Query()] = None,
    ended: bool = False,
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Who is said to do what where, in the order in which it was taken in. `ended`: also what is no longer said."""
    looked_for = PresenceFilter(
        organisation_id=await id_of(db, organisation) if organisation else None,
        services=await _services(db, service),
        within=await _within(db, area),
        source_id=source,
        ended=ended,
    )
    found = await presence_queries.presences(db, looked_for, after=cursor(request, after), size=limit)
    return listing(request, [PresenceRecord.of(row) for row in found.rows], found.after)


async def _within(db: AsyncSession, code: str) -> tuple[int, int] | None:
    if not code:
        return None
    within = await places.interval_of(db, code.upper())
    if within is None:
        raise NotFound
    return within


async def _services(db: AsyncSession, code: str) -> frozenset[UUID] | None:
    return (await vocabulary.tree(db, "service")).within(await _term(db, "service", code)) if code else None


async def _term(db: AsyncSession, scheme: str, code: str) -> UUID:
    found = await vocabulary.entries_by_code(db, scheme, [code])
    if not found:
        raise NotFound
    return found[0].id
