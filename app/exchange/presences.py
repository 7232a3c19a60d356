"""From the rows of a 3W table to presences: who does what where and when, each with a verdict and its reasons."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from itertools import product
from typing import NamedTuple

from app.exchange.fields import Field
from app.exchange.lookups import Answers, Lookups
from app.exchange.mapping import ColumnMap
from app.exchange.reading.cells import ERROR_VALUES, Cell, Row, is_blank, picker, said
from app.exchange.rows.areas import AreaFound, AreaReader
from app.exchange.rows.memo import Memo
from app.exchange.rows.organisations import NamedOrganisation, OrganisationFound, OrganisationReader
from app.exchange.rows.people import Figure, FiguresFound, PeopleReader, added
from app.exchange.rows.questions import Question, Questions
from app.exchange.rows.services import ServiceFound, ServiceReader
from app.exchange.rows.times import TimeFound, TimeReader
from app.exchange.values.areas import Area
from app.exchange.values.blanks import says_nothing
from app.exchange.values.dates import Order
from app.exchange.values.months import Period
from app.exchange.values.numbers import amount
from app.exchange.values.statuses import most_alive, role, status
from app.exchange.verdicts import Reason, Verdict, verdict_of
from app.kernel.text import fold

ACTIVITY_CHARACTERS = 4_000
TEXT_CHARACTERS = 1_000
_MOST_PRESENCES_A_ROW = 100
_SEPARATOR = "\x1f"
_AREA_FIELDS = (
    Field.COUNTRY_CODE,
    Field.COUNTRY_NAME,
    Field.ADM1_CODE,
    Field.ADM1_NAME,
    Field.ADM2_CODE,
    Field.ADM2_NAME,
    Field.ADM3_CODE,
    Field.ADM3_NAME,
)
_TIME_FIELDS = (Field.START, Field.END, Field.ON, Field.MONTH, Field.YEAR)


class Details(NamedTuple):
    """What else a row says; texts are "" and the budget None where it says nothing."""

    donor: str = ""
    project: str = ""
    project_code: str = ""
    region: str = ""
    place: str = ""
    budget: float | None = None


class PresenceRow(NamedTuple):
    """One presence of one row. A named tuple and not a dataclass: a million of them are made in an import.

    `numbers` are the rows of the sheet as a spreadsheet shows them; `part` of `parts` when one row names several
    organisations, services or areas. `key` is the same for rows that state the same presence, `hash` for rows that
    are equal in everything; both are empty on a refused row, which has the cells of its row in `original` (private
    columns blank) and whatever of the rest could be read.
    """

    sheet: str
    numbers: tuple[int, ...]
    part: int
    parts: int
    verdict: Verdict
    reasons: tuple[Reason, ...]
    organisation: NamedOrganisation | None
    role: str
    partner: NamedOrganisation | None
    service: str
    activity: str
    area: Area | None
    period: Period | None
    starts: date | None
    ends: date | None
    status: str
    people: tuple[Figure, ...]
    people_for: int
    """The figures are for so many presences together, of which this is the first."""
    details: Details
    key: bytes
    hash: bytes
    original: tuple[Cell, ...] | None


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for all rows: the source's id, the country (alpha-3), the file's period where it has one, the order
    of day and month by field, and the service that the sheet's name means.
    """

    source: str
    country: str
    period: Period | None = None
    orders: dict[Field, Order] = field(default_factory=dict[Field, Order])
    sheet: str = ""
    sheet_service: str = ""


@dataclass(slots=True)
class Tally:
    """Counts over the rows read so far."""

    rows: int = 0
    presences: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter[Verdict])
    reasons: Counter[str] = field(default_factory=Counter[str])


class _About(NamedTuple):
    role: str
    status: str
    reasons: tuple[Reason, ...]


class _Text(NamedTuple):
    text: str
    folded: str
    reasons: tuple[Reason, ...]


