"""Organisations that look like one: written down for the registrar, answered, remembered."""

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.actor import Actor
from app.kernel.refusals import NotFound
from app.organisations.models import Duplicate, Organisation, OrganisationIdentifier
from app.organisations.queries.similar import Looks, Similar, similar_to
from app.organisations.service.names import refresh_words, write_name
from app.organisations.service.telling import record


async def note_duplicates(db: AsyncSession, organisation: Organisation) -> Similar | None:
    """Write down what looks like this organisation, for its registrar; returns the likest if somebody has to say what
    the two are to each other.

    A pair about which somebody has answered stays answered, unless a name of either changed since.
    """
    numbers = await db.execute(
        select(OrganisationIdentifier.scheme, OrganisationIdentifier.number_norm).where(
            OrganisationIdentifier.organisation_id == organisation.id
        )
    )
    looks = Looks(
        organisation.name,
        organisation.acronym,
        organisation.website_domain,
        organisation.phone,
        tuple((scheme, number) for scheme, number in numbers),
    )
    found = await similar_to(db, looks, besides=[i for i in (organisation.id, organisation.claims_id) if i])
    for other in found:
        low, high = sorted((organisation.id, other.id))
        names = pair_of_names(organisation.name, other.name)
        new = insert(Duplicate).values(
            low_id=low,
            high_id=high,
            score=other.score,
            why=",".join(other.why),
            state="suspected",
            names=names,
        )
        await db.execute(
            new.on_conflict_do_update(
                index_elements=["low_id", "high_id"],
                set_={"score": other.score, "why": new.excluded.why, "state": "suspected", "names": names},
                where=Duplicate.names != names,
            )
        )
    ids = [other.id for other in found]
    mine = (Duplicate.low_id == organisation.id) | (Duplicate.high_id == organisation.id)
    gone = Duplicate.low_id.not_in([*ids, organisation.id]) | Duplicate.high_id.not_in(
        [*ids, organisation.id]
    )
    await db.execute(delete(Duplicate).where(mine, gone, Duplicate.state == "suspected"))
    return found[0] if found and found[0].strong else None


def pair_of_names(one: str, other: str) -> str:
    """Two names as a pair that was compared, whichever comes first."""
    return " | ".join(sorted((one.casefold(), other.casefold())))


async def answer_duplicate(
    db: AsyncSession,
    actor: Actor,
    organisation: Organisation,
    registration_id: UUID,
    other_id: UUID,
    state: str,
) -> None:
    """Write down what two organisations that look alike are to each other: same, branch or different.

    Raises NotFound for another pair or word.
    """
    low, high = sorted((organisation.id, other_id))
    pair = await db.get(Duplicate, (low, high), with_for_update=True)
    other = await db.scalar(select(Organisation.name).where(Organisation.id == other_id))
    if pair is None or other is None or state not in {"same", "branch", "different"}:
        raise NotFound
    pair.state, pair.answered_by, pair.answered_at = state, actor.person_id, time.now()
    pair.names = pair_of_names(organisation.name, other)
    await db.flush()
    await record(
        db, actor, organisation, "duplicate.answered", registration_id, other=str(other_id), state=state
    )


async def tell_different(db: AsyncSession, actor: Actor, one: Organisation, other: Organisation) -> None:
    """Write down that two organisations which look alike are different ones; a registrar has decided it."""
    low, high = sorted((one.id, other.id))
    answer = {"state": "different", "answered_by": actor.person_id, "answered_at": time.now()}
    pair = update(Duplicate).where(Duplicate.low_id == low, Duplicate.high_id == high)
    await db.execute(pair.values(**answer, names=pair_of_names(one.name, other.name)))


async def keep_former_name(db: AsyncSession, organisation: Organisation, name: str) -> None:
    """Let the organisation still be found by a name it had."""
    await write_name(db, organisation, "former", name)
    await refresh_words(db, organisation)
