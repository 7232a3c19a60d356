"""Further registrations: of a listed organisation by its own people, anew after a refusal, and renewals."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Actor, Role
from app.kernel.ids import new_id
from app.kernel.refusals import NotFound, NotMoved
from app.organisations.models import (
    LISTED,
    CheckItem,
    Document,
    Evidence,
    Membership,
    Organisation,
    OrganisationArea,
    OrganisationIdentifier,
    OrganisationTerm,
    Registration,
)
from app.organisations.queries.registration import names_of
from app.organisations.rules import applying, checklist
from app.organisations.rules.applying import NotToRenew
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import OPEN, Purpose, State
from app.organisations.rules.steps import RENEWED, Step
from app.organisations.service.facts import Who, set_who
from app.organisations.service.filing import begin_file, newest
from app.organisations.service.names import free_slug
from app.organisations.service.telling import record


async def claim(db: AsyncSession, actor: Actor, slug: str) -> str:
    """Begin to register a listed organisation, prefilled with what its source says. Returns the address of the
    application. The public page stays the source's until a registrar has verified it; then the two are one.

    Claiming twice goes on with the same application. Raises NotFound, NotMoved for one that is not listed.
    """
    listed = await db.scalar(select(Organisation).where(Organisation.slug == slug).with_for_update())
    if listed is None:
        raise NotFound
    if listed.state != LISTED:
        raise NotMoved
    if begun := await _begun(db, actor, listed.id):
        return begun
    draft = Organisation(
        id=new_id(),
        slug=await free_slug(db, listed.name),
        kind=listed.kind,
        name=listed.name,
        name_folded="",
        claims_id=listed.id,
        home_area_id=listed.home_area_id,
        website=listed.website,
        phone=listed.phone,
        website_domain=listed.website_domain,
        public_email=listed.public_email,
        descriptions=dict(listed.descriptions),
        demonstration=listed.demonstration,
    )
    db.add(draft)
    legal = (await names_of(db, listed.id)).get("legal", "")
    await set_who(db, draft, Who(Kind(listed.kind), listed.name, legal, listed.acronym, listed.founded_year))
    await _copy(db, listed.id, draft.id)
    await begin_file(db, actor, draft, Purpose.FIRST, ())
    db.add(Membership(id=new_id(), person_id=actor.person_id, organisation_id=draft.id, role=Role.OWNER))
    await db.flush()
    await record(db, actor, listed, "organisation.claim-begun", listed.id, application=str(draft.id))
    return draft.slug


async def apply_anew(db: AsyncSession, actor: Actor, slug: str) -> None:
    """Begin again after the application was declined, with what was written then. Raises NotFound, NotMoved."""
    organisation, registration = await newest(db, slug)
    if organisation.state != State.DECLINED:
        raise NotMoved
    done = [step for step in Step if step is not Step.PROMISES]
    again = await begin_file(db, actor, organisation, Purpose.FIRST, done, before=registration)
    await copy_evidence(db, registration.id, again.id)
    for number in await db.scalars(
        select(OrganisationIdentifier).where(OrganisationIdentifier.organisation_id == organisation.id)
    ):
        await db.delete(
            number
        )  # it may be another's by now: it is written again, and checked, with the papers
    again.steps_done = [step.value for step in done if step is not Step.PAPERS]
    organisation.state = State.DRAFT
    await db.flush()


async def renew(db: AsyncSession, actor: Actor, slug: str) -> None:
    """Begin to renew a registration; what the registrar found and still counts is not asked again.

    Twice is once. Raises NotFound, NotMoved, NotToRenew before the last 90 days.
    """
    organisation, registration = await newest(db, slug)
    if registration.purpose == Purpose.RENEWAL and State(registration.state) in OPEN:
        return
    if organisation.state not in {State.VERIFIED, State.LAPSED} or State(registration.state) in OPEN:
        raise NotMoved
    if not applying.may_renew(organisation.expires_on, time.now().date()):
        raise NotToRenew
    again = await begin_file(db, actor, organisation, Purpose.RENEWAL, RENEWED, before=registration)
    await copy_checks(db, registration.id, again.id)


async def copy_checks(db: AsyncSession, before: UUID, after: UUID, *, besides: Collection[str] = ()) -> None:
    """Take over those answers of the registrar that still count, but for the items that are looked at anew."""
    today = time.now().date()
    for found in await db.scalars(select(CheckItem).where(CheckItem.registration_id == before)):
        still = checklist.still_valid(checklist.ITEMS[found.code], found.checked_at.date(), today)
        if still and found.code not in besides:
            db.add(
                CheckItem(
                    registration_id=after,
                    code=found.code,
                    answer=found.answer,
                    note=found.note,
                    checked_by=found.checked_by,
                    checked_at=found.checked_at,
                )
            )
    await db.flush()


async def copy_evidence(db: AsyncSession, before: UUID, after: UUID) -> None:
    """Take over what was shown: the same papers and sentences, for another registration."""
    for paper in await db.scalars(
        select(Document).where(Document.registration_id == before, Document.removed_at.is_(None))
    ):
        same = (
            "organisation_id",
            "code",
            "name",
            "sha256",
            "size",
            "media_type",
            "visibility",
            "added_by",
            "added_at",
        )
        db.add(Document(id=new_id(), registration_id=after, **{name: getattr(paper, name) for name in same}))
    for said in await db.scalars(select(Evidence).where(Evidence.registration_id == before)):
        db.add(
            Evidence(
                registration_id=after,
                code=said.code,
                statement=said.statement,
                written_by=said.written_by,
                at=said.at,
            )
        )
    await db.flush()


async def _begun(db: AsyncSession, actor: Actor, listed_id: UUID) -> str | None:
    """The application by which this person claims a listed organisation already."""
    wanted = (
        select(Organisation.slug)
        .join(Registration, Registration.organisation_id == Organisation.id)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Organisation.claims_id == listed_id,
            Membership.person_id == actor.person_id,
            Membership.state == "member",
            Registration.state.in_(OPEN),
        )
    )
    return await db.scalar(wanted.limit(1))


async def _copy(db: AsyncSession, source: UUID, target: UUID) -> None:
    for term in await db.scalars(select(OrganisationTerm).where(OrganisationTerm.organisation_id == source)):
        db.add(OrganisationTerm(organisation_id=target, relation=term.relation, term_id=term.term_id))
    for area in await db.scalars(select(OrganisationArea).where(OrganisationArea.organisation_id == source)):
        db.add(OrganisationArea(organisation_id=target, area_id=area.area_id, wished=area.wished))
    await db.flush()
