"""What is read of places. Maps are read in maps.py."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel.audit import INSTANCE
from app.kernel.i18n import spoken
from app.kernel.pagination import Page, cut, decode
from app.kernel.refusals import NotFound
from app.kernel.text import clean, fold
from app.places.files import country_of_iso3, level_word
from app.places.models import Area
from app.places.rules.finding import Candidate, likest

CHILDREN = 100


@dataclass(frozen=True, slots=True)
class Found:
    """An area that a search found, and where it lies: "State, Nigeria". `exact`: in the country that was asked about it
    is called, or coded, just what was typed.
    """

    id: UUID
    code: str
    name: str
    where: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """An area in a list. The population is of the middle of a year, or of the day that `population_at` says."""

    id: UUID
    code: str
    name: str
    names: Mapping[str, str]
    codes: Mapping[str, str]
    level: int
    country: str
    parent: str | None
    time_zone: str
    population: int | None
    population_at: date | None
    population_source: str

    @property
    def level_word(self) -> str:
        """What its level is called in its country: "State"."""
        return level_word(self.country, self.level, spoken().code)

    @property
    def says(self) -> str:
        """Who says how many people live there, and of which year: "UNFPA, 2020"."""
        return ", ".join(
            str(part)
            for part in (self.population_source, self.population_at and self.population_at.year)
            if part
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """An area's own page: what it lies in (the country first), and how many areas lie right below it and
    how many people those have together (None where one of them has no figure)."""

    area: Listed
    lo: int
    hi: int
    above: Sequence[Listed]
    parts: int
    people_of_parts: int | None


def said_name(area: type[Area] = Area) -> ColumnElement[str]:
    """The area's name in the language being spoken, else as it stands."""
    return (
        area.name.expression
        if spoken().code == "en"
        else func.coalesce(area.names[spoken().code].astext, area.name)
    )


async def names_of_country(db: AsyncSession, code: str) -> dict[str, str]:
    """Language -> name of the country with this two-letter code; empty while places are not loaded."""
    row = (await db.execute(select(Area.name, Area.names).where(Area.code == code, Area.level == 0))).first()
    return {"en": row.name} | row.names if row else {}


async def chain_of(db: AsyncSession, area_id: UUID) -> str:
    """The audit chain of an area: the code of the first-level area it lies in, or of its country."""
    above = aliased(Area)
    wanted = (
        select(above.code)
        .join(Area, (Area.lo >= above.lo) & (Area.lo <= above.hi))
        .where(Area.id == area_id, above.level <= 1)
        .order_by(above.level.desc())
        .limit(1)
    )
    return await db.scalar(wanted) or INSTANCE


# Each part is answered by an index and ends early; which of them is meant is decided in rules/finding.py.
_CANDIDATES = text(
    """
    WITH found (area_id, folded) AS (
        (SELECT area_id, folded FROM area_spelling WHERE folded = :typed LIMIT 40)
        UNION ALL (
            SELECT s.area_id, s.folded FROM area_spelling s JOIN area a ON a.id = s.area_id
            WHERE s.folded LIKE :begins AND s.country = :home ORDER BY a.level, length(s.folded) LIMIT 20)
        UNION ALL (
            SELECT s.area_id, s.folded FROM area_spelling s JOIN area a ON a.id = s.area_id
            WHERE s.folded LIKE :begins AND :elsewhere ORDER BY a.level, length(s.folded) LIMIT 20)
        UNION ALL (
            SELECT area_id, folded FROM area_spelling WHERE country = :home ORDER BY folded <->> :typed LIMIT 40)
        UNION ALL (
            SELECT area_id, folded FROM area_spelling WHERE country = :home ORDER BY folded <-> :typed LIMIT 20)
        UNION ALL (
            SELECT area_id, folded FROM area_spelling WHERE :elsewhere ORDER BY folded <-> :typed LIMIT 20)
        UNION ALL (SELECT id, '' FROM area WHERE code = ANY(:codes))
    )
    SELECT a.id, a.code, coalesce(a.names ->> :language, a.name) AS name, a.level, a.country,
        coalesce(p.names ->> :language, p.name, '') AS parent, p.level AS parent_level,
        coalesce(c.names ->> :language, c.name, '') AS country_name, array_agg(DISTINCT f.folded) AS spellings
    FROM found f JOIN area a ON a.id = f.area_id
    LEFT JOIN area p ON p.id = a.parent_id LEFT JOIN area c ON c.code = a.country
    WHERE a.country = :home OR :elsewhere
    GROUP BY a.id, p.id, c.id
    """
)


