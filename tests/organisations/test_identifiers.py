"""What tells that two organisations are one: numbers, phones, web domains."""

import pytest

from app.organisations.rules import identifiers


def test_one_number_in_two_ways_of_writing_is_one_number():
    assert identifiers.check_identifier("ng-cac", "CAC/IT/No. 012 345") == ("NG-CAC", "cacitno012345")
    assert identifiers.normal_number("RC-0012") == identifiers.normal_number("rc 0012")
    assert identifiers.normal_number("0012") != identifiers.normal_number("12")


def test_a_district_may_keep_a_list_of_its_own_that_is_never_exported():
    assert identifiers.check_identifier("X-LOCAL-NG008023", "7") == ("X-LOCAL-NG008023", "7")
    assert identifiers.is_local("X-LOCAL-NG008023")
    assert not identifiers.is_local("NG-CAC")


@pytest.mark.parametrize("scheme", ["", "NG", "NG CAC", "X-LOCAL-", "Corporate Affairs"])
def test_a_scheme_that_nobody_keeps_is_refused(scheme):
    with pytest.raises(identifiers.UnknownScheme):
        identifiers.check_identifier(scheme, "1")


@pytest.mark.parametrize(
    "number", ["CAC/IT/NO 000001", "RC-1234567", "7", "١٢٣", "№ 12/б", "क्र. १२", "12.345.678/0001-90"]
)
def test_a_number_of_any_script_with_what_stands_between_is_taken(number):
    identifiers.check_number(number)


@pytest.mark.parametrize("number", ["", " - ", "///", "😀'; DROP--", "A", "<b>12</b>", "RC 12;"])
def test_what_can_be_no_registration_number_is_refused(number):
    with pytest.raises(identifiers.NoNumber):
        identifiers.check_identifier("NG-CAC", number)


def test_one_phone_however_it_is_written():
    for typed in ("0803 123 4567", "(0803) 123-4567", "+234 803 123 4567", "009 234 803 123 4567"):
        assert identifiers.phone(typed, "NG") == "+2348031234567"


@pytest.mark.parametrize("typed", ["", "call us", "12", "0803 123 4567"])
def test_what_can_be_no_phone_number_without_a_country_is_none(typed):
    assert identifiers.phone(typed) is None


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.Example.org/about", "example.org"),
        ("example.org", "example.org"),
        ("http://yobe.example.org.ng:8080/x?y", "example.org.ng"),
        ("info@hope.co.ke", "hope.co.ke"),
        ("https://sante.gouv.fr", "sante.gouv.fr"),
        ("https://hope.wordpress.com/contact", "hope.wordpress.com"),
        ("https://münchen.example.de", "example.de"),
        ("https://bücher.de", "xn--bcher-kva.de"),
    ],
)
def test_the_registered_name_of_a_web_address(address, domain):
    assert identifiers.web_domain(address) == domain


@pytest.mark.parametrize(
    "address",
    [
        "https://www.facebook.com/hope.ngo",
        "https://m.facebook.com/hope",
        "https://sites.google.com/view/hope",
        "hope@gmail.com",
        "hope@yahoo.co.uk",
        "https://wordpress.com",
        "https://www.wordpress.com/hope",
        "192.168.1.1",
        "https://gov.ng",
        "localhost",
        "not an address",
        "",
        "https://[::1",
        "http://" + "a" * 300 + ".org",
    ],
)
def test_what_many_share_or_is_no_address_says_nothing(address):
    assert identifiers.web_domain(address) is None
