"""Lists of programmes: the public one with its search and filters, an organisation's own, the newest, the last changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    ScalarSelect,
    Select,
    Uuid,
    and_,
    any_,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.i18n import spoken
from app.kernel.pagination import PAGE_SIZE, Page, cut, decode
from app.kernel.text import fold
from app.organisations.models import Organisation
from app.organisations.rules.registration import State as Registered
from app.places.models import Area
from app.places.queries import said_name
from app.programmes.models import CapacityLine, Programme, ProgrammeArea, ProgrammeTerm
from app.programmes.rules.states import State
from app.vocabulary.models import Term
from app.vocabulary.queries.entries import name_of, noun_of

COUNTED_TO = 10_000
"""Beyond so many rows a list says "more than"."""
MOST_WORDS = 8
"""Words of a search that are looked for; what follows narrows nothing."""
LONG = 5
"""Letters from which a word is known in spite of a slip."""
FREQUENT = 1000
NAMED = 6
"""Areas of a programme that a list names."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody looks for. `search`: words that may have slips; `frequent`: see `weighed`. `groups` and
    `services`: any of these entries; `areas`: any of these areas, by themselves (see `areas_meeting`);
    `organisation_id` with `drafts`: also what its people have not published yet.
    """

    search: str = ""
    frequent: bool = False
    states: Collection[State] = ()
    groups: Collection[UUID] | None = None
    services: Collection[UUID] | None = None
    areas: Collection[UUID] | None = None
    organisation_id: UUID | None = None
    drafts: bool = False
    changed_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """How many people a programme can serve with one service; None: not known."""

    service: str
    people: int | None
    counts: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A programme in a list. `areas` names the first few of `area_count`; `together`: one number for all services;
    `suspended`: its organisation is.
    """

    id: UUID
    title: str
    title_folded: str
    state: State
    starts_on: date | None
    ends_on: date | None
    together: int | None
    published_at: datetime | None
    changed_at: datetime
    summary: str
    organisation: str
    slug: str
    suspended: bool
    demonstration: bool
    groups: Sequence[str]
    services: Sequence[str]
    areas: Sequence[str]
    area_count: int
    confirmed_on: date | None
    numbers: Sequence[Number]


async def programmes(
    db: AsyncSession, looked_for: Filter, *, after: str | None = None, size: int = PAGE_SIZE
) -> Page[Listed]:
    """Programmes by title, `size` at a time. One statement, whatever the number of rows."""
    wanted = _wanted(looked_for).order_by(Programme.title_folded, Programme.id).limit(size + 1)
    if key := decode(after, str, UUID):
        wanted = wanted.where(tuple_(Programme.title_folded, Programme.id) > tuple_(*key))
    rows = await _listed(db, wanted, (Programme.title_folded, Programme.id))
    return cut(rows, size, key=lambda row: (row.title_folded, row.id))


async def newest(db: AsyncSession, *, after: str | None = None, size: int = 100) -> Page[Listed]:
    """Programmes as they were published, the newest first."""
    wanted = _wanted(Filter()).order_by(Programme.published_at.desc(), Programme.id.desc()).limit(size + 1)
    if (key := decode(after, str, UUID)) and (moment := _moment(str(key[0]))):
        wanted = wanted.where(
            tuple_(Programme.published_at, Programme.id) < tuple_(literal(moment), literal(key[1]))
        )
    rows = await _listed(db, wanted, (Programme.published_at.desc(), Programme.id.desc()))
    return cut(rows, size, key=lambda row: (row.published_at.isoformat() if row.published_at else "", row.id))


async def last_changed(db: AsyncSession, looked_for: Filter, *, after: str | None, size: int) -> Page[Listed]:
    """Programmes in the order in which they last changed, for whoever keeps a copy."""
    wanted = _wanted(looked_for).order_by(Programme.changed_at, Programme.id).limit(size + 1)
    if (key := decode(after, str, UUID)) and (moment := _moment(str(key[0]))):
        wanted = wanted.where(
            tuple_(Programme.changed_at, Programme.id) > tuple_(literal(moment), literal(key[1]))
        )
    rows = await _listed(db, wanted, (Programme.changed_at, Programme.id))
    return cut(rows, size, key=lambda row: (row.changed_at.isoformat(), row.id))


