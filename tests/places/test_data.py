"""The lists of places that come with the program hold together."""

import csv
from zoneinfo import available_timezones

from app.places.files import DATA, countries, region_names

COUNTRIES = countries()


def test_every_country_of_the_p_code_list_is_there_once():
    with (DATA / "p-codes-adm1-adm2.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = {row["Location"] for row in csv.DictReader(file)}
    assert {country.iso3 for country in COUNTRIES} == listed
    assert len({country.iso2 for country in COUNTRIES}) == len(COUNTRIES) == len(listed)


def test_every_country_has_a_name_in_four_languages_and_a_clock():
    zones = available_timezones()
    for country in COUNTRIES:
        assert set(country.names) == {"en", "fr", "es", "ar"}
        assert country.time_zone in zones


def test_every_language_of_a_country_is_in_the_vocabulary():
    with (DATA.parent / "vocabulary" / "languages.csv").open(encoding="utf-8", newline="") as file:
        known = {row["code"] for row in csv.DictReader(file)}
    spoken = {language for country in COUNTRIES for language in country.languages}
    assert spoken <= known
    assert all(country.languages for country in COUNTRIES)


def test_levels_are_called_what_the_country_calls_them():
    levels = {country.iso2: [level.get("en") for level in country.levels] for country in COUNTRIES}
    assert levels["NG"] == ["State", "Local government area"]
    assert levels["AF"] == ["Province", "District"]
    assert levels["KE"][0] == "County"
    assert levels["MU"][0] == "District"
    for country in COUNTRIES:
        assert all(set(level) in ({"en", "fr"}, set()) for level in country.levels)


def test_regions_have_the_names_of_the_standard_and_ours():
    assert region_names("NG")["NG-FC"] == ("Abuja Federal Capital Territory", "Federal Capital Territory")
    assert region_names("AF")["AF-HM"] == ("Helmand", "Hilmand")
    assert region_names("ZZ") == {}
