"""One figure, down to everything that it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.coverage.models import CellCoverage
from app.coverage.rules.capacity import Counts
from app.coverage.rules.cover import range_is_wide
from app.coverage.rules.presence import NOT_THERE_YET, Known
from app.coverage.rules.tiers import may_be_called_covered
from app.kernel.i18n import spoken
from app.kernel.refusals import NotFound
from app.needs.models import DataNote, NeedCell
from app.needs.queries import contests
from app.needs.queries.contests import Questioned
from app.needs.rules.cells import NoteKind
from app.needs.rules.contests import State, ratio_range
from app.needs.rules.published import covered_as_published, too_few
from app.places.models import Area
from app.places.queries import said_name
from app.vocabulary.models import Term
from app.vocabulary.queries.entries import name_of

SHOWN = 60


@dataclass(frozen=True, slots=True)
class Line:
    """A programme's part: about how many of these people it can serve. `people` None: its number isn't known.

    `rate`: the share of those who need it, in the places it works in, whom it can serve.
    """

    programme_id: UUID
    title: str
    organisation: str
    slug: str
    demonstration: bool
    counts: Counts
    people: int | None
    serves: int
    rate: float
    estimated: bool
    split: bool
    confirmed_on: date


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation that a source says is there. `partner`: with whom it works, if the source says so."""

    organisation: str
    slug: str
    listed: bool
    status: str
    activity: str
    area: str
    service: str
    period_from: date
    period_to: date
    source: str
    import_id: UUID | None
    rows: Sequence[int]


