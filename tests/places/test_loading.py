"""Taking in the areas that come with the program: once, again, and beside what people changed."""

import csv
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.kernel.changes import Change, Kind
from app.kernel.loading import LoadedFiles
from app.places import files, maps, queries
from app.places.models import Area, AreaDrawing, AreaSpelling
from app.places.service import loading

SQUARE = [[0, 0], [0, 2], [2, 2], [2, 0], [0, 0]]
NEXT = [[2, 0], [2, 2], [4, 2], [4, 0], [2, 0]]


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of two small countries, in place of the program's."""
    places, people = tmp_path / "places", tmp_path / "population"
    places.mkdir()
    people.mkdir()
    country = {
        "name_fr": "Nigéria", "name_es": "", "name_ar": "", "time_zone": "Africa/Lagos", "languages": "en ha",
        "level1_en": "State", "level1_fr": "État", "level2_en": "", "level2_fr": "",
    }  # fmt: skip
    _write(places / "countries.csv", [
        {"iso2": "NG", "iso3": "NGA", "name_en": "Nigeria", **country},
        {"iso2": "TD", "iso3": "TCD", "name_en": "Chad", **country, "name_fr": "Tchad", "time_zone": "Africa/Ndjamena"},
    ])  # fmt: skip
    _write(places / "outline-names.csv", [{"code": "NG-XX", "names": "Bornou", "part_of": ""}])
    _write(places / "p-codes-world.csv", _pcodes())
    _write(people / "files.csv", [
        {"file": "x.csv", "code_column": "P", "name_column": "N", "people_column": "T", "year": "2020", "source": "UNFPA"},
        {"file": "y.csv", "code_column": "P", "name_column": "N", "people_column": "T", "year": "2015", "source": "Old"},
    ])  # fmt: skip
    _write(
        people / "x.csv",
        [
            {"P": "#adm1+code", "N": "#name", "T": "#people"},
            {"P": "NG008", "N": "BORNO STATE", "T": "5 000 000"},
        ],
    )
    _write(people / "y.csv", [{"P": "NG008", "N": "Borno", "T": "1"}])
    features = [
        {
            "type": "Feature",
            "properties": {"iso_3166_2": "NG-BO"},
            "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
        },
        {
            "type": "Feature",
            "properties": {"iso_3166_2": "NG-YO"},
            "geometry": {"type": "Polygon", "coordinates": [NEXT]},
        },
    ]
    (places / "nigeria-adm1.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features})
    )
    monkeypatch.setattr(files, "DATA", places)
    for name, kept in (("files", (places, people)), ("listed_areas", (places,)), ("countries", (places,)),
                       ("region_names", (places,)), ("parts_of_regions", (places,)), ("outlines", (places,)),
                       ("populations", (people,))):  # fmt: skip
        monkeypatch.setattr(getattr(files, name), "__defaults__", kept)
    return places


def _pcodes(*more: tuple[str, str, str]) -> list[dict[str, str]]:
    rows = (("NG008", "Borno", "NGA"), ("NG036", "Yobe", "NGA"), ("NG036009", "Gulani", "NG036"), *more)
    return [
        {
            "Location": "NGA",
            "Admin Level": "",
            "P-Code": code,
            "Name": name,
            "Parent P-Code": above,
            "Valid from date": "",
        }
        for code, name, above in rows
    ]


async def _areas(db) -> dict[str, tuple[int, int, int, str]]:
    rows = await db.execute(select(Area.code, Area.level, Area.lo, Area.hi, Area.name).order_by(Area.lo))
    return {row[0]: tuple(row[1:]) for row in rows}


