"""Forms of an import: sending a file, saying what its columns and its values are, a reason to undo it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import field_validator

from app.exchange.rules.column_map import ColumnMap, read_map
from app.exchange.rules.fields import (
    ANY,
    MEASURES,
    NAMES,
    NEED_ONLY,
    PRESENCE_ONLY,
    REPEATABLE,
    Field,
    People,
)
from app.exchange.rules.lookups import Answer, Choice
from app.exchange.rules.plan import is_usable
from app.exchange.service.importing import SOURCE_NAMES
from app.exchange.service.looking import KNOWN_ORDERS, Decided
from app.exchange.values.dates import Order
from app.exchange.values.months import Period
from app.exchange.values.periods import written
from app.kernel.forms import Form, Mistakes, need
from app.kernel.i18n import _
from app.kernel.text import clean

Typed = Mapping[str, Any]


def period_typed(typed: str) -> Period | None:
    """The months that somebody typed. Raises ValueError with a sentence."""
    if not typed:
        return None
    found = written(typed)
    if found is None:
        raise ValueError(_("Write the months like 2024-01 to 2024-03."))
    return found


class SendForm(Form):
    """What is said about a file when it is sent."""

    longest: ClassVar = {"source": 120, "publisher": 200, "licence": 200, "period": 60, "country": 2}
    kind: str = ""
    country: str = ""
    source: str = ""
    period: str = ""
    publisher: str = ""
    licence: str = ""

    @field_validator("kind")
    @classmethod
    def _a_kind(cls, typed: str) -> str:
        if typed not in SOURCE_NAMES:
            raise ValueError(_("Choose what the file is about."))
        return typed

    @field_validator("country")
    @classmethod
    def _a_country(cls, typed: str) -> str:
        return need(typed, _("Choose the country that the file is about."))

    @field_validator("period")
    @classmethod
    def _a_period(cls, typed: str) -> str:
        period_typed(typed)
        return typed

    def months(self) -> Period | None:
        return period_typed(self.period)


def no_file() -> Mistakes:
    """What is said when a form comes without the file."""
    return Mistakes({"file": _("Choose the file. Then send the form again.")})


class ReasonForm(Form):
    """Why an import is undone."""

    longest: ClassVar = {"reason": 1000}
    reason: str = ""

    @field_validator("reason")
    @classmethod
    def _a_reason(cls, typed: str) -> str:
        return need(typed, _("Say why you undo it. Whoever reads the audit trail reads this."))


@dataclass(frozen=True, slots=True)
class Columns:
    """What a person says about a file's columns, dates, sheets and months."""

    decided: Decided
    sheets: Sequence[str]
    period: Period | None


def read_columns(typed: Typed, facts: Mapping[str, Any], kind: str, sheets: Sequence[str]) -> Columns:
    """The form of columns. `facts` are the import's, `sheets` those that are ticked. Raises Mistakes."""
    mistakes: dict[str, str] = {}
    sheet = shown_sheet(facts)
    if sheet is None:
        raise Mistakes({"": _("There is no table in this file.")})
    names = [one["name"] for one in facts["sheets"] if one["name"] in sheets or len(facts["sheets"]) == 1]
    if not names:
        mistakes["sheet"] = _("Choose at least one sheet.")
    columns = _mapped(typed, read_map(sheet["columns"]), kind, mistakes)
    if not is_usable(columns, kind, sheet["service"]):
        mistakes.setdefault("column-0", _lacks(kind))
    orders: dict[Field, Order] = {}
    for name in facts["asks_order"]:
        order = next((one for one in KNOWN_ORDERS if one.value == typed.get(f"order-{name}")), None)
        if order is None:
            mistakes[f"order-{name}"] = _("Say whether the day or the month comes first.")
        else:
            orders[Field(name)] = order
    period = _period(typed, facts, mistakes)
    if mistakes:
        raise Mistakes(mistakes)
    return Columns(Decided(columns, orders), names, period)


def shown_sheet(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The sheet whose columns are shown: the first that is to be read, else the first with a table."""
    sheets: Sequence[Mapping[str, Any]] = facts.get("sheets", [])
    return next((one for one in sheets if one["chosen"]), next(iter(sheets), None))


def read_answers(typed: Typed, facts: Mapping[str, Any]) -> dict[tuple[str, str], Answer]:
    """The questions that were answered, at least one; the others stay open. What was not offered is no answer.

    Raises Mistakes.
    """
    given: dict[tuple[str, str], Answer] = {}
    for at, question in enumerate(facts.get("questions", [])):
        said = str(typed.get(f"answer-{at}") or "")
        code = clean(str(typed.get(f"code-{at}") or "")).upper()
        key = question["field"], question["value"]
        if typed.get(f"value-{at}") != question["value"]:
            continue
        if question["field"] == "area" and code:
            given[key] = Answer(Choice.RECORD, code)
        elif said.startswith("record:"):
            given[key] = Answer(Choice.RECORD, said.removeprefix("record:"))
        elif said in (Choice.IGNORE.value, Choice.CREATE.value):
            given[key] = Answer(Choice(said))
    if not given:
        raise Mistakes({"answer-0": _("Choose what at least one of them means.")})
    return given


def _mapped(typed: Typed, columns: ColumnMap, kind: str, mistakes: dict[str, str]) -> ColumnMap:
    left_out = NEED_ONLY if kind == "presence" else PRESENCE_ONLY
    taken: dict[Field, int] = {}
    for use in columns.columns:
        said = typed.get(f"column-{use.index}")
        if said is None:
            continue
        name, _colon, measure = str(said).partition(":")
        field = next((one for one in Field if one.value == name and one not in left_out), None)
        if field is not None and field not in REPEATABLE and field in taken:
            mistakes[f"column-{use.index}"] = _("Only one column can be “%(field)s”.") % {
                "field": _(NAMES[field])
            }
        if field is not None:
            taken[field] = use.index
        people = _counted(use.people, measure) if field is Field.PEOPLE else None
        if (field, people) != (use.field, use.people):
            columns = columns.with_field(use.index, field, people)
    return columns


def _counted(before: People | None, measure: str) -> People:
    """Of whom the column counts stays as it was found; what it counts of them is said."""
    measure = measure if measure in MEASURES else "inneed"
    if before is None:
        return People(measure)
    return People(measure, before.sex, before.age, before.disability, before.group or ANY, before.service)


def _period(typed: Typed, facts: Mapping[str, Any], mistakes: dict[str, str]) -> Period | None:
    try:
        period = period_typed(clean(str(typed.get("period") or "")))
    except ValueError as problem:
        mistakes["period"] = str(problem)
        return None
    if period is None and facts["asks_period"]:
        mistakes["period"] = _("Say which months the file is about: neither it nor its rows do.")
    return period


def _lacks(kind: str) -> str:
    if kind == "need":
        return _("Say which column has the area, and which one the number of people.")
    return _("Say which columns have the organisation, the area, and the sector or activity.")