async def search(
    db: AsyncSession, typed: str, *, country: str = "", limit: int = 6, elsewhere: bool = True
) -> list[Found]:
    """Places that somebody may mean, likest first, those of `country` (two letters) before others of the same
    likeness; none of others unless `elsewhere`. Case, accents, a slip of the finger and a missing ending are
    forgiven; a code is found at once. One statement."""
    folded = fold(typed[:100])
    code = clean(typed[:40]).upper()
    if not folded:
        return []
    begins = folded.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    asked = {
        "typed": folded, "begins": begins, "home": country, "elsewhere": elsewhere or not country,
        "codes": [code, country_of_iso3(code)], "language": spoken().code,
    }  # fmt: skip
    rows = {row.id: row for row in await db.execute(_CANDIDATES, asked)}
    candidates = [
        Candidate(
            row.id, row.name, row.level, row.country == country, row.code in asked["codes"],
            tuple(spelling for spelling in row.spellings if spelling),
        )
        for row in rows.values()
    ]  # fmt: skip
    found = (rows[i] for i in likest(folded, candidates, limit))
    return [
        Found(
            row.id, row.code, row.name,
            _where(row.level, row.country, row.parent, row.country_name if row.country != country and row.parent_level else ""),
            exact=row.country == country and (folded in row.spellings or row.code in asked["codes"]),
        )
        for row in found
    ]  # fmt: skip


def the_one(found: Sequence[Found]) -> Found | None:
    """The area that is meant without asking: the only one that is called just what was typed."""
    exact = [place for place in found if place.exact]
    return exact[0] if len(exact) == 1 else None


async def areas_by_id(db: AsyncSession, ids: Collection[UUID]) -> list[Found]:
    """The areas with these ids, in the order of the tree. One statement."""
    parent = aliased(Area)
    wanted = (
        select(
            Area.id, Area.code, said_name(), Area.level, Area.country, func.coalesce(said_name(parent), "")
        )
        .outerjoin(parent, parent.id == Area.parent_id)
        .where(Area.id.in_(ids))
        .order_by(Area.lo)
    )
    return [
        Found(i, code, name, _where(level, country, above, ""))
        for i, code, name, level, country, above in await db.execute(wanted)
    ]


async def names(db: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """Id -> name in the language being spoken. One statement."""
    rows = await db.execute(select(Area.id, said_name()).where(Area.id.in_(set(ids))))
    return dict(rows.all())


async def interval_of(db: AsyncSession, code: str) -> tuple[int, int] | None:
    """The positions that the subtree of the area with this code spans; None for a code that is not there."""
    row = (await db.execute(select(Area.lo, Area.hi).where(Area.code == code))).first()
    return (row.lo, row.hi) if row else None


async def area_by_code(db: AsyncSession, code: str) -> UUID | None:
    """The id of the area with this code."""
    return await db.scalar(select(Area.id).where(Area.code == code.strip().upper()))


async def shown(db: AsyncSession, code: str) -> Shown:
    """An area by its code, for its own page. Raises NotFound. Two statements."""
    here = aliased(Area)
    wanted = (
        _listed()
        .add_columns(Area.lo, Area.hi)
        .join(here, (Area.lo <= here.lo) & (Area.hi >= here.lo))
        .where(here.code.in_({code, code.upper()}))
        .order_by(Area.lo)
    )
    rows = [(Listed(*row[:-2]), row[-2], row[-1]) for row in await db.execute(wanted)]
    if not rows:
        raise NotFound
    area, lo, hi = rows[-1]
    below = select(func.count(), func.count(Area.population), func.sum(Area.population)).where(
        Area.parent_id == area.id
    )
    parts, with_figure, people = (await db.execute(below)).one()
    whole = int(people or 0) if parts and parts == with_figure else None
    return Shown(area, lo, hi, [above for above, _, _ in rows[:-1]], parts, whole)


async def children(
    db: AsyncSession, parent_id: UUID, *, after: str | None = None, size: int = CHILDREN
) -> Page[Listed]:
    """The areas right below one, by their code. One statement."""
    return await listed(db, parent_id=parent_id, after=after, size=size)


async def listed(
    db: AsyncSession,
    *,
    parent_id: UUID | None = None,
    within: tuple[int, int] | None = None,
    level: int | None = None,
    after: str | None = None,
    size: int = CHILDREN,
) -> Page[Listed]:
    """Areas in the order of the tree: those right below `parent_id`, those in the positions `within`, those at
    `level`. One statement."""
    wanted = _listed().add_columns(Area.lo).order_by(Area.lo, Area.id).limit(size + 1)
    if parent_id:
        wanted = wanted.where(Area.parent_id == parent_id)
    if within:
        wanted = wanted.where(Area.lo.between(*within))
    if level is not None:
        wanted = wanted.where(Area.level == level)
    if key := decode(after, int):
        wanted = wanted.where(Area.lo > literal(key[0], BigInteger))  # whatever number the cursor has
    rows = [(Listed(*row[:-1]), row[-1]) for row in await db.execute(wanted)]
    page = cut(rows, size, key=lambda row: (row[1],))
    return Page([row for row, _ in page.rows], page.after)


def _listed():
    above = aliased(Area)
    return select(
        Area.id, Area.code, said_name(), Area.names, Area.codes, Area.level, Area.country, above.code, Area.time_zone,
        Area.population, Area.population_at, Area.population_source,
    ).outerjoin(above, above.id == Area.parent_id)  # fmt: skip


def _where(level: int, country: str, *above: str) -> str:
    """ "State, Nigeria"; what isn't known is left out."""
    return ", ".join(part for part in (level_word(country, level, spoken().code), *above) if part)
