"""Taking the demonstration out again: what its invented organisations are and did, and its people.

Real data that came with it (listed organisations, presences, needs) stays. The audit trail stays whole: it
names people and records by number only.
"""

from functools import cache
from uuid import UUID

from sqlalchemy import Table, delete, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Person, RoleGrant, Session, SignInLink
from app.kernel import audit, time
from app.kernel.database import Base
from app.organisations.models import Organisation

ROOT = Organisation.__tablename__


async def remove(db: AsyncSession) -> tuple[int, int]:
    """Take the demonstration out. Returns how many organisations and people went; a second time it is none."""
    organisations = (
        await db.scalar(select(func.count()).select_from(Organisation).where(Organisation.demonstration)) or 0
    )
    await _mark(db)
    await _take_away(db)
    people = list(await db.scalars(select(Person.id).where(Person.demonstration, Person.erased_at.is_(None))))
    for person_id in people:
        await _part_with(db, person_id)
    if organisations or people:
        await audit.record(
            db, None, "demonstration.removed", audit.SYSTEM, organisations=organisations, people=len(people)
        )
    return organisations, len(people)


async def _mark(db: AsyncSession) -> None:
    """Note, table by table from the organisations down, which rows hang on one of the demonstration's."""
    for table in Base.metadata.sorted_tables:
        parents = [
            key
            for key in table.foreign_keys
            if key.column.table.name in _hanging() and key.column.table is not table
        ]
        if table.name == ROOT:
            condition = "t.demonstration"
        elif parents:
            condition = " OR ".join(
                f't."{key.parent.name}" IN (SELECT "{key.column.name}" FROM doomed_{key.column.table.name})'  # noqa: S608
                for key in parents
            )
        else:
            continue
        marked = f'SELECT t.* FROM "{table.name}" t WHERE {condition}'  # noqa: S608 - names are our own models'
        await db.execute(text(f"CREATE TEMP TABLE doomed_{table.name} ON COMMIT DROP AS {marked}"))


async def _take_away(db: AsyncSession) -> None:
    """Delete what was marked, from the leaves up."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name not in _hanging():
            continue
        same = " AND ".join(f't."{column.name}" = d."{column.name}"' for column in table.primary_key.columns)
        await db.execute(text(f'DELETE FROM "{table.name}" t USING doomed_{table.name} d WHERE {same}'))  # noqa: S608


@cache
def _hanging() -> frozenset[str]:
    """The names of the tables that hang on organisations, and of that one itself."""
    found = {ROOT}
    for table in Base.metadata.sorted_tables:
        if _points_into(table, found):
            found.add(table.name)
    return frozenset(found)


def _points_into(table: Table, names: set[str]) -> bool:
    return any(key.column.table.name in names and key.column.table is not table for key in table.foreign_keys)


async def _part_with(db: AsyncSession, person_id: UUID) -> None:
    """Delete a person of the demonstration; where a real record names them, only their name and address go."""
    email = select(Person.email).where(Person.id == person_id).scalar_subquery()
    await db.execute(delete(SignInLink).where(SignInLink.email == email))
    await db.execute(delete(Session).where(Session.person_id == person_id))
    await db.execute(delete(RoleGrant).where(RoleGrant.person_id == person_id))
    try:
        async with db.begin_nested():
            await db.execute(delete(Person).where(Person.id == person_id))
    except IntegrityError:
        gone = {"name": "", "email": f"erased-{person_id}@{person_id.hex}.example", "erased_at": time.now()}
        await db.execute(update(Person).where(Person.id == person_id).values(**gone))
