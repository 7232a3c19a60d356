"""What people type when they state a need, question a figure, or decide about it."""

import re
from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import ValidationInfo, field_validator, model_validator

from app.kernel.forms import Form, need, whole_number
from app.kernel.i18n import _
from app.kernel.ids import read_id
from app.needs.rules.contests import State
from app.needs.service.contests import Figure
from app.needs.service.stating import Need

_SHAPE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_PEOPLE = 10_000_000_000


def _people(typed: str) -> str:
    need(typed, _("Write how many people."))
    whole_number(
        typed, least=0, most=MOST_PEOPLE,
        sentence=_("Write how many people as a whole number, for example 1200. You wrote %(typed)s.") % {"typed": typed[:30]},
    )  # fmt: skip
    return typed


def _number(typed: str) -> int:
    return whole_number(typed, least=0, most=MOST_PEOPLE, sentence="")


def _day(typed: str) -> date:
    try:
        read = date.fromisoformat(typed)
    except ValueError:
        if _SHAPE.fullmatch(typed):
            raise ValueError(_("The day %(typed)s doesn't exist.") % {"typed": typed}) from None
        raise ValueError(_("Write the day as year, month and day, for example 2026-03-14.")) from None
    if not 2000 <= read.year <= 2099:
        raise ValueError(_("Write a day between 2000-01-01 and 2099-12-31."))
    return read


class NeedForm(Form):
    """A need as an organisation states it."""

    longest: ClassVar = {"told_by": 500, "people": 30, "first": 20, "last": 20}
    area_id: str = ""
    area: str = ""
    service: str = ""
    group: str = ""
    people: str = ""
    severity: str = ""
    first: str = ""
    last: str = ""
    told_by: str = ""

    @field_validator("service", "group")
    @classmethod
    def _chosen(cls, typed: str, info: ValidationInfo) -> str:
        if read_id(typed) is None:
            asks = (
                _("Choose what people need.") if info.field_name == "service" else _("Choose who needs it.")
            )
            raise ValueError(asks)
        return typed

    @field_validator("people")
    @classmethod
    def _a_count(cls, typed: str) -> str:
        return _people(typed)

    @field_validator("severity")
    @classmethod
    def _a_step(cls, typed: str) -> str:
        if typed not in {"", "unknown", "1", "2", "3", "4", "5"}:
            raise ValueError(_("Choose how bad it is, or that you can't say."))
        return typed

    @field_validator("first", "last")
    @classmethod
    def _a_day(cls, typed: str) -> str:
        _day(typed)
        return typed

    @field_validator("told_by")
    @classmethod
    def _a_source(cls, typed: str) -> str:
        if len(typed) < 10:
            raise ValueError(
                _("Say where the number comes from, for example: counted by our ward heads in March 2026.")
            )
        return typed

    @model_validator(mode="after")
    def _a_place(self) -> "NeedForm":
        # Last, so that what is typed in the other fields has been looked at too.
        if read_id(self.area_id) is None:
            raise ValueError(_("Write the name of the place, press Find, and choose it."))
        return self

    def need(self) -> Need:
        severity = int(self.severity) if self.severity.isdecimal() else None
        return Need(
            UUID(self.area_id), UUID(self.service), UUID(self.group), _number(self.people), _day(self.first), _day(self.last),
            self.told_by, severity,
        )  # fmt: skip


class FigureForm(Form):
    """Another figure for one that stands."""

    longest: ClassVar = {"people": 30, "source": 500, "reason": 2000}
    people: str = ""
    source: str = ""
    reason: str = ""

    @field_validator("people")
    @classmethod
    def _a_count(cls, typed: str) -> str:
        return _people(typed)

    @field_validator("source")
    @classmethod
    def _a_source(cls, typed: str) -> str:
        return need(typed, _("Say where your number comes from, for example: our own count of 3 May 2026."))

    def figure(self) -> Figure:
        return Figure(_number(self.people), self.source, self.reason)


class DecisionForm(Form):
    """What somebody decides about a questioned figure."""

    longest: ClassVar = {"reason": 2000}
    outcome: str = ""
    reason: str = ""

    @field_validator("outcome")
    @classmethod
    def _an_outcome(cls, typed: str) -> str:
        if typed not in {State.ACCEPTED.value, State.NOT_ACCEPTED.value}:
            raise ValueError(_("Choose which figure is worked with from now on."))
        return typed
