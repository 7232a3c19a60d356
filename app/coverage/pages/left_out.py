"""Who is left out: the list worst first with its sums and map, for the country or any area in it, and as a file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage import words
from app.coverage.maps import MapShown, map_of
from app.coverage.queries import changed, left_out
from app.coverage.queries.left_out import Choice, Choices, Looked, Part, Row
from app.kernel.i18n import _, ngettext, number, percent, spoken, url
from app.kernel.ids import read_id
from app.kernel.pagination import Page
from app.kernel.web.access import Visitor
from app.kernel.web.answers import page
from app.kernel.web.files import csv_file
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading
from app.places import maps
from app.places import queries as places
from app.places.files import level_word

router = APIRouter()
MOST_IN_FILE = 20_000
Code = Annotated[str, Query(max_length=80)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at, as the page speaks of it. `service` None: all. `narrow`: an area with none below it."""

    place: places.Shown
    choices: Choices
    looked: Looked
    service: Choice | None
    group: Choice | None
    country: str

    @property
    def narrow(self) -> bool:
        return self.place.lo == self.place.hi

    def href(self, path: str = "", **other: str | None) -> str:
        """The address of this, with `other` in place of what it has."""
        asked: dict[str, str | None] = {
            "service": self.service.code if self.service else None,
            "group": self.group.code if self.group and self.group.code != "everyone" else None,
        }
        return url(path or self.path, **asked | other)

    @property
    def path(self) -> str:
        code = self.place.area.code
        return "/left-out" if code == self.country else f"/left-out/{code}"


@router.get("/left-out")
async def whole_country(
    request: Request,
    actor: Visitor,
    db: Reading,
    area: Code = "",
    service: Code = "",
    group: Code = "",
    after: str | None = None,
) -> Response:
    return await _show(request, db, await _asked(request, db, area, service, group), after)


@router.get("/left-out.csv")
async def as_file(
    request: Request, actor: Visitor, db: Reading, area: Code = "", service: Code = "", group: Code = ""
) -> Response:
    """The list as CSV with HXL tags; what is withheld on the page is withheld here."""
    asked = await _asked(request, db, area, service, group)
    found = await left_out.worst(db, asked.looked, size=MOST_IN_FILE)
    return csv_file(request, "left-out", list(_rows(found.rows)))


@router.get("/left-out/method")
async def method(request: Request, actor: Visitor) -> Response:
    return page(request, "coverage/method.html")


@router.get("/left-out/{code}")
async def one_area(
    request: Request,
    code: str,
    actor: Visitor,
    db: Reading,
    service: Code = "",
    group: Code = "",
    after: str | None = None,
) -> Response:
    return await _show(request, db, await _asked(request, db, code, service, group), after)


async def _asked(request: Request, db: AsyncSession, area: str, service: str, group: str) -> Asked:
    """Raises NotFound for an area that isn't there; an unknown service or group is passed over."""
    country = web(request).settings.country
    place = await places.shown(db, (area.strip().upper() or country)[:20])
    choices = await left_out.choices(db)
    chosen = _one_of(choices.services, service)
    asked_group = _one_of(choices.groups, group) or _one_of(choices.groups, "everyone")
    every = [s.id for s in choices.services] if place.lo == place.hi else choices.whole_services
    looked = Looked(
        asked_group.id if asked_group else UUID(int=0), [chosen.id] if chosen else every, (place.lo, place.hi)
    )
    return Asked(place, choices, looked, chosen, asked_group, country)


def _one_of(choices: Sequence[Choice], wanted: str) -> Choice | None:
    """By its code, or by its id."""
    i = read_id(wanted)
    return next((choice for choice in choices if choice.code == wanted or (i and choice.id == i)), None)


