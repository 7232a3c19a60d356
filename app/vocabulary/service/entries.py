"""What a vocabulary editor does: add, change, retire and bring back entries; link and unlink them.

Every change writes the edition it makes, with its reason, and the audit trail. Nothing is deleted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from app.kernel import audit, time
from app.kernel.actor import Actor
from app.kernel.i18n import N_
from app.kernel.ids import new_id
from app.kernel.refusals import NotFound, Refused
from app.kernel.versions import Difference, check_version
from app.vocabulary.models import Term, TermLink
from app.vocabulary.rules import entries as rules
from app.vocabulary.rules.changes import differences
from app.vocabulary.rules.entries import Standing
from app.vocabulary.rules.groups import Facets, Groups, NotContained
from app.vocabulary.rules.schemes import BY_CODE, Scheme
from app.vocabulary.service.editions import edition, snapshot

SHORTEST_REASON = 10


class WhyMissing(Refused):
    field = "reason"
    says = N_("Write why, in 10 letters or more. It stands in the history of the entry.")


class ListMadeElsewhere(Refused):
    says = N_(
        "This list is made elsewhere, so nothing can be added to it or taken from it. Its wording can be changed."
    )


class NoSuchParent(Refused):
    field = "parent"
    says = N_("There is no entry with this code to put it under. Choose one from the list.")


class NothingChanged(Refused):
    says = N_("Nothing is different from how it stands, so there is nothing to save.")


class NotLinked(Refused):
    status = 409
    says = N_("These two are not linked.")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a person may change in an entry. `facts` hold nouns and flags; facets stay as they were added,
    or the code would come to mean other people."""

    names: Mapping[str, str]
    descriptions: Mapping[str, str] = field(default_factory=dict[str, str])
    parent: str | None = None
    position: int = 0
    codes: Mapping[str, str] = field(default_factory=dict[str, str])
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


async def add_entry(
    db: AsyncSession,
    actor: Actor,
    scheme: str,
    code: str,
    wording: Wording,
    reason: str,
    facets: Facets | None = None,
) -> UUID:
    """A new entry; `facets` only for a group.

    Raises WhyMissing, ListMadeElsewhere, CodeNotPlain, CodeTaken, NotNamedInEnglish, NameTaken,
    NoSuchParent,
    ParentRetired, GroupAlreadyNamed, NotContained.
    """
    kind = _open(scheme)
    _check_reason(reason)
    terms = await _all(db, kind)
    rules.check_code(code, {c for s, c in terms if s == scheme})
    rules.check_names(wording.names)
    rules.check_name_free(wording.names["en"], _names(terms, scheme))
    parent = _parent(terms, kind, wording.parent)
    _check_parent(terms, kind, code, parent)
    if facets is not None:
        _check_facets(terms, facets, wording.parent)
    term = Term(id=new_id(), scheme=scheme, code=code, facts=facets.facts() if facets else {})
    db.add(_worded(term, wording, parent))
    await _save(db, actor, term, wording.parent, "vocabulary.added", reason)
    return term.id


async def edit_entry(
    db: AsyncSession, actor: Actor, scheme: str, code: str, seen: int, wording: Wording, reason: str
) -> None:
    """Change the wording of an entry as it was at version `seen`.

    Raises NotFound, WhyMissing, NotNamedInEnglish, NameTaken, NoSuchParent, InsideItself, ParentRetired, NotContained,
    NothingChanged, and ChangedMeanwhile with what differs when somebody else saved first.
    """
    kind = BY_CODE.get(scheme)
    if kind is None:
        raise NotFound
    terms = await _all(db, kind)
    term = _term(terms, scheme, code)
    before = snapshot(term, _parent_code(terms, term))
    wanted = before | {
        "names": dict(wording.names), "descriptions": dict(wording.descriptions), "parent": wording.parent,
        "position": wording.position, "codes": dict(wording.codes), "facts": {**term.facts, **wording.facts},
    }  # fmt: skip
    changes = differences(before, wanted)
    check_version(term.version, seen, [Difference(c.key, c.key, c.was, c.now) for c in changes])
    if not changes:
        raise NothingChanged
    _check_reason(reason)
    rules.check_names(wording.names)
    if wording.names["en"] != term.names["en"]:
        rules.check_name_free(wording.names["en"], _names(terms, scheme, besides=code))
    parent = _parent(terms, kind, wording.parent)
    if parent is None or parent.id != term.parent_id:
        _check_parent(terms, kind, code, parent)
        if scheme == "group" and parent and not Facets.read(parent.facts).contains(Facets.read(term.facts)):
            raise NotContained(parent=parent.names["en"])
    _worded(term, wording, parent)
    await _save(db, actor, term, wording.parent, "vocabulary.edited", reason)


async def retire_entry(db: AsyncSession, actor: Actor, scheme: str, code: str, reason: str) -> None:
    """Nobody can choose the entry any more; whatever names it keeps it.

    Raises NotFound, WhyMissing, ListMadeElsewhere, AlreadyRetired, StillHasEntries.
    """
    terms, term = await _one(db, scheme, code)
    rules.check_retiring(code, _standings(terms, scheme))
    _check_reason(reason)
    term.retired_at = time.now()
    await _save(db, actor, term, _parent_code(terms, term), "vocabulary.retired", reason)


async def bring_back_entry(db: AsyncSession, actor: Actor, scheme: str, code: str, reason: str) -> None:
    """A retired entry can be chosen again. Raises NotFound, WhyMissing, ListMadeElsewhere, NotRetired, ParentRetired."""
    terms, term = await _one(db, scheme, code)
    rules.check_returning(code, _standings(terms, scheme))
    _check_reason(reason)
    term.retired_at = None
    await _save(db, actor, term, _parent_code(terms, term), "vocabulary.brought-back", reason)


