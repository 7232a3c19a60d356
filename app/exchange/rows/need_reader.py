"""Reads the rows of a table of needs: how many people of whom need what where, each row with a verdict."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple

from app.exchange.reading.cells import Cell, Row, said
from app.exchange.rows.areas import AREA_FIELDS, AreaFound, AreaReader
from app.exchange.rows.facets import FacetsFound, FacetsReader
from app.exchange.rows.memo import Group, Memo
from app.exchange.rows.originals import original
from app.exchange.rows.people import NEED_MEASURES, NeedFigures, NeedFiguresReader
from app.exchange.rows.presences import Tally
from app.exchange.rows.questions import Questions
from app.exchange.rows.services import NeedServiceReader, ServiceFound
from app.exchange.rows.times import TimeFound, TimeReader
from app.exchange.rules.column_map import ColumnMap
from app.exchange.rules.fields import ANY, Field
from app.exchange.rules.lookups import Answers, Lookups
from app.exchange.rules.settings import Settings
from app.exchange.rules.verdicts import Reason, Verdict, verdict_of
from app.exchange.values.dates import Order
from app.exchange.values.months import Period
from app.exchange.values.siblings import Area
from app.kernel.text import fold

ANYTHING = "ALL"
"""The service of a row about people in need of anything."""
_SEPARATOR = "\x1f"
_FACETS = (Field.SEX, Field.AGE, Field.AGE_MIN, Field.AGE_MAX, Field.DISABILITY, Field.GROUP)


class NeedRow(NamedTuple):
    """One statement of one row. A row whose columns are for several groups of people makes several.

    `service` is a code or ANYTHING; `group` is host, idp, returnee, refugee, migrant, another that a person chose, or
    any; `people` None is "not stated". `key` is the same for rows that state the same need of the same people.
    """

    sheet: str
    number: int
    part: int
    parts: int
    verdict: Verdict
    reasons: tuple[Reason, ...]
    area: Area | None
    service: str
    group: str
    sex: str
    age: str
    disability: str
    people: int | None
    targeted: int | None
    reached: int | None
    affected: int | None
    population: int | None
    severity: int | None
    period: Period | None
    key: bytes
    hash: bytes
    original: tuple[Cell, ...] | None = None


class NeedReader:
    """Reads the rows of one sheet. `questions` and `tally` fill up as `rows` is iterated."""

    def __init__(
        self,
        columns: ColumnMap,
        lookups: Lookups,
        settings: Settings,
        answers: Answers | None = None,
        questions: Questions | None = None,
    ) -> None:
        self.questions = questions if questions is not None else Questions()
        self.tally = Tally()
        self._settings = settings
        self._private, self._width = columns.private, len(columns.columns)
        answers = answers or {}
        areas = AreaReader(lookups.areas, settings.country, answers, self.questions)
        without = settings.sheet_service or (
            "" if columns.has(Field.SECTOR_NAME, Field.SECTOR_CODE) else ANYTHING
        )
        services = NeedServiceReader(lookups.services, answers, self.questions, without, ANYTHING)
        facets = FacetsReader(answers, self.questions)
        orders = [
            settings.orders.get(one, Order.UNKNOWN) for one in (Field.START, Field.END, Field.ON, Field.MONTH)
        ]
        counted = [(use.index, use.people) for use in columns.people if use.people]
        figures = NeedFiguresReader(counted, settings.decimal_mark)
        self._area = Group(columns, AREA_FIELDS, areas.read)
        self._service = Group(columns, (Field.SECTOR_CODE, Field.SECTOR_NAME), services.read)
        self._facets = Group(columns, _FACETS, facets.read)
        self._time = Group(
            columns,
            (Field.START, Field.END, Field.ON, Field.MONTH, Field.YEAR),
            TimeReader(settings.period, orders).read,
        )
        indices = tuple(use.index for use in columns.people)
        self._figures = Group(columns, (Field.SEVERITY,), figures.read, indices)
        self._folded = Memo(fold)

    def rows(self, body: Iterable[tuple[int, Row]]) -> Iterator[NeedRow]:
        """The statements of each row; a row with any reason to be refused makes one, refused."""
        read_area, read_service, read_facets = self._area.of, self._service.of, self._facets.of
        read_time, read_figures = self._time.of, self._figures.of
        tally, width = self.tally, self._width
        for number, row in body:
            read = _Read(
                read_area(row), read_service(row), read_facets(row), read_time(row), read_figures(row)
            )
            area, service, facets, time, figures = read
            reasons = area.reasons + service.reasons + facets.reasons + time.reasons + figures.reasons
            if not service.service or len(row) > width:
                reasons += self._as_a_whole(row, service)
            for question in (area.question, service.question, facets.question):
                if question is not None:
                    question.rows += 1
            tally.rows += 1
            if reasons:
                # A figure for the whole country is meant as one.
                reasons = tuple(one for one in reasons if one.code != "whole-country")
                tally.reasons.update([one.code for one in reasons])
            verdict = verdict_of(reasons) if reasons else Verdict.OK
            tally.verdicts[verdict] += 1
            if verdict is Verdict.REFUSED or area.area is None:
                yield self._refused(number, row, reasons, read)
            else:
                made = self._stated(number, verdict, reasons, read, area.area)
                tally.presences += len(made)
                yield from made

    def _as_a_whole(self, row: Row, service: ServiceFound) -> tuple[Reason, ...]:
        """What is wrong with a row that names no service, or goes on beyond the headings."""
        reasons: tuple[Reason, ...] = ()
        if not service.service and verdict_of(service.reasons) is not Verdict.REFUSED:
            reasons = (Reason("no-sector-or-activity"),)
        over = next((text for cell in row[self._width :] if (text := said(cell))), "")
        return (*reasons, Reason("row-width", over[:40])) if over else reasons

    def _refused(self, number: int, row: Row, reasons: tuple[Reason, ...], read: "_Read") -> NeedRow:
        """The row with its cells, and whatever of them could be read but the figures."""
        facets, cells = read.facets, original(row, self._private)
        told = (
            self._settings.sheet,
            number,
            1,
            1,
            Verdict.REFUSED,
            reasons,
            read.area.area,
            read.service.service,
        )
        whom = (facets.group, facets.sex, facets.age, facets.disability)
        nothing = (None,) * len(NEED_MEASURES)
        return NeedRow._make(
            (*told, *whom, *nothing, read.figures.severity, read.time.period, b"", b"", cells)
        )

    def _stated(
        self, number: int, verdict: Verdict, reasons: tuple[Reason, ...], read: "_Read", area: Area
    ) -> list[NeedRow]:
        """What the row states of everybody, and of each group that it has columns for."""
        _area, service, facets, time, figures = read
        source, sheet, folded = self._settings.source, self._settings.sheet, self._folded
        parts = len(figures.stated)
        made: list[NeedRow] = []
        for part, (who, counts) in enumerate(figures.stated, 1):
            meant = who.service or service.service
            group = who.group if facets.group == ANY else facets.group
            sex = who.sex if facets.sex == ANY else facets.sex
            age = who.age if facets.age == ANY else facets.age
            disability = who.disability if facets.disability == ANY else facets.disability
            about = (source, time.key, area.code, meant, sex, age, disability, folded[group])
            digest = blake2b(_SEPARATOR.join(about).encode(), digest_size=16)
            key = digest.digest()
            digest.update(repr((counts, figures.severity)).encode())
            told = (sheet, number, part, parts, verdict, reasons, area, meant, group, sex, age, disability)
            says = (*counts, figures.severity, time.period, key, digest.digest(), None)
            made.append(NeedRow._make(told + says))
        return made


class _Read(NamedTuple):
    """What the cells of one row mean."""

    area: AreaFound
    service: ServiceFound
    facets: FacetsFound
    time: TimeFound
    figures: NeedFigures