@dataclass(frozen=True, slots=True)
class Said:
    """A figure as somebody stated it; `people` None is not said, or not shown (`too_few`)."""

    people: int | None
    too_few: bool
    targeted: int | None
    source: str
    release: str
    told_by: str
    organisation: str | None
    slug: str | None
    reference_from: date
    reference_to: date
    import_id: UUID | None
    row_number: int | None
    ended: bool
    worked_with: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Another group in the same place, for the same service. Its figures are as in Printed."""

    id: UUID
    name: str
    role: str
    people: int | None
    covered: int | None
    uncovered: int | None
    few: frozenset[str]
    state: Known
    lines: int


@dataclass(frozen=True, slots=True)
class Figure:
    """The cell. `people`, `covered`, `uncovered` and `few` are as in Printed; `stated` is the number behind `people`."""

    id: UUID
    area_id: UUID
    area: str
    area_code: str
    position: int
    last: int
    service_id: UUID
    service: str
    service_code: str
    group_id: UUID
    group: str
    group_code: str
    role: str
    origin: str
    counted: bool
    local: bool
    parts_differ: bool
    contested: bool
    severity: int | None
    severity_from: str
    reference_from: date
    reference_to: date
    statement_id: UUID | None
    people: int | None
    covered: int | None
    uncovered: int | None
    few: frozenset[str]
    stated: int
    overlap: int
    planned: int
    low: int
    high: int
    supply: float
    ratio: float
    estimated: float
    tier: int
    confidence: str
    lines: int
    named: int
    unmeasured: int
    state: Known
    worked_out_at: datetime

    @property
    def range_is_wide(self) -> bool:
        return self.people is not None and range_is_wide(self.low, self.high, self.people)

    @property
    def nobody_left_out(self) -> bool:
        """The figures may be printed, all have a place, and nobody questions it."""
        return (
            self.people is not None and self.covered is not None
            and may_be_called_covered(self.people, self.covered, contested=self.contested)
        )  # fmt: skip

    def questioned_range(self, questioned: Sequence[Questioned]) -> tuple[float, float] | None:
        """Coverage from the highest to the lowest figure that stands while somebody questions it; None if nobody does."""
        others = [each.people for each in questioned if each.state is State.OPEN]
        return ratio_range(self.supply * self.stated, [self.stated, *others]) if others else None


@dataclass(frozen=True, slots=True)
class Opened:
    """A figure and all it rests on."""

    figure: Figure
    above: Sequence[tuple[str, str]]
    lines: Sequence[Line]
    named: Sequence[Named]
    said: Sequence[Said]
    questioned: Sequence[Questioned]
    groups: Sequence[Group]
    notes: Sequence[tuple[str, str, str]]


async def opened(db: AsyncSession, cell_id: UUID) -> Opened:
    """Everything that a figure opens down to: eight statements. Raises NotFound."""
    it = await figure(db, cell_id)
    questioned = await contests.of_statement(db, it.statement_id) if it.statement_id else []
    return Opened(
        it, await _above(db, it), await _lines(db, it), await _named(db, it), await _said(db, it), questioned,
        await _groups(db, it), await _notes(db, it),
    )  # fmt: skip


async def figure(db: AsyncSession, cell_id: UUID) -> Figure:
    """A cell with its coverage. One statement. Raises NotFound."""
    group = aliased(Term)
    wanted = (
        select(
            NeedCell.id, Area.id.label("area_id"), said_name().label("area"), Area.code.label("area_code"),
            Area.lo.label("position"), Area.hi.label("last"), Term.id.label("service_id"), name_of().label("service"),
            Term.code.label("service_code"), group.id.label("group_id"), name_of(group).label("group"),
            group.code.label("group_code"), NeedCell.role, NeedCell.origin, NeedCell.counted, NeedCell.local,
            NeedCell.parts_differ, NeedCell.contested, NeedCell.severity, NeedCell.severity_from, NeedCell.reference_from,
            NeedCell.reference_to, NeedCell.statement_id, CellCoverage.people, CellCoverage.covered, CellCoverage.overlap,
            CellCoverage.planned, CellCoverage.low, CellCoverage.high, CellCoverage.supply, CellCoverage.ratio,
            CellCoverage.estimated, CellCoverage.tier, CellCoverage.confidence, CellCoverage.lines, CellCoverage.named,
            CellCoverage.unmeasured, CellCoverage.state, CellCoverage.worked_out_at, NeedCell.withheld,
        )
        .join(CellCoverage, CellCoverage.cell_id == NeedCell.id)
        .join(Area, Area.id == NeedCell.area_id)
        .join(Term, Term.id == NeedCell.service_id)
        .join(group, group.id == NeedCell.group_id)
        .where(NeedCell.id == cell_id)
    )  # fmt: skip
    row: Any = (await db.execute(wanted)).first()
    if row is None:
        raise NotFound
    its = row._asdict()
    printed = covered_as_published(its["people"], its["covered"], withheld=its.pop("withheld"))
    return Figure(**its | {"stated": its["people"], "state": Known(its["state"])} | asdict(printed))


async def _above(db: AsyncSession, figure: Figure) -> list[tuple[str, str]]:
    """Code and name of the areas that it lies in, the country first."""
    wanted = (
        select(Area.code, said_name())
        .where(Area.lo < figure.position, Area.hi >= figure.last)
        .order_by(Area.lo)
    )
    return [(code, name) for code, name in await db.execute(wanted)]


# What is counted in the cell, or, of a total, in every cell that it is the total of.
_LINES = text(
    """
    SELECT p.id, p.title, o.name, o.slug, o.demonstration, part.counts, CASE WHEN l.split_by_us THEN p.people_together
        ELSE l.people END, floor(sum(part.rate * part.share * n.people) + 1e-9)::bigint, max(part.rate),
        bool_or(part.estimated), l.split_by_us, l.confirmed_on
    FROM line_part AS part
    JOIN need_cell AS n ON n.id = part.cell_id
    JOIN capacity_line AS l ON l.id = part.line_id
    JOIN programme AS p ON p.id = l.programme_id
    JOIN organisation AS o ON o.id = p.organisation_id
    WHERE CASE WHEN :alone THEN n.id = :cell
        ELSE n.counted AND n.service_id = :service AND n.position BETWEEN :lo AND :hi END
    GROUP BY p.id, o.id, l.id, part.counts
    ORDER BY 8 DESC, o.name_folded, p.id
    LIMIT :shown
    """
)


async def _lines(db: AsyncSession, figure: Figure) -> list[Line]:
    values = {
        "alone": figure.counted or (figure.local and figure.group_code != "everyone"), "cell": figure.id,
        "service": figure.service_id, "lo": figure.position, "hi": figure.last, "shown": SHOWN,
    }  # fmt: skip
    rows: Any = await db.execute(_LINES, values)
    read: list[list[Any]] = [[*row[:5], Counts(row[5]), *row[6:]] for row in rows]
    return [Line(*row) for row in read]


_NAMED = text(
    """
    SELECT DISTINCT ON (o.name_folded, o.id) o.name, o.slug, o.shown, p.status, p.activity,
        coalesce(a.names ->> :language, a.name), coalesce(t.names ->> :language, t.names ->> 'en'), p.period_from,
        p.period_to, p.source, p.import_id, p.rows
    FROM presence AS p
    JOIN area AS a ON a.id = p.area_id
    JOIN term AS t ON t.id = p.service_id
    JOIN reported AS r ON r.service_id = p.service_id AND r.country = a.country AND r.source_id = p.source_id
    CROSS JOIN LATERAL (VALUES (p.organisation_id), (p.partner_id)) AS who (id)
    JOIN organisation AS o ON o.id = who.id
    WHERE a.lo BETWEEN :lo AND :hi AND (p.service_id = :service OR t.parent_id = :service)
      AND p.ended_at IS NULL AND p.period_to >= r.as_of AND p.status <> ALL(:not_there)
    ORDER BY o.name_folded, o.id, p.status = 'ongoing' DESC, p.period_to DESC
    LIMIT :shown
    """
)


async def _named(db: AsyncSession, figure: Figure) -> list[Named]:
    values = {
        "language": spoken().code, "lo": figure.position, "hi": figure.last, "service": figure.service_id,
        "not_there": sorted(NOT_THERE_YET), "shown": SHOWN,
    }  # fmt: skip
    rows: Any = await db.execute(_NAMED, values)
    return [Named(*row) for row in rows]


async def _said(db: AsyncSession, figure: Figure) -> list[Said]:
    """Everything that was ever stated about these people, what is worked with first, then the newest."""
    rows: Any = await db.execute(
        _SAID,
        {
            "area": figure.area_id,
            "service": figure.service_id,
            "group": figure.group_id,
            "cell": figure.statement_id,
        },
    )
    found: list[Said] = []
    for people, targeted, *rest in rows:
        few = people is not None and (too_few(people) or (figure.people is None and people == figure.stated))
        few_targeted = targeted is not None and too_few(targeted)
        values: list[Any] = [None if few else people, few, None if few or few_targeted else targeted, *rest]
        found.append(Said(*values))
    return found


_SAID = text(
    """
    SELECT s.people, s.targeted, s.source, s.release, s.note, o.name, o.slug, s.reference_from, s.reference_to,
        s.import_id, s.row_number, s.ended_at IS NOT NULL, s.id IS NOT DISTINCT FROM CAST(:cell AS uuid)
    FROM need_statement AS s
    JOIN term AS g ON g.id = :group AND (s.status, s.sex, s.disability) = (
        coalesce(g.facts ->> 'status', 'any'), coalesce(g.facts ->> 'sex', 'any'), coalesce(g.facts ->> 'disability', 'any'))
    LEFT JOIN organisation AS o ON o.id = s.stated_by_id
    WHERE s.area_id = :area AND s.service_id = :service
      AND (s.age = coalesce(g.facts ->> 'age', 'any') OR s.id IS NOT DISTINCT FROM CAST(:cell AS uuid))
    ORDER BY 13 DESC, s.ended_at IS NOT NULL, s.reference_to DESC, s.id DESC
    LIMIT 40
    """
)


async def _groups(db: AsyncSession, figure: Figure) -> list[Group]:
    wanted = (
        select(
            NeedCell.id, name_of(), NeedCell.role, CellCoverage.people, CellCoverage.covered, CellCoverage.state,
            CellCoverage.lines, NeedCell.withheld,
        )
        .join(CellCoverage, CellCoverage.cell_id == NeedCell.id)
        .join(Term, Term.id == NeedCell.group_id)
        .where(NeedCell.area_id == figure.area_id, NeedCell.service_id == figure.service_id, NeedCell.id != figure.id)
        .order_by(Term.position, Term.code, NeedCell.origin)
        .limit(100)
    )  # fmt: skip
    rows: Any = await db.execute(wanted)
    return [
        Group(
            i,
            name,
            role,
            state=Known(state),
            lines=lines,
            **asdict(covered_as_published(people, covered, withheld=withheld)),
        )
        for i, name, role, people, covered, state, lines, withheld in rows
    ]


async def _notes(db: AsyncSession, figure: Figure) -> list[tuple[str, str, str]]:
    """Kind, figure and other figure of what a reader should know about this place and service."""
    if figure.people is None:
        return []
    about = DataNote.area_id == figure.area_id
    wanted = (
        select(DataNote.kind, DataNote.figure, DataNote.other)
        .where(
            about,
            DataNote.service_id == figure.service_id,
            DataNote.facets == "",
            DataNote.kind != NoteKind.OPEN_ENDED,
        )
        .order_by(DataNote.kind)
        .limit(10)
    )
    rows: Any = await db.execute(wanted)
    return [(kind, one, other) for kind, one, other in rows if not _tells(one, other)]


def _tells(*figures: str) -> bool:
    """A number under 10 stands in it."""
    return any(figure.isdecimal() and too_few(int(figure)) for figure in figures)


def said_by_kind(notes: Sequence[tuple[str, str, str]]) -> Mapping[str, tuple[str, str]]:
    """The first note of each kind."""
    found: dict[str, tuple[str, str]] = {}
    for kind, one, other in notes:
        found.setdefault(kind, (one, other))
    return found