async def test_countries_areas_people_codes_and_outlines_come_from_the_files(db, folder: Path):
    loaded = await loading.load_places(db)
    assert (loaded.added, loaded.changed, loaded.renumbered) == (5, 0, False)
    assert await _areas(db) == {
        "NG": (0, 1, 4, "Nigeria"), "NG008": (1, 2, 2, "Borno"), "NG036": (1, 3, 4, "Yobe"),
        "NG036009": (2, 4, 4, "Gulani"), "TD": (0, 5, 5, "Chad"),
    }  # fmt: skip
    borno = (await db.scalars(select(Area).where(Area.code == "NG008"))).one()
    assert (borno.population, borno.population_at.year, borno.population_source) == (5_000_000, 2020, "UNFPA")
    assert borno.codes == {"iso_3166_2": "NG-BO"}
    assert borno.outline == [SQUARE]
    assert borno.time_zone == "Africa/Lagos"
    assert (await db.scalars(select(Area.names).where(Area.code == "TD"))).one() == {"fr": "Tchad"}
    spelled = set(await db.scalars(select(AreaSpelling.folded).where(AreaSpelling.area_id == borno.id)))
    assert spelled == {"borno", "borno state"}


async def test_loading_twice_changes_nothing(db, folder: Path, statements):
    await loading.load_places(db)
    before = await _areas(db)
    with statements() as sent:
        again = await loading.load_places(db)
    assert again == loading.Loaded()
    assert len(sent) == 1  # the digest of the files was enough
    await db.execute(LoadedFiles.__table__.delete())
    forced = await loading.load_places(db)
    assert forced == loading.Loaded()
    assert await _areas(db) == before
    assert await db.scalar(select(func.count()).select_from(AreaDrawing)) == 1


async def test_a_newer_file_adds_corrects_and_moves_and_every_area_has_its_position_anew(db, folder: Path):
    await loading.load_places(db)
    rows = _pcodes(("NG0360", "Bade", "NG036"))
    rows[0]["Name"], rows[2]["Name"], rows[2]["Parent P-Code"] = "Borno State", "Gulani Town", "NG008"
    _write(folder / "p-codes-world.csv", rows)
    loaded = await loading.load_places(db)
    assert (loaded.added, loaded.changed, loaded.renumbered) == (1, 2, True)
    assert await _areas(db) == {
        "NG": (0, 1, 5, "Nigeria"), "NG008": (1, 2, 3, "Borno State"), "NG036009": (2, 3, 3, "Gulani Town"),
        "NG036": (1, 4, 5, "Yobe"), "NG0360": (2, 5, 5, "Bade"), "TD": (0, 6, 6, "Chad"),
    }  # fmt: skip
    (found,) = await queries.search(db, "gulani", country="NG")
    assert (found.name, found.where.endswith("Borno State")) == ("Gulani Town", True)
    nigeria = await queries.area_by_code(db, "NG")
    assert (await db.execute(select(Change.kind, Change.subject_id))).all() == [(Kind.TREE, nigeria)]


async def test_the_map_is_drawn_while_loading_and_says_what_it_cannot_show(db, folder: Path, statements):
    _write(folder / "p-codes-world.csv", _pcodes(("NG099", "Daykundi", "NGA")))
    await loading.load_places(db)
    nigeria = await queries.area_by_code(db, "NG")
    with statements() as sent:
        drawn = await maps.areas_for_map(db, nigeria)
    assert len(sent) == 2, sent
    assert [placed.name for placed in drawn.areas] == ["Borno", "Yobe"]
    assert drawn.nowhere == ["Daykundi"]
    assert all(placed.path.startswith("M") and placed.room > 0 for placed in drawn.areas)
    shapes = drawn.shapes(
        {drawn.areas[0].id: (5, "90 %")}, "no figures", lambda placed: f"/areas/{placed.code}"
    )
    assert [(step, name, words) for _, step, name, words, _ in shapes] == [
        (0, "Yobe", "no figures"), (5, "Borno", "90 %"),
    ]  # fmt: skip


async def test_a_map_that_would_show_less_than_half_of_a_place_is_not_shown(db, folder: Path):
    _write(folder / "p-codes-world.csv", _pcodes(*((f"NG1{n:02}", f"Place {n}", "NGA") for n in range(3))))
    await loading.load_places(db)
    assert await maps.areas_for_map(db, await queries.area_by_code(db, "NG")) is None
