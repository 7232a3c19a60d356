"""The vocabulary that comes with the program holds together."""

import csv
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.vocabulary.files import DATA, Entry, entries, links
from app.vocabulary.rules.entries import check_code, crosswalk_problems, cycles
from app.vocabulary.rules.groups import Facets, Groups

STANDARDS = DATA.parent / "standards" / "iati"
ALL = entries()
SCHEMES = ("group", "service", "skill", "language", "access", "commitment", "sdg_goal", "sdg_target")
HNO_STATUSES = ("any", "host", "idp", "returnee", "refugee")


def of(scheme: str) -> dict[str, Entry]:
    return {entry.code: entry for entry in ALL if entry.scheme == scheme}


def rows(name: str, folder: Path = DATA) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def codes_in(code_list: str) -> set[str]:
    """Codes of a list that have not been withdrawn."""
    items = ElementTree.parse(STANDARDS / code_list).iter("codelist-item")  # noqa: S314 our own copy
    return {item.findtext("code", "").strip() for item in items if item.get("status", "active") == "active"}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_code_is_plain_and_used_once(scheme: str):
    taken: set[str] = set()
    for entry in ALL:
        if entry.scheme == scheme:
            check_code(entry.code, taken)
            taken.add(entry.code)
    assert taken


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_parent_is_there_and_nothing_stands_under_itself(scheme: str):
    known = of(scheme)
    above = of("sdg_goal") if scheme == "sdg_target" else known
    assert [e.code for e in known.values() if e.parent and e.parent not in above] == []
    assert cycles({code: entry.parent for code, entry in known.items()}) == []


def test_every_entry_has_an_english_and_a_french_name_without_stray_blanks():
    for entry in ALL:
        assert entry.names["en"], entry.code
        assert entry.names["fr"], entry.code
        for text in [*entry.names.values(), *entry.descriptions.values()]:
            assert text == text.strip(), text
            assert "  " not in text, text


def test_what_people_choose_from_is_explained_in_both_languages():
    for entry in ALL:
        if entry.scheme not in {"language", "sdg_target"}:
            assert entry.descriptions["en"], entry.code
            assert entry.descriptions["fr"], entry.code


@pytest.mark.parametrize(
    "scheme", ["group", "service", "skill", "access", "commitment", "sdg_goal", "language"]
)
def test_no_two_entries_of_a_kind_have_the_same_name(scheme: str):
    for language in ("en", "fr"):
        names = Counter(entry.names[language].casefold() for entry in of(scheme).values())
        assert [name for name, times in names.items() if times > 1] == []


def test_positions_give_every_kind_one_order():
    for scheme in SCHEMES:
        positions = [entry.position for entry in of(scheme).values()]
        assert len(positions) == len(set(positions))


def test_no_word_that_the_platform_never_uses_about_people():
    never = re.compile(
        r"\b(users?|beneficiar\w+|vulnerable|the poor|the disabled|victims? of)\b", re.IGNORECASE
    )
    for entry in ALL:
        if entry.scheme not in {"sdg_goal", "sdg_target"}:  # not our words
            said = [
                entry.names["en"],
                *entry.descriptions.values(),
                entry.facts.get("people", {}).get("en", ""),
            ]
            assert not [text for text in said if never.search(text)], entry.code


def groups() -> Groups:
    return Groups({code: Facets.read(entry.facts) for code, entry in of("group").items()})


def test_no_two_groups_are_the_same_people():
    facets = Counter(groups().facets.values())
    assert [twice for twice, times in facets.items() if times > 1] == []


def test_every_group_lies_in_its_parent_and_all_in_everyone():
    known = groups()
    for entry in of("group").values():
        assert known.contains("everyone", entry.code)
        if entry.code == "everyone":
            assert entry.parent is None
        else:
            assert entry.parent is not None, entry.code
            assert known.contains(entry.parent, entry.code), entry.code


def test_there_is_a_group_for_every_combination_that_needs_files_count():
    known = groups()
    for status in HNO_STATUSES:
        for sex in ("any", "f", "m"):
            for age in ("any", "0-17", "18-64", "65+", "18+"):
                for disability in ("any", "yes"):
                    facts = {"status": status, "sex": sex, "age": age, "disability": disability}
                    assert known.called(Facets.read(facts)), facts


