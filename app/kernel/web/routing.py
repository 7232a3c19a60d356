"""Pages are found by the first part of their address, not by trying one route after the other.

There are more than a hundred, and the framework tries those of an included router twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from fastapi import APIRouter, FastAPI
from fastapi.params import Depends
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


def mount(app: FastAPI, routers: Iterable[APIRouter], dependencies: Sequence[Depends]) -> None:
    """Serve the routes of `routers`, each behind `dependencies`, in their order; the document of the API leaves them out."""
    flat = APIRouter(dependency_overrides_provider=app)
    for router in routers:
        for route in router.routes:
            if not isinstance(route, APIRoute):
                raise TypeError(f"{route} is no route of a page")
            flat.add_api_route(
                route.path, route.endpoint, methods=route.methods, name=route.name, response_class=route.response_class,
                dependencies=[*dependencies, *route.dependencies], include_in_schema=False,
            )  # fmt: skip
    app.router.routes.append(_ByFirstPart(flat.routes))


class _ByFirstPart(BaseRoute):
    """Stands for all its routes; the one that fits is left in the scope, as the framework leaves its own."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._routes: dict[str, list[APIRoute]] = defaultdict(list)
        for route in routes:
            if isinstance(route, APIRoute):
                first = _first_part(route.path)
                if "{" in first:
                    raise ValueError(f"{route.path} begins with anything: nothing could be looked up by it")
                self._routes[first].append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        partial: tuple[Match, Scope] = Match.NONE, {}
        if scope["type"] != "http":
            return partial
        for route in self._routes.get(_first_part(scope["path"]), ()):
            match, found = route.matches(scope)
            if match == Match.FULL:
                return match, found
            if match == Match.PARTIAL and not partial[1]:
                partial = match, found
        return partial

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        route: APIRoute = scope["route"]
        await route.handle(scope, receive, send)


def _first_part(path: str) -> str:
    return path.split("/", 2)[1] if path.startswith("/") else path
