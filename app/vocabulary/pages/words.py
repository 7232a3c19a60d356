"""What the parts of an entry are called on a page."""

from typing import Any

from babel import Locale

from app.kernel.i18n import N_, _, spoken
from app.vocabulary.queries.catalogue import Listed
from app.vocabulary.rules.changes import Change
from app.vocabulary.rules.groups import ANY
from app.vocabulary.rules.schemes import LANGUAGES, Scheme

_PARTS = {
    "names": N_("Name"),
    "descriptions": N_("In plain words"),
    "parent": N_("Stands under"),
    "position": N_("Place in the list"),
    "retired": N_("Retired"),
    "facts.own_name": N_("Own name"),
    "facts.direction": N_("Direction of writing"),
    "facts.status": N_("Status"),
    "facts.sex": N_("Sex"),
    "facts.age": N_("Age"),
    "facts.disability": N_("Disability"),
}
_VALUES = {"f": N_("women and girls"), "m": N_("men and boys"), "yes": N_("yes"), "no": N_("no")}


def language_name(code: str) -> str:
    """The language's name in the language being spoken."""
    return Locale.parse(code).get_display_name(spoken().locale) or code


def languages() -> list[tuple[str, str]]:
    """The languages in which entries are worded, as (code, name)."""
    return [(code, language_name(code)) for code in LANGUAGES]


def label_of(kind: Scheme, key: str) -> str:
    """ "names.fr" -> "Name (French)"."""
    first, _dot, rest = key.partition(".")
    second = rest.partition(".")[0]
    if first == "codes":
        return _((kind.standards or {}).get(rest, rest))
    if first == "links":
        target, _dot, language = rest.rpartition(".")
        return _("%(part)s (%(language)s)") % {
            "part": _("Link to %(target)s") % {"target": target}, "language": language_name(language),
        }  # fmt: skip
    if first == "facts" and second == kind.nouns and kind.nouns:
        return _in_language(_(kind.nouns_label), key)
    if first == "facts" and second in (kind.flags or {}):
        return _((kind.flags or {})[second])
    if first in {"names", "descriptions"}:
        return _in_language(_(_PARTS[first]), key)
    return _(_PARTS.get(key, key))


def _in_language(part: str, key: str) -> str:
    return _("%(part)s (%(language)s)") % {"part": part, "language": language_name(key.rpartition(".")[2])}


def value_of(text: str) -> str:
    return _(_VALUES[text]) if text in {"yes", "no"} else text


def changed(kind: Scheme, changes: list[Change]) -> list[dict[str, str]]:
    """Changes in words: what, what it was, what it is now."""
    return [{"what": label_of(kind, c.key), "was": value_of(c.was), "now": value_of(c.now)} for c in changes]


def facts_of(kind: Scheme, entry: Listed) -> list[tuple[str, str]]:
    """What an entry holds besides its wording: codes of other lists, who a group is, yes and no."""
    rows = [
        (_(label), entry.codes[name])
        for name, label in (kind.standards or {}).items()
        if entry.codes.get(name)
    ]
    for name in ("status", "sex", "age", "disability"):
        if (value := str(entry.facts.get(name) or ANY)) != ANY:
            rows.append((_(_PARTS[f"facts.{name}"]), _(_VALUES.get(value, "")) or value))
    for flag, label in (kind.flags or {}).items():
        rows.append((_(label), _("yes") if entry.facts.get(flag) else _("no")))
    if entry.facts.get("own_name"):
        rows.append((_("Own name"), str(entry.facts["own_name"])))
    return rows


def wordings(entry: Listed) -> list[dict[str, Any]]:
    """The entry in every language side by side: a row for each language that has words."""
    return [
        {
            "code": code, "language": name, "name": entry.names.get(code, ""), "noun": entry.nouns.get(code, ""),
            "description": entry.descriptions.get(code, ""),
        }
        for code, name in languages()
        if code in entry.names or code in entry.descriptions
    ]  # fmt: skip
