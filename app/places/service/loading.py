"""Taking in the areas that come with the program: the whole world once, afterwards what is new in the files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit
from app.kernel.ids import new_id
from app.kernel.loading import copy_rows, digest_of, has_loaded, note_loaded
from app.places import files
from app.places.models import Area
from app.places.rules.reference import Described, Regions, join_regions
from app.places.rules.tree import Numbered, number_tree
from app.places.service.drawings import redraw
from app.places.service.tree import lock_tree, note_countries, renumber

EDITION = 1
"""Raise it when the same files are read otherwise, so that databases take them in again."""
_COLUMNS = (
    "id", "code", "level", "parent_id", "country", "name", "names", "codes", "lo", "hi", "time_zone",
    "population", "population_at", "population_source", "outline",
)  # fmt: skip
_WORDS = (
    "name",
    "names",
    "codes",
    "time_zone",
    "population",
    "population_at",
    "population_source",
    "outline",
)
"""What a newer file may change in an area."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did: areas added and changed, and whether positions moved, which is noted for whoever keeps
    positions (coverage)."""

    added: int = 0
    changed: int = 0
    renumbered: bool = False


async def load_places(db: AsyncSession) -> Loaded:
    """Areas, their spellings, people and outlines from the program's files. Doing it twice changes nothing.

    Nothing is ever taken away. Raises BrokenTree.
    """
    digest = digest_of(files.files(), EDITION)
    if await has_loaded(db, "places", digest):
        return Loaded()
    await lock_tree(db)
    if await has_loaded(db, "places", digest):  # another process did, while this one waited
        return Loaded()
    described = _described()
    ids, loaded = await _take_in(db, described)
    await _spell(db, described, ids)
    await redraw(db, {ids[area.parent] for area in described.values() if area.outline and area.parent})
    await db.execute(
        text("ANALYZE area, area_spelling")
    )  # or the first searches are planned for an empty table
    await note_loaded(db, "places", digest)
    await audit.record(
        db,
        None,
        "areas.loaded",
        audit.SYSTEM,
        digest=digest.hex(),
        added=loaded.added,
        changed=loaded.changed,
    )
    return loaded


def _described() -> dict[str, Described]:
    areas = {row.code: Described(row.code, row.parent, row.country, row.name) for row in files.listed_areas()}
    countries = {country.iso2: country for country in files.countries()}
    for area in areas.values():
        area.time_zone = countries[area.country].time_zone
        area.also_called([area.name])
    for country in countries.values():
        area = areas[country.iso2]
        area.names = {language: name for language, name in country.names.items() if name != area.name}
        area.codes = {"iso3": country.iso3}
        area.also_called([*country.names.values(), country.iso3, *files.official_names(country.iso2)])
    for figure in files.populations():
        if area := areas.get(figure.code):
            area.people, area.year, area.source = figure.people, figure.year, figure.source
            area.also_called([figure.name])
    drawn = [Regions(o.country, files.region_names(o.country), o.level, o.shapes) for o in files.outlines()]
    others = countries.keys() - {regions.country for regions in drawn if regions.level == 1}
    join_regions(areas, [*drawn, *(Regions(code, files.region_names(code)) for code in sorted(others))])
    return areas


async def _take_in(db: AsyncSession, described: Mapping[str, Described]) -> tuple[dict[str, UUID], Loaded]:
    """Returns the id of every area by its code, too."""
    there = (await db.execute(select(Area.id, Area.code, Area.parent_id))).all()
    codes = {row.id: row.code for row in there}
    before = {row.code: codes.get(row.parent_id) for row in there}
    new = [area for code, area in described.items() if code not in before]
    kept = [area for code, area in described.items() if code in before]
    ids = {row.code: row.id for row in there} | {area.code: new_id() for area in new}
    tree = before | {code: area.parent for code, area in described.items()}
    positions = number_tree(tree, start=1)
    await copy_rows(db, "area", _COLUMNS, (_row(area, ids, positions) for area in new))
    changed = await _change(db, [_row(area, ids, positions) for area in kept])
    moved = await renumber(db, tree, positions, ids) if there else 0
    if there:
        moves = (area.country for area in described.values() if before.get(area.code, "") != area.parent)
        await note_countries(db, set(moves))
    return ids, Loaded(len(new), changed, renumbered=bool(there) and bool(new or moved))


async def _change(db: AsyncSession, rows: list[tuple[Any, ...]]) -> int:
    if not rows:
        return 0
    await db.execute(text("CREATE TEMPORARY TABLE incoming_area (LIKE area) ON COMMIT DROP"))
    await copy_rows(db, "incoming_area", _COLUMNS, rows)
    theirs, ours = (", ".join(f"{table}.{column}" for column in _WORDS) for table in ("incoming", "area"))
    changed = await db.scalars(
        text(
            f"UPDATE area SET ({', '.join(_WORDS)}) = ({theirs}) FROM incoming_area AS incoming "  # noqa: S608 names of ours
            f"WHERE area.id = incoming.id AND ({ours}) IS DISTINCT FROM ({theirs}) RETURNING area.id"
        )
    )
    count = len(changed.all())
    await db.execute(text("DROP TABLE incoming_area"))
    return count


def _row(area: Described, ids: Mapping[str, UUID], positions: Mapping[str, Numbered]) -> tuple[Any, ...]:
    at = positions[area.code]
    middle = date(area.year, 7, 1) if area.year else None
    return (
        ids[area.code], area.code, at.level, ids[area.parent] if area.parent else None, area.country, area.name,
        _json(area.names), _json(area.codes), at.lo, at.hi, area.time_zone, area.people, middle, area.source,
        _json(area.outline) if area.outline else None,
    )  # fmt: skip


async def _spell(db: AsyncSession, described: Mapping[str, Described], ids: Mapping[str, UUID]) -> None:
    rows = [
        (ids[code], folded, area.country)
        for code, area in described.items()
        for folded in sorted(area.spellings)
    ]
    await db.execute(text("CREATE TEMPORARY TABLE incoming_spelling (LIKE area_spelling) ON COMMIT DROP"))
    await copy_rows(db, "incoming_spelling", ("area_id", "folded", "country"), rows)
    # In the order of the index, so that it is built page by page.
    await db.execute(
        text(
            "INSERT INTO area_spelling (area_id, folded, country) SELECT area_id, folded, country "
            "FROM incoming_spelling ORDER BY country, folded ON CONFLICT DO NOTHING"
        )
    )
    await db.execute(text("DROP TABLE incoming_spelling"))


def _json(value: Any) -> str:
    return "{}" if value == {} else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
