"""Which entries include which, by id: groups by their facets, everything else by what stands under what."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from app.vocabulary.rules.groups import Facets


@dataclass(frozen=True)
class GroupIndex:
    """All groups, also retired ones: id -> facets, id -> code, and those whose work needs a safeguarding check."""

    facets: Mapping[UUID, Facets]
    codes: Mapping[UUID, str]
    at_risk: frozenset[UUID]

    @cached_property
    def _ids(self) -> Mapping[Facets, UUID]:
        return {facets: i for i, facets in self.facets.items()}

    @cached_property
    def _closure(self) -> Mapping[UUID, tuple[UUID, ...]]:
        narrowest = sorted(
            self.facets, key=lambda i: (self.facets[i].narrowness, self.codes[i]), reverse=True
        )
        return {
            i: tuple(wider for wider in narrowest if self.facets[wider].contains(facets))
            for i, facets in self.facets.items()
        }

    @cached_property
    def _parts(self) -> Mapping[UUID, frozenset[UUID]]:
        parts: dict[UUID, set[UUID]] = {i: set() for i in self.facets}
        for i, wider in self._closure.items():
            for group in wider:
                parts[group].add(i)
        return {i: frozenset(found) for i, found in parts.items()}

    def called(self, facets: Facets) -> UUID | None:
        """The group that is exactly these people."""
        return self._ids.get(facets)

    def containing(self, group: UUID) -> tuple[UUID, ...]:
        """Groups that include everyone in `group`, itself among them, the narrowest first."""
        return self._closure.get(group, ())

    def contained(self, group: UUID) -> frozenset[UUID]:
        """Groups all of whose people are in `group`, itself among them."""
        return self._parts.get(group, frozenset())


@dataclass(frozen=True)
class Tree:
    """What stands under what, id -> parent's id (None at the top)."""

    parents: Mapping[UUID, UUID | None]

    @cached_property
    def _children(self) -> Mapping[UUID, list[UUID]]:
        children: dict[UUID, list[UUID]] = {}
        for i, parent in self.parents.items():
            if parent is not None:
                children.setdefault(parent, []).append(i)
        return children

    def above(self, entry: UUID) -> tuple[UUID, ...]:
        """Everything over an entry, the nearest first; ends also where parents go round in a ring."""
        found: list[UUID] = []
        at = self.parents.get(entry)
        while at is not None and at not in found:
            found.append(at)
            at = self.parents.get(at)
        return tuple(found)

    def within(self, entry: UUID) -> frozenset[UUID]:
        """The entry and everything under it."""
        found, waiting = {entry}, [entry]
        while waiting:
            for child in self._children.get(waiting.pop(), ()):
                if child not in found:
                    found.add(child)
                    waiting.append(child)
        return frozenset(found)
