"""Organisations that are known from a source only: listed, never registered by a file, to be claimed by their people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.ids import new_id
from app.kernel.text import fold
from app.organisations.models import LISTED, Organisation, OrganisationName
from app.organisations.rules import names
from app.organisations.rules.kinds import Kind
from app.organisations.rules.slug import slug, unique

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class ToList:
    """An organisation as a file names it; `id` is always the same for one name in one country."""

    id: UUID
    name: str
    acronym: str = ""
    kind: Kind = Kind.NGO


async def list_organisations(db: AsyncSession, actor: Actor | None, found: Iterable[ToList], source: str) -> int:
    """List those that are not in the register yet, with `source` as where they are known from. Returns how many."""
    wanted = {each.id: each for each in found}
    known = set(await db.scalars(select(Organisation.id).where(Organisation.id.in_(wanted))))
    new = [each for each in wanted.values() if each.id not in known]
    if not new:
        return 0
    slugs = await _slugs(db, new)
    rows = [_row(each, address, source) for each, address in zip(new, slugs, strict=True)]
    spellings = [spelling for each in new for spelling in _spellings(each)]
    for begin in range(0, len(rows), AT_ONCE):
        await db.execute(insert(Organisation), rows[begin : begin + AT_ONCE])
    for begin in range(0, len(spellings), AT_ONCE):
        await db.execute(insert(OrganisationName).on_conflict_do_nothing(), spellings[begin : begin + AT_ONCE])
    await audit.record(db, actor, "organisations.listed", audit.SYSTEM, source=source, number=len(new))
    return len(new)


async def _slugs(db: AsyncSession, new: Sequence[ToList]) -> list[str]:
    wanted = {slug(each.name) for each in new}
    taken = set(await db.scalars(select(Organisation.slug)))  if len(wanted) > AT_ONCE else await _taken(db, wanted)
    made: list[str] = []
    for each in new:
        made.append(unique(each.name, taken))
        taken.add(made[-1])
    return made


async def _taken(db: AsyncSession, wanted: set[str]) -> set[str]:
    """The slugs that begin like one of these: any of them may have a number behind it already."""
    taken: set[str] = set()
    for begin in wanted:
        taken.update(await db.scalars(select(Organisation.slug).where(Organisation.slug.startswith(begin, autoescape=True))))
    return taken


def _row(each: ToList, address: str, source: str) -> dict[str, object]:
    folded = fold(each.name) or address
    return {
        "id": each.id, "slug": address, "kind": each.kind, "state": LISTED, "name": each.name, "name_folded": folded,
        "acronym": each.acronym, "search": " | ".join(sorted({folded, fold(each.acronym)} - {""})), "listed_source": source,
    }


def _spellings(each: ToList) -> list[dict[str, object]]:
    forms = [("used", each.name), *([("acronym", each.acronym)] if each.acronym else [])]
    return [
        {"id": new_id(), "organisation_id": each.id, "form": form, "language": "", "text": text, "folded": fold(text),
         "key": names.key(text)}
        for form, text in forms
        if fold(text)
    ]
