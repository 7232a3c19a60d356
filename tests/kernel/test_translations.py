"""Every sentence of the program is said in every language that it ships."""

import io

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from app.kernel.i18n import ENGLISH, SHIPPED
from deploy import translations

CATALOGUES = {code: catalogue for code, _file, catalogue in translations.catalogues()}


@pytest.fixture(scope="module")
def source() -> Catalog:
    return translations.extracted()


def test_sentences_are_found_in_the_code_and_in_the_templates(source: Catalog):
    found = {place.partition("/")[0] for message in source for place, _line in message.locations}
    assert found == {"app", "templates"}
    assert {"Partners", "Everyone has a seat at the table"} <= {message.id for message in source}


def test_every_language_but_english_has_a_catalogue():
    assert set(CATALOGUES) == {language.code for language in SHIPPED} - {ENGLISH.code}


@pytest.mark.parametrize("code", CATALOGUES)
def test_every_sentence_is_translated_with_the_places_it_fills(source: Catalog, code: str):
    wrong = list(translations.lacking(source, CATALOGUES[code]))
    first = "\n".join(wrong[:10])
    assert not wrong, (
        f"{len(wrong)} to mend in {code} after `python deploy/translations.py update`, first:\n{first}"
    )


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ('msgid "Save"\nmsgstr "Enregistrer"', None),
        ('msgid "Save"\nmsgstr ""', "not translated: 'Save'"),
        ('msgid "Keep"\nmsgstr "Garder"', "not translated: 'Save'"),
        ('#, fuzzy\nmsgid "Save"\nmsgstr "Sauver"', "marked as uncertain: 'Save'"),
        (
            'msgid "Save"\nmsgstr "Enregistrer %(name)s"',
            "names other places: 'Save' -> 'Enregistrer %(name)s'",
        ),
    ],
)
def test_what_is_wrong_with_a_sentence_is_said(said: str, complaint: str | None):
    wanted = Catalog()
    wanted.add("Save")
    assert list(translations.lacking(wanted, _catalogue(said))) == ([complaint] if complaint else [])


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ('msgstr[0] "%(num)s ligne"\nmsgstr[1] "%(num)s lignes"', None),
        ('msgstr[0] "une ligne"\nmsgstr[1] "%(num)s lignes"', None),
        ('msgstr[0] "%(num)s ligne"', "not translated: '%(num)s row'"),
        ('msgstr[0] ""\nmsgstr[1] "%(num)s lignes"', "not translated: '%(num)s row'"),
        (
            'msgstr[0] "%(num)s ligne"\nmsgstr[1] "des lignes"',
            "names other places: '%(num)s row' -> '%(num)s ligne'",
        ),
    ],
)
def test_a_number_needs_every_form(said: str, complaint: str | None):
    wanted = Catalog()
    wanted.add(("%(num)s row", "%(num)s rows"))
    written = _catalogue(f'msgid "%(num)s row"\nmsgid_plural "%(num)s rows"\n{said}')
    assert list(translations.lacking(wanted, written)) == ([complaint] if complaint else [])


def test_a_sentence_that_came_to_count_needs_its_forms():
    wanted = Catalog()
    wanted.add(("Row", "Rows"))
    assert list(translations.lacking(wanted, _catalogue('msgid "Row"\nmsgstr "Ligne"'))) == [
        "not translated: 'Row'"
    ]


def _catalogue(said: str) -> Catalog:
    head = 'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
    return read_po(io.BytesIO(f"{head}\n{said}\n".encode()), locale="fr")
