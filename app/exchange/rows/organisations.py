"""The organisation of a row: a known one, or one that is listed from now on."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.exchange.lookups import Answers, Choice
from app.exchange.reading.cells import Cell, said
from app.exchange.rows.questions import Question, Questions
from app.exchange.values.blanks import says_nothing
from app.exchange.values.organisation_types import Kind, kind_of
from app.exchange.values.organisations import OrganisationIndex, listed_id, spellings
from app.exchange.values.several import split
from app.exchange.verdicts import Reason
from app.kernel.text import fold

NAME_CHARACTERS = 300
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
    """An organisation that a row names. `how` is identifier, name, alias, acronym, answer, or listed for one that is
    known from files only; then `id` is always the same for its name in its country. `kind` is None where the row
    doesn't tell it.
    """

    id: str
    how: str
    name: str
    acronym: str = ""
    country: str = ""
    kind: Kind | None = None

    @property
    def is_listed(self) -> bool:
        return self.how == "listed"


@dataclass(frozen=True, slots=True)
class OrganisationFound:
    """The organisation of a row; when it names several known ones, the rest in `others`."""

    organisation: NamedOrganisation | None
    reasons: tuple[Reason, ...] = ()
    others: tuple[NamedOrganisation, ...] = ()
    question: Question | None = None


class OrganisationReader:
    """Finds the organisations of rows of one import."""

    def __init__(
        self, known: OrganisationIndex, country: str, answers: Answers, questions: Questions
    ) -> None:
        self._known, self._country, self._answers, self._questions = known, country, answers, questions

    def read(self, cells: Sequence[Cell]) -> OrganisationFound:
        """`cells`: name, acronym, type, identifier. Never refused for being unknown: then it is listed, and asked about."""
        name, acronym, type_, identifier = (_stated(cell) for cell in cells)
        reasons: tuple[Reason, ...] = ()
        if not name and acronym:
            name = acronym
            reasons = (Reason("name-from-acronym", acronym),)
        if not name:
            return OrganisationFound(None, (Reason("no-organisation"),))
        if len(name) > NAME_CHARACTERS:
            return OrganisationFound(None, (Reason("too-long", name[:40], str(NAME_CHARACTERS)),))
        kind = kind_of(type_) if type_ else None
        if kind is not None and not kind.registered:
            return OrganisationFound(None, (Reason("not-a-partner", type_),))
        return self._named(cells[0], name, acronym, identifier, kind, reasons)

    def partner(self, cells: Sequence[Cell]) -> OrganisationFound:
        """`cells`: the name of a partner, which may be blank or say that there is none."""
        name = _stated(cells[0])
        if not name or fold(name) in _ITSELF:
            return OrganisationFound(None)
        if len(name) > NAME_CHARACTERS:
            return OrganisationFound(None, (Reason("too-long", name[:40], str(NAME_CHARACTERS)),))
        return self._named(cells[0], name, "", "", None, ())

    def _named(
        self,
        cell: Cell,
        name: str,
        acronym: str,
        identifier: str,
        kind: Kind | None,
        reasons: tuple[Reason, ...],
    ) -> OrganisationFound:
        answer = self._answers.get(("organisation", fold(name)))
        if answer is not None and answer.choice is Choice.RECORD:
            return OrganisationFound(
                NamedOrganisation(answer.record, "answer", name, acronym, self._country, kind), reasons
            )
        if answer is not None and answer.choice is Choice.IGNORE:
            return OrganisationFound(None, (Reason("no-organisation"),))
        match = self._known.find(name, acronym, identifier=identifier, country=self._country)
        if match.organisation is not None:
            one = match.organisation
            return OrganisationFound(
                NamedOrganisation(one.id, match.how, one.name, one.acronym or acronym, one.country, kind),
                reasons,
            )
        several = split(cell, lambda text: self._exactly(text, kind))
        if len(several) > 1:
            return OrganisationFound(several[0], reasons, tuple(several[1:]))
        listed = self._listed(name, acronym, kind)
        question = None
        if answer is None:
            near = self._known.candidates(name, acronym)
            question = self._questions.ask(
                "organisation",
                fold(name),
                name,
                [(one.organisation.id, one.organisation.name) for one in near],
                blocks=False,
            )
        return OrganisationFound(listed, reasons, question=question)

    def _exactly(self, text: str, kind: Kind | None) -> NamedOrganisation | None:
        match = self._known.find(text, country=self._country)
        one = match.organisation
        return NamedOrganisation(one.id, match.how, one.name, one.acronym, one.country, kind) if one else None

    def _listed(self, name: str, acronym: str, kind: Kind | None) -> NamedOrganisation:
        plain = spellings(name, acronym)[-1] if spellings(name, acronym) else name
        return NamedOrganisation(
            listed_id(plain, self._country), "listed", name, acronym, self._country, kind
        )


def _stated(cell: Cell) -> str:
    text = said(cell)
    return "" if says_nothing(text) else text
