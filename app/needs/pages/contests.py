"""Questioning a figure, and deciding about it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.actor import Actor
from app.kernel.forms import Mistakes, errors_beside
from app.kernel.i18n import _
from app.kernel.ids import read_id
from app.kernel.permissions import TABLE, Permission
from app.kernel.refusals import NotFound, Refused
from app.kernel.web.access import Needs, Someone
from app.kernel.web.answers import page, see_other
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.needs.forms import DecisionForm, FigureForm
from app.needs.queries import contests as queries
from app.needs.queries.access import at_contest, may_question
from app.needs.rules.contests import State
from app.needs.service import contests as service
from app.organisations.queries.access import at_organisation, id_of

router = APIRouter()
Asker = Annotated[Actor, Depends(Needs(Permission.CONTEST_NEED, at=at_organisation))]
QueueReader = Annotated[Actor, Depends(Needs(Permission.DECIDE_CONTEST))]
Decider = Annotated[Actor, Depends(Needs(Permission.DECIDE_CONTEST, at=at_contest))]


@router.get("/needs/{cell_id}/question")
async def choose(request: Request, cell_id: UUID, actor: Someone, db: Reading) -> Response:
    """For which of one's organisations. With one only, straight on to the form."""
    figure = await queries.stated(db, cell_id)
    asking = TABLE[Permission.CONTEST_NEED].in_organisation
    mine = {m.organisation_id: m for m in actor.memberships if m.role in asking}
    may = await may_question(db, mine, figure.area_id) if figure.statement_id else ()
    able = [
        (f"/organisations/{m.slug}/contests/new?cell={cell_id}", m.name) for i, m in mine.items() if i in may
    ]
    if len(able) == 1:
        return see_other(request, able[0][0])
    return page(request, "needs/who_questions.html", organisations=able, figure=figure)


@router.get("/organisations/{slug}/contests/new")
async def form(request: Request, slug: str, actor: Asker, db: Reading, cell: str = "") -> Response:
    return await _form(request, db, slug, cell, {}, {})


@router.post("/organisations/{slug}/contests/new")
async def question(request: Request, slug: str, actor: Asker, db: Writing, cell: str = "") -> Response:
    typed = await typed_in(request)
    organisation_id = await id_of(db, slug)
    figure = await queries.stated(db, read_id(cell) or UUID(int=0))
    if figure.statement_id is None:
        raise NotFound
    try:
        await service.contest_figure(
            db, actor, organisation_id, figure.statement_id, FigureForm.read(typed).figure()
        )
    except (Mistakes, Refused) as problem:
        await db.rollback()
        return await _form(request, db, slug, cell, typed, errors_beside(problem))
    flash = _(
        "Both figures are shown from now on. Somebody who belongs to neither side decides, and you get a mail."
    )
    return see_other(request, f"/needs/{cell}", flash=flash)


@router.post("/organisations/{slug}/contests/{contest_id}/withdrawal")
async def withdraw(request: Request, slug: str, contest_id: UUID, actor: Asker, db: Writing) -> Response:
    organisation_id = await id_of(db, slug)
    await service.withdraw_contest(db, actor, organisation_id, contest_id)
    seen = await queries.contest(db, contest_id)
    to = f"/needs/{seen.cell_id}" if seen.cell_id else f"/organisations/{slug}"
    return see_other(request, to, flash=_("Taken back. The stated figure is worked with as before."))


@router.get("/contests")
async def waiting(request: Request, actor: QueueReader, db: Reading, after: str | None = None) -> Response:
    found = await queries.waiting(db, actor, after=after)
    number = await queries.number_waiting(db, actor)
    return page(request, "needs/contests.html", waiting=found, number_waiting=number, first=after is None)


@router.get("/contests/{contest_id}")
async def contest(request: Request, contest_id: UUID, actor: Decider, db: Reading) -> Response:
    return await _contest(request, db, actor, contest_id, {}, {})


@router.post("/contests/{contest_id}/decision")
async def decide(request: Request, contest_id: UUID, actor: Decider, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        form = DecisionForm.read(typed)
        await service.decide_contest(db, actor, contest_id, State(form.outcome), form.reason)
    except (Mistakes, Refused) as problem:
        await db.rollback()
        return await _contest(request, db, actor, contest_id, typed, errors_beside(problem), problem.status)
    return see_other(
        request, "/contests", flash=_("Decided. Both sides read it, and the figures are worked out with it.")
    )


async def _form(
    request: Request, db: AsyncSession, slug: str, cell: str, typed: Given, errors: dict[str, str]
) -> Response:
    figure = await queries.stated(db, read_id(cell) or UUID(int=0))
    if figure.statement_id is None:
        raise NotFound
    status = 422 if errors else 200
    return page(
        request, "needs/question.html", status=status, slug=slug, figure=figure, typed=typed, errors=errors
    )


async def _contest(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    contest_id: UUID,
    typed: Given,
    errors: dict[str, str],
    status: int = 422,
) -> Response:
    seen = await queries.contest(db, contest_id)
    own = {membership.organisation_id for membership in actor.memberships}
    return page(
        request,
        "needs/contest.html",
        status=status if errors else 200,
        seen=seen,
        takes_part=bool({seen.organisation_id, seen.stated_by_id} & own),
        outcomes=[
            (State.NOT_ACCEPTED.value, _("The stated figure stays")),
            (State.ACCEPTED.value, _("The other figure is taken")),
        ],
        typed=typed,
        errors=errors,
    )
