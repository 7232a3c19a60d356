"""Areas as the rules see them: only who lies in whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from app.needs.rules.statements import Key


class Tree:
    """Areas by their parents (None for a country). An area that isn't in it stands alone."""

    def __init__(self, parents: Mapping[Key, Key | None]) -> None:
        self._parents = parents

    def above(self, area: Key) -> Iterator[Key]:
        """The areas that `area` lies in, nearest first."""
        parent = self._parents.get(area)
        while parent is not None:
            yield parent
            parent = self._parents.get(parent)

    def depth(self, area: Key) -> int:
        return sum(1 for _ in self.above(area))

    def with_all_above(self, areas: Iterable[Key]) -> set[Key]:
        found: set[Key] = set()
        for area in areas:
            found.add(area)
            found.update(self.above(area))
        return found

    def filled(self, area: Key, by: Collection[Key]) -> bool:
        """The areas `by` fill `area` without a hole: each child is one of them or is filled by them."""
        children = self._children.get(area, [])
        return bool(children) and all(child in by or self.filled(child, by) for child in children)

    @cached_property
    def _children(self) -> Mapping[Key, list[Key]]:
        children: dict[Key, list[Key]] = defaultdict(list)
        for area, parent in self._parents.items():
            if parent is not None:
                children[parent].append(area)
        return children
