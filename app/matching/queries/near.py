"""Near misses: needs that one thing alone keeps a partner from, looked for one thing at a time."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from psycopg import errors as psycopg_errors
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.matching.queries.cells import Cell, cells
from app.matching.queries.finding import Found, find_each
from app.matching.queries.profiles import profile
from app.matching.queries.setting import Setting, setting
from app.matching.queries.standing import Standings, standing
from app.matching.queries.suggestions import said_of
from app.matching.rules.conditions import Condition, failing, lot
from app.matching.rules.near import EACH, MENDABLE, WORST_TIERS, NearMiss, near_misses
from app.matching.rules.order import needs_first
from app.matching.rules.profile import Profile
from app.matching.rules.reach import Reach, reach_of
from app.matching.rules.sentences import Mending, Sentence, lacks
from app.needs.rules.published import FEWEST

MILLISECONDS = 100
"""For how long one search may run: a slow one is given up, and the page says so."""
CHECK_DAYS = 14
"""How long the registrar's safeguarding check usually takes."""


@dataclass(frozen=True, slots=True)
class Near:
    """A need that is missed by one thing: what is missing, and what mends it."""

    cell: Cell
    missing: Condition
    says: Sequence[Sentence]
    lacks: Sentence
    mends: Sentence | None


@dataclass(frozen=True)
class NearMisses:
    """The near misses of one partner; `in_time` is False where a search took too long to be finished."""

    profile: Profile
    known: Setting
    standings: Standings
    rows: Sequence[Near]
    in_time: bool


async def near(db: AsyncSession, organisation_id: UUID) -> NearMisses:
    """At most 10 needs of the two worst tiers, 5 by one thing. Raises NotFound."""
    known = await setting(db, time.now().date())
    who = await profile(db, organisation_id, known)
    between = await standing(db, organisation_id, known.today)
    found, in_time = await _search(db, who, known, between)
    shown = await cells(db, [each.cell_id for each in found])
    misses = near_misses(
        (each.cell_id, each.tier, _failing(who, shown[each.cell_id], known, between))
        for each in found
        if each.cell_id in shown
    )
    rows = [_near(miss, shown[miss.need], who, known) for miss in misses if isinstance(miss.need, UUID)]
    return NearMisses(who, known, between, rows, in_time)


async def _search(
    db: AsyncSession, who: Profile, known: Setting, between: Standings
) -> tuple[list[Found], bool]:
    """What each mendable condition keeps away, in the order of lists, and whether there was time for all.

    Wider areas can hold very many cells, so they are looked for by themselves.
    """
    reaches = {
        each: reach for each in sorted(MENDABLE) if (reach := reach_of(who, known.words, known.today, each))
    }
    wider = [reach for each, reach in reaches.items() if each is Condition.AREA]
    others = [reach for each, reach in reaches.items() if each is not Condition.AREA]
    found: list[Found] = []
    in_time = True
    async with _limited(db):
        for searches in (others, wider):
            rows = await _in_time(db, searches, who, known, between) if searches else []
            in_time = in_time and rows is not None
            found += rows or []
    return sorted(found, key=lambda each: _order(each, who)), in_time


@asynccontextmanager
async def _limited(db: AsyncSession) -> AsyncGenerator[None]:
    """End every statement of the block after a short time, where each stands by itself. In a transaction there is
    no limit: a statement that was ended would take the transaction with it.
    """
    if not await _stands_alone(db):
        yield
        return
    before = await db.scalar(_LIMIT, {"limit": f"{MILLISECONDS}ms"})
    try:
        yield
    finally:
        await db.scalar(_LIMIT, {"limit": before})


async def _stands_alone(db: AsyncSession) -> bool:
    """Whether no transaction is around the statements of `db`, as pages read. Asks the connection, not the database."""
    raw = await (await db.connection()).get_raw_connection()
    return bool(getattr(raw.driver_connection, "autocommit", False))


# Gives what the limit was, and sets it for this connection.
_LIMIT = text(
    "SELECT before FROM (SELECT current_setting('statement_timeout') AS before OFFSET 0) AS now, "
    "LATERAL (SELECT set_config('statement_timeout', :limit, false) WHERE before IS NOT NULL) AS new"
)


def _order(found: Found, who: Profile) -> tuple[int, int, int, int, str]:
    return needs_first(
        tier=found.tier, fit=found.fit, uncovered=found.uncovered, need_tie=found.tie, partner_tie=who.tie,
        need=found.cell_id,
    )  # fmt: skip


async def _in_time(
    db: AsyncSession, reaches: Sequence[Reach], who: Profile, known: Setting, between: Standings
) -> list[Found] | None:
    """The first few cells of each search; None where they took too long."""
    try:
        each = await find_each(
            db, reaches, known.weights, tie=who.tie, asked=between.asked, left_out=between.left_out,
            tiers=range(1, WORST_TIERS + 1), most=EACH,
        )  # fmt: skip
    except DBAPIError as problem:
        if isinstance(problem.orig, psycopg_errors.QueryCanceled) and await _stands_alone(db):
            return None
        raise
    return [found for of_one in each for found in of_one]


def _failing(who: Profile, cell: Cell, known: Setting, between: Standings) -> Condition:
    partner = who.partner(known.words, cell.service_id, cell.at.country, known.today)
    return failing(partner, cell.as_need(known), between.between(cell.pair), known.today)


def _near(miss: NearMiss, cell: Cell, who: Profile, known: Setting) -> Near:
    says, *mends = lacks(miss.missing, _mending(miss.missing, cell, who, known))
    return Near(cell, miss.missing, said_of(cell), says, mends[0] if mends else None)


def _mending(missing: Condition, cell: Cell, who: Profile, known: Setting) -> Mending:
    words = known.words
    partner = who.partner(words, cell.service_id, cell.at.country, known.today)
    around = set(words.chain(cell.service_id)) | {
        service for service, parent in words.services.items() if parent == words.services.get(cell.service_id)
    }
    offered = [i for i in who.services if i in around or words.services.get(i) == cell.service_id]
    inside = [
        i for i in who.groups if i in words.groups and words.groups[cell.group_id].contains(words.groups[i])
    ]
    near_here = [at for at in who.works if cell.at.parent[0] <= at[0] and at[1] <= cell.at.parent[1]]
    spoken = sorted(known.language_names.get(code, code) for code in words.spoken_at(cell.at.area[0]))
    first_day = partner.days.stretches[0][0] if partner.days.stretches else None
    return Mending(
        area=cell.area,
        service=cell.service,
        offered=_first_name(offered or who.services, known.names),
        group=cell.people_called,
        served=_first_name(inside or who.groups, known.names),
        language=spoken[0] if spoken else "",
        lapsed_on=who.verified_until if missing is Condition.VERIFIED else None,
        free_from=first_day,
        districts=len(near_here),
        free=partner.free,
        # A gap of fewer than 10 people is never told, not even by the room that it asks for.
        lot=max(lot(cell.uncovered), FEWEST),
        check_days=CHECK_DAYS,
    )


def _first_name(ids: Iterable[UUID], names: Mapping[UUID, str]) -> str:
    return min((names[i] for i in ids if i in names), default="")
