"""Rows of needs, coverage and partners, as matching reads them: made directly, so that a test says every figure."""

import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Person
from app.coverage.models import CellCoverage
from app.coverage.rules.tiers import tier
from app.kernel import time
from app.kernel.actor import Role
from app.kernel.ids import new_id
from app.matching.models import FreeCapacity, PlaceLanguage
from app.needs.models import NeedCell, NeedStatement
from app.needs.rules.ties import tie
from app.organisations.models import CheckItem, Organisation, OrganisationArea, OrganisationTerm, Registration
from app.organisations.rules.kinds import Kind
from app.places.models import Area
from app.programmes.models import CapacityLine, Programme, ProgrammeArea, ProgrammeTerm
from app.vocabulary.models import Term
from tests.worlds import World


@dataclass
class Rows:
    """Makes partners and needs in `world`."""

    world: World
    services: dict[str, Term] = field(default_factory=dict)
    groups: dict[str, Term] = field(default_factory=dict)
    languages: dict[str, Term] = field(default_factory=dict)
    ramp: Term | None = None
    staff: Person | None = None

    @property
    def db(self) -> AsyncSession:
        return self.world.db

    async def words(self) -> None:
        """Education with girls' schools in it, health; everyone, girls, displaced girls, girls with disabilities."""
        await self.world.country()
        term = self.world.term
        education = await term(
            "service", "EDU", "Education", facts={"is_need": True, "need": {"en": "a school place"}}
        )
        self.services = {
            "EDU": education,
            "EDU-GRL": await term("service", "EDU-GRL", "Girls' schools", parent_id=education.id),
            "EDU-CAT": await term("service", "EDU-CAT", "Catch-up classes", parent_id=education.id),
            "HEA": await term("service", "HEA", "Health"),
        }
        everyone = await term("group", "everyone", "Everyone", facts={"people": {"en": "people"}})
        girls = await term(
            "group",
            "girls",
            "Girls",
            parent_id=everyone.id,
            facts={"sex": "f", "age": "0-17", "at_risk": True, "people": {"en": "girls"}},
        )
        self.groups = {
            "everyone": everyone,
            "women": await term(
                "group", "women", "Women", parent_id=everyone.id, facts={"sex": "f", "age": "18+"}
            ),
            "girls": girls,
            "displaced-girls": await term(
                "group",
                "displaced-girls",
                "Displaced girls",
                parent_id=girls.id,
                facts={
                    "status": "idp",
                    "sex": "f",
                    "age": "0-17",
                    "at_risk": True,
                    "people": {"en": "displaced girls"},
                },
            ),
            "disabled-girls": await term(
                "group",
                "disabled-girls",
                "Girls with disabilities",
                parent_id=girls.id,
                facts={"sex": "f", "age": "0-17", "disability": "yes", "at_risk": True},
            ),
        }
        self.languages = {
            "ha": await term("language", "ha", "Hausa"),
            "kr": await term("language", "kr", "Kanuri"),
        }
        self.ramp = await term("access", "step-free", "Step-free entrance")
        self.staff = await self.world.person("Seeder")

    async def need(
        self,
        area: str = "NG036009",
        *,
        service: str = "EDU",
        group: str = "girls",
        people: int = 4000,
        covered: int = 0,
        severity: int = 4,
        listed: bool = True,
        withheld: bool = False,
        named: int = 0,
        stated_by: Organisation | None = None,
        source: str = "OCHA",
    ) -> NeedCell:
        """A cell with its statement and its coverage."""
        place = await self.world.area(area)
        its_service, its_group = self.services[service].id, self.groups[group].id
        statement = NeedStatement(
            id=new_id(),
            source=source,
            release="2026",
            stated_by_id=stated_by.id if stated_by else None,
            reference_from=date(2026, 1, 1),
            reference_to=date(2026, 12, 31),
            area_id=place.id,
            service_id=its_service,
            people=people,
            key=new_id().bytes,
            hash=b"",
        )
        i = new_id()
        cell = NeedCell(
            id=i,
            area_id=place.id,
            position=place.lo,
            service_id=its_service,
            group_id=its_group,
            reference_from=date(2026, 1, 1),
            reference_to=date(2026, 12, 31),
            people=people,
            role="total",
            origin="stated",
            counted=True,
            summed=True,
            listed=listed,
            withheld=withheld,
            severity=severity,
            severity_effective=severity,
            severity_from="stated",
            statement_id=statement.id,
            tie=tie(i),
        )
        self.db.add(statement)
        await self.db.flush()
        self.db.add(cell)
        await self.db.flush()
        self.db.add(
            CellCoverage(
                cell_id=i,
                service_id=its_service,
                group_id=its_group,
                position=place.lo,
                people=people,
                covered=covered,
                uncovered=people - covered,
                overlap=0,
                low=covered,
                high=covered,
                planned=covered,
                supply=covered / people,
                estimated=0,
                unsure=0,
                ratio=covered / people,
                severity_effective=severity,
                tier=tier(severity, people, covered) or 5,
                confidence="A",
                lines=0,
                named=named,
                state="nobody reported",
                tie=cell.tie,
                listed=listed,
                withheld=withheld,
            )
        )
        await self.db.flush()
        return cell

    async def partner(
        self,
        name: str = "Gulani Girls Learn",
        *,
        services: Collection[str] = ("EDU",),
        groups: Collection[str] = ("girls",),
        led_by: Collection[str] = (),
        works: Collection[str] = ("NG036009",),
        would: Collection[str] = (),
        room: int | None = 300,
        starts_in: int = 0,
        languages: Collection[str] = ("ha",),
        access: bool = True,
        safe: bool = True,
        member: Person | None = None,
        role: Role = Role.OWNER,
        **more: Any,
    ) -> Organisation:
        """A verified organisation that does `services` for `groups`, with room for `room` people (None: not said)."""
        organisation = await self.world.organisation(name, **more)
        relations = {
            "service": [self.services[code].id for code in services],
            "serves": [self.groups[code].id for code in groups],
            "led_by": [self.groups[code].id for code in led_by],
            "language": [self.languages[code].id for code in languages],
            "access": [self.ramp.id] if access and self.ramp else [],
        }
        for relation, ids in relations.items():
            self.db.add_all(
                OrganisationTerm(organisation_id=organisation.id, relation=relation, term_id=i) for i in ids
            )
        for code in (*works, *would):
            area = await self.world.area(code)
            self.db.add(
                OrganisationArea(organisation_id=organisation.id, area_id=area.id, wished=code in would)
            )
        await self.db.flush()
        assert self.staff is not None
        if safe:
            await self._check(organisation)
        if room is not None:
            await self.room(organisation, dict.fromkeys(services, room), starts_in)
        if member:
            await self.world.member(member, organisation, role)
        return organisation

    async def office(
        self, name: str = "Gulani Local Government", area: str = "NG036009", **more: Any
    ) -> Organisation:
        """The local government of an area."""
        return await self.partner(
            name,
            kind=Kind.LOCAL_GOVERNMENT,
            home=area,
            services=(),
            groups=(),
            works=(),
            room=None,
            safe=False,
            **more,
        )

    async def room(self, organisation: Organisation, people: dict[str, int], starts_in: int = 0) -> None:
        assert self.staff is not None
        for code, number in people.items():
            await self.db.merge(
                FreeCapacity(
                    organisation_id=organisation.id,
                    service_id=self.services[code].id,
                    people=number,
                    starts_on=time.now().date() + timedelta(days=starts_in),
                    stated_by=self.staff.id,
                    stated_at=time.now() - timedelta(hours=1),
                )
            )
        await self.db.flush()

    async def programme(
        self,
        organisation: Organisation,
        *,
        state: str = "planned",
        people: int | None = 100,
        service: str = "EDU",
        groups: Collection[str] = ("girls",),
        areas: Iterable[str] = ("NG036009",),
        starts_in: int = 0,
        lasts: int = 400,
    ) -> Programme:
        assert self.staff is not None
        starts = time.now().date() + timedelta(days=starts_in)
        programme = Programme(
            id=new_id(),
            organisation_id=organisation.id,
            title="A programme",
            title_folded="a programme",
            state=state,
            created_by=self.staff.id,
            starts_on=starts,
            ends_on=starts + timedelta(days=lasts),
            published_at=None if state == "draft" else time.now(),
        )
        self.db.add(programme)
        await self.db.flush()
        for relation, ids in (
            ("service", [self.services[service].id]),
            ("serves", [self.groups[g].id for g in groups]),
        ):
            self.db.add_all(
                ProgrammeTerm(programme_id=programme.id, relation=relation, term_id=i) for i in ids
            )
        for code in areas:
            self.db.add(ProgrammeArea(programme_id=programme.id, area_id=(await self.world.area(code)).id))
        self.db.add(
            CapacityLine(
                id=new_id(),
                programme_id=programme.id,
                service_id=self.services[service].id,
                people=people,
                counts="places",
                starts_on=starts,
                ends_on=starts + timedelta(days=lasts),
                confirmed_on=time.now().date(),
            )
        )
        await self.db.flush()
        return programme

    async def speaks(self, area: str, *languages: str) -> None:
        """Write down the working languages of an area."""
        assert self.staff is not None
        for code in languages:
            self.db.add(
                PlaceLanguage(
                    area_id=(await self.world.area(area)).id,
                    term_id=self.languages[code].id,
                    stated_by=self.staff.id,
                )
            )
        await self.db.flush()

    async def _check(self, organisation: Organisation) -> None:
        """The registrar found that the organisation keeps people safe."""
        assert self.staff is not None
        registration = Registration(
            id=new_id(),
            organisation_id=organisation.id,
            number=1,
            begun_by=self.staff.id,
            state="verified",
            submitted_at=time.now(),
        )
        self.db.add(registration)
        await self.db.flush()
        self.db.add(
            CheckItem(registration_id=registration.id, code="C8", answer="met", checked_by=self.staff.id)
        )
        await self.db.flush()


