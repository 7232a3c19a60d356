"""What a vocabulary editor types about an entry."""

from typing import Any, ClassVar

from pydantic import field_validator

from app.kernel.forms import Form, whole_number
from app.kernel.i18n import _
from app.vocabulary.queries.catalogue import Listed
from app.vocabulary.rules.groups import Facets
from app.vocabulary.rules.schemes import LANGUAGES, Scheme
from app.vocabulary.service.entries import Wording

LAST_PLACE = 1_000_000


class ReasonForm(Form):
    """Why something is retired, brought back or taken away."""

    longest: ClassVar = {"reason": 1000}
    reason: str = ""


class LinkForm(ReasonForm):
    """Which target carries a commitment on, and why."""

    longest: ClassVar = {"reason": 1000, "target": 80, **{f"said_{language}": 500 for language in LANGUAGES}}
    target: str = ""
    said_en: str = ""
    said_fr: str = ""
    said_es: str = ""
    said_ar: str = ""

    def said(self) -> dict[str, str]:
        return _worded(self, "said")


class EntryForm(ReasonForm):
    """An entry in all its languages. What its kind doesn't have stays empty."""

    longest: ClassVar = {
        "reason": 1000, "code": 80, "parent": 80, "own_name": 100, "status": 60, "age": 10,
        "code_hno": 20, "code_dac": 20, "code_hrinfo": 20,
        **{f"name_{language}": 500 for language in LANGUAGES},
        **{f"plain_{language}": 1000 for language in LANGUAGES},
        **{f"noun_{language}": 300 for language in LANGUAGES},
    }  # fmt: skip
    code: str = ""
    name_en: str = ""
    name_fr: str = ""
    name_es: str = ""
    name_ar: str = ""
    plain_en: str = ""
    plain_fr: str = ""
    plain_es: str = ""
    plain_ar: str = ""
    noun_en: str = ""
    noun_fr: str = ""
    noun_es: str = ""
    noun_ar: str = ""
    parent: str = ""
    position: str = ""
    own_name: str = ""
    direction: str = "ltr"
    status: str = ""
    sex: str = ""
    age: str = ""
    disability: str = ""
    code_hno: str = ""
    code_dac: str = ""
    code_hrinfo: str = ""
    flag_offered: str = ""
    flag_at_risk: str = ""
    flag_is_need: str = ""

    @field_validator("position")
    @classmethod
    def _a_place(cls, typed: str) -> str:
        if typed:
            whole_number(
                typed,
                least=0,
                most=LAST_PLACE,
                sentence=_("Write the place in the list as a whole number, for example 120."),
            )
        return typed

    @field_validator("direction")
    @classmethod
    def _a_direction(cls, typed: str) -> str:
        if typed not in {"ltr", "rtl"}:
            raise ValueError(_("Choose in which direction the language is written."))
        return typed

    def wording(self, kind: Scheme, last: int = 0) -> Wording:
        """What was typed, as far as the kind has it. Without a place it comes after `last`."""
        facts: dict[str, Any] = {flag: getattr(self, f"flag_{flag}") == "yes" for flag in kind.flags or ()}
        if kind.nouns:
            facts[kind.nouns] = _worded(self, "noun")
        if kind.code == "language":
            facts |= {"own_name": self.own_name, "direction": self.direction}
        typed = {standard: getattr(self, f"code_{standard}") for standard in kind.standards or ()}
        return Wording(
            names=_worded(self, "name"),
            descriptions=_worded(self, "plain"),
            parent=self.parent or None,
            position=int(self.position) if self.position.isdecimal() else last + 10,
            codes={standard: code for standard, code in typed.items() if code},
            facts=facts,
        )

    def facets(self) -> Facets:
        """Raises NoSuchFacet."""
        return Facets.read(
            {"status": self.status, "sex": self.sex, "age": self.age, "disability": self.disability}
        )


def filled(entry: Listed) -> dict[str, str]:
    """The form as the entry stands, with the version that is seen."""
    flags = ("offered", "at_risk", "is_need")
    return {
        **{f"name_{language}": entry.names.get(language, "") for language in LANGUAGES},
        **{f"plain_{language}": entry.descriptions.get(language, "") for language in LANGUAGES},
        **{f"noun_{language}": entry.nouns.get(language, "") for language in LANGUAGES},
        **{f"code_{standard}": code for standard, code in entry.codes.items()},
        **{f"flag_{flag}": "yes" if entry.facts.get(flag) else "" for flag in flags},
        "parent": entry.parent or "",
        "position": str(entry.position),
        "own_name": str(entry.facts.get("own_name") or ""),
        "direction": str(entry.facts.get("direction") or "ltr"),
        "version": str(entry.version),
    }


def _worded(form: Form, part: str) -> dict[str, str]:
    return {language: text for language in LANGUAGES if (text := getattr(form, f"{part}_{language}"))}
