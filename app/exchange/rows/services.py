"""The service of a row, from its cells of sector codes and names."""

from collections.abc import Sequence
from typing import NamedTuple

from app.exchange.reading.cells import Cell, said
from app.exchange.rows.questions import Question, Questions
from app.exchange.rules.columns import is_mark
from app.exchange.rules.lookups import Answers, Choice
from app.exchange.rules.verdicts import Reason
from app.exchange.values.blanks import says_nothing
from app.exchange.values.sectors import ServiceIndex
from app.exchange.values.several import split
from app.kernel.text import fold


class ServiceFound(NamedTuple):
    """`service` is a code, "" when the cells are blank or mean none; further services of the row in `others`."""

    service: str
    reasons: tuple[Reason, ...] = ()
    others: tuple[str, ...] = ()
    question: Question | None = None


class ServiceReader:
    """Finds the services of rows; `of_sheet` is the service that the sheet's name means, for rows without one."""

    def __init__(
        self,
        services: ServiceIndex,
        answers: Answers,
        questions: Questions,
        of_sheet: str = "",
        marked: Sequence[str] = (),
    ) -> None:
        """`marked`: headings of the columns in which a mark names the sector."""
        self._services, self._answers, self._questions, self._of_sheet = (
            services,
            answers,
            questions,
            of_sheet,
        )
        self._marked = [services.known(heading) or "" for heading in marked]

    def read(self, cells: Sequence[Cell]) -> ServiceFound:
        """`cells`: code, name, and those that may be marked. Unknown sectors are asked about and refuse the row."""
        cells, marks = cells[:2], cells[2:]
        named = [code for code, cell in zip(self._marked, marks, strict=True) if code and is_mark(said(cell))]
        if named:
            return ServiceFound(named[0], others=tuple(dict.fromkeys(named[1:])))
        texts = [text for cell in cells if (text := said(cell)) and not says_nothing(text)]
        if not texts:
            return ServiceFound(self._of_sheet)
        for text in reversed(texts):
            answer = self._answers.get(("sector", fold(text)))
            if answer is not None:
                return ServiceFound(answer.record if answer.choice is Choice.RECORD else "")
        codes = [code for text in texts if (code := self._services.known(text))]
        if codes:
            # A part says more than its whole; else the code column goes before the name.
            finer = [code for code in codes if code.startswith(codes[0] + "-")]
            return ServiceFound((finer or codes)[0])
        for cell in reversed(cells):
            several = split(cell, self._services.known, loose=True)
            if several:
                return ServiceFound(several[0], others=tuple(several[1:]))
        return self._close(texts)

    def _close(self, texts: list[str]) -> ServiceFound:
        matches = [self._services.find(text) for text in texts]
        for text, match in zip(texts, matches, strict=True):
            if match.service:
                return ServiceFound(match.service, (Reason("sector-close", text, match.service),))
        said_ = texts[-1]
        candidates = list(dict.fromkeys(code for match in matches for code in match.candidates))[:3]
        question = self._questions.ask("sector", fold(said_), said_, [(code, code) for code in candidates])
        return ServiceFound("", (Reason("unknown-sector", said_),), question=question)


_ANYTHING = frozenset(
    fold(word)
    for word in [
        "all",
        "all sectors",
        "any",
        "overall",
        "total",
        "jiaf",
        "intersectoral",
        "inter sectoral",
        "inter-sectoral",
        "intersector",
        "intersectoriel",
        "inter-sectoriel",
        "intersectorial",
        "tous",
        "tous secteurs",
        "tous les secteurs",
        "todos",
        "todos los sectores",
        "كل القطاعات",
        "جميع القطاعات",
        "hno",
        "joint",
    ]
)


class NeedServiceReader(ServiceReader):
    """The same for needs, where a row may be about people in need of anything."""

    def __init__(
        self, services: ServiceIndex, answers: Answers, questions: Questions, without: str, anything: str
    ) -> None:
        super().__init__(services, answers, questions, without)
        self._anything = anything

    def read(self, cells: Sequence[Cell]) -> ServiceFound:
        """`cells`: code and name; several services in one cell are not one need."""
        texts = [fold(said(cell)) for cell in cells]
        if any(texts) and all(not text or text in _ANYTHING for text in texts):
            return ServiceFound(self._anything)
        found = super().read(cells)
        if found.others:
            text = next(text for cell in reversed(cells) if (text := said(cell)))
            return ServiceFound("", (Reason("unknown-sector", text),))
        return found
