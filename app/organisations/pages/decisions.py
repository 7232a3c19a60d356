"""The public register of decisions, as a list and a feed; contesting one, and answering a contest."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Actor
from app.kernel.forms import errors_beside
from app.kernel.i18n import _, url
from app.kernel.permissions import Permission, may
from app.kernel.refusals import NotFound, Refused
from app.kernel.text import clean
from app.kernel.web.access import Needs, Visitor
from app.kernel.web.answers import page, see_other
from app.kernel.web.feeds import FeedEntry, atom_feed
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import Given, typed_in
from app.organisations.forms import read_days
from app.organisations.queries import decisions as queries
from app.organisations.queries.access import at_contest, at_decided
from app.organisations.queries.decisions import Decided, Sought
from app.organisations.queries.regions import Region, regions
from app.organisations.rules import contests as rules
from app.organisations.rules.decisions import Outcome, check_contestable
from app.organisations.service import contests as service
from app.places import queries as places

router = APIRouter()
Contester = Annotated[Actor, Depends(Needs(Permission.CONTEST_DECISION, at=at_decided))]
ContestReader = Annotated[Actor, Depends(Needs(Permission.ANSWER_CONTEST, at=at_contest))]
_DAY = timedelta(days=1)


@router.get("/decisions")
async def decisions(request: Request, actor: Visitor, db: Reading, after: str | None = None) -> Response:
    """What was decided about whom, why, and in whose name: by outcome, area and day."""
    typed, errors, sought, region = await _asked(request, db)
    found = await queries.decisions(db, sought, after=after)
    return page(
        request,
        "organisations/decisions.html",
        fragment="results",
        found=found.rows,
        typed=typed,
        errors=errors,
        outcomes=[
            {"value": o.value, "label": o.label, "count": None, "on": o in sought.outcomes} for o in Outcome
        ],
        chips=_chips(typed, sought, region),
        next_href=_address(typed, sought, after=found.after) if found.after else None,
        first_href=_address(typed, sought) if after else None,
        atom_href=_address(typed, sought, path="/decisions.atom"),
        no_such_place=bool(typed["area"]) and region is None,
    )


@router.get("/decisions.atom")
async def feed(request: Request, actor: Visitor, db: Reading, after: str | None = None) -> Response:
    _typed, _errors, sought, _region = await _asked(request, db)
    found = await queries.decisions(db, sought, after=after, size=50)
    entries = [
        FeedEntry(
            row.id,
            f"/decisions/{row.id}",
            f"{row.name}: {row.outcome.label}",
            row.reason,
            row.at,
            row.at,
            row.authors,
        )
        for row in found.rows
    ]
    return atom_feed(request, "/decisions.atom", _("Decisions"), entries, after=after, next_after=found.after)


@router.get("/decisions/{decision_id}")
async def decision(request: Request, decision_id: UUID, actor: Visitor, db: Reading) -> Response:
    row = await queries.decision(db, decision_id)
    contests = actor is not None and may(
        actor, Permission.CONTEST_DECISION, await at_decided(db, {"slug": row.slug})
    )
    return page(request, "organisations/decision.html", row=row, contestable=contests and _contestable(row))


@router.get("/organisations/{slug}/contest/{decision_id}")
async def contest_form(
    request: Request, slug: str, decision_id: UUID, actor: Contester, db: Reading
) -> Response:
    return await _contest_page(request, db, slug, decision_id, {}, {})


@router.post("/organisations/{slug}/contest/{decision_id}")
async def contest(request: Request, slug: str, decision_id: UUID, actor: Contester, db: Writing) -> Response:
    typed = await typed_in(request)
    try:
        await service.contest(db, actor, slug, decision_id, clean(str(typed.get("says") or "")))
    except Refused as problem:
        await db.rollback()
        if problem.status == NotFound.status:
            raise
        return await _contest_page(
            request, db, slug, decision_id, typed, errors_beside(problem), problem.status
        )
    return see_other(
        request,
        f"/organisations/{slug}/registration",
        flash=_("Sent. A registrar who had no part in the decision answers, and we write to you."),
    )


@router.get("/decisions/contests/{contest_id}")
async def contest_to_answer(
    request: Request, contest_id: UUID, actor: ContestReader, db: Reading
) -> Response:
    return await _answer_page(request, db, contest_id, actor, {}, {})


@router.post("/decisions/contests/{contest_id}")
async def answer(request: Request, contest_id: UUID, actor: ContestReader, db: Writing) -> Response:
    typed = await typed_in(request)
    chosen = str(typed.get("outcome") or "")
    try:
        if chosen not in set(rules.Answer):
            raise rules.ChooseAnAnswer
        await service.answer(
            db, actor, contest_id, rules.Answer(chosen), clean(str(typed.get("answer") or ""))[:4000]
        )
    except Refused as problem:
        await db.rollback()
        return await _answer_page(
            request, db, contest_id, actor, typed, errors_beside(problem), problem.status
        )
    return see_other(
        request, "/registrations", flash=_("Answered. The organisation is told, and the answer is public.")
    )


async def _contest_page(
    request: Request,
    db: AsyncSession,
    slug: str,
    decision_id: UUID,
    typed: Given,
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    row = await queries.decision(db, decision_id)
    if row.slug != slug:
        raise NotFound
    return page(
        request,
        "organisations/contest.html",
        status=status,
        row=row,
        typed=typed,
        errors=errors,
        contestable=_contestable(row),
    )


def _contestable(row: Decided) -> bool:
    try:
        check_contestable(row.outcome, row.at.date(), time.now().date())
    except Refused:
        return False
    return row.contest is None


async def _answer_page(
    request: Request,
    db: AsyncSession,
    contest_id: UUID,
    actor: Actor,
    typed: Given,
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    row = await queries.contest_of(db, contest_id)
    took_part = actor.person_id in {row.decided_by, row.proposed_by}
    answers = [(answer.value, answer.label, _(rules.FOLLOWS[answer])) for answer in rules.Answer]
    return page(
        request,
        "organisations/contest_answer.html",
        status=status,
        row=row,
        answers=answers,
        took_part=took_part,
        typed=typed,
        errors=errors,
    )


async def _asked(request: Request, db: AsyncSession) -> tuple[Given, dict[str, str], Sought, Region | None]:
    """What the address asks for: as typed, what can't be read, as a query, and the area that was meant."""
    given = request.query_params
    typed = {
        name: given.get(name, "")[:100].strip().replace("\x00", "") for name in ("area", "since", "until")
    }
    days, errors = read_days(typed)
    region = await _region(db, typed["area"], web(request).settings.country)
    outcomes = frozenset(Outcome(value) for value in given.getlist("outcome") if value in set(Outcome))
    since, until = days["since"], days["until"]
    sought = Sought(
        outcomes,
        (region.lo, region.hi) if region else None,
        _midnight(since) if since else None,
        _midnight(until + _DAY) if until else None,
    )
    return typed, errors, sought, region


