"""A first look at a file: which sheets, where the table begins, what each column is, which country and period.

What comes out is a proposal that a person corrects; with everything sure it is read as it stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from pathlib import Path

from app.exchange.reading.cells import Row
from app.exchange.reading.tables import Sheet, Table, open_table
from app.exchange.rules import country as countries
from app.exchange.rules.body import Body
from app.exchange.rules.column_map import ColumnMap
from app.exchange.rules.columns import Column, columns, sample
from app.exchange.rules.fields import Field
from app.exchange.rules.header import LOOKED_AT, Header, find_header
from app.exchange.rules.lookups import Lookups
from app.exchange.rules.mapping import map_columns, remembered
from app.exchange.rules.settings import Settings
from app.exchange.rules.synonyms import Synonyms, shipped
from app.exchange.values.dates import Order, order_of
from app.exchange.values.months import Period
from app.exchange.values.numbers import decimal_mark_of
from app.exchange.values.periods import best_period

DATE_FIELDS = (Field.START, Field.END, Field.ON, Field.MONTH)
_WHO = (Field.ORG_NAME, Field.ORG_ACRONYM)
_WHERE = (
    Field.ADM1_NAME,
    Field.ADM1_CODE,
    Field.ADM2_NAME,
    Field.ADM2_CODE,
    Field.ADM3_NAME,
    Field.ADM3_CODE,
    Field.COUNTRY_NAME,
    Field.COUNTRY_CODE,
    Field.PLACE,
)
_SECTOR = (Field.SECTOR_NAME, Field.SECTOR_CODE, Field.SECTOR_MARK)
_KEY_FIELDS = frozenset({*_WHO, *_WHERE[:8], *_SECTOR[:2]})


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """How one sheet is to be read. `chosen`: ticked; `usable`: has the columns that its kind of import needs.

    `service` is the code that the sheet's name means, for rows without a sector of their own; `open_columns` are
    those whose heading an earlier file of the source didn't have.
    """

    sheet: Sheet
    header: Header
    columns: ColumnMap
    first_rows: tuple[Row, ...]
    orders: dict[Field, Order]
    service: str
    usable: bool
    chosen: bool
    open_columns: tuple[int, ...] = ()
    fill_down: frozenset[int] = frozenset()

    def body(self) -> Body:
        """The rows under the header, read anew each time."""
        keys = [use.index for use in self.columns.columns if use.field in _KEY_FIELDS]
        return Body(self.sheet, self.header, keys, self.fill_down)

    def decimal_mark(self, column: int) -> str:
        """The decimal mark of a column, told by all of its cells."""
        return decimal_mark_of(row[column] for _number, row in self.body())

    @property
    def unsure(self) -> tuple[int, ...]:
        """Columns that a person looks at before the first import."""
        return tuple(use.index for use in self.columns.columns if not use.sure)


@dataclass(frozen=True, slots=True)
class Plan:
    """How one file is to be read. `country` is alpha-3, "" when nothing tells it; `vote` says what told it."""

    table: Table
    kind: str
    country: str
    vote: countries.CountryVote | None
    period: Period | None
    sheets: tuple[SheetPlan, ...]
    skipped_sheets: tuple[str, ...] = field(default=())
    """Names of sheets in which there is nothing."""

    @property
    def chosen(self) -> tuple[SheetPlan, ...]:
        return tuple(one for one in self.sheets if one.chosen)

    @property
    def asks_period(self) -> bool:
        """Rows don't say their months and neither does the file: without a period nothing can be applied."""
        dated = all(one.columns.has(*DATE_FIELDS) or one.columns.has(Field.YEAR) for one in self.chosen)
        return self.period is None and not dated

    @property
    def asks_order(self) -> tuple[tuple[str, Field], ...]:
        """Columns of dates, by sheet, that never tell whether the day or the month comes first."""
        return tuple(
            (one.sheet.name, name)
            for one in self.chosen
            for name, order in one.orders.items()
            if order is Order.UNKNOWN
        )

    def settings(self, one: SheetPlan, source: str) -> Settings:
        """What holds for all rows of a sheet."""
        return Settings(
            source,
            self.country,
            self.period,
            one.orders,
            one.sheet.name,
            one.service,
            cache(one.decimal_mark),
        )


def look(
    path: Path,
    lookups: Lookups,
    *,
    kind: str = "presence",
    name: str = "",
    country: str = "",
    period: Period | None = None,
    encoding: str = "",
    delimiter: str = "",
    before: ColumnMap | None = None,
    synonyms: Synonyms | None = None,
) -> Plan:
    """Opens the file and proposes how to read it. `kind` is presence or need; `name` is what the sender calls the file.

    country (code or name), period, encoding and delimiter overrule what the file tells; `before` is the map of an
    earlier file of the source. Raises `limits.Unreadable`.
    """
    table = open_table(path, encoding=encoding, delimiter=delimiter)
    words = synonyms or shipped()
    known = lookups.areas.country(country) if country else None
    given = known.country if known else ""
    called = Path(name or path.name).stem
    looked = [(sheet, found) for sheet in table.sheets if (found := _header(sheet, words))]
    vote = None if given else _vote(looked, lookups, called)
    where = given or (vote.country if vote else "")
    sheets = [
        _sheet_plan(sheet, header, rows, lookups, words, where, kind, before)
        for sheet, (header, rows) in looked
    ]
    chosen = _choose(sheets)
    found_period = period or best_period(_texts(chosen, called))
    empty = tuple(sheet.name for sheet in table.sheets if sheet not in [one for one, _found in looked])
    return Plan(table, kind, where, vote, found_period, tuple(chosen), empty)


