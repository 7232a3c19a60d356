"""Partners and decisions about them as open data."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.pagination import decode, encode
from app.kernel.refusals import NotFound
from app.kernel.web.access import Visitor
from app.kernel.web.api import After, Limit, Listing, cursor, listing, record
from app.kernel.web.transactions import Reading
from app.organisations.queries import decisions as decision_queries
from app.organisations.queries import register as queries
from app.organisations.queries.decisions import Decided, Sought
from app.organisations.queries.regions import regions
from app.organisations.queries.register import Exported, Filter
from app.organisations.rules.decisions import Outcome
from app.organisations.rules.kinds import Kind
from app.places import queries as places
from app.vocabulary.queries import entries as vocabulary

router = APIRouter(tags=["organisations"])
Codes = Annotated[list[str], Query(max_length=20, description="Codes of the vocabulary; any of several.")]
Areas = Annotated[
    list[str], Query(max_length=20, description="P-codes; all below counts too; any of several.")
]


class OrganisationRecord(BaseModel):
    """A partner: verified, or listed, that is known from a published source only."""

    id: UUID
    slug: str
    name: str
    acronym: str
    kind: Kind
    state: str = Field(description="As it counts today: verified, suspended, lapsed or listed.")
    seat: str = Field(description="The P-code of its seat, empty where it isn't known.")
    website: str
    phone: str
    email: str
    founded_year: int | None
    verified_until: date | None
    services: list[str] = Field(description="Names, in the language that was asked for.")
    groups: list[str]
    languages: list[str]
    areas: list[str] = Field(description="P-codes of where it works.")
    reported_services: list[str] = Field(
        description="Names of what sources say that it does; nobody checked it."
    )
    reported_areas: list[str] = Field(
        description="P-codes of where sources say that it is; nobody checked it."
    )
    reported_by: list[str] = Field(description="Those sources.")
    source: str = Field(description="What a listed organisation is known from.")
    demonstration: bool = Field(description="Invented, to show how this works.")
    updated_at: datetime

    @classmethod
    def of(cls, row: Exported) -> "OrganisationRecord":
        return cls(
            id=row.id,
            slug=row.slug,
            name=row.name,
            acronym=row.acronym,
            kind=row.kind,
            state=row.state,
            seat=row.home_code,
            website=row.website,
            phone=row.phone,
            email=row.public_email,
            founded_year=row.founded_year,
            verified_until=row.expires_on,
            services=list(row.services),
            groups=list(row.groups),
            languages=list(row.languages),
            areas=list(row.areas),
            reported_services=list(row.reported_services),
            reported_areas=list(row.reported_areas),
            reported_by=list(row.reported_by),
            source=row.listed_source,
            demonstration=row.demonstration,
            updated_at=row.changed_at,
        )


class ContestRecord(BaseModel):
    """What was said against a decision, and the answer of another registrar."""

    says: str
    lodged_at: datetime
    outcome: str | None = Field(description="upheld, overturned, or null while nobody has answered.")
    answer: str


class DecisionRecord(BaseModel):
    """What was decided about a partner, and why. Never edited."""

    id: UUID
    at: datetime
    organisation_id: UUID
    organisation: str
    outcome: Outcome
    reason_code: str
    reason: str
    decided_for: str = Field(description="The area of the registrar who decided, as it was named then.")
    proposed_for: str = Field(
        description="The area of another registrar who had proposed it, where it took two; else empty."
    )
    contest: ContestRecord | None
    demonstration: bool

    @classmethod
    def of(cls, row: Decided) -> "DecisionRecord":
        contest = row.contest and ContestRecord(
            says=row.contest.says,
            lodged_at=row.contest.lodged_at,
            outcome=row.contest.outcome,
            answer=row.contest.answer,
        )
        return cls(
            id=row.id,
            at=row.at,
            organisation_id=row.organisation_id,
            organisation=row.name,
            outcome=row.outcome,
            reason_code=row.reason_code,
            reason=row.reason,
            decided_for=row.decided_for,
            proposed_for=row.proposed_for,
            contest=contest,
            demonstration=row.demonstration,
        )


@router.get("/organisations", response_model=Listing[OrganisationRecord])
async def organisations(
    request: Request,
    actor: Visitor,
    db: Reading,
    q: Annotated[str, Query(max_length=100, description="Words of its name; slips are forgiven.")] = "",
    kind: Annotated[list[Kind], Query(description="Any of several.")] = [],  # noqa: B006 - read by FastAPI, never changed
    service: Codes = [],  # noqa: B006
    group: Codes = [],  # noqa: B006
    area: Areas = [],  # noqa: B006
    status: Annotated[list[str], Query(description="verified, listed; any of several.")] = [],  # noqa: B006
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Partners by id."""
    words = await queries.understand(db, q.replace("\x00", ""))
    looked_for = await _filter(db, q, kind, {"service": service, "group": group}, area, status)
    key = decode(cursor(request, after), UUID)
    last = key[0] if key and isinstance(key[0], UUID) else None
    rows = await queries.exported(db, looked_for, words, after=last, size=limit + 1) if looked_for else []
    further = encode(rows[limit - 1].id) if len(rows) > limit else None
    return listing(request, [OrganisationRecord.of(row) for row in rows[:limit]], further)


@router.get("/organisations/{slug}", response_model=OrganisationRecord)
async def organisation(request: Request, slug: str, actor: Visitor, db: Reading) -> Response:
    """One partner, by its id or the last part of its address."""
    row = await queries.exported_one(db, slug)
    if row is None:
        raise NotFound
    return record(request, OrganisationRecord.of(row), row.id)


@router.get("/decisions", response_model=Listing[DecisionRecord], tags=["decisions"])
async def decisions(
    request: Request,
    actor: Visitor,
    db: Reading,
    outcome: Annotated[list[Outcome], Query(description="Any of several.")] = [],  # noqa: B006
    area: Annotated[str, Query(max_length=40, description="A P-code; all below counts too.")] = "",
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Decisions about partners, newest first."""
    within = await places.interval_of(db, area.upper().replace("\x00", "")) if area else None
    if area and within is None:
        return listing(request, [], None)
    found = await decision_queries.decisions(
        db, Sought(frozenset(outcome), within), after=cursor(request, after), size=limit
    )
    return listing(request, [DecisionRecord.of(row) for row in found.rows], found.after)


@router.get("/decisions/{decision_id}", response_model=DecisionRecord, tags=["decisions"])
async def decision(request: Request, decision_id: UUID, actor: Visitor, db: Reading) -> Response:
    row = await decision_queries.decision(db, decision_id)
    return record(request, DecisionRecord.of(row), row.id)


async def _filter(
    db: AsyncSession,
    q: str,
    kinds: list[Kind],
    codes: dict[str, list[str]],
    areas: list[str],
    statuses: list[str],
) -> Filter | None:
    """What is looked for; None where something is asked for that there is none of, so that nothing fits."""
    terms: dict[str, tuple[UUID, ...]] = {}
    for scheme, wanted in codes.items():
        if wanted:
            found = await vocabulary.entries_by_code(
                db, scheme, [code.replace("\x00", "") for code in wanted]
            )
            terms[scheme] = tuple(entry.id for entry in found)
    within = await regions(db, areas)
    known = frozenset(statuses) & frozenset(queries.STANDINGS)
    nothing = any(not ids for ids in terms.values()) or (areas and not within) or (statuses and not known)
    if nothing:
        return None
    return Filter(q, frozenset(kinds), terms, tuple((region.lo, region.hi) for region in within), known)
