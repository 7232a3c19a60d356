"""The public register as a list: searched, filtered, counted.

A search is two statements: which known words are meant, then the rows. The total is exact up to COUNTED partners,
and "more than" that beyond; facets carry counts up to FACETED, so that counting never takes longer than listing.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    false,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel import time
from app.kernel.ids import read_id
from app.kernel.pagination import PAGE_SIZE, Page, decode, encode
from app.kernel.text import fold
from app.organisations.models import (
    LISTED,
    NameWord,
    Organisation,
    OrganisationArea,
    OrganisationName,
    OrganisationTerm,
    ReportedArea,
    ReportedService,
)
from app.organisations.queries.standing import lapsed, standing
from app.organisations.rules import finding
from app.organisations.rules.finding import Known, Sought
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import State
from app.places.models import Area
from app.places.queries import said_name
from app.vocabulary.models import Term
from app.vocabulary.queries.entries import name_of

COUNTED, FACETED = 10_000, 2_000
FACETS = {"group": "serves", "service": "service", "access": "access"}
"""Facet -> relation of its entries to an organisation."""
STANDINGS = (State.VERIFIED.value, LISTED)
_FIRST_EXACT = 5


@dataclass(frozen=True, slots=True)
class Filter:
    """What a visitor looks for. Several values of one field: any of them; several fields: all of them.

    terms: facet (group, service, access) -> ids; within: the intervals of the areas' subtrees.
    """

    search: str = ""
    kinds: frozenset[Kind] = frozenset()
    terms: dict[str, tuple[UUID, ...]] = field(default_factory=dict[str, tuple[UUID, ...]])
    within: tuple[tuple[int, int], ...] = ()
    standings: frozenset[str] = frozenset()

    def without(self, facet: str) -> "Filter":
        """The same without what one facet asks."""
        if facet == "kind":
            return replace(self, kinds=frozenset())
        if facet == "area":
            return replace(self, within=())
        if facet == "standing":
            return replace(self, standings=frozenset())
        return replace(self, terms={name: ids for name, ids in self.terms.items() if name != facet})

    def asks(self, facet: str) -> bool:
        return self.without(facet) != self


@dataclass(frozen=True, slots=True)
class Listed:
    """A partner in the list: `services` and `areas` are the first names of `services_in_all` and `areas_in_all`. What
    sources say besides stands apart: the first areas of `reported_in_all`, and who reports it.
    """

    id: UUID
    slug: str
    name: str
    name_folded: str
    acronym: str
    kind: Kind
    state: str
    home: str | None
    demonstration: bool
    services: Sequence[str]
    services_in_all: int
    areas: Sequence[str]
    areas_in_all: int
    reported: Sequence[str]
    reported_in_all: int
    reported_by: Sequence[str]


@dataclass(frozen=True, slots=True)
class Words:
    """A search as the register understands it: for each word of it, the words of names that count for it."""

    typed: str
    meant: tuple[tuple[str, ...], ...] = ()

    @property
    def finds_nothing(self) -> bool:
        """Whether something was typed of which no name has anything."""
        return bool(self.typed.strip()) and not self.meant


async def understand(db: AsyncSession, typed: str) -> Words:
    """The words of names that a search means; a word that is like none is left out where others are. One
    statement, none where nothing was typed.
    """
    words = finding.sought(typed)
    if not words:
        return Words(typed)
    known = [Known(row.word, row.organisations) for row in await db.execute(_known_words(words))]
    meant = (tuple(finding.variants(word, known)) for word in words)
    return Words(typed, tuple(forms for forms in meant if forms))


async def partners(
    db: AsyncSession, looked_for: Filter, words: Words | None = None, *, after: str | None = None
) -> Page[Listed]:
    """Partners by name, PAGE_SIZE at a time; those with exactly the name or short name that was typed stand
    first. `words`: the search as it was understood, if it was before. One statement.
    """
    words = words or await understand(db, looked_for.search)
    if words.finds_nothing:
        return Page(())
    key = decode(after, str, UUID)
    o = Organisation
    exact = _exactly(words.typed)
    rest = (
        select(o.id, literal(1).label("rank"))
        .where(*_conditions(looked_for, words))
        .order_by(o.name_folded, o.id)
        .limit(PAGE_SIZE + 1)
    )
    if exact is not None:
        rest = rest.where(o.id.not_in(select(exact.c.organisation_id)))
    if key:
        rest = rest.where(tuple_(o.name_folded, o.id) > tuple_(*key))
    found = rest.cte("found")
    if exact is not None and not key:
        first = select(o.id, literal(0).label("rank")).where(
            o.id.in_(select(exact.c.organisation_id)), *_conditions(looked_for, Words(""))
        )
        found = union_all(first, select(found.c.id, found.c.rank)).cte("all_found")
    rows = [_listed(row) for row in await db.execute(_rows(found))]
    shown = rows[:PAGE_SIZE]
    return Page(shown, encode(shown[-1].name_folded, shown[-1].id) if len(rows) > PAGE_SIZE else None)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many partners there are: in all (None: more than COUNTED), and by facet and value."""

    total: int | None
    by: dict[str, dict[str, int] | None]

    def of(self, facet: str, value: str) -> int | None:
        counted = self.by.get(facet)
        return None if counted is None else counted.get(value, 0)


