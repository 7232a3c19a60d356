"""Reads the rows of a table of needs: how many people of whom need what where, each row with a verdict."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple

from app.exchange.reading.cells import Cell, Row, said
from app.exchange.rows.areas import AREA_FIELDS, AreaFound, AreaReader
from app.exchange.rows.facets import FacetsFound, FacetsReader
from app.exchange.rows.memo import Group
from app.exchange.rows.originals import original
from app.exchange.rows.people import NeedFigures, NeedFiguresReader
from app.exchange.rows.presences import Tally
from app.exchange.rows.questions import Questions
from app.exchange.rows.services import NeedServiceReader
from app.exchange.rows.times import TimeReader
from app.exchange.rules.column_map import ColumnMap
from app.exchange.rules.fields import ANY, Field, People
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

    def rows(self, body: Iterable[tuple[int, Row]]) -> Iterator[NeedRow]:
        """The statements of each row; a row with any reason to be refused makes one, refused."""
        tally = self.tally
        for number, row in body:
            area = self._area.of(row)
            service = self._service.of(row)
            facets = self._facets.of(row)
            time = self._time.of(row)
            figures = self._figures.of(row)
            reasons = (
                tuple(one for one in area.reasons if one.code != "whole-country")
                + service.reasons
                + facets.reasons
                + time.reasons
                + figures.reasons
            )
            if not service.service and verdict_of(service.reasons) is not Verdict.REFUSED:
                reasons += (Reason("no-sector-or-activity"),)
            if len(row) > self._width and (
                over := next((text for cell in row[self._width :] if (text := said(cell))), "")
            ):
                reasons += (Reason("row-width", over[:40]),)
            for question in (area.question, service.question, facets.question):
                if question is not None:
                    question.rows += 1
            verdict = verdict_of(reasons)
            tally.rows += 1
            tally.verdicts[verdict] += 1
            tally.reasons.update([reason.code for reason in reasons])
            if verdict is Verdict.REFUSED:
                yield self._row(
                    number,
                    row,
                    verdict,
                    reasons,
                    area,
                    service.service,
                    facets,
                    People("inneed"),
                    figures,
                    time.period,
                )
                continue
            wholes = figures.of or (People("inneed"),)
            for part, who in enumerate(wholes, 1):
                tally.presences += 1
                meant = who.service or service.service
                made = self._row(
                    number, row, verdict, reasons, area, meant, facets, who, figures, time.period
                )
                yield made._replace(part=part, parts=len(wholes))

    def _row(
        self,
        number: int,
        row: Row,
        verdict: Verdict,
        reasons: tuple[Reason, ...],
        area: AreaFound,
        service: str,
        facets: FacetsFound,
        who: People,
        figures: NeedFigures,
        period: Period | None,
    ) -> NeedRow:
        group = who.group if facets.group == ANY else facets.group
        sex = who.sex if facets.sex == ANY else facets.sex
        age = who.age if facets.age == ANY else facets.age
        disability = who.disability if facets.disability == ANY else facets.disability
        numbers = figures.numbers.get(who, {})
        counts = [
            numbers.get(measure) for measure in ("inneed", "targeted", "reached", "affected", "population")
        ]
        key = hash_ = b""
        original_ = None
        if verdict is Verdict.REFUSED or area.area is None:
            original_ = original(row, self._private)
        else:
            parts = (
                self._settings.source,
                str(period),
                area.area.code,
                service,
                sex,
                age,
                disability,
                fold(group),
            )
            digest = blake2b(_SEPARATOR.join(parts).encode(), digest_size=16)
            key = digest.digest()
            digest.update(repr((counts, figures.severity)).encode())
            hash_ = digest.digest()
        told = (
            self._settings.sheet,
            number,
            1,
            1,
            verdict,
            reasons,
            area.area,
            service,
            group,
            sex,
            age,
            disability,
        )
        return NeedRow._make((*told, *counts, figures.severity, period, key, hash_, original_))
