"""Registering an organisation: what to have ready, one page a step, a list of what is left, sending it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app.kernel.actor import Actor
from app.kernel.forms import Mistakes, errors_beside
from app.kernel.i18n import _
from app.kernel.permissions import Permission
from app.kernel.web.access import Needs, Visitor
from app.kernel.web.answers import page, see_other
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import typed_in
from app.organisations.forms import WhoForm
from app.organisations.pages.answers import answers_of
from app.organisations.pages.steps import REGISTRATION, kind_choices
from app.organisations.queries import registration as queries
from app.organisations.queries.access import at_organisation
from app.organisations.queries.similar import Looks, similar_to
from app.organisations.rules import checklist
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import EDITABLE, queue_place
from app.organisations.rules.steps import ORDER, Step
from app.organisations.service import registration as service

router = APIRouter()
Registrant = Annotated[Actor, Depends(Needs(Permission.REGISTER_ORGANISATION))]
Editor = Annotated[Actor, Depends(Needs(Permission.EDIT_ORGANISATION, at=at_organisation))]

@router.get("/register")
async def before_registering(request: Request, actor: Visitor) -> Response:
    """What registering takes, said first: the steps, the minutes, and what each kind shows."""
    lists = [(kind, checklist.asked_of(kind)) for kind in Kind]
    return page(request, "organisations/before.html", steps=ORDER, lists=lists)


@router.get("/register/who")
async def begin_form(request: Request, actor: Registrant) -> Response:
    return page(request, "organisations/begin.html", typed={}, errors={}, kinds=kind_choices(), similar=[])


@router.post("/register/who")
async def begin(request: Request, actor: Registrant, db: Writing) -> Response:
    """Begin an application. Likely duplicates are shown once before anything is created."""
    typed = await typed_in(request)
    shown: dict[str, Any] = {"typed": typed, "errors": {}, "kinds": kind_choices(), "similar": []}
    try:
        who = WhoForm.read(typed).who()
    except Mistakes as problem:
        await db.rollback()
        shown["errors"] = errors_beside(problem)
        return page(request, "organisations/begin.html", status=422, **shown)
    similar = await similar_to(db, Looks(who.name, who.acronym))
    if similar and typed.get("none_of_these") != "yes":
        await db.rollback()
        shown["similar"] = similar
        return page(request, "organisations/begin.html", status=422, **shown)
    slug = await service.begin_registration(db, actor, who)
    return see_other(request, REGISTRATION.after(await queries.application(db, slug), typed, Step.WHO))


@router.get("/organisations/{slug}/registration")
async def tasks(request: Request, slug: str, actor: Editor, db: Reading) -> Response:
    """Where the application stands: what is done, what is left, what the registrar asked."""
    seen = await queries.application(db, slug)
    before = await queries.number_before(db, seen) if seen.state == "submitted" else 0
    return page(
        request,
        "organisations/tasks.html",
        application=seen,
        tasks=REGISTRATION.tasks(seen, editable=seen.state in EDITABLE, asked=seen.registration.questions),
        left=Step.still_open(seen.steps_done),
        editable=seen.state in EDITABLE,
        place=queue_place(before),
        decision=await queries.last_decision(db, seen.organisation.id),
    )


@router.get("/organisations/{slug}/registration/check")
async def check_answers(request: Request, slug: str, actor: Editor, db: Reading) -> Response:
    seen = await queries.application(db, slug)
    return page(request, "organisations/check.html", application=seen, rows=answers_of(seen), errors={})


@router.post("/organisations/{slug}/registration/check")
async def send(request: Request, slug: str, actor: Editor, db: Writing) -> Response:
    try:
        await service.submit_registration(db, actor, slug)
    except service.StepsMissing as problem:
        await db.rollback()
        seen = await queries.application(db, slug)
        shown: dict[str, Any] = {"application": seen, "rows": answers_of(seen), "errors": errors_beside(problem)}
        return page(request, "organisations/check.html", status=422, **shown)
    return see_other(
        request, f"/organisations/{slug}/registration", flash=_("Sent. The registrar of your area answers, and we write to you.")
    )


@router.get("/organisations/{slug}/registration/{step}")
async def step_form(request: Request, slug: str, step: str, actor: Editor, db: Reading) -> Response:
    return await REGISTRATION.form(request, db, await queries.application(db, slug), step)


@router.post("/organisations/{slug}/registration/{step}")
async def save_step(request: Request, slug: str, step: str, actor: Editor, db: Writing) -> Response:
    return await REGISTRATION.save(request, db, actor, lambda: queries.application(db, slug), step)
