"""What people do with their account: ask for a link, sign in, leave, hold a role."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.accounts.models import Person, RoleGrant, Session, SignInLink
from app.accounts.rules import (
    LINK_LASTS,
    SESSION_LASTS,
    UNUSED_LASTS,
    LinkNotOpen,
    NoAreaChosen,
    NobodyAtThisAddress,
    OtherBrowser,
    OutsideYourArea,
    YourOwnRole,
    check_why,
    device_name,
    new_token,
    read_address,
    safe_path,
    token_hash,
    use_is_due,
)
from app.kernel import audit, outbox, time
from app.kernel.actor import Actor, Role, Scope
from app.kernel.database import transaction
from app.kernel.i18n import _, speaking
from app.kernel.ids import new_id
from app.kernel.permissions import Permission, may
from app.kernel.refusals import NotFound
from app.kernel.settings import settings
from app.places.models import Area


async def ask_for_link(
    db: AsyncSession, typed: str, *, browser: str, leads_to: str, language: str, site: str
) -> None:
    """Mail a link that signs in whoever reads mail at this address, once, within 15 minutes, in this browser.

    The answer is the same whether or not the address is known. Raises NoSuchAddress.
    """
    address, token = read_address(typed), new_token()
    db.add(
        SignInLink(
            id=new_id(),
            email=address,
            token_hash=token_hash(token),
            browser_hash=token_hash(browser),
            leads_to=safe_path(leads_to),
            language=language,
            expires_at=time.now() + LINK_LASTS,
        )
    )
    with speaking(language) as spoken:
        prefix = "" if spoken.code == "en" else f"/{spoken.code}"
        await outbox.tell(
            db,
            address,
            language,
            _("Your link to sign in to Roundtable"),
            [
                _(
                    "Open this link in the browser in which you asked for it. It works once, within 15 minutes:"
                ),
                f"{site}{prefix}/sign-in/{token}",
                _("If you did not ask for it, do nothing: nobody can sign in without this link."),
            ],
        )


async def link_of(db: AsyncSession, token: str, browser: str, *, lock: bool = True) -> SignInLink:
    """The link as it may still be used in this browser. Raises LinkNotOpen, OtherBrowser."""
    wanted = select(SignInLink).where(SignInLink.token_hash == token_hash(token))
    link = await db.scalar(wanted.with_for_update() if lock else wanted)
    if link is None or link.used_at or link.expires_at < time.now():
        raise LinkNotOpen
    if link.browser_hash != token_hash(browser):
        raise OtherBrowser
    return link


async def sign_in(
    db: AsyncSession, token: str, *, browser: str, user_agent: str, instead_of: str = ""
) -> tuple[str, str]:
    """Use up the link and begin a session; the one whose token is `instead_of` ends. Returns its token, and the path
    to go on to.

    Raises LinkNotOpen, OtherBrowser.
    """
    link = await link_of(db, token, browser)
    link.used_at = time.now()
    person = await db.get_one(Person, await make_person(db, link.email, "", link.language))
    if person.erased_at:
        raise LinkNotOpen
    if instead_of:
        await _end_replaced(db, instead_of)
    fresh = await begin_session(db, person.id, device_name(user_agent))
    return fresh, link.leads_to if person.name else f"/my/name?next={link.leads_to}"


async def _end_replaced(db: AsyncSession, token: str) -> None:
    ended = update(Session).where(Session.token_hash == token_hash(token), Session.ended_at.is_(None))
    for session_id in await db.scalars(ended.values(ended_at=func.now()).returning(Session.id)):
        await audit.record(db, None, "session.replaced", session_id)


async def make_person(
    db: AsyncSession, email: str, name: str, language: str = "en", *, demonstration: bool = False
) -> UUID:
    """The person with this address, made if there is none, who reads times by the country's clock. Returns their id.

    Raises NoSuchAddress.
    """
    address = read_address(email)
    clock = select(Area.time_zone).where(Area.code == settings().country, Area.level == 0)
    values = {
        "id": new_id(),
        "email": address,
        "name": name,
        "language": language,
        "time_zone": await db.scalar(clock) or "UTC",
        "demonstration": demonstration,
    }
    await db.execute(insert(Person).values(**values).on_conflict_do_nothing())
    return (await db.scalars(select(Person.id).where(Person.email == address))).one()


async def begin_session(db: AsyncSession, person_id: UUID, device: str) -> str:
    """Begin a session of this person and return its token, which is kept nowhere else."""
    token, ends = new_token(), time.now() + UNUSED_LASTS
    session = Session(
        id=new_id(), person_id=person_id, token_hash=token_hash(token), device=device, expires_at=ends
    )
    db.add(session)
    await db.flush()
    await audit.record(db, None, "session.begun", session.id, person=str(person_id))
    return token


async def note_use(maker: async_sessionmaker[AsyncSession], actor: Actor) -> None:
    """A session that is used goes on; noted once a day, in a transaction of its own, and never past SESSION_LASTS."""
    if actor.session_ends is None or not use_is_due(actor.session_ends, time.now()):
        return
    used = update(Session).where(Session.id == actor.session_id, Session.person_id == actor.person_id)
    async with transaction(maker) as db:
        await db.execute(
            used.values(expires_at=func.least(func.now() + UNUSED_LASTS, Session.begun_at + SESSION_LASTS))
        )


async def end_session(db: AsyncSession, actor: Actor, session_id: UUID) -> None:
    """Sign out one of one's own sessions; ending it twice is ending it once. Raises NotFound."""
    ended = await db.scalar(
        update(Session)
        .where(Session.id == session_id, Session.person_id == actor.person_id)
        .values(ended_at=func.coalesce(Session.ended_at, func.now()))
        .returning(Session.id)
    )
    if ended is None:
        raise NotFound
    await audit.record(db, actor, "session.ended", session_id)


