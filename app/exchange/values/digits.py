"""Digits of other scripts."""

import unicodedata


def ascii_digits(text: str) -> str:
    """`text` with the digits of every script (٣, ३, ３) as 0 to 9."""
    if text.isascii():
        return text
    return "".join(_ascii(letter) for letter in text)


def _ascii(letter: str) -> str:
    # Superscripts and circled numbers are digits to Unicode too, but not ones that people count with.
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
