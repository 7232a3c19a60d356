"""Around every request: its id, its language, how large it may be, the headers that protect, a line in the log."""

import re
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response

from app.kernel import context, i18n
from app.kernel.refusals import TooLarge
from app.kernel.web import metrics
from app.kernel.web.asgi import Asgi, Message, Receive, Scope, Send
from app.kernel.web.repeating import AskAgain, Kept

Broken = Callable[[Request, Exception], Awaitable[Response]]

log = structlog.get_logger()
MEGABYTE = 1 << 20
LARGEST = 10 * MEGABYTE
LARGEST_IMPORT = 100 * MEGABYTE
_HASHED = re.compile(r"^(/static/.+)\.[0-9a-f]{10}(\.(?:css|js))$")
PROTECTION = {
    "content-security-policy": "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "geolocation=(self), camera=(), microphone=(), interest-cohort=()",
    "cross-origin-opener-policy": "same-origin",
}

HTTPS_ONLY = "max-age=63072000; includeSubDomains"
"""Two years, for this host and those below it."""


class Around:
    """The outermost layer of the web application."""

    def __init__(self, app: Asgi, *, languages: frozenset[str], secure: bool, broken: Broken) -> None:
        self.app = app
        self.broken = broken
        self.languages = languages
        self.headers = PROTECTION | ({"strict-transport-security": HTTPS_ONLY} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _given_id(headers.get("x-request-id", "")) or str(uuid.uuid4())
        context.begin(request_id)
        scope["query_string"] = scope["query_string"].replace(b"%00", b"")  # no text of ours can hold a NUL
        asked = _is_kept(scope) or _language(scope, self.languages)
        began, status, started = time.perf_counter(), 500, False

        async def send_protected(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                answered = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    answered.setdefault(name, value)
                answered["x-request-id"] = request_id
                if scope.get("kept"):
                    answered["cache-control"] = scope["kept"]
            await send(message)

        kept = Kept(_limited(scope, headers, receive))
        used = scope
        with i18n.speaking(asked or "en"):
            try:
                used = _copy(scope)
                try:
                    await self.app(used, kept, send_protected)
                except AskAgain:
                    kept.from_the_beginning()
                    used = _copy(scope) | {"asked_again": True}
                    await self.app(used, kept, send_protected)
            except Exception as problem:
                if started:
                    raise
                answer = await self.broken(Request(used, receive), problem)
                await answer(used, receive, send_protected)
            finally:
                _note(used, status, time.perf_counter() - began)


def _copy(scope: Scope) -> dict[str, Any]:
    """`scope` as it came in, for one way through the application, which writes in it."""
    return {**scope, "state": dict(scope.get("state", {}))}


def _language(scope: Scope, languages: frozenset[str]) -> str:
    """Take the language off the front of the path."""
    first, _, rest = scope["path"].removeprefix("/").partition("/")
    if first not in languages or first == "en":
        return "en"
    scope["path"] = f"/{rest}"
    scope["raw_path"] = scope["path"].encode()
    return first


def _is_kept(scope: Scope) -> str:
    """A static address with a hash in it may be kept for good; the file is found without the hash."""
    if not scope["path"].startswith("/static/"):
        return ""
    hashed = _HASHED.match(scope["path"])
    scope["kept"] = "public, max-age=31536000, immutable" if hashed else "public, max-age=86400"
    if hashed:
        scope["path"] = hashed[1] + hashed[2]
        scope["raw_path"] = scope["path"].encode()
    return "en"


def _limited(scope: Scope, headers: Headers, receive: Receive) -> Receive:
    """Refuse a body as soon as it is, or says it will be, too large."""
    most = LARGEST_IMPORT if scope["path"].startswith("/imports") else LARGEST
    announced = headers.get("content-length", "0")
    seen = int(announced) if announced.isdecimal() and len(announced) < 16 else 0
    refused = seen > most
    seen = 0

    async def read() -> Message:
        nonlocal seen
        if refused:
            raise TooLarge(limit=f"{most // MEGABYTE} MB")
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooLarge(limit=f"{most // MEGABYTE} MB")
        return message

    return read


def _given_id(typed: str) -> str:
    try:
        return str(uuid.UUID(typed))
    except ValueError:
        return ""


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "none")
    metrics.note_request(route, scope["method"], status, seconds)
    if not scope["path"].startswith(("/static/", "/healthz/")):
        log.info("request", route=route, method=scope["method"], status=status, ms=round(seconds * 1000, 1))
