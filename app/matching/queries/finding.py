"""Finding the needs that a partner could serve: tier by tier, worst first, until there are enough.

Hard conditions and fit hang on service, group and position alone (rules/reach.py), so one index gives the
cells of a tier and one expression orders them. Nothing is stored, nothing can be out of date.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Integer, SmallInteger, TextClause, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.rules.tiers import LAST
from app.matching.rules.conditions import SMALLEST_LOT
from app.matching.rules.fit import fit_sql
from app.matching.rules.order import needs_first
from app.matching.rules.reach import Reach
from app.matching.rules.weights import WeightSet

MOST = 20
TIERS = tuple(range(1, LAST + 1))


@dataclass(frozen=True, slots=True)
class Pair:
    """A need by what it is about, as far as one partner is concerned: service, group, position of the area."""

    service: UUID
    group: UUID
    position: int


@dataclass(frozen=True, slots=True)
class Found:
    """A cell in reach, with the fit that the query worked out."""

    cell_id: UUID
    tier: int
    fit: int
    uncovered: int
    tie: int


# OFFSET 0 keeps the stretches outermost, so that each is a range of the index and no row is tried on all of them.
_FIND = """
SELECT facts.cell_id, facts.tier, {fit} AS fit, facts.uncovered, facts.tie, {search} AS search
FROM (
    SELECT c.cell_id, c.tier, c.uncovered, c.tie, s.free, g.step AS knows_group, s.step AS knows_service,
        p.nearness, p.spoken AS languages_spoken, p.languages, CAST(:access AS integer) AS access, s.in_days AS free_in_days,
        (c.service_id, c.group_id, c.position) IN (
            SELECT service, grp, position FROM unnest(:asked_services, :asked_groups, :asked_positions) AS a(service, grp, position)
        ) AS asked_for
    FROM unnest(:los, :his, :nearnesses, :spoken, :languages) AS p(lo, hi, nearness, spoken, languages)
    CROSS JOIN LATERAL (
        SELECT cell_id, tier, service_id, group_id, position, uncovered, tie FROM cell_coverage
        WHERE service_id = ANY(:services) AND group_id = ANY(:groups) AND tier = ANY(:tiers)
          AND position BETWEEN p.lo AND p.hi AND listed
        OFFSET 0
    ) AS c
    JOIN unnest(:services, :service_steps, :free, :in_days) AS s(id, step, free, in_days) ON s.id = c.service_id
    JOIN unnest(:groups, :group_steps) AS g(id, step) ON g.id = c.group_id
    WHERE (coalesce(s.free, -1) < LEAST({lot}, c.uncovered)) = :too_little_room
      AND (c.service_id, c.group_id, c.position) NOT IN (
          SELECT service, grp, position FROM unnest(:left_services, :left_groups, :left_positions) AS l(service, grp, position)
      )
) AS facts
ORDER BY facts.tier, fit DESC, facts.uncovered DESC, facts.tie # :tie, facts.cell_id
LIMIT :most
"""
_IDS, _NUMBERS, _PEOPLE = ARRAY(Uuid()), ARRAY(Integer()), ARRAY(BigInteger())
_TYPES = {
    "services": _IDS, "groups": _IDS, "asked_services": _IDS, "asked_groups": _IDS, "left_services": _IDS,
    "left_groups": _IDS, "service_steps": _NUMBERS, "group_steps": _NUMBERS, "in_days": _NUMBERS, "free": _PEOPLE,
    "los": _NUMBERS, "his": _NUMBERS, "nearnesses": _NUMBERS, "spoken": _NUMBERS, "languages": _NUMBERS,
    "asked_positions": _NUMBERS, "left_positions": _NUMBERS, "tiers": ARRAY(SmallInteger()), "tie": Integer(),
    "access": Integer(), "too_little_room": Boolean(), "most": Integer(),
}  # fmt: skip
_PLACE = re.compile(r"(?<!:):(\w+)")


async def find(
    db: AsyncSession,
    reach: Reach,
    weights: WeightSet,
    *,
    tie: int,
    asked: Collection[Pair] = (),
    left_out: Collection[Pair] = (),
    tiers: Iterable[int] = TIERS,
    most: int = MOST,
) -> list[Found]:
    """The first `most` cells in reach: by tier, fit, people uncovered, tie, id. One statement a tier that is
    looked at. `asked`: needs whose other side asked for the partner; `left_out`: those not shown to it.
    """
    statement, given = _statement(weights), _given(reach, tie, asked, left_out)
    found: list[Found] = []
    for tier in tiers:
        if len(found) == most:
            break
        rows = await db.execute(statement, given | {"tiers": [tier], "most": most - len(found)})
        found += [Found(*row[:5]) for row in rows]
    return found


async def find_each(
    db: AsyncSession,
    reaches: Sequence[Reach],
    weights: WeightSet,
    *,
    tie: int,
    asked: Collection[Pair],
    left_out: Collection[Pair],
    tiers: Sequence[int],
    most: int,
) -> list[list[Found]]:
    """For each reach, the first `most` of its cells in these tiers. One statement for all."""
    given: dict[str, object] = {}
    parts: list[str] = []
    for n, reach in enumerate(reaches):
        parts.append("(" + _PLACE.sub(rf":\1_{n}", _written(weights, search=n)) + ")")
        its = _given(reach, tie, asked, left_out) | {"tiers": list(tiers), "most": most}
        given |= {f"{name}_{n}": value for name, value in its.items()}
    kinds = [
        bindparam(f"{name}_{n}", type_=kind) for n in range(len(reaches)) for name, kind in _TYPES.items()
    ]
    found = [list[Found]() for _ in reaches]
    rows: Iterable[Sequence[Any]] = await db.execute(
        text(" UNION ALL ".join(parts)).bindparams(*kinds), given
    )
    for *columns, search in rows:
        found[int(search)].append(Found(*columns))
    return found


def in_order(found: Sequence[Found], partner_tie: int) -> bool:
    """The rows stand as the rules order them."""
    keys = [
        needs_first(
            tier=each.tier,
            fit=each.fit,
            uncovered=each.uncovered,
            need_tie=each.tie,
            partner_tie=partner_tie,
            need=each.cell_id,
        )
        for each in found
    ]
    return keys == sorted(keys)


def _statement(weights: WeightSet) -> TextClause:
    return text(_written(weights)).bindparams(*(bindparam(name, type_=kind) for name, kind in _TYPES.items()))


def _written(weights: WeightSet, search: int = 0) -> str:
    return _FIND.format(fit=fit_sql(weights), lot=SMALLEST_LOT, search=search)


def _given(reach: Reach, tie: int, asked: Collection[Pair], left_out: Collection[Pair]) -> dict[str, object]:
    services, groups, pieces = reach.services, reach.groups, reach.pieces
    return {
        "services": [each.id for each in services],
        "service_steps": [each.step for each in services],
        "free": [each.free for each in services],
        "in_days": [each.in_days for each in services],
        "groups": [each.id for each in groups],
        "group_steps": [each.step for each in groups],
        "los": [piece.lo for piece in pieces],
        "his": [piece.hi for piece in pieces],
        "nearnesses": [piece.place for piece in pieces],
        "spoken": [len(piece.languages & reach.languages) for piece in pieces],
        "languages": [len(piece.languages) for piece in pieces],
        "access": reach.access,
        "too_little_room": reach.too_little_room,
        "tie": tie,
        **_columns("asked", asked),
        **_columns("left", left_out),
    }


def _columns(name: str, pairs: Collection[Pair]) -> dict[str, object]:
    return {
        f"{name}_services": [pair.service for pair in pairs],
        f"{name}_groups": [pair.group for pair in pairs],
        f"{name}_positions": [pair.position for pair in pairs],
    }
