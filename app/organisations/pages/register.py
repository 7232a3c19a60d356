"""The public register: partners, their pages, and what was decided."""

from fastapi import APIRouter, Request, Response

from app.kernel.i18n import _
from app.kernel.ids import read_id
from app.kernel.web.access import Visitor
from app.kernel.web.answers import page
from app.kernel.web.transactions import Reading
from app.organisations.queries import register as queries
from app.organisations.queries.register import Filter
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import DECLINE_REASONS
from app.places import queries as places
from app.vocabulary import queries as vocabulary

router = APIRouter()


@router.get("/organisations")
async def partners(
    request: Request, actor: Visitor, db: Reading, q: str = "", kind: str = "", group: str = "", service: str = "",
    area: str = "", after: str | None = None,
) -> Response:
    within = await places.interval_of(db, area.upper()) if area else None
    looked_for = Filter(
        search=q[:100], kind=Kind(kind) if kind in set(Kind) else None, group=read_id(group), service=read_id(service),
        within=within,
    )
    found = await queries.partners(db, looked_for, after=after)
    return page(
        request,
        "organisations/partners.html",
        fragment="results",
        partners=found,
        typed={"q": q[:100], "kind": kind, "group": group, "service": service, "area": area},
        kinds=[(each.value, each.label) for each in Kind],
        groups=[(str(e.id), e.name) for e in await vocabulary.entries(db, "group")],
        services=[(str(e.id), e.name) for e in await vocabulary.entries(db, "service")],
        first=after is None,
    )


@router.get("/organisations/{slug}")
async def profile(request: Request, slug: str, actor: Visitor, db: Reading) -> Response:
    return page(request, "organisations/profile.html", partner=await queries.profile(db, slug))


@router.get("/decisions")
async def decisions(request: Request, actor: Visitor, db: Reading, after: str | None = None) -> Response:
    """The public register of decisions: what was decided about whom, why, and in whose name."""
    found = await queries.decisions(db, after=after)
    reasons = {code: _(text) for code, text in DECLINE_REASONS.items()}
    return page(request, "organisations/decisions.html", decisions=found, reasons=reasons, first=after is None)
