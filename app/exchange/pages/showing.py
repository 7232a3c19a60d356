"""Reading imports: the list, one import in whatever state it is, its refused rows."""

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.exchange.forms import shown_sheet
from app.exchange.pages import words
from app.exchange.queries import imports
from app.exchange.queries.imports import Seen
from app.exchange.rights import plans_all
from app.exchange.rules.fields import NAMES, Field
from app.exchange.service.deciding import gone_needs_word, needs_word, stated_before
from app.exchange.service.looking import KNOWN_ORDERS, period_read
from app.exchange.values.dates import Order
from app.kernel.actor import Actor
from app.kernel.i18n import _
from app.kernel.permissions import Permission
from app.kernel.web.access import Needs
from app.kernel.web.answers import page
from app.kernel.web.files import csv_file
from app.kernel.web.transactions import Reading
from app.kernel.web.typed import Given
from app.vocabulary.queries import entries as vocabulary

router = APIRouter()
Planner = Annotated[Actor, Depends(Needs(Permission.RUN_IMPORT))]
WORKING = ("uploaded", "read", "applying")
RELOADED = "5"
"""Seconds after which a page about work that goes on is asked for again."""
ASKED_AT_ONCE = 50
REFUSED_SHOWN = 20
_ORDERS = {Order.DAY_FIRST: "31/12/2024", Order.MONTH_FIRST: "12/31/2024"}


@router.get("/imports")
async def import_list(request: Request, actor: Planner, db: Reading, after: str | None = None) -> Response:
    found = await imports.listed(db, actor, after=after)
    rows = [
        {"seen": row, "tag": words.state_tag(row.state), "kind": _(words.KINDS[row.kind])}
        for row in found.rows
    ]
    return page(request, "exchange/imports.html", rows=rows, after=found.after, first=after is None)


@router.get("/imports/{import_id}")
async def one_import(request: Request, import_id: UUID, actor: Planner, db: Reading) -> Response:
    """Whatever is next: wait, say what the columns are, decide, or read what came of it."""
    return await show(request, db, actor, await imports.seen(db, actor, import_id))


@router.get("/imports/{import_id}/columns")
async def columns_again(request: Request, import_id: UUID, actor: Planner, db: Reading) -> Response:
    """The columns once more, of an import whose rows were read already."""
    seen = await imports.seen(db, actor, import_id)
    if seen.state not in ("to map", "checked"):
        return await show(request, db, actor, seen)
    return await show_columns(request, db, actor, seen)


@router.get("/imports/{import_id}/refused.csv")
async def refused_rows(request: Request, import_id: UUID, actor: Planner, db: Reading) -> Response:
    """The refused rows as they came, with what is wrong with each, to be mended and sent again."""
    seen = await imports.seen(db, actor, import_id)
    rows = await imports.refused(db, import_id)
    sheets = {sheet["name"]: sheet for sheet in seen.facts.get("sheets", [])}
    several = len({row.sheet for row in rows}) > 1
    first = sheets.get(rows[0].sheet) if rows else shown_sheet(seen.facts)
    columns: list[dict[str, Any]] = first["columns"] if first else []
    head = [one["heading"] for one in columns]
    tags = [one["tag"] for one in columns]
    table: list[list[object]] = [[*head, *([_("sheet")] if several else []), _("row"), _("why")]]
    if any(tags):
        table.append([*tags, *([""] if several else []), "", ""])
    for row in rows:
        cells = [*row.cells, *[""] * (len(head) - len(row.cells))][: max(len(head), len(row.cells))]
        table.append([*cells, *([row.sheet] if several else []), row.number, words.why(row.why)])
    name = (
        re.sub(r"[^A-Za-z0-9._-]+", "-", seen.file_name.rpartition(".")[0] or seen.file_name)[:60] or "rows"
    )
    return csv_file(request, f"{name}-refused", table)


