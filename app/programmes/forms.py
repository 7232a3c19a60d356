"""What people type when they write a programme down; each step is one form."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import ValidationInfo, field_validator, model_validator

from app.kernel import time
from app.kernel.forms import Form, Mistakes, Typed, need, whole_number
from app.kernel.i18n import N_, _
from app.kernel.ids import read_id
from app.kernel.text import clean
from app.organisations.rules import identifiers
from app.programmes.rules.capacity import MOST_PAUSES, MOST_PEOPLE, Counting, Line, Stretch
from app.programmes.service.drafting import Capacity, Entry, What, When

MOST_CHOSEN = 100
MOST_SERVICES = 20
MOST_AREAS = 200
TOGETHER = "together"
_DAY = N_("Write the day as year, month and day, for example 2026-03-14.")
_MISSING: Mapping[str, str] = {
    "service": N_("Choose at least one service."),
    "serves": N_("Choose at least one group that you do it for."),
}


class WhatForm(Form):
    """Title, summary, services and groups."""

    longest: ClassVar = {"title": 150, "summary": 2000}
    title: str = ""
    summary: str = ""
    service: list[str] = []
    serves: list[str] = []

    @field_validator("title")
    @classmethod
    def _a_title(cls, typed: str) -> str:
        need(typed, _("Give it a name, for example Catch-up classes in Gulani."))
        if len(typed) < 3 or not any(c.isalpha() for c in typed):
            raise ValueError(
                _("Write a name that people recognise it by, for example Catch-up classes in Gulani.")
            )
        return typed

    @field_validator("summary")
    @classmethod
    def _a_summary(cls, typed: str) -> str:
        if len(typed) < 20:
            raise ValueError(_("Say in a sentence or two what you do: 20 letters or more."))
        return typed

    @field_validator("service", "serves")
    @classmethod
    def _some(cls, typed: list[str], info: ValidationInfo) -> list[str]:
        field = info.field_name or ""
        if not typed:
            raise ValueError(_(_MISSING[field]))
        if field == "service" and len(typed) > MOST_SERVICES:
            raise ValueError(
                _("Choose at most %(most)s services. What is more is better a programme of its own.")
                % {"most": MOST_SERVICES}
            )
        return _chosen(typed)

    def what(self, language: str) -> What:
        return What(self.title, self.summary, language, _ids(self.service), _ids(self.serves))


class WhereForm(Form):
    """The areas chosen before, and one that was looked up just now: `area` is what was written, `area_id` what was
    chosen for it. An id that can't be read is passed over.
    """

    areas: list[str] = []
    area_id: list[str] = []
    area: str = ""

    @field_validator("area")
    @classmethod
    def _some_places(cls, typed: str, info: ValidationInfo) -> str:
        found, chosen = read_ids(info.data["area_id"]), read_ids(info.data["areas"])
        if not found | chosen:
            raise ValueError(_("Add at least one area: write its name, press Find, and choose it."))
        if typed and not found:
            raise ValueError(_("Press Find and choose the place you mean, or leave this field empty."))
        if len(found | chosen) > MOST_AREAS:
            raise ValueError(
                _("Choose at most %(most)s areas; take the larger area where you work in all of it.")
                % {"most": MOST_AREAS}
            )
        return typed

    def where(self) -> set[UUID]:
        return read_ids(self.areas) | read_ids(self.area_id)


class EntryForm(Form):
    """How somebody gets in."""

    longest: ClassVar = {"referral": 2000, "referral_phone": 40, "referral_email": 254}
    referral: str = ""
    referral_phone: str = ""
    referral_email: str = ""
    language: list[str] = []
    access: list[str] = []
    safeguarding_contact: str = ""

    @field_validator("referral")
    @classmethod
    def _said(cls, typed: str) -> str:
        if len(typed) < 10:
            raise ValueError(
                _(
                    "Say how somebody gets in, for example: Come to the school office in Bara, Monday to Friday, 8 to 12."
                )
            )
        return typed

    @field_validator("referral_phone")
    @classmethod
    def _a_phone(cls, typed: str) -> str:
        if typed and identifiers.phone(typed) is None:
            raise ValueError(_("Write the number with its country code, for example +234 803 123 4567."))
        return identifiers.phone(typed) or ""

    @field_validator("referral_email")
    @classmethod
    def _an_address(cls, typed: str) -> str:
        if typed and ("@" not in typed.strip("@") or "." not in typed.rsplit("@", 1)[-1] or " " in typed):
            raise ValueError(_("Write an e-mail address, for example office@example.org."))
        return typed

    @field_validator("language", "access")
    @classmethod
    def _listed(cls, typed: list[str]) -> list[str]:
        return _chosen(typed)

    @model_validator(mode="after")
    def _reachable(self) -> "EntryForm":
        if not (self.referral_phone or self.referral_email):
            raise ValueError(_("Write a telephone number or an e-mail address that people can ask at."))
        return self

    def entry(self) -> Entry:
        return Entry(
            self.referral,
            self.referral_phone,
            self.referral_email,
            _ids(self.language),
            _ids(self.access),
            self.safeguarding_contact == "yes",
        )


class MoveForm(Form):
    """Why a programme is paused, completed or cancelled."""

    longest: ClassVar = {"reason": 1000}
    reason: str = ""


class AimsForm(Form):
    """Commitments and targets; nothing has to be chosen."""

    commitment: list[str] = []
    sdg_target: list[str] = []

    @field_validator("commitment", "sdg_target")
    @classmethod
    def _listed(cls, typed: list[str]) -> list[str]:
        return _chosen(typed)

    def aims(self) -> tuple[list[UUID], list[UUID]]:
        return _ids(self.commitment), _ids(self.sdg_target)


def read_when(typed: Typed) -> When:
    """First and last day, and the breaks of the fields pause_from_1, pause_to_1, pause_from_2 ... Raises Mistakes."""
    mistakes: dict[str, str] = {}
    starts_on = _day(typed, "starts_on", mistakes, _("Write the first day, for example 2026-03-14."))
    ends_on = _day(
        typed, "ends_on", mistakes, _("Write the last day, for example 2027-03-13. You can move it later.")
    )
    pauses: list[Stretch] = []
    for n in range(1, MOST_PAUSES + 1):
        if pause := _stretch(typed, f"pause_from_{n}", f"pause_to_{n}", mistakes):
            pauses.append(pause)
    if mistakes or starts_on is None or ends_on is None:
        raise Mistakes(mistakes)
    return When(starts_on, ends_on, pauses)


def read_capacity(typed: Typed, services: Sequence[UUID], dates: Stretch) -> Capacity:
    """A line for each of `services`, in their order, from the fields people_1, unknown_1, counts_1 ...; or, where
    `how` says so, one number for all from people_all and counts_all. Raises Mistakes.
    """
    mistakes: dict[str, str] = {}
    if len(services) > 1 and typed.get("how") == TOGETHER:
        people = _people(typed, "people_all", "", mistakes)
        counting = _counting(typed, "counts_all", mistakes)
        if mistakes:
            raise Mistakes(mistakes)
        return Capacity([Line(service, None, counting) for service in services], together=people)
    lines: list[Line] = []
    for n, service in enumerate(services, 1):
        people = _people(typed, f"people_{n}", f"unknown_{n}", mistakes)
        # Whoever doesn't know how many doesn't have to say what would be counted.
        counting = Counting.PLACES if people is None else _counting(typed, f"counts_{n}", mistakes)
        lines.append(Line(service, people, counting, _own_dates(typed, n, dates, mistakes)))
    if mistakes:
        raise Mistakes(mistakes)
    return Capacity(lines)


def _people(typed: Typed, field: str, unknown: str, mistakes: dict[str, str]) -> int | None:
    written, not_known = _text(typed, field), bool(unknown and typed.get(unknown))
    if not_known:
        if written:
            mistakes[field] = _("Write a number, or tick that you don't know it yet. Not both.")
        return None
    said = _("Write how many people, as a whole number such as 120.")
    if unknown and not written:
        said = _("Write how many people, for example 120, or tick that you don't know it yet.")
    try:
        return whole_number(written, least=0, most=MOST_PEOPLE, sentence=said)
    except ValueError as problem:
        mistakes[field] = str(problem)
        return None


def _counting(typed: Typed, field: str, mistakes: dict[str, str]) -> Counting:
    written = _text(typed, field)
    if written not in set(Counting):
        mistakes.setdefault(field, _("Say whether the number is for one time or for the whole time."))
        return Counting.PLACES
    return Counting(written)


def _own_dates(typed: Typed, n: int, dates: Stretch, mistakes: dict[str, str]) -> Stretch | None:
    own = _stretch(typed, f"from_{n}", f"to_{n}", mistakes)
    if own is None or own == dates:
        return None
    if own[0] < dates[0] or own[1] > dates[1]:
        mistakes[f"from_{n}"] = _(
            "These days must lie within those of the programme: %(first)s to %(last)s."
        ) % {
            "first": dates[0].isoformat(),
            "last": dates[1].isoformat(),
        }
    return own


def _stretch(typed: Typed, first: str, last: str, mistakes: dict[str, str]) -> Stretch | None:
    if not _text(typed, first) and not _text(typed, last):
        return None
    starts, ends = _day(typed, first, mistakes, _(_DAY)), _day(typed, last, mistakes, _(_DAY))
    if starts is None or ends is None:
        return None
    if ends < starts:
        mistakes[last] = _("The last day must be on or after the first day.")
        return None
    return starts, ends


def _day(typed: Typed, field: str, mistakes: dict[str, str], when_missing: str) -> date | None:
    written = _text(typed, field)
    read = time.day(written)
    if read is None:
        mistakes[field] = _(_DAY) if written else when_missing
    return read


def _text(typed: Typed, field: str) -> str:
    return clean(str(typed.get(field) or ""))


def _chosen(typed: list[str]) -> list[str]:
    if len(typed) > MOST_CHOSEN or any(read_id(item) is None for item in typed):
        raise ValueError(_("Choose from the list."))
    return typed


def read_ids(typed: Iterable[str]) -> set[UUID]:
    """The ids among what was typed."""
    return {i for i in map(read_id, typed) if i}


def _ids(typed: list[str]) -> list[UUID]:
    return list(dict.fromkeys(UUID(item) for item in typed))
