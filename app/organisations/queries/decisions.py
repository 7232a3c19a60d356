"""The public register of decisions: what was decided about whom, why, in whose name, and what was said against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel.actor import Actor, Role
from app.kernel.i18n import _
from app.kernel.pagination import PAGE_SIZE, Page, cut, decode
from app.kernel.refusals import NotFound
from app.organisations.models import Decision, DecisionContest, Organisation
from app.organisations.rules.contests import Answer
from app.organisations.rules.decisions import Outcome, authors
from app.organisations.rules.registration import DECLINE_REASONS
from app.places.models import Area


@dataclass(frozen=True, slots=True)
class Contested:
    """What was said against a decision, and the answer (None while there is none)."""

    id: UUID
    says: str
    lodged_at: datetime
    due_on: date
    outcome: Answer | None
    answer: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A line of the public register of decisions. `shown`: the organisation has a public page."""

    id: UUID
    at: datetime
    outcome: Outcome
    reason_code: str
    reason: str
    decided_for: str
    proposed_for: str
    decided_by: UUID
    proposed_by: UUID | None
    organisation_id: UUID
    name: str
    slug: str
    shown: bool
    demonstration: bool
    contest: Contested | None

    @property
    def authors(self) -> str:
        """Whose decision it is, by role and area."""
        return authors(self.decided_for, self.proposed_for)

    @property
    def reason_said(self) -> str:
        """The published reason behind the code, in the language being spoken."""
        return _(DECLINE_REASONS[self.reason_code]) if self.reason_code in DECLINE_REASONS else ""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which decisions: of these outcomes (none: all), in the areas numbered `within`, in the days from and to."""

    outcomes: frozenset[Outcome] = frozenset()
    within: tuple[int, int] | None = None
    since: datetime | None = None
    until: datetime | None = None


async def decisions(
    db: AsyncSession, sought: Sought, *, after: str | None = None, size: int = PAGE_SIZE
) -> Page[Decided]:
    """What was decided about partners, newest first. One statement."""
    wanted = _decisions().order_by(Decision.id.desc()).limit(size + 1)
    if sought.outcomes:
        wanted = wanted.where(Decision.outcome.in_(sorted(sought.outcomes)))
    if sought.within:
        inside = select(Area.id).where(Area.lo.between(*sought.within))
        wanted = wanted.where(Decision.area_id.in_(inside))
    if sought.since:
        wanted = wanted.where(Decision.at >= sought.since)
    if sought.until:
        wanted = wanted.where(Decision.at < sought.until)
    if key := decode(after, UUID):
        # Ids are made in the order of time, so one id is the whole key.
        wanted = wanted.where(Decision.id < key[0])
    return cut([_decided(*row) for row in await db.execute(wanted)], size, key=lambda row: (row.id,))


async def decisions_about(db: AsyncSession, organisation_id: UUID, size: int = 20) -> Sequence[Decided]:
    """What was decided about one partner, newest first. One statement."""
    wanted = (
        _decisions()
        .where(Decision.organisation_id == organisation_id)
        .order_by(Decision.id.desc())
        .limit(size)
    )
    return [_decided(*row) for row in await db.execute(wanted)]


async def decision(db: AsyncSession, decision_id: UUID) -> Decided:
    """One decision. Raises NotFound."""
    row = (await db.execute(_decisions().where(Decision.id == decision_id))).first()
    if row is None:
        raise NotFound
    return _decided(*row)


async def contests_for(db: AsyncSession, actor: Actor) -> list[tuple[Contested, Decided]]:
    """The open contests that this registrar may answer: of decisions they had no part in, oldest first."""
    grants = [grant for grant in actor.grants if grant.role is Role.REGISTRAR]
    home, above = aliased(Area), aliased(Area)
    reach: list[ColumnElement[bool]] = [
        _answerer_at(home, above).between(grant.lo, grant.hi) for grant in grants
    ]
    wanted = (
        _decisions()
        .join(home, home.id == Organisation.home_area_id)
        .outerjoin(above, above.id == home.parent_id)
        .where(
            DecisionContest.id.is_not(None),
            DecisionContest.outcome.is_(None),
            or_(false(), *reach),
            Decision.decided_by != actor.person_id,
            Decision.proposed_by.is_distinct_from(actor.person_id),
        )
        .order_by(DecisionContest.lodged_at, DecisionContest.id)
        .limit(PAGE_SIZE)
    )
    rows = [_decided(*row) for row in await db.execute(wanted)] if grants else []
    return [(row.contest, row) for row in rows if row.contest]


async def contest_of(db: AsyncSession, contest_id: UUID) -> Decided:
    """The decision that a contest is about, with it. Raises NotFound."""
    row = (await db.execute(_decisions().where(DecisionContest.id == contest_id))).first()
    if row is None:
        raise NotFound
    return _decided(*row)


def _answerer_at(home: type[Area], above: type[Area]) -> ColumnElement[int]:
    """The place whose registrars answer: the area above the seat, or the seat where it is a country."""
    return func.coalesce(above.lo, home.lo)


def _decisions() -> Select[Decision, str, str, bool, bool, DecisionContest]:
    o = Organisation
    return (
        select(Decision, o.name, o.slug, o.shown, o.demonstration, DecisionContest)
        .join(o, o.id == Decision.organisation_id)
        .outerjoin(DecisionContest, DecisionContest.decision_id == Decision.id)
    )


def _decided(
    d: Decision, name: str, slug: str, shown: bool, demonstration: bool, contest: DecisionContest | None
) -> Decided:
    contested = None
    if contest is not None:
        outcome = Answer(contest.outcome) if contest.outcome else None
        contested = Contested(
            contest.id, contest.says, contest.lodged_at, contest.due_on, outcome, contest.answer
        )
    return Decided(
        d.id,
        d.at,
        Outcome(d.outcome),
        d.reason_code,
        d.reason,
        d.decided_for,
        d.proposed_for,
        d.decided_by,
        d.proposed_by,
        d.organisation_id,
        name,
        slug,
        shown,
        demonstration,
        contested,
    )
