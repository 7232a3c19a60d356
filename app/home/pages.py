"""The first page, what needs you, and the pages that explain the platform."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.pages.maps import shares_on_a_map
from app.home import queries
from app.kernel import time
from app.kernel.i18n import _, number, url
from app.kernel.web.access import Someone, Visitor
from app.kernel.web.answers import page
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading

router = APIRouter()


@router.get("/")
async def home(request: Request, actor: Visitor, db: Reading) -> Response:
    found = await queries.left_out_today(db, web(request).settings.country)
    return page(request, "home/home.html", left_out=await _in_words(db, found) if found else None)


@router.get("/my")
async def what_needs_you(request: Request, actor: Someone, db: Reading) -> Response:
    tasks = await queries.what_needs_you(db, actor)
    return page(request, "home/my.html", tasks=tasks, today=time.now().date())


async def _in_words(db: AsyncSession, found: queries.LeftOut) -> dict[str, Any]:
    """Three figures with their sources, and a map."""
    service = found.service
    href = url("/left-out", service=str(service.id))
    uncovered = _("of %(people)s people who need %(service)s are in no programme registered here") % {
        "people": number(service.people), "service": service.name,
    }
    nobody = _("%(part)s of %(all)s") % {"part": number(service.nobody), "all": number(service.places)}
    stats = [
        (number(service.uncovered), uncovered, _("Every place, with its sources"), href),
        (nobody, _("places have nobody who is reported to work on it"), _("Every place, with its sources"), href),
        (number(service.people_of_nobody), _("people in need live in those places"), _("Every place, with its sources"), href),
    ]
    drawn = await shares_on_a_map(db, found.country_id, found.areas, lambda placed: None)
    if drawn:
        drawn |= {
            "title": _("Share of the need that is in no programme registered here, by area. The same figures stand in a table behind the link."),
            "caption": _("Share of people who need %(service)s and are in no programme registered here.") % {"service": service.name},
        }
    return {"lede": service.name, "stats": stats, "map": drawn, "href": href}
