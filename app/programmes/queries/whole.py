"""A programme with everything it says, for whoever writes it and for whoever reads it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.i18n import spoken
from app.kernel.refusals import NotFound
from app.organisations.models import Organisation
from app.organisations.queries.standing import standing as registered
from app.organisations.queries.standing import suspended_at
from app.organisations.rules.registration import State as Registered
from app.places import queries as places
from app.programmes.models import CapacityLine, Programme, ProgrammeArea, ProgrammeTerm
from app.programmes.rules.capacity import Counting, Stretch
from app.programmes.rules.confirmation import Standing, counts_until, standing
from app.programmes.rules.states import State
from app.vocabulary.models import Term
from app.vocabulary.queries.entries import name_of


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of the vocabulary that a programme names."""

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Served:
    """How many people can be served with one service. `people` None: not known, or part of one number for all."""

    service: Named
    people: int | None
    counting: Counting
    starts_on: date
    ends_on: date
    confirmed_on: date
    standing: Standing
    split_by_us: bool

    @property
    def dates(self) -> Stretch:
        return self.starts_on, self.ends_on

    @property
    def counts_until(self) -> date:
        return counts_until(self.confirmed_on)


@dataclass(frozen=True, slots=True)
class Whole:
    """A programme. `terms`: relation -> entries in their order; `together`: one number of people for all services.
    `organisation_state` as it counts today; `suspended_at`, `ran_out_on`: since when the organisation is suspended,
    and its registration's last day where that is over.
    """

    id: UUID
    version: int
    state: State
    state_reason: str
    state_since: datetime | None
    published_at: datetime | None
    changed_at: datetime
    title: str
    summaries: Mapping[str, str]
    starts_on: date | None
    ends_on: date | None
    pauses: Sequence[Stretch]
    together: int | None
    referral: str
    phone: str
    email: str
    safeguarding_contact: bool
    steps_done: Sequence[str]
    organisation_id: UUID
    slug: str
    organisation: str
    organisation_state: str
    suspended_at: datetime | None
    ran_out_on: date | None
    demonstration: bool
    terms: Mapping[str, Sequence[Named]]
    areas: Sequence[places.Found]
    lines: Sequence[Served]

    @property
    def summary(self) -> str:
        """The summary in the language being spoken, else in another that it has."""
        said = self.summaries
        return said.get(spoken().code) or said.get("en") or next((text for text in said.values() if text), "")

    @property
    def summary_language(self) -> str:
        """The language that `summary` is in."""
        return next((code for code, text in self.summaries.items() if text == self.summary), "")

    @property
    def over(self) -> bool:
        """Whether it has ended, whatever becomes of its organisation."""
        return self.state in (State.COMPLETED, State.CANCELLED)

    @property
    def confirmed_on(self) -> date | None:
        """The day on which the longest unconfirmed of its known numbers was confirmed; None where none is known."""
        return min(
            (
                line.confirmed_on
                for line in self.lines
                if line.people is not None or self.together is not None
            ),
            default=None,
        )

    @property
    def unknown(self) -> bool:
        """Whether nobody said yet how many people can be served with one of its services."""
        return self.together is None and (not self.lines or any(line.people is None for line in self.lines))

    def named(self, relation: str) -> Sequence[Named]:
        return self.terms.get(relation, ())


async def whole(db: AsyncSession, programme_id: UUID) -> Whole:
    """The programme, also a draft: for its own people. Five statements. Raises NotFound."""
    return _only(await _wholes(db, Programme.id == programme_id))


async def public(db: AsyncSession, programme_id: UUID) -> Whole:
    """The programme as everybody sees it. Raises NotFound for a draft, or where the organisation isn't shown."""
    return _only(await wholes(db, [programme_id]))


async def wholes(db: AsyncSession, ids: Collection[UUID]) -> list[Whole]:
    """Those of the programmes that everybody sees, in the order of `ids`. Five statements, whatever their number."""
    shown = Programme.published_at.is_not(None) & Organisation.shown
    found = {each.id: each for each in await _wholes(db, Programme.id.in_(ids) & shown)}
    return [found[i] for i in ids if i in found]


