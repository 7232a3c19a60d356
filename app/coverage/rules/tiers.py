"""Tiers: who comes first. Coarse steps by how bad it is and how far behind, so that no comfortable fit
outweighs a worse need, and no noise in one figure outweighs everything.
"""

LAST = 4


def tier(severity: int, people: int, covered: int) -> int | None:
    """1 (first) to 4; None where nobody is left uncovered.

    severity: as it orders (1 to 5; stated, inherited or 3). In whole numbers throughout, so that nothing is rounded
    at an edge: "at least half uncovered" is 2 x uncovered >= people, "a fifth" is 5 x uncovered.
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


def may_be_called_covered(people: int, covered: int, *, contested: bool) -> bool:
    """Nobody is left uncovered, and nobody questions the figure."""
    return covered >= people and not contested