def _header(sheet: Sheet, synonyms: Synonyms) -> tuple[Header, list[Row]] | None:
    top = list(islice(sheet.rows(), LOOKED_AT))
    header = find_header(top, sheet.merges, synonyms)
    if header is None:
        return None
    return header, sample(row for _number, row in Body(sheet, header, (0,)))


def _vote(
    looked: Iterable[tuple[Sheet, tuple[Header, list[Row]]]], lookups: Lookups, called: str
) -> countries.CountryVote | None:
    votes: list[countries.CountryVote] = []
    for sheet, (header, rows) in looked:
        if not sheet.hidden:
            found = countries.vote(
                columns(header.headings, header.tags, rows),
                lookups.areas,
                (*header.titles, sheet.name, called),
            )
            votes += [found] if found else []
    ways = ("codes", "names", "title")
    return min(votes, key=lambda one: (ways.index(one.how), -one.share), default=None)


def _sheet_plan(
    sheet: Sheet,
    header: Header,
    rows: list[Row],
    lookups: Lookups,
    synonyms: Synonyms,
    country: str,
    kind: str,
    before: ColumnMap | None,
) -> SheetPlan:
    found = columns(header.headings, header.tags, rows)
    guessed = map_columns(found, lookups, synonyms, country, kind=kind)
    open_columns: tuple[int, ...] = ()
    if before is not None:
        guessed, open_columns = remembered(guessed, before)
    service = lookups.services.known(sheet.name) or "" if sheet.name else ""
    usable = bool(rows) and is_usable(guessed, kind, service)
    orders = _orders(sheet, header, guessed, found) if usable else {}
    return SheetPlan(sheet, header, guessed, tuple(rows[:20]), orders, service, usable, False, open_columns)


def is_usable(found: ColumnMap, kind: str, service: str) -> bool:
    """Whether a sheet has the columns that its kind of file needs; `service`: its name means one."""
    if kind == "need":
        return found.has(*_WHERE) and found.has(Field.PEOPLE)
    return found.has(*_WHO) and found.has(*_WHERE) and (found.has(*_SECTOR, Field.ACTIVITY) or bool(service))


def _choose(sheets: Sequence[SheetPlan]) -> list[SheetPlan]:
    """The usable visible sheet with the most fields, then rows; and those beside it with the same headings, or
    one for each service.
    """
    usable = [one for one in sheets if one.usable and not one.sheet.hidden]
    if not usable:
        return list(sheets)
    best = max(usable, key=lambda one: (len(one.columns.fields), len(one.first_rows)))
    alike = {best.columns.signature}
    per_service = bool(best.service)
    return [
        replace(
            one,
            chosen=one in usable and (one.columns.signature in alike or (per_service and bool(one.service))),
        )
        for one in sheets
    ]


def _texts(sheets: Iterable[SheetPlan], called: str) -> list[str]:
    chosen = [one for one in sheets if one.chosen]
    return [text for one in chosen for text in (one.sheet.name, *one.header.titles)] + [called]


def _orders(sheet: Sheet, header: Header, found: ColumnMap, sampled: Sequence[Column]) -> dict[Field, Order]:
    """Day or month first, for each column of dates; the whole sheet is read only when the sample doesn't tell."""
    at = {name: index for name in DATE_FIELDS if (index := found.index(name)) is not None}
    orders = {name: order for name, index in at.items() if (order := order_of(sampled[index].cells))}
    if Order.UNKNOWN in orders.values():
        open_ = {name: index for name, index in at.items() if orders.get(name) is Order.UNKNOWN}
        orders.update(_surveyed(sheet, header, open_))
    proven = {order for order in orders.values() if order in (Order.DAY_FIRST, Order.MONTH_FIRST)}
    if len(proven) == 1:
        # Who writes one column of a table writes the others alike.
        only = proven.pop()
        orders = {name: only if order is Order.UNKNOWN else order for name, order in orders.items()}
    return orders


def _surveyed(sheet: Sheet, header: Header, at: dict[Field, int]) -> dict[Field, Order]:
    seen: dict[Field, set[str]] = {name: set() for name in at}
    for _number, row in Body(sheet, header, list(at.values())):
        for name, index in at.items():
            cell = row[index]
            if isinstance(cell, str) and len(seen[name]) < 100_000:
                seen[name].add(cell)
    return {name: order_of(cells) or Order.UNKNOWN for name, cells in seen.items()}
