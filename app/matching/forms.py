"""What people type about room, weights and languages."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import field_validator

from app.kernel import time
from app.kernel.forms import Form, Mistakes, Typed, whole_number
from app.kernel.i18n import _
from app.kernel.text import clean
from app.matching.queries.room import Stated
from app.matching.rules.weights import STEPS, Factor
from app.matching.service.answers import MOST_PEOPLE, NotPeople
from app.matching.service.room import More

FURTHEST = timedelta(days=2 * 365)


class AnnounceForm(Form):
    """A new weight set: the reason and the first day; the points are read by `read_points`."""

    longest: ClassVar = {"reason": 2000}
    reason: str = ""
    in_force_from: str = ""

    @property
    def day(self) -> date:
        """Raises Mistakes."""
        return _day("in_force_from", self.in_force_from)


class AgreementForm(Form):
    """For how many people two sides agreed."""

    people: str = ""

    @field_validator("people")
    @classmethod
    def _people(cls, typed: str) -> str:
        return str(whole_number(typed, least=1, most=MOST_PEOPLE, sentence=NotPeople().sentence))

    @property
    def whole_people(self) -> int:
        return int(self.people)


def read_points(typed: Typed) -> dict[Factor, tuple[int, ...]]:
    """The points of every step of every factor. Raises Mistakes."""
    points: dict[Factor, tuple[int, ...]] = {}
    mistakes: dict[str, str] = {}
    for factor, steps in STEPS.items():
        read: list[int] = []
        for step in range(1, steps + 1):
            name = points_field(factor, step)
            try:
                said = _("Write whole points from 0 to 100, for example 15.")
                read.append(whole_number(clean(str(typed.get(name) or "")), least=0, most=100, sentence=said))
            except ValueError as problem:
                mistakes[name] = str(problem)
        points[factor] = tuple(read)
    if mistakes:
        raise Mistakes(mistakes)
    return points


def points_field(factor: Factor, step: int) -> str:
    return f"points_{factor}_{step}"


def read_room(typed: Typed, services: list[Stated]) -> Mapping[UUID, More | None]:
    """Room for each of the organisation's services; blank is "not said". Raises Mistakes."""
    room: dict[UUID, More | None] = {}
    mistakes: dict[str, str] = {}
    for each in services:
        people, starts = f"people_{each.service_id}", f"starts_on_{each.service_id}"
        number, first = (clean(str(typed.get(name) or "")) for name in (people, starts))
        if not number:
            room[each.service_id] = None
            continue
        try:
            said = _("Write a whole number of people, for example 40. Leave it blank if you can't say.")
            found = whole_number(number, least=0, most=MOST_PEOPLE, sentence=said)
        except ValueError as problem:
            mistakes[people] = str(problem)
            continue
        try:
            room[each.service_id] = More(found, _day(starts, first) if first else time.now().date())
        except Mistakes as problem:
            mistakes |= problem.sentences
    if mistakes:
        raise Mistakes(mistakes)
    return room


def _day(field: str, typed: str) -> date:
    """A day from today to two years ahead. Raises Mistakes."""
    today = time.now().date()
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        raise Mistakes({field: _("Write the day like this: %(day)s.") % {"day": today.isoformat()}}) from None
    if not today - FURTHEST <= found <= today + FURTHEST:
        raise Mistakes(
            {
                field: _("Write a day within the next two years, for example %(day)s.")
                % {"day": today.isoformat()}
            }
        )
    return found
