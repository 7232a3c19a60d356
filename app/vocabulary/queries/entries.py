"""What is read of the vocabulary, in the language being spoken. The pages and the API of the
vocabulary itself read through catalogue.py."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import InstrumentedAttribute

from app.kernel.i18n import _, spoken
from app.vocabulary.models import Term, TermLink
from app.vocabulary.rules.groups import Facets
from app.vocabulary.rules.index import GroupIndex, Tree
from app.vocabulary.rules.schemes import BY_CODE


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as a form or list shows it."""

    id: UUID
    code: str
    name: str
    description: str
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class Family:
    """Entries to choose from, under what they have in common (None: nothing); `head` may be one of them."""

    head: Entry | None
    members: tuple[Entry, ...]


def under(name: str, members: Iterable[Entry]) -> Family:
    """Entries under a heading that is no entry itself."""
    return Family(Entry(UUID(int=0), "", name, "", None), tuple(members))


def options(*offers: Iterable[Family]) -> list[tuple[str, str]]:
    """(id, name) of all entries of several offers, in their order."""
    return [
        (str(entry.id), entry.name) for families in offers for family in families for entry in family.members
    ]


@dataclass(frozen=True, slots=True)
class Linked:
    """The other end of a crosswalk, and why it is there."""

    id: UUID
    scheme: str
    code: str
    name: str
    reason: str


def name_of(term: type[Term] = Term) -> ColumnElement[str]:
    """The entry's name in the language being spoken, else in English."""
    return said(term.names)


def noun_of(term: type[Term] = Term) -> ColumnElement[str]:
    """The entry's words for the middle of a sentence (see `nouns`)."""
    words = [
        term.facts[fact][language].as_string()
        for language in dict.fromkeys((spoken().code, "en"))
        for fact in ("people", "need")
    ]
    return func.coalesce(*words, name_of(term))


def said(words: InstrumentedAttribute[dict[str, str]]) -> ColumnElement[str]:
    """Words in the language being spoken, else in English."""
    english = words["en"].astext
    return english if spoken().code == "en" else func.coalesce(words[spoken().code].astext, english)


async def entries(db: AsyncSession, scheme: str, *, retired: bool = False) -> list[Entry]:
    """The entries of one scheme in their order; retired ones only when asked for."""
    wanted = _entries().where(Term.scheme == scheme).order_by(Term.position, Term.code)
    rows = await db.execute(wanted if retired else wanted.where(Term.retired_at.is_(None)))
    return [Entry(*row) for row in rows]


async def entries_by_code(db: AsyncSession, scheme: str, codes: Collection[str]) -> list[Entry]:
    """The entries of one scheme with these codes; codes that are not there are left out."""
    wanted = _entries().where(Term.scheme == scheme, Term.code.in_(codes)).order_by(Term.position)
    return [Entry(*row) for row in await db.execute(wanted)]


async def offered(db: AsyncSession, scheme: str) -> list[Family]:
    """What a person may choose from, in families. One statement.

    Groups stand under the widest offered group below everyone, targets under their goal. Headings of skills
    and access are heads only; a head that can be chosen is the first of its members.
    """
    kind = BY_CODE[scheme]
    wanted = (
        _entries()
        .add_columns(Term.scheme, func.coalesce(Term.facts["offered"].as_boolean(), True))
        .where(Term.scheme.in_((scheme, kind.parent_scheme)), Term.retired_at.is_(None))
        .order_by(Term.position, Term.code)
    )
    rows = [(Entry(*row[:5]), row[5], row[6]) for row in await db.execute(wanted)]
    known = {entry.id: entry for entry, _, _ in rows}
    tree = Tree({entry.id: entry.parent_id for entry, _, _ in rows})
    families: dict[UUID | None, list[Entry]] = {}
    for entry, its_scheme, shown in rows:
        chain = [i for i in (entry.id, *tree.above(entry.id)) if i in known]
        head = chain[-2] if scheme == "group" and len(chain) > 1 else chain[-1]
        heading = kind.headings and entry.parent_id is None
        if its_scheme == scheme and shown and not heading:
            families.setdefault(head, []).append(entry)
    if all(len(members) == 1 and members[0].id == head for head, members in families.items()):
        return [Family(None, tuple(members[0] for members in families.values()))] if families else []
    return [Family(known[head] if head else None, tuple(members)) for head, members in families.items()]