class PresenceReader:
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
        self._settings, self._answers, self._lookups = settings, answers or {}, lookups
        self._private = columns.private
        self._width = len(columns.columns)
        self._used = tuple(sorted(use.index for use in columns.columns if use.field))
        organisations = OrganisationReader(
            lookups.organisations, settings.country, self._answers, self.questions
        )
        areas = AreaReader(lookups.areas, settings.country, self._answers, self.questions)
        services = ServiceReader(lookups.services, self._answers, self.questions, settings.sheet_service)
        orders = [
            settings.orders.get(one, Order.UNKNOWN) for one in (Field.START, Field.END, Field.ON, Field.MONTH)
        ]
        times = TimeReader(settings.period, orders)
        people = PeopleReader([use.people for use in columns.people if use.people])
        index = columns.index
        self._organisation = _Cells(
            (index(Field.ORG_NAME), index(Field.ORG_ACRONYM), index(Field.ORG_TYPE), index(Field.ORG_CODE))
        )
        self._organisations: Memo[tuple[Cell, ...], OrganisationFound] = Memo(organisations.read)
        self._partner = _Cells((index(Field.PARTNER),))
        self._partners: Memo[tuple[Cell, ...], OrganisationFound] = Memo(organisations.partner)
        self._area = _Cells(tuple(index(one) for one in _AREA_FIELDS))
        self._areas: Memo[tuple[Cell, ...], AreaFound] = Memo(areas.read)
        self._service = _Cells((index(Field.SECTOR_CODE), index(Field.SECTOR_NAME)))
        self._services: Memo[tuple[Cell, ...], ServiceFound] = Memo(services.read)
        self._time = _Cells(tuple(index(one) for one in _TIME_FIELDS))
        self._times: Memo[tuple[Cell, ...], TimeFound] = Memo(times.read)
        self._activity = _Cells(columns.indices(Field.ACTIVITY))
        self._activities: Memo[tuple[Cell, ...], _Text] = Memo(_activity)
        self._about = _Cells((index(Field.ROLE), index(Field.STATUS)))
        self._abouts: Memo[tuple[Cell, ...], _About] = Memo(self._read_about)
        places = columns.indices(Field.PLACE)
        self._detail = _Cells(
            (
                index(Field.DONOR),
                index(Field.PROJECT_NAME),
                index(Field.PROJECT_CODE),
                index(Field.REGION),
                index(Field.BUDGET),
                *places,
            )
        )
        self._details: Memo[tuple[Cell, ...], tuple[Details, tuple[Reason, ...]]] = Memo(_details)
        self._figure = _Cells(tuple(use.index for use in columns.people))
        self._figures: Memo[tuple[Cell, ...], FiguresFound] = Memo(people.read)

    def rows(self, body: Iterable[tuple[int, Row]]) -> Iterator[PresenceRow]:
        """A presence for each row, several where a row names several; refused rows with their reasons."""
        tally = self.tally
        for number, row in body:
            tally.rows += 1
            organisation = self._organisations[self._organisation.of(row)]
            area = self._areas[self._area.of(row)]
            service = self._services[self._service.of(row)]
            time = self._times[self._time.of(row)]
            activity = self._activities[self._activity.of(row)]
            about = self._abouts[self._about.of(row)]
            partner = self._partners[self._partner.of(row)]
            details, detail_reasons = self._details[self._detail.of(row)]
            figures = self._figures[self._figure.of(row)]
            reasons = (
                organisation.reasons
                + area.reasons
                + service.reasons
                + time.reasons
                + activity.reasons
                + about.reasons
                + detail_reasons
                + figures.reasons
            )
            if partner.reasons:
                reasons += tuple(reason for reason in partner.reasons if reason.code != "no-organisation")
            if not service.service and not service.reasons:
                service, reasons = self._without_sector(service, activity, reasons)
            if len(row) > self._width or not ERROR_VALUES.isdisjoint(row):
                reasons += self._odd_cells(row)
            for question in (organisation.question, area.question, service.question, partner.question):
                if question is not None:
                    question.rows += 1
            verdict = verdict_of(reasons) if reasons else Verdict.OK
            tally.verdicts[verdict] += 1
            if reasons:
                tally.reasons.update([reason.code for reason in reasons])
            if area.place and not details.place:
                details = details._replace(place=area.place)
            elif area.place:
                details = details._replace(place=f"{details.place}, {area.place}")
            read = (organisation, area, service, time, activity, about, partner, details, figures)
            if verdict is Verdict.REFUSED or not (organisation.others or area.others or service.others):
                tally.presences += verdict is not Verdict.REFUSED
                yield self._presence(number, row, verdict, reasons, read)
            else:
                for presence in self._several(number, row, verdict, reasons, read):
                    tally.presences += 1
                    yield presence

    def _presence(
        self,
        number: int,
        row: Row,
        verdict: Verdict,
        reasons: tuple[Reason, ...],
        read: "_Read",
        part: int = 1,
        parts: int = 1,
    ) -> PresenceRow:
        organisation, area, service, time, activity, about, partner, details, figures = read
        who, other = organisation.organisation, partner.organisation
        if other is not None and who is not None and other.id == who.id:
            other = None
        people = figures.figures if part == 1 else ()
        key = hash_ = b""
        original = None
        if verdict is Verdict.REFUSED or who is None or area.area is None:
            original = tuple(None if at in self._private else cell for at, cell in enumerate(row))
        else:
            key, hash_ = self._key_and_hash(
                who, other, about, service.service, activity, area.area, time, details, people
            )
        return PresenceRow(
            self._settings.sheet,
            (number,),
            part,
            parts,
            verdict,
            reasons,
            who,
            about.role,
            other,
            service.service,
            activity.text,
            area.area,
            time.period,
            time.starts,
            time.ends,
            about.status,
            people,
            parts if part == 1 else 0,
            details,
            key,
            hash_,
            original,
        )

    def _several(
        self, number: int, row: Row, verdict: Verdict, reasons: tuple[Reason, ...], read: "_Read"
    ) -> Iterator[PresenceRow]:
        organisation, area, service, *rest = read
        named = list(
            product(
                (organisation.organisation, *organisation.others),
                (area.area, *area.others),
                (service.service, *service.others),
            )
        )[:_MOST_PRESENCES_A_ROW]
        reasons = (*reasons, Reason("several", str(len(named))))
        self.tally.reasons["several"] += 1
        for part, (who, where, what) in enumerate(named, 1):
            one = (OrganisationFound(who), AreaFound(where), ServiceFound(what), *rest)
            yield self._presence(number, row, verdict, reasons, one, part, len(named))

    def _key_and_hash(
        self,
        who: NamedOrganisation,
        partner: NamedOrganisation | None,
        about: _About,
        service: str,
        activity: _Text,
        area: Area,
        time: TimeFound,
        details: Details,
        people: tuple[Figure, ...],
    ) -> tuple[bytes, bytes]:
        key = _SEPARATOR.join(
            (
                self._settings.source,
                who.id,
                about.role,
                partner.id if partner else "",
                service,
                activity.folded,
                area.code,
                str(time.period),
            )
        )
        rest = (about.status, time.starts, time.ends, activity.text, details, people)
        return _digest(key), _digest(key + _SEPARATOR + repr(rest))

    def _without_sector(
        self, service: ServiceFound, activity: _Text, reasons: tuple[Reason, ...]
    ) -> tuple[ServiceFound, tuple[Reason, ...]]:
        """A row without a sector has the service that its activity names, or none when it has an activity."""
        if not activity.text:
            return service, (*reasons, Reason("no-sector-or-activity"))
        meant = self._lookups.services.known(activity.text)
        return (ServiceFound(meant), reasons) if meant else (service, (*reasons, Reason("no-sector")))

    def _odd_cells(self, row: Row) -> tuple[Reason, ...]:
        reasons: list[Reason] = []
        over = next((cell for cell in row[self._width :] if not is_blank(cell)), None)
        if over is not None:
            reasons.append(Reason("row-width", said(over)[:40]))
        if any(at < len(row) and isinstance(row[at], str) and row[at] in ERROR_VALUES for at in self._used):
            reasons.append(Reason("error-value"))
        return tuple(reasons)

    def _read_about(self, cells: Sequence[Cell]) -> _About:
        texts = ["" if says_nothing(text := said(cell)) else text for cell in cells]
        reasons: list[Reason] = []
        meant: list[str] = []
        for name, text, known in (("role", texts[0], role), ("status", texts[1], status)):
            answer = self._answers.get((name, fold(text))) if text else None
            found = answer.record if answer else known(text) if text else ""
            if found is None:
                self.questions.ask(name, fold(text), text, blocks=False)
                reasons.append(Reason(f"unknown-{name}", text[:80]))
            meant.append(found or "")
        return _About(meant[0], meant[1], tuple(reasons))


