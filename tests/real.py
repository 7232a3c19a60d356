"""The real tables of data/ taken into a database by the product's own services, for tests that look at the whole.

Columns are read by reference_files.py, so that what is tested here is what happens after reading.
"""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.loading import copy_rows
from app.needs.service.settlement import Settlement, settle_country
from app.needs.service.statements import Release, Stated, Stored, store_statements
from app.places.rules.tree import number_tree
from app.vocabulary.models import Term
from app.vocabulary.service.loading import load_vocabulary
from tests.reference_files import COUNTRY, needs

CODES = {"nigeria": "NG", "afghanistan": "AF"}
SERVICES = {
    "PRO_CPM": "PRO-CPN",
    "PRO_GBV": "PRO-GBV",
    "PRO_HLP": "PRO-HLP",
    "PRO_MIN": "PRO-MIN",
    "CSS": "COO",
}


@dataclass
class Real:
    """A country's tables in a database: ids by code."""

    db: AsyncSession
    name: str
    areas: dict[str, UUID] = field(default_factory=dict)
    services: dict[str | None, UUID | None] = field(default_factory=dict)

    @property
    def country_id(self) -> UUID:
        return self.areas[COUNTRY]

    async def begin(self) -> None:
        """The areas of the table, and the vocabulary. What follows may take as long as a job may."""
        await self.db.execute(text("SET LOCAL statement_timeout = '300s'"))
        await load_vocabulary(self.db)
        tree = needs(self.name).tree
        code = CODES[self.name]
        parents = {area: next(iter(tree.above(area)), None) for area in needs(self.name).levels}
        positions = number_tree(parents, start=1)
        self.areas = {area: new_id() for area in parents}
        rows = [
            (self.areas[area], code if area == COUNTRY else area, positions[area].level,
             self.areas[parents[area]] if parents[area] else None, code, area, "{}", positions[area].lo, positions[area].hi)
            for area in sorted(parents, key=lambda area: positions[area].lo)
        ]  # fmt: skip
        await copy_rows(
            self.db,
            "area",
            ("id", "code", "level", "parent_id", "country", "name", "names", "lo", "hi"),
            rows,
        )
        terms = await self.db.execute(select(Term.code, Term.id).where(Term.scheme == "service"))
        codes = {row.code: row.id for row in terms}
        self.services = {None: None} | {
            service: codes[SERVICES.get(service, service)]
            for service in {row.service for row in needs(self.name).rows}
            if service is not None
        }

    async def store(self) -> Stored:
        """Every row of the table, as its importer would hand it on."""
        release = Release("needs", "2024", official=True, published_on=date(2024, 1, 31))
        year = date(2024, 1, 1), date(2024, 12, 31)
        rows = (
            Stated(
                self.areas[row.area],
                self.services[row.service],
                *year,
                row.facets,
                row.people,
                row.severity,
                row.targeted,
                row_number=int(row.id) + 3,
            )
            for row in needs(self.name).rows
        )
        return await store_statements(self.db, None, release, rows)

    async def settle(self) -> Settlement:
        return await settle_country(self.db, self.country_id)
