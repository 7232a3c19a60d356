"""What the importer knows before it reads: areas, services and organisations as this database has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.exchange.rules.lookups import Lookups
from app.exchange.values.areas import AreaIndex
from app.exchange.values.sectors import ServiceIndex
from app.organisations.models import Organisation, OrganisationIdentifier, OrganisationName
from app.organisations.rules.recognition import Index
from app.places.models import Area, AreaSpelling
from app.vocabulary.models import Term

COUNTED = ("listed", "verified", "suspended", "lapsed", "submitted", "returned", "draft")
"""States in which an organisation may be who a file means: not declined, removed or merged into another."""


@dataclass(frozen=True, slots=True)
class Known:
    """Lookups by code and name, and the ids that codes stand for."""

    lookups: Lookups
    areas: Mapping[str, UUID]
    services: Mapping[str, UUID]


async def known(db: AsyncSession) -> Known:
    """Everything, read once an import: some 34 000 areas, 80 services, and every organisation with its spellings."""
    areas, services = await _areas(db), await _services(db)
    lookups = Lookups(
        areas=AreaIndex(areas.rows),
        services=ServiceIndex([(code, names) for code, (_id, names) in services.items()]),
        organisations=await organisation_index(db),
    )
    return Known(lookups, areas.ids, {code: i for code, (i, _names) in services.items()})


@dataclass(frozen=True, slots=True)
class _Areas:
    rows: list[tuple[str, int, str, tuple[str, ...]]]
    ids: dict[str, UUID]


async def _areas(db: AsyncSession) -> _Areas:
    spelled: dict[UUID, list[str]] = {}
    for area_id, folded in await db.execute(select(AreaSpelling.area_id, AreaSpelling.folded)):
        spelled.setdefault(area_id, []).append(folded)
    rows: list[tuple[str, int, str, tuple[str, ...]]] = []
    ids: dict[str, UUID] = {}
    codes: dict[UUID, str] = {}
    found = await db.execute(
        select(Area.id, Area.code, Area.level, Area.parent_id, Area.name).order_by(Area.level)
    )
    for area_id, code, level, parent_id, name in found:
        codes[area_id] = code
        ids[code] = area_id
        names = (name, *spelled.get(area_id, ()))
        rows.append((code, level, codes.get(parent_id, "") if parent_id else "", names))
    return _Areas(rows, ids)


async def _services(db: AsyncSession) -> dict[str, tuple[UUID, tuple[str, ...]]]:
    rows = await db.execute(
        select(Term.code, Term.id, Term.names)
        .where(Term.scheme == "service", Term.retired_at.is_(None))
        .order_by(Term.position)
    )
    return {code: (i, tuple(names.values())) for code, i, names in rows}


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
