"""How a file is to be read: our proposal with what people decided for its source, and as it is kept beside an import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from app.exchange.reading.cells import said
from app.exchange.rules.column_map import ColumnMap, read_map
from app.exchange.rules.fields import Field
from app.exchange.rules.lookups import Lookups
from app.exchange.rules.plan import Plan, SheetPlan, look
from app.exchange.values.dates import Order
from app.exchange.values.months import Month, Period

SHOWN_ROWS, SHOWN_LETTERS = 20, 200
KNOWN_ORDERS = (Order.DAY_FIRST, Order.MONTH_FIRST)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person said about a source's files: fields of the columns, and day or month first where no date tells."""

    columns: ColumnMap | None = None
    orders: Mapping[Field, Order] = field(default_factory=dict[Field, Order])

    def stored(self) -> dict[str, Any]:
        """As plain values for a ColumnMapping."""
        return {
            "columns": self.columns.stored() if self.columns else [],
            "orders": {name.value: order.value for name, order in self.orders.items()},
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Decided":
        columns: list[dict[str, Any]] = stored.get("columns") or []
        orders = {Field(name): Order(order) for name, order in stored.get("orders", {}).items()}
        return cls(read_map(columns) if columns else None, orders)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is said about one file: what it is called, of which country, which months; sheets to be read, if anybody
    said which.
    """

    kind: str
    name: str
    country: str
    period: Period | None = None
    sheets: Sequence[str] | None = None


def plan_for(path: Path, lookups: Lookups, asked: Asked, decided: Decided) -> Plan:
    """The plan to read a file by. Raises `limits.Unreadable`."""
    plan = look(
        path,
        lookups,
        kind=asked.kind,
        name=asked.name,
        country=asked.country,
        period=asked.period,
        before=decided.columns,
    )
    return replace(plan, sheets=tuple(_as_said(one, asked, decided) for one in plan.sheets))


def _as_said(one: SheetPlan, asked: Asked, decided: Decided) -> SheetPlan:
    orders = {
        name: decided.orders.get(name, order) if order is Order.UNKNOWN else order
        for name, order in one.orders.items()
    }
    chosen = one.chosen if asked.sheets is None else one.usable and one.sheet.name in asked.sheets
    return replace(one, orders=orders, chosen=chosen)


def facts_of(plan: Plan) -> dict[str, Any]:
    """What a person sees of a plan, as plain values; cells of private columns are left out."""
    table = plan.table
    return {
        "kind": table.kind,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "period": str(plan.period) if plan.period else "",
        "country": plan.country,
        "asks_period": plan.asks_period,
        "asks_order": sorted({name.value for _sheet, name in plan.asks_order}),
        "sheets": [_sheet_facts(one) for one in plan.sheets],
    }


def _sheet_facts(one: SheetPlan) -> dict[str, Any]:
    private = one.columns.private
    rows = [
        [
            "" if at in private else said(cell).replace("\x00", "")[:SHOWN_LETTERS]
            for at, cell in enumerate(row[: len(one.columns.columns)])
        ]
        for row in one.first_rows
    ]
    return {
        "name": one.sheet.name,
        "hidden": one.sheet.hidden,
        "usable": one.usable,
        "chosen": one.chosen,
        "header_row": one.header.row,
        "service": one.service,
        "columns": one.columns.stored(),
        "open": list(one.open_columns),
        "numbers": [number for number, _row in islice(one.body(), SHOWN_ROWS)] if one.usable else [],
        "rows": rows if one.usable else [],
    }


def without_cells(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The same once the import is over: how the file was read, but none of its cells."""
    empty: dict[str, Any] = {"rows": [], "numbers": []}
    sheets: list[dict[str, Any]] = [{**sheet, **empty} for sheet in facts.get("sheets", [])]
    return {**facts, "sheets": sheets, "questions": []}


def is_sure(facts: Mapping[str, Any]) -> bool:
    """Whether nobody has to look: all headings are known from earlier files of the source."""
    chosen = [sheet for sheet in facts["sheets"] if sheet["chosen"]]
    asks = facts["asks_period"] or facts["asks_order"]
    return bool(chosen) and not asks and not any(sheet["open"] for sheet in chosen)


def period_read(written: str) -> Period | None:
    """The period that `facts_of` wrote down."""
    if not written:
        return None
    first, _slash, last = written.partition("/")
    return Period(_month(first), _month(last or first))


def _month(written: str) -> Month:
    year, month = written.split("-")
    return Month(int(year), int(month))