async def _show(request: Request, db: AsyncSession, asked: Asked, after: str | None) -> Response:
    rows = await left_out.worst(db, asked.looked, after=after)
    reports = await left_out.reports(db, asked.looked.services, asked.place.area.country)
    first = after is None
    parts = (
        await left_out.by_area(db, asked.looked, asked.place.area.id) if first and not asked.narrow else []
    )
    services = (
        await left_out.by_service(db, asked.looked)
        if first and (asked.service is None or asked.narrow)
        else []
    )
    whole = left_out.total(
        [part for part in services if asked.narrow or part.id in asked.looked.services] or parts
    )
    # Sums of a single place each would repeat the list below.
    several = [part for part in parts if part.places > 1]
    return page(
        request,
        "coverage/left_out.html",
        asked=asked,
        where=_where(asked),
        heading=_heading(asked),
        lede=_lede(asked, whole) if whole else "",
        whole=whole,
        rows=rows,
        parts=parts if several else [],
        services=[] if asked.narrow else services,
        map=await _map(db, asked, parts) if parts else None,
        changes=await changed.changed(db, asked.place.area.id, asked.looked.services)
        if first and asked.place.area.level < 2
        else [],
        only_above=await changed.only_above(db, asked.place.area.id) if first and asked.narrow else [],
        sources=_sources(rows, reports),
        pending=await left_out.changes_wait(db),
        words=words,
        columns=_columns(asked),
        sum_columns=_sum_columns(asked),
        by_area=_by_area(asked),
        first=first,
        typed={
            "service": asked.service.code if asked.service else "",
            "group": asked.group.code if asked.group else "",
        },
        service_choices=[(s.code, s.name) for s in asked.choices.services],
        group_choices=[(g.code, g.name) for g in asked.choices.groups],
    )


def _heading(asked: Asked) -> str:
    named = {"area": asked.place.area.name, "service": asked.service.name if asked.service else ""}
    if asked.service:
        return _("Who is left out: %(service)s in %(area)s") % named
    return _("Who is left out in %(area)s") % named


def _lede(asked: Asked, whole: Part) -> str:
    """Whole sentences for what is known: left out, not known, in how many places nobody is reported."""
    facts = {
        "people": number(whole.people), "left": number(whole.left), "unknown": number(whole.unknown),
        "need": asked.service.noun if asked.service else "", "num": number(whole.places_nobody), "all": number(whole.places),
        "group": asked.group.noun if asked.group else "",
    }  # fmt: skip
    if not asked.service:
        cases = ngettext(
            "We look at %(all)s place and service.",
            "We look at %(all)s pairs of a place and a service.",
            whole.places,
        )
        nobody = ngettext(
            "In %(num)s of them nobody is reported to help.",
            "In %(num)s of them nobody is reported to help.",
            whole.places_nobody,
        )
        return f"{cases} {nobody} {_('The worst come first.')}" % facts
    if not whole.says_something:
        return (
            _(
                "%(people)s %(group)s need %(need)s. How many of them are reached isn't known: nobody has said how many people they can serve."
            )
            % facts
        )
    said = _("%(left)s of %(people)s %(group)s who need %(need)s are left out, as far as is known.") % facts
    if whole.unknown:
        said += (
            " "
            + _(
                "Of %(unknown)s more it isn't known: who is there hasn't said how many people they can serve."
            )
            % facts
        )
    return said


def _where(asked: Asked) -> list[tuple[str, str]]:
    """The way there: address and name of what the area lies in."""
    return [
        (asked.href("/left-out" if above.code == asked.country else f"/left-out/{above.code}"), above.name)
        for above in asked.place.above
    ]


def _columns(asked: Asked) -> list[tuple[str, ...]]:
    """The columns of the list. What is the same in every row has none."""
    area = [] if asked.narrow else [("area", _("Place"))]
    service = [("service", _("Service"))] if asked.narrow or not asked.service else []
    return [
        *area, *service, ("people", _("People in need"), "num"), ("covered", _("In a programme"), "num"),
        ("left", _("Left out"), "num"), ("state", _("Who is there")),
    ]  # fmt: skip


