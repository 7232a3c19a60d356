"""Both sides of a match, page by page and without JavaScript: suggested, yes and yes, contact, notes, agreed."""

from sqlalchemy import select

from app.kernel.audit import AuditEntry
from app.kernel.outbox import Message
from app.matching.models import Match
from tests.matching.rows import Rows
from tests.worlds import Browser


async def test_two_sides_find_each_other_and_agree(browse: Browser, rows: Rows, db):
    hauwa = await rows.world.person("Hauwa Ibrahim", "hauwa@example.org")
    sani = await rows.world.person("Sani Bello", "sani@example.org")
    await rows.partner("Gulani Girls Learn", member=hauwa, phone="+234 803 111")
    await rows.office("Gulani Local Government", member=sani, phone="+234 803 222")
    cell = await rows.need(people=4000, covered=500, severity=5)

    await browse.sign_in(hauwa)
    await browse.get("/my/matches")
    assert "Education for girls in Gulani" in browse.text
    assert (
        "3,500 of 4,000 girls in Gulani who need a school place have no place in a programme we know of"
        in browse.text
    )
    assert "You already work in Gulani." in browse.text
    assert "of 100. How far behind a place is counts most" in browse.text
    assert "Furthest behind" in browse.text
    await browse.fill_in(action=f"/{cell.id}/interest")
    assert "One side is interested" in browse.text
    assert "+234 803 222" not in browse.text
    match = (await db.scalars(select(Match))).one()
    assert (match.state, match.organisation_says, match.asked_says) == ("interested", "yes", "")

    browse.sign_out()
    await browse.sign_in(sani)
    await browse.get("/my")
    assert "Answer: could this be for you?" in browse.text
    await browse.get("/organisations/gulani-local-government/matches")
    assert "Gulani Girls Learn could help." in browse.text
    await browse.get(f"/matches/{match.id}")
    assert "hauwa@example.org" not in browse.text
    await browse.fill_in(action="/interest")
    for shown in ("hauwa@example.org", "+234 803 111", "sani@example.org", "+234 803 222"):
        assert shown in browse.text
    too_long = await browse.fill_in({"text": "x" * 1001}, action="/notes")
    assert too_long.status_code == 422
    await browse.fill_in({"text": "Can you begin in January?"}, action="/notes")
    assert "Can you begin in January?" in browse.text

    browse.sign_out()
    await browse.sign_in(hauwa)
    await browse.get(f"/matches/{match.id}")
    assert "Can you begin in January?" in browse.text
    await browse.fill_in({"people": "many"}, action="/agreement")
    assert "as a whole number" in browse.text
    await browse.fill_in({"people": "240"}, action="/agreement")
    assert "the other side hasn't confirmed it yet" in browse.text

    browse.sign_out()
    await browse.sign_in(sani)
    await browse.get(f"/matches/{match.id}")
    assert "The other side wrote 240 people." in browse.text
    await browse.fill_in({"people": "240"}, action="/agreement")
    assert "Agreed" in browse.text
    await db.refresh(match)
    assert (match.state, match.people) == ("agreed", 240)

    said = list(
        await db.scalars(
            select(AuditEntry.action).where(AuditEntry.subject_id == match.id).order_by(AuditEntry.n)
        )
    )
    assert said == [
        "match.interested", "match.mutual", "match.note-written", "match.agreement-proposed", "match.agreed",
    ]  # fmt: skip
    mails = (await db.execute(select(Message.to_address, Message.subject))).all()
    for who in ("hauwa@example.org", "sani@example.org"):
        assert any(to == who and "both interested" in subject for to, subject in mails)
        assert any(to == who and "Agreed with" in subject for to, subject in mails)


