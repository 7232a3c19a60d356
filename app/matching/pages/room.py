"""How many more people an organisation can serve, service by service."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from app.kernel import time
from app.kernel.actor import Actor
from app.kernel.i18n import _
from app.kernel.permissions import Permission
from app.kernel.refusals import Refused
from app.kernel.web.access import Needs
from app.kernel.web.answers import page, see_other
from app.kernel.web.conflicts import Shown, coming_back
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.matching.forms import read_room
from app.matching.queries.room import Stated, seen_of, stated_room
from app.matching.service.room import say_room
from app.organisations.queries.access import at_organisation

router = APIRouter()
Editor = Annotated[Actor, Depends(Needs(Permission.EDIT_ORGANISATION, at=at_organisation))]


@router.get("/organisations/{slug}/room")
async def room(request: Request, slug: str, actor: Editor, db: Reading) -> Response:
    rows = await stated_room(db, request.state.scope.organisation_id)
    return _page(request, slug, rows, Shown(_typed(rows), {}))


@router.post("/organisations/{slug}/room")
async def say(request: Request, slug: str, actor: Editor, db: Writing) -> Response:
    typed = await typed_in(request)
    organisation_id: UUID = request.state.scope.organisation_id
    try:
        said = read_room(typed, await stated_room(db, organisation_id))
        await say_room(db, actor, organisation_id, str(typed.get("version") or ""), said)
    except Refused as problem:
        await db.rollback()
        rows = await stated_room(db, organisation_id)
        return _page(request, slug, rows, coming_back(problem, typed, stands=seen_of(rows)))
    return see_other(
        request,
        f"/organisations/{slug}/matches",
        flash=_("Saved. Your matches are worked out with it at once."),
    )


def _page(request: Request, slug: str, rows: list[Stated], shown: Shown) -> Response:
    return page(
        request,
        "matching/room.html",
        status=shown.status,
        slug=slug,
        rows=rows,
        typed=shown.typed,
        errors=shown.errors,
        differences=shown.differences,
        today=time.now().date().isoformat(),
    )


def _typed(rows: list[Stated]) -> Given:
    typed: Given = {"version": seen_of(rows)}
    for row in rows:
        typed[f"people_{row.service_id}"] = "" if row.people is None else row.people
        typed[f"starts_on_{row.service_id}"] = row.starts_on.isoformat() if row.starts_on else ""
    return typed
