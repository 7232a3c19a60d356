"""Tiers: who comes first. Coarse steps by how bad it is and how far behind, so that no comfortable fit
outweighs a worse need, and no noise in one figure outweighs everything.
"""

from app.coverage.rules.presence import Known
from app.needs.rules.statements import Key

LAST = 4


def tier(severity: int, people: int, covered: int) -> int | None:
    """1 (first) to 4; None where nobody is left uncovered.

    severity: as it orders (1 to 5; stated, inherited or 3). In whole numbers throughout, so that a query
    decides the same: "at least half uncovered" is 2 x uncovered >= people, "a fifth" is 5 x uncovered.
    """
    uncovered = people - covered
    if uncovered <= 0:
        return None
    half, fifth = 2 * uncovered >= people, 5 * uncovered >= people
    if severity >= 4 and half:
        return 1
    if (severity >= 4 and fifth) or (severity == 3 and half):
        return 2
    if (severity == 3 and fifth) or (severity == 2 and half):
        return 3
    return LAST


TIER_SQL = """
CASE WHEN people <= covered THEN NULL
     WHEN severity >= 4 AND 2 * (people - covered) >= people THEN 1
     WHEN severity >= 4 AND 5 * (people - covered) >= people THEN 2
     WHEN severity = 3 AND 2 * (people - covered) >= people THEN 2
     WHEN severity = 3 AND 5 * (people - covered) >= people THEN 3
     WHEN severity = 2 AND 2 * (people - covered) >= people THEN 3
     ELSE 4 END
""".strip()
"""`tier` over columns people, covered and severity (64-bit people). The two are tested to agree."""


def worst_first(
    *, tier: int | None, ratio: float, known: Known, uncovered: int, cell: Key
) -> tuple[int, float, int, int, str]:
    """Sorts who is left out: tier, share covered, presence at equal share, people uncovered, id."""
    return (LAST + 1 if tier is None else tier, ratio, known.order, -uncovered, str(cell))


def may_be_called_covered(people: int, covered: int, *, contested: bool) -> bool:
    """Nobody is left uncovered, and nobody questions the figure."""
    return covered >= people and not contested