async def _region(db: AsyncSession, typed: str, country: str) -> Region | None:
    found = await places.search(db, typed, country=country, limit=1) if typed else []
    return (await regions(db, [found[0].code]))[0] if found else None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _pairs(typed: Given, sought: Sought) -> list[tuple[str, str]]:
    return [
        *((name, value) for name, value in typed.items() if value),
        *(("outcome", o.value) for o in sorted(sought.outcomes)),
    ]


def _address(typed: Given, sought: Sought, *, path: str = "/decisions", after: str | None = None) -> str:
    pairs = [*_pairs(typed, sought), *([("after", after)] if after else [])]
    return url(path) + (f"?{urlencode(pairs)}" if pairs else "")


def _chips(typed: Given, sought: Sought, region: Region | None) -> list[tuple[str, str]]:
    """What is on, each with the address without it."""
    pairs = _pairs(typed, sought)
    words = {
        "area": region.name if region else f"“{typed['area']}”",
        "since": _("From %(day)s") % {"day": typed["since"]},
        "until": _("To %(day)s") % {"day": typed["until"]},
    }
    chips: list[tuple[str, str]] = []
    for pair in pairs:
        rest = [other for other in pairs if other != pair]
        text = Outcome(pair[1]).label if pair[0] == "outcome" else words[pair[0]]
        chips.append((text, url("/decisions") + (f"?{urlencode(rest)}" if rest else "")))
    return chips
