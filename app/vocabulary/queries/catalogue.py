"""The vocabulary as its own pages and the API show it: kinds, entries in all languages, their history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel.pagination import Page, cut, decode
from app.kernel.refusals import NotFound
from app.kernel.text import fold
from app.vocabulary.models import Term, TermEdition
from app.vocabulary.queries.entries import Linked, crosswalk, name_of, said
from app.vocabulary.rules.changes import Change, differences
from app.vocabulary.rules.schemes import BY_CODE, SCHEMES, Scheme

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Counted:
    """A kind of entry and how many there are of it."""

    scheme: Scheme
    in_use: int
    retired: int


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as a list, a file or the API gives it. `name` and `description` are in the spoken language."""

    id: UUID
    scheme: str
    code: str
    name: str
    description: str
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    codes: Mapping[str, str]
    facts: Mapping[str, Any]
    position: int
    version: int
    retired_at: datetime | None
    parent: str | None
    parent_name: str | None

    @property
    def nouns(self) -> Mapping[str, str]:
        """Language -> its words for the middle of a sentence, for a group or a service."""
        return self.facts.get("people") or self.facts.get("need") or {}


@dataclass(frozen=True, slots=True)
class Edited:
    """One edition in the history of an entry. `by_person`: an editor made it, not the program."""

    version: int
    at: datetime
    reason: str
    by_person: bool
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry's own page."""

    entry: Listed
    children: Sequence[Listed]
    links: Sequence[Linked]
    history: Sequence[Edited]


async def counted(db: AsyncSession) -> list[Counted]:
    """Every kind with its numbers, in their fixed order. One statement."""
    rows = await db.execute(
        select(Term.scheme, func.count(), func.count(Term.retired_at)).group_by(Term.scheme)
    )
    numbers = {scheme: (everything - retired, retired) for scheme, everything, retired in rows}
    return [Counted(scheme, *numbers.get(scheme.code, (0, 0))) for scheme in SCHEMES]


async def everything(
    db: AsyncSession, scheme: str, *, search: str = "", retired: bool = True
) -> list[Listed]:
    """The entries of a kind in their order, those whose code or a name in any language holds `search`.

    Raises NotFound for a kind that there isn't. One statement. A vocabulary is hundreds of entries, so
    the names are folded and looked through here.
    """
    if scheme not in BY_CODE:
        raise NotFound
    wanted = _listed().where(Term.scheme == scheme).order_by(Term.position, Term.code)
    rows = [Listed(*row) for row in await db.execute(wanted)]
    sought = fold(search)
    return [
        row
        for row in rows
        if (retired or row.retired_at is None)
        and (not sought or any(sought in fold(text) for text in (row.code, *row.names.values())))
    ]


async def part(
    db: AsyncSession,
    scheme: str,
    *,
    search: str = "",
    retired: bool = True,
    after: str | None = None,
    size: int = SHOWN,
) -> tuple[Page[Listed], int]:
    """Some of those entries, and how many there are in all. Raises NotFound."""
    rows = await everything(db, scheme, search=search, retired=retired)
    key = decode(after, int, str)
    left = [row for row in rows if (row.position, row.code) > key] if key else rows
    return cut(left, size, key=lambda row: (row.position, row.code)), len(rows)


async def entry(db: AsyncSession, scheme: str, code: str) -> Listed:
    """One entry, retired or not. Raises NotFound."""
    row = (await db.execute(_listed().where(Term.scheme == scheme, Term.code == code))).first()
    if row is None:
        raise NotFound
    return Listed(*row)


async def shown(db: AsyncSession, scheme: str, code: str) -> Shown:
    """An entry with what stands under it, what it is linked with and its history. Raises NotFound."""
    here = await entry(db, scheme, code)
    below = _listed().where(Term.parent_id == here.id).order_by(Term.position, Term.code)
    children = [Listed(*row) for row in await db.execute(below)]
    links = (await crosswalk(db, [here.id])).get(here.id, [])
    return Shown(here, children, links, await _history(db, here.id))


async def _history(db: AsyncSession, term_id: UUID) -> list[Edited]:
    """Newest first, each with what it changed."""
    editions = (
        await db.scalars(
            select(TermEdition).where(TermEdition.term_id == term_id).order_by(TermEdition.version)
        )
    ).all()
    first = [(None, edition) for edition in editions[:1]]
    return [
        Edited(
            edition.version, edition.at, edition.reason, edition.person_id is not None,
            differences(before.entry, edition.entry) if before else [],
        )
        for before, edition in reversed([*first, *pairwise(editions)])
    ]  # fmt: skip


def _listed():
    parent = aliased(Term)
    return select(
        Term.id, Term.scheme, Term.code, name_of(), func.coalesce(said(Term.descriptions), ""), Term.names,
        Term.descriptions, Term.codes, Term.facts, Term.position, Term.version, Term.retired_at, parent.code,
        said(parent.names),
    ).outerjoin(parent, parent.id == Term.parent_id)  # fmt: skip
