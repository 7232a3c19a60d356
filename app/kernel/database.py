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
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
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


def open_engine(
    url: str, *, pool: int = 5, overflow: int | None = None, statement_seconds: int = 10, ping: bool = True
) -> AsyncEngine:
    """An engine on `url` (postgresql://…), whose statements end after `statement_seconds`.

    It keeps `pool` connections and opens `overflow` more (as many again) when those are taken. `ping`: ask each
    connection whether it is still there before it is used; whoever repeats what failed can do without.
    """
    return _engine(url, pool, pool if overflow is None else overflow, statement_seconds, ping)


def open_reading_engine(
    url: str, *, pool: int = 5, overflow: int = 3, statement_seconds: int = 10
) -> AsyncEngine:
    """An engine for `Reads`: its connections can't write, and no transaction is begun and ended around statements.

    PostgreSQL starts no helpers for a page: starting two took 0.22 of the 0.30 s of a list at 100 000 programmes.
    """
    options = "-c default_transaction_read_only=on -c max_parallel_workers_per_gather=0"
    return _engine(url, pool, overflow, statement_seconds, False, options, isolation_level="AUTOCOMMIT")


def _engine(
    url: str, pool: int, overflow: int, statement_seconds: int, ping: bool, options: str = "", **more: Any
) -> AsyncEngine:
    return create_async_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1).replace(
            "postgres://", "postgresql+psycopg://", 1
        ),
        pool_size=pool,
        max_overflow=overflow,
        pool_pre_ping=ping,
        connect_args={
            # How like a word must be to be found in a text (the operator <%): a slip or two in a word of six letters.
            "options": f"-c statement_timeout={statement_seconds}s -c TimeZone=UTC -c jit=off "
            f"-c pg_trgm.word_similarity_threshold=0.5 {options}",
            "prepare_threshold": 3,
        },
        **more,
    )


class Reads(AsyncSession):
    """A `db` for pages that only read. Each statement stands by itself, so a page of three takes three round trips.

    What others commit between two statements is seen by the second, as it is within a transaction here too.
    """

    async def stream(self, *arguments: Any, **more: Any) -> Any:
        """Not for pages: a cursor needs a transaction. Read in parts, after a row (kernel/pagination.py)."""
        raise TypeError("a page can't hold a cursor open: read in parts, after a row")

    stream_scalars = stream


def readers(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """What makes a `db` that only reads; `engine` is one that `open_reading_engine` made."""
    return async_sessionmaker(engine, class_=Reads, expire_on_commit=False, autoflush=False)


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


_MAY_PASS = (
    psycopg_errors.AdminShutdown,
    psycopg_errors.CrashShutdown,
    psycopg_errors.CannotConnectNow,
    psycopg_errors.DeadlockDetected,
    psycopg_errors.SerializationFailure,
)


def is_away(problem: BaseException) -> bool:
    """Whether the database can't be reached, is full or busy, or cut us off: nothing that was asked wrongly."""
    if isinstance(problem, PoolTimeoutError):
        return True
    raw = problem.orig if isinstance(problem, DBAPIError) else problem
    lost = isinstance(problem, DBAPIError) and problem.connection_invalidated
    away = isinstance(raw, psycopg_errors.OperationalError | psycopg_errors.ReadOnlySqlTransaction)
    return (lost or away) and not isinstance(raw, psycopg_errors.QueryCanceled)


def may_pass(problem: BaseException) -> bool:
    """Whether the same, asked once more at once, may well be answered: the connection was lost, or another came first."""
    raw = problem.orig if isinstance(problem, DBAPIError) else problem
    lost = isinstance(problem, DBAPIError) and problem.connection_invalidated
    # Without a code of the server's the connection itself broke, or could not be made.
    broken = isinstance(raw, psycopg_errors.OperationalError) and raw.sqlstate is None
    return lost or broken or isinstance(raw, _MAY_PASS)
