"""Forms: what people type is text; we read it, and every sentence about it is ours.

A form is a frozen Pydantic model whose fields are str (or list[str]). Its validators raise ValueError with
a msgid or sentence; `read` gathers one sentence a field, in the order of the form.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator

from app.kernel.i18n import N_, _, number
from app.kernel.refusals import Refused
from app.kernel.text import clean

Typed = Mapping[str, Any]
LONGEST = 5000


class Mistakes(Refused):
    """What is wrong with a form: a finished sentence for each field, in the order of the form."""

    says = N_("Some answers need another look.")

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self.sentences = dict(sentences)
        super().__init__()


class Form(BaseModel):
    """What came in. Fields hold cleaned text; a missing field is "" or []."""

    # A radio button that nobody chose sends nothing at all: that answer is checked too.
    model_config = ConfigDict(frozen=True, extra="ignore", validate_default=True)
    longest: ClassVar[Mapping[str, int]] = {}
    """The most letters of a field, where it isn't LONGEST."""

    @field_validator("*", mode="before")
    @classmethod
    def _cleaned(cls, typed: object, info: ValidationInfo) -> object:
        if isinstance(typed, str):
            several = get_origin(cls.model_fields[info.field_name or ""].annotation) is list
            return [clean(typed)] if several else clean(typed)
        if isinstance(typed, list):
            return [clean(item) for item in typed if isinstance(item, str)]  # pyright: ignore[reportUnknownVariableType]
        return typed

    @classmethod
    def read(cls, typed: Typed) -> Self:
        """The form that `typed` spells. Raises Mistakes with a sentence for each field that can't be read."""
        too_long = dict(cls._too_long(typed))
        try:
            form = cls.model_validate(typed)
        except ValidationError as problem:
            said = {
                str(e["loc"][0]) if e["loc"] else "": _said(e) for e in reversed(problem.errors())
            } | too_long
            order = [name for name in (*cls.model_fields, "") if name in said]
            raise Mistakes({name: said[name] for name in order}) from None
        if too_long:
            raise Mistakes(too_long)
        return form

    @classmethod
    def _too_long(cls, typed: Typed) -> Iterable[tuple[str, str]]:
        for name in cls.model_fields:
            most = cls.longest.get(name, LONGEST)
            value = typed.get(name)
            length = len(value) if isinstance(value, str) else 0
            if length > most:
                yield (
                    name,
                    _("Write at most %(most)s letters here. You wrote %(length)s.")
                    % {
                        "most": number(most),
                        "length": number(length),
                    },
                )


def _said(error: Any) -> str:
    """Our own sentence; anything Pydantic says by itself is put in general words."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return _("This answer can't be read. Choose or write it again.")


def several(typed: Typed, name: str) -> list[str]:
    """The texts of a field that may come more than once; none, one or many."""
    value: Any = typed.get(name) or []
    return [str(text) for text in value] if isinstance(value, list) else [str(value)]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def errors_beside(problem: Refused) -> dict[str, str]:
    """The sentences to show, each under the field it belongs to ("" for the form as a whole)."""
    return problem.sentences if isinstance(problem, Mistakes) else {problem.field: problem.sentence}


def need(typed: str, sentence: str) -> str:
    """`typed`, or a ValueError with `sentence` (already translated) when nothing was typed."""
    if not typed:
        raise ValueError(sentence)
    return typed


def whole_number(typed: str, *, least: int, most: int, sentence: str) -> int:
    """The whole number typed, blanks and separators of thousands allowed; else ValueError with `sentence`."""
    plain = typed.replace(" ", "").replace("\u00a0", "").replace("\u202f", "").replace("'", "")
    for separator in ",.":
        parts = plain.split(separator)
        if len(parts) > 1 and parts[0] and all(len(part) == 3 for part in parts[1:]):
            plain = "".join(parts)
    digits = plain.removeprefix("+")
    if not (digits.isdecimal() and len(digits) <= 15 and least <= int(digits) <= most):
        raise ValueError(sentence)
    return int(digits)
