"""The first slice, page by page and without JavaScript: sign in, register, be sent back, be verified, be found."""

import re

from sqlalchemy import select

from app.kernel.actor import Role
from app.kernel.audit import AuditEntry
from app.kernel.outbox import Message
from app.organisations.models import Registration
from app.organisations.rules import checklist
from app.organisations.rules.kinds import Kind
from app.organisations.service import review
from tests.worlds import Browser, World, ids


async def _vocabulary(world: World) -> dict[str, list[str]]:
    return {
        "service": ids(await world.term("service", "EDU", "Education")),
        "serves": ids(await world.term("group", "girls", "Girls")),
        "language": ids(await world.term("language", "ha", "Hausa")),
    }


async def _show_evidence(
    browse: Browser, home: str = "/organisations/gulani-girls-learn/registration"
) -> None:
    """From the page of the step: a sentence for each point that must be shown, then on."""
    refused = await browse.fill_in()
    assert refused.status_code == 422
    assert "Show something for these points" in browse.text
    for code in ("C2", "C4", "C5", "C6", "C7", "C11"):
        await browse.get(f"{home}/evidence/{code}")
        await browse.fill_in(
            {"statement": "We have the minutes of our first meeting."}, action=f"/evidence/{code}"
        )
    await browse.get(f"{home}/evidence")
    await browse.fill_in()


async def test_a_newcomer_signs_in_by_a_link_that_works_once(browse: Browser, world: World, db):
    await browse.get("/sign-in")
    await browse.fill_in({"email": "Hauwa@Example.org"})
    assert "Read your mail" in browse.text
    mail = (await db.scalars(select(Message))).one()
    link = next(line for line in mail.body.split() if "/sign-in/" in line)
    path = "/sign-in/" + link.rsplit("/", 1)[1]
    opened = await browse.get(path)
    assert opened.status_code == 200
    assert "hauwa@example.org" in browse.text
    await browse.fill_in(action=path)
    assert "What should we call you?" in browse.text
    browse.sign_out()
    again = await browse.get(path)
    assert again.status_code == 410


async def test_a_link_opens_only_in_the_browser_that_asked(browse: Browser, db):
    await browse.get("/sign-in")
    await browse.fill_in({"email": "hauwa@example.org"})
    mail = (await db.scalars(select(Message))).one()
    link = next(line for line in mail.body.split() if "/sign-in/" in line)
    browse.client.cookies.delete("rt_browser")
    answer = await browse.get("/sign-in/" + link.rsplit("/", 1)[1])
    assert answer.status_code == 403
    assert "Open the link in the browser" in browse.text


async def test_an_ngo_registers_is_sent_back_once_and_is_then_verified_and_found(
    browse: Browser, world: World, db
):
    words = await _vocabulary(world)
    seat = await world.area("NG036009")
    hauwa, musa = await world.person("Hauwa Ibrahim"), await world.registrar("NG036")
    await browse.sign_in(hauwa)

    await browse.get("/register/who")
    await browse.fill_in({"name": "Gulani Girls Learn", "kind": "ngo", "founded": "20017"})
    assert "The year must be between 1700" in browse.text
    await browse.fill_in({"founded": "2017"})
    await browse.fill_in(
        {
            "legal_status": "not_registered",
            "first_referee": "Yobe State Ministry, Amina, +234 803 1",
            "second_referee": "Damaturu Council, Sani, +234 803 2",
        }
    )
    await browse.fill_in({**words, "description": "We teach girls who had to leave school."})
    await browse.fill_in({"home": "gulani"}, button="find")
    await browse.fill_in(
        {"home_id": str(seat.id), "area": "yobe", "area_id": str((await world.area("NG036")).id)}
    )
    await browse.fill_in(
        {
            "staff": "1-9",
            "volunteers": "10-24",
            "budget": "under-10k",
            "phone": "+234 803 123 4567",
            "contact_person": "Hauwa Ibrahim",
        }
    )
    await browse.fill_in(
        {
            "name_1": "Hauwa",
            "role_1": "Chair",
            "name_2": "Fatima",
            "role_2": "Treasurer",
            "name_3": "Zainab",
            "role_3": "Secretary",
        }
    )
    await _show_evidence(browse)
    await browse.fill_in({"equal": "yes", "safe": "yes", "true": "yes", "signed_by": "Hauwa Ibrahim"})
    assert "Read it over and send it" in browse.text
    await browse.fill_in()
    assert "Yours is next" in browse.text

    browse.sign_out()
    await browse.sign_in(musa)
    await browse.get("/registrations")
    assert "Gulani Girls Learn" in browse.text
    registration = (await db.scalars(select(Registration))).one()
    here = f"/registrations/{registration.id}"
    await browse.get(here)
    await browse.fill_in({"question_work": "Which school years do you teach?"}, action="/questions")
    asked = await db.scalar(
        select(Message.body).where(Message.subject.startswith("The registrar has a question"))
    )
    assert asked.endswith("/organisations/gulani-girls-learn/registration"), (
        "the mail leads to where she answers"
    )

    browse.sign_out()
    await browse.sign_in(hauwa)
    await browse.get("/organisations/gulani-girls-learn/registration/work")
    assert "Which school years do you teach?" in browse.text
    await browse.fill_in({"description": "We teach girls who had to leave school, years 1 to 6."})
    await browse.get("/organisations/gulani-girls-learn/registration/check")
    await browse.fill_in()

    browse.sign_out()
    await browse.sign_in(musa)
    await browse.get(here)
    refused = await browse.fill_in(
        {"verify_reason": "Papers and two references seen."}, action="/verification"
    )
    assert refused.status_code == 422
    assert "still open" in browse.text
    for item in ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "C11"):
        answer = {"answer": "met_another_way", "note": "Two letters."} if item == "C1" else {"answer": "met"}
        await browse.fill_in(answer, action=f"/items/{item}")
        await browse.get(here)
    await browse.fill_in(
        {"verify_reason": "Two referees confirmed it; I visited the school."}, action="/verification"
    )

    browse.sign_out()
    await browse.get("/organisations?q=gulani girl lern")
    assert "Gulani Girls Learn" in browse.text
    await browse.get("/organisations/gulani-girls-learn")
    assert "Verified" in browse.text
    assert "years 1 to 6" in browse.text
    await browse.get("/decisions")
    assert "I visited the school" in browse.text

    moves = list(await db.scalars(select(AuditEntry.action).order_by(AuditEntry.at)))
    for move in ("registration.submitted", "registration.returned", "registration.verified"):
        assert move in moves


