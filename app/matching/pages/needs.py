"""Partners who could serve a need, for the organisation that answers for it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from app.kernel.actor import Actor
from app.kernel.i18n import _
from app.kernel.permissions import Permission
from app.kernel.refusals import NotAllowed
from app.kernel.web.access import Needs
from app.kernel.web.answers import page, see_other
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading, Writing
from app.matching.pages import shared
from app.matching.queries.access import at_need
from app.matching.queries.candidates import candidates
from app.matching.service import answers as service
from app.matching.service.exposure import note_served
from app.organisations.queries.access import id_of

router = APIRouter()
Reader = Annotated[Actor, Depends(Needs(Permission.READ_MATCHES, at=at_need))]
Editor = Annotated[Actor, Depends(Needs(Permission.ANSWER_MATCH, at=at_need))]


@router.get("/matching/needs/{cell_id}")
async def partners(request: Request, cell_id: UUID, actor: Reader, db: Reading) -> Response:
    side: UUID | None = request.state.scope.organisation_id
    found = await candidates(db, cell_id, side)
    await note_served(web(request).database, cell_id)
    return page(
        request,
        "matching/need.html",
        need=found.need,
        title=shared.title_of(found.need),
        says=found.says,
        rows=found.rows,
        under_way=found.under_way,
        may_answer=side is not None and shared.may_answer(actor, side),
    )


@router.post("/matching/needs/{cell_id}/partners/{slug}")
async def ask(request: Request, cell_id: UUID, slug: str, actor: Editor, db: Writing) -> Response:
    side: UUID | None = request.state.scope.organisation_id
    if side is None:
        raise NotAllowed
    match_id = await service.invite(db, actor, side, cell_id, await id_of(db, slug))
    return see_other(
        request, f"/matches/{match_id}", flash=_("You asked them. They say yes or no, and you read it here.")
    )
