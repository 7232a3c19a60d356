"""The database: one engine a process, one `db` a request, and constraints that speak.

`db` is an AsyncSession everywhere; the word session means a person's sign-in.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from psycopg import errors as psycopg_errors
from sqlalchemy import DateTime, MetaData, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from app.kernel.ids import new_id
from app.kernel.refusals import Refused

Id = Annotated[UUID, mapped_column(primary_key=True, default=new_id, server_default=text("uuidv7()"))]
Moment = Annotated[datetime, mapped_column(server_default=text("now()"))]


class Base(DeclarativeBase):
    """Every table. Constraints are named, since a refusal hangs on the name.

    A table says in `info` where it would lie if one primary were outgrown (operations.md 6.2).
    """

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy as a class attribute
        datetime: DateTime(timezone=True),
        str: String(),
        dict[str, Any]: JSONB(),
        list[str]: ARRAY(String()),
        list[UUID]: ARRAY(Uuid()),
    }


class Versioned:
    """A row that two people may edit: the later one is told (kernel/versions.py)."""

    version: Mapped[int] = mapped_column(server_default=text("1"), default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a class, says SQLAlchemy
        return {"version_id_col": cls.version}


def open_engine(url: str, *, pool: int = 5, statement_seconds: int = 10) -> AsyncEngine:
    """An engine on `url` (postgresql://…), whose statements end after `statement_seconds`."""
    return create_async_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1).replace("postgres://", "postgresql+psycopg://", 1),
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=True,
        connect_args={
            "options": f"-c statement_timeout={statement_seconds}s -c TimeZone=UTC -c jit=off",
            "prepare_threshold": 3,
        },
    )


def read_only(engine: AsyncEngine) -> AsyncEngine:
    """The same engine, whose transactions can't write."""
    return engine.execution_options(postgresql_readonly=True)


def sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, expire_on_commit=False, autoflush=False)


@asynccontextmanager
async def transaction(maker: async_sessionmaker[AsyncSession]) -> AsyncGenerator[AsyncSession]:
    """A `db` whose work is committed when the block ends, and forgotten when it raises."""
    async with maker() as db, db.begin():
        yield db


@asynccontextmanager
async def refusing(db: AsyncSession, refusals: Mapping[str, Refused]) -> AsyncGenerator[None]:
    """Run and flush in a savepoint; a constraint that is named in `refusals` becomes its refusal.

    A constraint that nobody named stays an error of ours.
    """
    try:
        async with db.begin_nested():
            yield
            await db.flush()
    except IntegrityError as problem:
        raise refusals.get(constraint_of(problem) or "", problem) from problem


def constraint_of(problem: IntegrityError) -> str | None:
    """The name of the constraint that refused, as the models name it."""
    return problem.orig.diag.constraint_name if isinstance(problem.orig, psycopg_errors.Error) else None
