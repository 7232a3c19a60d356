"""What an organisation says of itself, and writing it down."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.database import refusing
from app.kernel.ids import new_id
from app.organisations.models import Organisation, OrganisationArea, OrganisationIdentifier, OrganisationTerm
from app.organisations.queries.similar import holder_of
from app.organisations.rules import identifiers
from app.organisations.rules.applying import NoSuchEntry, NumberTaken
from app.organisations.rules.kinds import Kind
from app.organisations.service.names import replace_names
from app.places.models import Area
from app.vocabulary.models import Term

Changed = Mapping[str, Sequence[str]]
"""What was added and removed, as "relation id", for the audit trail."""


@dataclass(frozen=True, slots=True)
class Who:
    """Names, kind and beginning of an organisation. Only `name` and `kind` must be there."""

    kind: Kind
    name: str
    legal_name: str = ""
    acronym: str = ""
    founded_year: int | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What an organisation does: term ids by relation, and a description in one language."""

    terms: Mapping[str, Sequence[UUID]]
    description: str
    language: str


@dataclass(frozen=True, slots=True)
class Reach:
    """How large an organisation is and how it is reached; `phone` and `website` as typed, checked by the form."""

    staff: str = ""
    volunteers: str = ""
    budget: str = ""
    website: str = ""
    phone: str = ""
    public_email: str = ""
    contact_person: str = ""
    address: str = ""
    address_public: bool = False


async def set_who(db: AsyncSession, organisation: Organisation, who: Who) -> None:
    """Give the organisation its names, kind and beginning, and let it be found by them."""
    organisation.kind = who.kind
    organisation.name = who.name
    organisation.acronym = who.acronym
    organisation.founded_year = who.founded_year
    organisation.changed_at = time.now()
    await db.flush()
    await replace_names(db, organisation, {"used": who.name, "legal": who.legal_name, "acronym": who.acronym})


async def set_number(db: AsyncSession, organisation: Organisation, number: tuple[str, str] | None) -> None:
    """Make `number` (scheme, number as printed) the one that the organisation has.

    Raises UnknownScheme, NoNumber, and NumberTaken when a live organisation has it.
    """
    await db.execute(
        delete(OrganisationIdentifier).where(OrganisationIdentifier.organisation_id == organisation.id)
    )
    if number is None:
        return
    scheme, normal = identifiers.check_identifier(*number)
    holder = await holder_of(db, scheme, normal)
    # The listed organisation that is claimed may have the number already: it counts once they are one.
    claimed = holder is not None and holder[0] == organisation.claims_id
    async with refusing(
        db, {"uq_organisation_identifier_live": NumberTaken(name=holder[1] if holder else "")}
    ):
        db.add(
            OrganisationIdentifier(
                id=new_id(),
                organisation_id=organisation.id,
                scheme=scheme,
                number=number[1],
                number_norm=normal,
                live=not claimed,
            )
        )


async def set_terms(db: AsyncSession, organisation_id: UUID, terms: Mapping[str, Sequence[UUID]]) -> Changed:
    """Make `terms` (relation -> term ids) the organisation's entries in these relations. Raises NoSuchEntry."""
    its = (OrganisationTerm.organisation_id == organisation_id, OrganisationTerm.relation.in_(terms))
    had = {
        tuple(row)
        for row in await db.execute(select(OrganisationTerm.relation, OrganisationTerm.term_id).where(*its))
    }
    await db.execute(
        delete(OrganisationTerm).where(
            OrganisationTerm.organisation_id == organisation_id, OrganisationTerm.relation.in_(terms)
        )
    )
    wanted = {term_id for ids in terms.values() for term_id in ids}
    known = set(await db.scalars(select(Term.id).where(Term.id.in_(wanted))))
    if wanted - known:
        raise NoSuchEntry
    for relation, ids in terms.items():
        for term_id in dict.fromkeys(ids):
            db.add(OrganisationTerm(organisation_id=organisation_id, relation=relation, term_id=term_id))
    await db.flush()
    return _changed(had, {(relation, i) for relation, ids in terms.items() for i in ids})


async def set_areas(
    db: AsyncSession, organisation_id: UUID, works_in: Collection[UUID], wished: Collection[UUID]
) -> Changed:
    """Make these the areas in which the organisation works, or says that it would. Raises NoSuchEntry."""
    now = select(OrganisationArea.wished, OrganisationArea.area_id).where(
        OrganisationArea.organisation_id == organisation_id
    )
    had = {(_AREA[wish], area) for wish, area in await db.execute(now)}
    await db.execute(delete(OrganisationArea).where(OrganisationArea.organisation_id == organisation_id))
    wanted = {*works_in, *wished}
    if wanted - set(await db.scalars(select(Area.id).where(Area.id.in_(wanted)))):
        raise NoSuchEntry
    for area_id in wanted:
        db.add(
            OrganisationArea(organisation_id=organisation_id, area_id=area_id, wished=area_id not in works_in)
        )
    await db.flush()
    return _changed(had, {(_AREA[area_id not in works_in], area_id) for area_id in wanted})


_AREA = {False: "works_in", True: "would_work_in"}


def _changed(had: Collection[tuple[Any, ...]], has: Collection[tuple[Any, ...]]) -> Changed:
    both: list[list[str]] = [
        sorted(f"{what} {i}" for what, i in one) for one in (set(had) - set(has), set(has) - set(had))
    ]
    return {name: ids for name, ids in zip(("removed", "added"), both, strict=True) if ids}
