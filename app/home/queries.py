"""What needs somebody: one list over all contexts, sorted by when it is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.queries import left_out
from app.coverage.queries.left_out import Choice, Looked, Part, Report, Row
from app.exchange.queries import imports
from app.kernel import time
from app.kernel.actor import Actor, Role
from app.kernel.i18n import _, ngettext, number
from app.matching.queries.matches import Waiting, needing
from app.matching.rules.moves import State
from app.needs.queries import contests
from app.organisations.queries import people, proposals
from app.organisations.queries import registration as registrations
from app.organisations.queries.decisions import contests_for
from app.organisations.rules.decisions import Outcome
from app.places import queries as places
from app.programmes.queries.tasks import Asks, asked_of


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for this person: what to do, where, and by when."""

    title: str
    about: str
    href: str
    due: date | None = None


async def what_needs_you(db: AsyncSession, actor: Actor) -> list[Task]:
    """The tasks of this person, the most urgent first."""
    tasks = [
        *await _registrations_of(db, actor),
        *await _decisions_of(db, actor),
        *await _people_of(db, actor),
        *await _queue_of(db, actor),
        *await _questions_of(db, actor),
        *await _programmes_of(db, actor),
        *await _matches_of(db, actor),
        *await _imports_of(db, actor),
    ]
    return sorted(tasks, key=lambda task: (task.due is None, task.due or date.max, task.title))


async def _registrations_of(db: AsyncSession, actor: Actor) -> list[Task]:
    said = {"draft": _("Go on with your registration"), "returned": _("Answer the registrar's question")}
    return [
        Task(said[state], name, f"/organisations/{slug}/registration")
        for name, slug, state in await registrations.open_applications(db, actor)
    ]


async def _decisions_of(db: AsyncSession, actor: Actor) -> list[Task]:
    return [_decision_task(asked) for asked in await proposals.asked_of(db, actor, time.now().date())]


def _decision_task(asked: proposals.Asked) -> Task:
    proposed = _("%(name)s. Proposed: %(what)s") % {"name": asked.name, "what": asked.outcome.label}
    page = f"/organisations/{asked.slug}"
    match asked.asks:
        case proposals.Asks.READ_WHY if asked.outcome is Outcome.SUSPENDED:
            said = _("Your organisation is suspended. Read why, and contest it if it is wrong")
            return Task(said, asked.name, f"{page}/registration")
        case proposals.Asks.READ_WHY:
            said = _(
                "Your organisation was removed from the register. Read why, and contest it if it is wrong"
            )
            return Task(said, asked.name, f"{page}/registration")
        case proposals.Asks.ANSWER:
            return Task(
                _("Answer what is proposed about your organisation"),
                proposed,
                f"{page}/registration",
                asked.due,
            )
        case proposals.Asks.TAKE_IN:
            said = _("Shall another organisation become a part of yours?")
            return Task(said, asked.name, f"{page}/registration", asked.due)
        case proposals.Asks.CONFIRM:
            return Task(_("A proposed decision waits for a second person"), proposed, f"{page}/standing")


async def _people_of(db: AsyncSession, actor: Actor) -> list[Task]:
    invited, asking = await people.invited_and_asking(db, actor)
    return [
        *(Task(_("You are invited"), name, f"/invitations/{i}") for i, name in invited),
        *(Task(_("Somebody asks to join"), name, f"/organisations/{slug}/people") for slug, name in asking),
    ]


async def _programmes_of(db: AsyncSession, actor: Actor) -> list[Task]:
    said = {
        Asks.FINISH: _("Finish writing your programme"),
        Asks.SAY_HOW_MANY: _("Say how many people you can serve"),
        Asks.CONFIRM: _("Confirm how many people you can serve"),
        Asks.START: _("Say whether your programme has started"),
        Asks.END: _("Say whether your programme has ended"),
        Asks.TELL: _("You are listed here. How many people can you serve?"),
    }
    return [
        Task(said[asked.asks], asked.about, asked.path, asked.due)
        for asked in await asked_of(db, actor, time.now().date())
    ]


async def _matches_of(db: AsyncSession, actor: Actor) -> list[Task]:
    said = {
        State.INTERESTED: _("Answer: could this be for you?"),
        State.MUTUAL: _("Talk, and write down what you agree"),
    }
    return [
        Task(said[row.state], _match_in_words(row), f"/matches/{row.id}", row.due)
        for row in await needing(db, actor)
    ]


def _match_in_words(row: Waiting) -> str:
    """What it is about, and with whom: several partners may answer one need."""
    need = _("%(service)s for %(group)s in %(area)s") % {
        "service": row.service,
        "group": row.group,
        "area": row.area,
    }
    return f"{need}. {_('With %(other)s') % {'other': row.other}}" if row.other else need


async def _imports_of(db: AsyncSession, actor: Actor) -> list[Task]:
    if not actor.holds(Role.PLANNER):
        return []
    said = {"to map": _("Say what the columns of your file are"), "checked": _("Decide: take your file in?")}
    return [
        Task(said[seen.state], seen.file_name, f"/imports/{seen.id}")
        for seen in await imports.waiting_for(db, actor)
    ]


async def _queue_of(db: AsyncSession, actor: Actor) -> list[Task]:
    if not actor.holds(Role.REGISTRAR):
        return []
    contested = [
        Task(
            _("Answer who contests a decision"), row.name, f"/decisions/contests/{contest.id}", contest.due_on
        )
        for contest, row in await contests_for(db, actor)
    ]
    waiting, oldest = await registrations.waiting_and_due(db, actor)
    if not waiting:
        return contested
    about = ngettext("%(num)s application waits", "%(num)s applications wait", waiting) % {
        "num": number(waiting)
    }
    return [Task(_("Check who wants to register"), about, "/registrations", oldest), *contested]


async def _questions_of(db: AsyncSession, actor: Actor) -> list[Task]:
    if not actor.holds(Role.PLANNER):
        return []
    waiting = await contests.number_waiting(db, actor)
    about = ngettext("%(num)s figure is questioned", "%(num)s figures are questioned", waiting) % {
        "num": number(waiting)
    }
    return [Task(_("Decide about questioned figures"), about, "/contests")] if waiting else []


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The service of which most people are left out, its sums in the country and below, its worst place, and who
    reported on it (None: nobody)."""

    service: Choice
    whole: Part
    areas: Sequence[Part]
    worst: Row
    report: Report | None
    country_id: UUID


async def left_out_today(db: AsyncSession, country: str) -> LeftOut | None:
    """What the first page says about who is left out; None while no figures are there."""
    choices = await left_out.choices(db)
    within, country_id = await places.interval_of(db, country), await places.area_by_code(db, country)
    if within is None or country_id is None or choices.everyone is None or not choices.services:
        return None
    sums = await left_out.by_service(db, Looked(choices.everyone, choices.whole_services, within))
    if not sums:
        return None
    whole = max(sums, key=lambda part: (part.left, part.unknown, part.code))
    service = next(choice for choice in choices.services if choice.id == whole.id)
    looked = Looked(choices.everyone, [service.id], within)
    areas = await left_out.by_area(db, looked, country_id)
    rows = (await left_out.worst(db, looked, size=1)).rows
    reports = await left_out.reports(db, [service.id], country)
    return (
        LeftOut(service, whole, areas, rows[0], reports[0] if reports else None, country_id) if rows else None
    )
