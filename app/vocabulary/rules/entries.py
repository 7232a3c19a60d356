"""Entries of the vocabulary: what may be changed. An entry is retired, never deleted."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from app.kernel.i18n import N_
from app.kernel.refusals import Refused
from app.kernel.text import fold

LONGEST_CODE = 80
_CODE = re.compile(r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*")


class NotNamedInEnglish(Refused):
    field = "name_en"
    says = N_("Enter the name in English. It is shown wherever a language has no name of its own yet.")


class CodeNotPlain(Refused):
    field = "code"
    says = N_(
        "Write the code with letters a to z, digits and hyphens, at most 80. For example girls-out-of-school."
    )


class CodeTaken(Refused):
    field = "code"
    says = N_(
        "Another entry has this code. A code is never used twice, also not when its entry has been retired."
    )


class NameTaken(Refused):
    field = "name_en"
    says = N_(
        "The entry %(taken)s of this list has this name already. Use that one, or write a name that says the difference."
    )


class InsideItself(Refused):
    field = "parent"
    says = N_("An entry can't stand under itself or under one of its own entries.")


class ParentRetired(Refused):
    field = "parent"
    says = N_(
        "%(parent)s has been retired, so nothing can be put under it. Choose another or bring it back first."
    )


class StillHasEntries(Refused):
    status = 409
    says = N_("Other entries stand under this one. Retire them or move them first.")


class AlreadyRetired(Refused):
    status = 409
    says = N_("This entry has been retired already.")


class NotRetired(Refused):
    status = 409
    says = N_("This entry is in use, so there is nothing to bring back.")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules need to know of an entry: its code, its parent's code, whether it is retired."""

    code: str
    parent: str | None = None
    retired: bool = False


def check_code(code: str, taken: Collection[str]) -> None:
    """A new code: letters a to z, digits, hyphens and dots between them; QLT and qlt are one code. Raises
    CodeNotPlain, CodeTaken.
    """
    if not _CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        raise CodeNotPlain
    if code.casefold() in {other.casefold() for other in taken}:
        raise CodeTaken


def check_names(names: Mapping[str, str]) -> None:
    """Raises NotNamedInEnglish."""
    if not names.get("en", "").strip():
        raise NotNamedInEnglish


def check_name_free(name: str, others: Mapping[str, str]) -> None:
    """Whether no other entry of the list (code -> name in English) is called so. Raises NameTaken."""
    for code, other in others.items():
        if fold(other) == fold(name):
            raise NameTaken(taken=code)


def check_parent(code: str, parent: str | None, entries: Mapping[str, Standing]) -> None:
    """Whether `code` may stand under `parent`, among entries by code. Raises InsideItself, ParentRetired."""
    if parent is None:
        return
    if code in {parent, *_above(parent, entries)}:
        raise InsideItself
    if entries[parent].retired:
        raise ParentRetired(parent=parent)


def check_retiring(code: str, entries: Mapping[str, Standing]) -> None:
    """Whether an entry may be retired: it stays for everything that names it, but nobody can choose it any
    more. Raises AlreadyRetired, StillHasEntries."""
    if entries[code].retired:
        raise AlreadyRetired
    if any(entry.parent == code and not entry.retired for entry in entries.values()):
        raise StillHasEntries


def check_returning(code: str, entries: Mapping[str, Standing]) -> None:
    """Whether a retired entry may be brought back. Raises NotRetired, ParentRetired."""
    if not entries[code].retired:
        raise NotRetired
    check_parent(code, entries[code].parent, entries)


def cycles(parents: Mapping[str, str | None]) -> list[str]:
    """Codes that stand under themselves, sorted; empty in a good vocabulary."""
    entries = {code: Standing(code, parent) for code, parent in parents.items()}
    return sorted(code for code in parents if code in _above(code, entries))


def crosswalk_problems(
    links: Iterable[tuple[str, str]], commitments: Collection[str], targets: Collection[str]
) -> list[str]:
    """What is wrong with links commitment -> target, one sentence each for whoever keeps the file."""
    seen: set[tuple[str, str]] = set()
    problems: list[str] = []
    for commitment, target in links:
        if commitment not in commitments:
            problems.append(f"{commitment} -> {target}: there is no commitment {commitment}")
        if target not in targets:
            problems.append(f"{commitment} -> {target}: there is no target {target}")
        if (commitment, target) in seen:
            problems.append(f"{commitment} -> {target} stands twice")
        seen.add((commitment, target))
    linked = {commitment for commitment, _ in seen}
    return problems + [
        f"{commitment} leads to no target" for commitment in commitments if commitment not in linked
    ]


def _above(code: str, entries: Mapping[str, Standing]) -> set[str]:
    """Codes of everything over an entry; ends also where parents go round in a ring."""
    found: set[str] = set()
    at = entries[code].parent if code in entries else None
    while at is not None and at not in found:
        found.add(at)
        at = entries[at].parent if at in entries else None
    return found
