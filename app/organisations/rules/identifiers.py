"""What one organisation has and no other: registration numbers, phone numbers, web domains. No I/O here."""

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit

import phonenumbers

from app.kernel.i18n import N_
from app.kernel.refusals import Refused
from app.organisations.rules import hosts

SCHEMES: Mapping[str, str] = {
    "AF-MOE": N_("Afghanistan: Ministry of Economy, NGO number"),
    "GB-CHC": N_("England and Wales: Charity Commission number"),
    "GB-COH": N_("United Kingdom: Companies House number"),
    "KE-NCB": N_("Kenya: NGO register number"),
    "MU-CR": N_("Mauritius: Companies Register number"),
    "NG-CAC": N_("Nigeria: Corporate Affairs Commission number"),
    "US-EIN": N_("United States: employer identification number"),
    "XI-IATI": N_("International: organisation identifier assigned by IATI"),
    "XI-LEI": N_("International: legal entity identifier"),
    "XI-ROR": N_("International: Research Organization Registry"),
}
"""Schemes that the form offers by name; codes and lists are those of org-id.guide. Any other code of that
register is accepted by its shape."""
LOCAL = "X-LOCAL-"
"""A list that a district keeps itself: X-LOCAL-<area code>. Never exported as a code of org-id.guide."""

_BETWEEN = frozenset(" -/.,:_()#&+№\u00a0\u2010\u2011\u2012\u2013\u060c\u066b")
"""What registries print between letters and digits."""
_SCHEME = re.compile(r"[A-Z]{2}-[A-Z0-9_]{2,12}|X-LOCAL-[A-Z0-9]{2,12}")


class UnknownScheme(Refused):
    field = "scheme"
    says = N_("Choose who issued the number.")


class NoNumber(Refused):
    field = "number"
    says = N_(
        "Write the number as it is printed, with letters, digits and what stands between them. For example RC 1234567."
    )


def check_identifier(scheme: str, number: str) -> tuple[str, str]:
    """(scheme, normalised number), the pair that only one live organisation may have.

    Raises UnknownScheme or NoNumber.
    """
    code = scheme.strip().upper()
    if not _SCHEME.fullmatch(code):
        raise UnknownScheme
    check_number(number)
    return code, normal_number(number)


def check_number(number: str) -> None:
    """Whether it can be a registration number: letters and digits of any script with separators between them, and
    a digit or two letters at least. Raises NoNumber.
    """
    normal = normal_number(number)
    told = len(normal) >= 2 or any(c.isdecimal() for c in normal)
    # Marks belong to the letters that they stand over or under.
    if not told or not all(c.isalnum() or unicodedata.category(c)[0] == "M" or c in _BETWEEN for c in number):
        raise NoNumber


def normal_number(number: str) -> str:
    """A number as it is compared: letters and digits only, in one case; leading zeros count."""
    return "".join(c for c in number.casefold() if c.isalnum())


def is_local(scheme: str) -> bool:
    """Whether a scheme is a district's own list, which exports leave out."""
    return scheme.upper().startswith(LOCAL)


def phone(typed: str, country: str | None = None) -> str | None:
    """A phone number as +<country><number>, or None when it can't be one.

    country: two letters, for numbers written without the country's own prefix.
    """
    try:
        number = phonenumbers.parse(typed, country.upper() if country else None)
    except phonenumbers.NumberParseException:
        return None
    # Possible and not valid: numbering plans grow faster than any table of them.
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def web_domain(address: str) -> str | None:
    """The name that was registered for a web or e-mail address, by which two organisations are compared.

    None for hosts that many share (facebook.com, gmail.com) and for what is no address. Without the public
    suffix list the cut is a guess: the last two labels, or three below a second level like "org" in
    "org.uk". On a host that gives each site a name of its own, the name is kept (hope.wordpress.com).
    """
    host = _host(address)
    if host is None:
        return None
    labels = host.split(".")
    second_level = len(labels[-1]) == 2 and labels[-2] in hosts.SECOND_LEVEL
    keep = 3 if second_level else 2
    registered = ".".join(labels[-keep:])
    if registered in hosts.GIVES_NAMES:
        return ".".join(labels[-keep - 1 :]) if len(labels) > keep and labels[-keep - 1] != "www" else None
    if registered in hosts.SHARED or len(labels) < keep or registered.split(".")[0] in hosts.MAIL_FAMILIES:
        return None
    return registered


def _host(address: str) -> str | None:
    typed = address.strip().rsplit("@", 1)[-1] if "://" not in address else address.strip()
    try:
        host = urlsplit(typed if "://" in typed else f"//{typed}").hostname or ""
        ascii_host = host.rstrip(".").encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError):
        return None
    labels = ascii_host.split(".")
    named = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()
    return ascii_host if named else None


_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")
