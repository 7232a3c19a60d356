"""Who is left out: the list worst first with its map, as a file, and a cell opened down to its sources."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.pages.maps import shares_on_a_map
from app.coverage.queries import cell, left_out
from app.coverage.queries.left_out import Cell, Looked, Part
from app.coverage.rules.presence import Known
from app.kernel.i18n import _, number, url
from app.kernel.ids import read_id
from app.kernel.refusals import NotFound
from app.kernel.web.access import Visitor
from app.kernel.web.answers import page
from app.kernel.web.files import csv_file
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading
from app.places import maps
from app.places import queries as places
from app.vocabulary import queries as vocabulary

router = APIRouter()
MOST_IN_FILE = 20_000


@router.get("/left-out")
async def worst_first(
    request: Request, actor: Visitor, db: Reading, area: str = "", service: str = "", group: str = "", after: str | None = None
) -> Response:
    looked, about = await _looked(request, db, area, service, group)
    if looked is None:
        return page(request, "coverage/nothing.html")
    parts = await left_out.by_area(db, looked, about["area_id"])
    services = await left_out.by_service(db, looked)
    return page(
        request,
        "coverage/left_out.html",
        fragment="results",
        cells=await left_out.cells(db, looked, after=after),
        parts=parts,
        services=services,
        whole=_whole(services),
        map=await shares_on_a_map(db, about["area_id"], parts, partial(_within, service=service, group=group)),
        states={str(known): known.label for known in Known},
        typed={"area": about["area_code"], "service": service, "group": group},
        offered={
            "areas": [(code, name) for code, name in about["areas"]],
            "services": [(str(e.id), e.name) for e in await vocabulary.entries(db, "service")],
            "groups": await left_out.groups_with_figures(db),
        },
        about=about,
        first=after is None,
    )


@router.get("/left-out.csv")
async def as_file(request: Request, actor: Visitor, db: Reading, area: str = "", service: str = "", group: str = "") -> Response:
    """The list as CSV with HXL tags; what is withheld on the page is withheld here."""
    looked, _about = await _looked(request, db, area, service, group)
    rows: Sequence[Cell] = (await left_out.cells(db, looked, size=MOST_IN_FILE)).rows if looked else ()
    return csv_file(request, "left-out", list(_rows(rows)))


@router.get("/left-out/method")
async def method(request: Request, actor: Visitor) -> Response:
    return page(request, "coverage/method.html")


@router.get("/needs/{cell_id}")
async def opened(request: Request, cell_id: UUID, actor: Visitor, db: Reading) -> Response:
    """One need, with everything its figures rest on."""
    seen = await cell.opened(db, cell_id)
    labels = {str(known): known.label for known in Known}
    return page(request, "coverage/cell.html", seen=seen, states=labels, facts=_facts(seen))


async def _looked(
    request: Request, db: AsyncSession, area: str, service: str, group: str
) -> tuple[Looked | None, dict[str, Any]]:
    """What is asked for, and the place it is about: the country where no area is named. Raises NotFound."""
    country = web(request).settings.country
    code = area.strip().upper()[:20] or country
    shown = await places.shown(db, code)
    everyone = await left_out.everyone(db)
    asked = read_id(group) or everyone
    about = {
        "area_id": shown.area.id,
        "area_code": code,
        "area": shown.area.name,
        "country": country,
        "areas": [(country, _("The whole country")), *await _regions(db, country)],
    }
    if asked is None:
        return None, about
    within = await places.interval_of(db, code)
    if within is None:
        raise NotFound
    return Looked(asked, read_id(service), within), about


async def _regions(db: AsyncSession, country: str) -> list[tuple[str, str]]:
    area_id = await places.area_by_code(db, country)
    return [(each.code, each.name) for each in (await places.children(db, area_id)).rows] if area_id else []


def _within(placed: maps.Placed, service: str, group: str) -> str:
    return url("/left-out", area=placed.code, service=service, group=group)


def _whole(found: list[Part]) -> dict[str, Any] | None:
    """The figures above the list, in words: of one service they are people, of several needs. A service that is a
    part of another is not added to it.
    """
    if not found:
        return None
    services = found if len(found) == 1 else [part for part in found if part.part_of is None]
    people, covered = sum(part.people for part in services), sum(part.covered for part in services)
    return {
        "people": people,
        "covered": covered,
        "uncovered": people - covered,
        "share": (people - covered) / people if people else 0.0,
        "places": sum(part.places for part in services),
        "nobody": sum(part.nobody for part in services),
        "one": services[0].name if len(services) == 1 else "",
    }


def _facts(seen: cell.Opened) -> list[tuple[str, str]]:
    coverage, need = seen.coverage, seen.cell
    rows = [(_("People in need"), _hidden(need.people, coverage.withheld if coverage else need.people < 10))]
    if coverage and not coverage.withheld:
        rows += [
            (_("Can be served by programmes"), number(coverage.covered)),
            (_("In no programme"), number(coverage.uncovered)),
            (_("Programmes that count"), number(coverage.lines)),
            (_("Organisations named there"), number(coverage.named)),
        ]
    severity = number(need.severity) if need.severity else _("not stated")
    return [*rows, (_("Severity, from 1 to 5"), severity)]


def _hidden(people: int, withheld: bool) -> str:
    return _("fewer than 10") if withheld and people < 10 else _("withheld") if withheld else number(people)


_HEADINGS = (
    "Area", "Area code", "Region", "Service", "Group", "People in need", "Covered", "Not covered", "Severity used", "Tier",
    "Programmes", "Organisations named", "Organisations without number", "State", "Confidence", "Source", "Reference to",
)
_TAGS = (
    "#adm2+name", "#adm2+code+v_pcode", "#adm1+name", "#sector+name", "#population_group+name", "#inneed", "#reached+capacity",
    "#inneed+uncovered", "#severity", "#meta+tier", "#meta+programmes+num", "#org+num", "#org+num+unmeasured", "#status",
    "#meta+confidence", "#meta+source", "#date+end",
)


def _rows(rows: Iterable[Cell]) -> Iterator[Sequence[object]]:
    yield _HEADINGS
    yield _TAGS
    for row in rows:
        figures = ("", "", "") if row.withheld else (row.people, row.covered, row.uncovered)
        yield (
            row.area, row.area_code, row.region, row.service, row.group, *figures, row.severity, row.tier, row.lines,
            row.named, row.unmeasured, row.state, row.confidence, row.source, row.reference_to.isoformat(),
        )
