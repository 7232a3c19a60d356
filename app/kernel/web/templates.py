"""The Jinja environment: autoescape on, undefined names fail, translated, with assets that can be kept for a year."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, cast

import jinja2
from markupsafe import Markup

from app.kernel import i18n
from app.kernel.settings import settings
from app.kernel.web.folding import Folding

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"


_more: dict[str, Any] = {}


def add_globals(**functions: Any) -> None:
    """Give every template a function. Called while modules are imported, before the first page is made."""
    _more.update(functions)


def environment() -> jinja2.Environment:
    """The templates in the language being spoken."""
    return _environment(i18n.spoken().code)


@cache
def _environment(language: str) -> jinja2.Environment:
    edited = settings().development
    sure: dict[str, Any] = {
        "asset": asset,
        "date": i18n.day,
        "listed": i18n.listed,
        "month": i18n.month,
        "number": i18n.number,
        "percent": i18n.percent,
        "url": i18n.url,
    }
    made: Any = Folding(
        translate=i18n._,
        pure=sure,
        macros=not edited,
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=edited,
        cache_size=-1,
    )
    made.install_gettext_callables(i18n._, i18n.ngettext, newstyle=True)
    made.globals |= {**sure, "ngettext": _counted, **_more}
    return cast(jinja2.Environment, made)


@jinja2.pass_eval_context
def _counted(context: Any, singular: str, plural: str, count: int, **said: Any) -> str:
    """The sentence for a count, which is `num` in it, written as this language writes numbers."""
    sentence = i18n.ngettext(singular, plural, count)
    safe = Markup(sentence) if context.autoescape else sentence  # noqa: S704 - the catalogues are ours
    return safe % {"num": i18n.number(count), **said}


@cache
def asset(name: str) -> str:
    """The address of a static file. Style and script carry a hash of their content and are kept for a year."""
    file = STATIC / name
    if file.suffix not in {".css", ".js"}:
        return f"/static/{name}"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:10]
    return f"/static/{file.relative_to(STATIC).with_suffix('')}.{digest}{file.suffix}"
