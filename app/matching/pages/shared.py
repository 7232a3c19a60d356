"""What several pages of matching say alike."""

from collections.abc import Mapping
from uuid import UUID

from app.kernel.actor import Actor, Scope
from app.kernel.i18n import _
from app.kernel.permissions import Permission, may
from app.matching.queries.cells import Cell
from app.matching.rules.conditions import Condition
from app.matching.rules.moves import CORRECTIONS, Correction, Reason


def title(service: str, group: str, area: str) -> str:
    """What a need is called: "Education for girls in Gulani"."""
    return _("%(service)s for %(group)s in %(area)s") % {"service": service, "group": group, "area": area}


def title_of(cell: Cell) -> str:
    return title(cell.service, cell.people_called, cell.area)


def reasons() -> list[tuple[str, str]]:
    """Reasons for a no, as a form offers them."""
    return [(reason.value, reason.label) for reason in Reason]


def may_answer(actor: Actor, organisation_id: UUID) -> bool:
    return may(actor, Permission.ANSWER_MATCH, Scope(organisation_id))


def correction(reason: Reason, slug: str, cell_id: UUID | None) -> tuple[str, str] | None:
    """Where somebody mends the fact that a no says is wrong: words and path; None where there is nothing to mend."""
    register = f"/organisations/{slug}/registration"
    ways: Mapping[Correction, tuple[str, str]] = {
        Correction.CAPACITY: (_("Say how many more people you can serve"), f"/organisations/{slug}/room"),
        Correction.AREAS: (_("Correct where you work"), f"{register}/places"),
        Correction.GROUPS: (_("Correct whom you serve"), f"{register}/work"),
        Correction.PROGRAMME: (
            _("Register the programme that serves them"),
            f"/organisations/{slug}/programmes/new",
        ),
    }
    if cell_id is not None:
        ways = {**ways, Correction.CONTEST: (_("Question this figure"), f"/needs/{cell_id}/question")}
    wrong = CORRECTIONS.get(reason)
    return ways.get(wrong) if wrong else None


def mends_at(missing: Condition, slug: str) -> tuple[str, str]:
    """Where a near miss is mended: words and path."""
    room, register = f"/organisations/{slug}/room", f"/organisations/{slug}/registration"
    ways: dict[Condition, tuple[str, str]] = {
        Condition.VERIFIED: (_("Look at your registration"), register),
        Condition.SERVICE: (_("Correct what you do"), f"{register}/work"),
        Condition.GROUP: (_("Correct whom you serve"), f"{register}/work"),
        Condition.AREA: (_("Correct where you work"), f"{register}/places"),
        Condition.CAPACITY: (_("Say how many more people you can serve"), room),
        Condition.LANGUAGE: (_("Correct which languages you speak"), f"{register}/work"),
        Condition.SAFEGUARDING: (_("Add your safeguarding policy"), register),
        Condition.ACCESS: (_("Say how people can use what you do"), f"{register}/work"),
        Condition.DATES: (_("Change from when you have room"), room),
    }
    return ways[missing]
