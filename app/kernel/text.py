"""Text as people write it, and the folded form by which it is found and sorted."""

import re
import unicodedata

# Letters that stay whole under decomposition but that people type without the stroke or ligature.
_ASCII = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "þ": "th"}
)
# Arabic spellings that readers treat as one letter; tatweel only stretches a word.
_ARABIC = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None}
)
# Marks that join or shorten a word rather than end it: O'Neil, U.N., l’eau.
_JOINING = str.maketrans(dict.fromkeys("'’ʼ`´.ʻʿ", None))
_SEPARATING = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The form of `text` that is compared: no case, accents, punctuation or doubled blanks.

    "L'École  Élémentaire" and "lecole elementaire" fold alike; so do the Arabic spellings of one
    name. Text of only punctuation folds to "".
    """
    if text.isascii():
        # Most text is, and an import folds millions of cells.
        joined = text.lower().replace("'", "").replace("`", "").replace(".", "")
        return _SEPARATING.sub(" ", joined).strip()
    plain = unicodedata.normalize("NFKD", text.translate(_ARABIC)).casefold()
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    joined = bare.translate(_ARABIC).translate(_ASCII).translate(_JOINING)
    return _SEPARATING.sub(" ", joined).strip()


# Characters that carry no text but can break a page, a log or a database: controls other than line
# breaks and tabs, and the overrides with which a name can be made to read backwards.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def printable(typed: str) -> str:
    """`typed` without the characters that carry no text but can break what holds it or shows it."""
    return _UNPRINTABLE.sub("", typed)


def clean(typed: str) -> str:
    """What somebody typed or pasted, in normal form C, without invisible control characters."""
    return unicodedata.normalize("NFC", printable(typed.replace("\r\n", "\n"))).strip()
