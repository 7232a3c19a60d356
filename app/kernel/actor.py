"""Who is acting, and what they may do where. Values only: how they are read is the contexts' business."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.kernel.i18n import N_, _


class Role(StrEnum):
    """What a person may be: the first four in an organisation, the others granted over an area subtree."""

    MEMBER = "member"
    EDITOR = "editor"
    SIGNATORY = "signatory"
    OWNER = "owner"
    REGISTRAR = "registrar"
    CONVENOR = "convenor"
    PUBLISHER = "publisher"
    REVIEWER = "reviewer"
    PLANNER = "planner"
    VOCABULARY_EDITOR = "vocabulary_editor"
    AUDITOR = "auditor"
    OPERATOR = "operator"

    @property
    def label(self) -> str:
        return _(ROLE_NAMES[self])


ROLE_NAMES: Mapping[Role, str] = {
    Role.MEMBER: N_("Member"),
    Role.EDITOR: N_("Editor"),
    Role.SIGNATORY: N_("Signatory"),
    Role.OWNER: N_("Owner"),
    Role.REGISTRAR: N_("Registrar"),
    Role.CONVENOR: N_("Convenor"),
    Role.PUBLISHER: N_("Publisher of calls"),
    Role.REVIEWER: N_("Reviewer"),
    Role.PLANNER: N_("Planner"),
    Role.VOCABULARY_EDITOR: N_("Vocabulary editor"),
    Role.AUDITOR: N_("Auditor"),
    Role.OPERATOR: N_("Operator"),
}
IN_ORGANISATION = (Role.MEMBER, Role.EDITOR, Role.SIGNATORY, Role.OWNER)
OVER_AREA = tuple(role for role in Role if role not in IN_ORGANISATION)


@dataclass(frozen=True, slots=True)
class Membership:
    """A role in an organisation."""

    organisation_id: UUID
    slug: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over an area and everything below it: the areas numbered `lo` to `hi` in preorder."""

    role: Role
    area_id: UUID
    area_name: str
    lo: int
    hi: int


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who is signed in, with everything that decides what they may do."""

    person_id: UUID
    session_id: UUID | None
    name: str
    email: str
    language: str = "en"
    time_zone: str = "UTC"
    memberships: tuple[Membership, ...] = ()
    grants: tuple[Grant, ...] = ()
    session_ends: datetime | None = None
    """When the session ends if it isn't used any more."""

    def role_in(self, organisation_id: UUID) -> Role | None:
        return next((m.role for m in self.memberships if m.organisation_id == organisation_id), None)

    def holds(self, role: Role, position: int | None = None) -> bool:
        """Whether the role is granted at the area numbered `position`, or anywhere when None."""
        return any(g.role == role and (position is None or g.lo <= position <= g.hi) for g in self.grants)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a permission is asked at: an organisation, a place in the area tree, or neither."""

    organisation_id: UUID | None = None
    position: int | None = None
    also: tuple[UUID, ...] = field(default=())
    """Further organisations whose people may do the same here (the other side of a match)."""


ANYWHERE = Scope()