async def link_entries(
    db: AsyncSession, actor: Actor, commitment: str, target: str, said: Mapping[str, str], reason: str
) -> None:
    """Say that an SDG target carries a commitment on, and why (language -> sentence, English at least).

    Raises NotFound, WhyMissing, NotNamedInEnglish. Linking again changes the words.
    """
    _check_reason(reason)
    rules.check_names(said)
    one, other = await _pair(db, commitment, target)
    new = insert(TermLink).values(from_id=one.id, to_id=other.id, reason=dict(said), ended_at=None)
    changed = {"reason": dict(said), "ended_at": None}
    await db.execute(new.on_conflict_do_update(index_elements=["from_id", "to_id"], set_=changed))
    await _save_links(db, actor, one, "vocabulary.linked", reason, target)


async def unlink_entries(db: AsyncSession, actor: Actor, commitment: str, target: str, reason: str) -> None:
    """Take a link away; its row stays, ended. Raises NotFound, WhyMissing, NotLinked."""
    _check_reason(reason)
    one, other = await _pair(db, commitment, target)
    link = await db.get(TermLink, (one.id, other.id))
    if link is None or link.ended_at:
        raise NotLinked
    link.ended_at = time.now()
    await _save_links(db, actor, one, "vocabulary.unlinked", reason, target)


Terms = Mapping[tuple[str, str], Term]


async def _all(db: AsyncSession, kind: Scheme) -> Terms:
    """The entries of a scheme and of the one that they stand under, locked: checks look at all of them."""
    schemes = {kind.code, kind.parent_scheme}
    await db.execute(
        text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": f"vocabulary:{kind.parent_scheme}"}
    )
    wanted = select(Term).where(Term.scheme.in_(schemes)).execution_options(populate_existing=True)
    return {(term.scheme, term.code): term for term in await db.scalars(wanted)}


async def _one(db: AsyncSession, scheme: str, code: str) -> tuple[Terms, Term]:
    terms = await _all(db, _open(scheme))
    return terms, _term(terms, scheme, code)


def _open(scheme: str) -> Scheme:
    kind = BY_CODE.get(scheme)
    if kind is None:
        raise NotFound
    if not kind.open:
        raise ListMadeElsewhere
    return kind


def _term(terms: Terms, scheme: str, code: str) -> Term:
    if term := terms.get((scheme, code)):
        return term
    raise NotFound


def _parent(terms: Terms, kind: Scheme, code: str | None) -> Term | None:
    if code is None:
        return None
    if parent := terms.get((kind.parent_scheme, code)):
        return parent
    raise NoSuchParent


def _parent_code(terms: Terms, term: Term) -> str | None:
    return next((other.code for other in terms.values() if other.id == term.parent_id), None)


def _standings(terms: Terms, scheme: str) -> dict[str, Standing]:
    return {
        code: Standing(code, _parent_code(terms, term), term.retired_at is not None)
        for (its_scheme, code), term in terms.items()
        if its_scheme == scheme
    }


def _names(terms: Terms, scheme: str, besides: str = "") -> dict[str, str]:
    return {
        code: term.names["en"] for (its, code), term in terms.items() if its == scheme and code != besides
    }


def _check_parent(terms: Terms, kind: Scheme, code: str, parent: Term | None) -> None:
    if parent is not None and kind.parent_scheme == kind.code:
        rules.check_parent(code, parent.code, _standings(terms, kind.code) | {code: Standing(code)})


def _check_facets(terms: Terms, facets: Facets, parent: str | None) -> None:
    groups = Groups(
        {code: Facets.read(term.facts) for (scheme, code), term in terms.items() if scheme == "group"}
    )
    groups.check_new(facets, parent)


def _check_reason(reason: str) -> None:
    if len(reason) < SHORTEST_REASON:
        raise WhyMissing


def _worded(term: Term, wording: Wording, parent: Term | None) -> Term:
    term.names, term.descriptions = dict(wording.names), dict(wording.descriptions)
    term.codes, term.facts = dict(wording.codes), {**(term.facts or {}), **wording.facts}
    term.parent_id, term.position = parent.id if parent else None, wording.position
    return term


async def _save(
    db: AsyncSession, actor: Actor, term: Term, parent: str | None, action: str, reason: str
) -> None:
    await db.flush()
    db.add(edition(term, snapshot(term, parent, await _links(db, term)), reason, actor.person_id))
    await db.flush()
    await audit.record(
        db, actor, action, term.id, scheme=term.scheme, code=term.code, version=term.version, reason=reason
    )


async def _pair(db: AsyncSession, commitment: str, target: str) -> Sequence[Term]:
    wanted = select(Term).where(Term.scheme == "commitment", Term.code == commitment).with_for_update()
    one = await db.scalar(wanted.execution_options(populate_existing=True))
    other = await db.scalar(select(Term).where(Term.scheme == "sdg_target", Term.code == target))
    if one is None or other is None:
        raise NotFound
    return one, other


async def _save_links(
    db: AsyncSession, actor: Actor, term: Term, action: str, reason: str, target: str
) -> None:
    flag_modified(term, "names")  # the links are no columns of it, and yet it is a new version
    await _save(db, actor, term, None, action, f"{target}: {reason}")


async def _links(db: AsyncSession, term: Term) -> dict[str, dict[str, str]]:
    if term.scheme != "commitment":
        return {}
    rows = await db.execute(
        select(Term.code, TermLink.reason)
        .select_from(TermLink)
        .join(Term, Term.id == TermLink.to_id)
        .where(TermLink.from_id == term.id, TermLink.ended_at.is_(None))
        .order_by(Term.position)
    )
    return dict(rows.all())
