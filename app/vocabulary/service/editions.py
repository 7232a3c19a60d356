"""Every state of an entry is kept as an edition: what it said, who made it so, and why."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.vocabulary.models import Term, TermEdition

LOADED = "The list that comes with the program."
"""The reason of editions that no person made. English, as all reasons are in the language of their writer."""


def snapshot(
    term: Term, parent: str | None, links: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, Any]:
    """The entry as an edition keeps it; `links` are the targets it leads to, code -> reason by language."""
    kept: dict[str, Any] = {
        "names": dict(term.names),
        "descriptions": dict(term.descriptions),
        "parent": parent,
        "position": term.position,
        "codes": dict(term.codes),
        "facts": dict(term.facts),
        "retired": term.retired_at is not None,
    }
    return kept | ({"links": {code: dict(said) for code, said in links.items()}} if links else {})


def edition(term: Term, entry: Mapping[str, Any], reason: str, person_id: UUID | None) -> TermEdition:
    """The edition of the version that `term` has now (after it was flushed)."""
    return TermEdition(
        term_id=term.id, version=term.version, entry=dict(entry), reason=reason, person_id=person_id
    )
