"""Areas as open data."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from app.kernel.refusals import NotFound
from app.kernel.web.access import Visitor
from app.kernel.web.api import After, Limit, Listing, cursor, listing, record
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading
from app.places import queries

router = APIRouter(tags=["areas"])
Code = Annotated[str, Query(max_length=40)]


class AreaRecord(BaseModel):
    """A country, region, district or smaller."""

    id: UUID
    code: str = Field(description="Its P-code, or the two-letter code of a country.")
    name: str
    names: dict[str, str] = Field(description="Further names by language.")
    codes: dict[str, str] = Field(description="Its code in other lists: iso3, iso_3166_2.")
    level: int = Field(description="0 is a country.")
    level_name: str = Field(description="What this level is called there, empty where it isn't known.")
    country: str
    parent: str | None = Field(description="The code of the area that it lies in.")
    time_zone: str
    population: int | None
    population_at: date | None
    population_source: str

    @classmethod
    def of(cls, area: queries.Listed) -> "AreaRecord":
        return cls(
            id=area.id, code=area.code, name=area.name, names=dict(area.names), codes=dict(area.codes), level=area.level,
            level_name=area.level_word, country=area.country, parent=area.parent, time_zone=area.time_zone,
            population=area.population, population_at=area.population_at, population_source=area.population_source,
        )  # fmt: skip


class FoundRecord(BaseModel):
    """A place that somebody may mean."""

    id: UUID
    code: str
    name: str
    where: str = Field(description="What kind of area it is, and what it lies in.")


@router.get("/areas", response_model=Listing[AreaRecord])
async def areas(
    request: Request,
    actor: Visitor,
    db: Reading,
    parent: Code = "",
    area: Code = "",
    level: Annotated[int | None, Query(ge=0, le=20)] = None,
    limit: Limit = 50,
    after: After = None,
) -> Response:
    """Areas in the order of the tree. `parent`: right below this one; `area`: this one and all in it."""
    parent_id = await queries.area_by_code(db, parent) if parent else None
    within = await queries.interval_of(db, area.upper()) if area else None
    if (parent and parent_id is None) or (area and within is None):
        raise NotFound
    found = await queries.listed(
        db, parent_id=parent_id, within=within, level=level, after=cursor(request, after), size=limit
    )
    return listing(request, [AreaRecord.of(row) for row in found.rows], found.after)


@router.get("/areas/search", response_model=Listing[FoundRecord])
async def search(
    request: Request,
    actor: Visitor,
    db: Reading,
    q: Annotated[str, Query(max_length=100)],
    country: Annotated[str, Query(max_length=2)] = "",
    limit: Limit = 10,
) -> Response:
    """Places by a name or code that may have slips in it, likest first; those of `country` come first."""
    home = country.upper() or web(request).settings.country
    found = await queries.search(db, q, country=home, limit=limit)
    records = [
        FoundRecord(id=place.id, code=place.code, name=place.name, where=place.where) for place in found
    ]
    return listing(request, records, None)


@router.get("/areas/{code}", response_model=AreaRecord)
async def one_area(request: Request, code: str, actor: Visitor, db: Reading) -> Response:
    """An area by its code."""
    seen = (await queries.shown(db, code)).area
    return record(request, AreaRecord.of(seen), seen.id)
