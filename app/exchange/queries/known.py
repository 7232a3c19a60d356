"""What the importer knows before it reads: areas, services and organisations as this database has them."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.exchange.rules.lookups import Lookups
from app.exchange.values.areas import AreaIndex
from app.exchange.values.sectors import ServiceIndex
from app.kernel.garbage import collection_paused
from app.organisations.models import Organisation, OrganisationIdentifier, OrganisationName
from app.organisations.rules.recognition import Index
from app.places.models import Area, AreaSpelling
from app.vocabulary.models import Term

COUNTED = ("listed", "verified", "suspended", "lapsed", "submitted", "returned", "draft")
"""States in which an organisation may be who a file means: not declined, removed or merged into another."""


async def known(db: AsyncSession) -> Lookups:
    """Everything, read once an import: some 34 000 areas, 80 services, and every organisation with its spellings."""
    with collection_paused():
        areas, services, organisations = await _areas(db), await _services(db), await organisation_index(db)
        return Lookups(AreaIndex(areas), ServiceIndex(services), organisations)


async def _areas(db: AsyncSession) -> list[tuple[str, int, str, tuple[str, ...]]]:
    """Code, level, code of the area above, names; those above come first."""
    spelled: dict[str, list[str]] = {}
    spellings = select(Area.code, AreaSpelling.folded).join(Area, Area.id == AreaSpelling.area_id)
    for code, folded in await db.execute(spellings):
        spelled.setdefault(code, []).append(folded)
    above = aliased(Area)
    areas = (
        select(Area.code, Area.level, func.coalesce(above.code, ""), Area.name)
        .outerjoin(above, above.id == Area.parent_id)
        .order_by(Area.level)
    )
    return [
        (code, level, parent, (name, *spelled.get(code, ())))
        for code, level, parent, name in await db.execute(areas)
    ]


async def _services(db: AsyncSession) -> list[tuple[str, tuple[str, ...]]]:
    rows = await db.execute(
        select(Term.code, Term.names)
        .where(Term.scheme == "service", Term.retired_at.is_(None))
        .order_by(Term.position)
    )
    return [(code, tuple(names.values())) for code, names in rows]


async def organisation_index(db: AsyncSession) -> Index[str]:
    """Names, aliases, acronyms and live numbers of every organisation, for the one recogniser (rules/recognition)."""
    index: Index[str] = Index()
    counted = select(Organisation.id).where(Organisation.state.in_(COUNTED))
    names = await db.execute(
        select(
            OrganisationName.organisation_id,
            OrganisationName.form,
            OrganisationName.text,
            Organisation.acronym,
        )
        .join(Organisation, Organisation.id == OrganisationName.organisation_id)
        .where(Organisation.state.in_(COUNTED))
        .order_by(OrganisationName.id)
    )
    for organisation_id, form, text, acronym in names:
        if form == "acronym":
            index.add_acronym(str(organisation_id), text)
        elif form == "alias":
            index.add_alias(str(organisation_id), text)
        else:
            index.add(str(organisation_id), text, acronym)
    numbers = await db.execute(
        select(
            OrganisationIdentifier.organisation_id,
            OrganisationIdentifier.scheme,
            OrganisationIdentifier.number,
        ).where(OrganisationIdentifier.live, OrganisationIdentifier.organisation_id.in_(counted))
    )
    for organisation_id, scheme, number in numbers:
        index.add_identifier(str(organisation_id), scheme, number)
    return index
