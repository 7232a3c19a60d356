"""The vocabulary editor: add an entry, change it in all languages side by side, retire it, bring it back, link it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.actor import Actor
from app.kernel.forms import errors_beside
from app.kernel.i18n import _
from app.kernel.permissions import Permission
from app.kernel.refusals import Refused
from app.kernel.versions import ChangedMeanwhile, Difference
from app.kernel.web.access import Needs
from app.kernel.web.answers import page, see_other
from app.kernel.web.conflicts import Shown, coming_back, version_seen
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.vocabulary.forms import EntryForm, LinkForm, ReasonForm, filled
from app.vocabulary.pages.register import kind_of
from app.vocabulary.pages.words import label_of, languages, value_of
from app.vocabulary.queries import catalogue, entries
from app.vocabulary.rules.entries import NameTaken
from app.vocabulary.rules.schemes import Scheme
from app.vocabulary.service import entries as service

router = APIRouter(prefix="/vocabulary-editor")
Editor = Annotated[Actor, Depends(Needs(Permission.EDIT_VOCABULARY))]


@router.get("/{scheme}")
async def new_entry(request: Request, scheme: str, actor: Editor, db: Reading) -> Response:
    kind = kind_of(scheme)
    return await _show_new(
        request, db, kind, {"direction": "ltr", "flag_offered": "yes", "flag_is_need": "yes"}, {}
    )


@router.post("/{scheme}")
async def add_entry(request: Request, scheme: str, actor: Editor, db: Writing) -> Response:
    kind = kind_of(scheme)
    typed = await typed_in(request)
    try:
        form = EntryForm.read(typed)
        facets = form.facets() if scheme == "group" else None
        rows = await catalogue.everything(db, scheme)
        last = max((row.position for row in rows), default=0)
        await service.add_entry(db, actor, scheme, form.code, form.wording(kind, last), form.reason, facets)
    except Refused as problem:
        await db.rollback()
        return await _show_new(request, db, kind, typed, errors_beside(problem), _taken(problem))
    return see_other(
        request, f"/vocabulary/{scheme}/{form.code}", flash=_("Added. It can be chosen from now on.")
    )


@router.get("/{scheme}/{code}")
async def entry_form(request: Request, scheme: str, code: str, actor: Editor, db: Reading) -> Response:
    entry = await catalogue.entry(db, scheme, code)
    return await _show(request, db, entry, Shown(filled(entry), {}))


@router.post("/{scheme}/{code}")
async def edit_entry(request: Request, scheme: str, code: str, actor: Editor, db: Writing) -> Response:
    kind = kind_of(scheme)
    typed = await typed_in(request)
    try:
        form = EntryForm.read(typed)
        await service.edit_entry(
            db, actor, scheme, code, version_seen(typed), form.wording(kind), form.reason
        )
    except Refused as problem:
        await db.rollback()
        differences = _in_words(kind, problem) if isinstance(problem, ChangedMeanwhile) else None
        shown = coming_back(problem, typed, differences=differences)
        return await _show(request, db, await catalogue.entry(db, scheme, code), shown, _taken(problem))
    return see_other(
        request, f"/vocabulary/{scheme}/{code}", flash=_("Saved. How it stood before is in its history.")
    )


@router.get("/{scheme}/{code}/retirement")
async def retirement_form(request: Request, scheme: str, code: str, actor: Editor, db: Reading) -> Response:
    return page(
        request, "vocabulary/retirement.html", **await _retirement(db, scheme, code), typed={}, errors={}
    )


@router.post("/{scheme}/{code}/retirement")
async def retire_entry(request: Request, scheme: str, code: str, actor: Editor, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        await service.retire_entry(db, actor, scheme, code, ReasonForm.read(typed).reason)
    except Refused as problem:
        return await _retirement_refused(request, db, scheme, code, typed, problem)
    return see_other(
        request,
        f"/vocabulary/{scheme}/{code}",
        flash=_("Retired. What names it keeps it; nobody can choose it any more."),
    )


@router.post("/{scheme}/{code}/return")
async def bring_back_entry(request: Request, scheme: str, code: str, actor: Editor, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        await service.bring_back_entry(db, actor, scheme, code, ReasonForm.read(typed).reason)
    except Refused as problem:
        return await _retirement_refused(request, db, scheme, code, typed, problem)
    return see_other(request, f"/vocabulary/{scheme}/{code}", flash=_("It is back, and can be chosen again."))


@router.get("/commitment/{code}/links")
async def links_form(request: Request, code: str, actor: Editor, db: Reading) -> Response:
    return page(request, "vocabulary/links.html", **await _links(db, code), typed={}, errors={})


@router.post("/commitment/{code}/links")
async def link_entries(request: Request, code: str, actor: Editor, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        form = LinkForm.read(typed)
        await service.link_entries(db, actor, code, form.target, form.said(), form.reason)
    except Refused as problem:
        await db.rollback()
        errors = {
            "said_en" if field == "name_en" else field: said for field, said in errors_beside(problem).items()
        }
        return page(
            request, "vocabulary/links.html", status=422, **await _links(db, code), typed=typed, errors=errors
        )
    return see_other(request, f"/vocabulary/commitment/{code}", flash=_("Linked."))


@router.post("/commitment/{code}/links/{target}/end")
async def unlink_entries(request: Request, code: str, target: str, actor: Editor, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        await service.unlink_entries(db, actor, code, target, ReasonForm.read(typed).reason)
    except Refused as problem:
        await db.rollback()
        said = errors_beside(problem)
        beside = f"reason-{target}"  # the page asks for a reason more than once
        return page(
            request, "vocabulary/links.html", status=problem.status, **await _links(db, code),
            typed={beside: typed.get("reason", "")}, errors={beside: "".join(said.values())},
        )  # fmt: skip
    return see_other(request, f"/vocabulary/commitment/{code}", flash=_("The link is taken away."))


async def _show(
    request: Request, db: AsyncSession, entry: catalogue.Listed, shown: Shown, taken: str = ""
) -> Response:
    kind = kind_of(entry.scheme)
    return page(
        request, "vocabulary/edit.html", status=shown.status, kind=kind, entry=entry, typed=shown.typed,
        errors=shown.errors, differences=shown.differences, taken=taken, **await _offers(db, kind, besides=entry.code),
    )  # fmt: skip


def _in_words(kind: Scheme, problem: ChangedMeanwhile) -> list[Difference]:
    return [
        Difference(d.field, label_of(kind, d.field), value_of(d.now), value_of(d.yours))
        for d in problem.differences
    ]


def _taken(problem: Refused) -> str:
    """The code of the entry that has the name already, which the page leads to."""
    return str(problem.facts["taken"]) if isinstance(problem, NameTaken) else ""


async def _show_new(
    request: Request, db: AsyncSession, kind: Scheme, typed: Given, errors: dict[str, str], taken: str = ""
) -> Response:
    if not kind.open:
        raise service.ListMadeElsewhere
    offers = await _offers(db, kind)
    return page(
        request,
        "vocabulary/new.html",
        status=422 if errors else 200,
        kind=kind,
        typed=typed,
        errors=errors,
        taken=taken,
        **offers,
    )


async def _offers(db: AsyncSession, kind: Scheme, besides: str = "") -> dict[str, Any]:
    above = await entries.entries(db, kind.parent_scheme)
    return {
        "languages_worded": languages(),
        "parents": [
            (e.code, f"{e.code}: {e.name}" if e.code != e.name else e.name)
            for e in above
            if e.code != besides
        ],
        "standards": [(name, _(label)) for name, label in (kind.standards or {}).items()],
        "flags": [(name, _(label)) for name, label in (kind.flags or {}).items()],
    }


async def _retirement(db: AsyncSession, scheme: str, code: str) -> dict[str, Any]:
    seen = await catalogue.shown(db, scheme, code)
    return {
        "kind": kind_of(scheme),
        "entry": seen.entry,
        "below": [c for c in seen.children if c.retired_at is None],
    }


async def _retirement_refused(
    request: Request, db: AsyncSession, scheme: str, code: str, typed: Given, problem: Refused
) -> Response:
    await db.rollback()
    shown = await _retirement(db, scheme, code)
    errors = errors_beside(problem)
    return page(
        request, "vocabulary/retirement.html", status=problem.status, **shown, typed=typed, errors=errors
    )


async def _links(db: AsyncSession, code: str) -> dict[str, Any]:
    seen = await catalogue.shown(db, "commitment", code)
    linked = {link.code for link in seen.links}
    targets = [
        (t.code, f"{t.code} {t.name}")
        for t in await entries.entries(db, "sdg_target")
        if t.code not in linked
    ]
    return {"entry": seen.entry, "links": seen.links, "targets": targets, "languages_worded": languages()}
