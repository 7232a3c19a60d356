"""Questioned figures: those that wait for a decision, and one with both sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel.actor import Actor, Role
from app.kernel.pagination import PAGE_SIZE, Page, cut, decode
from app.kernel.refusals import NotFound
from app.needs.models import Contest, NeedCell, NeedStatement
from app.needs.queries.sources import name_of_source
from app.needs.rules.contests import State
from app.organisations.models import Organisation
from app.places.models import Area
from app.places.queries import said_name
from app.vocabulary.models import Term
from app.vocabulary.queries.entries import name_of, noun_of


@dataclass(frozen=True, slots=True)
class Questioned:
    """A questioned figure: what is stated and by whom, what somebody says instead and why, and what was decided.

    `group`: as inside a sentence. `cell_id`: the working figure that the statement stands behind, where it does.
    """

    id: UUID
    state: State
    raised_at: datetime
    people: int
    source: str
    reason: str
    answer: str
    organisation_id: UUID
    organisation: str
    slug: str
    statement_id: UUID
    stated: int | None
    stated_source: str
    release: str
    told_by: str
    reference_from: date
    reference_to: date
    stated_by_id: UUID | None
    area: str
    area_code: str
    service: str | None
    group: str | None
    cell_id: UUID | None


@dataclass(frozen=True, slots=True)
class Stated:
    """A working figure and the statement behind it, for whoever questions it. `people` None: not to be shown."""

    cell_id: UUID
    statement_id: UUID | None
    people: int
    withheld: bool
    source: str
    release: str
    reference_to: date
    area_id: UUID
    area: str
    area_code: str
    service: str | None
    group: str


async def waiting(db: AsyncSession, actor: Actor, *, after: str | None = None) -> Page[Questioned]:
    """Open contests in this planner's areas, the oldest first. One statement."""
    wanted = _contests().where(*_theirs(actor)).order_by(Contest.raised_at, Contest.id).limit(PAGE_SIZE + 1)
    if key := decode(after, str, UUID):
        try:
            since = datetime.fromisoformat(str(key[0]))
        except ValueError:
            since = None
        if since is not None:
            wanted = wanted.where(tuple_(Contest.raised_at, Contest.id) > tuple_(since, key[1]))
    return cut(await _read(db, wanted), PAGE_SIZE, key=lambda row: (row.raised_at.isoformat(), row.id))


async def number_waiting(db: AsyncSession, actor: Actor) -> int:
    """How many questioned figures wait for a decision in this planner's areas."""
    wanted = (
        select(func.count())
        .select_from(Contest)
        .join(NeedStatement, NeedStatement.id == Contest.statement_id)
        .join(Area, Area.id == NeedStatement.area_id)
        .where(*_theirs(actor))
    )
    return await db.scalar(wanted) or 0


async def contest(db: AsyncSession, contest_id: UUID) -> Questioned:
    """One questioned figure. Raises NotFound."""
    found = await _read(db, _contests().where(Contest.id == contest_id))
    if not found:
        raise NotFound
    return found[0]


async def of_statement(db: AsyncSession, statement_id: UUID) -> list[Questioned]:
    """What was ever said against a stated figure, newest first."""
    return await _read(
        db, _contests().where(Contest.statement_id == statement_id).order_by(Contest.id.desc()).limit(50)
    )


async def stated(db: AsyncSession, cell_id: UUID) -> Stated:
    """The figure of a cell and where it stands. Raises NotFound."""
    group = aliased(Term)
    wanted = (
        select(
            NeedCell.id,
            NeedCell.statement_id,
            NeedCell.people,
            NeedCell.withheld,
            name_of_source(),
            func.coalesce(NeedStatement.release, ""),
            NeedCell.reference_to,
            Area.id,
            said_name(),
            Area.code,
            name_of(),
            name_of(group),
        )
        .join(Area, Area.id == NeedCell.area_id)
        .join(group, group.id == NeedCell.group_id)
        .outerjoin(Term, Term.id == NeedCell.service_id)
        .outerjoin(NeedStatement, NeedStatement.id == NeedCell.statement_id)
        .where(NeedCell.id == cell_id)
    )
    row: Any = (await db.execute(wanted)).first()
    if row is None:
        raise NotFound
    return Stated(*row)


def _theirs(actor: Actor) -> Sequence[Any]:
    over = [Area.lo.between(grant.lo, grant.hi) for grant in actor.grants if grant.role == Role.PLANNER]
    return (Contest.state == State.OPEN, or_(*over) if over else Area.lo < 0)


def _contests() -> Any:
    group = aliased(Term)
    facets = and_(
        *(
            func.coalesce(group.facts[facet].as_string(), "any") == getattr(NeedStatement, facet)
            for facet in ("status", "sex", "age", "disability")
        )
    )
    return (
        select(
            Contest.id,
            Contest.state,
            Contest.raised_at,
            Contest.people,
            Contest.source,
            Contest.reason,
            Contest.answer,
            Organisation.id,
            Organisation.name,
            Organisation.slug,
            NeedStatement.id,
            NeedStatement.people,
            name_of_source(),
            NeedStatement.release,
            NeedStatement.note,
            NeedStatement.reference_from,
            NeedStatement.reference_to,
            NeedStatement.stated_by_id,
            said_name(),
            Area.code,
            name_of(),
            noun_of(group),
            select(NeedCell.id).where(NeedCell.statement_id == NeedStatement.id).limit(1).scalar_subquery(),
        )
        .join(NeedStatement, NeedStatement.id == Contest.statement_id)
        .join(Organisation, Organisation.id == Contest.organisation_id)
        .join(Area, Area.id == NeedStatement.area_id)
        .outerjoin(Term, Term.id == NeedStatement.service_id)
        .outerjoin(group, and_(group.scheme == "group", facets))
    )


async def _read(db: AsyncSession, wanted: Any) -> list[Questioned]:
    rows: Any = await db.execute(wanted)
    return [Questioned(row[0], State(row[1]), *row[2:]) for row in rows]
