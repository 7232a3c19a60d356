"""Organisations as matching reads them, any number of them in one statement."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from app.kernel import time
from app.kernel.days import months_before
from app.kernel.refusals import NotFound
from app.matching.queries.setting import Setting
from app.matching.rules.conditions import Positions
from app.matching.rules.order import tie
from app.matching.rules.profile import Profile
from app.matching.rules.room import Held, OfLine, Room, Stated
from app.programmes.rules.confirmation import CONFIRMED_FOR

SAFEGUARDING = "C8"
"""The registrar's checklist item by which an organisation may work with children and adults at risk."""
HELD_FOR = timedelta(days=365)
"""How long an agreed match takes up room, unless the organisation says anew what room it has."""

# Programmes that run or are planned say what their organisation does as its own words do. What a running line
# serves is its rate and share of the people of every cell that counts, as coverage worked it out; a line that is
# only planned serves nobody yet.
_PROFILES = """
SELECT o.id, o.slug, o.name, o.state, o.expires_on, country.lo, country.hi,
    (SELECT jsonb_agg(jsonb_build_array(relation, term_id)) FROM organisation_term WHERE organisation_id = o.id),
    (SELECT jsonb_agg(jsonb_build_array(relation, term_id)) FROM (
         SELECT pt.relation, pt.term_id FROM programme p JOIN programme_term pt ON pt.programme_id = p.id
         WHERE p.organisation_id = o.id AND p.state IN ('planned', 'running')
           AND pt.relation IN ('serves', 'service', 'language', 'access')
         UNION
         SELECT 'service', l.service_id FROM programme p JOIN capacity_line l ON l.programme_id = p.id
         WHERE p.organisation_id = o.id AND p.state IN ('planned', 'running')
     ) AS of_programmes),
    (SELECT jsonb_agg(jsonb_build_array(lo, hi, wished, steps, beside)) FROM (
         WITH RECURSIVE own AS (
             SELECT area_id, wished FROM organisation_area WHERE organisation_id = o.id
             UNION
             SELECT pa.area_id, false FROM programme p JOIN programme_area pa ON pa.programme_id = p.id
             WHERE p.organisation_id = o.id AND p.state IN ('planned', 'running')
         ), up AS (
             SELECT a.id, a.parent_id, a.lo, a.hi, own.wished, 0 AS steps FROM own JOIN area a ON a.id = own.area_id
             UNION
             SELECT a.id, a.parent_id, a.lo, a.hi, up.wished, LEAST(up.steps + 1, 2) FROM up JOIN area a ON a.id = up.parent_id
         )
         SELECT up.lo, up.hi, up.wished, up.steps,
             CASE WHEN up.steps > 0 AND NOT up.wished
                  THEN (SELECT jsonb_agg(child.lo) FROM area child WHERE child.parent_id = up.id) END AS beside
         FROM up
     ) AS places),
    (SELECT jsonb_agg(jsonb_build_array(service_id, people, starts_on, stated_at))
     FROM free_capacity WHERE organisation_id = o.id),
    (SELECT jsonb_agg(jsonb_build_array(l.service_id, GREATEST(0, l.people - CASE WHEN p.state = 'running' THEN (
         SELECT coalesce(ceil(sum(part.rate * part.share * c.people)), 0)::bigint
         FROM line_part part JOIN cell_coverage c ON c.cell_id = part.cell_id
         WHERE part.line_id = l.id AND c.counted AND c.local
     ) ELSE 0 END), l.starts_on, l.ends_on))
     FROM programme p JOIN capacity_line l ON l.programme_id = p.id
     WHERE p.organisation_id = o.id AND p.state IN ('planned', 'running') AND l.people IS NOT NULL
       AND l.ends_on >= :today AND l.confirmed_on >= :confirmed_since),
    (SELECT jsonb_agg(jsonb_build_array(service_id, people, moved_at)) FROM match
     WHERE organisation_id = o.id AND state = 'agreed' AND moved_at > :held_since),
    EXISTS (
        SELECT FROM check_item c JOIN registration r ON r.id = c.registration_id
        WHERE r.organisation_id = o.id AND c.code = :safeguarding AND c.answer IN ('met', 'met_another_way')
    )
FROM organisation o
LEFT JOIN area home ON home.id = o.home_area_id
LEFT JOIN area country ON country.code = home.country
WHERE o.id IN ({which})
"""
_BY_ID = text(_PROFILES.format(which="SELECT unnest(:ids)")).bindparams(bindparam("ids", type_=ARRAY(Uuid())))

