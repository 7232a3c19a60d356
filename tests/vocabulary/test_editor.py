"""The vocabulary in the browser, without JavaScript: looked up by everybody, changed by an editor with a reason."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.kernel.actor import Role
from app.kernel.audit import AuditEntry
from app.vocabulary.models import Term, TermEdition, TermLink
from app.vocabulary.service.editions import LOADED, edition, snapshot
from tests.worlds import Browser, World

WHY = "Partners of the cluster asked for it."


async def _entry(world: World, scheme: str, code: str, name: str, **more) -> Term:
    term = await world.term(scheme, code, name, **more)
    world.db.add(edition(term, snapshot(term, None), LOADED, None))
    await world.db.flush()
    return term


async def _editor(browse: Browser, world: World) -> None:
    await browse.sign_in(await world.holder(Role.VOCABULARY_EDITOR))


async def test_an_editor_rewords_an_entry_and_everybody_reads_how_it_stood_and_why(
    browse: Browser, world: World, db
):
    term = await _entry(
        world,
        "service",
        "EDU",
        "Schooling",
        codes={"dac": "11220"},
        facts={"is_need": True, "need": {"en": "school"}},
    )
    await _editor(browse, world)
    await browse.get("/vocabulary-editor/service/EDU")
    await browse.fill_in(
        {"name_en": "Education", "name_fr": "Éducation", "noun_fr": "d’une école", "reason": WHY}
    )
    assert "Saved." in browse.text
    browse.sign_out()
    await browse.get("/vocabulary/service/EDU")
    for said in ("Education", "Éducation", "d’une école", "11220", WHY, "was “Schooling”, is “Education”"):
        assert said in browse.text, said
    await db.refresh(term)
    assert term.version == 2
    assert term.facts == {"is_need": True, "need": {"en": "school", "fr": "d’une école"}}
    editions = (await db.scalars(select(TermEdition).order_by(TermEdition.version))).all()
    assert [e.entry["names"]["en"] for e in editions] == ["Schooling", "Education"]
    assert "vocabulary.edited" in list(await db.scalars(select(AuditEntry.action)))


async def test_who_saves_second_is_shown_what_differs_and_nothing_is_overwritten(
    browse: Browser, world: World, db
):
    term = await _entry(world, "skill", "sewing", "Sewing")
    await _editor(browse, world)
    await browse.get("/vocabulary-editor/skill/sewing")
    term.names = {"en": "Sewing and mending"}  # meanwhile, somebody else
    await db.flush()
    answer = await browse.fill_in({"name_en": "Tailoring", "reason": WHY})
    assert answer.status_code == 409
    for said in (
        "This was changed while you were writing",
        "What differs",
        "As it stands now",
        "As you wrote it",
        "Sewing and mending",
    ):
        assert said in browse.text
    assert 'value="2"' in answer.text  # sent again, it is saved over what the editor has now seen
    await db.refresh(term)
    assert term.names["en"] == "Sewing and mending"
    await browse.fill_in({"reason": WHY})
    await db.refresh(term)
    assert term.names["en"] == "Tailoring"


async def test_a_retired_entry_keeps_its_page_and_leaves_the_lists_that_people_choose_from(
    browse: Browser, world: World, db
):
    from app.vocabulary.queries import entries

    await _entry(world, "language", "tlh", "Klingon")
    await _editor(browse, world)
    await browse.get("/vocabulary-editor/language/tlh/retirement")
    refused = await browse.fill_in({"reason": "why"}, action="/retirement")
    assert refused.status_code == 422
    await browse.fill_in({"reason": "Nobody speaks it here."}, action="/retirement")
    assert await entries.entries(db, "language") == []
    assert (await browse.get("/vocabulary/language/tlh")).status_code == 200
    assert "Nobody can choose this any more" in browse.text
    again = await browse.client.post("/vocabulary-editor/language/tlh/retirement", data={})
    assert again.status_code == 403  # no form of ours
    await browse.get("/vocabulary-editor/language/tlh/retirement")
    await browse.fill_in({"reason": "Somebody does, after all."}, action="/return")
    assert [e.code for e in await entries.entries(db, "language")] == ["tlh"]
    assert (await db.scalars(select(Term))).one().version == 3


async def test_what_other_entries_stand_under_is_not_retired(browse: Browser, world: World, db):
    parent = await _entry(world, "service", "PRO", "Protection")
    await _entry(world, "service", "PRO-CPN", "Protection of children", parent_id=parent.id)
    await _editor(browse, world)
    await browse.get("/vocabulary-editor/service/PRO/retirement")
    assert "Protection of children" in browse.text
    answer = await browse.fill_in({"reason": WHY}, action="/retirement")
    assert answer.status_code == 409
    assert (await db.scalars(select(Term.retired_at).where(Term.code == "PRO"))).one() is None


async def test_a_new_group_says_who_it_is_and_never_who_another_group_is(browse: Browser, world: World, db):
    everyone = await _entry(world, "group", "everyone", "Everyone")
    await _entry(world, "group", "women", "Women", parent_id=everyone.id, facts={"sex": "f", "age": "18+"})
    await _editor(browse, world)
    await browse.get("/vocabulary-editor/group")
    typed = {
        "code": "older-women",
        "name_en": "Older women",
        "parent": "women",
        "sex": "f",
        "age": "18+",
        "reason": WHY,
    }
    answer = await browse.fill_in(typed)
    assert answer.status_code == 422
    assert "There is a group for exactly these people" in browse.text
    await browse.fill_in({"age": "6x"})
    assert "This is no way to name a group of people: 6x" in browse.text
    await browse.fill_in({"sex": "m", "age": "65+"})
    assert "include everyone in this group" in browse.text
    await browse.fill_in({"sex": "f"})
    made = (await db.scalars(select(Term).where(Term.code == "older-women"))).one()
    assert (made.facts["sex"], made.facts["age"], made.facts["offered"]) == ("f", "65+", True)
    await browse.get("/vocabulary-editor/group/older-women")
    await browse.fill_in({"name_en": "Older women", "name_fr": "Femmes âgées", "reason": WHY})
    await db.refresh(made)
    assert made.facts["age"] == "65+"  # rewording leaves alone who they are


async def test_lists_that_are_made_elsewhere_get_no_entries_of_ours(browse: Browser, world: World):
    await _entry(world, "sdg_goal", "1", "No poverty")
    await _editor(browse, world)
    assert (await browse.get("/vocabulary-editor/sdg_goal")).status_code == 422
    assert (await browse.get("/vocabulary-editor/sdg_goal/1")).status_code == 200


async def test_a_target_is_linked_to_a_commitment_and_unlinked_with_its_history(
    browse: Browser, world: World, db
):
    await _entry(world, "commitment", "C2", "An end to poverty")
    await _entry(world, "sdg_target", "1.1", "Eradicate extreme poverty")
    await _editor(browse, world)
    await browse.get("/vocabulary-editor/commitment/C2/links")
    await browse.fill_in(
        {"target": "1.1", "said_en": "Both ask for an end to poverty.", "reason": WHY}, action="/links"
    )
    await browse.get("/vocabulary/sdg_target/1.1")
    assert "Both ask for an end to poverty." in browse.text
    await browse.get("/vocabulary-editor/commitment/C2/links")
    await browse.fill_in({"reason": "It was the wrong target."}, action="/1.1/end")
    await browse.get("/vocabulary/sdg_target/1.1")
    assert "Both ask" not in browse.text
    assert (await db.scalars(select(TermLink.ended_at))).one() is not None
    commitment = (await db.scalars(select(Term).where(Term.code == "C2"))).one()
    assert commitment.version == 3


@pytest.mark.parametrize("path", ["/vocabulary-editor/group", "/vocabulary-editor/group/everyone"])
async def test_only_an_editor_edits(browse: Browser, world: World, path: str):
    await _entry(world, "group", "everyone", "Everyone")
    await browse.get(path)
    assert "Sign in" in browse.text
    await browse.sign_in(await world.holder(Role.REGISTRAR))
    assert (await browse.get(path)).status_code == 403


async def test_entries_are_found_by_a_name_in_any_language_and_whatever_the_accents(
    browse: Browser, world: World
):
    await _entry(world, "skill", "nursing", "Nursing")
    term = await world.term("skill", "midwifery", "Midwifery")
    term.names = {"en": "Midwifery", "fr": "Maïeutique"}
    await world.db.flush()
    await browse.get("/vocabulary/skill?q=maieutique")
    assert "Midwifery" in browse.text
    assert "Nursing" not in browse.text


async def test_a_list_of_entries_is_read_with_one_statement(browse: Browser, world: World, statements):
    for n in range(60):
        await world.term("skill", f"skill-{n:02}", f"Skill {n:02}", position=n)
    with statements() as sent:
        await browse.get("/vocabulary/skill")
    assert "Skill 49" in browse.text
    assert "Skill 50" not in browse.text
    assert len(sent) == 1, sent
    next_page = (
        browse.page.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    )
    await browse.get(next_page)
    assert "Skill 50" in browse.text


async def test_the_file_of_a_list_has_every_language_and_nothing_that_a_spreadsheet_runs(
    browse: Browser, world: World
):
    term = await world.term("skill", "sums", "=1+1")
    term.names = {"en": "=1+1", "fr": "Calcul"}
    await world.db.flush()
    answer = await browse.get("/vocabulary/skill.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.startswith(b"\xef\xbb\xbfcode,parent,position,name_en,name_fr")
    assert "sums,,0,'=1+1,Calcul" in answer.text


async def test_a_code_in_other_case_and_a_name_that_stands_already_are_refused(
    browse: Browser, world: World, db
):
    await _entry(world, "skill", "QLT", "Quilting")
    await _editor(browse, world)
    await browse.get("/vocabulary-editor/skill")
    await browse.fill_in({"code": "qlt", "name_en": "Patchwork", "reason": WHY})
    assert "Another entry has this code" in browse.text
    answer = await browse.fill_in({"code": "quilts", "name_en": " quilting", "reason": WHY})
    assert answer.status_code == 422
    assert "The entry QLT of this list has this name already" in browse.text
    assert 'href="/vocabulary/skill/QLT"' in answer.text
    assert await db.scalar(select(func.count()).where(Term.scheme == "skill")) == 1
    with pytest.raises(IntegrityError, match="uq_term_code_in_any_case"):
        await world.term("skill", "qlt")
