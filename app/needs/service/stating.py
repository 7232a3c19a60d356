"""Stating a need in the browser: one figure, by an organisation that may say so."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Actor
from app.kernel.i18n import N_
from app.kernel.refusals import NotFound
from app.needs.rules.facets import Facets
from app.needs.rules.statements import check_period, check_severity
from app.needs.rules.stating import OFFICIAL, check_place, check_stater
from app.needs.service.settlement import settle_country
from app.needs.service.statements import Release, Stated, store_statements
from app.organisations.models import Organisation, OrganisationTerm
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import State
from app.organisations.service.telling import record, tell_members
from app.places.models import Area
from app.vocabulary.models import Term


@dataclass(frozen=True, slots=True)
class Need:
    """What an organisation states: so many people of a group need a service in an area, in a period.

    `told_by`: where the number comes from, in their words. `severity` None: not stated.
    """

    area_id: UUID
    service_id: UUID
    group_id: UUID
    people: int
    first: date
    last: date
    told_by: str
    severity: int | None = None


async def state_need(db: AsyncSession, actor: Actor, organisation_id: UUID, need: Need) -> None:
    """Write down a figure of an organisation's own, and work out the cells with it. The same figure again
    changes nothing; another one for the same people and period takes its place.

    Raises NotFound, NotVerified, NotAStater, NotYourPlace, NoSuchSeverity, EndsBeforeItStarts, LessThanNobody.
    """
    organisation = await db.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound
    check_period(need.first, need.last)
    check_severity(need.severity)
    area, country = await _place(db, organisation, need.area_id)
    facets = await _facets(db, need.group_id)
    kind = Kind(organisation.kind)
    release = Release(
        source=organisation.slug, name=str(need.last.year), official=kind in OFFICIAL, published_on=time.now().date(),
        stated_by_id=organisation.id,
    )  # fmt: skip
    row = Stated(
        area.id, need.service_id, need.first, need.last, facets, need.people, need.severity, note=need.told_by
    )
    stored = await store_statements(db, actor, release, [row])
    if stored.unchanged:
        return
    await record(
        db, actor, organisation, "need.stated", organisation.id, area=area.code, service=str(need.service_id),
        group=str(need.group_id), people=need.people, severity=need.severity,
    )  # fmt: skip
    await settle_country(db, country.id, [need.service_id])
    await tell_members(
        db,
        organisation,
        N_("%(name)s has stated a need"),
        [],
        N_(
            "Whoever works there sees it in their matches. Question it, or state a newer figure, on the page of the place."
        ),
    )


async def may_state(db: AsyncSession, organisation_id: UUID) -> None:
    """Whether this organisation may state needs. Raises NotFound, NotVerified, NotAStater."""
    organisation = await db.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound
    led_by = select(OrganisationTerm.term_id).where(
        OrganisationTerm.organisation_id == organisation.id, OrganisationTerm.relation == "led_by"
    )
    led = await db.scalar(led_by.limit(1)) is not None
    check_stater(Kind(organisation.kind), verified=organisation.state == State.VERIFIED, led_by_group=led)


async def _place(db: AsyncSession, organisation: Organisation, area_id: UUID) -> tuple[Area, Area]:
    """The area that a figure is about, and its country."""
    await may_state(db, organisation.id)
    area = await db.get(Area, area_id)
    home = await db.get(Area, organisation.home_area_id) if organisation.home_area_id else None
    if area is None or home is None:
        raise NotFound
    country = (await db.scalars(select(Area).where(Area.level == 0, Area.country == home.country))).one()
    named = home if organisation.kind == Kind.LOCAL_GOVERNMENT else country
    check_place(
        Kind(organisation.kind),
        (area.lo, area.hi),
        (home.lo, home.hi),
        (country.lo, country.hi),
        home=named.name,
    )
    return area, country


async def _facets(db: AsyncSession, group_id: UUID) -> Facets:
    term = await db.get(Term, group_id)
    if term is None or term.scheme != "group":
        raise NotFound
    told = (str(term.facts.get(facet) or "any") for facet in ("status", "sex", "age", "disability"))
    return Facets.read(*told)
