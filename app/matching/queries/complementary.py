"""Complementary partners: who can do what keeps a partner from the needs it only just misses, and the other way round."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.matching.queries.cells import Cell
from app.matching.queries.near import NearMisses
from app.matching.queries.profiles import profiles_around
from app.matching.queries.setting import Setting
from app.matching.rules.conditions import NOTHING_BETWEEN, Condition, failing
from app.matching.rules.near import NearMiss, Pairing, best_pairings, missing, repaired
from app.matching.rules.profile import Profile
from app.needs.rules.statements import Key

TRIED = 40
"""How many partners of the places in question are compared."""
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Complementary:
    """A partner that makes up for something: its near-miss needs, and what each was missing."""

    slug: str
    name: str
    needs: Sequence[tuple[Cell, Condition]]


async def complementary(db: AsyncSession, misses: NearMisses) -> list[Complementary]:
    """Up to five partners who make up for what `misses` lacks, best first. One statement."""
    if not misses.rows:
        return []
    who, known = misses.profile, misses.known
    areas = [row.cell.at.area for row in misses.rows]
    services = {service for row in misses.rows for service in known.words.chain(row.cell.service_id)}
    around = await profiles_around(db, areas, services, known, besides=who.id, most=TRIED)
    others = {other.id: other for other in around}
    ours = [NearMiss(row.cell.id, row.cell.tier, row.missing) for row in misses.rows]
    pairings = [_pairing(other, ours, misses, known) for other in others.values()]
    by_id = {row.cell.id: row.cell for row in misses.rows}
    return [
        Complementary(
            slug=others[pairing.partner].slug,
            name=others[pairing.partner].name,
            needs=[
                (by_id[miss.need], miss.missing) for miss in pairing.repaired if isinstance(miss.need, UUID)
            ],
        )
        for pairing in best_pairings(pairings, who.tie)[:SHOWN]
        if isinstance(pairing.partner, UUID)
    ]


def _pairing(other: Profile, ours: Sequence[NearMiss], misses: NearMisses, known: Setting) -> Pairing:
    """What the other makes up for among our near misses, and we for it among the same needs."""
    failed: dict[Key, Condition] = {row.cell.id: _failing(other, row.cell, known) for row in misses.rows}
    theirs = [
        (row.missing, lack) for row in misses.rows if (lack := missing(failed[row.cell.id])) is not None
    ]
    return Pairing(
        partner=other.id,
        repaired=tuple(repaired(ours, failed)),
        misses=len(ours),
        # One thing alone is missing to us there, so whatever else is missing to them, we have.
        returned=sum(our_lack != their_lack for our_lack, their_lack in theirs),
        their_misses=len(theirs),
        tie=other.tie,
    )


def _failing(who: Profile, cell: Cell, known: Setting) -> Condition:
    partner = who.partner(known.words, cell.service_id, cell.at.country, known.today)
    return failing(partner, cell.as_need(known), NOTHING_BETWEEN, known.today)
