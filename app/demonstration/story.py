"""What the cast does, through the same services as everybody: nothing in the demonstration is put in sideways."""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.accounts import service as accounts
from app.coverage.service.follow import follow
from app.demonstration import cast
from app.kernel.actor import Role
from app.kernel.database import transaction
from app.matching.queries.suggestions import suggestions
from app.matching.service.answers import say_yes_to_need
from app.needs.models import NeedStatement
from app.needs.service.contests import Figure, contest_figure
from app.needs.service.stating import Need, state_need
from app.organisations.models import Decision, Organisation, Registration
from app.organisations.queries.access import actor_of, id_of
from app.organisations.rules import checklist
from app.organisations.rules.checklist import Answer, Asked
from app.organisations.rules.kinds import Kind
from app.organisations.service import evidence, review
from app.organisations.service import registration as registering
from app.organisations.service.contests import contest
from app.organisations.service.people import invite
from app.organisations.service.registration import Reach, Who, Work
from app.places.models import Area
from app.programmes.models import Programme
from app.programmes.rules.capacity import Counting, Line
from app.programmes.rules.states import State
from app.programmes.service import drafting, moves
from app.programmes.service.drafting import Capacity, Entry, What, When
from app.vocabulary.models import Term

Database = async_sessionmaker[AsyncSession]
Say = Callable[[str], None]


async def play(database: Database, say: Say) -> None:
    """Put the demonstration into an empty register. Every step is a transaction of its own."""
    async with transaction(database) as db:
        people = {name.email.split("@")[0]: await _person(db, name) for name in cast.PEOPLE}
    say(f"{len(people)} invented people")
    for organisation in cast.ORGANISATIONS:
        async with transaction(database) as db:
            await _register(db, people, organisation)
        if organisation.ends_as == "verified":
            async with transaction(database) as db:
                await _verify(db, people, organisation)
            for programme in organisation.programmes:
                async with transaction(database) as db:
                    await _programme(db, people, organisation, programme)
        elif organisation.ends_as == "returned":
            async with transaction(database) as db:
                await _return(db, people, organisation)
        elif organisation.ends_as == "declined":
            async with transaction(database) as db:
                await _decline(db, people, organisation)
    async with transaction(database) as db:
        await invite(
            db,
            await actor_of(db, people["amina"]),
            "open-classroom-circle",
            f"fatima@{cast.AT}",
            Role.EDITOR,
            "",
        )
    say(f"{len(cast.ORGANISATIONS)} invented organisations with their programmes")
    async with transaction(database) as db:
        await _state_needs(db, people)
    async with transaction(database) as db:
        await follow(db, most=None)
    async with transaction(database) as db:
        await _question(db, people)
    for owner, slug in (("amina", "open-classroom-circle"), ("amina", "lake-shore-water-builders")):
        async with transaction(database) as db:
            await _be_interested(db, people[owner], slug)


async def _person(db: AsyncSession, person: cast.Person) -> UUID:
    person_id = await accounts.make_person(db, person.email, person.name, person.language, demonstration=True)
    for role, code in person.grants:
        area = await db.scalar(select(Area.id).where(Area.code == code))
        if area:
            await accounts.grant_role(db, None, person_id, role, area, "Demonstration")
    return person_id


