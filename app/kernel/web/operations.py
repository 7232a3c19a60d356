"""What the operator sees of the instance."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.kernel import operations
from app.kernel.actor import Actor
from app.kernel.i18n import _
from app.kernel.permissions import Permission
from app.kernel.refusals import NotFound
from app.kernel.web.access import Needs
from app.kernel.web.answers import page, see_other
from app.kernel.web.transactions import Reading, Writing

router = APIRouter()
Operator = Annotated[Actor, Depends(Needs(Permission.OPERATE))]


@router.get("/operations")
async def state(request: Request, actor: Operator, db: Reading) -> Response:
    return page(request, "operations/state.html", state=await operations.state(db))


@router.post("/operations/jobs/{job_id}/retry")
async def try_again(request: Request, job_id: str, actor: Operator, db: Writing) -> Response:
    if not (job_id.isascii() and job_id.isdecimal() and len(job_id) < 18):
        raise NotFound
    await operations.try_again(db, actor, int(job_id))
    return see_other(request, "/operations", flash=_("The job is queued again."))
