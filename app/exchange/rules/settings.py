"""What holds for all rows of a sheet."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.exchange.rules.fields import Field
from app.exchange.values.dates import Order
from app.exchange.values.months import Period

DecimalMark = Callable[[int], str]
"""The decimal mark of a column by its index: ".", "," or "" for not told. Asked only when a cell needs it."""


def no_mark(_column: int) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The source's id, the country (alpha-3), the file's period where it has one, the order
    of day and month by field, the service that the sheet's name means, and what tells a column's decimal mark.
    """

    source: str
    country: str
    period: Period | None = None
    orders: dict[Field, Order] = field(default_factory=dict[Field, Order])
    sheet: str = ""
    sheet_service: str = ""
    decimal_mark: DecimalMark = no_mark
