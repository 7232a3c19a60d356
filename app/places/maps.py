"""Maps as pages use them: the areas right below one, as they were drawn when their outlines were taken in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.places.models import Area, AreaDrawing
from app.places.queries import said_name
from app.places.rules.outlines import WIDTH

MOST_LINKS = 60
"""Of more areas than this the map has no links: the table beside it has them."""
MOST_LABELS = 6
LETTER = 0.55
"""Width of a letter as a part of its height, on average."""

Shape = tuple[str, int, str, str, str | None]
Rectangle = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Placed:
    """An area on a map: its path, and the point where its name stands with the room around it."""

    id: UUID
    code: str
    name: str
    path: str
    x: int
    y: int
    room: int


@dataclass(frozen=True, slots=True)
class Map:
    """The areas right below one, for `viewBox="0 0 width height"`. `nowhere` are those that can't be shown:
    without an outline, or too small at this width; the caption names them. `insets` are boxes around parts
    that lie far away. `digest` changes with what is drawn."""

    width: int
    height: int
    areas: Sequence[Placed]
    nowhere: Sequence[str]
    insets: Sequence[Rectangle]
    digest: str

    @property
    def box(self) -> Rectangle:
        return (0, 0, self.width, self.height)

    @property
    def linked(self) -> bool:
        return len(self.areas) <= MOST_LINKS

    def shapes(
        self, figures: Mapping[UUID, tuple[int, str]], missing: str, href: Callable[[Placed], str | None]
    ) -> list[Shape]:
        """What the macro `areamap` takes: `figures` has each area's class (1 to 5; 0: no figure) and its words;
        an area that isn't in it has no figure and the words `missing`. The worst come last."""
        rows = [(placed, *figures.get(placed.id, (0, missing))) for placed in self.areas]
        rows.sort(key=lambda row: (row[1], row[0].code))
        return [(placed.path, step, placed.name, words, href(placed)) for placed, step, words in rows]

    def labels(self, most: int = MOST_LABELS) -> list[tuple[int, int, str]]:
        """Names of the areas with most room, where the name fits about into it, as (x, y, name)."""
        height = 14 * self.width / 320
        fit = [a for a in self.areas if len(a.name) * height * LETTER <= 2.6 * a.room]
        widest = sorted(fit, key=lambda a: (-a.room, a.code))[: min(most, MOST_LABELS)]
        return [(a.x, a.y + round(height / 3), a.name) for a in widest]


async def areas_for_map(db: AsyncSession, parent_id: UUID, *, width: int = WIDTH) -> Map | None:
    """The map of what lies right below an area; None where less than half of it has an outline, so that a map
    would show a part as if it were the whole. Two statements."""
    kept = (AreaDrawing.parent_id == parent_id) & (AreaDrawing.width == width)
    found = (await db.execute(select(AreaDrawing.drawing, AreaDrawing.digest).where(kept))).first()
    if found is None:
        return None
    drawing, drawn = found.drawing, found.drawing["areas"]
    rows = (
        await db.execute(
            select(Area.id, Area.code, said_name()).where(Area.parent_id == parent_id).order_by(Area.lo)
        )
    ).all()
    areas = [Placed(i, code, name, **drawn[code]) for i, code, name in rows if code in drawn]
    if 2 * len(areas) < len(rows):
        return None
    return Map(
        width=drawing["width"],
        height=drawing["height"],
        areas=areas,
        nowhere=[name for _, code, name in rows if code not in drawn],
        insets=[
            (
                round(box["left"]),
                round(box["top"]),
                round(box["right"] - box["left"]),
                round(box["bottom"] - box["top"]),
            )
            for box in drawing["insets"]
        ],
        digest=found.digest.hex(),
    )