# Partners that work around those needs and do something of the kind; the hash favours nobody.
_AROUND = text(
    _PROFILES.format(
        which="""
    SELECT near.id FROM organisation near
    WHERE near.state = 'verified' AND (near.expires_on IS NULL OR near.expires_on >= :today) AND near.id <> :besides
      AND EXISTS (
          SELECT FROM organisation_area oa JOIN area a ON a.id = oa.area_id
          JOIN unnest(:los, :his) AS place(lo, hi) ON a.lo <= place.hi AND a.hi >= place.lo
          WHERE oa.organisation_id = near.id
      )
      AND EXISTS (
          SELECT FROM organisation_term t
          WHERE t.organisation_id = near.id AND t.relation = 'service' AND t.term_id = ANY(:services)
      )
    ORDER BY md5(near.id::text || CAST(:besides AS text)), near.id
    LIMIT :most
"""
    )
).bindparams(bindparam("services", type_=ARRAY(Uuid())))


async def profiles(db: AsyncSession, ids: Collection[UUID], known: Setting) -> dict[UUID, Profile]:
    """Id -> the organisation as matching reads it; ids that are not there are left out. One statement."""
    rows = await db.execute(_BY_ID, _given(known) | {"ids": list(ids)})
    return {row[0]: _profile(row, known) for row in rows}


async def profiles_around(
    db: AsyncSession,
    areas: Collection[Positions],
    services: Collection[UUID],
    known: Setting,
    *,
    besides: UUID,
    most: int,
) -> list[Profile]:
    """Up to `most` verified organisations that do one of `services` in or around one of `areas`. One statement."""
    asked = {
        "los": [lo for lo, _ in areas], "his": [hi for _, hi in areas], "services": list(services), "besides": besides,
        "most": most,
    }  # fmt: skip
    rows = await db.execute(_AROUND, _given(known) | asked)
    return [_profile(row, known) for row in rows]


def _given(known: Setting) -> dict[str, object]:
    return {
        "today": known.today,
        "confirmed_since": months_before(known.today, CONFIRMED_FOR),
        "held_since": time.now() - HELD_FOR,
        "safeguarding": SAFEGUARDING,
    }


async def profile(db: AsyncSession, id: UUID, known: Setting) -> Profile:
    """One organisation. Raises NotFound."""
    found = (await profiles(db, [id], known)).get(id)
    if found is None:
        raise NotFound
    return found


def _profile(row: Any, known: Setting) -> Profile:
    (
        i,
        slug,
        name,
        state,
        expires_on,
        lo,
        hi,
        own,
        of_programmes,
        places,
        stated,
        lines,
        held,
        safeguarding,
    ) = row
    said, run = _by_relation(own), _by_relation(of_programmes)
    where = _Places(places or [])
    return Profile(
        id=i,
        slug=slug,
        name=name,
        verified_until=_verified_until(state, expires_on, known.today),
        country=(lo, hi) if lo is not None else None,
        services=said["service"] | run["service"],
        groups=said["serves"] | run["serves"],
        works=where.of(wished=False, steps={0}),
        would=where.of(wished=True, steps={0}),
        above_works=where.of(wished=False, steps={1, 2}),
        above_would=where.of(wished=True, steps={1, 2}),
        parents=tuple({*where.of(wished=False, steps={1}), *where.of(wished=True, steps={1})}),
        beside=where.beside,
        programme_services=run["service"],
        programme_groups=run["serves"],
        run_by=said["led_by"],
        languages=frozenset(
            known.languages[term] for term in said["language"] | run["language"] if term in known.languages
        ),
        access=bool(said["access"] | run["access"]),
        safeguarding=safeguarding,
        room=_room(stated, lines, held),
        tie=tie(i, known.weights.id),
    )


def _verified_until(state: str, expires_on: date | None, today: date) -> date | None:
    """The last day of a registration; one that lapsed still says when, one that was never there says None."""
    if state == "verified":
        return expires_on or date.max
    return expires_on if state == "lapsed" and expires_on and expires_on < today else None


def _by_relation(rows: list[Any] | None) -> dict[str, frozenset[UUID]]:
    found: dict[str, set[UUID]] = {
        name: set() for name in ("service", "serves", "led_by", "language", "access")
    }
    for relation, term in rows or ():
        found[relation].add(UUID(term))
    return {relation: frozenset(terms) for relation, terms in found.items()}


class _Places:
    """Areas of an organisation (0 steps up) and those around them (1, or 2 and more), as positions."""

    def __init__(self, rows: list[Any]) -> None:
        self.rows = rows

    def of(self, *, wished: bool, steps: set[int]) -> tuple[Positions, ...]:
        return tuple(
            sorted(
                {(lo, hi) for lo, hi, is_wished, up, _ in self.rows if is_wished == wished and up in steps}
            )
        )

    @property
    def beside(self) -> frozenset[int]:
        return frozenset(position for *_, below in self.rows for position in below or ())


def _room(stated: list[Any] | None, lines: list[Any] | None, held: list[Any] | None) -> Room:
    day, moment = date.fromisoformat, datetime.fromisoformat
    return Room(
        tuple(Stated(UUID(s), people, day(start), moment(at)) for s, people, start, at in stated or ()),
        tuple(OfLine(UUID(s), people, day(start), day(end)) for s, people, start, end in lines or ()),
        tuple(Held(UUID(s), people, moment(at)) for s, people, at in held or ()),
    )