async def end_other_sessions(db: AsyncSession, actor: Actor) -> None:
    """Sign out everywhere but here."""
    await db.execute(
        update(Session)
        .where(
            Session.person_id == actor.person_id, Session.id != actor.session_id, Session.ended_at.is_(None)
        )
        .values(ended_at=func.now())
    )
    await audit.record(db, actor, "sessions.ended", actor.person_id)


async def end_sessions_of(db: AsyncSession, person_id: UUID | None) -> int:
    """Sign out a person everywhere, or with None everybody (an operator's command). Returns how many sessions ended."""
    ended = update(Session).where(Session.ended_at.is_(None), Session.expires_at > func.now())
    if person_id:
        ended = ended.where(Session.person_id == person_id)
    sessions = (await db.scalars(ended.values(ended_at=func.now()).returning(Session.id))).all()
    await audit.record(db, None, "sessions.ended", person_id or audit.SYSTEM, number=len(sessions))
    return len(sessions)


async def call_me(db: AsyncSession, actor: Actor, name: str, language: str) -> None:
    """Set how the platform names a person, and the language it writes to them in."""
    await db.execute(update(Person).where(Person.id == actor.person_id).values(name=name, language=language))
    await audit.record(db, actor, "person.named", actor.person_id, language=language)


async def give_role(
    db: AsyncSession, actor: Actor, typed_email: str, role: Role, area_id: UUID | None, reason: str
) -> None:
    """Give the person with this address a role over an area that the actor may give roles in; they are told.

    Raises NoSuchAddress, NobodyAtThisAddress, NoAreaChosen, OutsideYourArea, WhyRoleMissing.
    """
    address = read_address(typed_email)
    person = await db.scalar(select(Person).where(Person.email == address, Person.erased_at.is_(None)))
    if person is None:
        raise NobodyAtThisAddress
    area = await db.get(Area, area_id) if area_id else None
    if area is None:
        raise NoAreaChosen
    if not may(actor, Permission.GRANT_ROLE, Scope(position=area.lo)):
        raise OutsideYourArea(area=area.name)
    check_why(reason)
    if await grant_role(db, actor, person.id, role, area.id, reason):
        with speaking(person.language):
            subject = _("You are now %(role)s over %(area)s") % {"role": role.label, "area": area.name}
            what_next = _("Sign in to Roundtable: what waits for you stands under “What needs you”.")
            await outbox.tell(
                db,
                person.email,
                person.language,
                subject,
                [_("The reason given: %(reason)s") % {"reason": reason}, what_next],
            )


async def grant_role(
    db: AsyncSession, actor: Actor | None, person_id: UUID, role: Role, area_id: UUID, reason: str
) -> bool:
    """Give a person a role over an area and everything below it. Giving it twice is giving it once; whether it was new."""
    given = await db.scalar(
        insert(RoleGrant)
        .values(
            id=new_id(),
            person_id=person_id,
            role=role,
            area_id=area_id,
            reason=reason,
            given_by=actor.person_id if actor else None,
        )
        .on_conflict_do_nothing()
        .returning(RoleGrant.id)
    )
    if given:
        await audit.record(db, actor, "role.granted", person_id, role=role, area=str(area_id), reason=reason)
    return given is not None


async def end_grant(db: AsyncSession, actor: Actor, grant_id: UUID, reason: str) -> None:
    """Take a role back; the person is told. Raises NotFound for a grant that is not in force, YourOwnRole, WhyRoleMissing."""
    grant = await db.scalar(
        select(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.ended_at.is_(None)).with_for_update()
    )
    if grant is None:
        raise NotFound
    if grant.person_id == actor.person_id and grant.role == Role.OPERATOR:
        raise YourOwnRole
    check_why(reason)
    grant.ended_at = time.now()
    await audit.record(
        db, actor, "role.ended", grant.person_id, role=grant.role, area=str(grant.area_id), reason=reason
    )
    person, area = await db.get_one(Person, grant.person_id), await db.get_one(Area, grant.area_id)
    with speaking(person.language):
        subject = _("You are no longer %(role)s over %(area)s") % {
            "role": Role(grant.role).label,
            "area": area.name,
        }
        await outbox.tell(
            db,
            person.email,
            person.language,
            subject,
            [_("The reason given: %(reason)s") % {"reason": reason}],
        )
