"""Words of a name in any script, and how they are written in ASCII. No I/O here."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from anyascii import anyascii

# Arabic spellings that readers take for one letter; Persian keyboards write two of them differently.
_ARABIC = str.maketrans("أإآٱىیےةۀؤئکڪ", "اااايييههويكك")
_ARTICLE = re.compile(r"^(?:[وفب]?ال|و?لل)(?=\w{3})")
_ASCII_ONLY = re.compile(r"[a-z0-9]+")
_NOT_ASCII = re.compile(r"[^a-z0-9]+")
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?")
_ELIDED = re.compile(r"(?<![^\W_])(l|d|qu|all|dall|dell|nell|sull)'(?=\w)")
# The Latin blocks letter by letter, the accents that stand apart, and apostrophes of every shape. ASCII is
# in the table too: a character that is missing costs `translate` ten times one that is there.
_LATIN: Mapping[int, int | str] = {
    **{code: code for code in range(0x80)},
    **{
        code: anyascii(chr(code)).casefold()
        for code in (*range(0x80, 0x250), *range(0x1E00, 0x1F00))
        if chr(code).isalnum()
    },
    **dict.fromkeys(range(0x300, 0x370), ""),
    **{ord(mark): "'" for mark in "`´‘’‛ʹʻʼʽʾʿˈ′＇"},
    0xA0: " ",
    0x2010: "-",
    0x2011: "-",
    0x2013: "-",
    0x2014: "-",
}


def split(text: str) -> list[str]:
    """The words of `text`, each in its own script: one case, one width, "and" for "&", dotted initials glued
    (O.N.G. -> ong), French and Italian articles apart (l'eau -> l, eau), other apostrophes gone.

    Arabic is written without vowel marks and with one form of alef, ya, kaf and ta marbuta; Latin letters
    keep no accent. Text without a letter or digit has no words.
    """
    plain = latin(text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain).casefold()
    if "&" in plain:
        plain = plain.replace("&", " and ")
    if "." in plain:
        plain = _DOTTED.sub(_glued, plain)
    if "'" in plain:
        plain = _ELIDED.sub(r"\1 ", plain).replace("'", "")
    if plain.isascii():
        return _ASCII_ONLY.findall(plain)
    return [_without_accents(word) for word in _letters_and_marks(plain).split()]


def latin(text: str) -> str:
    """`text` in small letters, those of the Latin script without accents, every apostrophe as '; other scripts
    as they are.
    """
    small = text.casefold()
    return small if small.isascii() else small.translate(_LATIN)


def bare(word: str) -> str:
    """An Arabic word without its article and the particles written onto it; any other word as it is."""
    return word if word.isascii() else _ARTICLE.sub("", word)


@lru_cache(maxsize=65536)
def in_ascii(word: str) -> str:
    """One word (own script) in the letters a-z and digits; signs that are no letters there are left out, not
    turned into blanks: Arabic ayn and hamza would cut words into pieces. May be empty.
    """
    return word if word.isascii() else _NOT_ASCII.sub("", anyascii(bare(word)).casefold())


def _glued(found: re.Match[str]) -> str:
    # A blank after it, or "O.N.G.Espoir" would become one word.
    return found[0].replace(".", "") + (" " if found[0].endswith(".") else "")


def _letters_and_marks(text: str) -> str:
    """Letters, digits and the marks that belong to them; what is invisible goes, the rest becomes blanks."""
    kept: list[str] = []
    for c in text.translate(_ARABIC):
        if c.isalnum():
            kept.append(c)
            continue
        category = unicodedata.category(c)
        if category[0] == "M":
            # Vowel signs are part of an Indic word and only an aid to reading in Arabic and Hebrew.
            kept.append("" if "\u0591" <= c <= "\u06ed" else c)
        elif category != "Cf" and c != "ـ":
            kept.append(" ")
    return "".join(kept)


@lru_cache(maxsize=65536)
def _without_accents(word: str) -> str:
    """A word of Latin letters only, in ASCII; a word with letters of another script as it is."""
    if word.isascii():
        return word
    latin = all(ord(c) < 0x300 or 0x1E00 <= ord(c) < 0x1F00 or unicodedata.combining(c) for c in word)
    return _NOT_ASCII.sub("", anyascii(word).casefold()) if latin else word
