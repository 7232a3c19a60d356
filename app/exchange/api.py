"""Imports as open data: which files the figures come from."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from app.exchange.queries import imports as queries
from app.exchange.queries.imports import Seen
from app.kernel.web.access import Visitor
from app.kernel.web.api import After, Limit, Listing, cursor, listing
from app.kernel.web.transactions import Reading

router = APIRouter(tags=["imports"])


class ImportRecord(BaseModel):
    """A file that was taken in. Who sent it is not told."""

    id: UUID
    kind: str = Field(description="presence: who does what where; need: how many people need what.")
    source_id: UUID
    source: str
    publisher: str
    licence: str
    country: str
    file_name: str
    file_sha256: str
    period_from: date | None
    period_to: date | None
    applied_at: datetime | None
    superseded: bool = Field(description="A newer file of the source was taken in since.")
    rows: int
    created: int
    changed: int
    unchanged: int
    refused: int
    ended: int

    @classmethod
    def of(cls, seen: Seen) -> "ImportRecord":
        counts = {name: int(seen.counts.get(name, 0)) for name in _COUNTS}
        return cls(
            id=seen.id, kind=seen.kind, source_id=seen.source_id, source=seen.source, publisher=seen.publisher,
            licence=seen.licence, country=seen.country, file_name=seen.file_name, file_sha256=seen.file_hash.hex(),
            period_from=seen.period_from, period_to=seen.period_to, applied_at=seen.ended_at,
            superseded=seen.state == "superseded", **counts,
        )  # fmt: skip


_COUNTS = ("rows", "created", "changed", "unchanged", "refused", "ended")


@router.get("/imports", response_model=Listing[ImportRecord])
async def imports(
    request: Request,
    actor: Visitor,
    db: Reading,
    country: Annotated[str, Query(max_length=2, description="Two-letter code.")] = "",
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Files that were taken in and not undone, the newest first."""
    found = await queries.public(db, country=country.upper(), after=cursor(request, after), size=limit)
    return listing(request, [ImportRecord.of(row) for row in found.rows], found.after)