_Read = tuple[
    OrganisationFound,
    AreaFound,
    ServiceFound,
    TimeFound,
    _Text,
    _About,
    OrganisationFound,
    Details,
    FiguresFound,
]


class _Cells:
    """Takes the cells of some columns out of a row, None where a field has no column."""

    def __init__(self, columns: Sequence[int | None]) -> None:
        there = [column for column in columns if column is not None]
        if len(there) == len(columns):
            self.of = picker(there)
        elif not there:
            nothing = (None,) * len(columns)
            self.of = lambda row: nothing
        else:
            # One place past the row's cells stands for every missing column.
            self._columns = [-1 if column is None else column for column in columns]
            self._pick = picker([column for column in columns if column is not None])
            self._at = [None if column is None else there.index(column) for column in columns]
            self.of = self._with_gaps

    def _with_gaps(self, row: Row) -> tuple[Cell, ...]:
        there = self._pick(row)
        return tuple([None if at is None else there[at] for at in self._at])


def _activity(cells: Sequence[Cell]) -> _Text:
    texts = [text for cell in cells if (text := said(cell)) and not says_nothing(text)]
    text = " / ".join(dict.fromkeys(texts))
    if len(text) > ACTIVITY_CHARACTERS:
        return _Text("", "", (Reason("too-long", text[:40], str(ACTIVITY_CHARACTERS)),))
    return _Text(text, fold(text), ())


