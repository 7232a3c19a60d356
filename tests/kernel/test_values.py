"""Small values that everything stands on: ids, cursors, text, numbers, times, settings."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import i18n, settings
from app.kernel.forms import whole_number
from app.kernel.ids import new_id
from app.kernel.pagination import decode, encode
from app.kernel.text import clean, fold
from app.kernel.web.templates import environment


def test_ids_are_version_7_and_sort_by_the_time_they_were_made():
    made = [new_id() for _ in range(1000)]
    assert {(i.version, i.variant) for i in made} == {(7, "specified in RFC 4122")}
    assert [i.int >> 80 for i in made] == sorted(i.int >> 80 for i in made)
    assert len(set(made)) == 1000


@given(st.text(), st.uuids())
def test_a_cursor_gives_back_its_key_and_a_nul_in_it_is_refused(word, identity):
    assert decode(encode(word, identity), str, UUID) == (None if "\x00" in word else (word, identity))


@given(st.text(max_size=300))
def test_nonsense_in_a_cursor_is_the_first_page(nonsense):
    read = decode(nonsense, str, UUID)
    assert read is None or isinstance(read[1], UUID)


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("L'École Élémentaire", "lecole  elementaire"),
        ("جمعيّة الأمل", "جمعية الامل"),
        ("U.N. Women", "UN women"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_name_fold_alike(one, other):
    assert fold(one) == fold(other)


@given(st.text())
def test_cleaned_text_has_no_nul_and_no_direction_override(text):
    kept = clean(text + "\x00\u202e")
    assert not {"\x00", "\u202e"} & set(kept)


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "²", "12a", "1e3", "9" * 20, "1,23", "٣x", "10001"])
def test_what_is_no_whole_number_in_range_is_refused(typed):
    with pytest.raises(ValueError, match="said"):
        whole_number(typed, least=0, most=10_000, sentence="said")


@pytest.mark.parametrize(
    ("typed", "read"), [("1 200", 1200), ("1,200", 1200), ("1.200", 1200), ("1\u202f200", 1200), ("0", 0)]
)
def test_whole_numbers_are_read_as_people_write_them(typed, read):
    assert whole_number(typed, least=0, most=10_000, sentence="said") == read


def test_each_wrong_setting_is_said_in_a_sentence_that_names_it():
    with pytest.raises(settings.SettingsMistake) as mistake:
        settings.read({"ROUNDTABLE_PORT": "eighty", "ROUNDTABLE_COUNTRY": "Nigeria"})
    assert sorted(sentence.split(":")[0] for sentence in mistake.value.sentences) == [
        "ROUNDTABLE_COUNTRY",
        "ROUNDTABLE_PORT",
    ]


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"ROUNDTABLE_MODE": "production"}, "ROUNDTABLE_SECRET"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"ROUNDTABLE_MODE": "production", "ROUNDTABLE_SECRET": "x" * 32}, "ROUNDTABLE_ADDRESS"),
    ],
)
def test_production_does_not_start_half_set_up(environment, named):
    with pytest.raises(settings.SettingsMistake) as mistake:
        settings.read(environment)
    assert mistake.value.sentences[0].startswith(named)


def test_a_share_that_is_not_all_is_never_written_as_all():
    assert i18n.percent(0.999) == "99%"
    assert i18n.percent(0.001) == "1%"
    assert (i18n.percent(0.0), i18n.percent(1.0)) == ("0%", "100%")


@pytest.mark.parametrize(("code", "said"), [("en", "10,011 rows of 2"), ("fr", "10\u202f011 rows of 2")])
def test_a_count_in_a_sentence_is_written_as_the_language_writes_numbers(code: str, said: str):
    with i18n.speaking(code):
        page = environment().from_string(
            "{{ ngettext('%(num)s row of %(all)s', '%(num)s rows of %(all)s', 10011, all=2) }}"
        )
        assert page.render() == said


def test_english_puts_the_day_before_the_month():
    assert i18n.instant(datetime(2026, 11, 5, 17, 0, tzinfo=UTC)) == "5 November 2026, 17:00"


def test_the_pseudo_language_keeps_the_places_of_a_sentence():
    with i18n.speaking(i18n.PSEUDO):
        assert i18n._("%(number)s of 100 people") == "[%(number)s öf 100 pëöplë]"
