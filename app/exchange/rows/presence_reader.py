"""Reads the rows of a 3W table: who does what where and when, each row with a verdict and its reasons."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import islice, product
from typing import NamedTuple

from app.exchange.reading.cells import Cell, Row, said
from app.exchange.rows.areas import AREA_FIELDS, AreaFound, AreaReader
from app.exchange.rows.memo import Group, Memo
from app.exchange.rows.organisations import NamedOrganisation, OrganisationFound, OrganisationReader
from app.exchange.rows.originals import original
from app.exchange.rows.people import FiguresFound, PeopleReader
from app.exchange.rows.presences import PresenceRow, Tally, with_digests
from app.exchange.rows.questions import Questions
from app.exchange.rows.services import ServiceFound, ServiceReader
from app.exchange.rows.texts import (
    AboutFound,
    AboutReader,
    ActivityFound,
    DetailsFound,
    read_activity,
    read_details,
)
from app.exchange.rows.times import TimeFound, TimeReader
from app.exchange.rules.column_map import ColumnMap
from app.exchange.rules.fields import Field
from app.exchange.rules.lookups import Answers, Lookups
from app.exchange.rules.settings import Settings
from app.exchange.rules.verdicts import Reason, Verdict, verdict_of
from app.exchange.values.dates import Order
from app.exchange.values.siblings import Area

MOST_PRESENCES_A_ROW = 100
_SEPARATOR = "\x1f"
_ORGANISATION = (Field.ORG_NAME, Field.ORG_ACRONYM, Field.ORG_TYPE, Field.ORG_CODE)
_TIME = (Field.START, Field.END, Field.ON, Field.MONTH, Field.YEAR)
_DETAILS = (Field.DONOR, Field.PROJECT_NAME, Field.PROJECT_CODE, Field.REGION, Field.BUDGET)


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
        self._verdicts = Memo(_verdict_and_codes)
        self._settings, self._answers, self._lookups = settings, answers or {}, lookups
        self._private = columns.private
        self._width = len(columns.columns)
        organisations = OrganisationReader(
            lookups.organisations, settings.country, self._answers, self.questions
        )
        areas = AreaReader(lookups.areas, settings.country, self._answers, self.questions)
        marked = columns.indices(Field.SECTOR_MARK)
        headings = [columns.columns[at].heading for at in marked]
        services = ServiceReader(
            lookups.services, self._answers, self.questions, settings.sheet_service, headings
        )
        orders = [
            settings.orders.get(one, Order.UNKNOWN) for one in (Field.START, Field.END, Field.ON, Field.MONTH)
        ]
        people = PeopleReader(
            [(use.index, use.people) for use in columns.people if use.people], settings.decimal_mark
        )
        about = AboutReader(self._answers, self.questions)
        self._organisation = Group(columns, _ORGANISATION, organisations.read)
        self._partner = Group(columns, (Field.PARTNER,), organisations.partner)
        self._area = Group(columns, AREA_FIELDS, areas.read)
        self._service = Group(columns, (Field.SECTOR_CODE, Field.SECTOR_NAME), services.read, marked)
        self._time = Group(columns, _TIME, TimeReader(settings.period, orders).read)
        self._activity = Group(columns, (), read_activity, columns.indices(Field.ACTIVITY))
        self._about = Group(columns, (Field.ROLE, Field.STATUS), about.read)
        self._details = Group(columns, _DETAILS, read_details, columns.indices(Field.PLACE))
        self._figures = Group(columns, (), people.read, tuple(use.index for use in columns.people))

    def rows(self, body: Iterable[tuple[int, Row]]) -> Iterator[PresenceRow]:
        """A presence for each row, several where a row names several; refused rows with their reasons."""
        # A million rows pass here: what a table lacks is looked up once, and names are bound outside of the loop.
        pick_organisation, organisations, _ = self._organisation.parts
        pick_area, areas, _ = self._area.parts
        pick_service, services, fixed_service = self._service.parts
        pick_time, times, fixed_time = self._time.parts
        pick_activity, activities, fixed_activity = self._activity.parts
        pick_about, abouts, fixed_about = self._about.parts
        pick_partner, partners, fixed_partner = self._partner.parts
        pick_details, all_details, fixed_details = self._details.parts
        pick_figures, all_figures, fixed_figures = self._figures.parts
        tally, width = self.tally, self._width
        for number, row in body:
            read = _Read(
                organisations[pick_organisation(row)],
                areas[pick_area(row)],
                fixed_service or services[pick_service(row)],
                fixed_time or times[pick_time(row)],
                fixed_activity or activities[pick_activity(row)],
                fixed_about or abouts[pick_about(row)],
                fixed_partner or partners[pick_partner(row)],
                fixed_details or all_details[pick_details(row)],
                fixed_figures or all_figures[pick_figures(row)],
            )
            organisation, area, service, time, activity, about, partner, details, figures = read
            reasons = (
                organisation.reasons
                + area.reasons
                + service.reasons
                + time.reasons
                + activity.reasons
                + about.reasons
                + partner.reasons
                + details.reasons
                + figures.reasons
            )
            if not service.service and not service.reasons:
                service, reasons = self._without_sector(service, activity, reasons)
                read = read._replace(service=service)
            if len(row) > width:
                reasons += self._over(row)
            for one in (organisation, area, service, partner):
                if one.question is not None:
                    one.question.rows += 1
            verdict = self._judged(reasons) if reasons else Verdict.OK
            tally.rows += 1
            tally.verdicts[verdict] += 1
            who, where = organisation.organisation, area.area
            if verdict is Verdict.REFUSED or who is None or where is None:
                cells = original(row, self._private)
                yield self._row(number, verdict, reasons, read, b"", b"", cells)
                continue
            key, digest = self._digests(read, who, where)
            presence = self._row(number, verdict, reasons, read, key, digest, None)
            if organisation.others or area.others or service.others:
                several = self._several(presence, organisation, area, service)
                tally.presences += len(several)
                yield from several
            else:
                tally.presences += 1
                yield presence

    def _row(
        self,
        number: int,
        verdict: Verdict,
        reasons: tuple[Reason, ...],
        read: "_Read",
        key: bytes,
        digest: bytes,
        cells: tuple[Cell, ...] | None,
    ) -> PresenceRow:
        organisation, area, service, time, activity, about, _partner, details, figures = read
        return PresenceRow(
            self._settings.sheet,
            (number,),
            1,
            1,
            verdict,
            reasons,
            organisation.organisation,
            read.partnered,
            service.service,
            area.area,
            area.place,
            activity.text,
            about,
            time,
            details.details,
            figures.figures,
            key,
            digest,
            cells,
        )

    def _digests(self, read: "_Read", who: NamedOrganisation, where: Area) -> tuple[bytes, bytes]:
        """The key of what the row states, and the hash of everything that it says."""
        _organisation, area, service, time, activity, about, _partner, details, figures = read
        partner, source = read.partnered, self._settings.source
        partner_id = partner.id if partner else ""
        key = _SEPARATOR.join(
            (source, who.id, about.role, partner_id, service.service, activity.folded, where.code, time.key)
        )
        text = _SEPARATOR.join(
            ("", about.status, time.text, activity.text, area.place, details.text, figures.text)
        )
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16)
        of_key = digest.digest()
        digest.update(text.encode("utf-8", "surrogatepass"))
        return of_key, digest.digest()

    def _judged(self, reasons: tuple[Reason, ...]) -> Verdict:
        verdict, codes = self._verdicts[reasons]
        counts = self.tally.reasons
        for code in codes:
            counts[code] += 1
        return verdict

    def _several(
        self, row: PresenceRow, organisation: OrganisationFound, area: AreaFound, service: ServiceFound
    ) -> list[PresenceRow]:
        """A presence for each of what the row names; the first has the figures of people."""
        organisations = (organisation.organisation, *organisation.others)
        areas = (area.area, *area.others)
        services = (service.service, *service.others)
        named = list(islice(product(organisations, areas, services), MOST_PRESENCES_A_ROW))
        self.tally.reasons["several"] += 1
        presences: list[PresenceRow] = []
        for part, (who, where, what) in enumerate(named, 1):
            one = row._replace(
                part=part,
                parts=len(named),
                reasons=(*row.reasons, Reason("several", str(len(named)))),
                organisation=who,
                area=where,
                service=what,
                people=row.people if part == 1 else (),
            )
            presences.append(with_digests(one, self._settings.source))
        return presences

    def _without_sector(
        self, service: ServiceFound, activity: ActivityFound, reasons: tuple[Reason, ...]
    ) -> tuple[ServiceFound, tuple[Reason, ...]]:
        """A row without a sector has the service that its activity names, or none when it has an activity."""
        if not activity.text:
            return service, (*reasons, Reason("no-sector-or-activity"))
        meant = self._lookups.services.known(activity.text)
        return (ServiceFound(meant), reasons) if meant else (service, (*reasons, Reason("no-sector")))

    def _over(self, row: Row) -> tuple[Reason, ...]:
        over = next((text for cell in row[self._width :] if (text := said(cell))), "")
        return (Reason("row-width", over[:40]),) if over else ()


class _Read(NamedTuple):
    """What the cells of one row mean."""

    organisation: OrganisationFound
    area: AreaFound
    service: ServiceFound
    time: TimeFound
    activity: ActivityFound
    about: AboutFound
    partner: OrganisationFound
    details: DetailsFound
    figures: FiguresFound

    @property
    def partnered(self) -> NamedOrganisation | None:
        """The partner; nobody is one's own."""
        who, other = self.organisation.organisation, self.partner.organisation
        return None if who is not None and other is not None and other.id == who.id else other


def _verdict_and_codes(reasons: tuple[Reason, ...]) -> tuple[Verdict, tuple[str, ...]]:
    return verdict_of(reasons), tuple(reason.code for reason in reasons)
