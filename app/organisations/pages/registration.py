"""Registering an organisation: what to have ready, one page a step, a list of what is left, sending it, renewing it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Actor
from app.kernel.forms import Mistakes, errors_beside
from app.kernel.i18n import _
from app.kernel.permissions import Permission
from app.kernel.refusals import Refused
from app.kernel.text import clean
from app.kernel.web.access import Needs, Visitor
from app.kernel.web.answers import page, see_other
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.organisations.forms import WhoForm
from app.organisations.pages.answers import answers_of, wanted_changes
from app.organisations.pages.steps import REGISTRATION, changes_live, kind_choices
from app.organisations.queries import registration as queries
from app.organisations.queries.access import at_decided, at_organisation
from app.organisations.queries.decisions import decisions_about
from app.organisations.queries.evidence import shown_for
from app.organisations.queries.registration import Application
from app.organisations.queries.similar import Looks, Similar, similar_to
from app.organisations.queries.standing import asked_to_take_in, conditions_of, proposed_about, standing_now
from app.organisations.rules import applying, checklist, decisions
from app.organisations.rules.applying import SayWhatIsDifferent, StepsMissing
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import EDITABLE, OPEN, State, queue_place
from app.organisations.rules.steps import ORDER, Step
from app.organisations.service import claims
from app.organisations.service import registration as service

router = APIRouter()
Registrant = Annotated[Actor, Depends(Needs(Permission.REGISTER_ORGANISATION))]
Editor = Annotated[Actor, Depends(Needs(Permission.EDIT_ORGANISATION, at=at_organisation))]
Reader = Annotated[Actor, Depends(Needs(Permission.EDIT_ORGANISATION, at=at_decided))]
_LONGEST_REASON = 500


@router.get("/register")
async def before_registering(request: Request, actor: Visitor) -> Response:
    """What registering takes, said first: the steps, the minutes, and what each kind shows."""
    lists = [(kind, checklist.asked_of(kind)) for kind in Kind]
    return page(request, "organisations/before.html", steps=ORDER, lists=lists)


@router.get("/register/who")
async def begin_form(request: Request, actor: Registrant) -> Response:
    return _begin_page(request, {}, {}, [])


@router.post("/register/who")
async def begin(request: Request, actor: Registrant, db: Writing) -> Response:
    """Begin an application. Likely duplicates are shown once before anything is created."""
    typed = await typed_in(request)
    try:
        who = WhoForm.read(typed).who()
    except Mistakes as problem:
        await db.rollback()
        return _begin_page(request, typed, errors_beside(problem), [])
    similar = await similar_to(db, Looks(who.name, who.acronym))
    different = clean(str(typed.get("different") or ""))[:_LONGEST_REASON]
    if similar and typed.get("none_of_these") != "yes":
        await db.rollback()
        return _begin_page(request, typed, {}, similar)
    if similar and similar[0].strong and len(different) < applying.SHORTEST_STATEMENT:
        await db.rollback()
        return _begin_page(request, typed, errors_beside(SayWhatIsDifferent()), similar)
    slug = await service.begin_registration(db, actor, who, different=different)
    return see_other(request, REGISTRATION.after(await queries.application(db, slug), typed, Step.WHO))


def _begin_page(request: Request, typed: Given, errors: dict[str, str], similar: list[Similar]) -> Response:
    return page(
        request,
        "organisations/begin.html",
        status=422 if errors or similar else 200,
        typed=typed,
        errors=errors,
        kinds=kind_choices(),
        similar=similar,
        total=len(ORDER),
    )


@router.get("/organisations/{slug}/registration")
async def tasks(request: Request, slug: str, actor: Reader, db: Reading) -> Response:
    """Where the organisation stands: what is done, what is left, what the registrar asked or proposed, what it may do."""
    seen = await queries.application(db, slug)
    today = time.now().date()
    standing = await standing_now(db, seen.organisation, today)
    decided = await decisions_about(db, seen.organisation.id, 1)
    open_ = seen.state in OPEN
    return page(
        request,
        "organisations/tasks.html",
        application=seen,
        standing=standing,
        tasks=_tasks(seen),
        left=Step.still_open(seen.steps_done),
        editable=seen.state in EDITABLE,
        live=changes_live(seen),
        place=queue_place(await queries.number_before(db, seen) if seen.state == State.SUBMITTED else 0),
        changes=wanted_changes(seen) if open_ else [],
        decision=decided[0] if decided else None,
        contestable=bool(decided)
        and decided[0].contest is None
        and _contestable(decided[0].outcome, decided[0].at.date()),
        proposed=await proposed_about(db, seen.organisation.id),
        taking_in=await asked_to_take_in(db, seen.organisation.id),
        conditions=await conditions_of(db, seen.organisation.id),
        renewable=not open_
        and standing in {State.VERIFIED, State.LAPSED}
        and applying.may_renew(seen.organisation.expires_on, today),
        today=today,
    )


def _tasks(seen: Application) -> list[dict[str, Any]]:
    """The steps as a list, each with its state; those that may not be written now carry no link."""
    asked = {
        step: question
        for step, question in seen.registration.questions.items()
        if step not in seen.steps_done
    }
    rows = REGISTRATION.tasks(seen, editable=True, asked=asked)
    for step, row in zip(ORDER, rows, strict=True):
        if not _may_write(seen, step):
            row["href"] = None
        elif changes_live(seen):
            row["state"], row["kind"], row["icon"] = _("Change"), "", None
    return [row for step, row in zip(ORDER, rows, strict=True) if not _hidden(seen, step)]


def _may_write(seen: Application, step: Step) -> bool:
    organisation = State(seen.organisation.state)
    try:
        applying.check_open(organisation, seen.state, step, seen.registration.questions)
    except Refused:
        return False
    return True


def _hidden(seen: Application, step: Step) -> bool:
    """What a verified organisation needn't see between two renewals."""
    return changes_live(seen) and step in {Step.EVIDENCE, Step.PROMISES}


