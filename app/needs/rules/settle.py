"""Settling: from everything that was stated to cells in which each person counts once per service."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from app.needs.rules.areas import Tree
from app.needs.rules.cells import (
    AreaFigures,
    Cell,
    Note,
    NoteKind,
    Origin,
    Role,
    Settled,
    rest_cell,
    service_notes,
    settle_area,
    settle_groups,
    uncounted,
)
from app.needs.rules.facets import EVERYBODY, Facets
from app.needs.rules.parts import by_area, choose_basis, open_top_bands, within_tolerance
from app.needs.rules.statements import Key, Statement, precedence


@dataclass(frozen=True, slots=True)
class Worked:
    """All cells and notes of one period."""

    services: Mapping[Key | None, Settled]
    notes: tuple[Note, ...]

    @property
    def cells(self) -> Iterator[Cell]:
        return chain.from_iterable(settled.cells for settled in self.services.values())

    def needs(self, views: Collection[Key] = ()) -> int:
        """Needs, as shown, over all services but `views` (services that are part of another, or made of others).

        These are person-services: the services overlap in people, so this is never a number of people.
        """
        return sum(
            cell.people
            for cell in self.cells
            if cell.summed and cell.service is not None and cell.service not in views
        )


def settle(statements: Iterable[Statement], tree: Tree) -> Settled:
    """The cells of one release and one service, over all its areas."""
    stated = list(statements)
    service = stated[0].service if stated else None
    sheet, opened = open_top_bands(by_area(stated))
    basis = choose_basis(sheet)
    groups_only = not any(row.facets == EVERYBODY for row in stated)
    areas = {
        area: settle_groups(rows) if groups_only else settle_area(rows, basis) for area, rows in sheet.items()
    }
    notes = [Note(NoteKind.OPEN_ENDED, None, service, figure=closed, other=band) for closed, band in opened]
    notes += chain.from_iterable(figures.notes for figures in areas.values())
    cells, more = _over_areas(service, areas, tree)
    return Settled(service, basis, tuple(cells), (*notes, *more))


def settle_releases(releases: Iterable[Sequence[Statement]], tree: Tree) -> Worked:
    """The cells of one period from all releases about it, each an unbroken set of one source's statements.

    The same key stated twice is worked with as `precedence` says. Rows of different releases are never
    part and total of each other: where a second release speaks of areas that a first one counts already
    (the one that covers more areas goes first), its own rows are views.
    """
    by_service: dict[Key | None, list[list[Statement]]] = defaultdict(list)
    for release in releases:
        of_one: dict[Key | None, list[Statement]] = defaultdict(list)
        for statement in release:
            of_one[statement.service].append(statement)
        for service, rows in of_one.items():
            by_service[service].append(rows)
    services = {service: _settle_sources(sources, tree) for service, sources in by_service.items()}
    everything = chain.from_iterable(chain.from_iterable(sources) for sources in by_service.values())
    notes = [
        *chain.from_iterable(settled.notes for settled in services.values()),
        *service_notes(services, everything),
    ]
    return Worked(services, tuple(notes))


def _settle_sources(sources: list[list[Statement]], tree: Tree) -> Settled:
    """One service from all its sources, the one with the most areas first."""
    if len(sources) == 1:
        return settle(sources[0], tree)
    best: dict[tuple[Key, Facets], Statement] = {}
    for row in sorted(chain.from_iterable(sources), key=precedence, reverse=True):
        if row.people is not None:
            best[row.area, row.facets] = row
    sources = sorted(sources, key=lambda rows: (-len({row.area for row in rows}), min(map(precedence, rows))))
    first, *others = (
        settle([best.get((row.area, row.facets), row) for row in rows], tree) for rows in sources
    )
    cells, notes = list(first.cells), list(first.notes)
    for settled in others:
        taken = {(cell.area, cell.facets) for cell in cells}
        counted_in = tree.with_all_above(cell.area for cell in cells if cell.counted)
        below = {cell.area for cell in cells if cell.counted}
        for cell in settled.cells:
            if (cell.area, cell.facets) in taken or cell.origin is Origin.REST:
                continue
            doubled = cell.area in counted_in or not below.isdisjoint(tree.above(cell.area))
            if doubled and cell.counted:
                notes.append(
                    Note(NoteKind.COUNTED_ELSEWHERE, cell.area, cell.service, cell.facets, cell.people)
                )
            cells.append(replace(cell, role=Role.VIEW, counted=False, summed=False) if doubled else cell)
        notes += settled.notes
    return Settled(first.service, first.basis, tuple(cells), tuple(notes))


def _over_areas(
    service: Key | None, areas: Mapping[Key, AreaFigures], tree: Tree
) -> tuple[list[Cell], list[Note]]:
    """Count each person once over the levels of areas: in the lowest that has figures, unless these are
    more than the area above them states.
    """
    below: dict[Key, list[Key]] = defaultdict(list)
    for area in areas:
        if (nearest := next((above for above in tree.above(area) if above in areas), None)) is not None:
            below[nearest].append(area)
    cells = {area: list(figures.cells) for area, figures in areas.items()}
    shown = {area: figures.shown for area, figures in areas.items()}
    notes: list[Note] = []
    for area in sorted(below, key=lambda area: (-tree.depth(area), str(area))):
        total, lower = areas[area].stated, below[area]
        summed = sum(shown[each] for each in lower)
        if not summed:
            continue
        if total is None:
            # Blank: what stands below makes the total, and nothing is counted here.
            whole = Cell(area, service, EVERYBODY, summed, Role.TOTAL, False, origin=Origin.SUM_OF_PARTS)
            lower_down = [cell for cell in cells[area] if cell.origin is Origin.STATED]
            cells[area] = [*uncounted(lower_down, views=False), whole]
            shown[area] = summed
            continue
        fits = within_tolerance(summed, total, len(lower))
        if summed > total and not fits:
            for each in _subtree(lower, below):
                cells[each] = uncounted(cells[each], views=True)
            cells[area] = [replace(cell, parts_differ=True) for cell in cells[area]]
            notes.append(Note(NoteKind.PARTS_DIFFER, area, service, figure=summed, other=total))
            continue
        cells[area] = uncounted(cells[area], views=False)
        shown[area] = total
        if fits and summed != total:
            notes.append(Note(NoteKind.ROUNDED, area, service, figure=summed, other=total))
        elif not fits:
            # Some areas not stated: the rest of the country. All stated and still too few: it doesn't add up.
            differ = tree.filled(area, {each for each in lower if shown[each]})
            cells[area].append(rest_cell(area, service, total - summed, summed=True, differ=differ))
            if differ:
                notes.append(Note(NoteKind.PARTS_DIFFER, area, service, figure=summed, other=total))
    return list(chain.from_iterable(cells.values())), notes


def _subtree(areas: Iterable[Key], below: Mapping[Key, Sequence[Key]]) -> Iterator[Key]:
    for area in areas:
        yield area
        yield from _subtree(below.get(area, ()), below)
