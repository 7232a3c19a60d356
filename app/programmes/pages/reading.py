"""What everybody reads: the list of programmes, as a page, a table and a feed; a programme; an organisation's own."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import i18n
from app.kernel.actor import Scope
from app.kernel.i18n import _, ngettext, url
from app.kernel.ids import read_id
from app.kernel.permissions import Permission, may
from app.kernel.refusals import NotFound
from app.kernel.web.access import Visitor
from app.kernel.web.answers import page
from app.kernel.web.feeds import FeedEntry, atom_feed
from app.kernel.web.files import csv_file
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading
from app.places import queries as places
from app.programmes.pages import words
from app.programmes.queries import listing, presences, whole
from app.programmes.queries.listing import COUNTED_TO, Filter, Listed
from app.programmes.queries.owner import owner
from app.programmes.queries.whole import Whole
from app.programmes.rules.states import SHOWN, State
from app.vocabulary.queries import entries as vocabulary
from app.vocabulary.queries.entries import Family

router = APIRouter()
ASKED = ("q", "group", "service", "area", "state")
"""The parts of an address that say what somebody looks for."""
MOST_ROWS = 10_000
"""Programmes of a table that is made while somebody waits."""
AT_ONCE = 1000


@router.get("/programmes")
async def programmes(request: Request, actor: Visitor, db: Reading, after: str | None = None) -> Response:
    typed = {name: request.query_params.get(name, "")[:100] for name in ASKED}
    found_area = await _area(db, typed["area"], web(request).settings.country)
    looked_for = await _filter(db, typed, found_area)
    found = await listing.programmes(db, looked_for, after=after)
    offered = {
        name: await vocabulary.offered(db, scheme)
        for name, scheme in (("group", "group"), ("service", "service"))
    }
    chips = _chips(typed, found_area, offered)
    return page(
        request,
        "programmes/programmes.html",
        fragment="results",
        found=[_item(row) for row in found.rows],
        title=_title(await listing.how_many(db, looked_for), found_area),
        typed=typed,
        chips=chips,
        filter_words=_("Filter: %(number)s on") % {"number": i18n.number(len(chips))}
        if chips
        else _("Filter"),
        groups=vocabulary.options(offered["group"]),
        services=vocabulary.options(offered["service"]),
        states=[(state.value, state.label) for state in SHOWN],
        not_a_place=bool(typed["area"]) and found_area is None,
        csv_href=url("/programmes.csv", **typed),
        next_href=url("/programmes", **typed, after=found.after) if found.after else None,
        first_href=url("/programmes", **typed) if after else None,
    )


@router.get("/programmes.csv")
async def table(request: Request, actor: Visitor, db: Reading) -> Response:
    """The list as a table: a row a service of each programme, the first MOST_ROWS programmes of what is looked for."""
    typed = {name: request.query_params.get(name, "")[:100] for name in ASKED}
    found_area = await _area(db, typed["area"], web(request).settings.country)
    found = await _many(db, await _filter(db, typed, found_area))
    heads = [
        _("Programme"),
        _("Organisation"),
        _("State"),
        _("First day"),
        _("Last day"),
        _("For whom"),
        _("Service"),
        _("People"),
        _("What the number counts"),
        _("People, all services together"),
        _("Confirmed on"),
        _("Areas"),
        _("Number of areas"),
        _("Address"),
    ]
    tags = [
        "#activity+name",
        "#org+name",
        "#status",
        "#date+start",
        "#date+end",
        "#beneficiary+group",
        "#service+name",
        "#capacity+people",
        "#capacity+kind",
        "#capacity+people+total",
        "#date+confirmed",
        "#loc+name",
        "#loc+num",
        "#meta+url",
    ]
    site = web(request).settings.public_address
    return csv_file(
        request, "programmes", [heads, tags, *(line for row in found for line in _csv_lines(row, site))]
    )


@router.get("/programmes.atom")
async def feed(request: Request, actor: Visitor, db: Reading, after: str | None = None) -> Response:
    found = await listing.newest(db, after=after)
    entries = [
        FeedEntry(
            row.id,
            f"/programmes/{row.id}",
            row.title,
            row.summary,
            row.published_at or row.changed_at,
            row.changed_at,
            row.organisation,
        )
        for row in found.rows
    ]
    return atom_feed(
        request, "/programmes.atom", _("New programmes"), entries, after=after, next_after=found.after
    )


@router.get("/programmes/{programme_id}")
async def programme(request: Request, programme_id: UUID, actor: Visitor, db: Reading) -> Response:
    seen = await whole.public(db, programme_id)
    editable = may(actor, Permission.EDIT_PROGRAMME, Scope(organisation_id=seen.organisation_id))
    return page(
        request,
        "programmes/programme.html",
        programme=seen,
        tag=words.state_tag(seen.state, suspended=seen.suspended_at is not None),
        suspended_on=None if seen.over or seen.suspended_at is None else seen.suspended_at.date(),
        ran_out_on=None if seen.over else seen.ran_out_on,
        dates=words.dates_said(seen.starts_on, seen.ends_on),
        pauses=[words.dates_said(*pause) for pause in seen.pauses],
        together=words.together_said(seen.together, seen.lines[0].counting)
        if seen.together is not None and seen.lines
        else None,
        numbers=[_number(seen, n) for n in range(len(seen.lines))],
        editable=editable,
    )


@router.get("/organisations/{slug}/programmes")
async def of_organisation(
    request: Request, slug: str, actor: Visitor, db: Reading, after: str | None = None
) -> Response:
    """What an organisation does: its programmes, and where sources name it. Its editors can begin one from either."""
    its = await owner(db, slug)
    editable = may(actor, Permission.EDIT_PROGRAMME, Scope(organisation_id=its.id))
    if not its.shown and not editable:
        raise NotFound
    found = await listing.programmes(db, Filter(organisation_id=its.id, drafts=editable), after=after)
    reported = await presences.reported(db, its.id)
    here = f"/organisations/{slug}/programmes"
    return page(
        request,
        "programmes/of_organisation.html",
        owner=its,
        found=[_item(row) for row in found.rows],
        reported=[_reported(row) for row in reported],
        without=sum(row.without for row in reported if row.service_id),
        editable=editable,
        next_href=url(here, after=found.after) if found.after else None,
        first_href=url(here) if after else None,
    )


async def _area(db: AsyncSession, typed: str, country: str) -> places.Found | None:
    """The place that was meant: by its code, else the one whose name is likest."""
    found = await places.search(db, typed, country=country, limit=1)
    return found[0] if found else None


async def _many(db: AsyncSession, looked_for: Filter) -> list[Listed]:
    """The first MOST_ROWS programmes, a thousand at a time, so that no statement takes long."""
    found = await listing.programmes(db, looked_for, size=AT_ONCE)
    rows = list(found.rows)
    while found.after and len(rows) < MOST_ROWS:
        found = await listing.programmes(db, looked_for, after=found.after, size=AT_ONCE)
        rows += found.rows
    return rows


async def _areas(db: AsyncSession, code: str) -> list[UUID] | None:
    within = await places.interval_of(db, code)
    return await listing.areas_meeting(db, within) if within else None


async def _filter(db: AsyncSession, typed: dict[str, str], area: places.Found | None) -> Filter:
    """What is looked for. A service stands for everything under it; a group for those in it, and those it is part of."""
    group, service = read_id(typed["group"]), read_id(typed["service"])
    groups = services = None
    if group:
        index = await vocabulary.group_index(db)
        groups = {group, *index.contained(group), *index.containing(group)}
    if service:
        services = (await vocabulary.tree(db, "service")).within(service)
    looked_for = Filter(
        search=typed["q"],
        states=[State(typed["state"])] if typed["state"] in set(SHOWN) else (),
        groups=groups,
        services=services,
        areas=await _areas(db, area.code) if area else None,
    )
    return await listing.weighed(db, looked_for)


def _title(number: int, area: places.Found | None) -> str:
    if number > COUNTED_TO:
        said = _("More than %(number)s programmes") % {"number": i18n.number(COUNTED_TO)}
    else:
        said = ngettext("%(number)s programme", "%(number)s programmes", number) % {
            "number": i18n.number(number)
        }
    return _("%(programmes)s in %(area)s") % {"programmes": said, "area": area.name} if area else said


def _chips(
    typed: dict[str, str], area: places.Found | None, offered: dict[str, list[Family]]
) -> list[tuple[str, str]]:
    """The filters that are on, each with the address without it."""
    names = {
        str(entry.id): entry.name
        for families in offered.values()
        for family in families
        for entry in family.members
    }
    said = {
        "q": typed["q"],
        "group": names.get(typed["group"], ""),
        "service": names.get(typed["service"], ""),
        "area": area.name if area else "",
        "state": State(typed["state"]).label if typed["state"] in set(SHOWN) else "",
    }
    return [(said[name], url("/programmes", **{**typed, name: ""})) for name in ASKED if said[name]]


def _item(row: Listed) -> dict[str, Any]:
    draft = row.state is State.DRAFT
    return {
        "title": row.title,
        "path": f"/programmes/{row.id}/edit" if draft else f"/programmes/{row.id}",
        "tag": words.state_tag(row.state, suspended=row.suspended),
        "organisation": row.organisation,
        "slug": row.slug,
        "demonstration": row.demonstration,
        "groups": i18n.listed(list(row.groups)),
        "services": i18n.listed(list(row.services)),
        "places": words.places_said(row.areas, row.area_count),
        "numbers": [] if draft else words.numbers_said(row),
    }


def _number(seen: Whole, n: int) -> dict[str, Any]:
    line = seen.lines[n]
    own = line.dates != (seen.starts_on, seen.ends_on)
    return {
        "service": line.service.name,
        "people": words.line_said(line, seen),
        "known": line.people is not None or line.split_by_us,
        "confirmed": words.confirmed_said(line, seen),
        "standing": line.standing.value,
        "dates": words.dates_said(*line.dates) if own else "",
    }


def _reported(row: presences.Reported) -> dict[str, Any]:
    return {
        "service": row.service,
        "places": words.places_said(row.areas, row.area_count),
        "latest": row.latest,
        "sources": i18n.listed(list(row.sources)),
        "ask": row.service_id if row.without and row.service_id else None,
    }


def _csv_lines(row: Listed, site: str) -> list[list[object]]:
    """A programme's rows: one a service, its number blank where it isn't known."""
    areas = "; ".join(row.areas)
    return [
        [
            row.title,
            row.organisation,
            words.state_tag(row.state, suspended=row.suspended)[0],
            row.starts_on,
            row.ends_on,
            "; ".join(row.groups),
            number.service,
            number.people,
            number.counts if number.people is not None or row.together is not None else "",
            row.together,
            row.confirmed_on,
            areas,
            row.area_count,
            f"{site}{url(f'/programmes/{row.id}')}",
        ]
        for number in row.numbers
    ]