async def count(db: AsyncSession, looked_for: Filter, words: Words, country: str) -> Counts:
    """The counts beside a list: each facet's with all that is asked but by itself. One statement.

    Areas are counted at the first level of `country` (two letters), by their code.
    """
    facets = ("kind", "standing", "area", *FACETS)
    if words.finds_nothing:
        return Counts(0, {facet: {} for facet in facets})
    everything = _some(looked_for, words, "everything")
    parts: list[Select[*tuple[Any, ...]]] = [
        select(literal("total"), null().label("value"), func.count()).select_from(everything)
    ]
    for facet in facets:
        some = (
            _some(looked_for.without(facet), words, f"but_{facet}") if looked_for.asks(facet) else everything
        )
        parts.append(_counted(facet, some, country))
        parts.append(select(literal(f"{facet} in all"), null(), func.count()).select_from(some))
    found: dict[str, dict[str, int]] = {}
    for facet, value, number in await db.execute(union_all(*parts)):
        found.setdefault(facet, {})[value or ""] = number
    in_all = {facet: found.get(f"{facet} in all", {}).get("", 0) for facet in facets}
    total = found["total"][""]
    return Counts(
        total if total <= COUNTED else None,
        {facet: found.get(facet, {}) if in_all[facet] <= FACETED else None for facet in facets},
    )


async def by_area(
    db: AsyncSession, looked_for: Filter, words: Words, areas: Collection[UUID]
) -> dict[UUID, int]:
    """Area -> number of the partners found that work in it or below it, or are reported there. One statement."""
    if words.finds_nothing or not areas:
        return {}
    part, at = aliased(Area), aliased(Area)
    o, there = Organisation, _places().subquery("there")
    wanted = (
        select(part.id, func.count(there.c.organisation_id.distinct()))
        .select_from(part)
        .join(at, at.lo.between(part.lo, part.hi))
        .join(there, there.c.area_id == at.id)
        .join(o, o.id == there.c.organisation_id)
        .where(part.id.in_(areas), *_conditions(looked_for, words))
        .group_by(part.id)
    )
    return {row[0]: row[1] for row in await db.execute(wanted)}