async def some_world(rows: Rows, dice: random.Random) -> tuple[list[Organisation], list[NeedCell]]:
    """Partners and needs of every sort, at random: what a list has to put in order."""
    areas = ["NG", "NG008", "NG036", "NG036005", "NG036009"]

    def some(of: Iterable[str], least: int = 0) -> list[str]:
        all_of = list(of)
        return dice.sample(all_of, dice.randint(least, len(all_of)))

    cells: list[NeedCell] = []
    pairs = [(a, s, g) for a in areas for s in rows.services for g in rows.groups]
    for area, service, group in dice.sample(pairs, 45):
        people = dice.choice([1, 7, 60, 900, 20_000])
        covered = dice.choice([0, 0, people // 3, people * 3 // 4, people])
        cells.append(
            await rows.need(
                area,
                service=service,
                group=group,
                people=people,
                covered=covered,
                severity=dice.randint(1, 5),
                listed=dice.random() > 0.1,
            )
        )
    for area in some(areas):
        await rows.speaks(area, *some(rows.languages, 1))
    partners: list[Organisation] = []
    for n in range(8):
        works = some(areas[1:])
        partner = await rows.partner(
            f"Partner {n}",
            services=some(rows.services, 1),
            groups=some(rows.groups, 1),
            led_by=some(rows.groups)[:1],
            works=works,
            would=[a for a in some(areas) if a not in works],
            languages=some(rows.languages),
            room=dice.choice([None, 0, 5, 40, 10_000]),
            starts_in=dice.choice([0, 45, 120, 350, 400]),
            access=dice.random() > 0.4,
            safe=dice.random() > 0.3,
            home=dice.choice(areas[1:]),
            expires_on=time.now().date() + timedelta(days=dice.choice([-1, 0, 300])),
            state=dice.choice(["verified"] * 5 + ["lapsed"]),
        )
        for _ in range(dice.randint(0, 2)):
            await rows.programme(
                partner,
                state=dice.choice(["planned", "running", "draft", "completed"]),
                people=dice.choice([None, 8, 500]),
                service=dice.choice(list(rows.services)),
                groups=some(rows.groups, 1),
                areas=some(areas, 1),
                starts_in=dice.choice([-30, 20, 200]),
                lasts=dice.choice([10, 40, 500]),
            )
        partners.append(partner)
    return partners, cells


def ids_of(rows: Iterable[Any]) -> list[UUID]:
    return [row.id for row in rows]


__all__ = ["Area", "Rows", "ids_of", "some_world"]
