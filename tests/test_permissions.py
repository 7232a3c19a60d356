"""Every route names a permission, and nobody gets further than the written table lets them."""

from collections.abc import Iterable

import pytest

from app.kernel.actor import IN_ORGANISATION, OVER_AREA, Role, Scope
from app.kernel.permissions import TABLE, Permission, may
from tests import site
from tests.worlds import Browser, World, grant, membership, stranger

EVERYBODY = {"visitor", "person", *Role}
MEMBERS = {Role.MEMBER, Role.EDITOR, Role.SIGNATORY, Role.OWNER}
EDITORS = MEMBERS - {Role.MEMBER}

# The matrix as people read it (docs/security.md repeats it): who may, where the thing is theirs to act on.
MATRIX: dict[Permission, set[str]] = {
    Permission.READ_PUBLIC: EVERYBODY,
    Permission.SIGN_IN: EVERYBODY,
    Permission.USE_ACCOUNT: EVERYBODY - {"visitor"},
    Permission.REGISTER_ORGANISATION: EVERYBODY - {"visitor"},
    Permission.READ_ORGANISATION_FILE: MEMBERS | {Role.REGISTRAR, Role.AUDITOR},
    Permission.EDIT_ORGANISATION: EDITORS,
    Permission.MANAGE_MEMBERS: {Role.OWNER},
    Permission.READ_QUEUE: {Role.REGISTRAR, Role.AUDITOR},
    Permission.DECIDE_REGISTRATION: {Role.REGISTRAR},
    Permission.CONTEST_DECISION: EDITORS,
    Permission.ANSWER_CONTEST: {Role.REGISTRAR},
    Permission.EDIT_PROGRAMME: EDITORS,
    Permission.STATE_NEED: EDITORS,
    Permission.CONTEST_NEED: EDITORS,
    Permission.DECIDE_CONTEST: {Role.PLANNER},
    Permission.READ_MATCHES: MEMBERS | {Role.AUDITOR},
    Permission.ANSWER_MATCH: EDITORS,
    Permission.SET_WEIGHTS: {Role.PLANNER},
    Permission.RUN_IMPORT: {Role.PLANNER},
    Permission.STATE_LANGUAGES: {Role.PLANNER},
    Permission.EDIT_VOCABULARY: {Role.VOCABULARY_EDITOR},
    Permission.GRANT_ROLE: {Role.OPERATOR},
    Permission.READ_AUDIT: {Role.AUDITOR},
    Permission.OPERATE: {Role.OPERATOR},
}


def test_the_written_matrix_speaks_of_every_permission():
    assert set(MATRIX) == set(TABLE) == set(Permission)


def test_every_route_names_its_permission():
    nameless = [route.name for route in site.routes() if route.needs is None]
    assert nameless == []


def test_no_two_routes_answer_the_same_address():
    names = [site.PLACE.sub("{}", route.name) for route in site.routes()]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("permission", Permission)
async def test_whoever_is_not_listed_is_refused(permission, world: World):
    area, elsewhere = await world.area("NG036"), await world.area("NG008")
    organisation, other = await world.organisation("Ours"), await world.organisation("Another")
    here = Scope(organisation_id=organisation.id, position=(await world.area("NG036009")).lo)
    actors = {"visitor": None, "person": stranger()}
    actors |= {role: stranger(memberships=(membership(organisation, role),)) for role in IN_ORGANISATION}
    actors |= {role: stranger(grants=(grant(role, area),)) for role in OVER_AREA}
    assert {role for role, actor in actors.items() if may(actor, permission, here)} == MATRIX[permission]

    beyond = {role: stranger(memberships=(membership(other, role),)) for role in IN_ORGANISATION}
    beyond |= {role: stranger(grants=(grant(role, elsewhere),)) for role in OVER_AREA}
    allowed = set() if "person" not in MATRIX[permission] else set(Role)
    assert {role for role, actor in beyond.items() if may(actor, permission, here)} == allowed


async def test_a_visitor_who_asks_for_what_is_not_public_is_sent_to_sign_in(browse: Browser, world: World):
    await world.organisation("Open Classroom Circle", acronym="OCC")
    for route in _not_public(site.routes()):
        path = site.PLACE.sub("x", route.path)
        answer = await browse.client.request(route.method, path)
        expected = {401, 404} if route.api else {303, 404} if route.method == "GET" else {403, 404}
        assert answer.status_code in expected, (route.name, answer.status_code)


async def test_somebody_without_a_role_gets_nowhere_they_may_not(browse: Browser, world: World):
    await browse.sign_in(await world.person())
    for route in _not_public(site.routes()):
        if "person" in MATRIX[route.needs.permission] or route.method != "GET":
            continue
        answer = await browse.client.get(site.PLACE.sub("x", route.path))
        assert answer.status_code in {403, 404}, (route.name, answer.status_code)


def _not_public(routes: Iterable[site.Route]) -> list[site.Route]:
    return [route for route in routes if "visitor" not in MATRIX[route.needs.permission]]
