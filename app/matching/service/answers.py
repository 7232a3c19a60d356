"""What the two sides of a match say: yes, no with a reason, notes, and that they agree. A no changes nobody's list
but the one of who said it. While a side is not in good standing in the register, a no is all that can be said.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit, time
from app.kernel.actor import Actor
from app.kernel.database import refusing
from app.kernel.i18n import N_
from app.kernel.ids import new_id
from app.kernel.refusals import NotAllowed, NotFound, NotMoved, Refused
from app.matching.models import Match, MatchNote
from app.matching.queries.cells import Cell, cell
from app.matching.queries.other_side import other_side
from app.matching.queries.profiles import profile
from app.matching.queries.setting import Setting, setting
from app.matching.queries.standing import standing
from app.matching.queries.suggestions import Explained, explained
from app.matching.rules.conditions import ALL_HOLD, failing, hidden_until
from app.matching.rules.moves import (
    OVER,
    REASONS,
    State,
    after_yes,
    check_move,
    check_standing,
    contact_open,
    read_reason,
)
from app.matching.service.telling import tell_side
from app.organisations.models import Organisation
from app.organisations.queries.standing import standing as registered
from app.places import queries as places

LONGEST_NOTE = 1000
MOST_PEOPLE = 10_000_000


class NoLongerAMatch(Refused):
    status = 409
    says = N_("Something has changed: this need isn't in your list any more. Look at the list again.")


class NoteEmpty(Refused):
    field = "text"
    says = N_("Write your note first.")


class NoteTooLong(Refused):
    field = "text"
    says = N_("Write at most %(most)s letters. You wrote %(length)s.")


class NotPeople(Refused):
    field = "people"
    says = N_("Write for how many people you agreed, as a whole number, for example 40.")


async def say_yes_to_need(db: AsyncSession, actor: Actor, organisation_id: UUID, cell_id: UUID) -> UUID:
    """A partner is interested in a need of its list. Saying it twice is saying it once; the id of the match.

    Raises NotFound, NoLongerAMatch, NotMoved, SideStopped.
    """
    known = await setting(db, time.now().date())
    need = await cell(db, cell_id)
    match = await _match_about(db, organisation_id, need, known)
    return await _yes(db, actor, match, organisation_id)


async def invite(
    db: AsyncSession, actor: Actor, asked_id: UUID, cell_id: UUID, organisation_id: UUID
) -> UUID:
    """The organisation that answers for a need asks a partner of its list. Raises as `say_yes_to_need`, NotAllowed."""
    known = await setting(db, time.now().date())
    need = await cell(db, cell_id)
    match = await _match_about(db, organisation_id, need, known)
    if match.asked_id != asked_id:
        raise NotAllowed
    return await _yes(db, actor, match, asked_id)


async def say_yes(db: AsyncSession, actor: Actor, match_id: UUID, side: UUID) -> UUID:
    """One side of a match is interested. Once both are, each reads how to reach the other.

    Raises NotFound, NotMoved, SideStopped.
    """
    return await _yes(db, actor, await _locked_in_standing(db, match_id), side)


async def decline_need(
    db: AsyncSession, actor: Actor, organisation_id: UUID, cell_id: UUID, code: str, text: str
) -> UUID:
    """A partner says that a need of its list isn't for it. Raises ReasonMissing, OtherReasonMissing and as
    `say_yes_to_need`.
    """
    read_reason(code, text)
    known = await setting(db, time.now().date())
    match = await _match_about(db, organisation_id, await cell(db, cell_id), known, to_say_no=True)
    return await _no(db, actor, match, organisation_id, code, text)


async def decline(db: AsyncSession, actor: Actor, match_id: UUID, side: UUID, code: str, text: str) -> UUID:
    """One side of a match says no; the pair isn't shown for 180 days. Raises ReasonMissing, OtherReasonMissing,
    NotFound, NotMoved.
    """
    read_reason(code, text)
    return await _no(db, actor, await _locked(db, match_id), side, code, text)


async def write_note(db: AsyncSession, actor: Actor, match_id: UUID, side: UUID, text: str) -> None:
    """Write to the other side, once both are interested. Raises NoteEmpty, NoteTooLong, NotMoved, NotFound, SideStopped."""
    if not text:
        raise NoteEmpty
    if len(text) > LONGEST_NOTE:
        raise NoteTooLong(most=LONGEST_NOTE, length=len(text))
    match = await _locked_in_standing(db, match_id)
    if not contact_open(State(match.state)):
        raise NotMoved
    db.add(
        MatchNote(id=new_id(), match_id=match.id, organisation_id=side, person_id=actor.person_id, text=text)
    )
    if match.state == State.MUTUAL:
        match.moved_at = time.now()
    await db.flush()
    await _record(db, actor, match, "match.note-written", side)
    for one in (match.organisation_id, match.asked_id):
        if one:
            subject = N_("%(other)s wrote to you") if one != side else N_("Your note to %(other)s was sent")
            await tell_side(db, match, one, subject, written=text)


async def agree(db: AsyncSession, actor: Actor, match_id: UUID, side: UUID, people: int) -> None:
    """One side writes down for how many people they agreed; it is agreed when the other says the same number.

    Raises NotPeople, NotMoved, NotFound, SideStopped.
    """
    if not 0 < people <= MOST_PEOPLE:
        raise NotPeople
    match = await _locked_in_standing(db, match_id)
    if match.state == State.AGREED and match.people == people:
        return
    check_move(State(match.state), State.AGREED)
    other = match.asked_says if side == match.organisation_id else match.organisation_says
    same = other == "agree" and match.people == people
    if not same:
        # Another number is a new proposal: the other side has to say yes to it first.
        match.organisation_says = match.asked_says = "yes"
    _speak(match, side, "agree", actor)
    match.people, match.moved_at = people, time.now()
    match.state = State.AGREED if same else State.MUTUAL
    await db.flush()
    await _record(
        db, actor, match, "match.agreed" if same else "match.agreement-proposed", side, people=people
    )
    if same:
        for one in (match.organisation_id, match.asked_id):
            if one:
                await tell_side(db, match, one, N_("Agreed with %(other)s"), [_NEXT])
    elif other_side_id := _other(match, side):
        await tell_side(db, match, other_side_id, N_("%(other)s says that you agreed: confirm it"))


_NEXT = N_("Register the programme now, so that everybody sees who is reached.")


async def _yes(db: AsyncSession, actor: Actor, match: Match, side: UUID) -> UUID:
    mine, theirs = _says(match, side)
    if mine in {"yes", "agree"} and match.state in {State.INTERESTED, State.MUTUAL, State.AGREED}:
        return match.id
    state = after_yes(State(match.state), other_side_said_yes=theirs in {"yes", "agree"})
    _speak(match, side, "yes", actor)
    match.state, match.moved_at = state, time.now()
    await db.flush()
    await _record(db, actor, match, f"match.{state}", side)
    if state is State.MUTUAL:
        for one in (match.organisation_id, match.asked_id):
            if one:
                await tell_side(db, match, one, N_("You and %(other)s are both interested"), [_MUTUAL])
    elif other := _other(match, side):
        by_partner = side == match.organisation_id
        subject = (
            N_("%(other)s could help: answer them")
            if by_partner
            else N_("%(other)s asks whether you can help")
        )
        await tell_side(db, match, other, subject, [_ANSWER])
    return match.id


_MUTUAL = N_("Open the page: it says how to reach them, and you can write to each other there.")
_ANSWER = N_("Read why you suit each other, and say yes or no within 60 days.")


async def _no(db: AsyncSession, actor: Actor, match: Match, side: UUID, code: str, text: str) -> UUID:
    reason = read_reason(code, text)
    mine, theirs = _says(match, side)
    if match.state == State.DECLINED and mine == "no":
        return match.id
    check_move(State(match.state), State.DECLINED)
    _speak(match, side, "no", actor)
    match.state, match.moved_at = State.DECLINED, time.now()
    match.reason_code, match.reason = reason, text[:LONGEST_NOTE]
    match.hidden_until = hidden_until(time.now().date())
    await db.flush()
    await _record(db, actor, match, "match.declined", side, reason=str(reason))
    other = _other(match, side)
    if other and theirs:
        await tell_side(db, match, other, N_("%(other)s said no this time"), [REASONS[reason]], written=text)
    return match.id


async def _match_about(
    db: AsyncSession, organisation_id: UUID, need: Cell, known: Setting, *, to_say_no: bool = False
) -> Match:
    """The open match of a partner and a need, or a new one where every condition holds.

    Raises NoLongerAMatch and, but `to_say_no`, SideStopped.
    """
    open_one = await db.scalar(
        select(Match.id).where(
            Match.organisation_id == organisation_id, Match.area_id == need.area_id, Match.service_id == need.service_id,
            Match.group_id == need.group_id, Match.state.not_in(OVER),
        )
    )  # fmt: skip
    if open_one:
        return await (_locked if to_say_no else _locked_in_standing)(db, open_one)
    who = await profile(db, organisation_id, known)
    between = await standing(db, organisation_id, known.today)
    partner = who.partner(known.words, need.service_id, need.at.country, known.today)
    if failing(partner, need.as_need(known), between.between(need.pair), known.today) != ALL_HOLD:
        raise NoLongerAMatch
    match = Match(
        id=new_id(), organisation_id=organisation_id, area_id=need.area_id, service_id=need.service_id,
        group_id=need.group_id, asked_id=await other_side(db, need, known, besides=organisation_id),
        weight_set_id=known.weights.id, points=_points(explained(who, need, known, between)), state=State.SUGGESTED,
        organisation_says="", asked_says="",
    )  # fmt: skip
    async with refusing(db, {"uq_match_open": NotMoved()}):
        db.add(match)
    if not to_say_no:
        await _check_standing(db, match.organisation_id, match.asked_id)
    return match


def _points(shown: Explained) -> dict[str, Any]:
    """Factor -> points, and the people uncovered, as they were when the match began."""
    return {str(factor): points for factor, points in shown.fit.points.items()} | {
        "uncovered": shown.cell.uncovered
    }


async def _locked(db: AsyncSession, match_id: UUID) -> Match:
    match = await db.get(Match, match_id, with_for_update=True)
    if match is None:
        raise NotFound
    return match


async def _locked_in_standing(db: AsyncSession, match_id: UUID) -> Match:
    """The match, locked after both of its sides, as whoever joins organisations does. Raises NotFound, SideStopped,
    and NotMoved where another organisation took the place of a side meanwhile.
    """
    sides = select(Match.organisation_id, Match.asked_id).where(Match.id == match_id)
    before = (await db.execute(sides)).one_or_none()
    if before is None:
        raise NotFound
    await _check_standing(db, *before)
    match = await _locked(db, match_id)
    if (match.organisation_id, match.asked_id) != tuple(before):
        raise NotMoved
    return match


async def _check_standing(db: AsyncSession, *sides: UUID | None) -> None:
    """Raises SideStopped. The sides stay as they stand until the end of the transaction."""
    rows = await db.execute(
        select(Organisation.name, registered(time.now().date()))
        .where(Organisation.id.in_([side for side in sides if side]))
        .order_by(Organisation.id)
        .with_for_update(read=True, of=Organisation)
    )
    for name, state in rows.all():
        check_standing(state, name)


def _says(match: Match, side: UUID) -> tuple[str, str]:
    """What this side and the other have said."""
    if side == match.organisation_id:
        return match.organisation_says, match.asked_says
    return match.asked_says, match.organisation_says


def _speak(match: Match, side: UUID, says: str, actor: Actor) -> None:
    if side == match.organisation_id:
        match.organisation_says, match.organisation_by = says, actor.person_id
    elif side == match.asked_id:
        match.asked_says, match.asked_by = says, actor.person_id
    else:
        raise NotAllowed


def _other(match: Match, side: UUID) -> UUID | None:
    return match.asked_id if side == match.organisation_id else match.organisation_id


async def _record(
    db: AsyncSession, actor: Actor, match: Match, action: str, side: UUID, **facts: object
) -> None:
    chain = await places.chain_of(db, match.area_id)
    await audit.record(db, actor, action, match.id, chain=chain, side=str(side), **facts)