async def _register(db: AsyncSession, people: dict[str, UUID], wanted: cast.Organisation) -> None:
    actor = await actor_of(db, people[wanted.owner])
    who = Who(kind=wanted.kind, name=wanted.name, acronym=wanted.acronym, founded_year=wanted.founded)
    slug = await registering.begin_registration(db, actor, who, demonstration=True)
    if wanted.ends_as == "draft":
        return
    areas = await _areas(db, wanted.areas)
    seat = (await _areas(db, [wanted.seat]))[0]
    relations = {
        "serves": ("group", wanted.serves),
        "led_by": ("group", wanted.led_by),
        "service": ("service", wanted.services),
        "language": ("language", wanted.languages),
        "access": ("access", wanted.access),
    }
    terms = {relation: await _terms(db, *wanted_terms) for relation, wanted_terms in relations.items()}
    reach = Reach(
        staff=wanted.staff,
        volunteers=wanted.volunteers,
        budget=wanted.budget,
        website=f"https://{wanted.site}",
        phone=wanted.phone,
        public_email=wanted.mail,
        contact_person="The office",
        address="Invented street 1",
    )
    await registering.save_papers(db, actor, slug, await _seen(db, slug), wanted.papers, wanted.number)
    work = Work(terms=terms, description=wanted.description, language="en")
    await registering.save_work(db, actor, slug, await _seen(db, slug), work)
    await registering.save_places(db, actor, slug, await _seen(db, slug), seat, areas, [])
    await registering.save_reach(db, actor, slug, await _seen(db, slug), reach)
    holders = [
        ("First Invented Name", "Chair"),
        ("Second Invented Name", "Treasurer"),
        ("Third Invented Name", "Secretary"),
    ]
    await registering.save_people(db, actor, slug, await _seen(db, slug), holders)
    for code in checklist.must_show(wanted.kind):
        await evidence.say_instead(
            db, actor, slug, code, "Invented for the demonstration: there is no real paper."
        )
    await evidence.finish_evidence(db, actor, slug, await _seen(db, slug))
    promises = {"equal": "yes", "safe": "yes", "true": "yes", "signed_by": "First Invented Name"}
    await registering.save_promises(db, actor, slug, await _seen(db, slug), promises)
    await registering.submit_registration(
        db, actor, slug, different="It has other members, another seat and other work."
    )


async def _verify(db: AsyncSession, people: dict[str, UUID], wanted: cast.Organisation) -> None:
    registrar = await actor_of(db, people["ngozi"])
    registration = await _registration(db, wanted)
    for item in checklist.asked_of(wanted.kind):
        answer, note = _found(item, wanted)
        await review.answer_item(db, registrar, registration, item.code, answer, note)
    await review.verify(db, registrar, registration, wanted.reason)


def _found(item: checklist.Item, wanted: cast.Organisation) -> tuple[Answer, str]:
    cell = item.cells[wanted.kind]
    if cell.only_others or (item.code == "C1" and cell.others and wanted.number is None):
        return (
            Answer.MET_ANOTHER_WAY,
            "Two letters of reference, and the minutes of the meeting that founded it.",
        )
    if cell.asked is Asked.CONDITIONAL and wanted.kind is Kind.SELF_ORGANISED:
        return Answer.NOT_NEEDED, ""
    return Answer.MET, ""


async def _return(db: AsyncSession, people: dict[str, UUID], wanted: cast.Organisation) -> None:
    registrar = await actor_of(db, people["musa"])
    step, question = wanted.question
    await review.return_with_questions(db, registrar, await _registration(db, wanted), {step: question})


async def _decline(db: AsyncSession, people: dict[str, UUID], wanted: cast.Organisation) -> None:
    """A registrar declines; the owner contests it, and another registrar will have to answer."""
    registration_id = await _registration(db, wanted)
    await review.decline(
        db, await actor_of(db, people["musa"]), registration_id, wanted.declined_for, wanted.reason
    )
    its = select(Decision.id, Organisation.slug).join(Organisation).where(Organisation.name == wanted.name)
    decision_id, slug = (await db.execute(its)).one()
    await contest(db, await actor_of(db, people[wanted.owner]), slug, decision_id, wanted.contests)


