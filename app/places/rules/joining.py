"""Outlines from one publisher joined to areas from another, by name: their codes have nothing in common."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz.distance import OSA, JaroWinkler

from app.kernel.text import fold
from app.places.rules.outlines import Rings
from app.places.rules.topology import dissolve

CLOSE = 90
AHEAD = 6
"""A name is taken for another at this likeness (of 100), if the next best is at least `AHEAD` behind."""

# What kind of area it is, in the languages of the files; it says nothing about which.
_KINDS = frozenset(
    fold(
        "province provincia provincie state estado etat region regiao district distrito county department departement "
        "departamento governorate gouvernorat prefecture municipality commune territory oblast wilaya wilayat "
        "muhafazah island islands isla islas ile iles city the of de del du des da do la le el al ولاية محافظة منطقة"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Outline:
    """The shape of an area as a publisher drew it, its code there and every name it goes by."""

    code: str
    names: Sequence[str]
    rings: Rings


@dataclass(frozen=True, slots=True)
class Joined:
    """What came together and what didn't. `likeness` holds, for those joined by likeness alone, the
    outline's code and how alike the names are (of 100), for somebody to look at."""

    outlines: Mapping[str, Rings]
    likeness: Mapping[str, tuple[str, float]]
    without_outline: Sequence[str]
    unused: Sequence[str]


def outlines_in(
    geojson: Mapping[str, Any],
    names: Mapping[str, Sequence[str]],
    part_of: Mapping[str, str] | None = None,
) -> list[Outline]:
    """The polygons of a GeoJSON FeatureCollection (RFC 7946), with the names that `names` has for their codes
    and those in the properties `name` and `shapeName`. Features without polygon or code are passed over.

    `part_of` (code -> code) says which shapes are parts of another, as a town is of its district: those are
    joined to it and are no outlines of their own.
    """
    found: list[Outline] = []
    for feature in geojson.get("features") or ():
        facts: Mapping[str, Any] = feature.get("properties") or {}
        own = [str(facts[key]) for key in ("name", "shapeName") if facts.get(key)]
        code = str(facts.get("iso_3166_2") or facts.get("shapeISO") or (own[0] if own else ""))
        if code and (rings := _rings(feature.get("geometry") or {})):
            found.append(Outline(code, (*names.get(code, ()), *own), rings))
    return _with_parts(found, part_of or {})


def _with_parts(outlines: list[Outline], part_of: Mapping[str, str]) -> list[Outline]:
    """The same outlines, those with parts grown by them. A part whose whole isn't there stays itself."""
    there = {outline.code for outline in outlines}
    parts: dict[str, list[Outline]] = {}
    for outline in outlines:
        if (whole := part_of.get(outline.code)) in there:
            parts.setdefault(whole, []).append(outline)
    absorbed = {part.code for some in parts.values() for part in some}
    return [
        replace(outline, rings=_dissolved([outline, *parts[outline.code]]))
        if outline.code in parts
        else outline
        for outline in outlines
        if outline.code not in absorbed
    ]


def _dissolved(outlines: Sequence[Outline]) -> Rings:
    return dissolve([[(lon, lat) for lon, lat, *_ in ring] for outline in outlines for ring in outline.rings])


@dataclass(frozen=True, slots=True)
class Named:
    """Areas and what goes by the same name elsewhere, code -> code; `likeness` as in Joined."""

    pairs: Mapping[str, str]
    likeness: Mapping[str, tuple[str, float]]


def join_outlines(outlines: Iterable[Outline], areas: Mapping[str, Sequence[str]]) -> Joined:
    """Each area (code -> names) with the one outline of its name, never one outline to two areas."""
    shapes = {outline.code: outline for outline in outlines}
    named = join_names({code: outline.names for code, outline in shapes.items()}, areas)
    used = set(named.pairs.values())
    return Joined(
        outlines={area: shapes[named.pairs[area]].rings for area in areas if area in named.pairs},
        likeness=named.likeness,
        without_outline=tuple(area for area in areas if area not in named.pairs),
        unused=tuple(shape for shape in shapes if shape not in used),
    )


def join_names(others: Mapping[str, Sequence[str]], areas: Mapping[str, Sequence[str]]) -> Named:
    """Each area (code -> names) with the one of `others` (code -> names) that is called the same.

    First names that are equal once case, accents and words like "province" are gone; then, among what is
    left, names that are nearly equal and like no other. What is in doubt stays alone.
    """
    area_keys = {code: _keys(names) for code, names in areas.items()}
    other_keys = {code: _keys(names) for code, names in others.items()}
    pairs: dict[str, str] = {}

    owners: dict[str, set[str]] = {}
    for code, keys in other_keys.items():
        for key in keys:
            owners.setdefault(key, set()).add(code)
    wanted: dict[str, set[str]] = {
        code: {other for key in keys for other in owners.get(key, ())} for code, keys in area_keys.items()
    }
    wishes = Counter(other for candidates in wanted.values() for other in candidates)
    for code, candidates in wanted.items():
        if len(candidates) == 1 and wishes[next(iter(candidates))] == 1:
            pairs[code] = next(iter(candidates))

    used = set(pairs.values())
    likeness = _by_likeness(
        {code: keys for code, keys in area_keys.items() if code not in pairs},
        {code: keys for code, keys in other_keys.items() if code not in used},
    )
    return Named(pairs | {area: other for area, (other, _) in likeness.items()}, likeness)


def _by_likeness(
    areas: Mapping[str, frozenset[str]], others: Mapping[str, frozenset[str]]
) -> dict[str, tuple[str, float]]:
    scores = {(a, o): _alike(areas[a], others[o]) for a in areas for o in others}
    of_area, of_other = _best_two(scores, 0), _best_two(scores, 1)
    found: dict[str, tuple[str, float]] = {}
    for (area, other), score in scores.items():
        # The best of the row and of the column without this pair itself.
        rivals = [second if first == score else first for first, second in (of_area[area], of_other[other])]
        if score >= CLOSE and score - max(rivals) >= AHEAD:
            found[area] = (other, round(score, 1))
    return found


def _best_two(scores: Mapping[tuple[str, str], float], side: int) -> dict[str, tuple[float, float]]:
    """By one side of each pair its best score and its second best (0 where there is none)."""
    best: dict[str, tuple[float, float]] = {}
    for pair, score in scores.items():
        first, second = best.get(pair[side], (0.0, 0.0))
        best[pair[side]] = (score, first) if score > first else (first, max(second, score))
    return best


def _alike(some: frozenset[str], others: frozenset[str]) -> float:
    """0 to 100: the best likeness of any two names; letters first, a common beginning helps a little."""
    best = 0.0
    for a in some:
        for b in others:
            letters = OSA.normalized_similarity(a, b)
            best = max(best, letters, (letters + JaroWinkler.normalized_similarity(a, b)) / 2)
    return 100 * best


def _keys(names: Iterable[str]) -> frozenset[str]:
    keys: set[str] = set()
    for name in names:
        words = fold(name).split()
        telling = [word for word in words if word not in _KINDS]
        keys.add("".join(telling or words))
    return frozenset(keys - {""})


def _rings(geometry: Mapping[str, Any]) -> Rings:
    match geometry.get("type"):
        case "Polygon":
            return geometry["coordinates"]
        case "MultiPolygon":
            return [ring for polygon in geometry["coordinates"] for ring in polygon]
        case _:
            return ()
