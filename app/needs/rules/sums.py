"""Sums: which figures add up to which, so that none that is held back can be worked out from the others."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from app.needs.rules.areas import Tree
from app.needs.rules.cells import Cell, Origin
from app.needs.rules.facets import EVERYBODY, Facets, disjoint
from app.needs.rules.parts import within_tolerance
from app.needs.rules.published import hidden
from app.needs.rules.statements import Key

Name = Hashable
Sums = list[tuple[Name, Sequence[Name]]]


def withheld(cells: Sequence[Cell], tree: Tree) -> frozenset[int]:
    """Which cells of one service (by their place in `cells`) have a number that may not be printed.

    Looked at are all sums a reader could make: a group and its parts by status, sex, age and disability, in
    every area; an area and the areas below it; and for every area that has no figure of its own the sum of
    those below, since pages print it.
    """
    counts: dict[Name, int] = {at: cell.people for at, cell in enumerate(cells)}
    sums = [*_over_groups(cells), *_over_areas(cells, tree, counts)]
    return frozenset(at for at in hidden(counts, sums) if isinstance(at, int))


def _over_groups(cells: Sequence[Cell]) -> Iterator[tuple[Name, Sequence[Name]]]:
    by_area: dict[Key, list[int]] = defaultdict(list)
    for at, cell in enumerate(cells):
        by_area[cell.area].append(at)
    for here in by_area.values():
        rest = [at for at in here if cells[at].origin is Origin.REST]
        told = [at for at in here if cells[at].origin is not Origin.REST]
        # In an order that is the same in every process, as which numbers are held back follows from it.
        divisions = dict.fromkeys(cells[at].facets.named for at in told)
        for whole in told:
            facets = cells[whole].facets
            for division in divisions:
                if not facets.named < division:
                    continue
                parts = [
                    at
                    for at in told
                    if cells[at].facets.named == division and facets.contains(cells[at].facets)
                ]
                if facets == EVERYBODY and not _fits(cells, whole, parts):
                    parts += rest
                if _fits(cells, whole, parts) and disjoint(
                    cells[at].facets for at in parts if at not in rest
                ):
                    yield whole, parts


def _over_areas(
    cells: Sequence[Cell], tree: Tree, counts: dict[Name, int]
) -> Iterator[tuple[Name, Sequence[Name]]]:
    """Also adds the sums that pages make to `counts`."""
    of_group: dict[Facets, dict[Key, list[int]]] = defaultdict(lambda: defaultdict(list))
    for at, cell in enumerate(cells):
        of_group[cell.facets][cell.area].append(at)
    for facets, stated in of_group.items():
        below = _below(stated, tree)
        for area, areas in below.items():
            own = stated.get(area, ())
            parts = list(chain.from_iterable(_shown(cells, stated[each]) for each in areas if each in stated))
            parts += [("sum", facets, each) for each in areas if each not in stated]
            whole = next((at for at in own if cells[at].origin is not Origin.REST), None)
            if whole is None:
                parts += own
                counts["sum", facets, area] = sum(counts[part] for part in parts)
                yield ("sum", facets, area), parts
                continue
            rest = [at for at in own if cells[at].origin is Origin.REST]
            for candidate in (parts, [*parts, *rest]):
                if within_tolerance(
                    sum(counts[part] for part in candidate), cells[whole].people, len(candidate)
                ):
                    yield whole, candidate
                    break


def _below(stated: Mapping[Key, object], tree: Tree) -> dict[Key, list[Key]]:
    """Every area above the stated ones, the deepest first, with the areas right below it that have a figure or a sum."""
    known = tree.with_all_above(stated)
    children: dict[Key, list[Key]] = defaultdict(list)
    for area in sorted(known, key=str):
        if (parent := next(iter(tree.above(area)), None)) is not None:
            children[parent].append(area)
    return {
        area: children[area] for area in sorted(children, key=lambda area: (-tree.depth(area), str(area)))
    }


def _shown(cells: Sequence[Cell], here: Iterable[int]) -> list[int]:
    """What stands for an area in a sum over areas: its total; a rest is part of it, or stands alone."""
    here = list(here)
    return [at for at in here if cells[at].origin is not Origin.REST] or here


def _fits(cells: Sequence[Cell], whole: int, parts: Sequence[int]) -> bool:
    return bool(parts) and within_tolerance(
        sum(cells[at].people for at in parts), cells[whole].people, len(parts)
    )
