"""Atom feeds (RFC 4287): what is new, for whoever follows it with a reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from fastapi import Request, Response

from app.kernel import i18n, time
from app.kernel.i18n import url
from app.kernel.web.state import web

_ALLOWED = str.maketrans(dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], None))


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry: `id` the record's, `path` without language, `author` the organisation that it is by."""

    id: object
    path: str
    title: str
    summary: str
    published: datetime
    updated: datetime
    author: str


def atom_feed(
    request: Request,
    path: str,
    title: str,
    entries: Sequence[FeedEntry],
    *,
    after: str | None = None,
    next_after: str | None = None,
) -> Response:
    """The feed at `path`; `after` is the cursor of this archive page (None: the newest), `next_after` of the next."""
    site = web(request).settings.public_address
    here = f"{site}{url(path, after=after)}"
    ids = f"tag:{site.split('//')[-1].split('/')[0].split(':')[0]},2026:"
    updated = max((entry.updated for entry in entries), default=time.now())
    links = [("self", here), ("alternate", f"{site}{url(path.removesuffix('.atom'))}")]
    if next_after:
        links.append(("next", f"{site}{url(path, after=next_after)}"))
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{i18n.spoken().code}">',
        _element("id", f"{ids}{path}"),
        _element("title", title),
        _element("updated", _stamp(updated)),
        *(f'<link rel="{rel}" href={quoteattr(href)}/>' for rel, href in links),
        *(_entry(entry, ids, site) for entry in entries),
        "</feed>",
    ]
    return Response("\n".join(parts), media_type="application/atom+xml; charset=utf-8")


def _entry(entry: FeedEntry, ids: str, site: str) -> str:
    return "".join(
        (
            "<entry>",
            _element("id", f"{ids}{entry.id}"),
            _element("title", entry.title),
            f'<link rel="alternate" href={quoteattr(f"{site}{url(entry.path)}")}/>',
            _element("published", _stamp(entry.published)),
            _element("updated", _stamp(entry.updated)),
            f"<author>{_element('name', entry.author)}</author>",
            _element("summary", entry.summary),
            "</entry>",
        )
    )


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text.translate(_ALLOWED))}</{name}>"


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
