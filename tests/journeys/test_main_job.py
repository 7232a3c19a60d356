"""The main job in a real browser: a visitor sees who is left out and why, a coordinator answers a match, a registrar
decides; on a phone, at a desk, with the keyboard alone, and without JavaScript.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Site

SignIn = Callable[[Page, str], None]


@pytest.fixture(params=["phone", "desk", "without JavaScript"])
def page(request: pytest.FixtureRequest, browser_at: Callable[..., Page]) -> Page:
    """The same journey on each kind of browser."""
    size = DESK if request.param == "desk" else PHONE
    return browser_at(size, java_script_enabled=request.param != "without JavaScript")


def test_a_visitor_goes_from_the_first_page_down_to_the_row_of_a_source(page: Page):
    page.goto("/")
    expect(page.get_by_role("heading", name="Who is left out today")).to_be_visible()
    page.locator("main a[href*='/left-out']:not(.door)").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator("main a[href*='/needs/']").first.click()
    expect(page.locator("main")).to_contain_text(
        re.compile(r"row \d+|sum of its parts|Sum of", re.IGNORECASE)
    )


def test_a_visitor_finds_a_partner_though_the_name_is_misspelled(page: Page):
    page.goto("/organisations?q=opn clasroom circel")
    page.get_by_role("link", name=re.compile("Open Classroom Circle")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Open Classroom Circle")
    expect(page.locator("main")).to_contain_text("Demonstration")


def test_a_visitor_finds_a_programme_and_how_to_get_in(page: Page):
    page.goto("/programmes?q=catch-up")
    page.get_by_role("link", name=re.compile("Catch-up classes")).click()
    expect(page.locator("main")).to_contain_text("Come to the office on a weekday morning")


def test_a_coordinator_opens_her_matches_and_reads_why(page: Page, sign_in: SignIn):
    sign_in(page, "amina")
    page.goto("/organisations/open-classroom-circle/matches")
    expect(page.locator("main")).to_contain_text(re.compile(r"of 100"))
    expect(page.locator("main")).to_contain_text("Why you")


def test_a_registrar_reads_the_queue_and_an_application(page: Page, sign_in: SignIn):
    sign_in(page, "musa")
    page.goto("/registrations")
    page.get_by_role("link", name="Potiskum Youth at Work").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Potiskum Youth at Work")
    expect(page.locator("main")).to_contain_text("Checklist")


def test_the_same_page_in_another_language_is_one_press_away(page: Page):
    page.goto("/organisations")
    if page.viewport_size == PHONE:
        page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Français").locator("visible=true").first.click()
    expect(page).to_have_url(re.compile("/fr/organisations$"))
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_somebody_signs_in_with_the_keyboard_alone(browser_at: Callable[..., Page], site: Site):
    page = browser_at(DESK)
    page.goto("/sign-in")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type("keyboard@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Read your mail")).to_be_visible()
    assert site.sql("SELECT 1 FROM message WHERE to_address = 'keyboard@example.org'")


def test_the_first_tab_stop_skips_to_the_content(browser_at: Callable[..., Page]):
    page = browser_at(DESK)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
