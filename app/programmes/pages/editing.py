"""Writing a programme down: one page a step, a list of what is left, publishing it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import i18n, time
from app.kernel.actor import Actor
from app.kernel.forms import Mistakes, errors_beside
from app.kernel.i18n import _
from app.kernel.ids import read_id
from app.kernel.permissions import Permission
from app.kernel.refusals import NotFound, Refused
from app.kernel.web.access import Needs
from app.kernel.web.answers import page, see_other
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import typed_in
from app.organisations.queries.access import at_organisation, id_of
from app.programmes.forms import WhatForm
from app.programmes.pages.answers import answers_of
from app.programmes.pages.moving import show_tasks
from app.programmes.pages.steps import PROGRAMME, what_offers
from app.programmes.queries import presences, whole
from app.programmes.queries.access import at_programme
from app.programmes.queries.owner import owner
from app.programmes.queries.whole import Whole
from app.programmes.rules.states import EDITABLE, PUBLISHED, State
from app.programmes.rules.steps import Step
from app.programmes.service import drafting, moves

router = APIRouter()
Beginner = Annotated[Actor, Depends(Needs(Permission.EDIT_PROGRAMME, at=at_organisation))]
Editor = Annotated[Actor, Depends(Needs(Permission.EDIT_PROGRAMME, at=at_programme))]


@router.get("/organisations/{slug}/programmes/new")
async def begin_form(
    request: Request, slug: str, actor: Beginner, db: Reading, service: str = ""
) -> Response:
    """The first step. With `service`: of a programme that sources name already, begun with its areas."""
    its = await owner(db, slug)
    drafting.check_may_begin(its.state)
    offers = await what_offers(db)
    named = next(
        (e for family in offers["services"] for e in family.members if e.id == read_id(service)), None
    )
    areas = await presences.areas_without(db, its.id, named.id) if named else []
    typed = {"title": named.name, "service": [str(named.id)], "named": str(named.id)} if named else {}
    return page(
        request,
        "programmes/begin.html",
        slug=slug,
        typed=typed,
        errors={},
        named=named,
        area_count=len(areas),
        **offers,
    )


@router.post("/organisations/{slug}/programmes/new")
async def begin(request: Request, slug: str, actor: Beginner, db: Writing) -> Response:
    typed = await typed_in(request)
    organisation_id = await id_of(db, slug)
    named = read_id(str(typed.get("named") or ""))
    areas = await presences.areas_without(db, organisation_id, named) if named else []
    try:
        programme_id = await drafting.begin_programme(
            db, actor, slug, WhatForm.read(typed).what(i18n.spoken().code), areas
        )
    except (Mistakes, drafting.NoSuchEntry) as problem:
        await db.rollback()
        return page(
            request,
            "programmes/begin.html",
            status=422,
            slug=slug,
            typed=typed,
            errors=errors_beside(problem),
            named=None,
            area_count=len(areas),
            **await what_offers(db),
        )
    return see_other(
        request, PROGRAMME.after(await whole.whole(db, programme_id), typed, Step.WHAT), flash=_("Saved.")
    )


@router.get("/programmes/{programme_id}/edit")
async def tasks(request: Request, programme_id: UUID, actor: Editor, db: Reading) -> Response:
    """Where a programme stands: what is written, what is left, and what can be done with it."""
    return show_tasks(request, await whole.whole(db, programme_id))


@router.get("/programmes/{programme_id}/edit/check")
async def check(request: Request, programme_id: UUID, actor: Editor, db: Reading) -> Response:
    return _check(request, await whole.whole(db, programme_id))


@router.post("/programmes/{programme_id}/edit/check")
async def publish(request: Request, programme_id: UUID, actor: Editor, db: Writing) -> Response:
    typed = await typed_in(request)
    state = str(typed.get("state") or "")
    try:
        await moves.publish(db, actor, programme_id, State(state) if state in set(State) else State.DRAFT)
    except Refused as problem:
        if isinstance(problem, NotFound):
            raise
        await db.rollback()
        seen = await whole.whole(db, programme_id)
        return _check(request, seen, {"state": state}, errors_beside(problem), status=problem.status)
    return see_other(
        request,
        f"/programmes/{programme_id}",
        flash=_("Published. Everybody finds it now, and its numbers go into who is left out."),
    )


@router.get("/programmes/{programme_id}/edit/{step}")
async def step_form(request: Request, programme_id: UUID, step: str, actor: Editor, db: Reading) -> Response:
    return await PROGRAMME.form(request, db, await _open(db, programme_id), step)


@router.post("/programmes/{programme_id}/edit/{step}")
async def save_step(request: Request, programme_id: UUID, step: str, actor: Editor, db: Writing) -> Response:
    return await PROGRAMME.save(request, db, actor, lambda: _open(db, programme_id), step)


async def _open(db: AsyncSession, programme_id: UUID) -> Whole:
    """The programme, as long as it may be changed. Raises NotFound."""
    seen = await whole.whole(db, programme_id)
    if seen.state not in EDITABLE:
        raise NotFound
    return seen


def _check(
    request: Request,
    seen: Whole,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    started = seen.starts_on is not None and seen.starts_on <= time.now().date()
    chosen = State.RUNNING if started else State.PLANNED
    return page(
        request,
        "programmes/check.html",
        status=status,
        programme=seen,
        rows=answers_of(seen),
        states=[(state.value, state.label) for state in State if state in PUBLISHED],
        typed=typed or {"state": chosen.value},
        errors=errors or {},
        editable=seen.state in EDITABLE,
    )
