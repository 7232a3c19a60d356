"""The published checklist: what each kind is asked, what else is accepted, and what is still open. No I/O here.

A registration remembers the version by which it was decided; a changed list is a new version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.kernel.i18n import N_
from app.kernel.refusals import Refused
from app.organisations.rules import registration
from app.organisations.rules.kinds import Kind

VERSION = 1
"""Raise it with every change of the list below."""


class Answer(StrEnum):
    """What the registrar found. MET_ANOTHER_WAY is accepted where the list names another way, with a reason."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_NEEDED = "not_needed"
    MET_ANOTHER_WAY = "met_another_way"


ANSWER_NAMES: Mapping[Answer, str] = {
    Answer.MET: N_("Met"),
    Answer.NOT_MET: N_("Not met"),
    Answer.NOT_NEEDED: N_("Not needed"),
    Answer.MET_ANOTHER_WAY: N_("Met another way"),
}


class Way(StrEnum):
    """Other ways to meet an item: A1 to A3 of the published list, a letter about the place, another's assessment."""

    REFERENCES = "A1"
    MINUTES = "A2"
    SIGNED_PAGE = "A3"
    PLACE_LETTER = "place"
    ASSESSED_BY_ANOTHER = "assessed"


WAYS: Mapping[Way, str] = {
    Way.REFERENCES: N_(
        "Without a certificate: two letters from verified organisations of different families, or one from a local"
        " government, and the minutes of the meeting that founded you. Your page then says “verified by reference”."
    ),
    Way.MINUTES: N_(
        "Without a governing document: the minutes that name your purpose and how you take decisions."
    ),
    Way.SIGNED_PAGE: N_("With a small budget: a signed page of what came in and what was spent."),
    Way.PLACE_LETTER: N_(
        "Without an address: a letter from a chief, council or host that names the place where you meet."
    ),
    Way.ASSESSED_BY_ANOTHER: N_(
        "Another funder has assessed this in the past three years: give us the report."
    ),
}


class Asked(StrEnum):
    MANDATORY = "mandatory"
    CONDITIONAL = "conditional"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one kind is asked for one item.

    others: other ways that are accepted; only_others: nobody of this kind has the usual paper, so one of
    them is what is asked. particular: gettext message saying what it is for this kind, or when it is asked.
    """

    asked: Asked
    others: tuple[Way, ...] = ()
    particular: str = ""
    only_others: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the list. to_applicant, to_registrar, name: gettext messages.

    valid_months: how long an answer counts, None while nothing changes; where a paper carries its own last
    day, the earlier one counts.
    """

    code: str
    name: str
    to_applicant: str
    to_registrar: str
    valid_months: int | None
    cells: Mapping[Kind, Cell]


class UnknownItem(Refused):
    says = N_("The checklist has no such item for this kind of organisation.")


class ChooseAnAnswer(Refused):
    field = "answer"
    says = N_("Choose what you found.")


class NoOtherWay(Refused):
    field = "answer"
    says = N_("The published list names no other way for this item: it is met or not met.")


class NeededOfAll(Refused):
    field = "answer"
    says = N_("Every organisation of this kind has to meet this item.")


class ReasonMissing(Refused):
    field = "note"
    says = N_("Write how it is met another way, so that the next reader understands it.")


def asked_of(kind: Kind) -> tuple[Item, ...]:
    """The items that `kind` is asked, in the order of the list."""
    return tuple(item for item in ITEMS.values() if item.cells[kind].asked is not Asked.NOT_ASKED)


def open_items(kind: Kind, answers: Mapping[str, Answer]) -> tuple[Item, ...]:
    """The items that keep `kind` from being verified; answers: item code -> what was found.

    A conditional item is open until somebody has said that it is met or not needed.
    """
    return tuple(item for item in asked_of(kind) if answers.get(item.code) not in _settles(item.cells[kind]))


SHOWN_ELSEWHERE = frozenset({"C1", "C3", "C9", "C10", "C12"})
"""Items that another step of the form answers, or that the registrar finds out; evidence for them is welcome."""


def to_show(kind: Kind) -> tuple[Item, ...]:
    """The items for which `kind` can give evidence: all it is asked, but for the legal check of names."""
    return tuple(item for item in asked_of(kind) if item.code != "C10")


def must_show(kind: Kind) -> frozenset[str]:
    """Codes of the items for which `kind` gives a paper or says in words what it has instead."""
    mandatory = (item.code for item in asked_of(kind) if item.cells[kind].asked is Asked.MANDATORY)
    return frozenset(mandatory) - SHOWN_ELSEWHERE


