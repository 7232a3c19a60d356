"""`Needs(Permission.X)`: every route names what it takes, and a route that names nothing is refused."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

import structlog
from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import limits
from app.kernel.actor import ANYWHERE, Actor, Scope
from app.kernel.i18n import N_
from app.kernel.permissions import Permission, may
from app.kernel.refusals import NotAllowed, NotFound, Refused, SignInFirst
from app.kernel.web.cookies import SESSION, browser_id, is_signed, kept, signed
from app.kernel.web.state import web
from app.kernel.web.transactions import Db, has_key

log = structlog.get_logger()
ScopeOf = Callable[[AsyncSession, Mapping[str, str]], Awaitable[Scope]]
"""Finds what a path is about: its organisation and place. Raises NotFound for a path that leads nowhere."""


async def anywhere(db: AsyncSession, path: Mapping[str, str]) -> Scope:
    return ANYWHERE


class Needs:
    """A dependency that lets the request through, as its actor, if they may do `permission` where the path leads."""

    def __init__(self, permission: Permission, at: ScopeOf = anywhere) -> None:
        self.permission = permission
        self.at = at

    async def __call__(self, request: Request, db: Db) -> Actor | None:
        actor = await actor_of(request, db)
        if any("\x00" in str(part) for part in request.path_params.values()):
            raise NotFound
        scope = await self.at(db, request.path_params)
        request.state.scope = scope
        if may(actor, self.permission, scope):
            return actor
        raise NotAllowed if actor else SignInFirst


async def actor_of(request: Request, db: AsyncSession) -> Actor | None:
    """Who is asking: read once a request, by the session cookie."""
    if not hasattr(request.state, "actor"):
        token = kept(request, SESSION)
        shared = web(request)
        actor = request.state.actor = await shared.load_actor(db, token) if token else None
        if actor and shared.note_use:
            await shared.note_use(shared.database, actor)
    return request.state.actor


# What most public pages say: anybody may read, and the head of the page greets who is signed in.
Visitor = Annotated[Actor | None, Depends(Needs(Permission.READ_PUBLIC))]
Someone = Annotated[Actor, Depends(Needs(Permission.USE_ACCOUNT))]


class FormNotOurs(Refused):
    status = 403
    says = N_(
        "This page was open for too long, or cookies are switched off. Go back, reload the page and send it again."
    )


async def only_our_forms(request: Request) -> None:
    """For every form that is sent: it must carry the token of this browser, and not come too often.

    Mounted on all page routers at once in app/main.py, so that no form can forget it.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise FormNotOurs
    form = await request.form()
    token = form.get("csrf")
    if not isinstance(token, str) or not is_signed(request, "form", browser_id(request), token):
        raise FormNotOurs
    request.state.repeatable = has_key(form)
    await limit(request, "forms", most=120)


async def limit(request: Request, what: str, *, most: int) -> None:
    """Count this request among those of whoever is signed in, else of the network. Raises TooMany above `most` a minute."""
    who = kept(request, SESSION) or network_of(request)
    await limits.spend(
        web(request).database, f"{what}:{signed(request, 'who', who)[:32]}", most=most, seconds=60
    )


def network_of(request: Request) -> str:
    """The network that a request comes from; nothing finer is kept or counted."""
    return limits.network_of(request.client.host if request.client else "")


def note_refusal(request: Request, refusal: Refused) -> None:
    """One line for whoever watches: somebody was kept from what they may not do, or from doing it so often."""
    log.warning("request.refused", why=refusal.code, **_whence(request))


def note_sign_in(request: Request, step: str) -> None:
    """One line for whoever watches: how far somebody came with signing in or out."""
    log.info("sign-in", step=step, by="mailed link", **_whence(request))


def _whence(request: Request) -> dict[str, str | None]:
    actor: Actor | None = getattr(request.state, "actor", None)
    return {
        "route": getattr(request.scope.get("route"), "path", "none"),
        "person": str(actor.person_id) if actor else None,
        "network": signed(request, "network", network_of(request))[:16],
    }


def permission_of(endpoint: Callable[..., object]) -> Needs | None:
    """The `Needs` that a route's endpoint declares, for the walk over all routes in the tests."""
    for parameter in inspect.signature(endpoint).parameters.values():
        for mark in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(getattr(mark, "dependency", None), Needs):
                return mark.dependency
    return None
