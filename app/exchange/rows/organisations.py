"""The organisation of a row: a known one, or one that is listed from now on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid5

from app.exchange.reading.cells import Cell, said
from app.exchange.rows.questions import Question, Questions
from app.exchange.rules.lookups import Answers, Choice
from app.exchange.rules.verdicts import Reason
from app.exchange.values.blanks import says_nothing
from app.exchange.values.organisation_types import OrganisationType, type_of
from app.exchange.values.several import split
from app.kernel.text import fold
from app.organisations.rules import names
from app.organisations.rules.recognition import How, Index, recognise

NAME_CHARACTERS = 300
CANDIDATES = 3
# An identifier as org-id.guide writes it: the list, then the number in it. A bare number may be of any list.
_ISSUED = re.compile(r"([A-Za-z]{2}-[A-Za-z0-9_]{2,12})-(.+)")
_LISTED = UUID("6f1d5f0e-7a52-5c1b-9a53-0c4f7d1c9a10")
_ITSELF = frozenset(
    fold(word)
    for word in [
        "self",
        "same",
        "itself",
        "direct",
        "direct implementation",
        "directly",
        "own",
        "idem",
        "lui-même",
        "elle-même",
        "même",
        "mise en œuvre directe",
        "directe",
        "implementación directa",
        "el mismo",
        "la misma",
        "mismo",
        "directo",
        "تنفيذ مباشر",
        "نفس المنظمة",
        "نفسها",
        "yes",
        "no",
        "oui",
        "non",
        "si",
        "several",
        "various",
        "plusieurs",
        "varios",
    ]
)


@dataclass(frozen=True, slots=True)
class NamedOrganisation:
    """An organisation that a row names. `how` is a rule of recognition, answer, or listed for one that is known from
    files only; then `id` is the one of `listed_id`. `name` is the register's, of a listed one the file's; `type` is
    None where the row doesn't tell it.
    """

    id: str
    how: str
    name: str
    acronym: str = ""
    country: str = ""
    type: OrganisationType | None = None

    @property
    def is_listed(self) -> bool:
        return self.how == "listed"


class OrganisationFound(NamedTuple):
    """The organisation of a row; when it names several known ones, the rest in `others`."""

    organisation: NamedOrganisation | None
    reasons: tuple[Reason, ...] = ()
    others: tuple[NamedOrganisation, ...] = ()
    question: Question | None = None


class OrganisationReader:
    """Finds the organisations of rows of one import."""

    def __init__(self, known: Index[str], country: str, answers: Answers, questions: Questions) -> None:
        self._known, self._country, self._answers, self._questions = known, country, answers, questions

    def read(self, cells: Sequence[Cell]) -> OrganisationFound:
        """`cells`: name, acronym, type, identifier. Never refused for being unknown: then it is listed, and asked about."""
        name, acronym, typed, identifier = (_stated(cell) for cell in cells)
        reasons: tuple[Reason, ...] = ()
        if not name and acronym:
            name = acronym
            reasons = (Reason("name-from-acronym", acronym),)
        if not name:
            return OrganisationFound(None, (Reason("no-organisation"),))
        if len(name) > NAME_CHARACTERS:
            return OrganisationFound(None, (Reason("too-long", name[:40], str(NAME_CHARACTERS)),))
        type_ = type_of(typed) if typed else None
        if type_ is not None and not type_.registered:
            return OrganisationFound(None, (Reason("not-a-partner", typed),))
        return self._named(cells[0], name, acronym, identifier, type_, reasons)

    def partner(self, cells: Sequence[Cell]) -> OrganisationFound:
        """`cells`: the name of a partner, which may be blank or say that there is none."""
        name = _stated(cells[0])
        if not name or fold(name) in _ITSELF:
            return OrganisationFound(None)
        if len(name) > NAME_CHARACTERS:
            return OrganisationFound(None, (Reason("too-long", name[:40], str(NAME_CHARACTERS)),))
        found = self._named(cells[0], name, "", "", None, ())
        return found if found.organisation else OrganisationFound(None)

    def _named(
        self,
        cell: Cell,
        name: str,
        acronym: str,
        identifier: str,
        type_: OrganisationType | None,
        reasons: tuple[Reason, ...],
    ) -> OrganisationFound:
        country = self._country
        answer = self._answers.get(("organisation", fold(name)))
        if answer is not None and answer.choice is Choice.RECORD:
            return OrganisationFound(
                NamedOrganisation(answer.record, "answer", name, acronym, country, type_), reasons
            )
        if answer is not None and answer.choice is Choice.IGNORE:
            return OrganisationFound(None, (Reason("no-organisation"),))
        issued = _ISSUED.fullmatch(identifier)
        numbers = {issued[1]: issued[2]} if issued else None
        found = recognise(name, acronym, country or None, self._known, numbers=numbers)
        if found.id is not None:
            return OrganisationFound(self._record(found.id, found.how, acronym, type_), reasons)
        several = split(cell, lambda text: self._exactly(text, type_))
        if len(several) > 1:
            return OrganisationFound(several[0], reasons, tuple(several[1:]))
        question = None
        if answer is None:
            near = [(one.id, one.name) for one in found.candidates[:CANDIDATES]]
            question = self._questions.ask("organisation", fold(name), name, near, blocks=False)
        listed = NamedOrganisation(listed_id(name, acronym, country), "listed", name, acronym, country, type_)
        return OrganisationFound(listed, reasons, question=question)

    def _exactly(self, text: str, type_: OrganisationType | None) -> NamedOrganisation | None:
        how, ids = self._known.by_spelling(text, self._country or None)
        return self._record(next(iter(ids)), how, "", type_) if len(ids) == 1 else None

    def _record(self, id: str, how: How, acronym: str, type_: OrganisationType | None) -> NamedOrganisation:
        return NamedOrganisation(id, how, self._known.spelling(id), acronym, self._country, type_)


def listed_id(name: str, acronym: str, country: str) -> str:
    """The id of an organisation that is known from files only: always the same for one name in one country, however
    it is spelled and whether or not its acronym stands with it, so that another file means the same organisation.
    """
    shorter = names.carried(name, (acronym,)).without
    return str(uuid5(_LISTED, f"{country}\x1f{names.letters(shorter[0] if shorter else name)}"))


def _stated(cell: Cell) -> str:
    text = said(cell)
    return "" if says_nothing(text) else text
