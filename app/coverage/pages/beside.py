"""Beside a programme's form: who else does this there, and how many people nobody serves yet."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.coverage import words
from app.coverage.queries.beside import who_else_and_uncovered
from app.kernel.refusals import NotFound
from app.kernel.web.access import Visitor
from app.kernel.web.answers import page
from app.kernel.web.transactions import Reading
from app.programmes.queries.whole import whole

router = APIRouter()


@router.get("/coverage/beside")
async def beside(request: Request, actor: Visitor, db: Reading, programme: UUID) -> Response:
    """Of a draft for its own people only."""
    seen = await whole(db, programme)
    if seen.published_at is None and (actor is None or actor.role_in(seen.organisation_id) is None):
        raise NotFound
    found = await who_else_and_uncovered(
        db,
        [term.id for term in seen.named("service")],
        [term.id for term in seen.named("serves")],
        [area.id for area in seen.areas],
        besides=seen.id,
    )
    return page(
        request,
        "coverage/beside.html",
        fragment="part",
        seen=seen,
        found=found,
        counts=words.counts,
    )
