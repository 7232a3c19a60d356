"""The needs suggested to one partner, each with its points and the reasons for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.settings import settings
from app.matching.queries.cells import Cell, cells
from app.matching.queries.finding import Found, find, in_order
from app.matching.queries.profiles import profile
from app.matching.queries.setting import Setting, setting
from app.matching.queries.standing import Standing, Standings, standing
from app.matching.rules import sentences
from app.matching.rules.conditions import ALL_HOLD, Between, failing
from app.matching.rules.explained import Bar, bars, would_help
from app.matching.rules.fit import Fit, FitFacts, fit, fit_facts
from app.matching.rules.profile import Profile
from app.matching.rules.reach import reach_of
from app.matching.rules.sentences import Sentence
from app.matching.rules.weights import Factor
from app.matching.rules.why import Names, why

log = structlog.get_logger()


class ListsDiffer(AssertionError):
    """The query and the rules don't agree about a list: an error of ours, never a person's."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A need for a partner: how well they suit each other and why. `match`: where they already are with it."""

    cell: Cell
    fit: Fit
    facts: FitFacts
    bars: Sequence[Bar]
    why: dict[Factor, Sentence]
    says: Sequence[Sentence]
    missing: Sequence[Sentence]
    match: Standing | None

    @property
    def asked(self) -> bool:
        return self.facts.asked_for


@dataclass(frozen=True)
class Suggestions:
    """The list of one partner, and what it was worked out with."""

    profile: Profile
    known: Setting
    standings: Standings
    rows: Sequence[Explained]
    verified: bool


async def suggestions(db: AsyncSession, organisation_id: UUID) -> Suggestions:
    """The first 20 needs that the organisation could serve, worst first. Raises NotFound.

    At most eight statements, whatever the number of needs and partners.
    """
    known = await setting(db, time.now().date())
    who = await profile(db, organisation_id, known)
    between = await standing(db, organisation_id, known.today)
    reach = reach_of(who, known.words, known.today)
    found: list[Found] = []
    if reach:
        found = await find(
            db, reach, known.weights, tie=who.tie, asked=between.asked, left_out=between.left_out
        )
    shown = await cells(db, [each.cell_id for each in found])
    rows = [explained(who, shown[each.cell_id], known, between) for each in found if each.cell_id in shown]
    check(found, {row.cell.id: row for row in rows}, who, known, between)
    verified = who.verified_until is not None and known.today <= who.verified_until
    return Suggestions(who, known, between, rows, verified)


def explained(who: Profile, cell: Cell, known: Setting, standings: Standings) -> Explained:
    """One need for one partner, worked out by the rules alone."""
    need = cell.as_need(known)
    partner = who.partner(known.words, cell.service_id, cell.at.country, known.today)
    facts = fit_facts(partner, need, standings.between(cell.pair), known.today)
    points = fit(facts, known.weights)
    match = standings.match_of(cell.pair)
    spoken = sorted(known.language_names.get(code, code) for code in partner.languages & need.languages)
    unspoken = sorted(known.language_names.get(code, code) for code in need.languages - partner.languages)
    names = Names(
        group=cell.people_called, service=cell.service, area=cell.area, parent=cell.parent, country=cell.country,
        languages=tuple(spoken), asker=match.other if match else "",
    )  # fmt: skip
    return Explained(
        cell=cell,
        fit=points,
        facts=facts,
        bars=bars(points, facts, known.weights),
        why=dict(why(facts, names)),
        says=said_of(cell),
        missing=would_help(facts, tuple(unspoken)),
        match=match,
    )


def said_of(cell: Cell) -> list[Sentence]:
    """The need in sentences: how many have nothing and who says so, how bad it is, who else is there."""
    said = [
        sentences.people_without(
            cell.uncovered, cell.people, group=cell.people_called, area=cell.area, service=cell.need, source=cell.source,
            month=cell.reference_to, withheld=cell.withheld,
        ),
        sentences.how_severe(cell.severity),
        sentences.others_here(cell.named),
    ]  # fmt: skip
    if cell.tier == 1 and not cell.withheld:
        said.append(sentences.comes_first(cell.uncovered / cell.people))
    return said


def check(
    found: Sequence[Found], rows: dict[UUID, Explained], who: Profile, known: Setting, standings: Standings
) -> None:
    """The query's fit, conditions and order are those of the rules. Raises ListsDiffer in development and tests;
    in production the list is shown and the difference logged.
    """
    wrong = [
        str(each.cell_id)
        for each in found
        if not _agrees(each, rows.get(each.cell_id), who, known, standings)
    ]
    if not wrong and in_order(found, who.tie):
        return
    if settings().development:
        raise ListsDiffer(wrong or "order")
    log.error("matching.lists-differ", organisation_id=str(who.id), cells=wrong)


def _agrees(each: Found, row: Explained | None, who: Profile, known: Setting, standings: Standings) -> bool:
    # A cell that was worked out anew between the two statements is no disagreement.
    if row is None or row.cell.uncovered != each.uncovered:
        return True
    between: Between = standings.between(row.cell.pair)
    partner = who.partner(known.words, row.cell.service_id, row.cell.at.country, known.today)
    holds = failing(partner, row.cell.as_need(known), between, known.today) == ALL_HOLD
    return holds and row.fit.total == each.fit
