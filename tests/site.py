"""Every route of the program, with a real thing for every place in its path: what the walks over all pages use.

A route whose path names something this module doesn't know fails the walks: teach it here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.routing import APIRoute
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import main
from app.kernel.permissions import TABLE, Permission
from app.kernel.web import development
from app.kernel.web.access import Needs, permission_of

PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")

# A thing for each place of a path: SQL on a database with the demonstration. More than one way where
# the same name stands for different things: the first whose pattern is in the path.
THINGS: tuple[tuple[str, str, str], ...] = (
    ("/needs/new", "slug", "SELECT slug FROM organisation WHERE slug = 'council-of-gulani'"),
    ("/contests/new", "slug", "SELECT slug FROM organisation WHERE slug = 'displaced-women-of-yobe-speak'"),
    ("/claim", "slug", "SELECT slug FROM organisation WHERE state = 'listed' ORDER BY id LIMIT 1"),
    ("/contest/", "slug", "SELECT slug FROM organisation WHERE slug = 'quick-harvest-credit'"),
    ("/contest/", "decision_id", "SELECT id FROM decision WHERE outcome = 'declined' ORDER BY id LIMIT 1"),
    ("", "decision_id", "SELECT id FROM decision ORDER BY id LIMIT 1"),
    ("", "invitation_id", "SELECT id FROM invitation ORDER BY id LIMIT 1"),
    ("", "document_id", "SELECT id FROM document ORDER BY id LIMIT 1"),
    ("/decisions/contests/", "contest_id", "SELECT id FROM decision_contest ORDER BY id LIMIT 1"),
    ("/state/", "to", "SELECT 'suspended'"),
    (
        "/matching/needs/",
        "cell_id",
        "SELECT c.id FROM need_cell c JOIN need_statement s ON s.id = c.statement_id "
        "WHERE s.source = 'council-of-gulani' ORDER BY c.id LIMIT 1",
    ),
    (
        "",
        "slug",
        "SELECT slug FROM organisation WHERE demonstration AND state = 'verified' AND kind = 'ngo' ORDER BY id LIMIT 1",
    ),
    ("", "registration_id", "SELECT id FROM registration WHERE state = 'submitted' ORDER BY id LIMIT 1"),
    ("", "other_id", "SELECT id FROM organisation ORDER BY id LIMIT 1"),
    (
        "",
        "organisation_id",
        "SELECT id FROM organisation WHERE demonstration AND state = 'verified' ORDER BY id LIMIT 1",
    ),
    ("/registration/", "step", "SELECT 'work'"),
    ("/programmes/", "step", "SELECT 'what'"),
    ("", "session_id", "SELECT id FROM session ORDER BY id LIMIT 1"),
    ("/sign-in/", "token", "SELECT 'no-such-token'"),
    ("", "programme_id", "SELECT id FROM programme WHERE state = 'running' ORDER BY id LIMIT 1"),
    ("", "cell_id", "SELECT cell_id FROM cell_coverage ORDER BY cell_id LIMIT 1"),
    ("", "statement_id", "SELECT id FROM need_statement ORDER BY id LIMIT 1"),
    ("", "need_id", "SELECT cell_id FROM cell_coverage ORDER BY cell_id LIMIT 1"),
    ("", "contest_id", "SELECT id FROM contest ORDER BY id LIMIT 1"),
    ("", "match_id", "SELECT id FROM match ORDER BY id LIMIT 1"),
    ("", "import_id", "SELECT id FROM import ORDER BY id LIMIT 1"),
    ("", "source_id", "SELECT id FROM source ORDER BY id LIMIT 1"),
    ("", "grant_id", "SELECT id FROM role_grant ORDER BY id LIMIT 1"),
    ("/items/", "code", "SELECT 'C1'"),
    ("/evidence/", "code", "SELECT 'C1'"),
    (
        "/contests/new",
        "cell",
        "SELECT c.id FROM need_cell c JOIN need_statement s ON s.id = c.statement_id "
        "WHERE s.source = 'council-of-gulani' ORDER BY c.id DESC LIMIT 1",
    ),
    ("/commitment/", "code", "SELECT 'C6'"),
    ("", "target", "SELECT '4.1'"),
    ("{scheme}", "code", "SELECT code FROM term WHERE scheme = 'service' ORDER BY position, code LIMIT 1"),
    ("", "scheme", "SELECT 'service'"),
    ("", "code", "SELECT 'NG036'"),
    ("", "job_id", "SELECT '1'"),
)

ASKS: Mapping[str, tuple[str, ...]] = {"/organisations/{slug}/contests/new": ("cell",)}
"""What pages must be asked with, beside their path."""


@dataclass(frozen=True, slots=True)
class Route:
    """A route: its method and path, what it takes, and the function behind it."""

    method: str
    path: str
    needs: Needs | None
    endpoint: Callable[..., Any]
    api: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def places(self) -> list[str]:
        return PLACE.findall(self.path)


def routes() -> list[Route]:
    """Every page and every API route, in the order in which they are mounted."""
    pages = [
        route for router in (*main.PAGES, development.router) for route in _routes(router, "", api=False)
    ]
    return pages + [route for router in main.API for route in _routes(router, "/api/v1", api=True)]


def _routes(router: APIRouter, prefix: str, *, api: bool) -> Iterator[Route]:
    for route in router.routes:
        assert isinstance(route, APIRoute), route
        for method in sorted(route.methods - {"HEAD"}):
            yield Route(method, prefix + route.path, permission_of(route.endpoint), route.endpoint, api)


async def things(db: AsyncSession) -> Callable[[str], Mapping[str, str] | None]:
    """A function from a route's path to a value for each of its places; None where there is no such thing yet."""
    found: dict[tuple[str, str], str] = {}
    for pattern, place, query in THINGS:
        value = await db.scalar(text(query))
        if value is not None:
            found[pattern, place] = str(value)

    def fill(path: str) -> Mapping[str, str] | None:
        values: dict[str, str] = {}
        for place in [*PLACE.findall(path), *ASKS.get(path, ())]:
            known = [pattern for pattern, name, _query in THINGS if name == place and pattern in path]
            assert known, f"tests/site.py does not know what {place} in {path} is"
            if (known[0], place) not in found:
                return None
            values[place] = found[known[0], place]
        return values

    return fill