def _contestable(outcome: decisions.Outcome, decided_on: Any) -> bool:
    try:
        decisions.check_contestable(outcome, decided_on, time.now().date())
    except Refused:
        return False
    return True


@router.get("/organisations/{slug}/registration/check")
async def check_answers(request: Request, slug: str, actor: Editor, db: Reading) -> Response:
    return await _check_page(request, db, slug, {}, {})


@router.post("/organisations/{slug}/registration/check")
async def send(request: Request, slug: str, actor: Editor, db: Writing) -> Response:
    typed = await typed_in(request)
    different = clean(str(typed.get("different") or ""))[:_LONGEST_REASON]
    try:
        await service.submit_registration(db, actor, slug, different=different)
    except (StepsMissing, SayWhatIsDifferent) as problem:
        await db.rollback()
        return await _check_page(request, db, slug, typed, errors_beside(problem))
    return see_other(
        request,
        f"/organisations/{slug}/registration",
        flash=_("Sent. The registrar of your area answers, and we write to you."),
    )


async def _check_page(
    request: Request, db: AsyncSession, slug: str, typed: Given, errors: dict[str, str]
) -> Response:
    seen = await queries.application(db, slug)
    o = seen.organisation
    looks = Looks(o.name, o.acronym, o.website_domain, o.phone)
    besides = [i for i in (o.id, o.claims_id) if i]
    return page(
        request,
        "organisations/check.html",
        status=422 if errors else 200,
        application=seen,
        typed=typed,
        errors=errors,
        rows=answers_of(seen, await shown_for(db, seen.id)),
        left=[step for step in ORDER if step not in seen.steps_done] if errors.get("") else [],
        similar=await similar_to(db, looks, besides=besides) if errors.get("different") else [],
    )


@router.get("/organisations/{slug}/registration/{step}")
async def step_form(request: Request, slug: str, step: str, actor: Editor, db: Reading) -> Response:
    return await REGISTRATION.form(request, db, await queries.application(db, slug), step)


@router.post("/organisations/{slug}/registration/{step}")
async def save_step(request: Request, slug: str, step: str, actor: Editor, db: Writing) -> Response:
    return await REGISTRATION.save(request, db, actor, lambda: queries.application(db, slug), step)


@router.post("/organisations/{slug}/renewal")
async def renew(request: Request, slug: str, actor: Editor, db: Writing) -> Response:
    await claims.renew(db, actor, slug)
    return see_other(
        request,
        f"/organisations/{slug}/registration",
        flash=_("Look over what you wrote, promise it again, and send it."),
    )


@router.post("/organisations/{slug}/new-application")
async def apply_anew(request: Request, slug: str, actor: Editor, db: Writing) -> Response:
    await claims.apply_anew(db, actor, slug)
    return see_other(
        request,
        f"/organisations/{slug}/registration",
        flash=_("What you wrote is still here. Change what is needed, and send it again."),
    )


@router.get("/organisations/{slug}/claim")
async def claim_form(request: Request, slug: str, actor: Registrant, db: Reading) -> Response:
    """What it means to speak for an organisation that is only known from a published list."""
    return page(request, "organisations/claim.html", listed=await queries.listed_one(db, slug))


@router.post("/organisations/{slug}/claim")
async def claim(request: Request, slug: str, actor: Registrant, db: Writing) -> Response:
    draft = await claims.claim(db, actor, slug)
    return see_other(
        request,
        f"/organisations/{draft}/registration",
        flash=_("We filled in what the published list says. Look it over."),
    )
