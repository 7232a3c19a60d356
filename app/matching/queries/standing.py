"""Where one organisation stands with the needs that it, or their other side, has spoken about. One statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.matching.models import Match
from app.matching.queries.cells import area_name, in_a_sentence
from app.matching.queries.finding import Pair
from app.matching.rules.conditions import HIDDEN_FOR, NOTHING_BETWEEN, Between
from app.matching.rules.moves import EXPIRES_AFTER, OPEN, OVER, State
from app.organisations.models import Organisation
from app.places.models import Area
from app.vocabulary.models import Term
from app.vocabulary.queries.entries import name_of


@dataclass(frozen=True, slots=True)
class Standing:
    """A match as the list of an organisation shows it. `other`: name of the other side, "" where there is none;
    `offered`: the organisation is the one that answers for the need.
    """

    id: UUID
    pair: Pair
    state: State
    we_said: str
    they_said: str
    hidden_until: date | None
    moved_at: datetime
    service: str
    group: str
    area: str
    other: str
    offered: bool

    @property
    def answer_by(self) -> date:
        """The day on which it ends by itself."""
        return (self.moved_at + EXPIRES_AFTER).date()

    @property
    def waits_for_us(self) -> bool:
        return self.state in {State.SUGGESTED, State.INTERESTED} and not self.we_said and bool(self.they_said)

    @property
    def under_way(self) -> bool:
        """We spoke, and it isn't over."""
        return bool(self.we_said) and self.state not in OVER


@dataclass(frozen=True, slots=True)
class Standings:
    """All that stands between an organisation and needs; `offers`: what partners offer it, since it answers for them."""

    rows: Sequence[Standing]
    offers: Sequence[Standing] = ()

    @property
    def asked(self) -> list[Pair]:
        """Needs whose other side asked for it and waits."""
        return [row.pair for row in self.rows if row.state in OPEN and row.they_said == "yes"]

    @property
    def left_out(self) -> list[Pair]:
        """Needs that its list doesn't suggest: already spoken about, or declined not long ago."""
        return [row.pair for row in self.rows if row.under_way or row.hidden_until]

    @property
    def under_way(self) -> list[Standing]:
        return [row for row in (*self.rows, *self.offers) if row.under_way]

    @property
    def waiting(self) -> list[Standing]:
        """Matches in which the other side spoke and the organisation didn't yet."""
        return [row for row in (*self.rows, *self.offers) if row.waits_for_us]

    def match_of(self, pair: Pair) -> Standing | None:
        """The open match about a need."""
        return next((row for row in self.rows if row.pair == pair and row.state in OPEN), None)

    def between(self, pair: Pair) -> Between:
        """What the conditions read of it."""
        rows = [row for row in self.rows if row.pair == pair]
        until = max((row.hidden_until for row in rows if row.hidden_until), default=None)
        if until is None and pair not in self.asked:
            return NOTHING_BETWEEN
        declined = until - timedelta(days=HIDDEN_FOR) if until else None
        return Between(declined_on=declined, asked_for=pair in self.asked)


async def standing(db: AsyncSession, organisation_id: UUID, today: date) -> Standings:
    """The organisation's matches that are open or agreed, on either side, and those that hide a need today; newest
    first.
    """
    service, group, partner, asked = (
        aliased(Term),
        aliased(Term),
        aliased(Organisation),
        aliased(Organisation),
    )
    hides = func.coalesce(Match.hidden_until > today, False)
    going_on = Match.state.not_in(OVER)
    offered = Match.asked_id == organisation_id
    rows = await db.execute(
        select(
            Match.id, Match.service_id, Match.group_id, Area.lo, Match.state,
            case((offered, Match.asked_says), else_=Match.organisation_says),
            case((offered, Match.organisation_says), else_=Match.asked_says),
            Match.hidden_until, Match.moved_at, name_of(service), in_a_sentence(group, "people"), area_name(),
            case((offered, partner.name), else_=func.coalesce(asked.name, "")), func.coalesce(offered, False),
        )
        .join(Area, Area.id == Match.area_id)
        .join(service, service.id == Match.service_id)
        .join(group, group.id == Match.group_id)
        .join(partner, partner.id == Match.organisation_id)
        .outerjoin(asked, asked.id == Match.asked_id)
        .where(or_((Match.organisation_id == organisation_id) & or_(going_on, hides), offered & going_on))
        .order_by(Match.moved_at.desc(), Match.id)
        .limit(500)
    )  # fmt: skip
    found = [
        Standing(
            i, Pair(service_id, group_id, position), State(state), we, they, until if until and until > today else None,
            moved_at, service_name, group_name, area, other_name, is_offered,
        )
        for i, service_id, group_id, position, state, we, they, until, moved_at, service_name, group_name, area,
        other_name, is_offered in rows
    ]  # fmt: skip
    return Standings([row for row in found if not row.offered], [row for row in found if row.offered])