def least_holders(kind: Kind) -> int:
    """How many people who decide `kind` names at least (C3)."""
    return 3 if kind is Kind.NGO else 2


def still_valid(item: Item, checked_on: date, today: date) -> bool:
    """Whether an answer of `checked_on` still counts, so that a renewal doesn't ask it again."""
    return item.valid_months is None or today <= registration.months_later(checked_on, item.valid_months)


def verified_by_reference(answers: Mapping[str, Answer]) -> bool:
    """Whether legal existence rests on references, which the public page then says."""
    return answers.get("C1") is Answer.MET_ANOTHER_WAY


def check_answer(kind: Kind, code: str, answer: Answer, reason: str = "") -> None:
    """Raises UnknownItem, NoOtherWay, NeededOfAll or ReasonMissing when the list doesn't allow the answer."""
    item = ITEMS.get(code)
    if item is None or item.cells[kind].asked is Asked.NOT_ASKED:
        raise UnknownItem
    cell = item.cells[kind]
    if answer is Answer.NOT_NEEDED and cell.asked is Asked.MANDATORY:
        raise NeededOfAll
    if answer is Answer.MET_ANOTHER_WAY:
        if not cell.others:
            raise NoOtherWay
        if not reason.strip():
            raise ReasonMissing


def _settles(cell: Cell) -> frozenset[Answer]:
    settles = {Answer.MET}
    if cell.others:
        settles.add(Answer.MET_ANOTHER_WAY)
    if cell.asked is Asked.CONDITIONAL:
        settles.add(Answer.NOT_NEEDED)
    return frozenset(settles)


def _mandatory(*others: Way, particular: str = "", only_others: bool = False) -> Cell:
    return Cell(Asked.MANDATORY, others, particular, only_others)


def _when(particular: str, *others: Way) -> Cell:
    return Cell(Asked.CONDITIONAL, others, particular)


_NOT = Cell(Asked.NOT_ASKED)
_YES = _mandatory()
_ASSESSED = _mandatory(Way.ASSESSED_BY_ANOTHER)


_GOVERNMENT = (Kind.DEPARTMENT, Kind.LOCAL_GOVERNMENT)


def _asked(usual: Cell, *others: Mapping[Kind, Cell]) -> Mapping[Kind, Cell]:
    """What each kind is asked: as usual, but for the kinds in `others`."""
    cells = dict.fromkeys(Kind, usual)
    for some in others:
        cells.update(some)
    return cells


