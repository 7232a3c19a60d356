"""Answers: a whole page or the fragment of it that was asked for, and the way on after a form."""

from contextvars import ContextVar
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2_fragments import render_block
from markupsafe import Markup

from app.kernel import i18n, time
from app.kernel.actor import Actor
from app.kernel.i18n import url
from app.kernel.ids import new_id
from app.kernel.web import cookies, templates
from app.kernel.web.alike import note_alike
from app.kernel.web.state import web
from app.kernel.web.transactions import REQUEST_KEY

_shown_to: ContextVar[Request] = ContextVar("shown_to")


def page(
    request: Request, template: str, *, fragment: str | None = None, status: int = 200, **context: Any
) -> HTMLResponse:
    """The page `template`, or only its block `fragment` when HTMX asked for part of a page."""
    environment = templates.environment()
    _shown_to.set(request)
    around = _around(request)
    if clash := around.keys() & context.keys():
        raise ValueError(f"the frame of the page has its own {clash}")
    everything = around | context
    if fragment and request.headers.get("hx-request-type") == "partial":
        body = render_block(environment, template, fragment, **everything)
    else:
        body = environment.get_template(template).render(**everything)
    answer = HTMLResponse(body, status_code=status, headers={"Vary": "HX-Request-Type, Cookie"})
    if everything["flash"] is not None:
        cookies.forget(request, answer, cookies.FLASH)
    elif (
        status == 200
        and getattr(request.state, "actor", answer) is None
        and not hasattr(request.state, "browser")
    ):
        note_alike(request)  # no form on it, either
    if getattr(request.state, "actor", None) is not None or status != 200:
        answer.headers["Cache-Control"] = "no-store"
    cookies.keep_browser(request, answer)
    return answer


def see_other(request: Request, path: str, *, flash: str = "") -> Response:
    """On to `path` after a form took effect; `flash` is a finished sentence that the next page shows once."""
    address = url(path)
    request.state.leads_to = address
    answer = RedirectResponse(address, status_code=303)
    if flash:
        text = flash[:800]
        signature = cookies.signed(request, "flash", text)
        cookies.keep(request, answer, cookies.FLASH, quote(f"{signature}{text}"), seconds=60)
    cookies.keep_browser(request, answer)
    return answer


def _around(request: Request) -> dict[str, Any]:
    """What the frame of every page needs."""
    shared = web(request)
    actor: Actor | None = getattr(request.state, "actor", None)
    language = i18n.spoken()
    path = request.scope["path"]
    theme = cookies.kept(request, cookies.THEME)
    menu = [entry for entry in shared.menu if entry.shown(actor)]
    here = max((entry.href for entry in menu if _is_current(path, entry.href)), key=len, default=None)
    return {
        "actor": actor,
        "flash": _flash(request),
        "instance": {
            "name": "Roundtable",
            "country": _country(request),
            "demonstration": shared.demonstration,
            "development": shared.settings.development,
        },
        "languages": [
            {"code": other.code, "name": other.name, "href": _same_page(request, other)}
            for other in i18n.LANGUAGES.values()
            if other != language and (other in i18n.SHIPPED or shared.settings.pseudo_language)
        ],
        "locale": language,
        "nav": [
            {"href": url(entry.href), "label": i18n._(entry.label), "current": entry.href == here}
            for entry in menu
        ],
        "path": path,
        "printed": f"{shared.settings.public_address}{url(path)} · {i18n.day(time.now().date())}",
        "query": request.query_params,
        "theme": theme if theme in {"light", "dark"} else None,
    }


def form_keys() -> Markup:
    """The hidden inputs of every form: that it is ours, and that it takes effect once."""
    request = _shown_to.get()
    return Markup(
        '<input type="hidden" name="csrf" value="{}"><input type="hidden" name="{}" value="{}">'
    ).format(cookies.csrf_token(request), REQUEST_KEY, new_id())


def instant(at: datetime) -> str:
    """A moment by the clock of whoever reads the page (UTC, and saying so, for a visitor)."""
    actor: Actor | None = getattr(_shown_to.get().state, "actor", None)
    return i18n.instant(at, actor.time_zone) if actor else f"{i18n.instant(at)} UTC"


templates.add_globals(form_keys=form_keys, instant=instant)


def _flash(request: Request) -> dict[str, str] | None:
    kept = unquote(cookies.kept(request, cookies.FLASH))
    signature, text = kept[:64], kept[64:]
    if text and cookies.is_signed(request, "flash", text, signature):
        return {"kind": "good", "text": text}
    return None


def _country(request: Request) -> str:
    names = web(request).country_names
    return names.get(i18n.spoken().code) or names.get("en") or web(request).settings.country


def _same_page(request: Request, other: i18n.Language) -> str:
    with i18n.speaking(other.code):
        here = url(request.scope["path"])
    asked = request.scope["query_string"].decode("latin-1")
    return f"{here}?{asked}" if asked else here


def _is_current(path: str, href: str) -> bool:
    return path == href or path.startswith(f"{href}/")
