"""How many more people an organisation can serve, service by service."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Actor
from app.kernel.forms import errors_beside
from app.kernel.i18n import _
from app.kernel.permissions import Permission
from app.kernel.refusals import Refused
from app.kernel.versions import ChangedMeanwhile
from app.kernel.web.access import Needs
from app.kernel.web.answers import page, see_other
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
    return _page(request, slug, rows, _typed(rows), {})


@router.post("/organisations/{slug}/room")
async def say(request: Request, slug: str, actor: Editor, db: Writing) -> Response:
    typed = await typed_in(request)
    organisation_id: UUID = request.state.scope.organisation_id
    try:
        said = read_room(typed, await stated_room(db, organisation_id))
        await say_room(db, actor, organisation_id, str(typed.get("seen") or ""), said)
    except Refused as problem:
        return await _refused(request, db, organisation_id, slug, typed, problem)
    return see_other(
        request,
        f"/organisations/{slug}/matches",
        flash=_("Saved. Your matches are worked out with it at once."),
    )


async def _refused(
    request: Request, db: AsyncSession, organisation_id: UUID, slug: str, typed: Given, problem: Refused
) -> Response:
    await db.rollback()
    rows = await stated_room(db, organisation_id)
    changed = problem.differences if isinstance(problem, ChangedMeanwhile) else []
    # After a difference was shown the next press decides, so the form goes on from what stands now.
    seen = seen_of(rows) if changed or isinstance(problem, ChangedMeanwhile) else str(typed.get("seen") or "")
    errors = {} if isinstance(problem, ChangedMeanwhile) else errors_beside(problem)
    return _page(
        request,
        slug,
        rows,
        typed | {"seen": seen},
        errors,
        changed=changed,
        status=problem.status,
        problem=problem,
    )


def _page(
    request: Request,
    slug: str,
    rows: list[Stated],
    typed: Given,
    errors: dict[str, str],
    *,
    changed: Any = (),
    status: int = 200,
    problem: Refused | None = None,
) -> Response:
    return page(
        request, "matching/room.html", status=status, slug=slug, rows=rows, typed=typed, errors=errors, changed=changed,
        today=time.now().date().isoformat(), meanwhile=problem.sentence if isinstance(problem, ChangedMeanwhile) else "",
    )  # fmt: skip


def _typed(rows: list[Stated]) -> Given:
    typed: Given = {"seen": seen_of(rows)}
    for row in rows:
        typed[f"people_{row.service_id}"] = "" if row.people is None else row.people
        typed[f"starts_on_{row.service_id}"] = row.starts_on.isoformat() if row.starts_on else ""
    return typed