async def test_a_likely_duplicate_is_shown_before_anything_is_created(browse: Browser, world: World, db):
    await world.organisation("Yobe Women Farmers Association", acronym="YWFA")
    await browse.sign_in(await world.person())
    await browse.get("/register/who")
    await browse.fill_in({"name": "Yobe Woman Farmers Asociation", "kind": "ngo"})
    assert "Is it one of these?" in browse.text
    assert (await db.scalars(select(Registration))).all() == []
    await browse.fill_in({"none_of_these": "yes"})
    assert "Say in a sentence why yours is another organisation" in browse.text
    await browse.fill_in({"none_of_these": "yes", "different": "We are their branch in Gulani."})
    assert len((await db.scalars(select(Registration))).all()) == 1


async def test_a_registrar_does_not_see_applications_outside_their_area(browse: Browser, world: World, db):
    owner = await world.person()
    registration = await world.application("Maiduguri Relief", owner=owner, home="NG008")
    await browse.sign_in(await world.registrar("NG036"))
    await browse.get("/registrations")
    assert "Maiduguri Relief" not in browse.text
    assert (await browse.get(f"/registrations/{registration.id}")).status_code == 403


async def test_the_auditor_reads_by_which_version_of_the_checklist_it_was_decided(
    browse: Browser, world: World, db
):
    registration = await world.sent(await world.application(owner=await world.person("Hauwa")), met=True)
    await browse.sign_in(await world.holder(Role.AUDITOR))
    await browse.get(f"/registrations/{registration.id}")
    assert "of the checklist" not in browse.text
    actor = await world.actor(await world.registrar())
    await review.verify(db, actor, registration.id, "I visited them, and their papers are in order.")
    await browse.get(f"/registrations/{registration.id}")
    assert f"It was decided by version {checklist.VERSION} of the checklist." in browse.text


async def test_what_is_missing_is_named_and_led_to_in_the_order_of_the_page(browse: Browser, world: World):
    owner = await world.person("Hauwa Musa")
    registration = await world.application("Firm of Gulani", owner=owner, kind=Kind.FIRM)
    registration.steps_done = [step for step in registration.steps_done if step not in {"papers", "work"}]
    await world.db.flush()
    await browse.sign_in(owner)
    home = "/organisations/firm-of-gulani/registration"
    await browse.get(f"{home}/check")
    answer = await browse.fill_in({}, action="/check")
    main = answer.text.split("Some steps are still open", 1)[1].split("<h1", 1)[0]
    assert [step for step in ("who", "papers", "work", "places") if f'href="{home}/{step}"' in main] == [
        "papers",
        "work",
    ]
    await browse.get(f"{home}/papers")
    answer = await browse.fill_in({}, action="/papers")
    summary = re.findall(r'<li><a href="#[^"]+">(.*?)</a>', answer.text)
    assert len(summary) > 2
    assert len(set(summary)) == len(summary)
    await browse.get(f"{home}/work")
    answer = await browse.fill_in({}, action="/work")
    assert re.findall(r'<li><a href="#([^"]+)">', answer.text) == [
        "description",
        "service",
        "serves",
        "language",
    ]
