"""What a row says in free words: its activity, its status and role, and the details beside."""

from collections.abc import Sequence
from typing import NamedTuple

from app.exchange.reading.cells import Cell, said
from app.exchange.rows.questions import Questions
from app.exchange.rules.lookups import Answers
from app.exchange.rules.verdicts import Reason
from app.exchange.values.blanks import folds_to_nothing, says_nothing
from app.exchange.values.numbers import amount
from app.exchange.values.statuses import role, status
from app.kernel.text import fold

ACTIVITY_CHARACTERS = 4_000
TEXT_CHARACTERS = 1_000


class Details(NamedTuple):
    """What else a row says; texts are "" and the budget None where it says nothing."""

    donor: str = ""
    project: str = ""
    project_code: str = ""
    region: str = ""
    place: str = ""
    budget: float | None = None


class DetailsFound(NamedTuple):
    """`text` is all of the details as text."""

    details: Details
    reasons: tuple[Reason, ...] = ()
    text: str = ""


class ActivityFound(NamedTuple):
    """`folded` is what activities are compared by."""

    text: str
    folded: str
    reasons: tuple[Reason, ...] = ()


class AboutFound(NamedTuple):
    """The role of the organisation and the status of the activity, "" where unknown or not stated."""

    role: str
    status: str
    reasons: tuple[Reason, ...] = ()


def read_activity(cells: Sequence[Cell]) -> ActivityFound:
    """The activities of all its columns as one text."""
    texts = [text for cell in cells if (text := said(cell))]
    if len(texts) > 1:
        texts = [text for text in dict.fromkeys(texts) if not says_nothing(text)]
    text = " / ".join(texts)
    if len(text) > ACTIVITY_CHARACTERS:
        return ActivityFound("", "", (Reason("too-long", text[:40], str(ACTIVITY_CHARACTERS)),))
    # Of a million rows nearly every one has words of its own: folded once, and not for each question.
    folded = fold(text)
    nothing = len(texts) == 1 and folds_to_nothing(text, folded)
    return ActivityFound("", "") if nothing else ActivityFound(text, folded)


def read_details(cells: Sequence[Cell]) -> DetailsFound:
    """`cells`: donor, project, its code, region, budget, and any number of places."""
    texts = ["" if says_nothing(text := said(cell)) else text for cell in cells]
    donor, project, code, region, _budget, *places = texts
    long = next((text for text in texts if len(text) > TEXT_CHARACTERS), None)
    if long is not None:
        return DetailsFound(Details(), (Reason("too-long", long[:40], str(TEXT_CHARACTERS)),))
    place = ", ".join(dict.fromkeys(text for text in places if text))
    details = Details(donor, project, code, region, place, amount(cells[4]))
    return DetailsFound(details, (), "\x1f".join(map(str, details)))


class AboutReader:
    """Reads role and status; what it doesn't know is asked about and left out."""

    def __init__(self, answers: Answers, questions: Questions) -> None:
        self._answers, self._questions = answers, questions

    def read(self, cells: Sequence[Cell]) -> AboutFound:
        """`cells`: role and status."""
        texts = ["" if says_nothing(text := said(cell)) else text for cell in cells]
        reasons: list[Reason] = []
        meant: list[str] = []
        for name, text, known in (("role", texts[0], role), ("status", texts[1], status)):
            answer = self._answers.get((name, fold(text))) if text else None
            found = answer.record if answer else known(text) if text else ""
            if found is None:
                self._questions.ask(name, fold(text), text, blocks=False)
                reasons.append(Reason(f"unknown-{name}", text[:80]))
            meant.append(found or "")
        return AboutFound(meant[0], meant[1], tuple(reasons))
