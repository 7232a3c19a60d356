"""Sending a file, and what a person says and decides about it."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile

from app.exchange.forms import ReasonForm, SendForm, no_file, read_answers, read_columns
from app.exchange.pages import words
from app.exchange.pages.showing import Planner, path_of, show, show_columns
from app.exchange.queries import imports
from app.exchange.service import deciding, uploads
from app.exchange.service.deciding import Sent
from app.exchange.service.importing import File
from app.kernel.actor import Actor
from app.kernel.forms import Mistakes, errors_beside, several
from app.kernel.i18n import _
from app.kernel.refusals import Refused
from app.kernel.text import clean
from app.kernel.web.answers import page, see_other
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in

router = APIRouter()


@router.get("/imports/new")
async def send_form(request: Request, actor: Planner, db: Reading) -> Response:
    """What the file is about, and the file."""
    return await _show_new(request, db, actor, {"kind": "presence"}, {})


@router.post("/imports/new")
async def send(request: Request, actor: Planner, db: Writing) -> Response:
    typed = await typed_in(request)
    sent = await request.form()
    part = sent.get("file")
    try:
        form = SendForm.read(typed)
        if not isinstance(part, UploadFile) or not part.filename:
            raise no_file()
        sha256, size = await uploads.keep(part.file)
        name = clean(part.filename)
        file = File(
            uploads.path_of(sha256), form.kind, form.country, form.source, form.months(),
            name=name, publisher=form.publisher, licence=form.licence,
        )  # fmt: skip
        import_id = await deciding.send(db, actor, file, Sent(name, sha256, size))
    except Refused as problem:
        await db.rollback()
        return await _show_new(request, db, actor, typed, errors_beside(problem), status=problem.status)
    finally:
        await sent.close()
    return see_other(request, path_of(import_id))


@router.post("/imports/{import_id}/columns")
async def map_columns(request: Request, import_id: UUID, actor: Planner, db: Writing) -> Response:
    """What the columns are; the rows are read next."""
    typed = await typed_in(request)
    seen = await imports.seen(db, actor, import_id)
    try:
        said = read_columns(typed, seen.facts, seen.kind, several(typed, "sheet"))
        await deciding.map_columns(db, actor, import_id, said.decided, said.sheets, said.period)
    except Mistakes as problem:
        await db.rollback()
        return await show_columns(request, db, actor, seen, typed, errors_beside(problem), problem.status)
    return see_other(request, path_of(import_id))


@router.post("/imports/{import_id}/answers")
async def answer(request: Request, import_id: UUID, actor: Planner, db: Writing) -> Response:
    """What values mean; the rows are read again."""
    typed = await typed_in(request)
    seen = await imports.seen(db, actor, import_id)
    try:
        await deciding.answer(db, actor, import_id, read_answers(typed, seen.facts))
    except (Mistakes, deciding.NoSuchRecord) as problem:
        await db.rollback()
        return await show(request, db, actor, seen, typed, errors_beside(problem), problem.status)
    return see_other(request, path_of(import_id))


@router.post("/imports/{import_id}/application")
async def take_in(request: Request, import_id: UUID, actor: Planner, db: Writing) -> Response:
    """Take in what was checked."""
    typed = await typed_in(request)
    seen = await imports.seen(db, actor, import_id)
    try:
        await deciding.begin_apply(
            db, actor, import_id, end_gone=typed.get("gone") == "yes", confirmed=typed.get("confirmed") == "yes",
            gone_confirmed=typed.get("gone_confirmed") == "yes",
        )  # fmt: skip
    except (deciding.ConfirmRefused, deciding.ConfirmGone, deciding.NotAllOfIt) as problem:
        await db.rollback()
        return await show(request, db, actor, seen, typed, errors_beside(problem), problem.status)
    return see_other(request, path_of(import_id))


@router.post("/imports/{import_id}/cancellation")
async def leave(request: Request, import_id: UUID, actor: Planner, db: Writing) -> Response:
    """Leave it; nothing was changed."""
    await deciding.cancel(db, actor, import_id)
    return see_other(
        request, "/imports", flash=_("Left. Nothing was taken in, and we no longer have the file.")
    )


@router.post("/imports/{import_id}/continuation")
async def go_on(request: Request, import_id: UUID, actor: Planner, db: Writing) -> Response:
    """Work that stands still is begun again where it stopped."""
    await deciding.go_on(db, actor, import_id)
    return see_other(request, path_of(import_id))


@router.get("/imports/{import_id}/undo")
async def undo_form(request: Request, import_id: UUID, actor: Planner, db: Reading) -> Response:
    """The question before an import is undone."""
    return await _show_undo(request, db, actor, import_id, {}, {})


@router.post("/imports/{import_id}/undo")
async def undo(request: Request, import_id: UUID, actor: Planner, db: Writing) -> Response:
    typed = await typed_in(request)
    await imports.seen(db, actor, import_id)
    try:
        await deciding.begin_undo(db, actor, import_id, ReasonForm.read(typed).reason)
    except Mistakes as problem:
        await db.rollback()
        return await _show_undo(request, db, actor, import_id, typed, errors_beside(problem), problem.status)
    return see_other(request, path_of(import_id))


async def _show_undo(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    import_id: UUID,
    typed: Given,
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    seen = await imports.seen(db, actor, import_id)
    if seen.state != "applied":
        return await show(request, db, actor, seen)
    return page(
        request,
        "exchange/undo.html",
        status=status,
        seen=seen,
        counts=seen.counts,
        typed=typed,
        errors=errors,
    )


async def _show_new(
    request: Request, db: AsyncSession, actor: Actor, typed: Given, errors: dict[str, str], status: int = 200
) -> Response:
    countries = await imports.countries_of(db, actor)
    given: dict[str, Any] = {"country": countries[0][0] if len(countries) == 1 else "", **typed}
    kinds = [(code, _(label)) for code, label in words.KINDS.items()]
    return page(
        request,
        "exchange/new.html",
        status=status,
        kinds=kinds,
        countries=countries,
        typed=given,
        errors=errors,
    )
