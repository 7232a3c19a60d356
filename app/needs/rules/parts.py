"""Parts: which rows of a table of needs add up to which totals.

Tables of needs state the same people many times: all of them, by status, by sex and age, with
disabilities. Adding them up blindly counts people several times over. Here one way of dividing (the
basis) is chosen for a whole release and service, by whether its rows really sum to the totals.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from app.needs.rules.facets import ANY, Age, Disability, Facet, Facets, Sex, disjoint
from app.needs.rules.statements import Key, Statement

Basis = frozenset[Facet]
Sheet = Mapping[Key, Sequence[Statement]]
"""The statements of one release and service, by area; no facets twice in one area."""

BASES: tuple[Basis, ...] = (
    frozenset({Facet.STATUS, Facet.SEX, Facet.AGE}),
    frozenset({Facet.STATUS}),
    frozenset({Facet.SEX, Facet.AGE}),
    frozenset({Facet.AGE}),
    frozenset({Facet.SEX}),
)
"""The ways of dividing that may be a basis; the first that adds up is taken."""

ENOUGH_AREAS = (99, 100)
"""A basis has to add up in this share of the areas that state a total."""


def within_tolerance(parts: int, total: int, count: int) -> bool:
    """The sum of `count` parts and their total differ by rounding only: by at most one person a part or
    one in a thousand of the total, whichever is more (rounding makes at most half a person a part).
    """
    return abs(parts - total) * 1000 <= max(count * 1000, total)


def stated_parts(rows: Iterable[Statement], basis: Basis) -> list[Statement]:
    """The rows divided by exactly the facets of `basis` that state a number."""
    return [row for row in rows if row.people is not None and row.facets.named == basis]


def choose_basis(sheet: Sheet) -> Basis | None:
    """How one service's figures are divided in one release: once for all areas, never area by area.

    Chosen per area, a division that happens to fit in a few places would be believed there.
    """
    return next((basis for basis in BASES if _adds_up(sheet, Facets(), basis)), None)


def open_top_bands(sheet: Sheet) -> tuple[dict[Key, list[Statement]], list[tuple[Age, Age]]]:
    """The sheet with top age bands that really are open-ended read so, and which bands were (closed, open).

    Where rows by sex and age lack a band that the rows by age alone have, and sum to their total all the
    same, the people of the missing band stand in their top band: a "18-64" that is 18 and over.
    """
    rows = [row for area in sheet.values() for row in area]
    opened: dict[tuple[str, Disability, Age], Age] = {}
    for status, disability in {(row.facets.status, row.facets.disability) for row in rows}:
        whole = Facets(status=status, disability=disability)
        if band := _closed_top(sheet, rows, whole):
            opened[status, disability, band] = Age(band.low)

    def read(row: Statement) -> Statement:
        facets = row.facets
        band = opened.get((facets.status, facets.disability, facets.age))
        return replace(row, facets=replace(facets, age=band)) if band and facets.sex != Sex.ANY else row

    if not opened:
        return {area: list(stated) for area, stated in sheet.items()}, []
    bands = sorted({(band, open_band) for (_, _, band), open_band in opened.items()}, key=str)
    return {area: [read(row) for row in stated] for area, stated in sheet.items()}, bands


def by_area(statements: Iterable[Statement]) -> dict[Key, list[Statement]]:
    sheet: dict[Key, list[Statement]] = defaultdict(list)
    for statement in statements:
        sheet[statement.area].append(statement)
    return dict(sheet)


def _closed_top(sheet: Sheet, rows: Collection[Statement], whole: Facets) -> Age | None:
    """The top band of the rows by sex and age inside `whole`, if it hides the people of a band above it."""
    sex_and_age = whole.named | {Facet.SEX, Facet.AGE}
    bands = {
        row.facets.age
        for row in rows
        if row.facets.named == sex_and_age
        and row.facets.status == whole.status
        and row.facets.disability == whole.disability
    }
    alone = {
        row.facets.age
        for row in rows
        if row.facets.named - {Facet.STATUS, Facet.DISABILITY} == frozenset({Facet.AGE})
        and row.facets.status in (ANY, whole.status)
        and row.facets.disability in (Disability.ANY, whole.disability)
    }
    if not bands:
        return None
    top = max(bands, key=lambda band: (band.low, band.top))
    missing = [band for band in alone - bands if not any(other.overlaps(band) for other in bands)]
    if top.high is None or not any(band.low > top.high for band in missing):
        return None
    return top if _adds_up(sheet, whole, sex_and_age) else None


def _adds_up(sheet: Sheet, whole: Facets, basis: Basis) -> bool:
    """The rows divided by `basis` sum to the row of `whole` in enough of the areas that state one."""
    areas = fitting = 0
    for rows in sheet.values():
        total = next((row.people for row in rows if row.facets == whole and row.people is not None), None)
        if total is None:
            continue
        areas += 1
        parts = [part for part in stated_parts(rows, basis) if whole.contains(part.facets)]
        people = sum(part.people or 0 for part in parts)
        fitting += (
            (bool(parts) or total == 0)
            and within_tolerance(people, total, len(parts))
            and disjoint(part.facets for part in parts)
        )
    share, of = ENOUGH_AREAS
    return areas > 0 and fitting * of >= share * areas
