"""What people type about their account."""

from typing import ClassVar

from pydantic import field_validator

from app.kernel.actor import OVER_AREA
from app.kernel.forms import Form, need
from app.kernel.i18n import LANGUAGES, _


class NameForm(Form):
    """How to name a person, and the language to write to them in."""

    longest: ClassVar = {"name": 100}
    name: str = ""
    language: str = "en"

    @field_validator("name")
    @classmethod
    def _a_name(cls, typed: str) -> str:
        return need(typed, _("Write the name you want others to see."))

    @field_validator("language")
    @classmethod
    def _a_language(cls, typed: str) -> str:
        if typed not in LANGUAGES:
            raise ValueError(_("Choose one of the languages."))
        return typed


class GrantForm(Form):
    """Who gets which role, and why; the place is chosen beside it."""

    longest: ClassVar = {"email": 254, "reason": 500}
    email: str = ""
    role: str = ""
    reason: str = ""

    @field_validator("role")
    @classmethod
    def _a_role(cls, typed: str) -> str:
        if typed not in set(OVER_AREA):
            raise ValueError(_("Choose which role it is."))
        return typed


class EndForm(Form):
    """Why a role is taken back."""

    longest: ClassVar = {"reason": 500}
    reason: str = ""