async def languages_offered(db: AsyncSession, near: Collection[UUID], heading: str) -> list[Family]:
    """Languages to choose from: those that are `near` under a heading, all others after them. One statement."""
    every = [entry for family in await offered(db, "language") for entry in family.members]
    families = [
        under(heading, (entry for entry in every if entry.id in near)),
        under(
            _("All other languages") if near else _("All languages"),
            (entry for entry in every if entry.id not in near),
        ),
    ]
    return [family for family in families if family.members]


async def names(db: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Id -> name, also of retired entries. One statement."""
    rows = await db.execute(select(Term.id, name_of()).where(Term.id.in_(set(ids))))
    return dict(rows.all())


async def nouns(db: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Id -> words for the middle of a sentence: of a group "girls out of school", of a service "a school
    place" (what people need; in French with its preposition). The name, where nobody wrote any. One statement."""
    rows = await db.execute(select(Term.id, noun_of()).where(Term.id.in_(set(ids))))
    return dict(rows.all())


async def ids_by_standard(db: AsyncSession, scheme: str, standard: str) -> dict[str, list[UUID]]:
    """Code in another list (hno, dac, hrinfo) -> our entries that bear it, retired ones left out."""
    bears = Term.codes[standard].as_string()
    rows = await db.execute(
        select(bears, Term.id)
        .where(Term.scheme == scheme, bears.is_not(None), Term.retired_at.is_(None))
        .order_by(Term.position)
    )
    found: dict[str, list[UUID]] = {}
    for code, i in rows:
        found.setdefault(code, []).append(i)
    return found


async def group_index(db: AsyncSession) -> GroupIndex:
    """Which groups include which, by their facets, with their codes. One statement; worked out once for
    as long as no group changes."""
    facets = [Term.facts[name].as_string() for name in ("status", "sex", "age", "disability")]
    at_risk = func.coalesce(Term.facts["at_risk"].as_boolean(), False)
    rows = await db.execute(
        select(Term.id, Term.code, at_risk, *facets).where(Term.scheme == "group").order_by(Term.id)
    )
    return _group_index(tuple(tuple(row) for row in rows))


async def tree(db: AsyncSession, scheme: str) -> Tree:
    """What stands under what in a scheme, also retired entries (targets: together with their goals)."""
    schemes = {scheme, BY_CODE[scheme].parent_scheme}
    rows = await db.execute(select(Term.id, Term.parent_id).where(Term.scheme.in_(schemes)))
    return Tree(dict(rows.all()))


async def crosswalk(db: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, list[Linked]]:
    """Each entry -> what it is linked with, from whichever side: a commitment -> its targets, a target -> its
    commitments. One statement."""
    wanted = set(ids)
    here, there = TermLink.from_id, TermLink.to_id
    both = [
        select(
            one.label("one"), Term.id, Term.scheme, Term.code, name_of(), said(TermLink.reason), Term.position
        )
        .join(Term, Term.id == other)
        .where(one.in_(wanted), TermLink.ended_at.is_(None))
        for one, other in ((here, there), (there, here))
    ]
    found: dict[UUID, list[Linked]] = {}
    rows = await db.execute(both[0].union_all(both[1]).order_by(literal_column("7")))
    for one, other, scheme, code, name, reason, _position in rows:
        found.setdefault(one, []).append(Linked(other, scheme, code, name, reason))
    return found


@lru_cache(maxsize=2)
def _group_index(rows: tuple[tuple[UUID, str, bool, str, str, str, str], ...]) -> GroupIndex:
    read = {
        i: Facets.read({"status": status, "sex": sex, "age": age, "disability": disability})
        for i, _, _, status, sex, age, disability in rows
    }
    return GroupIndex(read, {row[0]: row[1] for row in rows}, frozenset(row[0] for row in rows if row[2]))


def _entries() -> Select[UUID, str, str, str, UUID | None]:
    description = func.coalesce(said(Term.descriptions), "")
    return select(Term.id, Term.code, name_of(), description, Term.parent_id)
