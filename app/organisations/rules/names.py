"""Names of organisations: the forms in which they are compared, and the acronyms they carry. No I/O here."""

import re
from collections.abc import Iterable

from app.organisations.rules import scripts
from app.organisations.rules.words import Words, shipped

LONGEST = 300
"""Characters of a name that are compared; what follows says nothing new."""

_PIECES = re.compile(r"[|/:()\[\]（）]|\s[-–—]+\s|[–—]")
_BRACKETED = re.compile(r"\s*[(\[（]([^()\[\]（）]*)[)\]）]\s*")
_DASHED = re.compile(r"\s+[-–—]+\s+|\s*[:|–—]\s*")


def fold(name: str) -> str:
    """The form of a name that is shown to no one and compared: ASCII words, one blank between them.

    "L'Organisation d'Aide (O.N.G.)" -> "l organisation d aide ong". May be empty.
    """
    return " ".join(filter(None, map(scripts.in_ascii, scripts.split(name[:LONGEST]))))


def native_fold(name: str) -> str:
    """The same in its own script, kept beside `fold` as a second form; empty for names in Latin letters."""
    words = scripts.split(name[:LONGEST])
    return " ".join(map(scripts.bare, words)) if any(not word.isascii() for word in words) else ""


def letters(name: str) -> str:
    """The letters and digits of a name in its own script and nothing between them: two names with equal
    letters are spelled alike, whatever their case, accents, blanks and punctuation. May be empty.
    """
    return "".join(scripts.split(name[:LONGEST]))


def tokens(name: str, words: Words | None = None) -> tuple[str, ...]:
    """The words by which a name is compared, in its order: each replaced by what the word list says, without
    stop words and legal forms; if nothing would be left, all its words.
    """
    meaning = (words or shipped()).meaning
    spelled = scripts.split(name[:LONGEST])
    kept = [token for word in spelled for token in meaning(word)]
    return tuple(kept) or tuple(filter(None, map(scripts.in_ascii, spelled)))


def key(name: str, words: Words | None = None) -> str:
    """The tokens of a name, joined: what the candidate search compares."""
    return " ".join(tokens(name, words))


def parts(name: str, words: Words | None = None) -> tuple[tuple[str, ...], ...]:
    """The tokens of the whole name and of its pieces around | / : " - " and brackets.

    A piece counts when it has two tokens or six letters; a shorter one is an acronym or a place.
    """
    whole = tokens(name, words)
    found = [whole] if whole else []
    if _PIECES.search(name):
        for piece in _PIECES.split(name):
            split = tokens(piece, words)
            if (len(split) >= 2 or sum(map(len, split)) >= 6) and split not in found:
                found.append(split)
    return tuple(found)


def initials(name: str, words: Words | None = None) -> frozenset[str]:
    """First letters of the words of a name, with and without stop words; two to eight of them."""
    listed = words or shipped()
    spelled = scripts.split(name[:LONGEST])
    told = [word for word in spelled if not listed.drops(word)]
    made = {"".join(scripts.in_ascii(word)[:1] for word in some) for some in (spelled, told)}
    return frozenset(made_of for made_of in made if 2 <= len(made_of) <= 8)


def acronyms(name: str, given: Iterable[str] = (), words: Words | None = None) -> frozenset[str]:
    """The acronyms that go with a name: those `given`, those it carries in brackets, after a dash or at its
    end, and the name itself when it is one short word. In `letters` form.
    """
    found = {letters(acronym) for acronym in given}
    whole = letters(name)
    if 2 <= len(whole) <= 8 and len(scripts.split(name[:LONGEST])) == 1:
        found.add(whole)
    for short, rest in _separated(name):
        if _stands_for(short, rest, frozenset(found), words):
            found.add(letters(short))
    return frozenset(acronym for acronym in found if len(acronym) >= 2)


def without_acronym(name: str, given: Iterable[str] = (), words: Words | None = None) -> tuple[str, ...]:
    """A name as it reads without the acronym that it carries in brackets, around a dash, or stuck to its end
    or beginning: "Five Teams Empowerment Initiative 5TEi" with the acronym 5TEI.

    Only what stands for the rest is taken off: an acronym that is `given`, or whose letters the rest spells,
    or a legal form. "Save the Children (UK)" and "MSF - Belgium" keep theirs: a country says which.
    """
    known = frozenset(letters(acronym) for acronym in given) - {""}
    found: list[str] = []
    for short, rest in _separated(name):
        says_nothing = all(map((words or shipped()).drops, scripts.split(short)))
        if (says_nothing or _stands_for(short, rest, known, words)) and letters(rest):
            found.append(rest)
    pieces = name.split()
    for short, rest in ((pieces[-1], pieces[:-1]), (pieces[0], pieces[1:])) if len(pieces) > 2 else ():
        if letters(short) in known:
            found.append(" ".join(rest))
    return tuple(dict.fromkeys(found))


def _separated(name: str) -> list[tuple[str, str]]:
    """(piece, the rest) for each bracket, and for the first and last piece around a dash or colon."""
    found = [(m[1], f"{name[: m.start()]} {name[m.end() :]}".strip()) for m in _BRACKETED.finditer(name)]
    for m in _DASHED.finditer(name):
        before, after = name[: m.start()], name[m.end() :]
        found += [(before, after), (after, before)]
    return [(short.strip(), rest) for short, rest in found if short.strip() and rest.strip()]


def _stands_for(short: str, rest: str, known: frozenset[str], words: Words | None) -> bool:
    """Whether `short` is one word that abbreviates `rest`."""
    acronym = letters(short)
    if acronym in known:
        return True
    if not 2 <= len(acronym) <= 10 or " " in short.strip():
        return False
    if acronym in initials(rest, words):
        return True
    capitals = sum(c.isupper() for c in short)
    return len(acronym) >= 3 and capitals * 2 > len(acronym) and _spelled_by(acronym, letters(rest))


def _spelled_by(acronym: str, rest: str) -> bool:
    """Whether `rest` begins with the acronym's first letter and has the others in their order after it."""
    following = iter(rest)
    return rest[:1] == acronym[:1] and len(rest) >= 2 * len(acronym) and all(c in following for c in acronym)
