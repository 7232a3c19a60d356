"""What both sides of a match are written, each person in their own language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Person
from app.kernel import outbox
from app.kernel.i18n import N_, _, speaking, spoken, url
from app.kernel.permissions import TABLE, Permission
from app.kernel.settings import settings
from app.matching.models import Match
from app.organisations.models import Membership, Organisation
from app.places.models import Area
from app.vocabulary.models import Term

_ANSWERING = TABLE[Permission.ANSWER_MATCH].in_organisation
ABOUT = N_("It is about %(service)s for %(group)s in %(area)s.")


@dataclass(frozen=True, slots=True)
class About:
    """What a match is about, in every language that its names are known in."""

    service: Mapping[str, str]
    group: Mapping[str, str]
    area: Mapping[str, str]

    @property
    def facts(self) -> dict[str, str]:
        """In the language being spoken."""
        return {
            "service": _in_language(self.service),
            "group": _in_language(self.group),
            "area": _in_language(self.area),
        }


async def about(db: AsyncSession, match: Match) -> About:
    terms = dict(await _names(db, [match.service_id, match.group_id]))
    area = await db.get_one(Area, match.area_id)
    return About(terms[match.service_id], terms[match.group_id], {"en": area.name} | area.names)


async def tell_side(
    db: AsyncSession, match: Match, side: UUID, subject: str, says: Sequence[str] = (), written: str = ""
) -> None:
    """Write to those in `side` who answer for it. `subject` and `says` are gettext messages that may name the other
    side as %(other)s; `written` are the words of a person, and stay as they are.
    """
    what = await about(db, match)
    other_id = match.asked_id if side == match.organisation_id else match.organisation_id
    other = await db.get(Organisation, other_id) if other_id else None
    people = await db.execute(
        select(Person.email, Person.language)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == side, Membership.state == "member", Membership.role.in_(_ANSWERING),
            Person.erased_at.is_(None),
        )
    )  # fmt: skip
    for email, language in people.all():
        with speaking(language):
            names = {"other": other.name if other else _("the other side")}
            lines = [
                _(ABOUT) % what.facts,
                *(_(line) % names for line in says),
                *([written] if written else []),
            ]
            lines.append(f"{settings().public_address}{url(f'/matches/{match.id}')}")
            await outbox.tell(db, email, language, _(subject) % names, lines)


async def _names(db: AsyncSession, ids: Sequence[UUID]) -> Sequence[tuple[UUID, dict[str, str]]]:
    rows = await db.execute(select(Term.id, Term.names).where(Term.id.in_(ids)))
    return [(row.id, row.names) for row in rows]


def _in_language(names: Mapping[str, str]) -> str:
    return names.get(spoken().code) or names["en"]
