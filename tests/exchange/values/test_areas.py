"""Areas by code and by name: what is taken by itself, what is asked, and that wrong ones are not taken."""

import random
from collections.abc import Callable
from time import perf_counter

import pytest

from app.exchange.rules.columns import Column
from app.exchange.rules.country import vote
from app.exchange.values.areas import AreaIndex
from app.exchange.values.siblings import Area
from tests.exchange.world import area_rows, areas

VOWELS = "aeiou"
COUNTRIES = (
    "AFG",
    "NGA",
    "COD",
    "COL",
    "ETH",
    "HTI",
    "IRQ",
    "LBY",
    "MLI",
    "MMR",
    "MOZ",
    "NER",
    "SDN",
    "SOM",
    "SSD",
    "SYR",
    "TCD",
    "UKR",
    "VEN",
    "YEM",
    "CMR",
    "BFA",
)


def test_the_whole_world_is_indexed_within_a_second():
    area_rows()
    started = perf_counter()
    assert len(AreaIndex(area_rows())) > 33_363
    # Processor speed differs and the machine is shared: the fastest of three counts.
    times = [perf_counter() - started]
    for _ in range(2):
        started = perf_counter()
        AreaIndex(area_rows())
        times.append(perf_counter() - started)
    assert min(times) < 1


@pytest.mark.parametrize(
    ("country", "level", "said", "code"),
    [
        ("AFG", 2, "AF0101", "AF0101"), ("AFG", 2, " af-01 01", "AF0101"), ("NGA", 1, "NGA008", "NG008"), ("COL", 2, "5001", "CO05001"), ("COL", 1, "5", "CO05"),
        ("ETH", 2, "101", "ET0101"), ("ETH", 1, "1", "ET01"), ("TCD", 2, "TD0101", "TCD0101"), ("TJK", 1, "3501000", "3501000"), ("SDN", 2, "SDN01001", "SD01001"),
        ("IRQ", 1, "IQ-G01", "IQG01"), ("BRA", 2, "1100015", "BR1100015"), ("BDI", 1, "BI001", "BDI001"),
    ],
)  # fmt: skip
def test_damaged_codes_are_repaired(country: str, level: int, said: str, code: str):
    found = areas().by_code(country, said, level)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("AFG", "NG008"),
        ("NGA", "NG999"),
        ("NGA", ""),
        ("AFG", "AF0"),
        ("COL", "99999"),
        ("AFG", "Kabul"),
        ("AFG", "\x00"),
        ("AFG", "9" * 500),
    ],
)
def test_a_code_of_nowhere_or_elsewhere_is_none(country: str, said: str):
    assert areas().by_code(country, said, 2) is None


@pytest.mark.parametrize(
    ("country", "name", "code"),
    [
        ("HTI", "Ouest", "HT01"), ("HTI", "Nord-Est", "HT04"), ("HTI", "Grand'Anse", "HT08"), ("UKR", "Donetska oblast", "UA14"), ("COD", "Province du Nord-Kivu", "CD61"),
        ("COD", "KASAÏ  CENTRAL", "CD91"), ("COL", "Bogotá D.C.", "CO11"), ("YEM", "Taiz", "YE15"), ("YEM", "Hodeidah", "YE18"), ("YEM", "Sanaa City", "YE13"), ("YEM", "Sana'a", "YE23"),
    ],
)  # fmt: skip
def test_names_are_one_whatever_the_article_the_accent_and_the_kind_of_area(
    country: str, name: str, code: str
):
    found = areas().by_name(country, 1, name)
    assert (found.area and found.area.code, bool(found.how)) == (code, True)


def test_a_name_that_exists_twice_is_asked():
    twice = AreaIndex(
        [("XA1", 1, "AFG", ("Luxor",)), ("XA2", 1, "AFG", ("Luxor",)), ("XA3", 1, "AFG", ("Aswan",))]
    )
    found = twice.by_name("AFG", 1, "Luxor")
    assert found.area is None
    assert {area.code for area, _score in found.candidates} == {"XA1", "XA2"}


def test_a_spelling_between_two_siblings_is_asked():
    some = AreaIndex([("XA1", 1, "AFG", ("Kalambora",)), ("XA2", 1, "AFG", ("Kalambura",))])
    found = some.by_name("AFG", 1, "Kalambara")
    assert found.area is None
    assert len(found.candidates) == 2


def test_unspecified_is_never_a_target():
    some = AreaIndex([("XA1", 1, "AFG", ("Unspecified",)), ("XA3", 1, "AFG", ("Aswan",))])
    assert some.by_name("AFG", 1, "Unspecified").area is None


def changed(name: str, chance: random.Random) -> str:
    """The name with one change of the kinds that people and spreadsheets make."""
    at = chance.randrange(len(name))
    letter = chance.choice("abcdefghiklmnoprstuvy")
    ways: list[Callable[[], str]] = [
        name.upper,
        lambda: name.translate(str.maketrans("aeiou", "áéíóú")),
        lambda: name.replace("-", " ") if "-" in name else name.replace(" ", "-"),
        lambda: name.replace("'", "") if "'" in name else name[:at] + "'" + name[at:],
        lambda: name[:at] + name[at + 1 :],
        lambda: name[:at] + letter + name[at:],
        lambda: name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :],
        lambda: name[:at] + letter + name[at + 1 :],
        lambda: name.replace("ou", "u") if "ou" in name else name.replace("u", "ou", 1),
        lambda: name.replace("i", "y", 1) if "i" in name else name.replace("k", "q", 1),
    ]
    return chance.choice(ways)() or name


def test_spellings_are_taken_when_right_and_asked_when_in_doubt():
    """As measured: 86.9 % right by themselves, 12.6 % asked with the right one first, 0.02 % wrong; with the true
    area missing, 0.41 % wrong. Held here with room for a smaller sample.
    """
    chance = random.Random(20261125)  # noqa: S311 - the same sample every time
    index = areas()
    right = asked = wrong = missing_wrong = total = 0
    for country in COUNTRIES:
        second = index.level(country, 2)
        for area in chance.sample(list(second), min(60, len(second))):
            said = changed(area.name, chance)
            parent = index.parent(area)
            found = index.by_name(country, 2, said, parent)
            total += 1
            right += found.area is area
            wrong += found.area is not None and found.area is not area
            asked += found.area is None and bool(found.candidates) and found.candidates[0][0] is area
            missing_wrong += without(area, index).by_name(country, 2, said, parent).area is not None
    assert total > 1_000
    assert right / total > 0.84
    assert (right + asked) / total > 0.96
    assert wrong / total < 0.003
    assert missing_wrong / total < 0.01


def without(area: Area, index: AreaIndex) -> AreaIndex:
    """The siblings of an area, and not the area."""
    parent = index.parent(area)
    assert parent is not None
    siblings = [one for one in index.level(area.country, 2) if one.parent == area.parent and one is not area]
    rows = [(parent.code, 1, area.country, parent.names)] + [
        (one.code, 2, one.parent, one.names) for one in siblings
    ]
    return AreaIndex(rows)


def test_twenty_names_tell_the_country():
    chance = random.Random(7)  # noqa: S311
    index = areas()
    told = asked = 0
    for country in index.countries():
        names = {area.name for area in index.level(country, 2)}
        if len(names) >= 40:
            asked += 1
            found = vote([Column(0, "", "", chance.sample(sorted(names), 20))], index)
            told += found is not None and found.country == country
    assert asked > 90
    assert told == asked
