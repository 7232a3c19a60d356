"""Kinds of organisation, and what each kind shows when it registers. No I/O here.

The questions are data: the form asks them, the checklist says which item an answer speaks to, and the
registrar reads each answer beside that item.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.kernel.i18n import N_, _
from app.kernel.refusals import Refused


class Kind(StrEnum):
    """The eight kinds of partner.

    A ninth touches: NAMES, MEANINGS and SHOWN below; the cells of rules/checklist.py, where it is asked what most
    are, and `least_holders`; the constraint `ck_organisation_kind`, in a migration; the types of organisations in
    files (exchange/values/organisation_types.py); who states needs (needs/rules/stating.py), and who answers for
    a place or counts as self-organised in matching (queries/other_side.py, answered.py, treatment.py).
    """

    NGO = "ngo"
    SELF_ORGANISED = "self_organised"
    NETWORK = "network"
    DEPARTMENT = "department"
    LOCAL_GOVERNMENT = "local_government"
    FIRM = "firm"
    FOUNDATION = "foundation"
    INTERNATIONAL = "international"

    @property
    def label(self) -> str:
        """The kind's name in the language being spoken."""
        return _(NAMES[self])

    @property
    def means(self) -> str:
        """One sentence by which somebody finds their kind, in the language being spoken."""
        return _(MEANINGS[self])


NAMES: Mapping[Kind, str] = {
    Kind.NGO: N_("NGO or charity"),
    Kind.SELF_ORGANISED: N_("Self-organised group"),
    Kind.NETWORK: N_("Network"),
    Kind.DEPARTMENT: N_("Ministry or department"),
    Kind.LOCAL_GOVERNMENT: N_("Local government"),
    Kind.FIRM: N_("Firm"),
    Kind.FOUNDATION: N_("Foundation"),
    Kind.INTERNATIONAL: N_("International organisation"),
}
MEANINGS: Mapping[Kind, str] = {
    Kind.NGO: N_("An association, charity or faith organisation that works for people and not for profit."),
    Kind.SELF_ORGANISED: N_("People who organise themselves for their own group, with or without papers."),
    Kind.NETWORK: N_("At least three organisations that speak or work together."),
    Kind.DEPARTMENT: N_("Part of the national or regional government."),
    Kind.LOCAL_GOVERNMENT: N_("A council, municipality or district administration."),
    Kind.FIRM: N_("A business or cooperative that wants to invest money, goods, jobs, space or time."),
    Kind.FOUNDATION: N_("An organisation that gives grants or endows work for others."),
    Kind.INTERNATIONAL: N_("A body of several states, or an NGO with its head office in another country."),
}