@dataclass(frozen=True, slots=True)
class Exported:
    """A partner as downloads and the API give it: codes and names of what it does, for whom and where."""

    id: UUID
    slug: str
    name: str
    acronym: str
    kind: Kind
    state: str
    home: str
    home_code: str
    website: str
    phone: str
    public_email: str
    founded_year: int | None
    expires_on: date | None
    services: Sequence[str]
    groups: Sequence[str]
    languages: Sequence[str]
    areas: Sequence[str]
    reported_services: Sequence[str]
    reported_areas: Sequence[str]
    reported_by: Sequence[str]
    listed_source: str
    demonstration: bool
    created_at: datetime
    changed_at: datetime


async def exported(
    db: AsyncSession, looked_for: Filter, words: Words, *, after: UUID | None = None, size: int = 1000
) -> list[Exported]:
    """Partners by id, `size` at a time, so that a download that broke off goes on after a row. One statement."""
    if words.finds_nothing:
        return []
    o = Organisation
    wanted = select(o.id).where(*_conditions(looked_for, words)).order_by(o.id).limit(size)
    if after:
        wanted = wanted.where(o.id > after)
    return await _exported(db, wanted.cte("found"))


async def exported_one(db: AsyncSession, slug: str) -> Exported | None:
    """One public partner, by its id or address, as downloads give it."""
    which = Organisation.id == i if (i := read_id(slug)) else Organisation.slug == slug
    found = select(Organisation.id).where(Organisation.shown, which).cte("found")
    rows = await _exported(db, found)
    return rows[0] if rows else None


async def latest(db: AsyncSession, looked_for: Filter, words: Words, size: int = 50) -> list[Exported]:
    """The partners that changed last, newest first. One statement."""
    if words.finds_nothing:
        return []
    o = Organisation
    wanted = (
        select(o.id)
        .where(*_conditions(looked_for, words))
        .order_by(o.changed_at.desc(), o.id.desc())
        .limit(size)
    )
    rows = await _exported(db, wanted.cte("found"))
    return sorted(rows, key=lambda row: (row.changed_at, row.id), reverse=True)


def _known_words(words: Sequence[Sought]) -> Select[str, int]:
    """Known words that may count for one of these: equal to it, beginning with it, or spelled nearly so."""
    forms = sorted({form for word in words for form in word.forms})
    roots = {form[:-1] for form in forms if len(form) > 4 and form.endswith("s")}
    begins = [NameWord.word.like(f"{form}%") for form in {*forms, *roots} if len(form) >= 3]
    near = [NameWord.word.op("%")(form) for form in forms if len(form) > 3]
    wanted = select(NameWord.word, NameWord.organisations)
    return wanted.where(or_(NameWord.word.in_({*forms, *roots}), *begins, *near)).limit(5000)


def _conditions(looked_for: Filter, words: Words) -> list[ColumnElement[bool]]:
    o = Organisation
    asked: list[ColumnElement[bool]] = [o.shown.expression]
    asked += [
        o.words.op("&&", is_comparison=True)(literal(list(forms), ARRAY(String))) for forms in words.meant
    ]
    if looked_for.kinds:
        asked.append(o.kind.in_(sorted(looked_for.kinds)))
    if looked_for.standings and looked_for.standings != frozenset(STANDINGS):
        today = time.now().date()
        verified = and_(o.state == State.VERIFIED, ~lapsed(today))
        asked.append(verified if State.VERIFIED in looked_for.standings else o.state == LISTED)
    elif looked_for.standings:
        asked.append(or_(o.state == LISTED, and_(o.state == State.VERIFIED, ~lapsed(time.now().date()))))
    for facet, ids in looked_for.terms.items():
        has = _entries(facet).subquery()
        asked.append(o.id.in_(select(has.c.organisation_id).where(has.c.term_id.in_(ids))))
    if looked_for.within:
        area = aliased(Area)
        inside = or_(false(), *(area.lo.between(lo, hi) for lo, hi in looked_for.within))
        # The areas first and by themselves: an index gives the organisations of each, in either table.
        there = _places(select(area.id).where(inside)).subquery()
        asked.append(o.id.in_(select(there.c.organisation_id)))
    return asked


