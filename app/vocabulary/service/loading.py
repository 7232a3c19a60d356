"""Taking in the vocabulary that comes with the program: all of it once, afterwards what is new in its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit
from app.kernel.ids import new_id
from app.kernel.loading import digest_of, has_loaded, note_loaded
from app.vocabulary import files
from app.vocabulary.models import Term, TermEdition, TermLink
from app.vocabulary.service.editions import LOADED, edition, snapshot

EDITION = 1
"""Raise it when the same files are read otherwise, so that databases take them in again."""
_LOCK = 7_461_011


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did: entries added, and entries whose wording a newer file changed."""

    added: int = 0
    changed: int = 0


async def load_vocabulary(db: AsyncSession) -> Loaded:
    """Entries and crosswalk from the program's files. Doing it twice changes nothing.

    An entry that a person ever edited, retired or brought back stays as they left it, and so does a link
    that they took away. Nothing is ever deleted. Raises ValueError for files that don't hold together.
    """
    digest = digest_of(files.DATA.glob("*.csv"), EDITION)
    if await has_loaded(db, "vocabulary", digest):
        return Loaded()
    await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if await has_loaded(db, "vocabulary", digest):  # another process did, while this one waited
        return Loaded()
    terms = {(term.scheme, term.code): term for term in await db.scalars(select(Term))}
    edited = set(
        await db.scalars(select(TermEdition.term_id).where(TermEdition.person_id.is_not(None)).distinct())
    )
    loaded = await _take_in(db, terms, edited)
    await _link(db, terms)
    await note_loaded(db, "vocabulary", digest)
    await audit.record(
        db,
        None,
        "vocabulary.loaded",
        audit.SYSTEM,
        digest=digest.hex(),
        added=loaded.added,
        changed=loaded.changed,
    )
    return loaded


async def _take_in(db: AsyncSession, terms: dict[tuple[str, str], Term], edited: set[UUID]) -> Loaded:
    added: list[tuple[Term, files.Entry]] = []
    changed: list[tuple[Term, files.Entry]] = []
    for entry in files.entries():  # parents come first
        known = terms.get((entry.scheme, entry.code))
        if known is None:
            terms[entry.scheme, entry.code] = term = _new(entry, terms)
            added.append((term, entry))
        elif known.id not in edited and _say(known, entry, terms):
            changed.append((known, entry))
    db.add_all(term for term, _ in added)
    await db.flush()
    db.add_all(
        edition(term, snapshot(term, entry.parent), LOADED, None) for term, entry in (*added, *changed)
    )
    await db.flush()
    return Loaded(len(added), len(changed))


def _new(entry: files.Entry, terms: Mapping[tuple[str, str], Term]) -> Term:
    return Term(
        id=new_id(), scheme=entry.scheme, code=entry.code, parent_id=_parent_id(entry, terms), position=entry.position,
        names=dict(entry.names), descriptions=dict(entry.descriptions), codes=dict(entry.codes), facts=dict(entry.facts),
    )  # fmt: skip


def _say(term: Term, entry: files.Entry, terms: Mapping[tuple[str, str], Term]) -> bool:
    """Bring `term` to what the file says; whether that changed anything."""
    wanted = {
        "parent_id": _parent_id(entry, terms), "position": entry.position, "names": dict(entry.names),
        "descriptions": dict(entry.descriptions), "codes": dict(entry.codes), "facts": dict(entry.facts),
    }  # fmt: skip
    different = {name: value for name, value in wanted.items() if getattr(term, name) != value}
    for name, value in different.items():
        setattr(term, name, value)
    return bool(different)


def _parent_id(entry: files.Entry, terms: Mapping[tuple[str, str], Term]) -> UUID | None:
    if entry.parent is None:
        return None
    return terms[("sdg_goal" if entry.scheme == "sdg_target" else entry.scheme), entry.parent].id


async def _link(db: AsyncSession, terms: Mapping[tuple[str, str], Term]) -> None:
    rows = [
        {
            "from_id": terms["commitment", link.commitment].id,
            "to_id": terms["sdg_target", link.target].id,
            "reason": dict(link.reason),
        }
        for link in files.links()
    ]
    await db.execute(insert(TermLink).on_conflict_do_nothing(), rows)
