"""Cookies and the keys made from them. We set none that needs asking: a sign-in, and a browser's own id."""

import hashlib
import hmac
import secrets
from typing import Final

from fastapi import Request, Response

from app.kernel.web.state import web

SESSION: Final = "rt_session"
BROWSER: Final = "rt_browser"
FLASH: Final = "rt_flash"
THEME: Final = "theme"
HOST: Final = "__Host-"
"""In front of a name in production: a browser takes it from this very host only, encrypted; no neighbour can set it."""
_YEAR = 365 * 24 * 3600


def kept(request: Request, name: str) -> str:
    """What the browser sent of a cookie of ours; "" if nothing."""
    return request.cookies.get(_full(request, name), "")


def keep(request: Request, response: Response, name: str, value: str, seconds: int = _YEAR) -> None:
    """Set a cookie that only we read, and that other sites can't make a browser send with a form."""
    secure = not web(request).settings.development
    full = _full(request, name)
    response.set_cookie(full, value, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/")


def forget(request: Request, response: Response, name: str) -> None:
    keep(request, response, name, "", seconds=0)


def _full(request: Request, name: str) -> str:
    return name if web(request).settings.development else HOST + name


def browser_id(request: Request) -> str:
    """The id of this browser; a new one is made (and kept by `keep_browser`) where there is none."""
    known: str | None = kept(request, BROWSER) or getattr(request.state, "browser", None)
    if not known or len(known) > 100:
        known = secrets.token_urlsafe(24)
    request.state.browser = known
    return known


def keep_browser(request: Request, response: Response) -> None:
    """Keep the browser's id if a page needed one for its forms."""
    known = getattr(request.state, "browser", None)
    if known and kept(request, BROWSER) != known:
        keep(request, response, BROWSER, known)


def signed(request: Request, purpose: str, value: str) -> str:
    """A keyed hash of `value` for one purpose, in 43 letters."""
    key = web(request).settings.secret.encode()
    return hmac.new(key, f"{purpose}\x1f{value}".encode(), hashlib.sha256).hexdigest()


def is_signed(request: Request, purpose: str, value: str, signature: str) -> bool:
    # As bytes: a text that somebody made up may hold any letter.
    return hmac.compare_digest(signed(request, purpose, value).encode(), signature.encode())


def csrf_token(request: Request) -> str:
    """What every form carries, so that only our own pages, in this very browser, can send it."""
    return signed(request, "form", browser_id(request))
