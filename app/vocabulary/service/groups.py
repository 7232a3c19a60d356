"""Groups that files count and nobody has named yet."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.ids import new_id
from app.vocabulary.models import Term
from app.vocabulary.rules.groups import Facets, Groups, derived_group
from app.vocabulary.service.editions import edition, snapshot

DERIVED = "Counted in a file; named after the groups that include it."
_LOCK = 7_461_012


async def groups_for(db: AsyncSession, actor: Actor | None, wanted: Iterable[Facets]) -> dict[Facets, UUID]:
    """The group of each of these facets. One that has no name yet is added, named after the narrowest
    groups that include it, and not offered to people who choose. Two imports may ask at once."""
    facets = dict.fromkeys(wanted)
    known = await _groups(db)
    if facets.keys() <= known.keys():
        return {each: known[each].id for each in facets}
    await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    known = await _groups(db)
    for each in facets:
        if each not in known:
            known[each] = await _add(db, actor, each, known)
    return {each: known[each].id for each in facets}


async def _groups(db: AsyncSession) -> dict[Facets, Term]:
    return {
        Facets.read(term.facts): term for term in await db.scalars(select(Term).where(Term.scheme == "group"))
    }


async def _add(db: AsyncSession, actor: Actor | None, facets: Facets, known: dict[Facets, Term]) -> Term:
    terms = {term.code: term for term in known.values()}
    groups = Groups({term.code: each for each, term in known.items()})
    new = derived_group(groups, facets, {code: term.names for code, term in terms.items()})
    nouns = {code: term.facts.get("people") or term.names for code, term in terms.items()}
    parent = terms[new.parent]
    term = Term(
        id=new_id(),
        scheme="group",
        code=_free(new.code, terms),
        parent_id=parent.id,
        position=parent.position,
        names=dict(new.names),
        facts={
            **facets.facts(),
            "at_risk": facets.at_risk or bool(parent.facts.get("at_risk")),
            "offered": False,
            "people": dict(derived_group(groups, facets, nouns).names),
        },
    )
    db.add(term)
    await db.flush()
    db.add(edition(term, snapshot(term, new.parent), DERIVED, None))
    await db.flush()
    await audit.record(db, actor, "vocabulary.added", term.id, scheme="group", code=term.code, reason=DERIVED)
    return term


def _free(code: str, terms: dict[str, Term]) -> str:
    """A code is never used twice: somebody may have given this one to other people."""
    n = 1
    while (free := code if n == 1 else f"{code}-{n}") in terms:
        n += 1
    return free
