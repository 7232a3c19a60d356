"""Reads the rows of a 3W table: who does what where and when, each row with a verdict and its reasons."""

from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import NamedTuple

from app.exchange.fields import Field
from app.exchange.lookups import Answers, Lookups
from app.exchange.mapping import ColumnMap
from app.exchange.presences import SEPARATOR, PresenceRow, Settings, Tally, digest
from app.exchange.reading.cells import ERROR_VALUES, Row, is_blank, said
from app.exchange.rows.areas import AreaFound, AreaReader
from app.exchange.rows.memo import group
from app.exchange.rows.organisations import NamedOrganisation, OrganisationFound, OrganisationReader
from app.exchange.rows.people import Figure, FiguresFound, PeopleReader
from app.exchange.rows.questions import Questions
from app.exchange.rows.services import ServiceFound, ServiceReader
from app.exchange.rows.texts import (
    AboutFound,
    AboutReader,
    ActivityFound,
    Details,
    read_activity,
    read_details,
)
from app.exchange.rows.times import TimeFound, TimeReader
from app.exchange.values.areas import Area
from app.exchange.values.dates import Order
from app.exchange.verdicts import Reason, Verdict, verdict_of

MOST_PRESENCES_A_ROW = 100
_ORGANISATION = (Field.ORG_NAME, Field.ORG_ACRONYM, Field.ORG_TYPE, Field.ORG_CODE)
_AREA = (
    Field.COUNTRY_CODE,
    Field.COUNTRY_NAME,
    Field.ADM1_CODE,
    Field.ADM1_NAME,
    Field.ADM2_CODE,
    Field.ADM2_NAME,
    Field.ADM3_CODE,
    Field.ADM3_NAME,
)
_TIME = (Field.START, Field.END, Field.ON, Field.MONTH, Field.YEAR)
_DETAILS = (Field.DONOR, Field.PROJECT_NAME, Field.PROJECT_CODE, Field.REGION, Field.BUDGET)


class _Read(NamedTuple):
    organisation: OrganisationFound
    area: AreaFound
    service: ServiceFound
    time: TimeFound
    activity: ActivityFound
    about: AboutFound
    partner: OrganisationFound
    details: Details
    figures: FiguresFound


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
        people = PeopleReader([use.people for use in columns.people if use.people])
        about = AboutReader(self._answers, self.questions)
        self._organisation = group(columns, _ORGANISATION, organisations.read)
        self._partner = group(columns, (Field.PARTNER,), organisations.partner)
        self._area = group(columns, _AREA, areas.read)
        self._service = group(columns, (Field.SECTOR_CODE, Field.SECTOR_NAME), services.read)
        self._time = group(columns, _TIME, TimeReader(settings.period, orders).read)
        self._activity = group(columns, (), read_activity, columns.indices(Field.ACTIVITY))
        self._about = group(columns, (Field.ROLE, Field.STATUS), about.read)
        self._details = group(columns, _DETAILS, read_details, columns.indices(Field.PLACE))
        self._figures = group(columns, (), people.read, tuple(use.index for use in columns.people))

    def rows(self, body: Iterable[tuple[int, Row]]) -> Iterator[PresenceRow]:
        """A presence for each row, several where a row names several; refused rows with their reasons."""
        tally = self.tally
        pick_organisation, organisations = self._organisation
        pick_partner, partners = self._partner
        pick_area, areas = self._area
        pick_service, services = self._service
        pick_time, times = self._time
        pick_activity, activities = self._activity
        pick_about, abouts = self._about
        pick_details, all_details = self._details
        pick_figures, all_figures = self._figures
        for number, row in body:
            tally.rows += 1
            organisation = organisations[pick_organisation(row)]
            partner = partners[pick_partner(row)]
            area = areas[pick_area(row)]
            service = services[pick_service(row)]
            time = times[pick_time(row)]
            activity = activities[pick_activity(row)]
            about = abouts[pick_about(row)]
            details = all_details[pick_details(row)]
            figures = all_figures[pick_figures(row)]
            reasons = (
                organisation.reasons
                + area.reasons
                + service.reasons
                + time.reasons
                + activity.reasons
                + about.reasons
                + details.reasons
                + figures.reasons
            )
            if partner.reasons:
                reasons += tuple(reason for reason in partner.reasons if reason.code != "no-organisation")
            if not service.service and not service.reasons:
                service, reasons = self._without_sector(service, activity, reasons)
            if len(row) > self._width or not ERROR_VALUES.isdisjoint(row):
                reasons += self._odd_cells(row)
            if questions := [
                one
                for one in (organisation.question, area.question, service.question, partner.question)
                if one
            ]:
                for question in questions:
                    question.rows += 1
            verdict = verdict_of(reasons) if reasons else Verdict.OK
            tally.verdicts[verdict] += 1
            if reasons:
                tally.reasons.update([reason.code for reason in reasons])
            read = _Read(
                organisation, area, service, time, activity, about, partner, details.details, figures
            )
            if verdict is Verdict.REFUSED:
                yield self._presence(number, row, verdict, reasons, read)
            elif not (organisation.others or area.others or service.others):
                tally.presences += 1
                yield self._presence(number, row, verdict, reasons, read)
            else:
                several = list(self._several(number, row, verdict, reasons, read))
                tally.presences += len(several)
                yield from several

    def _presence(
        self,
        number: int,
        row: Row,
        verdict: Verdict,
        reasons: tuple[Reason, ...],
        read: _Read,
        part: int = 1,
        parts: int = 1,
    ) -> PresenceRow:
        organisation, area, service, time, activity, about, partner, details, figures = read
        if area.place:
            details = details._replace(
                place=f"{details.place}, {area.place}" if details.place else area.place
            )
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
        self, number: int, row: Row, verdict: Verdict, reasons: tuple[Reason, ...], read: _Read
    ) -> Iterator[PresenceRow]:
        organisations = (read.organisation.organisation, *read.organisation.others)
        areas = (read.area.area, *read.area.others)
        services = (read.service.service, *read.service.others)
        named = list(islice(product(organisations, areas, services), MOST_PRESENCES_A_ROW))
        reasons = (*reasons, Reason("several", str(len(named))))
        self.tally.reasons["several"] += 1
        for part, (who, where, what) in enumerate(named, 1):
            one = read._replace(
                organisation=OrganisationFound(who),
                area=AreaFound(where, place=read.area.place),
                service=ServiceFound(what),
            )
            yield self._presence(number, row, verdict, reasons, one, part, len(named))

    def _key_and_hash(
        self,
        who: NamedOrganisation,
        partner: NamedOrganisation | None,
        about: AboutFound,
        service: str,
        activity: ActivityFound,
        area: Area,
        time: TimeFound,
        details: Details,
        people: tuple[Figure, ...],
    ) -> tuple[bytes, bytes]:
        key = SEPARATOR.join(
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
        return digest(key), digest(key + SEPARATOR + repr(rest))

    def _without_sector(
        self, service: ServiceFound, activity: ActivityFound, reasons: tuple[Reason, ...]
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
