"""Partners who could serve a need, by the same conditions and points as the needs shown to a partner.

Worked out from the rows as they are, beginning with who works around the place. The order within a band of fit
is by who was shown least of what their fit would give, as of last night, so that the same day gives the same list.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import TextClause, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.days import months_before
from app.matching.queries.cells import Cell
from app.matching.queries.profiles import HELD_FOR, SAFEGUARDING
from app.matching.queries.setting import Setting
from app.matching.rules.conditions import SHORTEST, lot
from app.matching.rules.fit import fit_sql, knows_group
from app.matching.rules.order import BAND, TIE_SQL
from app.matching.rules.room import AHEAD, OPEN_ENDED
from app.matching.rules.weights import WeightSet
from app.programmes.rules.confirmation import CONFIRMED_FOR

MOST = 20


@dataclass(frozen=True, slots=True)
class Eligible:
    """A partner for whom every condition holds, with its fit, and the order it came in."""

    id: UUID
    fit: int
    deficit: float


_ELIGIBLE = """
WITH around AS (
    SELECT id FROM area WHERE lo BETWEEN :lo AND :hi
    UNION ALL
    SELECT id FROM area WHERE lo < :lo AND hi >= :hi
), there AS MATERIALIZED (
    SELECT organisation_id AS id, bool_or(NOT wished) AS works
    FROM (
        SELECT oa.organisation_id, oa.wished FROM around JOIN organisation_area oa ON oa.area_id = around.id
        UNION ALL
        SELECT p.organisation_id, false FROM around JOIN programme_area pa ON pa.area_id = around.id
        JOIN programme p ON p.id = pa.programme_id AND p.state IN ('planned', 'running')
    ) AS said
    GROUP BY organisation_id
), able AS MATERIALIZED (
    SELECT o.id, there.works,
        EXISTS (
            SELECT FROM programme p JOIN programme_term pt ON pt.programme_id = p.id
            WHERE p.organisation_id = o.id AND p.state IN ('planned', 'running')
              AND pt.relation = 'service' AND pt.term_id = ANY(:chain)
        ) OR EXISTS (
            SELECT FROM programme p JOIN capacity_line l ON l.programme_id = p.id
            WHERE p.organisation_id = o.id AND p.state IN ('planned', 'running') AND l.service_id = ANY(:chain)
        ) AS by_programme,
        EXISTS (
            SELECT FROM organisation_term t
            WHERE t.organisation_id = o.id AND t.relation = 'service' AND t.term_id = ANY(:chain)
        ) AS by_word
    FROM there JOIN organisation o ON o.id = there.id JOIN area home ON home.id = o.home_area_id
    WHERE o.state = 'verified' AND (o.expires_on IS NULL OR o.expires_on >= :today)
      AND home.lo BETWEEN :country_lo AND :country_hi
      AND o.id <> ALL(:left_out)
      AND (EXISTS (
          SELECT FROM organisation_term t
          WHERE t.organisation_id = o.id AND t.relation = 'serves' AND t.term_id = ANY(:containing)
      ) OR EXISTS (
          SELECT FROM programme p JOIN programme_term pt ON pt.programme_id = p.id
          WHERE p.organisation_id = o.id AND p.state IN ('planned', 'running')
            AND pt.relation = 'serves' AND pt.term_id = ANY(:containing)
      ))
      AND (NOT :at_risk OR EXISTS (
          SELECT FROM check_item c JOIN registration r ON r.id = c.registration_id
          WHERE r.organisation_id = o.id AND c.code = :safeguarding AND c.answer IN ('met', 'met_another_way')
      ))
), facts AS (
    SELECT able.id,
        GREATEST(0, room.places - coalesce(held.people, 0))::bigint AS free,
        :uncovered AS uncovered,
        CASE WHEN known.best THEN 2 WHEN known.akin THEN 1 ELSE 0 END AS knows_group,
        CASE WHEN able.by_programme THEN 2 ELSE 1 END AS knows_service,
        CASE WHEN able.works THEN 3 ELSE near.step END AS nearness,
        says.spoken AS languages_spoken,
        cardinality(:languages) AS languages,
        says.access::integer AS access,
        lower(room.days * CAST(:year AS datemultirange)) - :today AS free_in_days,
        EXISTS (
            SELECT FROM match m WHERE m.organisation_id = able.id AND m.area_id = :area AND m.service_id = :service
              AND m.group_id = :grp AND m.asked_says = 'yes' AND m.state NOT IN ('declined', 'expired')
        ) AS asked_for,
        room.days,
        coalesce(shown.deficit, 0) AS deficit
    FROM able
    CROSS JOIN LATERAL (
        SELECT sum(people) AS places, max(stated_at) AS since,
            range_agg(daterange(starts_on, ends_on, '[]')) FILTER (WHERE starts_on <= ends_on) AS days
        FROM (
            SELECT people, starts_on, starts_on + :open_ended AS ends_on, stated_at
            FROM free_capacity WHERE organisation_id = able.id AND service_id = ANY(:chain)
            UNION ALL
            SELECT GREATEST(0, l.people - CASE WHEN p.state = 'running' THEN (
                SELECT coalesce(ceil(sum(part.rate * part.share * c.people)), 0)::bigint
                FROM line_part part JOIN cell_coverage c ON c.cell_id = part.cell_id
                WHERE part.line_id = l.id AND c.counted AND c.local
            ) ELSE 0 END), l.starts_on, l.ends_on, NULL
            FROM programme p JOIN capacity_line l ON l.programme_id = p.id
            WHERE p.organisation_id = able.id AND p.state IN ('planned', 'running') AND l.people IS NOT NULL
              AND l.service_id = ANY(:chain) AND l.ends_on >= :today AND l.confirmed_on >= :confirmed_since
        ) AS each
    ) AS room
    CROSS JOIN LATERAL (
        SELECT sum(m.people) AS people FROM match m
        WHERE m.organisation_id = able.id AND m.state = 'agreed' AND m.service_id = ANY(:sharing)
          AND m.moved_at > GREATEST(:held_since, room.since)
    ) AS held
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(term_id = ANY(:knowing)), false) AS best,
            coalesce(bool_or(term_id = ANY(:neighbours)), false) AS akin
        FROM (
            SELECT term_id FROM organisation_term WHERE organisation_id = able.id AND relation = 'led_by'
            UNION ALL
            SELECT pt.term_id FROM programme p JOIN programme_term pt ON pt.programme_id = p.id
            WHERE p.organisation_id = able.id AND p.state IN ('planned', 'running') AND pt.relation = 'serves'
        ) AS groups
    ) AS known
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT term_id) FILTER (WHERE relation = 'language' AND term_id = ANY(:languages))::integer AS spoken,
            coalesce(bool_or(relation = 'access'), false) AS access
        FROM (
            SELECT relation, term_id FROM organisation_term
            WHERE organisation_id = able.id AND relation IN ('language', 'access')
            UNION ALL
            SELECT pt.relation, pt.term_id FROM programme p JOIN programme_term pt ON pt.programme_id = p.id
            WHERE p.organisation_id = able.id AND p.state IN ('planned', 'running')
              AND pt.relation IN ('language', 'access')
        ) AS terms
    ) AS says
    CROSS JOIN LATERAL (
        SELECT CASE WHEN able.works THEN 3 ELSE coalesce(max(
            CASE WHEN a.lo <= :parent_hi AND a.hi >= :parent_lo THEN 2
                 WHEN a.lo <= :country_hi AND a.hi >= :country_lo THEN 1 ELSE 0 END), 0) END AS step
        FROM (
            SELECT area_id FROM organisation_area WHERE organisation_id = able.id AND NOT wished AND NOT able.works
            UNION ALL
            SELECT pa.area_id FROM programme p JOIN programme_area pa ON pa.programme_id = p.id
            WHERE p.organisation_id = able.id AND p.state IN ('planned', 'running') AND NOT able.works
        ) AS own JOIN area a ON a.id = own.area_id
    ) AS near
    LEFT JOIN exposure shown ON shown.organisation_id = able.id AND shown."on" = (SELECT max("on") FROM exposure)
    WHERE (able.by_programme OR able.by_word)
      AND room.places - coalesce(held.people, 0) >= :lot
      AND (cardinality(:languages) = 0 OR says.spoken > 0)
      AND (NOT :needs_access OR says.access)
      AND NOT EXISTS (
          SELECT FROM match m WHERE m.organisation_id = able.id AND m.area_id = :area AND m.service_id = :service
            AND m.group_id = :grp AND m.hidden_until > :today
      )
), dated AS (
    SELECT facts.*,
        (SELECT coalesce(sum(upper(stretch) - lower(stretch)), 0) FROM unnest(facts.days * CAST(:year AS datemultirange)) AS stretch) AS shared,
        (SELECT coalesce(sum(upper(stretch) - lower(stretch)), 0) FROM unnest(facts.days) AS stretch) AS lasting
    FROM facts
)
SELECT facts.id, {fit} AS fit, facts.deficit
FROM dated AS facts
WHERE facts.shared > 0 AND facts.shared >= LEAST({shortest}, facts.lasting)
ORDER BY ({fit}) / {band} DESC, facts.deficit DESC, (({partner_tie}) # :tie), facts.id
LIMIT :most
"""
_IDS = ARRAY(Uuid())


async def eligible(
    db: AsyncSession,
    cell: Cell,
    known: Setting,
    *,
    left_out: frozenset[UUID] = frozenset(),
    most: int | None = MOST,
) -> list[Eligible]:
    """The first `most` partners for a need (None: all), best band first. One statement."""
    rows = await db.execute(_statement(known.weights), _given(cell, known, left_out) | {"most": most})
    return [Eligible(i, fit, deficit) for i, fit, deficit in rows]


def _statement(weights: WeightSet) -> TextClause:
    tie = TIE_SQL.format(id="facts.id", weight_set=f"'{weights.id}'")
    written = _ELIGIBLE.format(fit=fit_sql(weights), band=BAND, shortest=SHORTEST, partner_tie=tie)
    names = ("chain", "sharing", "containing", "knowing", "neighbours", "languages", "left_out")
    return text(written).bindparams(*(bindparam(name, type_=_IDS) for name in names))


def _given(cell: Cell, known: Setting, left_out: frozenset[UUID]) -> dict[str, object]:
    words, facets = known.words, known.words.groups[cell.group_id]
    steps = {group: knows_group(frozenset({its}), facets) for group, its in words.groups.items()}
    spoken = words.spoken_at(cell.at.area[0])
    year = f"{{[{known.today.isoformat()},{(known.today + AHEAD).isoformat()}]}}"
    return {
        "area": cell.area_id,
        "service": cell.service_id,
        "grp": cell.group_id,
        "lo": cell.at.area[0],
        "hi": cell.at.area[1],
        "parent_lo": cell.at.parent[0],
        "parent_hi": cell.at.parent[1],
        "country_lo": cell.at.country[0],
        "country_hi": cell.at.country[1],
        "chain": list(words.chain(cell.service_id)),
        "sharing": list(words.sharing_room(cell.service_id)),
        "containing": [group for group, its in words.groups.items() if its.contains(facets)],
        "knowing": [group for group, step in steps.items() if step == 2],
        "neighbours": [group for group, step in steps.items() if step >= 1],
        "languages": [term for term, code in known.languages.items() if code in spoken],
        "at_risk": cell.group_id in words.at_risk,
        "needs_access": words.needs_access(cell.group_id),
        "safeguarding": SAFEGUARDING,
        "uncovered": cell.uncovered,
        "lot": lot(cell.uncovered),
        "today": known.today,
        "year": year,
        "open_ended": OPEN_ENDED.days,
        "confirmed_since": months_before(known.today, CONFIRMED_FOR),
        "held_since": time.now() - HELD_FOR,
        "tie": cell.tie,
        "left_out": list(left_out),
    }
