"""From a newcomer's first mail to a programme that a visitor finds: the whole of the main job, as one story.

Told three times, each with an organisation and a need of its own: on a phone, at a desk without JavaScript, and with
the keys alone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import DESK, PHONE, Site, link_to
from tests.journeys.hands import Hand, Keyboard, Pointer

SignIn = Callable[[Page, str], None]
MISSING = "You told us about Gulani. Do you work there too? Then add it."
PLACES, MORE = "120", "60"
MET = re.compile(r"^\s*Met\s*$")
TOLD_IN_WORDS = (
    "Who may sign",
    "Address or meeting place",
    "Does what it says",
    "Money",
    "Conflicts of interest",
)
CHECKED = (
    *TOLD_IN_WORDS,
    "Governing document",
    "Who decides",
    "Safeguarding",
    "Equal treatment",
    "Legal check of names",
)


@dataclass(frozen=True)
class Told:
    """One telling. `service` and `group` stand with the heading that each is folded under, the group also with its hint."""

    hand: type[Hand]
    size: dict[str, int]
    script: bool
    registrar: str
    organisation: str
    like: str
    person: str
    seat: str
    service: tuple[str, str]
    group: tuple[str, str, str]
    people: int
    programme: str

    @property
    def email(self) -> str:
        return f"{self.person.split()[0].lower()}@newcomers.example"


TOLD = {
    "on a phone": Told(
        Pointer,
        PHONE,
        True,
        "ngozi",
        "Youth at Work in Potiskum",
        "Potiskum Youth at Work",
        "Zainab Idris",
        "Potiskum",
        ("Work and income", "Vocational training"),
        ("People without work", "Young people without work", "People aged 15 to 24"),
        2100,
        "A trade in nine months",
    ),
    "at a desk without JavaScript": Told(
        Pointer,
        DESK,
        False,
        "musa",
        "Mothers' Kitchen Lessons of Geidam",
        "Geidam Mothers' Kitchen",
        "Maryam Sani",
        "Geidam",
        ("Education", "Catch-up classes"),
        ("Children", "Girls out of school", "Girls of school age"),
        1450,
        "Lessons after the harvest",
    ),
    "with the keys alone": Told(
        Keyboard,
        DESK,
        True,
        "ngozi",
        "Wheelchair Makers' Circle",
        "Circle of Wheelchair Makers",
        "Bukar Aji",
        "Nguru",
        ("Care and family support", "Care at home"),
        ("Adults", "Older people", "People aged 65"),
        380,
        "Somebody comes every day",
    ),
}


@pytest.fixture(params=TOLD.values(), ids=[*TOLD])
def told(request: pytest.FixtureRequest) -> Told:
    return request.param


@pytest.fixture
def hand(told: Told, browser_at: Callable[..., Page]) -> Callable[[], Hand]:
    """A browser of somebody new, worked as this story is told."""
    return lambda: told.hand(browser_at(told.size, java_script_enabled=told.script), script=told.script)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "statutes.pdf"
    path.write_bytes(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    return path


def test_a_newcomer_is_registered_moves_coverage_and_meets_a_partner(
    told: Told, hand: Callable[[], Hand], site: Site, sign_in: SignIn, paper: Path
):
    newcomer, registrar, council, visitor = hand(), hand(), hand(), hand()

    makes_an_account(newcomer, told, site)
    registers_her_organisation(newcomer, told, paper)

    sign_in(registrar.page, told.registrar)
    asks_a_question(registrar, told)
    answers_the_question(newcomer)
    checks_and_verifies(registrar, told)

    before = people_left_out(visitor, told)
    registers_a_programme(newcomer, told)
    assert before != people_left_out(visitor, told)

    says_yes_to_a_match(newcomer, told)
    sign_in(council.page, "ibrahim")
    says_yes_too_and_writes(council, told)
    reads_and_answers(newcomer, told)

    finds_them_all(visitor, told)


def makes_an_account(newcomer: Hand, told: Told, site: Site) -> None:
    newcomer.open("/register")
    newcomer.follow("Begin")
    newcomer.write("E-mail address", told.email)
    newcomer.press("Send me a link")
    newcomer.is_at("Read your mail")
    newcomer.open(link_to(site, told.email))
    newcomer.press("Sign in")
    newcomer.is_at("What should we call you?")
    newcomer.write("Your name", told.person)
    newcomer.press("Save and go on")


def registers_her_organisation(newcomer: Hand, told: Told, paper: Path) -> None:
    _who(newcomer, told)
    _papers(newcomer)
    _work(newcomer, told)
    _places(newcomer, told)
    _reach(newcomer, told)
    _people(newcomer)
    _evidence(newcomer, paper)
    _promises(newcomer, told)
    newcomer.is_at("Read it over and send it")
    newcomer.reads(told.organisation)
    newcomer.press("Send to the registrar")
    newcomer.is_at(f"Registration of {told.organisation}")
    newcomer.reads("Sent, waiting for the registrar")


def _who(newcomer: Hand, told: Told) -> None:
    newcomer.is_at("Who you are")
    newcomer.write("Name of the organisation", told.organisation)
    if newcomer.script:
        newcomer.reads(told.like)
    newcomer.pick("NGO or charity")
    newcomer.write("Year you began", "2019")
    newcomer.press("Save and go on")
    newcomer.reads("Is it one of these?")
    newcomer.reads(told.like)
    newcomer.tick("It is none of these")
    newcomer.write(
        "Why is yours another organisation?",
        "Only the name is alike: we have other members and another seat.",
    )
    newcomer.press("Save and go on")


def _papers(newcomer: Hand) -> None:
    newcomer.is_at("What you are on paper")
    newcomer.pick("Not registered with the state")
    newcomer.write(
        "Who can vouch for you?", "Council of Gulani, Ibrahim Lawan, council@demonstration.example"
    )
    newcomer.write("Who else can vouch for you?", "None, the first is a local government.")
    newcomer.press("Save and go on")


def _work(newcomer: Hand, told: Told) -> None:
    newcomer.is_at("What you do, and for whom")
    newcomer.write(
        "What do you do?", "We are neighbours who teach, care and see to it that nobody is forgotten."
    )
    newcomer.unfold(told.service[0], of="Which services do you give?")
    newcomer.tick(told.service[1], of="Which services do you give?")
    newcomer.unfold(told.group[0], of="For whom do you work?")
    newcomer.tick(" ".join(told.group[1:]), of="For whom do you work?")
    newcomer.unfold("Languages that many partners work in", of="Which languages do you work in?")
    newcomer.tick("English", of="Which languages do you work in?")
    newcomer.tick("Hausa", of="Which languages do you work in?")
    newcomer.press("Save and go on")


def _places(newcomer: Hand, told: Told) -> None:
    newcomer.is_at("Where you work")
    newcomer.find("Where is your seat?", told.seat)
    newcomer.find("Add an area that you work in", told.seat)
    newcomer.press("Save and go on")


def _reach(newcomer: Hand, told: Told) -> None:
    newcomer.is_at("How large you are, and how to reach you")
    newcomer.select("How many paid staff?", "1-9")
    newcomer.select("How many volunteers?", "10-24")
    newcomer.select("About how much do you spend in a year?", "Under 10 000 US dollars a year")
    newcomer.write("Telephone", "+234 803 123 4567")
    newcomer.write("E-mail for everybody", told.email)
    newcomer.write("Whom can the registrar ask?", told.person)
    newcomer.press("Save and go on")


def _people(newcomer: Hand) -> None:
    newcomer.is_at("Who decides")
    for n, (name, role) in enumerate(
        (("Ada Bako", "Chair"), ("Bello Dan", "Treasurer"), ("Chidi Eze", "Secretary")), 1
    ):
        newcomer.write("Name", name, of=f"Person {n}")
        newcomer.write("What they do", role, of=f"Person {n}")
    newcomer.press("Save and go on")


def _evidence(newcomer: Hand, paper: Path) -> None:
    """A paper for the first point, a sentence for the others."""
    newcomer.is_at("What you can show")
    newcomer.follow("Governing document")
    newcomer.attach("Add a file", paper)
    newcomer.press("Save")
    for point in TOLD_IN_WORDS:
        newcomer.is_at("What you can show")
        newcomer.follow(point)
        newcomer.is_at(point)
        newcomer.write("Or say it in words", "The council knows us and can tell you about it.")
        newcomer.press("Save")
    newcomer.is_at("What you can show")
    newcomer.press("Save and go on")


def _promises(newcomer: Hand, told: Told) -> None:
    newcomer.is_at("What you promise")
    for promise in ("We turn nobody away", "We protect the people we meet", "What we wrote here is true"):
        newcomer.tick(promise)
    newcomer.write("Who makes this promise?", told.person)
    newcomer.press("Save and go on")


def asks_a_question(registrar: Hand, told: Told) -> None:
    registrar.open("/my")
    registrar.follow("Check who wants to register")
    registrar.follow(told.organisation)
    registrar.is_at(f"Check {told.organisation}")
    registrar.reads("The council knows us")
    registrar.unfold("Send it back with questions")
    registrar.write("Where you work", MISSING)
    registrar.press("Send the questions")
    registrar.reads("Sent back.")


def answers_the_question(newcomer: Hand) -> None:
    newcomer.open("/my")
    newcomer.follow("Answer the registrar's question")
    newcomer.reads("The registrar has a question")
    newcomer.reads(MISSING)
    newcomer.follow("Where you work")
    newcomer.reads(MISSING)
    newcomer.find("Add an area that you work in", "Gulani")
    newcomer.press("Save and go on")
    newcomer.is_at("Read it over and send it")
    newcomer.reads("Gulani")
    newcomer.press("Send to the registrar")
    newcomer.reads("Sent, waiting for the registrar")


def checks_and_verifies(registrar: Hand, told: Told) -> None:
    registrar.open("/my")
    registrar.follow("Check who wants to register")
    registrar.reads("Answered your questions")
    registrar.follow(told.organisation)
    registrar.press(f"Different {told.like}")
    registrar.reads("We keep your answer.")
    registrar.pick("Met another way", of="Legal existence")
    registrar.write("Note Legal existence", "The council of Gulani vouches for them.")
    registrar.press("Save Legal existence")
    for left, point in zip(range(len(CHECKED), 0, -1), CHECKED, strict=True):
        registrar.reads(re.compile(rf"^{left} points? (is|are) still open"))
        registrar.pick(MET, of=point)
        registrar.press(f"Save {point}")
    registrar.reads("Every point is answered.")
    registrar.write("Why do you verify it?", "Papers and a reference of the council seen.")
    registrar.press("Verify this organisation")
    registrar.reads("Verified.")


def people_left_out(visitor: Hand, told: Told) -> str:
    """What anybody reads about the need of this story in Gulani."""
    visitor.open("/left-out/NG036008")
    visitor.select("Service", told.service[1])
    visitor.select("Group", told.group[1])
    visitor.press("Show")
    visitor.follow(told.service[1])
    visitor.is_at(f"{told.service[1]}, Gulani")
    return visitor.page.locator("main .lede").inner_text()


def registers_a_programme(newcomer: Hand, told: Told) -> None:
    newcomer.open("/my")
    newcomer.follow(f"Programmes {told.organisation}")
    newcomer.follow("Register a programme")
    newcomer.write("What is it called?", told.programme)
    newcomer.write(
        "What do you do?", "We begin where people are, and stay until they don't need us any more."
    )
    newcomer.unfold(told.service[0], of="Which services do you give?")
    newcomer.tick(told.service[1], of="Which services do you give?")
    newcomer.unfold(told.group[0], of="For whom?")
    newcomer.tick(" ".join(told.group[1:]), of="For whom?")
    newcomer.press("Save and go on")
    newcomer.is_at("Where you do it")
    newcomer.find("Add an area", "Gulani")
    newcomer.press("Save and go on")
    newcomer.is_at("When it runs")
    newcomer.write("First day", "2026-01-01")
    newcomer.write("Last day", "2027-12-31")
    newcomer.press("Save and go on")
    newcomer.is_at("How many people you can serve")
    newcomer.write("How many people can you serve?", PLACES)
    newcomer.pick("At one time")
    newcomer.press("Save and go on")
    newcomer.is_at("How people get in")
    newcomer.write("How does somebody get in?", "Come to the school in Bara on any morning and ask for us.")
    newcomer.write("Telephone for questions", "+234 803 123 4567")
    newcomer.press("Save and go on")
    newcomer.is_at("What it adds to")
    newcomer.press("Save and go on")
    newcomer.is_at("Read it over and publish it")
    newcomer.pick("Running")
    newcomer.press("Publish it")
    newcomer.is_at(told.programme)
    newcomer.reads("Published.")


def says_yes_to_a_match(newcomer: Hand, told: Told) -> None:
    newcomer.open("/my")
    newcomer.follow(f"Matches {told.organisation}")
    newcomer.follow("Change how many more people you can serve")
    newcomer.write("People", MORE, of=told.service[1])
    newcomer.press("Save")
    newcomer.is_at(f"Matches for {told.organisation}")
    newcomer.reads("Why you")
    newcomer.press("We are interested")
    newcomer.reads("You said yes.")


def says_yes_too_and_writes(council: Hand, told: Told) -> None:
    council.open("/my")
    council.follow(re.compile(f"^Answer: could this be for you.*With {told.organisation}$"))
    council.reads(told.organisation)
    council.press("We are interested")
    council.reads("How to reach each other")
    council.reads(told.email)
    council.write("Write a note", "Come to the council on Monday at nine.")
    council.press("Send the note")
    council.reads("Come to the council on Monday at nine.")


def reads_and_answers(newcomer: Hand, told: Told) -> None:
    newcomer.open("/my")
    newcomer.follow("Talk, and write down what you agree")
    newcomer.reads("Come to the council on Monday at nine.")
    newcomer.write("Write a note", "We come, all three of us.")
    newcomer.press("Send the note")
    newcomer.reads("We come, all three of us.")


def finds_them_all(visitor: Hand, told: Told) -> None:
    for name in (told.organisation, "Council of Gulani"):
        visitor.open("/organisations")
        _searches(visitor, told, "Search by name", name)
        visitor.press("Show partners")
        visitor.follow(name)
        visitor.is_at(name)
    visitor.open("/programmes")
    _searches(visitor, told, "Search by name or work", told.programme)
    visitor.press("Show programmes")
    visitor.follow(told.programme)
    visitor.is_at(told.programme)
    visitor.reads("Come to the school in Bara")


def _searches(visitor: Hand, told: Told, label: str, words: str) -> None:
    """On a phone the filters are folded."""
    if told.size is PHONE:
        visitor.unfold("Filter")
    visitor.write(label, words)
