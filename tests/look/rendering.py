"""The templates without the application: a plain environment with stand-ins for the functions that the application gives."""

import gettext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

ROOT = Path(__file__).parents[2]
KEYS = Markup('<input type="hidden" name="csrf" value="c"><input type="hidden" name="request_key" value="k">')


def environment() -> Environment:
    """As the application makes it: autoescape, strict undefined, trimmed blocks, new-style gettext."""
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    nothing = gettext.NullTranslations()
    made.install_gettext_callables(nothing.gettext, nothing.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        url=lambda path: path,
        asset=lambda path: f"/static/{path}",
        form_keys=lambda: KEYS,
        number=lambda value: f"{value:,}",
        percent=lambda share: f"{share:.0%}",
        date=lambda day: day.isoformat(),
        instant=lambda moment: moment.isoformat(" ", "minutes"),
    )
    return made


def page(**more: Any) -> dict[str, Any]:
    """What every page is given; `more` replaces parts of it."""
    arabic = SimpleNamespace(code="ar", name="العربية", href="/ar/gallery")
    return {
        "locale": SimpleNamespace(code="en", dir="ltr", name="English"),
        "languages": [arabic],
        "actor": None,
        "nav": [
            SimpleNamespace(href="/left-out", label="Who is left out", current=False),
            SimpleNamespace(href="/organisations", label="Partners", current=True),
        ],
        "instance": SimpleNamespace(name="Roundtable", country="Nigeria", demonstration=True),
        "theme": None,
        "flash": None,
        "printed": "https://roundtable.example, 25 November 2026",
    } | more