class Answer(StrEnum):
    """How a question is answered, which says what its field looks like."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing a kind is asked. `check` is the checklist item (checklist.py) that the answer speaks to.

    asks, hint and the labels of `choices` (code -> label) are gettext messages; `at_most` is in characters.
    """

    code: str
    asks: str
    check: str
    hint: str = ""
    answer: Answer = Answer.LINE
    at_most: int = 200
    choices: Mapping[str, str] | None = None
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Either:
    """Several ways to show one thing: the questions of at least one way must all be answered."""

    ways: tuple[tuple[str, ...], ...]
    says: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a kind shows: its questions in the order of the form, and where one of several ways will do."""

    questions: tuple[Question, ...]
    either: tuple[Either, ...] = ()


class NotShownYet(Refused):
    """Something that this kind must show is still missing."""

    says = N_("Answer “%(question)s”: we need it to check your organisation.")


def questions(kind: Kind) -> tuple[Question, ...]:
    """What `kind` is asked, in the order of the form."""
    return SHOWN[kind].questions


def missing(kind: Kind, answers: Mapping[str, object]) -> dict[str, str]:
    """Question code -> gettext message, for each thing that `kind` must still show; empty when all is there.

    answers: question code -> what was typed, or the list of codes chosen; blank counts as not answered.
    """
    shown = SHOWN[kind]
    found = {q.code: NotShownYet.says for q in shown.questions if q.needed and not _answered(answers, q.code)}
    for either in shown.either:
        if not any(all(_answered(answers, code) for code in way) for way in either.ways):
            found[either.ways[0][0]] = either.says
    return found


def unknown_choices(kind: Kind, answers: Mapping[str, object]) -> tuple[str, ...]:
    """Codes of the questions whose answer is not among their choices."""
    return tuple(
        q.code
        for q in SHOWN[kind].questions
        if q.choices is not None and any(code not in q.choices for code in _chosen(answers.get(q.code)))
    )


def _answered(answers: Mapping[str, object], code: str) -> bool:
    typed = answers.get(code)
    return bool(typed.strip()) if isinstance(typed, str) else bool(typed)


def _chosen(answer: object) -> tuple[object, ...]:
    if isinstance(answer, list | tuple):
        return tuple(answer)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - codes from a form
    return (answer,) if answer else ()


LEGAL_STATUSES: Mapping[str, str] = {
    "association": N_("Registered association or society"),
    "charity": N_("Registered charity or trust"),
    "faith": N_("Faith organisation"),
    "cooperative": N_("Cooperative"),
    "company": N_("Company not for profit"),
    "not_registered": N_("Not registered with the state"),
}
INVESTMENTS: Mapping[str, str] = {
    "money": N_("Money"),
    "goods": N_("Goods"),
    "jobs": N_("Jobs, apprenticeships or work placements"),
    "time": N_("Staff time and skills"),
    "space": N_("Rooms, land or transport"),
    "purchasing": N_("Buying from groups that are left out"),
}
SECTORS: Mapping[str, str] = {
    "farming": N_("Farming, fishing and forestry"),
    "making": N_("Manufacturing"),
    "building": N_("Building and housing"),
    "trade": N_("Shops and trade"),
    "transport": N_("Transport and storage"),
    "tourism": N_("Tourism, food and hospitality"),
    "finance": N_("Banking and insurance"),
    "digital": N_("Telephone, internet and software"),
    "energy": N_("Energy, water and waste"),
    "health": N_("Health and care"),
    "learning": N_("Education and training"),
    "other": N_("Something else"),
}

_LEGAL_STATUS = Question(
    "legal_status", N_("What is your legal status?"), "C1", answer=Answer.CHOICE, choices=LEGAL_STATUSES
)
_NUMBER = Question(
    "registration_number",
    N_("What is your registration number?"),
    "C1",
    N_("As it is printed on your certificate, for example CAC/IT/NO 12345."),
    at_most=60,
    needed=False,
)
_NUMBER_NEEDED = Question(_NUMBER.code, _NUMBER.asks, _NUMBER.check, _NUMBER.hint, at_most=60)
_REFEREES = (
    Question(
        "first_referee",
        N_("Who can vouch for you?"),
        "C1",
        N_(
            "A verified organisation or a local government: its name, a person there, and a phone number or e-mail."
        ),
        answer=Answer.TEXT,
        at_most=500,
        needed=False,
    ),
    Question(
        "second_referee",
        N_("Who else can vouch for you?"),
        "C1",
        N_("From another organisation than the first. Write “none” if the first is a local government."),
        answer=Answer.TEXT,
        at_most=500,
        needed=False,
    ),
)
_NUMBER_OR_REFEREES = Either(
    (("registration_number",), ("first_referee", "second_referee")),
    N_("Write your registration number, or name two referees further down if you have none."),
)
_REFEREES_NEEDED = Either(
    (("first_referee", "second_referee"),),
    N_("Name two who can vouch for you: a group without papers is verified by reference."),
)
_DECIDES = Question(
    "how_decided",
    N_("How does your group take decisions, and who speaks for it?"),
    "C2",
    N_("For example: the monthly meeting decides, two people chosen each year speak for us."),
    answer=Answer.TEXT,
    at_most=2000,
)
_ACT = Question(
    "establishing_act",
    N_("Which act or gazette established it?"),
    "C1",
    N_("Its title, number and date. A link is enough where it is published."),
    answer=Answer.TEXT,
    at_most=500,
)

SHOWN: Mapping[Kind, Shown] = {
    Kind.NGO: Shown((_LEGAL_STATUS, _NUMBER, *_REFEREES), (_NUMBER_OR_REFEREES,)),
    Kind.SELF_ORGANISED: Shown(
        (
            Question(
                "founding_meeting",
                N_("When and where did your group begin?"),
                "C1",
                N_("The date and place of the meeting that founded it. You add its minutes as a paper."),
                answer=Answer.TEXT,
                at_most=500,
            ),
            _DECIDES,
            *_REFEREES,
        ),
        (_REFEREES_NEEDED,),
    ),
    Kind.NETWORK: Shown(
        (
            Question(
                "members",
                N_("Which organisations are your members?"),
                "C12",
                N_("One on each line, at least three. We ask each of them to confirm."),
                answer=Answer.TEXT,
                at_most=5000,
            ),
            Question(
                "secretariat",
                N_("Who runs the network from day to day?"),
                "C3",
                answer=Answer.TEXT,
                at_most=500,
            ),
            _NUMBER,
            *_REFEREES,
        ),
        (_NUMBER_OR_REFEREES,),
    ),
    Kind.DEPARTMENT: Shown(
        (
            Question("ministry", N_("Which ministry or government do you belong to?"), "C1"),
            Question(
                "mandate",
                N_("What is your mandate?"),
                "C1",
                N_("What the law or your minister asks you to do, in a few sentences."),
                answer=Answer.TEXT,
                at_most=2000,
            ),
            _ACT,
        )
    ),
    Kind.LOCAL_GOVERNMENT: Shown(
        (
            Question(
                "head_of_administration",
                N_("Who heads the administration? Give the office, not the person."),
                "C3",
            ),
            Question(
                "mandate",
                N_("Which services are yours by law?"),
                "C1",
                N_("For example: primary schools, clinics, water points, markets."),
                answer=Answer.TEXT,
                at_most=2000,
            ),
            _ACT,
        )
    ),
    Kind.FIRM: Shown(
        (
            _NUMBER_NEEDED,
            Question("sector", N_("What is your business?"), "C13", answer=Answer.CHOICE, choices=SECTORS),
            Question(
                "invests",
                N_("What do you want to invest?"),
                "C6",
                N_("Choose all that may apply. You promise nothing yet."),
                answer=Answer.CHOICES,
                choices=INVESTMENTS,
            ),
            Question(
                "invests_in_words",
                N_("Say more about it, in your own words"),
                "C6",
                N_("For example: ten apprenticeships a year, first for young people with a disability."),
                answer=Answer.TEXT,
                at_most=2000,
                needed=False,
            ),
            Question(
                "owners",
                N_("Who owns a quarter of the firm or more?"),
                "C10",
                N_("One on each line. Only the registrar reads this. Write “nobody” if it is so."),
                answer=Answer.TEXT,
                at_most=2000,
            ),
        )
    ),
    Kind.FOUNDATION: Shown(
        (
            _NUMBER_NEEDED,
            Question(
                "gives_to",
                N_("What do you give to, and to whom?"),
                "C6",
                N_("For example: grants of 2 000 to 20 000 dollars to groups led by women."),
                answer=Answer.TEXT,
                at_most=2000,
            ),
            Question(
                "money_from",
                N_("Where does your money come from?"),
                "C7",
                N_(
                    "For example: an endowment of one family, gifts of the public, a share of a firm's profit."
                ),
                answer=Answer.TEXT,
                at_most=1000,
            ),
        )
    ),
    Kind.INTERNATIONAL: Shown(
        (
            Question("head_office", N_("In which country is your head office?"), "C1"),
            Question(
                "host_agreement",
                N_("Which agreement or registration lets you work in this country?"),
                "C1",
                N_("The number and date of the host-country agreement or of your registration here."),
                answer=Answer.TEXT,
                at_most=500,
            ),
        )
    ),
}
