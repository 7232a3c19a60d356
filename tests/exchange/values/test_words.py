"""Words for sectors, statuses, roles, kinds of organisation and groups of people, in four languages."""

import csv

import pytest

from app.exchange.rules.fields import People
from app.exchange.rules.synonyms import shipped
from app.exchange.values import people, statuses
from app.exchange.values.organisation_types import type_of
from app.exchange.values.sectors import ServiceIndex, file_terms
from app.exchange.values.several import split
from tests.exchange.world import DATA

SERVICES = ServiceIndex.default()
CODES = {
    "SHL",
    "CCM",
    "FSC",
    "WSH",
    "HEA",
    "NUT",
    "EDU",
    "PRO",
    "PRO-CPN",
    "PRO-GBV",
    "PRO-HLP",
    "PRO-MIN",
    "ERY",
    "LOG",
    "TEL",
    "MS",
    "MPC",
    "COO",
}


def test_every_service_of_the_vocabulary_has_its_words():
    assert set(file_terms()) == CODES


@pytest.mark.parametrize(
    ("said", "service"),
    [
        ("EiE_OP", "EDU"), ("EDUCATION_OP", "EDU"), ("Operatioanl Presence: Water, Sanitation & Hygiene", "WSH"), ("Operational Presence: Emergency Shelter & Non-Food Items", "SHL"),
        ("ESNFI_OP", "SHL"), ("PRO_CPM", "PRO-CPN"), ("Protection - Child Protection", "PRO-CPN"), ("Protection (GBV)", "PRO-GBV"), ("Sous-cluster VBG", "PRO-GBV"), ("Protección (Niñez)", "PRO-CPN"),
        ("Logement, Terre et Propriété (LTP)", "PRO-HLP"), ("Water, Sanitation & Hygiene (WASH)", "WSH"), ("1. WASH", "WSH"), ("ERL", "ERY"), ("CSS", "COO"), ("الأمن الغذائي", "FSC"), ("الحماية", "PRO"),
        ("Cluster Eau, Hygiène et Assainissement", "WSH"), ("Agua, saneamiento e higiene", "WSH"), ("Moyens d'existence", "ERY"), ("GSAT", "CCM"), ("MPCA", "MPC"), ("Multi-secteur", "MS"), ("Abris d'urgence et NFI", "SHL"),
    ],
)  # fmt: skip
def test_sectors_are_known_by_what_files_call_them(said: str, service: str):
    assert SERVICES.known(said) == service


