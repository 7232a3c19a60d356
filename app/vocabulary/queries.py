"""What is read of the vocabulary, in the language being spoken."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import InstrumentedAttribute

from app.kernel.i18n import spoken
from app.vocabulary.models import Term


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as a form or list shows it."""

    id: UUID
    code: str
    name: str
    description: str
    parent_id: UUID | None


def name_of(term: type[Term] = Term) -> ColumnElement[str]:
    """The entry's name in the language being spoken, else in English."""
    return _said(term.names)


async def entries(db: AsyncSession, scheme: str, *, retired: bool = False) -> list[Entry]:
    """The entries of one scheme in their order; retired ones only when asked for."""
    wanted = _entries().where(Term.scheme == scheme).order_by(Term.position, Term.code)
    rows = await db.execute(wanted if retired else wanted.where(Term.retired_at.is_(None)))
    return [Entry(*row) for row in rows]


async def entries_by_code(db: AsyncSession, scheme: str, codes: Collection[str]) -> list[Entry]:
    """The entries of one scheme with these codes; codes that are not there are left out."""
    rows = await db.execute(_entries().where(Term.scheme == scheme, Term.code.in_(codes)).order_by(Term.position))
    return [Entry(*row) for row in rows]


def _entries() -> Select[UUID, str, str, str, UUID | None]:
    description = func.coalesce(_said(Term.descriptions), "")
    return select(Term.id, Term.code, name_of(), description, Term.parent_id)


def _said(words: InstrumentedAttribute[dict[str, str]]) -> ColumnElement[str]:
    english = words["en"].astext
    return english if spoken().code == "en" else func.coalesce(words[spoken().code].astext, english)
