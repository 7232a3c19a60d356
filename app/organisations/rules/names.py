"""Names of organisations: the forms in which they are compared, and the acronyms they carry. No I/O here."""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

import pycountry

from app.organisations.rules import scripts
from app.organisations.rules.words import Words, shipped

LONGEST = 300
"""Characters of a name that are compared; what follows says nothing new."""

_NO_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalnum())
_ONE_SPELLING = (("isation", "ization"), ("centre", "center"), ("programme", "program"), ("labour", "labor"))
_PIECES = re.compile(r"[|/:()\[\]（）–—]|\s-+\s")
_SEPARATES = re.compile(r"[|:()\[\]（）–—]|\s-+\s")
_BRACKETED = re.compile(r"\s*[(\[（]([^()\[\]（）]*)[)\]）]\s*")
_DASHED = re.compile(r"\s+-+\s+|\s*[:|–—]+\s*")
_ONE_WORD = 24
"""Characters within which a piece can be an acronym with its dots and blanks."""


def fold(name: str) -> str:
    """The form of a name that is shown to no one and compared: ASCII words, one blank between them.

    "L'Organisation d'Aide (O.N.G.)" -> "l organisation d aide ong". May be empty.
    """
    return " ".join(filter(None, map(scripts.in_ascii, scripts.split(name[:LONGEST]))))


def letters(name: str) -> str:
    """The letters and digits of a name in its own script and nothing between them: two names with equal
    letters are the same words, whatever their case, accents, blanks and punctuation, and whether they are
    spelled as in Britain or in America. May be empty.
    """
    cut = name[:LONGEST]
    plain = scripts.latin(cut).replace("&", "and")
    if plain.isascii():
        joined = plain.encode().translate(None, _NO_LETTERS).decode()
    else:
        joined = "".join(scripts.split(cut))
    for british, american in _ONE_SPELLING:
        joined = joined.replace(british, american)
    return joined


def tokens(name: str, words: Words | None = None) -> tuple[str, ...]:
    """The words by which a name is compared, in its order: each replaced by what the word list says, without
    stop words and legal forms; if nothing would be left, all its words.
    """
    return tokens_of(scripts.split(name[:LONGEST]), words or shipped())


def tokens_of(spelled: Sequence[str], words: Words) -> tuple[str, ...]:
    """The tokens of words that are split already."""
    kept = tuple([token for word in spelled for token in words.meaning(word)])
    return kept or tuple(filter(None, map(scripts.in_ascii, spelled)))


def pieces(name: str, words: Words) -> tuple[tuple[str, ...], ...]:
    """The tokens of the pieces of a name around | / : " - " and brackets; most names have none.

    A piece counts when it has two words or six letters, and is not only a country: "(Nigeria)" behind two names
    doesn't make them alike.
    """
    found: list[tuple[str, ...]] = []
    if _PIECES.search(name):
        for piece in _PIECES.split(name[:LONGEST]):
            spelled = scripts.split(piece)
            if len(spelled) >= 2 or sum(map(len, spelled)) >= 6:
                split = tokens_of(spelled, words)
                if split and split not in found and not countries().issuperset(split):
                    found.append(split)
    return tuple(found)


def initials(name: str, words: Words | None = None) -> frozenset[str]:
    """First letters of the words of a name, with and without stop words; two to eight of them."""
    return initials_of(scripts.split(name[:LONGEST]), words or shipped())


def initials_of(spelled: Sequence[str], words: Words) -> frozenset[str]:
    """The initials of words that are split already."""
    told = [word for word in spelled if words.meaning(word)]
    made = {"".join([scripts.in_ascii(word)[:1] for word in some]) for some in (spelled, told)}
    return frozenset([letters_made for letters_made in made if 2 <= len(letters_made) <= 8])


@dataclass(frozen=True, slots=True)
class Carried:
    """What a name carries beside the words of the name: acronyms (in `letters` form), and the name without
    them as it then reads, once for each way of leaving one out.
    """

    acronyms: frozenset[str] = frozenset()
    without: tuple[str, ...] = ()


def carried(name: str, given: Iterable[str] = (), words: Words | None = None) -> Carried:
    """The acronyms that go with a name, and the name as it reads without them.

    Acronyms: those `given`, those in brackets, around a dash or stuck to its end or beginning ("Five Teams
    Empowerment Initiative 5TEi" with the acronym 5TEI), and the name itself when it is one short word. Only
    what stands for the rest is taken off: an acronym that is `given`, or whose letters the rest spells, or
    a legal form. "Save the Children (UK)" and "MSF - Belgium" keep theirs: a country says which.
    """
    listed = words or shipped()
    stated = {letters(acronym) for acronym in given if acronym}
    separates = _SEPARATES.search(name) is not None
    if not separates and not stated and " " in name:
        return _NOTHING
    whole = letters(name) if len(name) <= _ONE_WORD and len(name.split()) == 1 else ""
    if 2 <= len(whole) <= 8 and whole.isascii() and listed.meaning(whole):
        stated.add(whole)
    without: list[str] = []
    for short, rest in _separated(name) if separates else ():
        if _stands_for(short, rest, stated, listed):
            stated.add(letters(short))
            without.append(rest)
        elif not any(map(listed.meaning, scripts.split(short))):
            without.append(rest)
    if stated and len(pieces := name.split()) > 2:
        without += [" ".join(pieces[:-1])] if letters(pieces[-1]) in stated else []
        without += [" ".join(pieces[1:])] if letters(pieces[0]) in stated else []
    return Carried(
        frozenset([acronym for acronym in stated if len(acronym) >= 2]),
        tuple(dict.fromkeys(rest for rest in without if letters(rest))),
    )


@cache
def countries() -> frozenset[str]:
    """The tokens of which names of countries are made."""
    spelled = [
        text
        for country in pycountry.countries
        for text in (country.name, getattr(country, "common_name", ""), getattr(country, "official_name", ""))
    ]
    return frozenset(token for text in spelled for token in tokens(text)) | {
        "uk",
        "usa",
        "drc",
        "rdc",
        "rca",
        "car",
    }


_NOTHING = Carried()


def _separated(name: str) -> list[tuple[str, str]]:
    """(short piece, the rest) for each bracket, and for the first and last piece around a dash or colon."""
    found = [(m[1], f"{name[: m.start()]} {name[m.end() :]}") for m in _BRACKETED.finditer(name)]
    for m in _DASHED.finditer(name):
        before, after = name[: m.start()], name[m.end() :]
        found += [(before, after), (after, before)]
    stripped = [(short.strip(), rest.strip()) for short, rest in found]
    return [(short, rest) for short, rest in stripped if rest and 0 < len(short) <= _ONE_WORD]


def _stands_for(short: str, rest: str, known: AbstractSet[str], words: Words) -> bool:
    """Whether `short` is one word that abbreviates `rest`: known to be its acronym, or its initials, or three
    letters and more, mostly capitals, that come in this order in it from its first letter on.
    """
    acronym = letters(short)
    if acronym in known:
        return True
    if " " in short or not 2 <= len(acronym) <= 10:
        return False
    spelled = letters(rest)
    following = iter(spelled)
    if not all(c in following for c in acronym):
        return False
    if sum(c.isupper() for c in short) * 2 > len(acronym) >= 3 and spelled[0] == acronym[0]:
        return len(spelled) >= 2 * len(acronym)
    return acronym in initials(rest, words)
