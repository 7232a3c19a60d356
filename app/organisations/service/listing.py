"""Organisations that are known from a source only: listed, never registered by a file, to be claimed by their people."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit, jobs, time
from app.kernel.actor import Actor
from app.kernel.text import fold
from app.organisations.models import LISTED, Organisation, OrganisationName
from app.organisations.rules import finding
from app.organisations.rules.kinds import Kind
from app.organisations.rules.slug import slug, unique
from app.organisations.service.names import know_words, name_row

AT_ONCE = 1000
_NUMBERED = re.compile(r"-\d+$")


@dataclass(frozen=True, slots=True)
class ToList:
    """An organisation as a file names it; `id` is always the same for one name in one country."""

    id: UUID
    name: str
    acronym: str = ""
    kind: Kind = Kind.NGO


async def list_organisations(
    db: AsyncSession, actor: Actor | None, found: Iterable[ToList], source: str, *, address: str = ""
) -> int:
    """List those that are not in the register yet, with `source` as where they are known from, and `address` as
    where that can be read. Returns how many.
    """
    wanted = {each.id: each for each in found}
    known = set(await db.scalars(select(Organisation.id).where(Organisation.id.in_(wanted))))
    new = [each for each in wanted.values() if each.id not in known]
    if not new:
        return 0
    slugs = await _free_slugs(db, [each.name for each in new])
    rows = [_row(each, its, source, address) for each, its in zip(new, slugs, strict=True)]
    spellings = [spelling for each in new for spelling in _spellings(each)]
    for begin in range(0, len(rows), AT_ONCE):
        await db.execute(insert(Organisation), rows[begin : begin + AT_ONCE])
    for begin in range(0, len(spellings), AT_ONCE):
        await db.execute(
            insert(OrganisationName).on_conflict_do_nothing(), spellings[begin : begin + AT_ONCE]
        )
    await know_words(db, {word for each in new for word in _words(each)})
    await jobs.defer(db, "organisations.count-words", once="organisations.count-words")
    await audit.record(db, actor, "organisations.listed", audit.SYSTEM, source=source, number=len(new))
    return len(new)


def _row(each: ToList, its_slug: str, source: str, address: str) -> dict[str, object]:
    return {
        "id": each.id,
        "slug": its_slug,
        "kind": each.kind,
        "state": LISTED,
        "name": each.name,
        "name_folded": fold(each.name) or its_slug,
        "acronym": each.acronym,
        "words": _words(each),
        "listed_source": source,
        "listed_address": address,
        "changed_at": time.now(),
    }


def _words(each: ToList) -> list[str]:
    return finding.words_of([each.name, each.acronym])


def _spellings(each: ToList) -> list[dict[str, object]]:
    forms = [("used", each.name), *([("acronym", each.acronym)] if each.acronym else [])]
    return [name_row(each.id, form, text, each.acronym) for form, text in forms if fold(text)]


async def _free_slugs(db: AsyncSession, names: Sequence[str]) -> list[str]:
    """An address for each name that neither an organisation nor another of them has. One statement."""
    taken = await _taken(db, {_NUMBERED.sub("", slug(name)) for name in names})
    chosen: list[str] = []
    for name in names:
        chosen.append(unique(name, taken))
        taken.add(chosen[-1])
    return chosen


async def _taken(db: AsyncSession, begins: Collection[str]) -> set[str]:
    """The slugs that are one of these, with or without a number behind it."""
    without_number = func.regexp_replace(Organisation.slug, r"-\d+$", "")
    return set(await db.scalars(select(Organisation.slug).where(without_number.in_(begins))))