def test_the_sectors_of_the_humanitarian_list_are_known_in_both_of_its_languages():
    with (DATA / "organisations" / "sectors.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))[1:]
    for row in rows:
        assert SERVICES.known(row["Preferred Term"]) == row["ACRONYM"]
        assert SERVICES.known(row["Preferred Term (fr)"]) == row["ACRONYM"]


def test_the_vocabulary_s_own_words_go_before_those_of_files():
    own = ServiceIndex([("HEA", ("Health", "Water")), ("WSH", ())])
    assert own.known("Water") == "HEA"
    assert own.known("NUT") is None


@pytest.mark.parametrize("said", ["Healh", "Nutritoin", "Educaton"])
def test_a_slip_is_read_and_shown(said: str):
    found = SERVICES.find(said)
    assert found.how == "close"
    assert SERVICES.known(said) is None


@pytest.mark.parametrize("said", ["", "Governance", "xyz", "💧", "a" * 5_000, "WAS H E A"])
def test_what_is_no_sector_is_none(said: str):
    assert SERVICES.known(said) is None


def test_several_values_are_split_only_when_every_part_is_known():
    assert split("WASH; Health", SERVICES.known) == ["WSH", "HEA"]
    assert split("WASH\nHealth\n", SERVICES.known) == ["WSH", "HEA"]
    assert split("WASH, Health, Magic", SERVICES.known) == []
    assert split("WASH/Nutrition", SERVICES.known) == []
    assert split("WASH/Nutrition", SERVICES.known, loose=True) == ["WSH", "NUT"]
    assert split("; ".join(["WASH"] * 50), SERVICES.known) == []


@pytest.mark.parametrize(
    ("said", "status"),
    [("Ongoing", "ongoing"), ("Closed ", "completed"), ("Temporarily Suspended", "suspended"), ("planifié", "planned"), ("En cours", "ongoing"), ("En ejecución", "ongoing"), ("مكتمل", "completed"), ("جاري", "ongoing"), ("1. Completed", "completed"), ("Activité terminée", "completed"), ("Operational Presence: Health", None), ("", None)],
)  # fmt: skip
def test_statuses(said: str, status: str | None):
    assert statuses.status(said) == status


def test_the_most_alive_of_two_statuses():
    assert statuses.most_alive("completed", "ongoing") == "ongoing"
    assert statuses.most_alive("planned", "suspended") == "planned"
    assert statuses.most_alive("", "cancelled") == "cancelled"


@pytest.mark.parametrize(
    ("said", "code", "iati"),
    [("NNGO", "441", "22"), ("INGO", "437", "21"), ("UN Agency", "447", "40"), ("Govt", "435", "10"), ("ONG nationale", "441", "22"), ("ONG internacional", "437", "21"), ("Agencia de Naciones Unidas", "447", "40"), ("منظمة وطنية", "441", "22"), ("437", "437", "21"), ("Red Cross / Red Crescent", "445", "22"), ("Private sector", "444", "70")],
)  # fmt: skip
def test_types_of_organisation(said: str, code: str, iati: str):
    found = type_of(said)
    assert found is not None
    assert (found.humanitarian, found.iati) == (code, iati)


def test_types_of_the_humanitarian_list_are_all_known_and_the_military_is_refused():
    with (DATA / "organisations" / "organisation-types.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))[1:]
    for row in rows:
        found = type_of(row["Preferred Term"])
        assert found is not None, row
        assert found.humanitarian == row["HR.info ID"]
    assert type_of("Military") is not None
    assert not type_of("Military").registered  # type: ignore[union-attr]
    assert type_of("Circus") is None


@pytest.mark.parametrize(
    ("heading", "who"),
    [
        ("Bénéficiaires > Femmes", People("reached", "f")), ("# of girls reached", People("reached", "f", "0-17")), ("PDI ciblés", People("targeted", group="idp")), ("PiN 0-17", People("inneed", age="0-17")),
        ("PiN WASH", People("inneed", service="WSH")), ("Total bénéficiaires ciblés", People("targeted")), ("Mujeres alcanzadas", People("reached", "f")), ("Hombres (18-59)", People("reached", "m", "18-59")),
        ("إناث", People("reached", "f")), ("Personas con discapacidad alcanzadas", People("reached", disability="yes")), ("Population", People("population")), ("Adultos mayores hombres", People("reached", "m", "60+")),
    ],
)  # fmt: skip
def test_headings_over_numbers_tell_whom_they_count(heading: str, who: People):
    found = people.people_of(heading, shipped(), SERVICES)
    assert found is not None
    assert found[0] == who


@pytest.mark.parametrize(
    "heading",
    [
        "Households reached",
        "# of kits distributed",
        "Type de bénéficiaires",
        "Ménages ciblés",
        "Sector",
        "Total",
        "Escuelas",
        "الأسر",
    ],
)
def test_households_and_kits_are_not_people(heading: str):
    assert people.people_of(heading, shipped(), SERVICES) is None


def test_codes_of_facets():
    assert [people.sex(one) for one in ("f", "Hombres", "a", "", "x?")] == ["f", "m", "any", "any", None]
    assert [people.age(one) for one in ("0-17", "65+", "ALL", "< 5", "60 ans et plus", "old", "17-0")] == [
        "0-17",
        "65+",
        "any",
        "0-4",
        "60+",
        None,
        None,
    ]
    assert [people.disability(one) for one in ("y", "a", "oui", "?")] == ["yes", "any", "yes", None]
    assert [
        people.group(one) for one in ("HST", "PDI", "RRI", "Réfugiés", "النازحون", "ALL", "Martians")
    ] == ["host", "idp", "returnee", "refugee", "idp", "any", None]