_LIST = (
    Item(
        "C1",
        N_("Legal existence"),
        N_("Add your registration certificate with its number. It must not have run out."),
        N_("Does the certificate name this organisation and number, and is it still valid?"),
        36,
        _asked(
            _mandatory(Way.REFERENCES),
            {
                Kind.SELF_ORGANISED: _mandatory(Way.REFERENCES, only_others=True),
                Kind.FIRM: _YES,
                Kind.FOUNDATION: _YES,
                Kind.INTERNATIONAL: _mandatory(particular=N_("The host-country agreement or registration.")),
            },
            dict.fromkeys(_GOVERNMENT, _mandatory(particular=N_("The establishing act or gazette."))),
        ),
    ),
    Item(
        "C2",
        N_("Governing document"),
        N_("Add your constitution, statutes or trust deed."),
        N_("Does the document name the purpose, who decides, and what happens when the organisation ends?"),
        None,
        _asked(
            _YES,
            {
                Kind.SELF_ORGANISED: _mandatory(Way.MINUTES, only_others=True),
                Kind.FIRM: _mandatory(particular=N_("The articles of the firm.")),
            },
            dict.fromkeys(_GOVERNMENT, _NOT),
        ),
    ),
    Item(
        "C3",
        N_("Who decides"),
        N_("Name the people who decide, with their roles."),
        N_("Are the people named in the paper that appoints them, and are they in office?"),
        12,
        _asked(
            _mandatory(particular=N_("At least two people.")),
            {
                Kind.NGO: _mandatory(
                    particular=N_("At least three people, at most half of them of one family.")
                ),
                Kind.SELF_ORGANISED: _mandatory(particular=N_("Two people.")),
                Kind.FIRM: _mandatory(particular=N_("The directors.")),
                Kind.FOUNDATION: _mandatory(particular=N_("The trustees.")),
                Kind.INTERNATIONAL: _mandatory(particular=N_("The head of the country office.")),
            },
            dict.fromkeys(_GOVERNMENT, _mandatory(particular=N_("The head and a delegate."))),
        ),
    ),
    Item(
        "C4",
        N_("Who may sign"),
        N_("Name who may sign for you, and add the minutes, letter or law that empowers them."),
        N_("Does the act empower this person, by name or office, to sign for the organisation?"),
        36,
        _asked(_YES),
    ),
    Item(
        "C5",
        N_("Address or meeting place"),
        N_(
            "Show where you can be met: a utility bill, a letter from a chief or council, or ask for a visit."
        ),
        N_(
            "Has a visit, bill or letter confirmed the place? A shelter's address stays hidden from the public."
        ),
        36,
        _asked(_YES, {Kind.SELF_ORGANISED: _mandatory(Way.PLACE_LETTER)}, dict.fromkeys(_GOVERNMENT, _NOT)),
    ),
    Item(
        "C6",
        N_("Does what it says"),
        N_("Add your last yearly report, two references, or a list of activities with dates and places."),
        N_("Do the report, references or list show the work that the profile describes?"),
        24,
        _asked(
            _ASSESSED,
            {
                Kind.SELF_ORGANISED: _mandatory(Way.REFERENCES, Way.ASSESSED_BY_ANOTHER),
                Kind.FIRM: _NOT,
            },
            dict.fromkeys(_GOVERNMENT, _NOT),
        ),
    ),
    Item(
        "C7",
        N_("Money"),
        N_("Show that you have an account in your own name, and add your last accounts."),
        N_(
            "Is the account in the organisation's name, and are the accounts audited where its budget asks for it?"
        ),
        24,
        _asked(
            _ASSESSED,
            {
                Kind.NGO: _mandatory(Way.SIGNED_PAGE, Way.ASSESSED_BY_ANOTHER),
                Kind.SELF_ORGANISED: _when(
                    N_("Asked only before the group receives money."),
                    Way.SIGNED_PAGE,
                    Way.ASSESSED_BY_ANOTHER,
                ),
            },
            dict.fromkeys(_GOVERNMENT, _NOT),
        ),
    ),
    Item(
        "C8",
        N_("Safeguarding"),
        N_(
            "Add your policy on safeguarding and on protection from sexual exploitation and abuse: who is responsible, and how people complain."
        ),
        N_("Is there a policy, a named person, and a way to complain that the people served know about?"),
        36,
        _asked(
            _ASSESSED,
            {
                Kind.NGO: _when(N_("Asked of organisations that meet people."), Way.ASSESSED_BY_ANOTHER),
                Kind.SELF_ORGANISED: _mandatory(
                    Way.ASSESSED_BY_ANOTHER, particular=N_("The one-page pledge, signed.")
                ),
                Kind.FIRM: _when(
                    N_("Asked of firms that give staff time or placements."), Way.ASSESSED_BY_ANOTHER
                ),
                Kind.FOUNDATION: _NOT,
            },
        ),
    ),
    Item(
        "C9",
        N_("Equal treatment"),
        N_(
            "A person who may sign accepts the declaration that nobody is turned away or treated worse for who they are."
        ),
        N_("Has somebody who may sign accepted the declaration?"),
        36,
        _asked(_YES),
    ),
    Item(
        "C10",
        N_("Legal check of names"),
        N_(
            "We compare your name and those of the people who decide with sanctions lists. You need to do nothing."
        ),
        N_("Has every hit been answered?"),
        12,
        _asked(
            _YES,
            {Kind.FIRM: _mandatory(particular=N_("With everybody who owns a quarter of the firm or more."))},
            dict.fromkeys(_GOVERNMENT, _NOT),
        ),
    ),
    Item(
        "C11",
        N_("Conflicts of interest"),
        N_("Say which of the people who decide are public officials, or that none is."),
        N_("Is the declaration there, and does anything that you know contradict it?"),
        12,
        _asked(_YES, dict.fromkeys(_GOVERNMENT, _NOT)),
    ),
    Item(
        "C12",
        N_("Members of the network"),
        N_("List your members. Each of them confirms."),
        N_("Have at least three members confirmed?"),
        12,
        _asked(_NOT, {Kind.NETWORK: _mandatory(particular=N_("At least three members."))}),
    ),
    Item(
        "C13",
        N_("Labour and harm"),
        N_(
            "Declare that you use no child or forced labour, and say whether tobacco, arms or alcohol is part of your business."
        ),
        N_("Is the declaration there, and is no exclusion for child or forced labour known?"),
        36,
        _asked(_NOT, {Kind.FIRM: _YES, Kind.FOUNDATION: _YES}),
    ),
)
ITEMS: Mapping[str, Item] = {item.code: item for item in _LIST}