async def areas_meeting(db: AsyncSession, within: tuple[int, int]) -> list[UUID]:
    """The areas by which a programme works in a subtree: those in it, and the larger ones that it lies in, since a
    programme works in all of its areas.

    Asked beforehand and not joined: how many areas an interval holds is what the planner can't guess (measured
    at 100 000 programmes, for a district: 0.5 s joined, 0.03 s so).
    """
    lo, hi = within
    meets = or_(Area.lo.between(lo, hi), and_(Area.lo < lo, Area.hi >= hi))
    return list(await db.scalars(select(Area.id).where(meets)))


async def weighed(db: AsyncSession, looked_for: Filter) -> Filter:
    """The same, with a note of whether very many programmes have the words. One statement, none without words.

    The planner takes every word to be as frequent. Words that few have are best found first; those that most
    have, by reading programmes in their order until enough fit (measured at 100 000 programmes: the wrong way
    takes 2 s, the right one 0.1 s).
    """
    if not fold(looked_for.search):
        return replace(looked_for, search="")
    some = select(Programme.id).where(_fits(looked_for.search)).limit(FREQUENT + 1).subquery()
    number = await db.scalar(select(func.count()).select_from(some)) or 0
    return replace(looked_for, frequent=number > FREQUENT)


async def how_many(db: AsyncSession, looked_for: Filter) -> int:
    """The number of programmes found; COUNTED_TO + 1 means more than COUNTED_TO."""
    counted = _wanted(looked_for).limit(COUNTED_TO + 1).subquery()
    return await db.scalar(select(func.count()).select_from(counted)) or 0


def _wanted(looked_for: Filter) -> Select[UUID]:
    wanted = select(Programme.id)
    if looked_for.organisation_id is not None:
        wanted = wanted.where(Programme.organisation_id == looked_for.organisation_id)
    if looked_for.drafts:
        wanted = wanted.where(or_(Programme.published_at.is_not(None), Programme.state == State.DRAFT))
    else:
        owners = select(Organisation.id).where(
            Organisation.id == Programme.organisation_id, Organisation.shown
        )
        wanted = wanted.where(Programme.published_at.is_not(None), owners.exists())
    if fold(looked_for.search):
        wanted = wanted.where(
            _fits(looked_for.search) if looked_for.frequent else Programme.id.in_(_found(looked_for.search))
        )
    if looked_for.states:
        wanted = wanted.where(Programme.state.in_([state.value for state in looked_for.states]))
    for relation, ids in (("serves", looked_for.groups), ("service", looked_for.services)):
        if ids is not None:
            wanted = wanted.where(Programme.id.in_(_with_terms(relation, ids)))
    if looked_for.areas is not None:
        there = ProgrammeArea.area_id == any_(literal(list(looked_for.areas), ARRAY(Uuid())))
        wanted = wanted.where(Programme.id.in_(select(ProgrammeArea.programme_id).where(there)))
    if looked_for.changed_since:
        wanted = wanted.where(Programme.changed_at >= looked_for.changed_since)
    return wanted


def _fits(search: str) -> ColumnElement[bool]:
    """Those that have each of the words, in whatever order; or that have the long ones and are like all of them
    together, since a slip leaves a short word no letters to be known by.

    By the operator and not the function: only it is answered from the index of letter triples.
    """
    words = fold(search).split()[:MOST_WORDS]
    each = {word: literal(word).op("<%")(Programme.search) for word in words}
    together = literal(" ".join(words)).op("<%")(Programme.search)
    return or_(
        and_(*each.values()), and_(together, *(like for word, like in each.items() if len(word) >= LONG))
    )