async def show(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    seen: Seen,
    typed: Given | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The page of an import."""
    if seen.state in WORKING or (seen.state == "applied" and "undoing" in seen.facts):
        return _progress(request, actor, seen)
    if seen.state == "to map":
        return await show_columns(request, db, actor, seen, typed, errors, status)
    if seen.state == "checked":
        return await _checked(request, db, actor, seen, typed, errors, status)
    return await _over(request, db, actor, seen)


def _frame(actor: Actor, seen: Seen) -> dict[str, Any]:
    """What every page of an import says of it."""
    mine = seen.begun_by == actor.person_id
    return {
        "seen": seen,
        "tag": words.state_tag(seen.state),
        "kind": _(words.KINDS[seen.kind]),
        "months": words.months_of(seen),
        "may_act": mine or plans_all(actor, seen.lo, seen.hi),
    }


def _progress(request: Request, actor: Actor, seen: Seen) -> Response:
    answer = page(request, "exchange/progress.html", **_frame(actor, seen), parts=16)
    answer.headers["Refresh"] = RELOADED
    return answer


async def show_columns(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    seen: Seen,
    typed: Given | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """What we take the columns for, to be corrected."""
    facts, sheet = seen.facts, shown_sheet(seen.facts)
    is_open: list[int] = sheet["open"] if sheet else []
    columns: list[dict[str, Any]] = [
        {
            **one,
            "value": words.field_value(one["field"], one["people"]),
            "found": words.how_found(one["how"], one["score"]),
            "people": words.people_detail(one["people"]),
            "is_new": at in is_open,
        }
        for at, one in enumerate(sheet["columns"] if sheet else [])
    ]
    given: Given = {f"column-{at}": one["value"] for at, one in enumerate(columns)}
    given |= {
        "period": words.months_of(seen) or words.period_words(period_read(facts.get("period", ""))),
        "sheet": [one["name"] for one in facts.get("sheets", []) if one["chosen"]],
    }
    return page(
        request,
        "exchange/columns.html",
        status=status,
        **_frame(actor, seen),
        sheet=sheet,
        columns=columns,
        fields=words.fields_of(seen.kind),
        rows=[
            {"number": str(number), "cells": cells, "problem": None}
            for number, cells in zip(sheet["numbers"], sheet["rows"], strict=False)
        ]
        if sheet
        else [],
        sheets=[(one["name"], one["name"]) for one in facts.get("sheets", []) if one["usable"]],
        orders=[
            (name, _(NAMES[Field(name)]), [(order.value, _ORDERS[order]) for order in KNOWN_ORDERS])
            for name in facts.get("asks_order", [])
        ],
        before=await imports.applied_before(db, seen),
        problem=seen.problem,
        typed={**given, **(typed or {})},
        errors=errors or {},
    )


async def _checked(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    seen: Seen,
    typed: Given | None,
    errors: dict[str, str] | None,
    status: int,
) -> Response:
    counts = seen.counts
    services = {entry.code: entry.name for entry in await vocabulary.entries(db, "service")}
    questions = [
        {
            "at": at,
            "value": one["value"],
            "said": one["said"],
            "rows": one["rows"],
            "blocks": one["blocks"],
            "field": one["field"],
            "asks": words.asked_field(one["field"]),
            "options": words.options_of(one["field"], one["candidates"], services),
        }
        for at, one in enumerate(seen.facts.get("questions", [])[:ASKED_AT_ONCE])
    ]
    return page(
        request,
        "exchange/checked.html",
        status=status,
        **_frame(actor, seen),
        counts=counts,
        reasons=words.reasons_said(counts["reasons"]),
        questions=questions,
        more_questions=max(0, counts["questions"] - len(questions)),
        needs_word=needs_word(counts),
        may_end=bool(seen.facts.get("whole")) and counts["gone"] > 0,
        gone_needs_word=gone_needs_word(counts),
        before_all=stated_before(counts),
        refused=await _refused_shown(db, seen),
        before=await imports.applied_before(db, seen),
        typed=typed or {},
        errors=errors or {},
    )


async def _over(request: Request, db: AsyncSession, actor: Actor, seen: Seen) -> Response:
    counts = seen.counts
    return page(
        request,
        "exchange/over.html",
        **_frame(actor, seen),
        counts=counts,
        reasons=words.reasons_said(counts.get("reasons", {})),
        refused=await _refused_shown(db, seen),
        undone=seen.facts.get("undone"),
    )


async def _refused_shown(db: AsyncSession, seen: Seen) -> list[dict[str, Any]]:
    """The first refused rows, in words."""
    if not seen.counts.get("refused"):
        return []
    return [
        {"number": str(row.number), "sheet": row.sheet, "why": words.why(row.why)}
        for row in await imports.refused(db, seen.id, most=REFUSED_SHOWN)
    ]


def path_of(import_id: UUID) -> str:
    """The address of an import's page, without a language."""
    return f"/imports/{import_id}"
