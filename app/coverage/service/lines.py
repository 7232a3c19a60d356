"""Capacity lines as the rules want them, read from programmes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.rules.above import Peopled, share_above
from app.coverage.rules.capacity import Counts, counts
from app.coverage.rules.parts import PRESENT, LineFacts
from app.coverage.service.places import Stretches, Upper, groups_by_id, upper_places
from app.kernel.days import Days
from app.needs.rules.facets import EVERYBODY, Facets
from app.places.rules.tree import disjoint

# A line's areas and groups are its own, or all of its programme's.
_AREAS = """
    SELECT l.id AS line_id, l.service_id, l.programme_id, a.id AS area_id, a.lo, a.hi, a.population
    FROM capacity_line AS l JOIN capacity_line_area AS la ON la.line_id = l.id JOIN area AS a ON a.id = la.area_id
    UNION ALL
    SELECT l.id, l.service_id, l.programme_id, a.id, a.lo, a.hi, a.population
    FROM capacity_line AS l JOIN programme_area AS pa ON pa.programme_id = l.programme_id
    JOIN area AS a ON a.id = pa.area_id
    WHERE NOT EXISTS (SELECT FROM capacity_line_area AS la WHERE la.line_id = l.id)
"""
_STANDING = """
    l.withdrawn_at IS NULL AND p.published_at IS NOT NULL AND p.state IN ('running', 'planned')
"""
_LINES = text(
    f"""
    SELECT l.id::text AS id, l.programme_id::text AS programme, p.organisation_id::text AS organisation,
        l.service_id::text AS service, CASE WHEN l.split_by_us THEN p.people_together ELSE l.people END AS people,
        l.counts, l.starts_on, l.ends_on, l.closed, l.confirmed_on, l.split_by_us, p.state,
        o.state = 'verified' AS verified,
        coalesce((SELECT array_agg(group_id) FROM capacity_line_group WHERE line_id = l.id),
            (SELECT array_agg(term_id) FROM programme_term WHERE programme_id = p.id AND relation = 'serves')) AS groups,
        areas.lows, areas.highs, areas.populations
    FROM capacity_line AS l
    JOIN programme AS p ON p.id = l.programme_id
    JOIN organisation AS o ON o.id = p.organisation_id
    JOIN LATERAL (
        SELECT array_agg(lo ORDER BY area_id) AS lows, array_agg(hi ORDER BY area_id) AS highs,
            array_agg(population ORDER BY area_id) AS populations
        FROM ({_AREAS}) AS its WHERE its.line_id = l.id
    ) AS areas ON areas.lows IS NOT NULL
    WHERE {_STANDING} AND l.id = ANY(CAST(:ids AS uuid[]))
    ORDER BY l.id
    """  # noqa: S608 - constants of this file
)


async def lines_of_services(db: AsyncSession, services: Collection[str]) -> set[str]:
    """Ids of the lines that may count for these services."""
    return await _ids(db, "l.service_id = ANY(CAST(:services AS uuid[]))", services=list(services))


async def lines_of(
    db: AsyncSession,
    *,
    lines: Collection[str] = (),
    programmes: Collection[str] = (),
    organisations: Collection[str] = (),
) -> set[str]:
    """Ids of all lines among `lines`, of `programmes` or of programmes of `organisations`, also of those that don't
    count any more: their parts have to go."""
    found = await db.scalars(
        text(
            "SELECT l.id::text FROM capacity_line AS l JOIN programme AS p ON p.id = l.programme_id "
            "WHERE l.programme_id = ANY(CAST(:programmes AS uuid[])) "
            "OR p.organisation_id = ANY(CAST(:organisations AS uuid[]))"
        ),
        {"programmes": list(programmes), "organisations": list(organisations)},
    )
    return {*found, *lines}


async def lines_at(db: AsyncSession, places: Stretches) -> set[str]:
    """Ids of the lines that reach one of these places, or work inside the area of one."""
    if not places:
        return set()
    at = " AS a JOIN unnest(CAST(:services AS uuid[]), CAST(:lows AS int[]), CAST(:highs AS int[])) AS t (service, lo, hi) "
    within = f"l.id IN (SELECT a.line_id FROM ({_AREAS}){at}ON a.service_id = t.service AND a.lo <= t.hi AND t.lo <= a.hi)"  # noqa: S608
    return await _ids(db, within, **places.columns())


async def split_with(db: AsyncSession, ids: Collection[str]) -> set[str]:
    """Ids of the lines that share one number of people with one of these."""
    return await _ids(
        db,
        "l.split_by_us AND l.programme_id IN (SELECT programme_id FROM capacity_line "
        "WHERE split_by_us AND id = ANY(CAST(:ids AS uuid[])))",
        ids=list(ids),
    )


async def line_facts(db: AsyncSession, ids: Collection[str], today: date) -> list[LineFacts]:
    """The lines with these ids that count today, or are there, or would count if plans hold."""
    if not ids:
        return []
    groups = await groups_by_id(db)
    rows = (await db.execute(_LINES, {"ids": list(ids)})).all()
    uppers = await upper_places(db, {row.service for row in rows})
    found = (_facts(row, groups, uppers.get(row.service, ()), today) for row in rows)
    return [line for line in found if line is not None]


def _facts(row: Any, groups: Mapping[str, Facets], uppers: Sequence[Upper], today: date) -> LineFacts | None:
    running = row.state == "running"
    how = counts(
        running=running, planned=row.state == "planned", verified=row.verified, people=row.people,
        confirmed_on=row.confirmed_on, today=today,
    )  # fmt: skip
    if how not in (Counts.COUNTED, Counts.IF_PLANS_HOLD) and not (running and how in PRESENT):
        return None
    served = frozenset(groups[str(group)] for group in row.groups or () if str(group) in groups)
    areas = [Peopled(*area) for area in zip(row.lows, row.highs, row.populations, strict=True)]
    closed = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in row.closed]
    return LineFacts(
        id=row.id, programme=row.programme, organisation=row.organisation, service=row.service, people=row.people,
        counting=row.counts, active=Days.of((row.starts_on, row.ends_on)) - Days.of(*closed),
        confirmed_on=row.confirmed_on, counts=how, split=row.split_by_us, groups=served or frozenset([EVERYBODY]),
        intervals=tuple(disjoint((area.lo, area.hi) for area in areas)), above=_above(areas, uppers),
    )  # fmt: skip


def _above(areas: Sequence[Peopled], uppers: Sequence[Upper]) -> dict[int, float | None]:
    found: dict[int, float | None] = {}
    for upper in uppers:
        if any(area.inside(upper.area) for area in areas) and not any(
            upper.area.inside(area) for area in areas
        ):
            share = share_above(upper.area, areas, upper.stated)
            if share != 0.0:
                found[upper.area.lo] = share
    return found


_IDS = "SELECT l.id::text FROM capacity_line AS l JOIN programme AS p ON p.id = l.programme_id WHERE "


async def _ids(db: AsyncSession, condition: str, **values: object) -> set[str]:
    """`condition` is of this file."""
    return set(await db.scalars(text(f"{_IDS}{_STANDING} AND {condition}"), values))
