"""Organisations that look like one being registered: shown while it is typed, never joined by themselves."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.text import fold
from app.organisations.models import Organisation, OrganisationName
from app.organisations.rules import names
from app.organisations.rules.similarity import (
    AT_MOST_SHOWN,
    SHOWN,
    Rarity,
    Spelling,
    closeness,
    with_evidence,
)
from app.places.models import Area


@dataclass(frozen=True, slots=True)
class Similar:
    """A candidate, how alike (0 to 100), and what is alike."""

    id: UUID
    slug: str
    name: str
    state: str
    shown: bool
    area: str | None
    score: int
    spelling: str


async def similar_to(
    db: AsyncSession, name: str, acronym: str = "", *, domain: str = "", phone: str = "", besides: UUID | None = None
) -> list[Similar]:
    """Up to five organisations whose names score 70 or more, likest first."""
    key, short = names.key(name), fold(acronym)
    if not key:
        return []
    near = func.similarity(OrganisationName.key, key)
    same_contact = or_(
        (Organisation.website_domain == domain) if domain else False, (Organisation.phone == phone) if phone else false()
    )
    wanted = (
        select(
            Organisation.id, Organisation.slug, Organisation.name, Organisation.state, Organisation.shown, Area.name,
            OrganisationName.text, Organisation.acronym, same_contact,
        )
        .join(OrganisationName, OrganisationName.organisation_id == Organisation.id)
        .outerjoin(Area, Area.id == Organisation.home_area_id)
        .where(
            Organisation.state.not_in(("declined", "removed", "merged")),
            or_(
                OrganisationName.key.op("%")(key),
                (OrganisationName.folded == short) if short else false(),
                same_contact,
            ),
        )
        .order_by(near.desc())
        .limit(200)
    )
    if besides:
        wanted = wanted.where(Organisation.id != besides)
    typed = Spelling.of(name, [acronym] if acronym else ())
    best: dict[UUID, Similar] = {}
    for i, slug, other, state, shown, area, text, its_acronym, contact in await db.execute(wanted):
        alike = closeness(typed, Spelling.of(text, [its_acronym] if its_acronym else ()), Rarity())
        score = round(with_evidence(alike, same_contact=contact))
        if score >= SHOWN and (i not in best or best[i].score < score):
            best[i] = Similar(i, slug, other, state, shown, area, score, text)
    return sorted(best.values(), key=lambda s: (-s.score, s.name))[:AT_MOST_SHOWN]
