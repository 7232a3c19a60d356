"""Cells: the working figures that follow from what was stated, each person counted once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.needs.rules.facets import EVERYBODY, Age, Facets
from app.needs.rules.parts import Basis, within_tolerance
from app.needs.rules.statements import Key, Statement


class Role(StrEnum):
    TOTAL = "total"
    BASIS_PART = "basis part"
    VIEW = "view"


class Origin(StrEnum):
    """Where a cell's number comes from."""

    STATED = "stated"
    SUM_OF_PARTS = "sum of parts"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Cell:
    """People of one group in one area who need one service.

    `counted`: enters coverage and plans (basis parts and rests; a total where it has no parts). `summed`:
    enters sums of need as shown (the total beside counted parts, since the stated total is what is shown;
    they differ by rounding at most). Everything else is shown, matched and given a ratio, and added to
    nothing. `parts_differ`: stated parts and total don't add up here. A rest (people of the total who are
    in none of its parts) stands beside its total with the same facets; `origin` tells them apart.
    """

    area: Key
    service: Key | None
    facets: Facets
    people: int
    role: Role
    counted: bool
    summed: bool = False
    origin: Origin = Origin.STATED
    statement: Key | None = None
    parts_differ: bool = False


class NoteKind(StrEnum):
    """What a reader of the data should know; nothing of it is repaired."""

    ROUNDED = "total differs from its parts by rounding"
    PARTS_DIFFER = "parts don't add up"
    OPEN_ENDED = "top age band is open-ended"
    PART_ABOVE_TOTAL = "part is more than its total"
    SERVICE_ABOVE_ANYTHING = "a service is more than in need of anything"
    TARGETED_ABOVE_NEED = "targeted is more than in need"
    PARTS_WITHOUT_TOTAL = "parts without a total, not all stated"
    COUNTED_ELSEWHERE = "people already counted from another source"


