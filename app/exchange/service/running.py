"""The jobs of an import: a look at the file, its rows read and compared, taken in, undone. Each may be killed and begun again."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.queries import actor_of
from app.exchange.models import Import, ImportRow, Source
from app.exchange.queries.known import known
from app.exchange.reading.limits import Unreadable
from app.exchange.rights import plans_all
from app.exchange.rules.lookups import Lookups
from app.exchange.rules.plan import Plan
from app.exchange.service import uploads
from app.exchange.service.applying import apply
from app.exchange.service.checking import check
from app.exchange.service.importing import answers_of, check_plan, newest_mapping
from app.exchange.service.looking import (
    Asked,
    Decided,
    facts_of,
    is_sure,
    period_read,
    plan_for,
    without_cells,
)
from app.exchange.service.staging import Database, stage
from app.exchange.service.undoing import undo
from app.exchange.values.months import Month, Period
from app.kernel import jobs, outbox
from app.kernel.actor import Actor, Role
from app.kernel.database import transaction
from app.kernel.i18n import _, number, speaking
from app.kernel.refusals import Refused
from app.places.models import Area

LOOK, STAGE, APPLY, UNDO, FORGET = JOBS = (
    "imports.look",
    "imports.stage",
    "imports.apply",
    "imports.undo",
    "imports.forget",
)


def lock(import_id: UUID) -> str:
    """No two jobs of one import run at once."""
    return f"import {import_id}"


@jobs.job(LOOK, where="heavy")
async def look_in_job(import_id: str) -> None:
    await look_at(jobs.database(), UUID(import_id))


@jobs.job(STAGE, where="heavy")
async def stage_in_job(import_id: str, person_id: str) -> None:
    await read_rows(jobs.database(), UUID(import_id), UUID(person_id))


@jobs.job(APPLY, where="heavy")
async def apply_in_job(import_id: str, person_id: str) -> None:
    await take_in(jobs.database(), UUID(import_id), UUID(person_id))


@jobs.job(UNDO, where="heavy")
async def undo_in_job(import_id: str, person_id: str) -> None:
    await take_back(jobs.database(), UUID(import_id), UUID(person_id))


@jobs.job(FORGET, where="heavy")
async def forget_in_job(import_id: str) -> None:
    async with transaction(jobs.database()) as db:
        row = await db.get_one(Import, UUID(import_id))
        await db.execute(delete(ImportRow).where(ImportRow.import_id == row.id))
        await uploads.forget(db, [row.file_hash])


async def look_at(database: Database, import_id: UUID) -> None:
    """Find out how the file is to be read; where all of it is known from earlier files, read its rows at once."""
    if await _state(database, import_id) != "uploaded":
        return
    async with _failing(database, import_id):
        plan, _lookups = await _plan(database, import_id)
        facts = facts_of(plan)
        async with transaction(database) as db:
            row = await db.get_one(Import, import_id, with_for_update=True)
            if row.state != "uploaded":
                return
            row.facts = {**row.facts, **facts}
            # An earlier file may have been sent without a word about it: then nobody has said what is what.
            row.state = (
                "read" if row.mapping_id or (await _is_decided(db, row) and is_sure(facts)) else "to map"
            )
            if row.state == "read" and row.begun_by:
                found = period_read(facts["period"])
                row.period_from = found.starts if found else None
                row.period_to = found.ends if found else None
                await jobs.defer(
                    db, STAGE, lock=lock(row.id), import_id=str(row.id), person_id=str(row.begun_by)
                )


async def read_rows(database: Database, import_id: UUID, person_id: UUID) -> None:
    """Read all rows, refuse those outside of what the person plans for, and compare the rest with what is there."""
    if await _state(database, import_id) != "read":
        return
    async with _failing(database, import_id):
        plan, lookups = await _plan(database, import_id)
        check_plan(plan)
        async with transaction(database) as db:
            row = await db.get_one(Import, import_id, with_for_update=True)
            source = await db.get_one(Source, row.source_id)
            answers = await answers_of(db, source.id)
            within = await _within(db, await _actor(db, person_id), source.country)
            row.facts = {**row.facts, **facts_of(plan), "whole": within is None}
            if plan.period:
                row.period_from, row.period_to = plan.period.starts, plan.period.ends
        staged = await stage(database, import_id, plan, lookups, answers, source.id, _quiet, within=within)
        await check(database, import_id, source.id, source.kind, staged)


async def take_in(database: Database, import_id: UUID, person_id: UUID) -> None:
    """Take in what was checked, let coverage follow, and write to whoever began it."""
    if await _state(database, import_id) != "applying":
        return
    async with database() as db:
        row = await db.get_one(Import, import_id)
        actor = await _actor(db, person_id)
    await apply(database, actor, import_id, _quiet, end_gone=bool(row.facts.get("end_gone")))
    async with transaction(database) as db:
        row = await db.get_one(Import, import_id)
        await uploads.forget(db, [row.file_hash])
        if actor:
            await _write(db, actor, row)


async def take_back(database: Database, import_id: UUID, person_id: UUID) -> None:
    """Undo an import for the reason that was given."""
    async with database() as db:
        row = await db.get_one(Import, import_id)
        actor = await _actor(db, person_id)
    if row.state == "applied" and "undoing" in row.facts:
        await undo(database, actor, import_id, row.facts["undoing"])


async def _plan(database: Database, import_id: UUID) -> tuple[Plan, Lookups]:
    async with database() as db:
        row = await db.get_one(Import, import_id)
        source = await db.get_one(Source, row.source_id)
        mapping = await newest_mapping(db, source.id)
        lookups = await known(db)
    period = None
    if row.period_from and row.period_to:
        period = Period(Month.of(row.period_from), Month.of(row.period_to))
    asked = Asked(source.kind, row.file_name, source.country, period, row.facts.get("chosen"))
    decided = Decided.read(mapping.columns) if mapping else Decided()
    path = uploads.kept(row.file_hash)
    # In a thread: the worker has to show meanwhile that it lives.
    plan = await asyncio.to_thread(plan_for, path, lookups, asked, decided)
    return plan, lookups


async def _is_decided(db: AsyncSession, row: Import) -> bool:
    mapping = await newest_mapping(db, row.source_id)
    return mapping is not None and Decided.read(mapping.columns).columns is not None


async def _within(db: AsyncSession, actor: Actor | None, country: str) -> Collection[str] | None:
    """Codes of the areas that the person plans for in a country; None: all of them."""
    if actor is None:
        return frozenset()
    whole = (await db.execute(select(Area.lo, Area.hi).where(Area.code == country, Area.level == 0))).one()
    if plans_all(actor, whole.lo, whole.hi):
        return None
    parts = [Area.lo.between(grant.lo, grant.hi) for grant in actor.grants if grant.role == Role.PLANNER]
    if not parts:
        return frozenset()
    return frozenset(await db.scalars(select(Area.code).where(Area.country == country, or_(*parts))))


async def _actor(db: AsyncSession, person_id: UUID) -> Actor | None:
    return await actor_of(db, person_id)


async def _state(database: Database, import_id: UUID) -> str:
    async with database() as db:
        return (await db.get_one(Import, import_id)).state


async def _write(db: AsyncSession, actor: Actor, row: Import) -> None:
    """Whoever began it may have left the page long ago."""
    counts = row.facts["counts"]
    with speaking(actor.language):
        subject = _("Your file is taken in: %(file)s") % {"file": row.file_name}
        said = _(
            "New: %(created)s. Changed: %(changed)s. As before: %(unchanged)s. Refused rows: %(refused)s."
        )
        figures = {name: number(counts[name]) for name in ("created", "changed", "unchanged", "refused")}
        more = _("The refused rows, each with the reason, are on the page of this import under Imports.")
        await outbox.tell(
            db, actor.email, actor.language, subject, [said % figures, *([more] if counts["refused"] else [])]
        )


@asynccontextmanager
async def _failing(database: Database, import_id: UUID) -> AsyncGenerator[None]:
    """What a person can mend is written down beside the import, in their language; everything else is a bug of ours."""
    async with database() as db:
        row = await db.get_one(Import, import_id)
        actor = await _actor(db, row.begun_by) if row.begun_by else None
    try:
        with speaking(actor.language if actor else "en"):
            yield
    except Refused as problem:
        with speaking(actor.language if actor else "en"):
            sentence = problem.sentence
        async with transaction(database) as db:
            row = await db.get_one(Import, import_id, with_for_update=True)
            # Where the file itself is fine, somebody can say what is missing.
            row.state = "failed" if isinstance(problem, Unreadable) else "to map"
            row.problem = sentence
            row.facts = row.facts if row.state == "to map" else without_cells(row.facts)


def _quiet(_sentence: str) -> None:
    """How far it is stands in the import's row."""
