"""Of whom a row of needs speaks: sex, age, disability and group of people."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from app.exchange.reading.cells import Cell, said
from app.exchange.rows.questions import Question, Questions
from app.exchange.rules.fields import ANY
from app.exchange.rules.lookups import Answers, Choice
from app.exchange.rules.verdicts import Reason
from app.exchange.values import people
from app.exchange.values.people import OLDEST
from app.kernel.text import fold


class FacetsFound(NamedTuple):
    """Each is ANY where the row doesn't say it."""

    sex: str = ANY
    age: str = ANY
    disability: str = ANY
    group: str = ANY
    reasons: tuple[Reason, ...] = ()
    question: Question | None = None


class FacetsReader:
    """Reads the cells that say of whom a row is; a group that nobody knows is asked about and refuses the row."""

    def __init__(self, answers: Answers, questions: Questions) -> None:
        self._answers, self._questions = answers, questions

    def read(self, cells: Sequence[Cell]) -> FacetsFound:
        """`cells`: sex, age, age from, age to, disability, group."""
        sex, age, low, high, disability, group = (said(cell) for cell in cells)
        reasons: list[Reason] = []
        found_sex = _known(people.sex, sex, reasons)
        found_age = _known(people.age, age, reasons)
        if found_age == ANY:
            found_age = _from_ends(low, high, reasons)
        found_disability = _known(people.disability, disability, reasons)
        found_group, question = self._group(group, reasons)
        return FacetsFound(found_sex, found_age, found_disability, found_group, tuple(reasons), question)

    def _group(self, text: str, reasons: list[Reason]) -> tuple[str, Question | None]:
        answer = self._answers.get(("group", fold(text))) if text else None
        if answer is not None:
            return (answer.record if answer.choice is Choice.RECORD else ANY), None
        found = people.group(text)
        if found is not None:
            return found, None
        reasons.append(Reason("unknown-facet", text))
        return ANY, self._questions.ask("group", fold(text), text)


def _known(read: Callable[[str], str | None], text: str, reasons: list[Reason]) -> str:
    found = read(text)
    if found is None:
        reasons.append(Reason("unknown-facet", text))
    return found or ANY


def _from_ends(low: str, high: str, reasons: list[Reason]) -> str:
    if not low and not high:
        return ANY
    if (low and not low.isdecimal()) or (high and not high.isdecimal()):
        reasons.append(Reason("unknown-facet", f"{low}-{high}"))
        return ANY
    first, last = int(low or 0), int(high) if high else None
    if first > OLDEST or (last is not None and not first <= last):
        reasons.append(Reason("unknown-facet", f"{low}-{high}"))
        return ANY
    if last is None or last >= OLDEST:
        return f"{first}+" if first else ANY
    return f"{first}-{last}"
