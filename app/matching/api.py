"""How matching works, as open data: the weights, and the check of equal treatment."""

from datetime import date, datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.kernel.web.access import Visitor
from app.kernel.web.api import Listing, listing
from app.kernel.web.transactions import Reading
from app.matching.queries.treatment import ByClass, months
from app.matching.queries.weights import Announced, weight_sets

router = APIRouter(tags=["matching"])


class WeightSetRecord(BaseModel):
    """How the fit of a partner and a need is counted, from a day on."""

    id: int
    points: dict[str, list[int]] = Field(
        description="Factor -> points of its steps, the best last; the best add up to 100."
    )
    reason: str
    author: str = Field(description="Who announced it; empty for the first one.")
    announced_at: datetime
    in_force_from: date

    @classmethod
    def of(cls, each: Announced) -> "WeightSetRecord":
        return cls(
            id=each.weights.id, points=each.weights.written, reason=each.reason, author=each.author,
            announced_at=each.announced_at, in_force_from=each.in_force_from,
        )  # fmt: skip


class TreatmentRecord(BaseModel):
    """How a class of partners was shown in a month."""

    month: date = Field(description="Its first day.")
    measure: str
    partner_class: str
    partners: int = Field(description="How many could have been in a list.")
    attention: float = Field(description="Its part of all attention, 0 to 1.")
    chances: float = Field(description="Its part of all chances to be shown, 0 to 1.")
    ratio: float = Field(description="Attention for chances: 1 is even, under 0.8 is looked into.")

    @classmethod
    def of(cls, row: ByClass) -> "TreatmentRecord":
        return cls(
            month=row.month, measure=row.measure, partner_class=row.code, partners=row.partners, attention=row.treatment.got,
            chances=row.treatment.eligible, ratio=row.treatment.ratio,
        )  # fmt: skip


@router.get("/weight-sets", response_model=Listing[WeightSetRecord])
async def sets(request: Request, actor: Visitor, db: Reading) -> Response:
    """Every set there ever was, the newest first."""
    return listing(request, [WeightSetRecord.of(each) for each in await weight_sets(db)], None)


@router.get("/equal-treatment", response_model=Listing[TreatmentRecord])
async def equal_treatment(request: Request, actor: Visitor, db: Reading) -> Response:
    """The last twelve months that were measured, the newest first."""
    return listing(request, [TreatmentRecord.of(row) for row in await months(db)], None)
