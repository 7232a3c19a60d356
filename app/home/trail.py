"""The audit trail, as an auditor reads it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.accounts.queries import names_of
from app.home.deeds import deed
from app.kernel import operations
from app.kernel.actor import Actor
from app.kernel.audit import SYSTEM
from app.kernel.i18n import _
from app.kernel.ids import read_id
from app.kernel.permissions import Permission
from app.kernel.web.access import Needs
from app.kernel.web.answers import page
from app.kernel.web.transactions import Reading

router = APIRouter()
Auditor = Annotated[Actor, Depends(Needs(Permission.READ_AUDIT))]


@router.get("/audit")
async def trail(
    request: Request,
    actor: Auditor,
    db: Reading,
    chain: str = "",
    subject: str = "",
    after: str | None = None,
) -> Response:
    entries = await operations.entries(db, chain=chain[:40], subject=read_id(subject), after=after)
    names = await names_of(db, {entry.actor_id for entry in entries.rows})
    names[SYSTEM] = _("By the program itself")
    typed = {"chain": chain[:40], "subject": subject[:40]}
    return page(
        request, "home/trail.html", entries=entries, names=names, deed=deed, typed=typed, first=after is None
    )