async def test_who_answers_for_a_need_asks_a_partner_who_then_says_yes(browse: Browser, rows: Rows, db):
    hauwa, sani = await rows.world.person("Hauwa"), await rows.world.person("Sani")
    partner = await rows.partner("Gulani Girls Learn", member=hauwa)
    await rows.office("Gulani Local Government", member=sani)
    cell = await rows.need(people=4000, severity=5)

    await browse.sign_in(sani)
    await browse.get("/organisations/gulani-local-government/matches")
    assert "Needs that you answer for" in browse.text
    await browse.get(f"/matching/needs/{cell.id}")
    assert "Gulani Girls Learn" in browse.text
    await browse.fill_in(action=f"/partners/{partner.slug}")
    match = (await db.scalars(select(Match))).one()
    assert (match.state, match.asked_says) == ("interested", "yes")

    browse.sign_out()
    await browse.sign_in(hauwa)
    await browse.get("/organisations/gulani-girls-learn/matches")
    assert "They asked for you" in browse.text
    assert "Gulani Local Government asks whether you can help." in browse.text
    await browse.fill_in(action=f"/{cell.id}/interest")
    assert "Both sides are interested" in browse.text


async def test_a_no_has_a_reason_and_leads_to_what_it_corrects(browse: Browser, rows: Rows, db):
    hauwa = await rows.world.person("Hauwa")
    await rows.partner("Gulani Girls Learn", member=hauwa)
    cell = await rows.need(severity=5)
    await browse.sign_in(hauwa)
    await browse.get("/organisations/gulani-girls-learn/matches")
    refused = await browse.fill_in(action=f"/{cell.id}/refusal")
    assert refused.status_code == 422
    assert "Choose why this isn" in browse.text
    await browse.fill_in({"reason_code": "other"}, action=f"/{cell.id}/refusal")
    assert "Write the reason in a few words" in browse.text
    await browse.fill_in({"reason_code": "figure is wrong"}, action=f"/{cell.id}/refusal")
    assert "shown again before" in browse.text
    assert f"/needs/{cell.id}/question" in browse.page.text
    await browse.get("/organisations/gulani-girls-learn/matches")
    assert "No need is suggested to you now" in browse.text
    await browse.get("/matching/equal-treatment")
    assert "The figure is wrong 1" in browse.text


async def test_near_misses_say_the_one_thing_and_link_to_mending_it(browse: Browser, rows: Rows):
    hauwa = await rows.world.person("Hauwa")
    await rows.partner("Gulani Girls Learn", member=hauwa, room=3)
    await rows.partner("Roomy Schools", room=900)
    await rows.need(severity=5)
    await browse.sign_in(hauwa)
    await browse.get("/organisations/gulani-girls-learn/matches")
    assert "/organisations/gulani-girls-learn/matches/near" in browse.page.text
    await browse.get("/organisations/gulani-girls-learn/matches/near")
    assert "You have 3 places left; this needs at least 10." in browse.text
    assert "/organisations/gulani-girls-learn/room" in browse.page.text
    assert "Roomy Schools" in browse.text
    part = await browse.get(
        "/organisations/gulani-girls-learn/matches/near", headers={"hx-request-type": "partial"}
    )
    assert part.text.lstrip().startswith("<section")


async def test_saying_how_much_room_there_is_makes_matches(browse: Browser, rows: Rows):
    hauwa = await rows.world.person("Hauwa")
    partner = await rows.partner("Gulani Girls Learn", member=hauwa, room=None)
    await rows.need(severity=5)
    field = f"people_{rows.services['EDU'].id}"
    await browse.sign_in(hauwa)
    await browse.get(f"/organisations/{partner.slug}/matches")
    assert "How many more people can you serve?" in browse.text
    await browse.get(f"/organisations/{partner.slug}/room")
    await browse.fill_in({field: "lots"})
    assert "Write a whole number of people" in browse.text
    await browse.fill_in({field: "1 200"})
    assert "Education for girls in Gulani" in browse.text
    assert "1,200 places free" in browse.text


async def test_two_people_who_say_the_room_at_once_are_shown_the_difference(browse: Browser, rows: Rows):
    hauwa = await rows.world.person("Hauwa")
    partner = await rows.partner("Gulani Girls Learn", member=hauwa, room=50)
    await browse.sign_in(hauwa)
    await browse.get(f"/organisations/{partner.slug}/room")
    await rows.room(partner, {"EDU": 80})
    changed = await browse.fill_in({f"people_{rows.services['EDU'].id}": "60"})
    assert changed.status_code == 409
    for said in (
        "This was changed while you were writing",
        "What differs",
        "As it stands now",
        "As you wrote it",
        "80 from",
        "60 from",
    ):
        assert said in browse.text
    assert (await browse.fill_in()).status_code == 200
