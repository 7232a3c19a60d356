"""The permission table: every route names one of these, and whoever is not listed is refused.

`tests/test_permissions.py` walks every route with every role and compares with this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.kernel.actor import Actor, Role, Scope


class Permission(StrEnum):
    """What may be done, named `thing.verb`."""

    READ_PUBLIC = "public.read"
    SIGN_IN = "session.begin"
    USE_ACCOUNT = "account.use"
    REGISTER_ORGANISATION = "organisations.register"
    READ_ORGANISATION_FILE = "organisations.read-file"
    EDIT_ORGANISATION = "organisations.edit"
    MANAGE_MEMBERS = "organisations.manage-members"
    READ_QUEUE = "registrations.read"
    DECIDE_REGISTRATION = "registrations.decide"
    CONTEST_DECISION = "decisions.contest"
    ANSWER_CONTEST = "decisions.answer-contest"
    EDIT_PROGRAMME = "programmes.edit"
    STATE_NEED = "needs.state"
    CONTEST_NEED = "needs.contest"
    DECIDE_CONTEST = "needs.decide-contest"
    READ_MATCHES = "matches.read"
    ANSWER_MATCH = "matches.answer"
    SET_WEIGHTS = "weights.set"
    STATE_LANGUAGES = "places.state-languages"
    RUN_IMPORT = "imports.run"
    EDIT_VOCABULARY = "vocabulary.edit"
    GRANT_ROLE = "grants.give"
    READ_AUDIT = "audit.read"
    OPERATE = "instance.operate"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Who may: everybody, everybody signed in, people with a role in the organisation, holders of a grant."""

    everybody: bool = False
    signed_in: bool = False
    in_organisation: frozenset[Role] = frozenset()
    over_area: frozenset[Role] = frozenset()


_MEMBERS = frozenset({Role.MEMBER, Role.EDITOR, Role.SIGNATORY, Role.OWNER})
_EDITORS = frozenset({Role.EDITOR, Role.SIGNATORY, Role.OWNER})
_OWNERS = frozenset({Role.OWNER})


def _over(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


TABLE: Mapping[Permission, Allowed] = {
    Permission.READ_PUBLIC: Allowed(everybody=True),
    Permission.SIGN_IN: Allowed(everybody=True),
    Permission.USE_ACCOUNT: Allowed(signed_in=True),
    Permission.REGISTER_ORGANISATION: Allowed(signed_in=True),
    Permission.READ_ORGANISATION_FILE: Allowed(
        in_organisation=_MEMBERS, over_area=_over(Role.REGISTRAR, Role.AUDITOR)
    ),
    Permission.EDIT_ORGANISATION: Allowed(in_organisation=_EDITORS),
    Permission.MANAGE_MEMBERS: Allowed(in_organisation=_OWNERS),
    Permission.READ_QUEUE: Allowed(over_area=_over(Role.REGISTRAR, Role.AUDITOR)),
    Permission.DECIDE_REGISTRATION: Allowed(over_area=_over(Role.REGISTRAR)),
    Permission.CONTEST_DECISION: Allowed(in_organisation=_EDITORS),
    Permission.ANSWER_CONTEST: Allowed(over_area=_over(Role.REGISTRAR)),
    Permission.EDIT_PROGRAMME: Allowed(in_organisation=_EDITORS),
    Permission.STATE_NEED: Allowed(in_organisation=_EDITORS),
    Permission.CONTEST_NEED: Allowed(in_organisation=_EDITORS),
    Permission.DECIDE_CONTEST: Allowed(over_area=_over(Role.PLANNER)),
    Permission.READ_MATCHES: Allowed(in_organisation=_MEMBERS, over_area=_over(Role.AUDITOR)),
    Permission.ANSWER_MATCH: Allowed(in_organisation=_EDITORS),
    Permission.SET_WEIGHTS: Allowed(over_area=_over(Role.PLANNER)),
    Permission.STATE_LANGUAGES: Allowed(over_area=_over(Role.PLANNER)),
    Permission.RUN_IMPORT: Allowed(over_area=_over(Role.PLANNER)),
    Permission.EDIT_VOCABULARY: Allowed(over_area=_over(Role.VOCABULARY_EDITOR)),
    Permission.GRANT_ROLE: Allowed(over_area=_over(Role.OPERATOR)),
    Permission.READ_AUDIT: Allowed(over_area=_over(Role.AUDITOR)),
    Permission.OPERATE: Allowed(over_area=_over(Role.OPERATOR)),
}


def may(actor: Actor | None, permission: Permission, scope: Scope) -> bool:
    """Whether `actor` (None: a visitor) has `permission` at `scope`. Whatever is not listed is refused."""
    allowed = TABLE[permission]
    if allowed.everybody:
        return True
    if actor is None:
        return False
    if allowed.signed_in:
        return True
    organisations = [i for i in (scope.organisation_id, *scope.also) if i]
    if any(actor.role_in(organisation_id) in allowed.in_organisation for organisation_id in organisations):
        return True
    return any(actor.holds(role, scope.position) for role in allowed.over_area)