def _places(among: Select[UUID] | None = None) -> CompoundSelect[UUID, UUID]:
    """Where organisations say that they work, and where sources say that they do; `among`: only in these areas."""
    says, told = OrganisationArea, ReportedArea
    of_itself = select(says.organisation_id, says.area_id).where(~says.wished)
    of_sources = select(told.organisation_id, told.area_id)
    if among is not None:
        of_itself = of_itself.where(says.area_id.in_(among))
        of_sources = of_sources.where(told.area_id.in_(among))
    return union_all(of_itself, of_sources)


def _entries(facet: str) -> Select[UUID, UUID] | CompoundSelect[UUID, UUID]:
    """What organisations say of themselves in one facet, and for services what sources say of them."""
    has = OrganisationTerm
    says = select(has.organisation_id, has.term_id).where(has.relation == FACETS[facet])
    if facet != "service":
        return says
    return union_all(says, select(ReportedService.organisation_id, ReportedService.term_id))


def _exactly(typed: str) -> CTE | None:
    """The few organisations of which some spelling is exactly what was typed."""
    folded = fold(typed)
    if not folded:
        return None
    wanted = select(OrganisationName.organisation_id).where(OrganisationName.folded == folded)
    return wanted.distinct().limit(_FIRST_EXACT).cte("exact")


def _some(looked_for: Filter, words: Words, name: str) -> CTE:
    """Up to COUNTED + 1 of the partners that are looked for: the one more says that there are too many to count."""
    o = Organisation
    columns = (o.id, o.kind, standing(time.now().date()).label("standing"))
    return select(*columns).where(*_conditions(looked_for, words)).limit(COUNTED + 1).cte(name)


def _counted(facet: str, some: CTE, country: str) -> Select[str, str, int]:
    few = select(func.count()).select_from(some).scalar_subquery() <= FACETED
    number = func.count()
    if facet in {"kind", "standing"}:
        column = some.c[facet]
        return select(literal(facet), column, number).where(few).group_by(column)
    if facet == "area":
        region, area, there = aliased(Area), aliased(Area), _places().subquery("there")
        return (
            select(literal(facet), region.code, func.count(there.c.organisation_id.distinct()))
            .select_from(some)
            .join(there, there.c.organisation_id == some.c.id)
            .join(area, area.id == there.c.area_id)
            .join(region, area.lo.between(region.lo, region.hi))
            .where(few, region.level == 1, region.country == country)
            .group_by(region.code)
        )
    has = _entries(facet).subquery()
    value = has.c.term_id.cast(String)
    return (
        select(literal(facet), value, func.count(some.c.id.distinct()))
        .select_from(some)
        .join(has, has.c.organisation_id == some.c.id)
        .where(few)
        .group_by(value)
    )


def _rows(found: CTE) -> Select[*tuple[Any, ...]]:
    """What the list shows of these, in its order."""
    o = Organisation
    services = _names_of("service", 3)
    service_count = _number_of("service")
    area = aliased(Area)
    works = and_(OrganisationArea.organisation_id == o.id, ~OrganisationArea.wished)
    first_areas = (
        select(said_name(area))
        .join(OrganisationArea, OrganisationArea.area_id == area.id)
        .where(works)
        .order_by(area.lo)
        .limit(3)
        .correlate(o)
    )
    area_count = (
        select(func.count()).select_from(OrganisationArea).where(works).correlate(o).scalar_subquery()
    )
    reported_count = (
        select(func.count(ReportedArea.area_id.distinct()))
        .where(ReportedArea.organisation_id == o.id)
        .correlate(o)
        .scalar_subquery()
    )
    home = aliased(Area)
    return (
        select(
            o.id,
            o.slug,
            o.name,
            o.name_folded,
            o.acronym,
            o.kind,
            standing(time.now().date()),
            said_name(home),
            o.demonstration,
            services,
            service_count,
            func.array(first_areas.scalar_subquery(), type_=ARRAY(String)),
            area_count,
            func.array(_reported_areas(said_name, 3).scalar_subquery(), type_=ARRAY(String)),
            reported_count,
            _reported_by(),
        )
        .join(found, found.c.id == o.id)
        .outerjoin(home, home.id == o.home_area_id)
        .order_by(found.c.rank, o.name_folded, o.id)
    )


