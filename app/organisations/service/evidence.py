"""Evidence for the checklist: a paper, or a sentence about what there is instead."""

import asyncio
import time as clock
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import files, jobs, time
from app.kernel.actor import Actor
from app.kernel.database import transaction
from app.kernel.i18n import _
from app.kernel.ids import new_id
from app.kernel.refusals import NotFound
from app.organisations.models import Document, Evidence, Organisation, Registration
from app.organisations.rules import applying, checklist, documents
from app.organisations.rules.applying import EvidenceMissing, StatementTooLong, StatementTooShort
from app.organisations.rules.checklist import UnknownItem
from app.organisations.rules.documents import TooManyPapers, Visibility
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import State
from app.organisations.rules.steps import Step
from app.organisations.service.filing import done, editable, newest
from app.organisations.service.telling import record

_SWEPT_AFTER = 24 * 3600
"""Seconds for which a file may lie without a row: its transaction is long over then."""


async def add_paper(
    db: AsyncSession, actor: Actor, slug: str, code: str, name: str, data: bytes, visibility: Visibility
) -> None:
    """Keep a paper for one item of the checklist. The same paper twice for one item is kept once.

    Raises UnknownItem, NotMoved, TooManyPapers, and what `documents.check_paper` raises.
    """
    organisation, registration = await _open_item(db, slug, code)
    media_type = documents.check_paper(name, data)
    sha256 = await files.keep(data)
    live = (Document.registration_id == registration.id, Document.code == code, Document.removed_at.is_(None))
    if await db.scalar(select(Document.id).where(*live, Document.sha256 == sha256)):
        return
    if (
        await db.scalar(select(func.count()).select_from(Document).where(*live)) or 0
    ) >= documents.MOST_FOR_ONE_ITEM:
        raise TooManyPapers(most=documents.MOST_FOR_ONE_ITEM)
    paper = Document(
        id=new_id(),
        organisation_id=organisation.id,
        registration_id=registration.id,
        code=code,
        name=documents.shown_name(name, media_type),
        sha256=sha256,
        size=len(data),
        media_type=media_type,
        visibility=visibility,
        added_by=actor.person_id,
    )
    db.add(paper)
    await db.flush()
    await record(
        db, actor, organisation, "document.added", paper.id, item=code, sha256=sha256, size=len(data)
    )


async def say_instead(db: AsyncSession, actor: Actor, slug: str, code: str, statement: str) -> None:
    """Write down what the organisation says about one item; nothing takes it away.

    Raises StatementTooShort, StatementTooLong, UnknownItem, NotMoved.
    """
    organisation, registration = await _open_item(db, slug, code)
    if 0 < len(statement) < applying.SHORTEST_STATEMENT:
        raise StatementTooShort
    if len(statement) > applying.LONGEST_STATEMENT:
        raise StatementTooLong
    said = {"statement": statement, "written_by": actor.person_id, "at": func.now()}
    await db.execute(
        insert(Evidence)
        .values(registration_id=registration.id, code=code, **said)
        .on_conflict_do_update(index_elements=["registration_id", "code"], set_=said)
    )
    await record(db, actor, organisation, "evidence.stated", registration.id, item=code)


async def remove_paper(db: AsyncSession, actor: Actor, slug: str, document_id: UUID) -> None:
    """Take a paper away again; twice is once. Raises NotFound, NotMoved."""
    paper = await db.get(Document, document_id, with_for_update=True)
    organisation, registration = await newest(db, slug)
    if paper is None or paper.registration_id != registration.id:
        raise NotFound
    _check_open(organisation, registration)
    if paper.removed_at is None:
        paper.removed_at = time.now()
        await db.flush()
        await record(db, actor, organisation, "document.removed", paper.id, item=paper.code)


async def finish_evidence(db: AsyncSession, actor: Actor, slug: str, seen: int) -> None:
    """Call the step done. Raises EvidenceMissing for items with nothing to show, and as `editable` does."""
    organisation, registration = await editable(db, slug, seen, Step.EVIDENCE)
    shown = set(
        await db.scalars(
            select(Document.code).where(
                Document.registration_id == registration.id, Document.removed_at.is_(None)
            )
        )
    )
    said = select(Evidence.code).where(Evidence.registration_id == registration.id, Evidence.statement != "")
    missing = checklist.must_show(Kind(organisation.kind)) - shown - set(await db.scalars(said))
    if missing:
        names = [_(item.name) for code, item in checklist.ITEMS.items() if code in missing]
        raise EvidenceMissing(items=", ".join(names))
    await done(db, actor, organisation, registration, Step.EVIDENCE)


@jobs.every("13 4 * * *", "documents.sweep")
async def sweep() -> None:
    """Delete files that no paper refers to: taken away 30 days ago, or of a transaction that never committed."""
    async with transaction(jobs.database()) as db:
        gone = Document.removed_at < func.now() - func.make_interval(0, 0, 0, 30)
        needed = set(await db.scalars(select(Document.sha256).where(Document.removed_at.is_(None) | ~gone)))
    old = clock.time() - _SWEPT_AFTER
    lying = await asyncio.to_thread(files.kept)
    unneeded = [sha256 for sha256, written in lying if sha256 not in needed and written < old]
    await asyncio.to_thread(files.forget, unneeded)


async def _open_item(db: AsyncSession, slug: str, code: str) -> tuple[Organisation, Registration]:
    organisation, registration = await newest(db, slug)
    _check_open(organisation, registration)
    if code not in {item.code for item in checklist.to_show(Kind(organisation.kind))}:
        raise UnknownItem
    return organisation, registration


def _check_open(organisation: Organisation, registration: Registration) -> None:
    # Evidence can be added to any application that is open: a question about a step may ask for a paper.
    applying.check_open(State(organisation.state), State(registration.state), Step.EVIDENCE, {})
