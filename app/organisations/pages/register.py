"""The public register: partners as a list, a map, a table and a feed; what a name resembles; a partner's page."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.actor import Actor, Role, Scope
from app.kernel.i18n import _, day, listed, ngettext, number, url
from app.kernel.permissions import Permission, may
from app.kernel.refusals import NotFound
from app.kernel.text import clean
from app.kernel.web.access import Visitor, limit
from app.kernel.web.answers import page
from app.kernel.web.feeds import FeedEntry, atom_feed
from app.kernel.web.files import csv_file
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading
from app.organisations.models import LISTED
from app.organisations.pages.maps import map_of
from app.organisations.pages.searching import asked_in, regions_of
from app.organisations.queries import profile as profiles
from app.organisations.queries import register as queries
from app.organisations.queries.decisions import Decided, decisions_about
from app.organisations.queries.people import standing_of
from app.organisations.queries.profile import Profile
from app.organisations.queries.register import Exported, Listed
from app.organisations.queries.similar import Looks, similar_to
from app.organisations.rules.identifiers import SCHEMES
from app.organisations.rules.registration import NAMES, State
from app.places import queries as places

router = APIRouter()
MOST_ROWS = 10_000
"""Rows of a table that is made while somebody waits; whoever wants more asks the API, part by part."""
_AT_ONCE = 1000


@router.get("/organisations")
async def partners(request: Request, actor: Visitor, db: Reading, after: str | None = None) -> Response:
    country = web(request).settings.country
    asked = await asked_in(request, db, country)
    words = await queries.understand(db, asked.q)
    found = await queries.partners(db, asked.looked_for, words, after=after)
    counts = await queries.count(db, asked.looked_for, words, country)
    return page(
        request,
        "organisations/partners.html",
        fragment="results",
        found=[_item(row) for row in found.rows],
        asked=asked,
        title=asked.title(counts.total),
        empty=asked.why_empty(no_such_name=words.finds_nothing) if not found.rows else None,
        facets=asked.facets(counts, await regions_of(db, country)),
        typed={"q": asked.q, "place": asked.place},
        candidates=[(place.id, place.name, place.where) for place in asked.found],
        next_href=asked.href(after=found.after) if found.after else None,
        first_href=asked.href() if after else None,
    )


@router.get("/organisations.csv")
async def table(request: Request, actor: Visitor, db: Reading) -> Response:
    """The list as a table, by id: the first MOST_ROWS partners of what is looked for."""
    asked = await asked_in(request, db, web(request).settings.country)
    words = await queries.understand(db, asked.q)
    rows: list[Exported] = []
    while len(rows) < MOST_ROWS:
        more = await queries.exported(
            db, asked.looked_for, words, after=rows[-1].id if rows else None, size=_AT_ONCE
        )
        rows += more
        if len(more) < _AT_ONCE:
            break
    return csv_file(request, "partners", [*_heads(), *_lines(rows, web(request).settings.public_address)])


@router.get("/organisations.atom")
async def feed(request: Request, actor: Visitor, db: Reading) -> Response:
    """The partners of what is looked for that are new or changed last."""
    asked = await asked_in(request, db, web(request).settings.country)
    rows = await queries.latest(db, asked.looked_for, await queries.understand(db, asked.q))
    entries = [
        FeedEntry(
            row.id,
            f"/organisations/{row.slug}",
            row.name,
            f"{row.kind.label}. {listed(list(row.services))}".strip(),
            row.created_at,
            row.changed_at,
            row.name,
        )
        for row in rows
    ]
    return atom_feed(request, "/organisations.atom", _("Partners"), entries)


@router.get("/organisations/feed")
async def feed_moved(request: Request, actor: Visitor) -> Response:
    return RedirectResponse(url("/organisations.atom", **dict(request.query_params)), status_code=301)


@router.get("/organisations/similar")
async def similar(
    request: Request, actor: Visitor, db: Reading, name: str = "", acronym: str = ""
) -> Response:
    """What the name that somebody is typing resembles, as a part of the page; 30 times a minute."""
    await limit(request, "similar", most=30)
    found = (
        await similar_to(db, Looks(clean(name)[:200], clean(acronym)[:30])) if len(name.strip()) >= 3 else []
    )
    return page(request, "organisations/similar.html", fragment="found", similar=found)


@router.get("/organisations/{slug}")
async def profile(request: Request, slug: str, actor: Visitor, db: Reading) -> Response:
    try:
        seen = await profiles.profile(db, slug)
    except NotFound:
        moved = await profiles.moved_to(db, slug)
        if moved is None:
            raise
        return RedirectResponse(url(f"/organisations/{moved}"), status_code=301)
    decided = await decisions_about(db, seen.id)
    return page(
        request,
        "organisations/profile.html",
        partner=seen,
        about=_facts(seen),
        log=[_log_entry(row) for row in decided],
        map=await map_of(db, seen.areas, web(request).settings.country),
        mine=await _mine(db, actor, seen),
    )


async def _mine(db: AsyncSession, actor: Actor | None, seen: Profile) -> dict[str, bool]:
    """What the reader may do from here."""
    if actor is None:
        return {"edit": False, "member": False, "asked": False, "registrar": False}
    position = await _position(db, seen)
    scope = Scope(organisation_id=seen.id, position=position)
    member = actor.role_in(seen.id) is not None
    return {
        "edit": may(actor, Permission.EDIT_ORGANISATION, scope),
        "member": member,
        "asked": not member and await standing_of(db, actor, seen.id) == "asked",
        "registrar": actor.holds(Role.REGISTRAR, position),
    }


async def _position(db: AsyncSession, seen: Profile) -> int:
    span = await places.interval_of(db, seen.home.code) if seen.home else None
    return span[0] if span else -1


def _item(row: Listed) -> dict[str, Any]:
    """A partner in the words of the list."""
    more = row.services_in_all - len(row.services)
    services = list(row.services)
    if more > 0:
        services.append(ngettext("%(number)s more", "%(number)s more", more) % {"number": number(more)})
    return {
        "name": f"{row.name} ({row.acronym})" if row.acronym and row.acronym != row.name else row.name,
        "href": url(f"/organisations/{row.slug}"),
        "kind": row.kind.label,
        "services": listed(services),
        "areas": _some(row.areas, row.areas_in_all),
        "reported": _some(row.reported, row.reported_in_all),
        "reported_by": listed(list(row.reported_by)),
        "home": row.home,
        "state": row.state,
        "demonstration": row.demonstration,
    }


def _some(names: Sequence[str], in_all: int) -> str:
    """The first names of a list, and how many more there are."""
    said, further = ", ".join(names), in_all - len(names)
    if further <= 0:
        return said
    more = ngettext("%(areas)s and %(number)s more", "%(areas)s and %(number)s more", further)
    return more % {"areas": said, "number": number(further)}


def _facts(seen: Profile) -> list[tuple[str, str]]:
    """Short facts for the side of the page."""
    named = {relation: listed([name for _id, name in terms]) for relation, terms in seen.terms.items()}
    rows = [
        (_("Seat"), seen.home.name if seen.home else ""),
        (_("Since"), str(seen.founded_year or "")),
        (_("Languages"), named.get("language", "")),
        (_("Access"), named.get("access", "")),
        (_("Paid staff"), _band(seen.staff)),
        (_("Volunteers"), _band(seen.volunteers)),
        *(
            (_(SCHEMES.get(scheme, "")) or _("Registration number"), printed)
            for scheme, printed in seen.numbers
        ),
        (_("Also known as"), listed(list(seen.also_known_as))),
    ]
    return [(name, value) for name, value in rows if value]


def _band(band: str) -> str:
    return _("None") if band == "0" else band


def _log_entry(row: Decided) -> dict[str, Any]:
    return {
        "title": row.outcome.label,
        "text": _("%(who)s, %(day)s. %(reason)s")
        % {
            "reason": row.reason,
            "who": row.authors,
            "day": day(row.at.date()),
        },
        "href": url(f"/decisions/{row.id}"),
        "link": _("See the decision"),
    }


def _heads() -> list[list[str]]:
    return [
        [
            _("Id"),
            _("Name"),
            _("Short name"),
            _("Kind"),
            _("State"),
            _("Seat"),
            _("Code of the seat"),
            _("Services"),
            _("For whom"),
            _("Languages"),
            _("Codes of areas"),
            _("Services, as reported"),
            _("Codes of areas, as reported"),
            _("Reported by"),
            _("Website"),
            _("Telephone"),
            _("E-mail"),
            _("Since"),
            _("Verified until"),
            _("Source"),
            _("Demonstration"),
            _("Address"),
        ],
        [
            "#org+id",
            "#org+name",
            "#org+acronym",
            "#org+type",
            "#status",
            "#loc+name",
            "#loc+code",
            "#service+list",
            "#beneficiary+list",
            "#org+languages",
            "#adm+code+list",
            "#service+list+reported",
            "#adm+code+list+reported",
            "#meta+source+list",
            "#org+url",
            "#contact+phone",
            "#contact+email",
            "#date+founded",
            "#date+end",
            "#meta+source",
            "#meta+demonstration",
            "#meta+url",
        ],
    ]


def _lines(rows: Sequence[Exported], site: str) -> Iterator[list[object]]:
    for row in rows:
        state = _("Listed, not registered") if row.state == LISTED else _(NAMES[State(row.state)])
        yield [
            row.id,
            row.name,
            row.acronym,
            row.kind.label,
            state,
            row.home,
            row.home_code,
            "; ".join(row.services),
            "; ".join(row.groups),
            "; ".join(row.languages),
            "; ".join(row.areas),
            "; ".join(row.reported_services),
            "; ".join(row.reported_areas),
            "; ".join(row.reported_by),
            row.website,
            row.phone,
            row.public_email,
            row.founded_year,
            row.expires_on,
            row.listed_source,
            _("yes") if row.demonstration else "",
            f"{site}{url(f'/organisations/{row.slug}')}",
        ]