def _only(found: Sequence[Whole]) -> Whole:
    if not found:
        raise NotFound
    return found[0]


async def _wholes(db: AsyncSession, wanted: ColumnElement[bool]) -> list[Whole]:
    its_state = registered(time.now().date())
    owner = (
        Organisation.slug,
        Organisation.name,
        its_state,
        case((its_state == Registered.SUSPENDED, suspended_at())),
        case((its_state == Registered.LAPSED, Organisation.expires_on)),
        Organisation.demonstration,
    )
    rows = (
        await db.execute(
            select(Programme, *owner)
            .join(Organisation, Organisation.id == Programme.organisation_id)
            .where(wanted)
        )
    ).all()
    ids = [row[0].id for row in rows]
    if not ids:
        return []
    terms, areas, lines = await _terms(db, ids), await _areas(db, ids), await _lines(db, ids)
    return [
        Whole(
            id=it.id,
            version=it.version,
            state=State(it.state),
            state_reason=it.state_reason,
            state_since=it.state_since,
            published_at=it.published_at,
            changed_at=it.changed_at,
            title=it.title,
            summaries=it.summaries,
            starts_on=it.starts_on,
            ends_on=it.ends_on,
            pauses=[(date.fromisoformat(first), date.fromisoformat(last)) for first, last in it.closed],
            together=it.people_together,
            referral=it.referral,
            phone=it.referral_phone,
            email=it.referral_email,
            safeguarding_contact=it.safeguarding_contact,
            steps_done=it.steps_done,
            organisation_id=it.organisation_id,
            slug=slug,
            organisation=organisation,
            organisation_state=organisation_state,
            suspended_at=suspended,
            ran_out_on=ran_out,
            demonstration=demonstration,
            terms=terms[it.id],
            areas=areas[it.id],
            lines=lines[it.id],
        )
        for it, slug, organisation, organisation_state, suspended, ran_out, demonstration in rows
    ]


async def _terms(db: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, dict[str, list[Named]]]:
    rows = await db.execute(
        select(ProgrammeTerm.programme_id, ProgrammeTerm.relation, Term.id, Term.code, name_of())
        .join(Term, Term.id == ProgrammeTerm.term_id)
        .where(ProgrammeTerm.programme_id.in_(ids))
        .order_by(Term.position, Term.code)
    )
    terms: dict[UUID, dict[str, list[Named]]] = {i: {} for i in ids}
    for programme_id, relation, term_id, code, name in rows:
        terms[programme_id].setdefault(relation, []).append(Named(term_id, code, name))
    return terms


async def _areas(db: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[places.Found]]:
    its = select(ProgrammeArea.programme_id, ProgrammeArea.area_id).where(ProgrammeArea.programme_id.in_(ids))
    pairs = {(programme_id, area_id) for programme_id, area_id in await db.execute(its)}
    found = await places.areas_by_id(db, {area_id for _, area_id in pairs})
    return {i: [place for place in found if (i, place.id) in pairs] for i in ids}


async def _lines(db: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[Served]]:
    rows = await db.execute(
        select(CapacityLine, Term.id, Term.code, name_of())
        .join(Term, Term.id == CapacityLine.service_id)
        .where(CapacityLine.programme_id.in_(ids), CapacityLine.withdrawn_at.is_(None))
        .order_by(Term.position, Term.code, CapacityLine.id)
    )
    today = time.now().date()
    lines: dict[UUID, list[Served]] = {i: [] for i in ids}
    for line, term_id, code, name in rows:
        served = Served(
            service=Named(term_id, code, name),
            people=line.people,
            counting=Counting(line.counts),
            starts_on=line.starts_on,
            ends_on=line.ends_on,
            confirmed_on=line.confirmed_on,
            standing=standing(line.confirmed_on, today),
            split_by_us=line.split_by_us,
        )
        lines[line.programme_id].append(served)
    return lines
