"""What an organisation says of itself, and writing it down."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.organisations.models import Organisation, OrganisationArea, OrganisationTerm
from app.organisations.rules.applying import NoSuchEntry
from app.organisations.rules.kinds import Kind
from app.organisations.service.names import replace_names
from app.places.models import Area
from app.vocabulary.models import Term


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


async def set_terms(db: AsyncSession, organisation_id: UUID, terms: Mapping[str, Sequence[UUID]]) -> None:
    """Make `terms` (relation -> term ids) the organisation's entries in these relations. Raises NoSuchEntry."""
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


async def set_areas(db: AsyncSession, organisation_id: UUID, works_in: Collection[UUID], wished: Collection[UUID]) -> None:
    """Make these the areas in which the organisation works, or says that it would. Raises NoSuchEntry."""
    await db.execute(delete(OrganisationArea).where(OrganisationArea.organisation_id == organisation_id))
    wanted = {*works_in, *wished}
    if wanted - set(await db.scalars(select(Area.id).where(Area.id.in_(wanted)))):
        raise NoSuchEntry
    for area_id in wanted:
        db.add(OrganisationArea(organisation_id=organisation_id, area_id=area_id, wished=area_id not in works_in))
    await db.flush()
