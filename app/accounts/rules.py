"""Accounts: what an address looks like, how long links and sign-ins last. No I/O here."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from app.kernel.i18n import N_
from app.kernel.refusals import Refused

LINK_LASTS = timedelta(minutes=15)
SESSION_LASTS = timedelta(days=30)
"""However much it is used."""
UNUSED_LASTS = timedelta(days=14)
"""A session that nobody uses ends so long after its last use."""
_NOTED_EVERY = timedelta(days=1)
_ADDRESS = re.compile(
    r"^[^@\s,;:<>()\[\]\\\"]{1,64}@(?:[^@\s.,;:<>()\[\]\\\"/]{1,63}\.)+[^@\s.,;:<>()\[\]\\\"/]{2,63}$"
)


class NoSuchAddress(Refused):
    field = "email"
    says = N_("Write your e-mail address, for example name@example.org.")


class LinkNotOpen(Refused):
    status = 410
    says = N_("This link was used already, or is older than 15 minutes. Ask for a new one.")


class OtherBrowser(Refused):
    status = 403
    says = N_(
        "Open the link in the browser in which you asked for it. That way nobody who sees your mail can sign in for you."
    )


class NobodyAtThisAddress(Refused):
    field = "email"
    says = N_("Nobody has signed in with this address yet. Ask them to sign in once, then give the role.")


class OutsideYourArea(Refused):
    field = "area"
    status = 403
    says = N_("Your own role doesn't reach %(area)s. Choose a place within your area.")


class NoAreaChosen(Refused):
    field = "area"
    says = N_("Write the name of the place, press Find, and choose it from the list.")


class WhyRoleMissing(Refused):
    field = "reason"
    says = N_("Write why, in 10 letters or more. The audit trail keeps it.")


class YourOwnRole(Refused):
    status = 409
    says = N_(
        "You can't end your own role as operator: nobody might be left who can give it back. Ask another operator."
    )


SHORTEST_REASON = 10


def check_why(reason: str) -> None:
    """Raises WhyRoleMissing."""
    if len(reason) < SHORTEST_REASON:
        raise WhyRoleMissing


def read_address(typed: str) -> str:
    """The e-mail address in `typed`, in lower case. Raises NoSuchAddress."""
    address = typed.strip().lower()
    if len(address) > 254 or not _ADDRESS.match(address) or ".." in address:
        raise NoSuchAddress
    return address


def new_token() -> str:
    """256 random bits, to stand in a link or a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is kept of a token: who reads the database can't sign in with it."""
    return hashlib.sha256(token.encode()).digest()


def use_is_due(ends: datetime, now: datetime) -> bool:
    """Whether the last use of a session that ends at `ends` was noted so long ago that this one should be."""
    return ends - now < UNUSED_LASTS - _NOTED_EVERY


def safe_path(typed: str) -> str:
    """A path of this site to go to after signing in; anything else leads to /my."""
    fits = typed.startswith("/") and not typed.startswith(("//", "/\\")) and len(typed) <= 300
    return typed if fits and not re.search(r"[\s\\\x00-\x1f]", typed) else "/my"


def device_name(user_agent: str) -> str:
    """ "Firefox on Android": enough for a person to know which of their browsers it is, and no more."""
    browsers = (
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("Chrom", "Chrome"),
        ("Safari", "Safari"),
    )
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in user_agent), "")
    system = next((name for mark, name in systems if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)
