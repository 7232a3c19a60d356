"""Organisations that look like one being registered: shown while it is typed, never joined by themselves.

Candidates are looked up by the words that tell (rules/finding.py), by acronyms, by number and by contact, in
two statements; each candidate is then compared in full (rules/similarity.py).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    String,
    and_,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import InstrumentedAttribute

from app.kernel import time
from app.kernel.i18n import N_, _
from app.kernel.text import fold
from app.organisations.models import NameWord, Organisation, OrganisationIdentifier, OrganisationName
from app.organisations.queries.standing import standing
from app.organisations.rules import finding
from app.organisations.rules.finding import LookUp
from app.organisations.rules.registration import State
from app.organisations.rules.similarity import (
    AT_MOST_SHOWN,
    SHOWN,
    STRONG,
    Rarity,
    Spelling,
    closeness,
    with_evidence,
)
from app.places.models import Area

COMPARED = 60
"""Names that are compared in full: those whose letters are likest, of all that share telling words."""
_SHORT = 4
"""Marks of a name of one or two words."""
NOT_COMPARED = (State.DRAFT, State.DECLINED, State.REMOVED, State.MERGED)


class Why(StrEnum):
    """What is alike."""

    NUMBER = "number"
    NAME = "name"
    ACRONYM = "acronym"
    CONTACT = "contact"

    @property
    def label(self) -> str:
        return _(WHY[self])


WHY: Mapping[Why, str] = {
    Why.NUMBER: N_("the same registration number"),
    Why.NAME: N_("a name nearly the same"),
    Why.ACRONYM: N_("the same short name"),
    Why.CONTACT: N_("the same website or telephone"),
}


@dataclass(frozen=True, slots=True)
class Looks:
    """What an organisation is compared by. `numbers` are (scheme, normalised number)."""

    name: str
    acronym: str = ""
    domain: str = ""
    phone: str = ""
    numbers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Similar:
    """A candidate, how alike (0 to 100) in all and by `name_score` in its name alone, and what is alike."""

    id: UUID
    slug: str
    name: str
    state: str
    shown: bool
    area: str | None
    score: int
    name_score: float
    spelling: str
    why: tuple[Why, ...]

    @property
    def strong(self) -> bool:
        """Whether a person has to say what the two are to each other."""
        return self.score >= STRONG

    @property
    def rank(self) -> tuple[bool, int, int, float, str]:
        """What comes first: those alike in name or number before those of one contact, which an office may share."""
        return self.why == (Why.CONTACT,), -self.score, -len(self.why), -self.name_score, self.name


async def similar_to(
    db: AsyncSession, looks: Looks, *, besides: Collection[UUID] = (), at_most: int = AT_MOST_SHOWN
) -> list[Similar]:
    """The organisations that score 70 or more, likest first: `at_most`, and every one about which a person has to say
    what the two are to each other. Two statements.
    """
    typed = Spelling.of(looks.name, [looks.acronym] if looks.acronym else ())
    if not typed.parts:
        return []
    rarity, look_up = await _looked_up(db, typed)
    best: dict[UUID, Similar] = {}
    for row in await db.execute(_candidates(looks, look_up, besides)):
        found = _compared(typed, row, rarity)
        if found.score >= SHOWN and (found.id not in best or found.rank < best[found.id].rank):
            best[found.id] = found
    ranked = sorted(best.values(), key=lambda one: one.rank)
    return [one for place, one in enumerate(ranked) if place < at_most or one.strong]


async def holder_of(db: AsyncSession, scheme: str, number: str) -> tuple[UUID, str] | None:
    """Id and name of the live organisation with this (normalised) number."""
    row = await db.execute(
        select(Organisation.id, Organisation.name)
        .join(OrganisationIdentifier, OrganisationIdentifier.organisation_id == Organisation.id)
        .where(_has_number((scheme, number)))
    )
    found = row.first()
    return (found.id, found.name) if found else None


async def _looked_up(db: AsyncSession, typed: Spelling) -> tuple[Rarity, LookUp]:
    """How much the words of a name tell, and what its candidates are looked up by."""
    tokens = sorted({token for part in typed.parts for token in part})
    known = {row.word: row.organisations for row in await db.execute(_known_words(tokens))}
    all_of_them = known.pop("", 0)
    # A word that nobody had when they were last counted tells as much as one that a single name has.
    rarity = Rarity(max([1, all_of_them, *known.values()]), dict.fromkeys(tokens, 1) | known)
    return rarity, finding.look_up(typed, rarity, known, SHOWN)


def _known_words(tokens: list[str]) -> CompoundSelect[str, int]:
    """Each word that may be nearly one of `tokens`, with its count; and "" with the number of organisations."""
    begins = [NameWord.word.like(f"{token[:3]}%") for token in tokens if len(token) > 3]
    near = [NameWord.word.op("%")(token) for token in tokens if len(token) > 3]
    words = select(NameWord.word, NameWord.organisations).where(
        or_(NameWord.word.in_(tokens), *begins, *near)
    )
    return union_all(words, select(literal(""), _ABOUT_HOW_MANY))


# As the planner knows it: near enough for a logarithm, and free.
_ABOUT_HOW_MANY: ColumnElement[int] = literal_column(
    "(SELECT greatest(reltuples, 0)::int FROM pg_class WHERE oid = 'organisation'::regclass)", Integer
)


def _candidates(looks: Looks, look_up: LookUp, besides: Collection[UUID]) -> CompoundSelect[*tuple[Any, ...]]:
    """Names that share marks, the likest first, and organisations with the same number or contact."""
    marks = OrganisationName.marks
    # One branch a condition: the planner takes comparing arrays for cheap, and would read the whole table for
    # conditions joined by OR.
    wanted = [_holds(marks, sorted(look_up.any_of))]
    wanted += [and_(*(_holds(marks, words) for words in group)) for group in look_up.together]
    wanted += [and_(_holds(marks, look_up.short), func.cardinality(marks) <= _SHORT)] if look_up.short else []
    reached = union(*(select(OrganisationName.id).where(condition) for condition in wanted)).cte("reached")
    same_letters = _holds(marks, [mark for mark in look_up.any_of if not mark.isalnum()])
    likest = (
        select(OrganisationName.organisation_id, OrganisationName.text)
        .join(reached, reached.c.id == OrganisationName.id)
        .order_by(same_letters.desc(), func.similarity(OrganisationName.folded, fold(looks.name)).desc())
        .limit(COMPARED)
        .cte("likest")
    )
    numbers = [_has_number(number) for number in looks.numbers]
    of_number = select(OrganisationIdentifier.organisation_id).where(or_(false(), *numbers))
    same_number = Organisation.id.in_(of_number) if numbers else false()
    contacts = [Organisation.website_domain == looks.domain] if looks.domain else []
    contacts += [Organisation.phone == looks.phone] if looks.phone else []
    same_contact = or_(false(), *contacts)
    o = Organisation
    shown = (
        o.id,
        o.slug,
        o.name,
        standing(time.now().date()).label("state"),
        o.shown,
        Area.name.label("area"),
        o.acronym,
    )
    flags = (same_number.label("same_number"), same_contact.label("same_contact"))
    counts = (o.state.not_in(NOT_COMPARED), o.id.not_in(besides))
    by_name = (
        select(*shown, likest.c.text, *flags)
        .join(likest, likest.c.organisation_id == o.id)
        .outerjoin(Area, Area.id == o.home_area_id)
        .where(*counts)
    )
    by_fact = (
        select(*shown, o.name, *flags)
        .outerjoin(Area, Area.id == o.home_area_id)
        .where(*counts, or_(same_number, same_contact))
        .order_by(*([same_number.desc()] if numbers else []), o.id)
        .limit(COMPARED)
    )
    return union_all(by_name, by_fact) if numbers or contacts else union_all(by_name)


def _holds(
    marks: ColumnElement[list[str]] | InstrumentedAttribute[list[str]], words: Sequence[str]
) -> ColumnElement[bool]:
    return marks.op("&&", is_comparison=True)(literal(list(words), ARRAY(String)))


def _has_number(number: tuple[str, str]) -> ColumnElement[bool]:
    held = OrganisationIdentifier
    return and_(held.scheme == number[0], held.number_norm == number[1], held.live)


def _compared(typed: Spelling, row: Row[Any], rarity: Rarity) -> Similar:
    other = Spelling.of(row.text, [row.acronym] if row.acronym else ())
    alike = closeness(typed, other, rarity)
    acronym = typed.shares_acronym(other)
    score = round(with_evidence(alike, same_identifier=row.same_number, same_contact=row.same_contact))
    reasons = {
        Why.NUMBER: row.same_number,
        Why.CONTACT: row.same_contact,
        Why.ACRONYM: acronym,
        Why.NAME: alike > STRONG or (alike >= SHOWN and not acronym),
    }
    why = tuple(reason for reason in Why if reasons[reason])
    return Similar(row.id, row.slug, row.name, row.state, row.shown, row.area, score, alike, row.text, why)
