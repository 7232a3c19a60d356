"""The vocabulary for everybody: its kinds, its entries, their translations, codes and history; and as a file."""

from collections.abc import Iterator, Sequence

from fastapi import APIRouter, Request, Response

from app.kernel.actor import ANYWHERE, Actor
from app.kernel.i18n import _
from app.kernel.permissions import Permission, may
from app.kernel.refusals import NotFound
from app.kernel.web.access import Visitor
from app.kernel.web.answers import page
from app.kernel.web.files import csv_file
from app.kernel.web.transactions import Reading
from app.vocabulary.pages.words import changed, facts_of, wordings
from app.vocabulary.queries import catalogue
from app.vocabulary.queries.catalogue import Listed
from app.vocabulary.rules.schemes import BY_CODE, LANGUAGES, Scheme

router = APIRouter()


@router.get("/vocabulary")
async def kinds(request: Request, actor: Visitor, db: Reading) -> Response:
    return page(request, "vocabulary/kinds.html", kinds=await catalogue.counted(db))


@router.get("/vocabulary/{scheme}.csv")
async def as_file(request: Request, scheme: str, actor: Visitor, db: Reading) -> Response:
    rows = await catalogue.everything(db, scheme)
    return csv_file(request, f"vocabulary-{scheme}", _table(BY_CODE[scheme], rows))


@router.get("/vocabulary/{scheme}")
async def entries(
    request: Request, scheme: str, actor: Visitor, db: Reading, q: str = "", after: str | None = None
) -> Response:
    found, number = await catalogue.part(db, scheme, search=q[:100], after=after)
    return page(
        request,
        "vocabulary/entries.html",
        fragment="results",
        kind=BY_CODE[scheme],
        found=found,
        number_found=number,
        typed={"q": q[:100]},
        first=after is None,
        editor=is_editor(actor),
    )


@router.get("/vocabulary/{scheme}/{code}")
async def entry(request: Request, scheme: str, code: str, actor: Visitor, db: Reading) -> Response:
    kind = kind_of(scheme)
    seen = await catalogue.shown(db, scheme, code)
    return page(
        request,
        "vocabulary/entry.html",
        kind=kind,
        entry=seen.entry,
        children=seen.children,
        links=seen.links,
        facts_shown=facts_of(kind, seen.entry),
        wordings=wordings(seen.entry),
        history=[
            {
                "made": edited,
                "who": _("An editor") if edited.by_person else _("The program"),
                "changes": changed(kind, list(edited.changes)),
            }
            for edited in seen.history
        ],
        editor=is_editor(actor),
        typed={},
        errors={},
    )


def is_editor(actor: Actor | None) -> bool:
    return may(actor, Permission.EDIT_VOCABULARY, ANYWHERE)


def kind_of(scheme: str) -> Scheme:
    """Raises NotFound."""
    if kind := BY_CODE.get(scheme):
        return kind
    raise NotFound


def _table(kind: Scheme, rows: Sequence[Listed]) -> Iterator[list[str]]:
    """As the vocabulary's own files: a column a language, blank where there are no words."""
    plain = ["status", "sex", "age", "disability"] if kind.code == "group" else []
    plain += ["own_name", "direction"] if kind.code == "language" else []
    standards, flags = list(kind.standards or ()), list(kind.flags or ())
    words = ["name", "plain", *([kind.nouns] if kind.nouns else [])]
    columns = [f"{part}_{language}" for part in words for language in LANGUAGES]
    yield ["code", "parent", "position", *plain, *flags, *standards, *columns, "retired"]
    for row in rows:
        said = (row.names, row.descriptions, row.nouns)[: len(words)]
        yield [
            row.code, row.parent or "", str(row.position), *(str(row.facts.get(fact) or "") for fact in plain),
            *("yes" if row.facts.get(flag) else "no" for flag in flags), *(row.codes.get(x, "") for x in standards),
            *(texts.get(language, "") for texts in said for language in LANGUAGES),
            row.retired_at.date().isoformat() if row.retired_at else "",
        ]  # fmt: skip