def _details(cells: Sequence[Cell]) -> tuple[Details, tuple[Reason, ...]]:
    texts = ["" if says_nothing(text := said(cell)) else text for cell in cells]
    donor, project, code, region, _budget, *places = texts
    long = next((text for text in texts if len(text) > TEXT_CHARACTERS), None)
    if long is not None:
        return Details(), (Reason("too-long", long[:40], str(TEXT_CHARACTERS)),)
    place = ", ".join(dict.fromkeys(text for text in places if text))
    return Details(donor, project, code, region, place, amount(cells[4])), ()


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def join(first: PresenceRow, second: PresenceRow) -> PresenceRow:
    """Two rows of one file that state the same presence, as one.

    Equal in everything: counted once. Otherwise the figures are added and the most alive status counts; the days are
    the earliest start and the latest end. All row numbers are kept either way.
    """
    joined = first._replace(
        numbers=tuple(sorted({*first.numbers, *second.numbers})),
        verdict=max(first.verdict, second.verdict),
        reasons=tuple(dict.fromkeys(first.reasons + second.reasons)),
    )
    if first.hash == second.hash:
        return joined
    starts = [one for one in (first.starts, second.starts) if one]
    ends = [one for one in (first.ends, second.ends) if one]
    joined = joined._replace(
        status=most_alive(first.status, second.status),
        people=added(first.people, second.people),
        people_for=max(first.people_for, second.people_for),
        starts=min(starts, default=None),
        ends=max(ends, default=None),
        hash=b"",
    )
    rest = (joined.status, joined.starts, joined.ends, joined.activity, joined.details, joined.people)
    return joined._replace(hash=_digest(joined.key.hex() + _SEPARATOR + repr(rest)))


def joined(rows: Iterable[PresenceRow]) -> Iterator[PresenceRow]:
    """The presences of a file with equal keys joined, refused rows left out; holds all of them in memory.

    Joining doesn't depend on the order of three and more rows only where all differ or all are equal; a file of
    millions is joined in the database, by key and in the order of rows.
    """
    by_key: dict[bytes, PresenceRow] = {}
    for row in rows:
        if row.verdict is not Verdict.REFUSED:
            held = by_key.get(row.key)
            by_key[row.key] = join(held, row) if held else row
    yield from by_key.values()


__all__ = ["Details", "PresenceReader", "PresenceRow", "Question", "Settings", "Tally", "join", "joined"]