def _found(search: str) -> Select[UUID]:
    """What has the words, found by itself before anything else is looked at."""
    found = (
        select(Programme.id)
        .where(_fits(search))
        .cte("found")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return select(found.c.id)


def _with_terms(relation: str, ids: Collection[UUID]) -> Select[UUID]:
    return select(ProgrammeTerm.programme_id).where(
        ProgrammeTerm.relation == relation, ProgrammeTerm.term_id.in_(ids)
    )


async def _listed(
    db: AsyncSession, wanted: Select[UUID], order: tuple[ColumnElement[Any] | Any, ...]
) -> list[Listed]:
    """The rows of `wanted` with what a list shows of them; only of them are names gathered."""
    chosen = wanted.subquery("chosen")
    said = Programme.summaries
    english = func.coalesce(said["en"].astext, "")
    summary = (
        english
        if spoken().code == "en"
        else func.coalesce(func.nullif(said[spoken().code].astext, ""), english)
    )
    names, area_count = _areas()
    confirmed_on, numbers = _lines()
    rows = await db.execute(
        select(
            Programme.id,
            Programme.title,
            Programme.title_folded,
            Programme.state,
            Programme.starts_on,
            Programme.ends_on,
            Programme.people_together.label("together"),
            Programme.published_at,
            Programme.changed_at,
            summary.label("summary"),
            Organisation.name.label("organisation"),
            Organisation.slug,
            (Organisation.state == Registered.SUSPENDED).label("suspended"),
            Organisation.demonstration,
            _names("serves", noun_of()).label("groups"),
            _names("service", name_of()).label("services"),
            names.label("areas"),
            area_count.label("area_count"),
            confirmed_on.label("confirmed_on"),
            numbers.label("numbers"),
        )
        .join(chosen, chosen.c.id == Programme.id)
        .join(Organisation, Organisation.id == Programme.organisation_id)
        .order_by(*order)
    )
    return [_read(dict(row)) for row in rows.mappings()]


def _read(row: dict[Any, Any]) -> Listed:
    read: dict[str, Any] = {name: row[name] or () for name in ("groups", "services", "areas")}
    read |= {"state": State(row["state"]), "numbers": [Number(*number) for number in row["numbers"] or ()]}
    return Listed(**row | read)


def _names(relation: str, name: ColumnElement[str]) -> ScalarSelect[Any]:
    its = (ProgrammeTerm.programme_id == Programme.id) & (ProgrammeTerm.relation == relation)
    ordered = func.array_agg(aggregate_order_by(name, Term.position, Term.code))
    return (
        select(ordered)
        .join(ProgrammeTerm, ProgrammeTerm.term_id == Term.id)
        .where(its)
        .correlate(Programme)
        .scalar_subquery()
    )


def _areas() -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    its = ProgrammeArea.programme_id == Programme.id
    first = (
        select(said_name().label("name"), Area.lo)
        .join(ProgrammeArea, ProgrammeArea.area_id == Area.id)
        .where(its)
        .order_by(Area.lo)
        .limit(NAMED)
        .correlate(Programme)
        .subquery()
    )
    names = select(func.array_agg(aggregate_order_by(first.c.name, first.c.lo))).scalar_subquery()
    return names, select(func.count()).select_from(ProgrammeArea).where(its).correlate(
        Programme
    ).scalar_subquery()


def _lines() -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    its = (CapacityLine.programme_id == Programme.id) & CapacityLine.withdrawn_at.is_(None)
    known = or_(CapacityLine.people.is_not(None), CapacityLine.split_by_us)
    number = func.jsonb_build_array(name_of(), CapacityLine.people, CapacityLine.counts)
    numbers = (
        select(func.jsonb_agg(aggregate_order_by(number, Term.position, CapacityLine.id)))
        .select_from(CapacityLine)
        .join(Term, Term.id == CapacityLine.service_id)
        .where(its)
        .correlate(Programme)
        .scalar_subquery()
    )
    confirmed = (
        select(func.min(CapacityLine.confirmed_on)).where(its, known).correlate(Programme).scalar_subquery()
    )
    return confirmed, numbers


def _moment(typed: str) -> datetime | None:
    try:
        return datetime.fromisoformat(typed)
    except ValueError:
        return None
