"""One figure, with everything that it rests on."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.coverage import words
from app.coverage.queries import cell
from app.coverage.queries.cell import Figure, Opened
from app.kernel.actor import Actor
from app.kernel.i18n import _, number, percent, url
from app.kernel.permissions import TABLE, Permission
from app.kernel.web.access import Visitor
from app.kernel.web.answers import page
from app.kernel.web.transactions import Reading
from app.needs.rules.severity import NAMES, From

router = APIRouter()


@router.get("/needs/{cell_id}")
async def opened(request: Request, cell_id: UUID, actor: Visitor, db: Reading) -> Response:
    seen = await cell.opened(db, cell_id)
    askers = TABLE[Permission.CONTEST_NEED].in_organisation
    return page(
        request,
        "coverage/cell.html",
        seen=seen,
        words=words,
        where=[
            *((url(f"/left-out/{code}"), name) for code, name in seen.above),
            (url(f"/left-out/{seen.figure.area_code}"), seen.figure.area),
        ],
        range=seen.figure.questioned_range(seen.questioned) if seen.figure.people is not None else None,
        own={m.organisation_id for m in actor.memberships if m.role in askers} if actor else set[UUID](),
        register_at=_register_at(actor),
        notes=_notes(seen),
        fact_rows=_facts(seen.figure),
    )


def _register_at(actor: Actor | None) -> str:
    """Where the reader registers a programme: at their organisation, or by registering one first."""
    editors = TABLE[Permission.EDIT_PROGRAMME].in_organisation
    its = next((m for m in actor.memberships if m.role in editors), None) if actor else None
    return f"/organisations/{its.slug}/programmes/new" if its else "/register"


def _facts(it: Figure) -> list[tuple[str, Any]]:
    def people(figure: int | None, name: str) -> str:
        return words.people(figure, name in it.few)

    rows = [(_("People in need"), people(it.people, "people"))]
    if it.lines:
        rows += [
            (_("In a programme"), people(it.covered, "covered")),
            (_("In no programme"), people(it.uncovered, "uncovered")),
        ]
        if it.people is not None:
            rows.append((_("Share in a programme"), percent(it.ratio)))
            if it.planned > (it.covered or 0):
                rows.append((_("If plans hold"), number(it.planned)))
            if it.overlap:
                rows.append((_("Places more than needed"), number(it.overlap)))
    return [*rows, (_("Severity"), _severity(it)), (_("Trust"), words.trust(it.confidence))]


def _severity(it: Figure) -> str:
    if it.severity is None:
        return (
            _("not stated; the area above counts") if it.severity_from == From.INHERITED else _("not stated")
        )
    return _("%(step)s of 5, %(name)s") % {"step": number(it.severity), "name": _(NAMES[it.severity])}


def _notes(seen: Opened) -> list[str]:
    said: list[str] = []
    for kind, (figure, other) in cell.said_by_kind(seen.notes).items():
        if kind in words.NOTES:
            facts = {"figure": _figure(figure), "other": _figure(other)}
            said.append(_(words.NOTES[kind]) % facts)
    return said


def _figure(written: str) -> str:
    return number(int(written)) if written.isdecimal() else written
