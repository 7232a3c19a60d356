"""What people type when they register an organisation; each step is one form."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from pydantic import ValidationInfo, field_validator, model_validator

from app.kernel import time
from app.kernel.forms import Form, Mistakes, Typed, need, several, whole_number
from app.kernel.i18n import N_, _
from app.kernel.ids import read_id
from app.kernel.text import clean
from app.organisations.rules import identifiers, kinds
from app.organisations.rules.kinds import Kind, Question
from app.organisations.service.facts import Reach, Who, Work

MOST_AREAS = 200
BANDS = ("0", "1-9", "10-24", "25-49", "50-99", "100-249", "250+")
BUDGETS: Mapping[str, str] = {
    "none": N_("None yet"),
    "under-10k": N_("Under 10 000 US dollars a year"),
    "10k-100k": N_("10 000 to 100 000 US dollars a year"),
    "100k-1m": N_("100 000 to 1 million US dollars a year"),
    "over-1m": N_("Over 1 million US dollars a year"),
}
PROMISES: Mapping[str, str] = {
    "equal": N_("We turn nobody away because of who they are, what they believe or where they come from."),
    "safe": N_(
        "We protect the people we meet from harm, abuse and exploitation, and tell them how to complain."
    ),
    "true": N_("What we wrote here is true, and I may speak for this organisation."),
}


class WhoForm(Form):
    """Name, kind and beginning."""

    longest: ClassVar = {"name": 200, "legal_name": 200, "acronym": 30}
    kind: str = ""
    name: str = ""
    legal_name: str = ""
    acronym: str = ""
    founded: str = ""

    @field_validator("kind")
    @classmethod
    def _a_kind(cls, typed: str) -> str:
        if typed not in set(Kind):
            raise ValueError(_("Choose what kind of organisation you are."))
        return typed

    @field_validator("name")
    @classmethod
    def _a_name(cls, typed: str) -> str:
        need(typed, _("Write the name of your organisation."))
        if len(typed) < 2 or not any(c.isalpha() for c in typed):
            raise ValueError(_("Write the name in full, for example Yobe Women Farmers Association."))
        return typed

    @field_validator("founded")
    @classmethod
    def _a_year(cls, typed: str) -> str:
        this_year = time.now().year
        if typed:
            said = _("The year must be between 1700 and %(now)s. You wrote %(typed)s.") % {
                "now": this_year,
                "typed": typed[:20],
            }
            whole_number(typed, least=1700, most=this_year, sentence=said)
        return typed

    def who(self) -> Who:
        return Who(
            kind=Kind(self.kind),
            name=self.name,
            legal_name=self.legal_name,
            acronym=self.acronym,
            founded_year=int(self.founded) if self.founded else None,
        )


def read_papers(kind: Kind, typed: Typed) -> tuple[dict[str, Any], tuple[str, str] | None]:
    """The answers to what `kind` is asked, and its registration number as (scheme, number). Raises Mistakes."""
    answers = {question.code: _answer(question, typed) for question in kinds.questions(kind)}
    asks = {question.code: _(question.asks) for question in kinds.questions(kind)}
    missing = kinds.missing(kind, answers)
    mistakes = {code: _(said) % {"question": asks[code]} for code, said in missing.items()}
    for question in kinds.questions(kind):
        answer = answers[question.code]
        if isinstance(answer, str) and len(answer) > question.at_most:
            mistakes[question.code] = _("Write at most %(most)s letters here.") % {"most": question.at_most}
    for code in kinds.unknown_choices(kind, answers):
        mistakes[code] = _("Choose from the list.")
    number = str(answers.get("registration_number") or "")
    scheme = clean(str(typed.get("scheme") or ""))
    if number and scheme not in identifiers.SCHEMES and not identifiers.is_local(scheme):
        mistakes["scheme"] = _("Choose who gave you the number.")
    try:
        if number:
            identifiers.check_number(number)
    except identifiers.NoNumber as problem:
        mistakes["registration_number"] = problem.sentence
    if mistakes:
        order = [question.code for question in kinds.questions(kind)]
        raise Mistakes(
            dict(sorted(mistakes.items(), key=lambda m: order.index(m[0]) if m[0] in order else 0))
        )
    return answers, (scheme, number) if number else None


def _answer(question: Question, typed: Typed) -> str | list[str]:
    if question.answer is kinds.Answer.CHOICES:
        return [clean(code) for code in several(typed, question.code)]
    return clean(str(typed.get(question.code) or ""))


class WorkForm(Form):
    """A description, services, groups, languages and access, in the order of the page."""

    longest: ClassVar = {"description": 2000}
    description: str = ""
    service: list[str] = []
    serves: list[str] = []
    led_by: list[str] = []
    language: list[str] = []
    access: list[str] = []

    @field_validator("serves", "service", "language")
    @classmethod
    def _some(cls, typed: list[str], info: ValidationInfo) -> list[str]:
        if not typed:
            missing = _WORK_MISSING[str(info.field_name)]
            raise ValueError(_(missing))
        return typed

    @field_validator("serves", "led_by", "service", "language", "access")
    @classmethod
    def _ids(cls, typed: list[str]) -> list[str]:
        if any(read_id(item) is None for item in typed) or len(typed) > 100:
            raise ValueError(_("Choose from the list."))
        return typed

    @field_validator("description")
    @classmethod
    def _described(cls, typed: str) -> str:
        if len(typed) < 20:
            raise ValueError(_("Say in a sentence or two what you do: 20 letters or more."))
        return typed

    def work(self, language: str) -> Work:
        relations = ("serves", "led_by", "service", "language", "access")
        terms = {relation: [UUID(item) for item in getattr(self, relation)] for relation in relations}
        return Work(terms=terms, description=self.description, language=language)


_WORK_MISSING = {
    "serves": N_("Choose at least one group of people that you work for."),
    "service": N_("Choose at least one service that you give."),
    "language": N_("Choose at least one language that you work in."),
}


class PlacesForm(Form):
    """The seat and the areas: `home` and `area` are what was written, `home_id` and `area_id` what was chosen for it.
    An id that can't be read is passed over.
    """

    home_id: list[str] = []
    home: str = ""
    areas: list[str] = []
    area_id: list[str] = []
    area: str = ""
    wished: list[str] = []

    @field_validator("home")
    @classmethod
    def _a_seat(cls, typed: str, info: ValidationInfo) -> str:
        if len(read_ids(info.data["home_id"])) != 1:
            raise ValueError(_("Write the place of your seat, press Find, and choose it from the list."))
        return typed

    @field_validator("area")
    @classmethod
    def _some_places(cls, typed: str, info: ValidationInfo) -> str:
        if not read_ids(info.data["areas"]) | read_ids(info.data["area_id"]):
            raise ValueError(_("Add at least one area that you work in."))
        return typed

    def places(self) -> tuple[UUID, set[UUID], set[UUID]]:
        """The seat, where it works, and where it would."""
        areas, wished = read_ids(self.areas) | read_ids(self.area_id), read_ids(self.wished)
        return min(read_ids(self.home_id)), areas - wished, areas & wished


class ReachForm(Form):
    """How large the organisation is, and how to reach it."""

    longest: ClassVar = {
        "website": 300,
        "phone": 40,
        "public_email": 254,
        "contact_person": 100,
        "address": 500,
    }
    staff: str = ""
    volunteers: str = ""
    budget: str = ""
    website: str = ""
    phone: str = ""
    public_email: str = ""
    contact_person: str = ""
    address: str = ""
    address_public: str = ""

    @field_validator("staff", "volunteers")
    @classmethod
    def _a_band(cls, typed: str) -> str:
        if typed not in BANDS:
            raise ValueError(_("Choose how many."))
        return typed

    @field_validator("budget")
    @classmethod
    def _a_budget(cls, typed: str) -> str:
        if typed not in BUDGETS:
            raise ValueError(_("Choose about how much you spend in a year."))
        return typed

    @field_validator("website")
    @classmethod
    def _a_website(cls, typed: str) -> str:
        address = typed if not typed or "://" in typed else f"https://{typed}"
        if typed and (
            not address.startswith(("http://", "https://")) or "." not in address or " " in address
        ):
            raise ValueError(_("Write the address of your website, for example https://example.org."))
        return address

    @field_validator("phone")
    @classmethod
    def _a_phone(cls, typed: str) -> str:
        if typed and identifiers.phone(typed) is None:
            raise ValueError(_("Write the number with its country code, for example +234 803 123 4567."))
        return identifiers.phone(typed) or ""

    @field_validator("public_email")
    @classmethod
    def _an_address(cls, typed: str) -> str:
        if typed and ("@" not in typed or "." not in typed.rsplit("@", 1)[-1] or " " in typed):
            raise ValueError(_("Write an e-mail address, for example office@example.org."))
        return typed

    @field_validator("contact_person")
    @classmethod
    def _a_person(cls, typed: str) -> str:
        return need(typed, _("Write whom the registrar can ask."))

    @model_validator(mode="after")
    def _reachable(self) -> "ReachForm":
        if not (self.phone or self.public_email):
            raise ValueError(
                _("Write a telephone number or an e-mail address: people must be able to reach you.")
            )
        return self

    def reach(self) -> Reach:
        fields = {
            name: getattr(self, name) for name in Reach.__dataclass_fields__ if name != "address_public"
        }
        return Reach(**fields, address_public=self.address_public == "yes")


def read_people(typed: Typed, least: int) -> list[tuple[str, str]]:
    """Who decides, as (name, role), from the fields name_1, role_1, name_2 ... Raises Mistakes."""
    holders: list[tuple[str, str]] = []
    mistakes: dict[str, str] = {}
    for n in range(1, MOST_HOLDERS + 1):
        name, role = (clean(str(typed.get(f"{field}_{n}") or "")) for field in ("name", "role"))
        if len(name) > 100 or len(role) > 100:
            mistakes[f"name_{n}"] = _("Write at most %(most)s letters here.") % {"most": 100}
        elif name and not role:
            mistakes[f"role_{n}"] = _("Write what this person does, for example chair or treasurer.")
        elif role and not name:
            mistakes[f"name_{n}"] = _("Write this person's name.")
        elif name:
            holders.append((name, role))
    if not mistakes and len(holders) < least:
        mistakes[f"name_{len(holders) + 1}"] = _("Name at least %(least)s people who decide.") % {
            "least": least
        }
    if mistakes:
        raise Mistakes(mistakes)
    return holders


MOST_HOLDERS = 6


class PromisesForm(Form):
    """What the organisation promises, and who signs it."""

    longest: ClassVar = {"signed_by": 100}
    equal: str = ""
    safe: str = ""
    true: str = ""
    signed_by: str = ""

    @field_validator("equal", "safe", "true")
    @classmethod
    def _promised(cls, typed: str) -> str:
        if typed != "yes":
            raise ValueError(
                _("Tick this if you can promise it. Without it we can't take you into the register.")
            )
        return typed

    @field_validator("signed_by")
    @classmethod
    def _signed(cls, typed: str) -> str:
        return need(typed, _("Write the name of the person who makes this promise."))


def read_ids(typed: Sequence[str]) -> set[UUID]:
    """The ids among what was typed, as far as anybody chooses by hand."""
    return {i for i in map(read_id, typed[:MOST_AREAS]) if i}


def read_days(typed: Typed) -> tuple[dict[str, date | None], dict[str, str]]:
    """The days `since` and `until` of a search, and what is wrong with those that can't be read: it goes on
    without them.
    """
    days = {name: _day(str(typed.get(name) or "")) for name in ("since", "until")}
    wrong = (name for name, day in days.items() if typed.get(name) and day is None)
    return days, {name: _("Write the day like this: 2026-03-14.") for name in wrong}


def _day(typed: str) -> date | None:
    try:
        read = date.fromisoformat(typed)
    except ValueError:
        return None
    return read if 2000 <= read.year < 2100 else None
