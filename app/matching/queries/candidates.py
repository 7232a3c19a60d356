"""The list of partners for a need, each with its points, for the organisation that answers for the need."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.settings import settings
from app.matching.queries.cells import Cell, cell
from app.matching.queries.eligible import Eligible, eligible
from app.matching.queries.matches import Waiting, of_need, spoken_about
from app.matching.queries.profiles import profiles
from app.matching.queries.setting import Setting, setting
from app.matching.queries.suggestions import ListsDiffer, said_of
from app.matching.rules.conditions import ALL_HOLD, NOTHING_BETWEEN, failing
from app.matching.rules.explained import Bar, bars
from app.matching.rules.fit import Fit, fit, fit_facts
from app.matching.rules.profile import Profile
from app.matching.rules.sentences import Sentence

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A partner who could serve the need, and why."""

    id: UUID
    slug: str
    name: str
    fit: Fit
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Candidates:
    """A need with its partners, and the matches about it that already began."""

    need: Cell
    says: Sequence[Sentence]
    rows: Sequence[Candidate]
    under_way: Sequence[Waiting]


async def candidates(db: AsyncSession, cell_id: UUID, asked_id: UUID | None) -> Candidates:
    """The first 20 partners for a need, besides the organisation itself. Raises NotFound. Six statements."""
    known = await setting(db, time.now().date())
    need = await cell(db, cell_id)
    itself: frozenset[UUID] = frozenset({asked_id} if asked_id else ())
    found = await eligible(db, need, known, left_out=await spoken_about(db, need) | itself)
    who = await profiles(db, [each.id for each in found], known)
    rows = [_candidate(who[each.id], need, known) for each in found if each.id in who]
    _check(found, rows, who, need, known)
    return Candidates(need, said_of(need), rows, await of_need(db, need, asked_id))


def _candidate(who: Profile, need: Cell, known: Setting) -> Candidate:
    partner = who.partner(known.words, need.service_id, need.at.country, known.today)
    facts = fit_facts(partner, need.as_need(known), NOTHING_BETWEEN, known.today)
    points = fit(facts, known.weights)
    return Candidate(who.id, who.slug, who.name, points, bars(points, facts, known.weights))


def _check(
    found: Sequence[Eligible], rows: Sequence[Candidate], who: dict[UUID, Profile], need: Cell, known: Setting
) -> None:
    """The query's conditions and fit are those of the rules. Raises ListsDiffer in development and tests; in
    production the list is shown and the difference logged.
    """
    fits = {each.id: each.fit for each in found}
    wrong = [
        str(row.id) for row in rows if fits[row.id] != row.fit.total or not _holds(who[row.id], need, known)
    ]
    if not wrong:
        return
    if settings().development:
        raise ListsDiffer(wrong)
    log.error("matching.lists-differ", cell_id=str(need.id), organisations=wrong)


def _holds(who: Profile, need: Cell, known: Setting) -> bool:
    partner = who.partner(known.words, need.service_id, need.at.country, known.today)
    return failing(partner, need.as_need(known), NOTHING_BETWEEN, known.today) == ALL_HOLD