async def _programme(
    db: AsyncSession, people: dict[str, UUID], organisation: cast.Organisation, wanted: cast.Programme
) -> None:
    actor = await actor_of(db, people[organisation.owner])
    slug = await db.scalar(
        select(Organisation.slug).where(Organisation.name == organisation.name, Organisation.demonstration)
    )
    services = await _terms(db, "service", list(wanted.lines))
    groups = await _terms(db, "group", wanted.groups)
    what = What(title=wanted.title, summary=wanted.summary, language="en", services=services, groups=groups)
    programme_id = await drafting.begin_programme(db, actor, slug or "", what, await _areas(db, wanted.areas))

    async def seen() -> int:
        return (await db.get_one(Programme, programme_id)).version

    dates = When(date(*wanted.starts), date(*wanted.ends))
    await drafting.save_when(db, actor, programme_id, await seen(), dates)
    lines = [
        Line(service, people_, Counting(counts))
        for service, (people_, counts) in zip(services, wanted.lines.values(), strict=True)
    ]
    await drafting.save_capacity(db, actor, programme_id, await seen(), Capacity(lines))
    entry = Entry(
        referral="Come to the office on a weekday morning, or call.",
        phone=organisation.phone,
        email=organisation.mail,
        languages=await _terms(db, "language", organisation.languages),
        access=await _terms(db, "access", organisation.access),
        safeguarding_contact=True,
    )
    await drafting.save_entry(db, actor, programme_id, await seen(), entry)
    commitments = await _terms(db, "commitment", wanted.commitments)
    targets = await _terms(db, "sdg_target", wanted.targets)
    await drafting.save_aims(db, actor, programme_id, await seen(), commitments, targets)
    await moves.publish(db, actor, programme_id, State(wanted.state))


async def _state_needs(db: AsyncSession, people: dict[str, UUID]) -> None:
    """The invented council states needs that no published overview has."""
    actor = await actor_of(db, people["ibrahim"])
    organisation_id = await id_of(db, "council-of-gulani")
    area = (await _areas(db, ["NG036008"]))[0]
    for service, group, number, severity, told_by in cast.STATED:
        need = Need(
            area,
            (await _terms(db, "service", [service]))[0],
            (await _terms(db, "group", [group]))[0],
            number,
            date(2026, 1, 1),
            date(2026, 12, 31),
            told_by,
            severity,
        )
        await state_need(db, actor, organisation_id, need)


async def _question(db: AsyncSession, people: dict[str, UUID]) -> None:
    """The displaced women's own group questions one of the council's figures."""
    actor = await actor_of(db, people["hadiza"])
    mine = await id_of(db, "displaced-women-of-yobe-speak")
    area = (await _areas(db, ["NG036008"]))[0]
    stated = select(NeedStatement.id).where(
        NeedStatement.area_id == area, NeedStatement.source == "council-of-gulani"
    )
    statement_id = await db.scalar(stated.order_by(NeedStatement.id).limit(1))
    if statement_id:
        figure = Figure(
            2600, "Our own count, house by house, October 2026", "Families behind the market were left out."
        )
        await contest_figure(db, actor, mine, statement_id, figure)


async def _be_interested(db: AsyncSession, owner: UUID, slug: str) -> None:
    """A partner says that it is interested in the first need of its list."""
    actor = await actor_of(db, owner)
    organisation_id = await id_of(db, slug)
    found = (await suggestions(db, organisation_id)).rows
    if found:
        await say_yes_to_need(db, actor, organisation_id, found[0].cell.id)


async def _registration(db: AsyncSession, wanted: cast.Organisation) -> UUID:
    its = select(Registration.id).join(Organisation, Organisation.id == Registration.organisation_id)
    return (await db.scalars(its.where(Organisation.name == wanted.name, Organisation.demonstration))).one()


async def _seen(db: AsyncSession, slug: str) -> int:
    its = select(Registration.version).join(Organisation, Organisation.id == Registration.organisation_id)
    return (await db.scalars(its.where(Organisation.slug == slug))).one()


async def _areas(db: AsyncSession, codes: Sequence[str]) -> list[UUID]:
    rows = await db.execute(select(Area.code, Area.id).where(Area.code.in_(codes)))
    found = {row.code: row.id for row in rows}
    return [found[code] for code in codes]


async def _terms(db: AsyncSession, scheme: str, codes: Sequence[str]) -> list[UUID]:
    rows = await db.execute(select(Term.code, Term.id).where(Term.scheme == scheme, Term.code.in_(codes)))
    found = {row.code: row.id for row in rows}
    return [found[code] for code in codes]