def _names_of(relation: str, most: int | None = None) -> ColumnElement[Sequence[str]]:
    """The names of an organisation's entries in one relation, as a list."""
    has = OrganisationTerm
    names = (
        select(name_of())
        .select_from(has)
        .join(Term, Term.id == has.term_id)
        .where(has.organisation_id == Organisation.id, has.relation == relation)
        .order_by(Term.position, Term.code)
        .limit(most)
        .correlate(Organisation)
    )
    return func.array(names.scalar_subquery(), type_=ARRAY(String))


def _number_of(relation: str) -> ColumnElement[int]:
    has = OrganisationTerm
    counted = select(func.count()).where(has.organisation_id == Organisation.id, has.relation == relation)
    return counted.correlate(Organisation).scalar_subquery()


def _reported_areas(said: Callable[[type[Area]], ColumnElement[str]], most: int | None = None) -> Select[str]:
    """The areas in which sources report an organisation, each once, as `said`."""
    area, there = aliased(Area), ReportedArea
    reported = select(there.area_id).where(there.organisation_id == Organisation.id).correlate(Organisation)
    return select(said(area)).where(area.id.in_(reported)).order_by(area.lo).limit(most)


def _reported_services() -> ColumnElement[Sequence[str]]:
    has = ReportedService
    reported = select(has.term_id).where(has.organisation_id == Organisation.id).correlate(Organisation)
    names = select(name_of()).where(Term.id.in_(reported)).order_by(Term.position, Term.code)
    return func.array(names.scalar_subquery(), type_=ARRAY(String))


def _reported_by() -> ColumnElement[Sequence[str]]:
    """The sources that report an organisation, by name."""
    there = ReportedArea
    sources = select(there.source).where(there.organisation_id == Organisation.id).correlate(Organisation)
    return func.array(sources.distinct().order_by(there.source).scalar_subquery(), type_=ARRAY(String))


def _listed(row: Sequence[Any]) -> Listed:
    i, slug, name, folded, acronym, kind, *rest = row
    return Listed(i, slug, name, folded, acronym, Kind(kind), *rest)


def _code(area: type[Area]) -> ColumnElement[str]:
    return area.code.expression


async def _exported(db: AsyncSession, found: CTE) -> list[Exported]:
    o = Organisation
    home, area = aliased(Area), aliased(Area)
    works = (
        select(area.code)
        .join(OrganisationArea, OrganisationArea.area_id == area.id)
        .where(OrganisationArea.organisation_id == o.id, ~OrganisationArea.wished)
        .order_by(area.lo)
        .correlate(o)
    )
    wanted = (
        select(
            o.id,
            o.slug,
            o.name,
            o.acronym,
            o.kind,
            standing(time.now().date()),
            func.coalesce(said_name(home), ""),
            func.coalesce(home.code, ""),
            o.website,
            o.phone,
            o.public_email,
            o.founded_year,
            o.expires_on,
            _names_of("service"),
            _names_of("serves"),
            _names_of("language"),
            func.array(works.scalar_subquery(), type_=ARRAY(String)),
            _reported_services(),
            func.array(_reported_areas(_code).scalar_subquery(), type_=ARRAY(String)),
            _reported_by(),
            o.listed_source,
            o.demonstration,
            o.created_at,
            o.changed_at,
        )
        .join(found, found.c.id == o.id)
        .outerjoin(home, home.id == o.home_area_id)
        .order_by(o.id)
    )
    return [Exported(*row[:4], Kind(row[4]), *row[5:]) for row in await db.execute(wanted)]
