"""Showing something for an item of the checklist: papers and sentences; and reading a paper again."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile

from app.kernel import files
from app.kernel.actor import Actor
from app.kernel.forms import errors_beside
from app.kernel.i18n import _
from app.kernel.permissions import Permission
from app.kernel.refusals import NotFound, Refused
from app.kernel.text import clean
from app.kernel.web.access import Needs
from app.kernel.web.answers import page, see_other
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.organisations.queries import evidence as queries
from app.organisations.queries import registration as registrations
from app.organisations.queries.access import at_organisation
from app.organisations.queries.registration import Application
from app.organisations.rules import checklist
from app.organisations.rules.documents import LARGEST, Visibility
from app.organisations.rules.registration import EDITABLE
from app.organisations.service import evidence as service

router = APIRouter()
Editor = Annotated[Actor, Depends(Needs(Permission.EDIT_ORGANISATION, at=at_organisation))]
PaperReader = Annotated[Actor, Depends(Needs(Permission.READ_ORGANISATION_FILE, at=queries.at_document))]


@router.get("/organisations/{slug}/registration/evidence/{code}")
async def item_form(request: Request, slug: str, code: str, actor: Editor, db: Reading) -> Response:
    return await _show(request, db, slug, code, {}, {})


@router.post("/organisations/{slug}/registration/evidence/{code}")
async def save_item(request: Request, slug: str, code: str, actor: Editor, db: Writing) -> Response:
    """Keep the sentence and the papers. What can be kept is kept, though another file can't: nobody sends it twice."""
    typed = await typed_in(request)
    visibility = (
        Visibility(typed["visibility"])
        if typed.get("visibility") in set(Visibility)
        else Visibility.REGISTRAR
    )
    errors: dict[str, str] = {}
    for paper in (await request.form()).getlist("file"):
        if isinstance(paper, UploadFile):
            errors |= await _keep(db, actor, slug, code, paper, visibility)
    try:
        async with db.begin_nested():
            await service.say_instead(db, actor, slug, code, clean(str(typed.get("statement") or "")))
    except Refused as problem:
        errors |= errors_beside(problem)
    if errors:
        return await _show(request, db, slug, code, typed, errors, status=422)
    return see_other(request, f"/organisations/{slug}/registration/evidence", flash=_("Saved."))


async def _keep(
    db: AsyncSession, actor: Actor, slug: str, code: str, paper: UploadFile, visibility: Visibility
) -> dict[str, str]:
    """Keep one file, if one was chosen; what is wrong with it, by field."""
    try:
        if paper.filename:
            async with db.begin_nested():
                data = await paper.read(LARGEST + 1)
                await service.add_paper(db, actor, slug, code, clean(paper.filename), data, visibility)
    except Refused as problem:
        return errors_beside(problem)
    finally:
        await paper.close()
    return {}


@router.post("/organisations/{slug}/registration/evidence/{code}/{document_id}/removal")
async def remove_paper(
    request: Request, slug: str, code: str, document_id: UUID, actor: Editor, db: Writing
) -> Response:
    await service.remove_paper(db, actor, slug, document_id)
    return see_other(
        request, f"/organisations/{slug}/registration/evidence/{code}", flash=_("The file is removed.")
    )


@router.get("/documents/{document_id}")
async def read_paper(request: Request, document_id: UUID, actor: PaperReader, db: Reading) -> Response:
    """The paper itself, to be kept on the reader's machine and never opened inside this site."""
    paper = await queries.readable(db, actor, document_id, request.state.scope)
    path = files.path_of(paper.sha256)
    if not path.is_file():
        raise NotFound
    headers = {"cache-control": "private, no-store", "content-security-policy": "default-src 'none'; sandbox"}
    return FileResponse(path, media_type=paper.media_type, filename=paper.name, headers=headers)


async def _show(
    request: Request,
    db: AsyncSession,
    slug: str,
    code: str,
    typed: Given,
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    seen = await registrations.application(db, slug)
    item = next((item for item in checklist.to_show(seen.kind) if item.code == code), None)
    if item is None:
        raise NotFound
    shown = await queries.shown_for(db, seen.id)
    return page(
        request,
        "organisations/evidence.html",
        status=status,
        application=seen,
        editable=seen.state in EDITABLE,
        item=described(item, seen),
        papers=shown.papers.get(code, []),
        visibilities=[(each.value, each.label) for each in Visibility],
        typed={"statement": shown.statements.get(code, ""), "visibility": Visibility.REGISTRAR.value} | typed,
        errors=errors,
    )


def described(item: checklist.Item, seen: Application) -> dict[str, Any]:
    """An item in the words of the person who shows something for it."""
    cell = item.cells[seen.kind]
    return {
        "code": item.code,
        "name": _(item.name),
        "asks": _(item.to_applicant),
        "particular": _(cell.particular),
        "ways": [_(checklist.WAYS[way]) for way in cell.others],
        "must": item.code in checklist.must_show(seen.kind),
    }
