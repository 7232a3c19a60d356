"""A partner's public page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel import time
from app.kernel.i18n import spoken
from app.kernel.refusals import NotFound
from app.organisations.models import Organisation, OrganisationIdentifier, OrganisationName
from app.organisations.queries.registration import Place, areas_of, terms_of
from app.organisations.queries.standing import Required, conditions_of, standing
from app.organisations.rules.kinds import Kind


@dataclass(frozen=True, slots=True)
class Profile:
    """A partner's public page. `state` is as it counts today; `address` is empty unless the partner shows it."""

    id: UUID
    slug: str
    kind: Kind
    state: str
    name: str
    acronym: str
    also_known_as: Sequence[str]
    description: str
    said_in: str
    founded_year: int | None
    staff: str
    volunteers: str
    budget: str
    website: str
    phone: str
    public_email: str
    address: str
    verified_on: date | None
    expires_on: date | None
    by_reference: bool
    demonstration: bool
    listed_source: str
    listed_address: str
    numbers: Sequence[tuple[str, str]]
    home: Place | None
    areas: Sequence[Place]
    wished: Sequence[Place]
    terms: Mapping[str, Sequence[tuple[UUID, str]]]
    conditions: Sequence[Required]


async def profile(db: AsyncSession, slug: str) -> Profile:
    """The public page of a partner. Six statements. Raises NotFound for one that is not, or not yet, in the register."""
    row = (
        await db.execute(
            select(Organisation, standing(time.now().date())).where(
                Organisation.slug == slug, Organisation.shown
            )
        )
    ).first()
    if row is None:
        raise NotFound
    o, state = row
    places = await areas_of(db, o.id)
    numbers = await db.execute(
        select(OrganisationIdentifier.scheme, OrganisationIdentifier.number)
        .where(OrganisationIdentifier.organisation_id == o.id, OrganisationIdentifier.live)
        .order_by(OrganisationIdentifier.scheme)
    )
    others = await db.scalars(
        select(OrganisationName.text)
        .where(
            OrganisationName.organisation_id == o.id,
            OrganisationName.form.in_(("legal", "former", "alias", "translation")),
            OrganisationName.folded != o.name_folded,
        )
        .order_by(OrganisationName.id)
        .limit(10)
    )
    language, said = _described(o.descriptions)
    return Profile(
        id=o.id,
        slug=slug,
        kind=Kind(o.kind),
        state=state,
        name=o.name,
        acronym=o.acronym,
        also_known_as=list(dict.fromkeys(others)),
        description=said,
        said_in=language,
        founded_year=o.founded_year,
        staff=o.staff,
        volunteers=o.volunteers,
        budget=o.budget,
        website=o.website,
        phone=o.phone,
        public_email=o.public_email,
        address=o.address if o.address_public else "",
        verified_on=o.verified_on,
        expires_on=o.expires_on,
        by_reference=o.by_reference,
        demonstration=o.demonstration,
        listed_source=o.listed_source,
        listed_address=o.listed_address,
        numbers=[(scheme, number) for scheme, number in numbers],
        home=next((place for place, is_home, _ in places if is_home), None),
        areas=[place for place, _, relation in places if relation == "works"],
        wished=[place for place, _, relation in places if relation == "wished"],
        terms=await terms_of(db, o.id),
        conditions=await conditions_of(db, o.id),
    )


async def moved_to(db: AsyncSession, slug: str) -> str | None:
    """The address that an organisation's address leads to, since it became a part of another."""
    survivor = aliased(Organisation)
    wanted = (
        select(survivor.slug)
        .join(Organisation, Organisation.merged_into == survivor.id)
        .where(Organisation.slug == slug, survivor.shown)
    )
    return await db.scalar(wanted)


def _described(said: Mapping[str, str]) -> tuple[str, str]:
    """Language and text of a description: in the language being spoken, else in English, else as there is one."""
    for code in (spoken().code, "en", *said):
        if said.get(code):
            return code, said[code]
    return "", ""