@dataclass(frozen=True, slots=True)
class Note:
    """One fact for the data note: `figure` against `other`, people or (open-ended bands) ages."""

    kind: NoteKind
    area: Key | None
    service: Key | None
    facets: Facets = EVERYBODY
    figure: int | Age = 0
    other: int | Age = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What one release says about one service, worked out: cells that count everybody once, and notes."""

    service: Key | None
    basis: Basis | None
    cells: tuple[Cell, ...]
    notes: tuple[Note, ...]

    @property
    def counted(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.counted)

    def total(self, area: Key) -> int | None:
        """Everybody in need in an area as shown: the stated number, or the sum of its parts."""
        wanted = (cell.people for cell in self.cells if cell.area == area and _is_total(cell))
        return next(wanted, None)


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """One area's figures of one service, before the areas above and below are looked at.

    `stated`: everybody, as the source states it. `shown`: the same, or what the counted cells sum to.
    """

    cells: tuple[Cell, ...]
    notes: tuple[Note, ...]
    stated: int | None
    shown: int


def settle_area(rows: Sequence[Statement], basis: Basis | None) -> AreaFigures:
    """The cells of one area and service; of people not stated and of nobody there is no cell.

    Parts within tolerance of the total are counted and the total shown; parts below it are counted with
    a rest; parts above it aren't counted, the total is. Without a total, complete parts make one.
    """
    stated = [row for row in rows if row.people is not None]
    parts = [row for row in stated if basis and row.facets.named == basis]
    total = next((row for row in stated if row.facets == EVERYBODY), None)
    notes = [*_above_total(stated, total)]
    if total is None and parts:
        complete = all(row.people is not None for row in rows if row.facets.named == basis)
        cells, people = _without_total(stated, parts, complete=complete)
        if not complete:
            notes.append(Note(NoteKind.PARTS_WITHOUT_TOTAL, parts[0].area, parts[0].service, figure=people))
    elif total is not None and parts:
        cells, people, more = _with_total(stated, parts, total)
        notes += more
    else:
        cells = [
            _cell(row, Role.TOTAL if row is total else Role.VIEW, counted=row is total) for row in stated
        ]
        people = _people(total) if total else 0
    kept = tuple(cell for cell in cells if cell.people > 0)
    return AreaFigures(kept, tuple(notes), None if total is None else total.people, people)


def settle_groups(rows: Sequence[Statement]) -> AreaFigures:
    """The cells of one area where a source speaks of groups and nowhere of everybody, as a council does that counted
    its young people without work: the largest groups that share nobody are counted, the others are views.
    """
    stated = [row for row in rows if row.people]
    apart: list[Statement] = []
    for row in sorted(stated, key=lambda row: (-_people(row), str(row.facets))):
        if not any(row.facets.overlaps(other.facets) for other in apart):
            apart.append(row)
    cells = [
        _cell(row, Role.BASIS_PART, counted=True, summed=True)
        if row in apart
        else _cell(row, Role.VIEW, counted=False)
        for row in stated
    ]
    return AreaFigures(tuple(cells), (), None, sum(map(_people, apart)))


def _without_total(
    stated: Sequence[Statement], parts: Sequence[Statement], *, complete: bool
) -> tuple[list[Cell], int]:
    people, basis = sum(map(_people, parts)), parts[0].facets.named
    cells = [
        _cell(row, Role.BASIS_PART, counted=True, summed=not complete)
        if row.facets.named == basis
        else _cell(row, Role.VIEW, counted=False)
        for row in stated
    ]
    if complete:
        area, service = parts[0].area, parts[0].service
        cells.append(Cell(area, service, EVERYBODY, people, Role.TOTAL, False, True, Origin.SUM_OF_PARTS))
    return cells, people


def _with_total(
    stated: Sequence[Statement], parts: Sequence[Statement], total: Statement
) -> tuple[list[Cell], int, list[Note]]:
    people, whole = sum(map(_people, parts)), _people(total)
    fits = within_tolerance(people, whole, len(parts))
    alone = not fits and people > whole
    basis = parts[0].facets.named
    cells: list[Cell] = []
    for row in stated:
        if row is total:
            cells.append(_cell(row, Role.TOTAL, counted=alone, summed=True, differ=not fits))
        elif row.facets.named == basis and not alone:
            cells.append(_cell(row, Role.BASIS_PART, counted=True, summed=False, differ=not fits))
        else:
            cells.append(_cell(row, Role.VIEW, counted=False))
    if not fits and not alone:
        cells.append(rest_cell(total.area, total.service, whole - people, summed=False, differ=True))
    kind = NoteKind.ROUNDED if fits else NoteKind.PARTS_DIFFER
    notes = [Note(kind, total.area, total.service, figure=people, other=whole)] if people != whole else []
    return cells, whole, notes


def rest_cell(area: Key, service: Key | None, people: int, *, summed: bool, differ: bool) -> Cell:
    """The people of a total who are in none of its parts."""
    return Cell(
        area, service, EVERYBODY, people, Role.BASIS_PART, True, summed, Origin.REST, parts_differ=differ
    )


def uncounted(cells: Iterable[Cell], *, views: bool) -> list[Cell]:
    """The cells of an area whose people are counted elsewhere: in the areas below it (totals stay totals,
    and its parts are totals of theirs), or not at all (`views`).
    """
    kept: list[Cell] = []
    for cell in cells:
        if cell.origin is Origin.REST:
            continue
        whole = cell.facets == EVERYBODY or (cell.counted and not views)
        role = Role.TOTAL if whole else Role.VIEW if views else cell.role
        kept.append(replace(cell, role=role, counted=False, summed=False))
    return kept


def service_notes(settled: Mapping[Key | None, Settled], statements: Iterable[Statement]) -> list[Note]:
    """What is odd between services and between columns: accepted as stated, and said."""
    anything = (
        {cell.area: cell.people for cell in settled[None].cells if _is_total(cell)} if None in settled else {}
    )
    notes = [
        Note(
            NoteKind.SERVICE_ABOVE_ANYTHING,
            cell.area,
            cell.service,
            figure=cell.people,
            other=anything[cell.area],
        )
        for service, figures in settled.items()
        if service is not None
        for cell in figures.cells
        if _is_total(cell) and cell.people > anything.get(cell.area, cell.people)
    ]
    notes += [
        Note(NoteKind.TARGETED_ABOVE_NEED, row.area, row.service, row.facets, row.targeted, row.people)
        for row in statements
        if row.targeted is not None and row.people is not None and row.targeted > row.people
    ]
    return notes


def _cell(
    row: Statement, role: Role, *, counted: bool, summed: bool | None = None, differ: bool = False
) -> Cell:
    enters = counted if summed is None else summed
    return Cell(
        row.area,
        row.service,
        row.facets,
        _people(row),
        role,
        counted,
        enters,
        statement=row.id,
        parts_differ=differ,
    )


def _people(row: Statement) -> int:
    return row.people or 0


def _above_total(stated: Iterable[Statement], total: Statement | None) -> tuple[Note, ...]:
    if total is None or total.people is None:
        return ()
    return tuple(
        Note(NoteKind.PART_ABOVE_TOTAL, row.area, row.service, row.facets, row.people, total.people)
        for row in stated
        if row.people is not None and row.people > total.people
    )


def _is_total(cell: Cell) -> bool:
    return cell.role is Role.TOTAL and cell.facets == EVERYBODY
