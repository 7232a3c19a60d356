"""The vocabulary as open data: groups, services, skills, languages, access, commitments, goals and targets."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.web.access import Visitor
from app.kernel.web.api import After, Limit, Listing, cursor, listing, record
from app.kernel.web.transactions import Reading
from app.vocabulary.queries import catalogue
from app.vocabulary.queries.entries import Linked

router = APIRouter(tags=["vocabulary"])
Sought = Annotated[str, Query(max_length=100, description="Code or name, in any language.")]
Retired = Annotated[bool, Query(description="Also entries that nobody can choose any more.")]


class EntryRecord(BaseModel):
    """An entry. `facts` holds what its kind has besides: a group's facets, whether a service is a need of people,
    words for the middle of a sentence."""

    id: UUID
    scheme: str
    code: str
    parent: str | None = Field(description="The code of the entry that it stands under.")
    position: int
    name: str
    names: dict[str, str]
    description: str
    descriptions: dict[str, str]
    codes: dict[str, str] = Field(description="Its code in other lists.")
    facts: dict[str, Any]
    version: int
    retired_at: datetime | None

    @classmethod
    def of(cls, row: catalogue.Listed) -> "EntryRecord":
        return cls(
            id=row.id, scheme=row.scheme, code=row.code, parent=row.parent, position=row.position, name=row.name,
            names=dict(row.names), description=row.description, descriptions=dict(row.descriptions),
            codes=dict(row.codes), facts=dict(row.facts), version=row.version, retired_at=row.retired_at,
        )  # fmt: skip


class LinkRecord(BaseModel):
    """The other end of a crosswalk."""

    scheme: str
    code: str
    name: str
    reason: str

    @classmethod
    def of(cls, link: Linked) -> "LinkRecord":
        return cls(scheme=link.scheme, code=link.code, name=link.name, reason=link.reason)


class LinkedRecord(EntryRecord):
    """An entry with the entries of another list that it is linked with."""

    links: list[LinkRecord]


class KindRecord(BaseModel):
    """A kind of entry."""

    scheme: str
    in_use: int
    retired: int


@router.get("/groups", response_model=Listing[EntryRecord])
async def groups(
    request: Request,
    actor: Visitor,
    db: Reading,
    q: Sought = "",
    retired: Retired = False,
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Groups of people who may be left out."""
    return await _entries(request, db, "group", q, retired, limit, after)


@router.get("/services", response_model=Listing[EntryRecord])
async def services(
    request: Request,
    actor: Visitor,
    db: Reading,
    q: Sought = "",
    retired: Retired = False,
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Services: what people need and partners offer."""
    return await _entries(request, db, "service", q, retired, limit, after)


@router.get("/vocabulary", response_model=Listing[KindRecord])
async def kinds(request: Request, actor: Visitor, db: Reading) -> Response:
    """The kinds of entries."""
    rows = await catalogue.counted(db)
    records = [KindRecord(scheme=row.scheme.code, in_use=row.in_use, retired=row.retired) for row in rows]
    return listing(request, records, None)


@router.get("/vocabulary/{scheme}", response_model=Listing[EntryRecord])
async def entries(
    request: Request,
    scheme: str,
    actor: Visitor,
    db: Reading,
    q: Sought = "",
    retired: Retired = False,
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """The entries of a kind in their order."""
    return await _entries(request, db, scheme, q, retired, limit, after)


@router.get("/vocabulary/{scheme}/{code}", response_model=LinkedRecord)
async def one_entry(request: Request, scheme: str, code: str, actor: Visitor, db: Reading) -> Response:
    """An entry, retired or not, with its crosswalk."""
    seen = await catalogue.shown(db, scheme, code)
    made = LinkedRecord(
        **EntryRecord.of(seen.entry).model_dump(), links=[LinkRecord.of(link) for link in seen.links]
    )
    return record(request, made, seen.entry.id)


async def _entries(
    request: Request, db: AsyncSession, scheme: str, q: str, retired: bool, limit: int, after: str | None
) -> Response:
    found, _number = await catalogue.part(
        db, scheme, search=q, retired=retired, after=cursor(request, after), size=limit
    )
    return listing(request, [EntryRecord.of(row) for row in found.rows], found.after)