def _by_area(asked: Asked) -> str:
    """What the sums by area are called."""
    level = {"level": _level_word(asked).lower()}
    if asked.service:
        return _("By %(level)s") % level
    return _("By %(level)s: needs, of which one person may have several") % level


def _sum_columns(asked: Asked) -> dict[str, list[tuple[str, ...]]]:
    """The columns of sums by service and by area. Over several services they count needs, not people."""
    one = asked.service is not None

    def columns(head: str, people: str) -> list[tuple[str, ...]]:
        return [
            ("name", head), ("people", people, "num"), ("covered", _("In a programme"), "num"), ("left", _("Left out"), "num"),
            ("unknown", _("Not known"), "num"), ("share", _("Share left out"), "num"),
            ("nobody", _("Places with nobody reported"), "num"),
        ]  # fmt: skip

    people = _("People in need")
    return {
        "service": columns(_("Service"), people),
        "area": columns(_level_word(asked), people if one else _("Needs")),
    }


def _level_word(asked: Asked) -> str:
    return level_word(asked.place.area.country, asked.place.area.level + 1, spoken().code) or _("Area")


async def _map(db: AsyncSession, asked: Asked, parts: Sequence[Part]) -> MapShown | None:
    def href(placed: maps.Placed) -> str | None:
        return asked.href(f"/left-out/{placed.code}") if any(part.id == placed.id for part in parts) else None

    return await map_of(db, asked.place.area.id, parts, href)


def _sources(rows: Page[Row], reports: Sequence[left_out.Report]) -> list[str]:
    """Where the figures on the page come from, one line each."""
    needs = {
        (row.source, row.release, row.reference_from, row.reference_to): None
        for row in rows.rows
        if row.source
    }
    named = {(tuple(report.sources), report.as_of, report.through): None for report in reports}
    said = [
        _("Need: %(source)s, about %(when)s.") % {"source": source, "when": words.span(first, last)}
        for source, _release, first, last in needs
    ]
    return said + [
        _("Who is there: %(sources)s, about %(when)s.")
        % {"sources": ", ".join(sources), "when": words.span(as_of, through)}
        for sources, as_of, through in named
    ]


_HEADINGS = (
    "Area", "Area code", "Lies in", "Code of that", "Service", "Service code", "Group", "People in need", "In a programme",
    "In no programme", "Share left out", "Known", "Organisations named", "Organisations without a number", "Programmes",
    "Severity stated", "Severity used", "Order", "Trust", "Questioned", "First day", "Last day", "Source", "Id",
)  # fmt: skip
_TAGS = (
    "#loc+name", "#loc+code+v_pcode", "#adm+parent+name", "#adm+parent+code+v_pcode", "#sector+name", "#sector+code",
    "#population_group+name", "#inneed", "#capacity+covered", "#inneed+uncovered", "#indicator+left_out+pct", "#status+known",
    "#org+num+named", "#org+num+unmeasured", "#activity+num", "#severity+stated", "#severity+used", "#priority", "#meta+trust",
    "#meta+questioned", "#date+start", "#date+end", "#meta+source", "#meta+id",
)  # fmt: skip


def _rows(rows: Iterable[Row]) -> Iterator[Sequence[object]]:
    yield _HEADINGS
    yield _TAGS
    for row in rows:
        left = None if row.left_share is None or row.people is None else percent(row.left_share)
        yield (
            row.area, row.area_code, row.above, row.above_code, row.service, row.service_code, row.group, row.people,
            row.covered, row.uncovered, left, row.state.value, row.named, row.unmeasured, row.lines, row.severity,
            row.severity_used, row.tier, row.confidence, "yes" if row.contested else "no", row.reference_from.isoformat(),
            row.reference_to.isoformat(), f"{row.source} {row.release}".strip(), str(row.id),
        )  # fmt: skip
