"""What becomes of a programme: its numbers confirmed, started, paused, taken up again, completed, cancelled."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from app.kernel import time
from app.kernel.actor import Actor
from app.kernel.forms import Mistakes, errors_beside
from app.kernel.i18n import N_, _
from app.kernel.permissions import Permission
from app.kernel.refusals import NotFound
from app.kernel.web.access import Needs
from app.kernel.web.answers import page, see_other
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import typed_in
from app.programmes.forms import MoveForm
from app.programmes.pages import words
from app.programmes.pages.steps import PROGRAMME
from app.programmes.queries import whole
from app.programmes.queries.access import at_programme
from app.programmes.queries.whole import Whole
from app.programmes.rules import states
from app.programmes.rules.confirmation import Standing, standing
from app.programmes.rules.states import EDITABLE, MOVES, TOLD_WHY, State
from app.programmes.rules.steps import NEEDED
from app.programmes.service import moves

router = APIRouter()
Editor = Annotated[Actor, Depends(Needs(Permission.EDIT_PROGRAMME, at=at_programme))]


@dataclass(frozen=True, slots=True)
class Words:
    """What moving to a state is called: on its button, as a question, what follows from it, and once it is done."""

    button: str
    question: str
    follows: tuple[str, ...]
    done: str


_MOVES = {
    State.RUNNING: Words(
        N_("It runs now"),
        N_("Does it run now?"),
        (N_("Its numbers count in who is left out from now on."), N_("Everybody reads that it runs.")),
        N_("It runs. Its numbers count from now on."),
    ),
    State.SUSPENDED: Words(
        N_("Pause it"),
        N_("Pause this programme?"),
        (
            N_("Its numbers don't count while it is paused."),
            N_("Everybody reads that it is paused, and why."),
            N_("You can take it up again at any time."),
        ),
        N_("Paused. Take it up again here as soon as it runs."),
    ),
    State.COMPLETED: Words(
        N_("It is completed"),
        N_("Is this programme completed?"),
        (N_("It stays in the list as completed, and counts no more."), N_("It can't be opened again.")),
        N_("Completed. It stays in the list, and counts no more."),
    ),
    State.CANCELLED: Words(
        N_("Cancel it"),
        N_("Cancel this programme?"),
        (
            N_("It stays in the list as cancelled, and counts no more."),
            N_("Everybody reads why."),
            N_("It can't be opened again."),
        ),
        N_("Cancelled."),
    ),
}
_GIVE_UP = Words(
    N_("Give up the draft"),
    N_("Give up this draft?"),
    (
        N_("Nobody but your organisation ever saw it."),
        N_("It disappears from your list, and can't be opened again."),
    ),
    N_("Given up."),
)


@router.post("/programmes/{programme_id}/confirmation")
async def confirm(request: Request, programme_id: UUID, actor: Editor, db: Writing) -> Response:
    """One press: all numbers still hold."""
    try:
        await moves.confirm_capacity(db, actor, programme_id)
    except moves.NothingToConfirm as problem:
        await db.rollback()
        return show_tasks(request, await whole.whole(db, programme_id), errors=errors_beside(problem))
    return see_other(
        request,
        f"/programmes/{programme_id}/edit",
        flash=_("Confirmed. The numbers count for 12 months, and we remind you before."),
    )


@router.get("/programmes/{programme_id}/state/{to}")
async def move_form(request: Request, programme_id: UUID, to: str, actor: Editor, db: Reading) -> Response:
    """The question before a programme is started, paused, taken up again, completed or cancelled."""
    return _move(request, await whole.whole(db, programme_id), _state(to))


@router.post("/programmes/{programme_id}/state/{to}")
async def move(request: Request, programme_id: UUID, to: str, actor: Editor, db: Writing) -> Response:
    wanted = _state(to)
    typed = await typed_in(request)
    seen = await whole.whole(db, programme_id)
    try:
        await moves.move(db, actor, programme_id, wanted, MoveForm.read(typed).reason)
    except (Mistakes, states.ReasonMissing, states.NotStartedYet) as problem:
        await db.rollback()
        return _move(
            request,
            await whole.whole(db, programme_id),
            wanted,
            typed,
            errors_beside(problem),
            problem.status,
        )
    gone = f"/organisations/{seen.slug}/programmes"
    leads_to = gone if seen.state is State.DRAFT else f"/programmes/{programme_id}/edit"
    return see_other(request, leads_to, flash=_(_words(seen, wanted).done))


def _state(typed: str) -> State:
    if typed not in {state.value for state in _MOVES}:
        raise NotFound
    return State(typed)


def show_tasks(request: Request, seen: Whole, errors: dict[str, str] | None = None) -> Response:
    """The page on which a programme's editors see where it stands."""
    editable = seen.state in EDITABLE
    confirmed = seen.confirmed_on
    lapses = standing(confirmed, time.now().date()) if confirmed else Standing.FRESH
    return page(
        request,
        "programmes/tasks.html",
        status=409 if errors else 200,
        programme=seen,
        tag=words.state_tag(seen.state),
        tasks=PROGRAMME.tasks(seen, editable=editable),
        left=next((step for step in NEEDED if step.value not in seen.steps_done), None),
        editable=editable,
        moves=[(to.value, _(_words(seen, to).button)) for to in State if _offered(seen, to)],
        confirmed_on=confirmed,
        standing=lapses.value,
        errors=errors or {},
    )


def _offered(seen: Whole, to: State) -> bool:
    """A draft is published on another page; all that is left here is to give it up."""
    possible = to in _MOVES and to in MOVES[seen.state]
    return possible and (seen.state is not State.DRAFT or to is State.CANCELLED)


def _words(seen: Whole, to: State) -> Words:
    return _GIVE_UP if seen.state is State.DRAFT else _MOVES[to]


def _move(
    request: Request,
    seen: Whole,
    to: State,
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    if not _offered(seen, to):
        raise NotFound
    said = _words(seen, to)
    return page(
        request,
        "programmes/move.html",
        status=status,
        programme=seen,
        to=to.value,
        question=_(said.question),
        follows=[_(sentence) for sentence in said.follows],
        button_words=_(said.button),
        asks_why=to in TOLD_WHY and seen.state is not State.DRAFT,
        bad=to in (State.CANCELLED, State.COMPLETED),
        typed=typed or {},
        errors=errors or {},
    )