def test_every_group_of_children_old_people_or_persons_with_disabilities_asks_for_a_safeguarding_check():
    for entry in of("group").values():
        if Facets.read(entry.facts).at_risk:
            assert entry.facts["at_risk"], entry.code


def test_the_population_groups_of_needs_files_are_known():
    by_code = {entry.codes["hno"]: entry.code for entry in of("group").values() if "hno" in entry.codes}
    assert by_code == {"ALL": "everyone", "HST": "host", "IDP": "idp", "RRI": "returnee", "REF": "refugee"}


def test_the_groups_that_the_founding_document_names_are_there():
    named = {
        "girls", "girls-out-of-school", "women", "women-with-hiv", "older-persons", "older-persons-without-pension",
        "persons-with-disabilities", "families-under-pressure", "migrants", "refugee", "idp", "people-in-poverty",
        "jobless-people",
    }  # fmt: skip
    assert named <= of("group").keys()


def test_every_group_can_stand_in_a_sentence():
    for entry in of("group").values():
        for language in ("en", "fr", "es", "ar"):
            noun = entry.facts["people"][language]
            assert noun, entry.code
            assert noun[0].islower() or language == "ar" or noun.startswith("LGBTI"), noun


def test_the_services_of_humanitarian_files_are_there_and_three_of_them_are_no_need_of_people():
    field = {
        "SHL", "CCM", "FSC", "WSH", "HEA", "NUT", "EDU", "PRO", "PRO-CPN", "PRO-GBV", "PRO-HLP", "PRO-MIN", "ERY",
        "LOG", "TEL", "MS", "MPC", "COO",
    }  # fmt: skip
    assert field <= of("service").keys()
    assert {code for code, entry in of("service").items() if not entry.facts["is_need"]} == {
        "LOG",
        "TEL",
        "COO",
    }


def test_what_people_need_can_stand_in_a_sentence():
    for entry in of("service").values():
        wanted = {"en", "fr", "es", "ar"} if entry.facts["is_need"] else set()
        assert set(entry.facts["need"]) == wanted, entry.code
        if entry.facts["is_need"]:
            assert re.match(r"d’|de |du |des ", entry.facts["need"]["fr"]), entry.code


def test_every_service_has_a_sector_code_that_donors_use():
    sectors = codes_in("Sector.xml")
    for entry in of("service").values():
        assert entry.codes["dac"] in sectors, entry.code


def test_services_carry_the_codes_of_the_public_sector_list():
    listed = {
        row["ACRONYM"]: row["HRinfo ID"] for row in rows("sectors.csv", DATA.parent / "organisations")[1:]
    }
    ours = {code: entry.codes["hrinfo"] for code, entry in of("service").items() if "hrinfo" in entry.codes}
    assert ours == listed


def test_goals_and_targets_are_those_of_the_2030_agenda():
    assert of("sdg_goal").keys() == codes_in("UNSDG-Goals.xml")
    assert of("sdg_target").keys() == codes_in("UNSDG-Targets.xml")
    assert all(entry.code.split(".")[0] == entry.parent for entry in of("sdg_target").values())


def test_the_crosswalk_leads_from_each_commitment_to_three_to_eight_targets_with_a_reason():
    walk = links()
    assert (
        crosswalk_problems([(x.commitment, x.target) for x in walk], of("commitment"), of("sdg_target")) == []
    )
    assert all(3 <= times <= 8 for times in Counter(link.commitment for link in walk).values())
    assert all(link.reason["en"].endswith(".") and link.reason["fr"].endswith(".") for link in walk)
    assert len(of("commitment")) == 10


def test_languages_have_their_own_name():
    for entry in of("language").values():
        assert entry.facts["own_name"], entry.code
        assert entry.facts["direction"] in {"ltr", "rtl"}
    assert of("language")["ur"].facts["direction"] == "rtl"


def test_a_file_with_an_unknown_parent_says_which_entries_are_left(tmp_path: Path):
    for path in DATA.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "skills.csv").open("a", encoding="utf-8") as file:
        file.write("juggling,circus,9990,Juggling,Jonglage,,,Throwing.,Lancer.\n")
    with pytest.raises(ValueError, match="juggling"):
        entries(tmp_path)
