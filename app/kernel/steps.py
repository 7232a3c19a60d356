"""The steps of a form that is filled in page by page: their addresses, their words, their order. No I/O here."""

from collections.abc import Collection
from enum import StrEnum
from typing import Self

from app.kernel.i18n import _


class FormStep(StrEnum):
    """One page of a form. A form's own steps are members of a subclass, in the order they are asked:
    `WHO = "who", N_("Who you are"), N_("Name and kind. 2 minutes.")`; the value is the first, the address.
    """

    _value_: str
    title_said: str
    hint_said: str

    def __new__(cls, address: str, title: str, hint: str) -> Self:
        step = str.__new__(cls, address)
        step._value_ = address
        step.title_said, step.hint_said = title, hint
        return step

    @property
    def heading(self) -> str:
        return _(self.title_said)

    @property
    def hint(self) -> str:
        return _(self.hint_said)

    @property
    def number(self) -> int:
        return list(type(self)).index(self) + 1

    @classmethod
    def at(cls, address: str) -> Self | None:
        """The step with this address."""
        return next((step for step in cls if step.value == address), None)

    @classmethod
    def still_open(cls, done: Collection[str], after: str | None = None) -> Self | None:
        """The first step not done, looking from `after` on and then from the beginning; None when all are done."""
        order = list(cls)
        begin = next((step.number for step in order if step.value == after), 0)
        return next((step for step in (*order[begin:], *order[:begin]) if step.value not in done), None)
