"""What the columns of a table are taken for: kept from one file of a source to the next, and corrected by a person."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.exchange.rules.fields import REPEATABLE, Field, People
from app.kernel.text import fold

SURE = 90.0
"""From this score on a column needs no look."""


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What one column is taken for. `how` is tag, heading, content, person or ""; `score` tells how sure it is."""

    index: int
    heading: str
    tag: str = ""
    field: Field | None = None
    people: People | None = None
    how: str = ""
    score: float = 0.0

    @property
    def sure(self) -> bool:
        return self.field is None or self.score >= SURE


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The columns of a table in their order."""

    columns: tuple[ColumnUse, ...]

    def index(self, field: Field) -> int | None:
        """The position of the column of a field that only one column has."""
        return next((use.index for use in self.columns if use.field is field), None)

    def indices(self, field: Field) -> tuple[int, ...]:
        return tuple(use.index for use in self.columns if use.field is field)

    def has(self, *fields: Field) -> bool:
        """Whether any of the fields has a column."""
        return any(use.field in fields for use in self.columns)

    @property
    def fields(self) -> frozenset[Field]:
        return frozenset(use.field for use in self.columns if use.field is not None)

    @property
    def people(self) -> tuple[ColumnUse, ...]:
        return tuple(use for use in self.columns if use.field is Field.PEOPLE)

    @property
    def private(self) -> frozenset[int]:
        return frozenset(self.indices(Field.PRIVATE))

    @property
    def signature(self) -> bytes:
        """SHA-256 of the folded headings and tags: files with the same one are mapped alike."""
        return signature_of([use.heading for use in self.columns], [use.tag for use in self.columns])

    def with_field(self, index: int, field: Field | None, people: People | None = None) -> "ColumnMap":
        """As a person corrects it: a field that only one column has is taken from the other."""
        changed: list[ColumnUse] = []
        for use in self.columns:
            if use.index == index:
                use = replace(
                    use,
                    field=field,
                    people=people if field is Field.PEOPLE else None,
                    how="person",
                    score=100.0,
                )
            elif field is not None and use.field is field and field not in REPEATABLE:
                use = replace(use, field=None, people=None, how="", score=0.0)
            changed.append(use)
        return ColumnMap(tuple(changed))

    def stored(self) -> list[dict[str, Any]]:
        """As plain values that can be kept as JSON; `read_map` reads them again."""
        return [
            {
                "heading": use.heading,
                "tag": use.tag,
                "field": use.field,
                "people": [
                    use.people.measure,
                    use.people.sex,
                    use.people.age,
                    use.people.disability,
                    use.people.group,
                    use.people.service,
                ]
                if use.people
                else None,
                "how": use.how,
                "score": round(use.score, 1),
            }
            for use in self.columns
        ]


def read_map(stored: Sequence[Mapping[str, Any]]) -> ColumnMap:
    """The map that `ColumnMap.stored` gave."""
    return ColumnMap(
        tuple(
            ColumnUse(
                at,
                one["heading"],
                one["tag"],
                Field(one["field"]) if one["field"] else None,
                People(*one["people"]) if one["people"] else None,
                one["how"],
                one["score"],
            )
            for at, one in enumerate(stored)
        )
    )


def signature_of(headings: Sequence[str], tags: Sequence[str]) -> bytes:
    folded = [fold(text) for text in (*headings, "\x1f", *tags)]
    return hashlib.sha256("\x1f".join(folded).encode()).digest()
