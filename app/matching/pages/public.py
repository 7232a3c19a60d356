"""How matching works, for everybody: the weights and who set them, and the check of equal treatment."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import ANYWHERE, Actor
from app.kernel.forms import errors_beside
from app.kernel.i18n import _
from app.kernel.permissions import Permission, may
from app.kernel.refusals import Refused
from app.kernel.web.access import Needs, Visitor
from app.kernel.web.answers import page, see_other
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.matching.forms import AnnounceForm, points_field, read_points
from app.matching.pages import shared
from app.matching.queries import treatment
from app.matching.queries.weights import in_force, weight_sets
from app.matching.rules.steps import step_names
from app.matching.rules.weights import ANNOUNCED_FOR, STEPS, Factor, WeightSet
from app.matching.service.weights import announce

router = APIRouter()
Planner = Annotated[Actor, Depends(Needs(Permission.SET_WEIGHTS))]


@router.get("/matching/weights")
async def weights(request: Request, actor: Visitor, db: Reading) -> Response:
    sets = await weight_sets(db)
    return page(
        request,
        "matching/weights.html",
        sets=[(each, _steps(each.weights)) for each in sets],
        now=in_force(sets, time.now().date()),
        today=time.now().date(),
        may_announce=may(actor, Permission.SET_WEIGHTS, ANYWHERE),
    )


@router.get("/matching/weights/new")
async def new_weights(request: Request, actor: Planner, db: Reading) -> Response:
    now = in_force(await weight_sets(db), time.now().date()).weights
    typed: Given = {
        points_field(factor, step): points
        for factor in STEPS
        for step, points in enumerate(now.points[factor], 1)
    }
    return _form(request, typed, {})


@router.post("/matching/weights/new")
async def announce_weights(request: Request, actor: Planner, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        form = AnnounceForm.read(typed)
        number = await announce(db, actor, read_points(typed), form.reason, form.day)
    except Refused as problem:
        await db.rollback()
        return _form(request, typed, errors_beside(problem))
    return see_other(
        request, f"/matching/weights#set-{number}", flash=_("Announced. Everybody can read it from now on.")
    )


@router.get("/matching/equal-treatment")
async def equal_treatment(request: Request, actor: Visitor, db: Reading) -> Response:
    rows = await treatment.months(db)
    named = await _titles(db, rows)
    return page(
        request,
        "matching/equal_treatment.html",
        months=[(month, list(of_month)) for month, of_month in groupby(rows, key=lambda row: row.month)],
        titles=named,
        reasons=[
            {"reason": reason.label, "number": number}
            for reason, number in (await treatment.reasons(db)).items()
        ],
    )


async def _titles(db: AsyncSession, rows: Sequence[treatment.ByClass]) -> dict[str, str]:
    wanted = {cell for row in rows for cell in row.lists}
    return {str(cell): shared.title(*names) for cell, names in (await treatment.titles(db, wanted)).items()}


def _form(request: Request, typed: Given, errors: dict[str, str]) -> Response:
    first = time.now().date() + timedelta(days=ANNOUNCED_FOR)
    return page(
        request,
        "matching/weights_new.html",
        status=422 if errors else 200,
        factors=[
            (factor, [(points_field(factor, step), name) for step, name in enumerate(step_names(factor), 1)])
            for factor in Factor
        ],
        first=first,
        typed=typed,
        errors=errors,
    )


def _steps(weights: WeightSet) -> list[tuple[str, int, list[tuple[str, int]]]]:
    """(factor, most points, [(step in words, points)]), the best step first."""
    return [
        (
            factor.label,
            weights.most(factor),
            list(reversed(list(zip(step_names(factor), weights.points[factor], strict=True)))),
        )
        for factor in Factor
    ]
