"""The first page, what needs you, and the pages that explain the platform."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage import words
from app.coverage.maps import map_of
from app.home import queries
from app.home.queries import LeftOut
from app.kernel import time
from app.kernel.actor import Scope
from app.kernel.i18n import _, number, url
from app.kernel.permissions import Permission, may
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
    mine = [membership.organisation_id for membership in actor.memberships]
    edits = [i for i in mine if may(actor, Permission.EDIT_ORGANISATION, Scope(organisation_id=i))]
    return page(request, "home/my.html", tasks=tasks, today=time.now().date(), edits=edits)


async def _in_words(db: AsyncSession, found: LeftOut) -> dict[str, Any]:
    """Three figures with their sources, and a map."""
    service, whole, worst = found.service, found.whole, found.worst
    href = url("/left-out", service=service.code)
    facts = {
        "people": number(whole.people),
        "need": service.noun,
        "service": service.name,
        "area": worst.area,
    }
    needs = _("%(source)s, %(when)s") % {
        "source": worst.source,
        "when": words.span(worst.reference_from, worst.reference_to),
    }
    stats = [(number(whole.people), _("people need %(need)s") % facts, needs, href)]
    if whole.left:
        left = _("of %(people)s people who need %(need)s are left out, as far as is known") % facts
        stats = [(number(whole.left), left, needs, href)]
    if found.report:
        when = words.span(found.report.as_of, found.report.through)
        nobody = _("%(part)s of %(all)s") % {"part": number(whole.places_nobody), "all": number(whole.places)}
        said = _("places have nobody who is reported to offer it")
        stats.append(
            (
                nobody,
                said,
                _("%(source)s, %(when)s") % {"source": ", ".join(found.report.sources), "when": when},
                href,
            )
        )
    if worst.uncovered is not None and worst.left_share:
        furthest = _("of them live in %(area)s, the place that is furthest behind") % facts
        stats.append((number(worst.uncovered), furthest, needs, url(f"/needs/{worst.id}")))
    drawn = await map_of(db, found.country_id, found.areas, lambda placed: None)
    return {
        "lede": _("%(service)s is where most people are left out.") % facts
        if whole.left
        else _("%(service)s") % facts,
        "stats": stats,
        "map": drawn,
        "title": _(
            "Map by the share of people in need who are left out, as far as is known. The same figures stand in a table behind the link."
        ),
        "caption": _("Share of people who need %(need)s and are left out, as far as is known.") % facts,
        "href": href,
    }
