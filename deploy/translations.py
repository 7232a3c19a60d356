"""Bring the catalogues under locales/ up to date with the sentences in the source, and say what they lack.

    python deploy/translations.py update      take up new sentences, drop those that are gone
    python deploy/translations.py check       say what is missing; exit 1 if anything is

A sentence that changed is a new sentence: nothing is guessed from what is similar.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "locales"
METHODS = [("app/**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
OPTIONS = {
    "templates/**.html": {
        "extensions": "jinja2.ext.i18n",
        "trimmed": "true",
        "silent": "false",
        "newstyle_gettext": "true",
    }
}
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
PLACES = re.compile(r"%\((\w+)\)[sd]")


def extracted() -> Catalog:
    """Every sentence of the source."""
    found = Catalog(project="Roundtable", copyright_holder="the Roundtable authors", fuzzy=False)
    # With `directory_filter` the default skips folders that begin with a dot or an underscore.
    for name, _line, message, _comments, context in extract_from_dir(ROOT, METHODS, OPTIONS, KEYWORDS):
        found.add(message, locations=[(name, 0)], context=context)
    return found


def catalogues() -> Iterator[tuple[str, Path, Catalog]]:
    for file in sorted(LOCALES.glob("*/LC_MESSAGES/roundtable.po")):
        code = file.parts[-3]
        with file.open("rb") as opened:
            yield code, file, read_po(opened, locale=code)


def update() -> None:
    source = extracted()
    for code, file, catalogue in catalogues():
        catalogue.update(source, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with file.open("wb") as opened:
            write_po(opened, catalogue, width=120, sort_output=True, omit_header=False, no_location=True)
        left = sum(1 for _ in lacking(source, catalogue))
        print(f"{code}: {len(source)} sentences, {left} to translate")


def lacking(source: Catalog, catalogue: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue, a sentence each."""
    for message in source:
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        said = _texts(known.string) if known else []
        forms = catalogue.num_plurals if message.pluralizable else 1
        if len(said) != forms or not all(said):
            yield f"not translated: {_texts(message.id)[0]!r}"
        elif known is not None and known.fuzzy:
            yield f"marked as uncertain: {_texts(message.id)[0]!r}"
        elif not _same_places(message, said):
            yield f"names other places: {_texts(message.id)[0]!r} -> {said[0]!r}"


def _same_places(message: Message, said: list[str]) -> bool:
    """Every translation fills the places of its sentence; a singular may leave out the number."""
    wanted = set(PLACES.findall(_texts(message.id)[-1]))
    return (
        all(set(PLACES.findall(text)) <= wanted for text in said) and set(PLACES.findall(said[-1])) == wanted
    )


def _texts(words: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [words] if isinstance(words, str) else list(words or ())


def check() -> int:
    source = extracted()
    wrong = [
        f"{code}: {line}" for code, _file, catalogue in catalogues() for line in lacking(source, catalogue)
    ]
    print("\n".join(wrong) or f"Every one of {len(source)} sentences is translated.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(check() if sys.argv[1:] == ["check"] else update())
