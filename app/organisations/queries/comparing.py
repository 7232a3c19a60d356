"""An application beside the organisations that it looks like, for its registrar to tell them apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.text import fold
from app.organisations.models import Duplicate, Organisation, OrganisationIdentifier, OrganisationName
from app.organisations.queries.similar import Why
from app.organisations.rules.kinds import Kind
from app.organisations.rules.similarity import STRONG
from app.places.models import Area
from app.places.queries import said_name

_BESIDE = 10
"""Pairs that are shown beside those which are in the way of a decision."""


@dataclass(frozen=True, slots=True)
class Side:
    """What two organisations are told apart by."""

    id: UUID
    slug: str
    name: str
    state: str
    shown: bool
    kind: Kind
    acronym: str
    other_names: tuple[str, ...]
    seat: str
    founded: str
    website: str
    phone: str
    email: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair: the other organisation, how alike (0 to 100) and by what, and what somebody said about it."""

    other: Side
    score: int
    why: Sequence[Why]
    state: str

    @property
    def open(self) -> bool:
        return self.state == "suspected"

    @property
    def in_the_way(self) -> bool:
        """Whether it keeps the application from being verified."""
        return self.score >= STRONG and self.state in {"suspected", "same"}


async def lookalikes(db: AsyncSession, organisation_id: UUID) -> tuple[Side | None, list[Compared]]:
    """This organisation, and those it looks like: whatever is in the way of a decision, and _BESIDE others, the likest
    first. Four statements, whatever their number.
    """
    pair = Duplicate
    in_the_way = (pair.score >= STRONG) & pair.state.in_(("suspected", "same"))
    order = (
        in_the_way.desc(),
        pair.state != "suspected",
        pair.why == Why.CONTACT,
        pair.score.desc(),
        pair.low_id,
        pair.high_id,
    )
    ranked = (
        select(
            pair.low_id,
            pair.high_id,
            pair.score,
            pair.why,
            pair.state,
            in_the_way.label("in_the_way"),
            func.row_number().over(order_by=order).label("place"),
            func.row_number().over(partition_by=in_the_way, order_by=order).label("place_of_its_sort"),
        )
        .where(or_(pair.low_id == organisation_id, pair.high_id == organisation_id))
        .subquery()
    )
    columns = (ranked.c.low_id, ranked.c.high_id, ranked.c.score, ranked.c.why, ranked.c.state)
    shown = or_(ranked.c.in_the_way, ranked.c.place_of_its_sort <= _BESIDE)
    rows = (await db.execute(select(*columns).where(shown).order_by(ranked.c.place))).all()
    others = [low if high == organisation_id else high for low, high, *_ in rows]
    if not others:
        return None, []
    sides = await _sides(db, [organisation_id, *others])
    compared = [
        Compared(sides[other], score, [Why(one) for one in why.split(",") if one in set(Why)], state)
        for other, (_low, _high, score, why, state) in zip(others, rows, strict=True)
        if other in sides
    ]
    return sides.get(organisation_id), compared


def same(one: str, other: str) -> bool | None:
    """Whether two texts say the same, by their folded form; None where one says nothing."""
    return None if not fold(one) or not fold(other) else fold(one) == fold(other)


async def _sides(db: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Side]:
    names = await _texts(db, OrganisationName, ids)
    numbers = await _texts(db, OrganisationIdentifier, ids)
    o = Organisation
    rows = await db.execute(
        select(o, said_name()).outerjoin(Area, Area.id == o.home_area_id).where(o.id.in_(ids))
    )
    return {
        row.id: Side(
            row.id,
            row.slug,
            row.name,
            row.state,
            row.shown,
            Kind(row.kind),
            row.acronym,
            tuple(text for text in names.get(row.id, ()) if text not in {row.name, row.acronym}),
            seat or "",
            str(row.founded_year or ""),
            row.website,
            row.phone,
            row.public_email,
            tuple(numbers.get(row.id, ())),
        )
        for row, seat in rows
    }


async def _texts(
    db: AsyncSession, rows: type[OrganisationName] | type[OrganisationIdentifier], ids: Sequence[UUID]
) -> Mapping[UUID, list[str]]:
    text = OrganisationName.text if rows is OrganisationName else OrganisationIdentifier.number
    found: dict[UUID, list[str]] = {}
    for organisation_id, said in await db.execute(
        select(rows.organisation_id, text).where(rows.organisation_id.in_(ids)).order_by(rows.id)
    ):
        found.setdefault(organisation_id, []).append(said)
    return found
