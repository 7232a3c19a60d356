"""The evidence for an application: what is asked, what was shown, who may read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Person
from app.kernel.actor import Actor, Role, Scope
from app.kernel.ids import read_id
from app.kernel.refusals import NotAllowed, NotFound
from app.organisations.models import Document, Evidence, Organisation
from app.organisations.rules.documents import Visibility
from app.places.models import Area


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that was shown. `size` in bytes."""

    id: UUID
    code: str
    name: str
    size: int
    media_type: str
    visibility: Visibility
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown for an application: papers and statements by item code."""

    papers: Mapping[str, Sequence[Paper]]
    statements: Mapping[str, str]

    def has(self, code: str) -> bool:
        return bool(self.papers.get(code) or self.statements.get(code))


@dataclass(frozen=True, slots=True)
class Readable:
    """A paper that somebody may read: where its file is, and what it is called."""

    sha256: str
    name: str
    media_type: str


async def shown_for(db: AsyncSession, registration_id: UUID) -> Shown:
    """What was shown for a registration. Two statements."""
    rows = await db.execute(
        select(
            Document.id,
            Document.code,
            Document.name,
            Document.size,
            Document.media_type,
            Document.visibility,
            Person.name,
            Document.added_at,
        )
        .join(Person, Person.id == Document.added_by)
        .where(Document.registration_id == registration_id, Document.removed_at.is_(None))
        .order_by(Document.id)
    )
    papers: dict[str, list[Paper]] = {}
    for i, code, name, size, media_type, visibility, by, at in rows:
        papers.setdefault(code, []).append(
            Paper(i, code, name, size, media_type, Visibility(visibility), by, at)
        )
    said = await db.execute(
        select(Evidence.code, Evidence.statement).where(
            Evidence.registration_id == registration_id, Evidence.statement != ""
        )
    )
    return Shown(papers, {row.code: row.statement for row in said})


async def at_document(db: AsyncSession, path: Mapping[str, str]) -> Scope:
    """The organisation that a document belongs to. Raises NotFound."""
    wanted = (
        select(Document.organisation_id, Area.lo)
        .join(Organisation, Organisation.id == Document.organisation_id)
        .outerjoin(Area, Area.id == Organisation.home_area_id)
        .where(Document.id == read_id(path.get("document_id", "")), Document.removed_at.is_(None))
    )
    row = (await db.execute(wanted)).first()
    if row is None:
        raise NotFound
    return Scope(organisation_id=row.organisation_id, position=-1 if row.lo is None else row.lo)


async def readable(db: AsyncSession, actor: Actor, document_id: UUID, scope: Scope) -> Readable:
    """The paper, if this person may read it. Raises NotFound, NotAllowed.

    Registrars and auditors of the area may, and the owners; everybody else in the organisation only what is
    open to all of it.
    """
    paper = await db.get(Document, document_id)
    if paper is None:
        raise NotFound
    checks = any(actor.holds(role, scope.position) for role in (Role.REGISTRAR, Role.AUDITOR))
    owns = actor.role_in(paper.organisation_id) is Role.OWNER
    if not (
        checks or owns or paper.added_by == actor.person_id or paper.visibility == Visibility.ORGANISATION
    ):
        raise NotAllowed
    return Readable(paper.sha256, paper.name, paper.media_type)