def address(path: str, values: Mapping[str, str]) -> str:
    where = PLACE.sub(lambda place: values[place[1]], path)
    return f"{where}?{urlencode({name: values[name] for name in ASKS[path]})}" if path in ASKS else where


# Somebody of the demonstration who may, for each permission.
WHO: Mapping[Permission, str] = {
    Permission.READ_QUEUE: "musa@demonstration.example",
    Permission.DECIDE_REGISTRATION: "musa@demonstration.example",
    Permission.DECIDE_CONTEST: "bala@demonstration.example",
    Permission.SET_WEIGHTS: "bala@demonstration.example",
    Permission.RUN_IMPORT: "bala@demonstration.example",
    Permission.EDIT_VOCABULARY: "ife@demonstration.example",
    Permission.READ_AUDIT: "chinwe@demonstration.example",
    Permission.OPERATE: "sadiq@demonstration.example",
    Permission.GRANT_ROLE: "sadiq@demonstration.example",
}
VISITOR, MEMBER = "", "amina@demonstration.example"


# Pages that are about somebody's own organisation, or that ask about something in their address.
OWNERS: Mapping[str, str] = {
    "/organisations/{slug}/needs/new": "ibrahim@demonstration.example",
    "/organisations/{slug}/contests/new": "hadiza@demonstration.example",
    "/matching/needs/{cell_id}": "ibrahim@demonstration.example",
    "/organisations/{slug}/contest/{decision_id}": "danladi@demonstration.example",
    "/decisions/contests/{contest_id}": "ngozi@demonstration.example",
    "/invitations/{invitation_id}": "fatima@demonstration.example",
    "/matching/languages": "bala@demonstration.example",
}


def who_may(permission: Permission, path: str = "") -> str:
    """The address of somebody of the demonstration who has this permission there; "" for a visitor."""
    if path in OWNERS:
        return OWNERS[path]
    if TABLE[permission].everybody:
        return VISITOR
    return WHO.get(permission, MEMBER)


def is_page(route: Route) -> bool:
    """Whether a route shows a page to look at (no download, feed, fragment or document for programs)."""
    download = re.search(
        r"\.(csv|xml|json|xlsx|txt|atom)$|^/documents/|/feed$|/file$|/suggestions$|/similar$|/near$|/beside$",
        route.path,
    )
    return route.method == "GET" and not route.api and not download
