"""The recogniser (rules/recognition.py) over the register as it stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisations.models import Organisation, OrganisationIdentifier, OrganisationName
from app.organisations.rules.recognition import Index, Recognition, recognise
from app.organisations.rules.registration import State

NOT_MEANT = (State.DRAFT, State.DECLINED, State.REMOVED, State.MERGED)
"""Organisations in these states are never what a file means."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A name as a source writes it, with what stands beside it."""

    name: str
    acronym: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation of the register, by id, address and name."""

    id: UUID
    slug: str
    name: str


async def index_of(db: AsyncSession) -> Index[UUID]:
    """Names, other spellings, acronyms and live numbers of every organisation that a file may mean. Two statements."""
    index: Index[UUID] = Index()
    meant = Organisation.state.not_in(NOT_MEANT)
    spelled = await db.execute(
        select(
            OrganisationName.organisation_id,
            OrganisationName.form,
            OrganisationName.text,
            Organisation.acronym,
        )
        .join(Organisation, Organisation.id == OrganisationName.organisation_id)
        .where(meant)
        .order_by(OrganisationName.id)
    )
    for organisation_id, form, text, acronym in spelled:
        if form == "acronym":
            index.add_acronym(organisation_id, text)
        elif form in {"alias", "translation"}:
            index.add_alias(organisation_id, text)
        else:
            index.add(organisation_id, text, acronym)
    numbers = await db.execute(
        select(
            OrganisationIdentifier.organisation_id,
            OrganisationIdentifier.scheme,
            OrganisationIdentifier.number,
        )
        .join(Organisation, Organisation.id == OrganisationIdentifier.organisation_id)
        .where(meant, OrganisationIdentifier.live)
    )
    for organisation_id, scheme, number in numbers:
        index.add_identifier(organisation_id, scheme, number)
    return index


async def resolve(
    db: AsyncSession, names: Iterable[Asked]
) -> tuple[list[Recognition[UUID]], dict[UUID, Known]]:
    """For each name the organisation that it means, or who it might be; and those organisations by their ids."""
    index = await index_of(db)
    found = [recognise(one.name, one.acronym, one.country or None, index) for one in names]
    return found, await _known(db, {i for one in found for i in _ids(one)})


def _ids(one: Recognition[UUID]) -> Sequence[UUID]:
    return [*([one.id] if one.id else []), *(near.id for near in one.candidates)]


async def _known(db: AsyncSession, ids: set[UUID]) -> dict[UUID, Known]:
    rows = await db.execute(
        select(Organisation.id, Organisation.slug, Organisation.name).where(Organisation.id.in_(ids))
    )
    return {i: Known(i, slug, name) for i, slug, name in rows}
