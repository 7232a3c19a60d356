"""Roles over areas: who may give them where, that the person is told, and that the audit trail keeps the reason."""

from sqlalchemy import select

from app.accounts.models import RoleGrant
from app.kernel.actor import Role
from app.kernel.audit import AuditEntry
from app.kernel.outbox import Message
from tests.worlds import Browser, World

WHY = "She was elected by the partners of Yobe."


async def test_an_operator_gives_a_role_and_takes_it_back_with_reasons(browse: Browser, world: World, db):
    hauwa = await world.person("Hauwa Ibrahim", "hauwa@example.org")
    await browse.sign_in(await world.holder(Role.OPERATOR))
    await browse.get("/grants/new")
    await browse.fill_in({"email": "Hauwa@Example.org", "role": "registrar", "area": "yobbe"}, button="find")
    assert "State, Nigeria" in browse.text
    await browse.fill_in({"reason": WHY})
    assert "Given." in browse.text
    assert "Hauwa Ibrahim" in browse.text
    assert WHY in browse.text
    grant = (await db.scalars(select(RoleGrant).where(RoleGrant.person_id == hauwa.id))).one()
    assert (grant.role, grant.area_id) == ("registrar", (await world.area("NG036")).id)
    mail = (await db.scalars(select(Message))).one()
    assert (mail.to_address, mail.subject) == ("hauwa@example.org", "You are now Registrar over Yobe")

    await browse.get(f"/grants/{grant.id}")
    await browse.fill_in({"reason": "Her term is over."}, action="/end")
    await db.refresh(grant)
    assert grant.ended_at is not None
    assert len((await db.scalars(select(Message))).all()) == 2
    kept = (await db.scalars(select(AuditEntry.entry).where(AuditEntry.subject_id == hauwa.id))).all()
    assert any(WHY in entry for entry in kept)
    assert any("Her term is over." in entry for entry in kept)
    assert (await browse.get(f"/grants/{grant.id}")).status_code == 404


async def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(browse: Browser, world: World):
    await browse.sign_in(await world.holder(Role.OPERATOR))
    await browse.get("/grants/new")
    answer = await browse.fill_in({"email": "nobody@example.org", "reason": WHY})
    assert answer.status_code == 422
    assert "Choose which role it is." in browse.text
    await browse.fill_in({"role": "planner"})
    assert "Nobody has signed in with this address yet" in browse.text
    await world.person("Musa", "musa@example.org")
    await browse.fill_in({"email": "musa@example.org"})
    assert "choose it from the list" in browse.text
    await browse.fill_in({"area_id": str((await world.area("NG036")).id), "reason": "because"})
    assert "10 letters or more" in browse.text
    assert 'value="musa@example.org"' in browse.page.text


async def test_an_operator_reaches_no_further_than_their_own_area(browse: Browser, world: World, db):
    musa = await world.person("Musa", "musa@example.org")
    registrar = await world.registrar("NG", "Rita Ngozi")
    await browse.sign_in(await world.holder(Role.OPERATOR, "NG036", "Olu"))
    await browse.get("/grants")
    assert "Rita Ngozi" not in browse.text
    await browse.get("/grants/new")
    borno = str((await world.area("NG008")).id)
    await browse.fill_in(
        {"email": musa.email, "role": "planner", "area": "Borno", "area_id": borno, "reason": WHY}
    )
    assert "doesn't reach Borno" in browse.page.text.replace("&#39;", "'")
    theirs = (await db.scalars(select(RoleGrant.id).where(RoleGrant.person_id == registrar.id))).one()
    assert (await browse.get(f"/grants/{theirs}")).status_code == 403


async def test_an_operator_cannot_end_their_own_role(browse: Browser, world: World, db):
    olu = await world.holder(Role.OPERATOR)
    await browse.sign_in(olu)
    mine = (await db.scalars(select(RoleGrant.id).where(RoleGrant.person_id == olu.id))).one()
    await browse.get(f"/grants/{mine}")
    answer = await browse.fill_in({"reason": "I have had enough of it."}, action="/end")
    assert answer.status_code == 409
    assert "Ask another operator" in browse.text


async def test_only_operators_see_roles_and_the_list_is_one_statement(
    browse: Browser, world: World, statements
):
    await browse.sign_in(await world.registrar())
    assert (await browse.get("/grants")).status_code == 403
    for n in range(25):
        await world.holder(Role.PLANNER, "NG036", f"Planner {n:02}")
    await browse.sign_in(await world.holder(Role.OPERATOR))
    with statements() as sent:
        await browse.get("/grants?role=planner")
    assert "Planner 24" in browse.text
    assert "Planner 04" not in browse.text
    assert len(sent) <= 3, sent  # who asks, their memberships, the list
    await browse.get("/grants?q=planner 04")
    assert "Planner 04" in browse.text
