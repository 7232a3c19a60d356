"""A small country in a database, with needs, programmes and presences: for tests of what coverage makes of them."""

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.models import CellCoverage
from app.coverage.service import follow
from app.kernel import time
from app.kernel.changes import Kind, Noted, note
from app.kernel.ids import new_id
from app.kernel.text import fold
from app.needs.models import NeedCell
from app.needs.rules.facets import EVERYBODY, Facets
from app.needs.service.settlement import settle_country
from app.needs.service.statements import Release, Stated, store_statements
from app.organisations.models import Organisation
from app.places.models import Area
from app.programmes.models import CapacityLine, Presence, Programme, ProgrammeArea, ProgrammeTerm
from app.vocabulary.models import Term
from app.vocabulary.rules.groups import Facets as GroupFacets
from app.vocabulary.service.groups import groups_for
from tests.worlds import World

DAMATURU, GULANI, BORNO = "NG036005", "NG036009", "NG008"
YEAR = (date(2024, 1, 1), date(2024, 12, 31))
_numbers = itertools.count(1)


@dataclass
class Field:
    """Nigeria of `World`, with groups by facets. What is stated, planned or seen is followed by coverage at once."""

    db: AsyncSession
    world: World
    services: dict[str, UUID] = field(default_factory=dict)
    by_itself: bool = True

    async def begin(self, *services: str) -> "Field":
        await self.world.country()
        everybody = {"status": "any", "sex": "any", "age": "any", "disability": "any"}
        await self.world.term(
            "group", "everyone", "Everyone", facts={**everybody, "people": {"en": "people"}}
        )
        for status, name in (("idp", "Displaced people"), ("host", "Host communities")):
            await self.world.term("group", status, name, facts={**everybody, "status": status})
        disabled = {**everybody, "disability": "yes"}
        await self.world.term(
            "group", "persons-with-disabilities", "Persons with disabilities", facts=disabled
        )
        for code in services or ("HEA",):
            term = await self.world.term(
                "service",
                code,
                {"HEA": "Health", "EDU": "Education"}.get(code, code),
                facts={"is_need": True, "need": {"en": code.lower()}},
            )
            self.services[code] = term.id
        return self

    async def needs(
        self,
        area: str,
        figures: dict[Facets, int | None] | int,
        *,
        service: str = "HEA",
        source: str = "overview",
        period: tuple[date, date] = YEAR,
        **more: Any,
    ) -> None:
        """State figures of one area and settle the country."""
        told = {EVERYBODY: figures} if isinstance(figures, int) else figures
        area_id = (await self.world.area(area)).id
        rows = [
            Stated(area_id, self.services[service], *period, facets, people, **more)
            for facets, people in told.items()
        ]
        await store_statements(self.db, None, Release(source, str(period[0].year), official=True), rows)
        await self.settle()

    async def settle(self) -> None:
        await settle_country(self.db, (await self.world.area("NG")).id)
        await self._follow()

    async def programme(
        self,
        people: int | None,
        *areas: str,
        service: str = "HEA",
        groups: tuple[Facets, ...] = (),
        state: str = "running",
        organisation: Organisation | None = None,
        counts: str = "places",
        confirmed_on: date | None = None,
        **more: Any,
    ) -> CapacityLine:
        """A programme of a verified partner with one line, open this year and last."""
        n = next(_numbers)
        partner = organisation or await self.world.organisation(f"Partner {n}")
        today = time.now().date()
        dates = {
            "starts_on": date(today.year - 1, 1, 1),
            "ends_on": date(today.year + 1, 12, 31),
            "closed": [],
        } | more
        programme = Programme(
            id=new_id(),
            organisation_id=partner.id,
            title=f"Programme {n}",
            title_folded=fold(f"Programme {n}"),
            state=state,
            published_at=time.now(),
            created_by=(await self.world.person()).id,
            **dates,
        )
        self.db.add(programme)
        await self.db.flush()
        for area in areas:
            self.db.add(ProgrammeArea(programme_id=programme.id, area_id=(await self.world.area(area)).id))
        for group in await self._groups(groups):
            self.db.add(ProgrammeTerm(programme_id=programme.id, relation="serves", term_id=group))
        line = CapacityLine(
            id=new_id(),
            programme_id=programme.id,
            service_id=self.services[service],
            people=people,
            counts=counts,
            confirmed_on=confirmed_on or today - timedelta(days=30),
            **dates,
        )
        self.db.add(line)
        await self.db.flush()
        await self.changed(line)
        return line

    async def changed(self, line: CapacityLine) -> None:
        await self.db.flush()
        await note(self.db, [Noted(Kind.PROGRAMME, line.programme_id)])
        await self._follow()

    async def gone(self, line: CapacityLine) -> None:
        """The line is taken away altogether."""
        await self.db.execute(delete(CapacityLine).where(CapacityLine.id == line.id))
        await note(self.db, [Noted(Kind.CAPACITY_LINE, line.id)])
        await self._follow()

    async def present(
        self,
        organisation: Organisation,
        area: str,
        *,
        service: str = "HEA",
        status: str = "ongoing",
        period: tuple[date, date] = (date(2024, 7, 1), date(2024, 9, 30)),
        source: str = "3W",
    ) -> None:
        area_id = (await self.world.area(area)).id
        self.db.add(Presence(
            id=new_id(), source_id=uuid5(NAMESPACE_URL, source), source=source, organisation_id=organisation.id, role="reporting",
            service_id=self.services[service], area_id=area_id, period_from=period[0], period_to=period[1], status=status,
            key=new_id().bytes, hash=b"",
        ))  # fmt: skip
        await self.db.flush()
        await note(self.db, [Noted(Kind.PLACE, area_id, self.services[service])])
        await self._follow()

    async def three_places(self) -> None:
        """A place with a programme, one with a partner without a number, one with nobody."""
        for area, people in ((DAMATURU, 1_000), (GULANI, 2_000), (BORNO, 3_000)):
            await self.needs(area, people)
        await self.programme(400, DAMATURU)
        await self.present(await self.world.organisation("Named in Gulani"), GULANI)

    async def cell(
        self, area: str, facets: Facets = EVERYBODY, *, service: str = "HEA", origin: str | None = None
    ) -> CellCoverage:
        """The coverage of one cell, as it is stored."""
        [group] = await self._groups((facets,))
        wanted = (
            select(CellCoverage)
            .join(NeedCell, NeedCell.id == CellCoverage.cell_id)
            .join(Area, Area.id == NeedCell.area_id)
            .where(
                Area.code == area, NeedCell.group_id == group, NeedCell.service_id == self.services[service]
            )
            .execution_options(populate_existing=True)
        )
        if origin:
            wanted = wanted.where(NeedCell.origin == origin)
        return (await self.db.scalars(wanted)).one()

    async def everything(self) -> tuple[list[Any], list[Any]]:
        """All coverage and all parts, bit for bit, in an order of their own."""
        cells = await self.db.execute(
            text("SELECT c.*, NULL AS worked_out_at FROM cell_coverage AS c ORDER BY cell_id")
        )
        parts = await self.db.execute(text("SELECT * FROM line_part ORDER BY line_id, cell_id"))
        plain = [
            tuple(value for name, value in row._mapping.items() if name != "worked_out_at") for row in cells
        ]
        return plain, [tuple(row) for row in parts]

    async def _follow(self) -> None:
        if self.by_itself:
            await follow.follow(self.db)

    async def _groups(self, groups: tuple[Facets, ...]) -> list[UUID]:
        read = [
            GroupFacets.read(
                {"status": g.status, "sex": str(g.sex), "age": str(g.age), "disability": str(g.disability)}
            )
            for g in groups
        ]
        found = await groups_for(self.db, None, read)
        return [found[each] for each in read]


async def term_named(db: AsyncSession, scheme: str, code: str) -> UUID:
    return (await db.scalars(select(Term.id).where(Term.scheme == scheme, Term.code == code))).one()
