"""Languages: which ones there are, which one this request speaks, and how it writes numbers and dates.

English is the language of the source; every other language is a gettext catalogue under `locales/`,
compiled in memory when it is first needed, so that nobody has to build anything to run the program.
"""

import gettext as standard_gettext
import io
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parents[2] / "locales"
PSEUDO = "ar-XB"
"""A made-up right-to-left language: every translatable string is visible in it, and so is every one forgotten."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language that pages are shown in. `code` is the first part of an address, `name` its own name."""

    code: str
    name: str
    dir: str = "ltr"

    @property
    def locale(self) -> Locale:
        return _locale(self.code)


ENGLISH = Language("en", "English")
FRENCH = Language("fr", "Français")
PSEUDO_LANGUAGE = Language(PSEUDO, "ЯTL", "rtl")
LANGUAGES: Mapping[str, Language] = {
    language.code: language for language in (ENGLISH, FRENCH, PSEUDO_LANGUAGE)
}
SHIPPED = (ENGLISH, FRENCH)

_spoken: ContextVar[Language] = ContextVar("spoken", default=ENGLISH)


def spoken() -> Language:
    """The language of the page being made."""
    return _spoken.get()


@contextmanager
def speaking(code: str) -> Generator[Language]:
    """Everything said inside is in this language; an unknown code speaks English."""
    language = LANGUAGES.get(code, ENGLISH)
    token = _spoken.set(language)
    try:
        yield language
    finally:
        _spoken.reset(token)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a string for translation where it is only named; `_` translates it where it is said."""
    return message


def _(message: str) -> str:
    """`message` in the language being spoken."""
    return catalogue(spoken().code).gettext(message) if message else ""


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of the sentence that goes with `number`, in the language being spoken."""
    return catalogue(spoken().code).ngettext(singular, plural, number)


@cache
def catalogue(code: str) -> standard_gettext.NullTranslations:
    """The translations of one language; strings without one stay English."""
    if code == PSEUDO:
        return _PseudoTranslations()
    source = LOCALES / code / "LC_MESSAGES" / "roundtable.po"
    if not source.exists():
        return standard_gettext.NullTranslations()
    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return standard_gettext.GNUTranslations(compiled)


def number(value: int | float) -> str:
    """1234567 as people of this language write it."""
    return _number(value, spoken())


def percent(share: float) -> str:
    """A share from 0 to 1 as whole percent: never "100 %" or "0 %" of what is not all or nothing."""
    whole = round(share * 100)
    if whole == 100 and share < 1:
        whole = 99
    if whole == 0 and share > 0:
        whole = 1
    return _percent(whole, spoken())


def day(value: date) -> str:
    """25 November 2026."""
    return _day(value, spoken())


def month(value: date) -> str:
    """November 2026."""
    return _month(value, spoken())


# A page writes dozens of them, many the same as the page before, and writing one takes longer than looking it up.


@lru_cache(maxsize=10_000, typed=True)
def _number(value: int | float, language: Language) -> str:
    return numbers.format_decimal(value, locale=language.locale)


@lru_cache(maxsize=1_000)
def _percent(whole: int, language: Language) -> str:
    return numbers.format_percent(whole / 100, locale=language.locale)


@lru_cache(maxsize=2_000)
def _day(value: date, language: Language) -> str:
    return dates.format_date(value, format="long", locale=language.locale)


@lru_cache(maxsize=500)
def _month(value: date, language: Language) -> str:
    return dates.format_skeleton("yMMMM", value, locale=language.locale)


def instant(value: datetime, zone: str = "UTC") -> str:
    """25 November 2026, 17:00, by the clock of `zone`."""
    there = value.astimezone(ZoneInfo(zone))
    return f"{day(there.date())}, {dates.format_time(there, format='short', locale=spoken().locale)}"


def listed(items: list[str]) -> str:
    """ "a, b and c" as this language joins a list."""
    from babel.lists import format_list

    return format_list(items, locale=spoken().locale) if items else ""


def url(path: str, **query: str | None) -> str:
    """The address of `path` in the language being spoken, with the parts of `query` that are not empty."""
    prefix = "" if spoken() is ENGLISH else f"/{spoken().code}"
    asked = urlencode({name: value for name, value in query.items() if value}) if query else ""
    return f"{prefix}{path}?{asked}" if asked else f"{prefix}{path}"


_WRITTEN_AS = {"en": "en-GB", PSEUDO: "ar"}
"""Languages whose numbers and dates follow another code: English is everybody's here, so the day comes before the month."""


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(_WRITTEN_AS.get(code, code), sep="-")


class _PseudoTranslations(standard_gettext.NullTranslations):
    _letters = str.maketrans("aeiouAEIOUcnsy", "àëîöûÀËÎÖÛçñšÿ")
    _kept = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]+>|&\w+;)")

    def gettext(self, message: str) -> str:
        parts = self._kept.split(message)
        spelled = "".join(part if at % 2 else part.translate(self._letters) for at, part in enumerate(parts))
        return f"[{spelled}]"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)
