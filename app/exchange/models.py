"""Exchange: sources of data, the files read from them, and how their columns and words are understood."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, Id, Moment, Versioned

Facts = Annotated[dict[str, Any], mapped_column(JSONB)]
Then = Annotated[datetime | None, mapped_column()]


class Source(Versioned, Base):
    """A publisher's recurring file ("Nigeria 3W, quarterly")."""

    __tablename__ = "source"
    __table_args__ = (
        UniqueConstraint("name", "country"),
        CheckConstraint(
            "kind IN ('presence', 'need', 'organisation', 'programme', 'result', 'hours')", name="kind"
        ),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    name: Mapped[str]
    kind: Mapped[str]
    country: Mapped[str]
    publisher: Mapped[str] = mapped_column(server_default="", default="")
    licence: Mapped[str] = mapped_column(server_default="", default="")
    address: Mapped[str] = mapped_column(server_default="", default="")
    official: Mapped[bool] = mapped_column(server_default=text("false"), default=False)


class ColumnMapping(Base):
    """Which column is which field, and which cell value is which record; versioned, decided by a person.

    `signature` is the SHA-256 of the folded header and tag rows; `answers` goes from field to folded value to
    {"record": id} | {"ignore": true} | {"create": true}.
    """

    __tablename__ = "mapping"
    __table_args__ = (UniqueConstraint("source_id", "version"), {"info": {"placement": "shared"}})
    id: Mapped[Id]
    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id"))
    version: Mapped[int]
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    columns: Mapped[Facts]
    answers: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[Moment]


class Import(Versioned, Base):
    """One file of one source, read once (exchange.md 2)."""

    __tablename__ = "import"
    __table_args__ = (
        CheckConstraint(
            "state IN ('uploaded', 'read', 'to map', 'staged', 'checked', 'applying', 'interrupted', 'applied', "
            "'undone', 'superseded', 'cancelled', 'failed')",
            name="state",
        ),
        Index("ix_import_source_id", "source_id", "id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    source_id: Mapped[UUID] = mapped_column(ForeignKey("source.id"))
    mapping_id: Mapped[UUID | None] = mapped_column(ForeignKey("mapping.id"))
    state: Mapped[str] = mapped_column(server_default="uploaded", default="uploaded")
    file_name: Mapped[str]
    file_hash: Mapped[bytes] = mapped_column(LargeBinary)
    file_bytes: Mapped[int] = mapped_column(BigInteger)
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    facts: Mapped[Facts] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    """Encoding, delimiter, sheets, header row; counts by verdict and reason; questions still open."""
    rows_all: Mapped[int | None]
    last_row: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    ranges_done: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    problem: Mapped[str] = mapped_column(server_default="", default="")
    begun_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    begun_at: Mapped[Moment]
    ended_at: Mapped[Then]


class ImportRow(Base):
    """A row as it was understood, before it is applied (and kept after, if it was refused or warned about).

    `import_id` is the import's, without a key: all rows of a file have the same, only staging.py writes them, and asking a
    million times whether that import is there was two fifths of PostgreSQL's time to write them down.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        CheckConstraint("verdict IN ('ok', 'warn', 'refused')", name="verdict"),
        Index("ix_import_row_key", "import_id", "key"),
        {"info": {"placement": "local"}},
    )
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    sheet_number: Mapped[int] = mapped_column(Integer, primary_key=True)
    row_number: Mapped[int] = mapped_column(Integer, primary_key=True)
    part: Mapped[int] = mapped_column(Integer, primary_key=True)
    verdict: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(server_default=text("'{}'"), default=list)
    key: Mapped[Annotated[bytes | None, mapped_column(LargeBinary)]]
    hash: Mapped[Annotated[bytes | None, mapped_column(LargeBinary)]]
    values: Mapped[Facts]
    before: Mapped[Annotated[dict[str, Any] | None, mapped_column(JSONB)]]
    """What stood under this key until the import was applied, as merging.py writes it down: what undo gives back."""
