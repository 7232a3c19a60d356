"""Registering an organisation: what to have ready, one page a step, a list of what is left, sending it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import i18n
from app.kernel.actor import Actor
from app.kernel.forms import Mistakes, errors_beside
from app.kernel.i18n import _
from app.kernel.permissions import Permission
from app.kernel.refusals import NotFound, Refused
from app.kernel.versions import ChangedMeanwhile
from app.kernel.web.access import Needs, Visitor
from app.kernel.web.answers import page, see_other
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.organisations.forms import WhoForm
from app.organisations.pages.answers import answers_of, differing
from app.organisations.pages.steps import STEPS, kind_choices
from app.organisations.queries import registration as queries
from app.organisations.queries.access import at_organisation
from app.organisations.queries.registration import Application
from app.organisations.queries.similar import similar_to
from app.organisations.rules import checklist
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import EDITABLE, queue_place
from app.organisations.rules.steps import ORDER, Step, next_step
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
    similar = await similar_to(db, who.name, who.acronym)
    if similar and typed.get("none_of_these") != "yes":
        await db.rollback()
        shown["similar"] = similar
        return page(request, "organisations/begin.html", status=422, **shown)
    slug = await service.begin_registration(db, actor, who)
    return see_other(request, _after(typed, slug, [Step.WHO], Step.WHO))


@router.get("/organisations/{slug}/registration")
async def tasks(request: Request, slug: str, actor: Editor, db: Reading) -> Response:
    """Where the application stands: what is done, what is left, what the registrar asked."""
    seen = await queries.application(db, slug)
    before = await queries.number_before(db, seen) if seen.state == "submitted" else 0
    return page(
        request,
        "organisations/tasks.html",
        application=seen,
        tasks=[_task(seen, step) for step in ORDER],
        left=next_step(seen.registration.steps_done),
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
    chosen = _step(step)
    seen = await queries.application(db, slug)
    return await _show(request, db, seen, chosen, STEPS[chosen].filled(seen), {})


@router.post("/organisations/{slug}/registration/{step}")
async def save_step(request: Request, slug: str, step: str, actor: Editor, db: Writing) -> Response:
    chosen = _step(step)
    typed = await typed_in(request)
    seen = await queries.application(db, slug)
    try:
        if "find" not in typed and "add" not in typed:
            await STEPS[chosen].save(db, actor, seen, typed)
            done = [*seen.registration.steps_done, chosen]
            return see_other(request, _after(typed, slug, done, chosen), flash=_("Saved."))
        errors: dict[str, str] = {}
    except ChangedMeanwhile as problem:
        await db.rollback()
        typed |= {"version": problem.version}
        seen = await queries.application(db, slug)
        rows = differing(STEPS[chosen].filled(seen), typed)
        return await _show(request, db, seen, chosen, typed, {"": problem.sentence}, status=409, differences=rows)
    except Refused as problem:
        await db.rollback()
        errors = errors_beside(problem)
    return await _show(request, db, seen, chosen, typed, errors, status=422 if errors else 200)


async def _show(
    request: Request, db: AsyncSession, seen: Application, step: Step, typed: Given, errors: dict[str, str], *,
    status: int = 200, differences: list[dict[str, Any]] | None = None,
) -> Response:
    offers = await STEPS[step].offers(db, seen, typed, web(request).settings.country)
    return page(
        request, f"organisations/steps/{step}.html", status=status, application=seen, step=step, total=len(ORDER),
        typed={"version": seen.version} | typed, errors=errors, question=seen.registration.questions.get(step),
        differences=differences, **offers,
    )


def _step(typed: str) -> Step:
    if typed not in set(Step):
        raise NotFound
    return Step(typed)


def _after(typed: Given, slug: str, done: list[str], step: Step) -> str:
    """Where saving a step leads: to the list for who stops, else to the next step that is open."""
    further = None if "stop" in typed else next_step(done, step)
    return f"/organisations/{slug}/registration" + (f"/{further}" if further else "/check" if "stop" not in typed else "")


def _task(seen: Application, step: Step) -> dict[str, Any]:
    asked, done = step in seen.registration.questions, step in seen.registration.steps_done
    state = (_("Question to answer"), "bad") if asked else (_("Done"), "good") if done else (_("To do"), "wait")
    editable = seen.state in EDITABLE
    return {
        "title": step.heading,
        "href": i18n.url(f"/organisations/{seen.slug}/registration/{step}") if editable else None,
        "state": state[0],
        "kind": state[1],
        "hint": seen.registration.questions.get(step) or step.hint,
        "icon": "check" if done else "alert" if asked else None,
    }
