"""Needs with their coverage as open data. What isn't printed on a page isn't told here."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.queries import cell, left_out
from app.coverage.queries.cell import Figure
from app.coverage.queries.left_out import Choice, Looked, Row
from app.kernel.refusals import NotFound
from app.kernel.web.access import Visitor
from app.kernel.web.api import After, Limit, Listing, cursor, listing, record
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading
from app.places import queries as places

router = APIRouter(tags=["needs"])
Code = Annotated[str, Query(max_length=80)]
_WITHHELD = "null: fewer than 10, or it would give such a number away."


class NeedRecord(BaseModel):
    """How many people of a group need a service in an area, and how many of them programmes can serve."""

    id: UUID
    area: str = Field(description="Code of the area.")
    area_name: str
    service: str = Field(description="Code of the service.")
    group: str
    people: int | None = Field(description=_WITHHELD)
    covered: int | None = Field(description=f"People whom running programmes can serve. {_WITHHELD}")
    uncovered: int | None = Field(
        description=f"The others, whether or not somebody without a number is there. {_WITHHELD}"
    )
    known: str = Field(
        description="capacity known; capacity known in part; reported present, capacity unknown; nobody reported; no report."
    )
    organisations_named: int = Field(description="By lists of who does what where. Never turned into people.")
    organisations_without_number: int
    programmes: int
    severity: int | None = Field(description="1 to 5; null: not stated.")
    tier: int = Field(description="1 comes first; 5: nobody is left uncovered.")
    confidence: str = Field(description="A (best) to D.")
    questioned: bool
    reference_from: date
    reference_to: date
    source: str

    @classmethod
    def of(cls, row: Row) -> "NeedRecord":
        return cls(
            id=row.id, area=row.area_code, area_name=row.area, service=row.service_code, group=row.group, people=row.people,
            covered=row.covered, uncovered=row.uncovered, known=row.state.value, organisations_named=row.named,
            organisations_without_number=row.unmeasured, programmes=row.lines, severity=row.severity, tier=row.tier,
            confidence=row.confidence, questioned=row.contested, reference_from=row.reference_from,
            reference_to=row.reference_to, source=row.source,
        )  # fmt: skip


class FigureRecord(BaseModel):
    """One need with what its coverage is worked out of."""

    id: UUID
    area: str
    area_name: str
    service: str
    group: str = Field(description="Code of the group.")
    people: int | None = Field(description=_WITHHELD)
    covered: int | None = Field(description=_WITHHELD)
    uncovered: int | None = Field(description=_WITHHELD)
    origin: str = Field(description="stated; sum of parts; rest: what is left of a total.")
    counted: bool = Field(
        description="Enters sums and coverage; other figures are the same people seen otherwise."
    )
    known: str
    programmes: int
    organisations_named: int
    organisations_without_number: int
    severity: int | None
    tier: int
    confidence: str
    questioned: bool
    reference_from: date
    reference_to: date
    worked_out_at: datetime

    @classmethod
    def of(cls, it: Figure) -> "FigureRecord":
        return cls(
            id=it.id, area=it.area_code, area_name=it.area, service=it.service_code, group=it.group_code, people=it.people,
            covered=it.covered, uncovered=it.uncovered, origin=it.origin, counted=it.counted, known=it.state.value,
            programmes=it.lines, organisations_named=it.named, organisations_without_number=it.unmeasured,
            severity=it.severity, tier=it.tier, confidence=it.confidence, questioned=it.contested,
            reference_from=it.reference_from, reference_to=it.reference_to, worked_out_at=it.worked_out_at,
        )  # fmt: skip


@router.get("/needs", response_model=Listing[NeedRecord])
async def needs(
    request: Request,
    actor: Visitor,
    db: Reading,
    area: Code = "",
    service: Code = "",
    group: Code = "everyone",
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Needs of a group (its code; everyone where none is named) in an area and everything in it, worst first."""
    choices = await left_out.choices(db)
    looked = Looked(
        _coded(choices.groups, group).id,
        [_coded(choices.services, service).id] if service else [choice.id for choice in choices.services],
        await _within(db, area or web(request).settings.country),
    )
    found = await left_out.worst(db, looked, after=cursor(request, after), size=limit)
    return listing(request, [NeedRecord.of(row) for row in found.rows], found.after)


@router.get("/needs/{need_id}", response_model=FigureRecord)
async def need(request: Request, need_id: UUID, actor: Visitor, db: Reading) -> Response:
    """One need by its id."""
    it = await cell.figure(db, need_id)
    return record(request, FigureRecord.of(it), it.id)


def _coded(choices: Sequence[Choice], code: str) -> Choice:
    found = next((choice for choice in choices if choice.code == code), None)
    if found is None:
        raise NotFound
    return found


async def _within(db: AsyncSession, code: str) -> tuple[int, int]:
    within = await places.interval_of(db, code.upper())
    if within is None:
        raise NotFound
    return within
