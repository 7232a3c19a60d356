"""What people type about their account."""

from typing import ClassVar

from pydantic import field_validator

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
