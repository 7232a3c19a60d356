"""Places: the tree of areas, from country to district and below."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Base, Id

Names = Annotated[dict[str, str], mapped_column(JSONB)]


class Area(Base):
    """A country, region, district or smaller. Its subtree is the interval `lo`..`hi` of positions in preorder.

    `codes` goes from the name of another list (iso3, iso_3166_2) to its code there. `outline` holds rings of
    longitude and latitude.
    """

    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("hi >= lo", name="interval"),
        CheckConstraint("(level = 0) = (parent_id IS NULL)", name="only_countries_have_no_parent"),
        CheckConstraint("population >= 0", name="population"),
        Index("ix_area_lo_hi", "lo", "hi"),
        Index("ix_area_parent_id", "parent_id"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    code: Mapped[str]
    level: Mapped[int]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("area.id"))
    country: Mapped[str]
    name: Mapped[str]
    names: Mapped[Names] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    codes: Mapped[Names] = mapped_column(server_default=text("'{}'::jsonb"), default=dict)
    lo: Mapped[int]
    hi: Mapped[int]
    time_zone: Mapped[str] = mapped_column(server_default="UTC", default="UTC")
    population: Mapped[int | None] = mapped_column(BigInteger)
    population_at: Mapped[date | None]
    population_source: Mapped[str] = mapped_column(server_default="", default="")
    outline: Mapped[list[list[list[float]]] | None] = mapped_column(JSONB)


class AreaSpelling(Base):
    """One way in which an area's name is written, folded, for a search that forgives typing."""

    __tablename__ = "area_spelling"
    __table_args__ = (
        Index("ix_area_spelling_folded", "folded", postgresql_ops={"folded": "text_pattern_ops"}),
        Index(
            "ix_area_spelling_trigrams",
            "country",
            "folded",
            postgresql_using="gist",
            postgresql_ops={"folded": "gist_trgm_ops"},
        ),
        {"info": {"placement": "shared"}},
    )
    area_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True)
    folded: Mapped[str] = mapped_column(primary_key=True)
    country: Mapped[str]
    """That of the area, so that one index finds likeness within a country."""


class AreaDrawing(Base):
    """The areas right below `parent_id`, drawn together for a page `width` units wide.

    `digest` is of what was drawn: the same outlines are not drawn twice, and a browser may keep the answer.
    """

    __tablename__ = "area_drawing"
    __table_args__ = ({"info": {"placement": "shared"}},)
    parent_id: Mapped[UUID] = mapped_column(ForeignKey("area.id"), primary_key=True)
    width: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    drawing: Mapped[Annotated[dict[str, Any], mapped_column(JSONB)]]
