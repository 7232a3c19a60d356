"""Taking in the vocabulary that comes with the program: once, again, and beside what editors changed."""

import csv
import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.kernel.i18n import speaking
from app.vocabulary import files
from app.vocabulary.models import Term, TermEdition, TermLink
from app.vocabulary.queries import entries
from app.vocabulary.rules.groups import Age, Facets
from app.vocabulary.service import entries as service
from app.vocabulary.service.entries import Wording
from app.vocabulary.service.groups import groups_for
from app.vocabulary.service.loading import Loaded, load_vocabulary
from tests.worlds import stranger

WHY = "For a test of what stays."


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the program's files, to be changed."""
    copy = tmp_path / "vocabulary"
    shutil.copytree(files.DATA, copy)
    monkeypatch.setattr(files, "DATA", copy)
    for name in ("entries", "links"):
        monkeypatch.setattr(getattr(files, name), "__defaults__", (copy,))
    return copy


def _rewrite(path: Path, code: str, **cells: str) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["code"] == code:
            row.update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


async def _term(db, scheme: str, code: str) -> Term:
    return (await db.scalars(select(Term).where(Term.scheme == scheme, Term.code == code))).one()


async def test_every_entry_comes_with_its_first_edition_and_a_second_load_changes_nothing(
    db, folder: Path, statements
):
    first = await load_vocabulary(db)
    assert (
        first.added == await db.scalar(select(func.count()).select_from(TermEdition)) == len(files.entries())
    )
    girls = await _term(db, "group", "girls-out-of-school")
    assert (girls.facts["status"], girls.facts["sex"], girls.facts["age"]) == ("out-of-school", "f", "0-17")
    with statements() as sent:
        assert await load_vocabulary(db) == Loaded()
    assert len(sent) == 1


async def test_a_newer_file_rewords_what_nobody_edited_and_leaves_the_rest(db, folder: Path):
    await load_vocabulary(db)
    editor = stranger()
    await service.edit_entry(
        db, editor, "skill", "sewing", 1, Wording({"en": "Tailoring"}, parent="building"), WHY
    )
    await service.retire_entry(db, editor, "skill", "music", WHY)
    await service.unlink_entries(db, editor, "C1", "16.3", WHY)
    _rewrite(folder / "skills.csv", "sewing", name_en="Sewing of all kinds")
    _rewrite(folder / "skills.csv", "music", name_en="Music and song")
    _rewrite(folder / "skills.csv", "crafts", name_en="Handicrafts")
    assert await load_vocabulary(db) == Loaded(added=0, changed=1)
    assert (await _term(db, "skill", "sewing")).names["en"] == "Tailoring"
    assert (await _term(db, "skill", "music")).retired_at is not None
    crafts = await _term(db, "skill", "crafts")
    assert (crafts.names["en"], crafts.version) == ("Handicrafts", 2)
    editions = await db.scalar(
        select(func.count()).select_from(TermEdition).where(TermEdition.term_id == crafts.id)
    )
    assert editions == 2
    ended = select(func.count()).select_from(TermLink).where(TermLink.ended_at.is_not(None))
    assert await db.scalar(ended) == 1


async def test_what_other_contexts_ask_is_answered_with_one_statement_each(db, folder: Path, statements):
    await load_vocabulary(db)
    school = (await entries.entries_by_code(db, "service", ["EDU"]))[0]
    girls = (await entries.entries_by_code(db, "group", ["girls-out-of-school"]))[0]
    commitment = (await entries.entries_by_code(db, "commitment", ["C1"]))[0]

    async def once(awaitable):
        with statements() as sent:
            found = await awaitable
        assert len(sent) == 1, sent
        return found

    with speaking("fr"):
        nouns = await once(entries.nouns(db, [school.id, girls.id]))
        assert nouns == {school.id: "d’une place à l’école", girls.id: "filles non scolarisées"}
    index = await once(entries.group_index(db))
    containing = [index.codes[i] for i in index.containing(girls.id)]
    assert containing == [
        "girls-out-of-school",
        "children-out-of-school",
        "girls",
        "children",
        "women-and-girls",
        "everyone",
    ]
    everyone = index.called(Facets())
    assert index.contained(everyone) == index.facets.keys()
    tree = await once(entries.tree(db, "service"))
    protection = (await entries.entries_by_code(db, "service", ["PRO"]))[0].id
    child = (await entries.entries_by_code(db, "service", ["PRO-CPN"]))[0].id
    assert tree.above(child) == (protection,)
    assert child in tree.within(protection)
    linked = await once(entries.crosswalk(db, [commitment.id]))
    back = await entries.crosswalk(db, [linked[commitment.id][0].id])
    assert commitment.id in [link.id for links in back.values() for link in links]
    assert (await once(entries.ids_by_standard(db, "group", "hno")))["IDP"] == [
        index.called(Facets(status="idp"))
    ]


async def test_families_hold_what_can_be_chosen_and_no_headings(db, folder: Path):
    await load_vocabulary(db)
    skills = await entries.offered(db, "skill")
    assert "care" in [family.head.code for family in skills]
    assert "care" not in [entry.code for family in skills for entry in family.members]
    services = {
        family.head.code: [entry.code for entry in family.members]
        for family in await entries.offered(db, "service")
    }
    assert services["PRO"][0] == "PRO"
    groups = [entry.code for family in await entries.offered(db, "group") for entry in family.members]
    assert len(groups) == len(set(groups)) == 98
    languages = await entries.offered(db, "language")
    assert [family.head for family in languages] == [None]


async def test_people_that_a_file_counts_and_nobody_named_get_a_group_once(db, folder: Path):
    await load_vocabulary(db)
    wanted = [Facets(sex="f", age=Age(5, 11)), Facets(status="idp"), Facets(status="idp", age=Age(5, 11))]
    found = await groups_for(db, None, wanted)
    assert len(set(found.values())) == 3
    girls = await db.get(Term, found[wanted[0]])
    assert girls.names["en"] == "Girls (5–11)"
    assert (girls.facts["at_risk"], girls.facts["offered"]) == (True, False)
    with speaking("fr"):
        assert (await entries.nouns(db, [girls.id]))[girls.id] == "filles (5–11)"
    assert await groups_for(db, None, wanted) == found
    index = await entries.group_index(db)
    assert found[wanted[0]] in index.contained(index.called(Facets(sex="f")))
