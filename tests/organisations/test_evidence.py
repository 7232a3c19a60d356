"""Evidence: papers are told by content, kept once, read only by those who may; or a sentence stands instead."""

import io
import zipfile

import pytest
from sqlalchemy import select

from app.kernel import files
from app.kernel.actor import Role
from app.organisations.models import Document, Organisation, Registration
from app.organisations.rules import documents
from app.organisations.rules.applying import EvidenceMissing, StatementTooShort
from app.organisations.rules.documents import EmptyFile, FileTooLarge, LockedPaper, NotAPaper, Visibility
from app.organisations.service import evidence
from tests.worlds import Browser, World, _Forms

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 40


def _packed(*names: str, mimetype: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "<x/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (PDF, ".pdf"),
        (JPEG, ".jpg"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 20, ".png"),
        (_packed("word/document.xml"), ".docx"),
        (_packed("xl/workbook.xml"), ".xlsx"),
        (_packed("content.xml", mimetype="application/vnd.oasis.opendocument.text"), ".odt"),
    ],
)
def test_a_paper_is_told_by_its_content_whatever_its_name(data, ending):
    kind = documents.check_paper("certificate.exe", data)
    assert documents.shown_name("../certificate.exe", kind) == f"certificate{ending}"


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", EmptyFile),
        (b"<script>alert(1)</script>", NotAPaper),
        (b"MZ\x90\x00", NotAPaper),
        (_packed("anything.txt"), NotAPaper),
        (b"PK\x03\x04 torn", NotAPaper),
        (PDF.replace(b"trailer << >>", b"trailer << /Encrypt 5 0 R >>"), LockedPaper),
        (b"%PDF-" + b"\x00" * documents.LARGEST, FileTooLarge),
    ],
)
def test_what_is_no_paper_is_refused_by_its_name(data, refusal):
    with pytest.raises(refusal) as refused:
        documents.check_paper("file.pdf", data)
    assert "file.pdf" in str(refused.value)


async def test_the_same_paper_for_one_item_is_kept_once(db, world: World):
    owner = await world.person()
    registration = await world.application(owner=owner)
    actor, slug = await world.actor(owner), "yobe-women-farmers"
    for _ in range(2):
        await evidence.add_paper(db, actor, slug, "C2", "statutes.pdf", PDF, Visibility.REGISTRAR)
    await evidence.add_paper(db, actor, slug, "C5", "statutes.pdf", PDF, Visibility.REGISTRAR)
    kept = (await db.scalars(select(Document).where(Document.registration_id == registration.id))).all()
    assert sorted(paper.code for paper in kept) == ["C2", "C5"]
    assert {paper.sha256 for paper in kept} == {kept[0].sha256}
    assert files.path_of(kept[0].sha256).read_bytes() == PDF


async def test_the_step_is_done_when_each_point_has_a_paper_or_a_sentence(db, world: World):
    owner = await world.person()
    await world.application(owner=owner)
    actor, slug = await world.actor(owner), "yobe-women-farmers"
    version = await db.scalar(select(Registration.version))
    with pytest.raises(EvidenceMissing) as missing:
        await evidence.finish_evidence(db, actor, slug, version)
    assert "Governing document" in str(missing.value)
    with pytest.raises(StatementTooShort):
        await evidence.say_instead(db, actor, slug, "C2", "Yes.")
    await evidence.add_paper(db, actor, slug, "C2", "statutes.pdf", PDF, Visibility.REGISTRAR)
    for code in ("C4", "C5", "C6", "C7", "C11"):
        await evidence.say_instead(db, actor, slug, code, "Ask the council of Gulani.")
    await evidence.finish_evidence(db, actor, slug, version)


async def test_a_paper_goes_in_by_the_form_and_out_only_to_those_who_may(browse: Browser, world: World, db):
    owner, member, registrar = (
        await world.person("Hauwa"),
        await world.person("Sani"),
        await world.registrar("NG036"),
    )
    await world.application(owner=owner)
    await browse.sign_in(owner)
    here = "/organisations/yobe-women-farmers/registration/evidence/C2"
    await browse.get(here)
    answer = await _send(browse, here, "statutes.pdf", PDF)
    assert answer.status_code == 303
    paper = (await db.scalars(select(Document))).one()
    await browse.get(here)
    assert "statutes.pdf" in browse.text

    for person, may in ((owner, True), (registrar, True), (member, False)):
        await browse.sign_in(person)
        got = await browse.client.get(f"/documents/{paper.id}")
        assert got.status_code == (200 if may else 403), person.name
    await world.member(member, await _organisation(db), Role.MEMBER)
    await browse.sign_in(member)
    assert (await browse.client.get(f"/documents/{paper.id}")).status_code == 403
    paper.visibility = Visibility.ORGANISATION
    await db.flush()
    got = await browse.client.get(f"/documents/{paper.id}")
    assert got.content == PDF
    assert got.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in got.headers["content-security-policy"]
    browse.sign_out()
    assert (await browse.client.get(f"/documents/{paper.id}")).status_code == 303


async def test_one_bad_file_among_several_does_not_cost_the_good_ones(browse: Browser, world: World, db):
    owner = await world.person()
    await world.application(owner=owner)
    await browse.sign_in(owner)
    here = "/organisations/yobe-women-farmers/registration/evidence/C2"
    await browse.get(here)
    answer = await _send(browse, here, "good.pdf", PDF, more=("bad.exe", b"MZ"))
    assert answer.status_code == 422
    assert "bad.exe" in answer.text
    assert [paper.name for paper in await db.scalars(select(Document))] == ["good.pdf"]


async def test_the_registrar_reads_what_was_shown_beside_each_item(browse: Browser, world: World, db):
    owner, registrar = await world.person(), await world.registrar("NG036")
    registration = await world.application(owner=owner)
    actor = await world.actor(owner)
    await evidence.add_paper(db, actor, "yobe-women-farmers", "C2", "statutes.pdf", PDF, Visibility.REGISTRAR)
    await evidence.say_instead(db, actor, "yobe-women-farmers", "C5", "We meet under the tree at the market.")
    await world.sent(registration)
    await browse.sign_in(registrar)
    await browse.get(f"/registrations/{registration.id}")
    assert "statutes.pdf" in browse.text
    assert "under the tree" in browse.text


async def _organisation(db):
    return (await db.scalars(select(Organisation))).one()


async def _send(browse: Browser, path: str, name: str, data: bytes, more: tuple[str, bytes] | None = None):
    """Send the form of the page with files, as a browser does."""
    assert browse.page is not None
    fields = _Forms.of(browse.page.text).choose(path.rsplit("/", 1)[1]).fields
    parts = [("file", (name, data, "application/octet-stream"))]
    if more:
        parts.append(("file", (more[0], more[1], "application/octet-stream")))
    return await browse.client.post(path, data=fields, files=parts)
