"""The area of a row, from its cells of codes and names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from app.exchange.reading.cells import Cell, said
from app.exchange.rows.questions import Question, Questions
from app.exchange.rules.fields import Field
from app.exchange.rules.lookups import Answers, Choice
from app.exchange.rules.verdicts import Reason, Verdict
from app.exchange.values.area_names import key, sound
from app.exchange.values.areas import AreaIndex, normal_code
from app.exchange.values.blanks import says_nothing
from app.exchange.values.several import split
from app.exchange.values.siblings import ASKED, Area, closeness
from app.kernel.text import fold

LEVELS = (1, 2, 3)
AREA_FIELDS = (
    Field.COUNTRY_CODE,
    Field.COUNTRY_NAME,
    Field.ADM1_CODE,
    Field.ADM1_NAME,
    Field.ADM2_CODE,
    Field.ADM2_NAME,
    Field.ADM3_CODE,
    Field.ADM3_NAME,
)
"""The fields whose cells `AreaReader.read` takes, in this order."""
_EVERYWHERE = frozenset(
    fold(word)
    for word in [
        "all",
        "all districts",
        "all provinces",
        "all regions",
        "all states",
        "all lgas",
        "several",
        "multiple",
        "various",
        "many",
        "countrywide",
        "country wide",
        "nationwide",
        "national",
        "national level",
        "country level",
        "whole country",
        "entire country",
        "across the country",
        "tous",
        "toutes",
        "toutes les provinces",
        "toutes les régions",
        "tout le pays",
        "niveau national",
        "nationale",
        "plusieurs",
        "divers",
        "multiples",
        "ensemble du pays",
        "ensemble du territoire",
        "todos",
        "todas",
        "todo el país",
        "nivel nacional",
        "nacional",
        "varios",
        "varias",
        "múltiple",
        "multiples",
        "multi",
        "كل",
        "جميع",
        "الكل",
        "جميع المحافظات",
        "كل المحافظات",
        "عدة",
        "متعدد",
        "على مستوى الدولة",
        "وطني",
        "كل الولايات",
        "جميع الولايات",
        "all areas",
        "all locations",
        "toutes les zones",
        "tous les territoires",
        "all counties",
    ]
)


class AreaFound(NamedTuple):
    """The area of a row or, when it names several at once, all of them in `others` too."""

    area: Area | None
    reasons: tuple[Reason, ...] = ()
    place: str = ""
    others: tuple[Area, ...] = ()
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class AreaCells:
    """The cells of one row as `said`; codes and names by level from 1."""

    country: tuple[str, ...]
    codes: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def path(self) -> str:
        """What the row says about its area, from the top down: the value under which an answer is kept."""
        parts = [fold(name) or fold(code) for code, name in zip(self.codes, self.names, strict=True)]
        return " > ".join(part for part in parts if part)

    @property
    def said(self) -> str:
        parts = [name or code for code, name in zip(self.codes, self.names, strict=True)]
        return ", ".join(part for part in reversed(parts) if part)


class AreaReader:
    """Finds the area of rows of one import, in its country."""

    def __init__(self, areas: AreaIndex, country: str, answers: Answers, questions: Questions) -> None:
        self._areas, self._country, self._answers, self._questions = areas, country, answers, questions

    def read(self, cells: Sequence[Cell]) -> AreaFound:
        """`cells`: country code, country name, then code and name of levels 1 to 3, None where there is no column.

        The deepest code decides, its parents come from our tree; without codes the names are walked down.
        """
        texts = ["" if says_nothing(text := said(cell)) else text for cell in cells]
        given = AreaCells(
            tuple(texts[:2]), tuple(texts[2::2]), tuple(_specific(name) for name in texts[3::2])
        )
        country = self._row_country(given)
        if country is None:
            return AreaFound(None, (Reason("unknown-area", " ".join(given.country)),))
        if answered := self._answered(given, country):
            return answered
        found = self._by_codes(given, country) or self._by_names(given, country)
        if found.area is None and (several := self._several(cells, given, country)):
            return several
        if found.area is None and any(reason.code == "unknown-area" for reason in found.reasons):
            return self._asked(given, country, found)
        return found

    def _row_country(self, given: AreaCells) -> Area | None:
        own = self._areas.country(self._country) if self._country else None
        for text in given.country:
            if text and (named := self._areas.country(text)):
                return named if own is None or named is own else None
        return own

    def _answered(self, given: AreaCells, country: Area) -> AreaFound | None:
        answer = self._answers.get(("area", given.path)) if given.path else None
        if answer is None:
            return None
        if answer.choice is Choice.RECORD and (area := self._areas.area(answer.record)):
            return AreaFound(area)
        if answer.choice is Choice.IGNORE:
            return AreaFound(country, (Reason("whole-country"),), place=given.said)
        return None

    def _by_codes(self, given: AreaCells, country: Area) -> AreaFound | None:
        if not any(given.codes):
            return None
        known: list[tuple[int, str, Area]] = []
        unknown: list[tuple[int, str]] = []
        for level, text in zip(LEVELS, given.codes, strict=True):
            if text:
                parent = known[-1][2] if known else None
                area = self._areas.by_code(country.country, text, level, parent)
                if area is not None and area.level > 0:
                    known.append((level, text, area))
                else:
                    unknown.append((level, text))
        depth = self._areas.depth(country.country)
        place = ""
        reasons: list[Reason] = []
        deepest = known[-1][0] if known else 0
        for level, text in unknown:
            if level > max(depth, deepest):
                above = self._areas.above_code(country.country, text)
                if above is not None and (not known or self._areas.within(above, known[-1][2])):
                    known.append((level, text, above))
                place = given.names[level - 1] or text
                reasons.append(Reason("finer-area", place))
            elif level > deepest:
                return AreaFound(None, (Reason("unknown-area", text),))
        if not known:
            return None if reasons else AreaFound(None, (Reason("unknown-area", given.said),))
        area = max((area for _level, _text, area in known), key=lambda one: one.level)
        for _level, text, other in known:
            if not self._areas.within(area, other):
                return AreaFound(None, (Reason("area-conflict", area.code, text),))
            if normal_code(text) != other.code and other.level == _level:
                reasons.append(Reason("code-repaired", text, other.code))
        return self._with_names(AreaFound(area, tuple(reasons), place), given, area.level)

    def _by_names(self, given: AreaCells, country: Area) -> AreaFound:
        if not any(given.names):
            return AreaFound(country, (Reason("whole-country"),))
        return self._with_names(AreaFound(country), given, 0)

    def _with_names(self, found: AreaFound, given: AreaCells, coded: int) -> AreaFound:
        """Checks the names of coded levels and walks down those below."""
        area, place = found.area, found.place
        reasons = list(found.reasons)
        lost = ""
        assert area is not None  # noqa: S101 - callers start from an area
        depth = self._areas.depth(area.country)
        for level, name in zip(LEVELS, given.names, strict=True):
            if not name:
                continue
            if level <= coded:
                above = self._areas.ancestor(area, level)
                reason = self._name_beside_code(above, name) if above else None
                if reason and reason.verdict is Verdict.REFUSED:
                    return AreaFound(None, (reason,))
                reasons += [reason] if reason else []
            elif level > depth:
                if not place:
                    place = name
                    reasons.append(Reason("finer-area", name))
            else:
                match = self._areas.by_name(area.country, level, name, area if area.level else None)
                if match.area is None:
                    if level == 1 and coded == 0:
                        lost = name
                        continue
                    return AreaFound(None, (Reason("unknown-area", given.said),))
                if match.how == "close":
                    reasons.append(Reason("spelling", name, match.area.name))
                if lost and match.how != "equal":
                    return AreaFound(None, (Reason("unknown-area", given.said),))
                if lost:
                    reasons.append(Reason("parent-unknown", lost, match.area.name))
                    lost = ""
                area = match.area
        if lost:
            return AreaFound(None, (Reason("unknown-area", given.said),))
        if area.level == 0:
            reasons.append(Reason("whole-country"))
        return AreaFound(area, tuple(reasons), place)

    def _name_beside_code(self, area: Area, name: str) -> Reason | None:
        """Equal names say nothing, close ones are noted, unlike ones warned of; the name of a sibling is a conflict."""
        parent = self._areas.parent(area)
        match = self._areas.by_name(
            area.country, area.level, name, parent if parent and parent.level else None
        )
        if match.how == "equal" or (match.candidates and match.candidates[0][1] == 100.0):
            equal = [match.area] if match.how == "equal" else [one for one, _score in match.candidates]
            return None if area in equal else Reason("area-conflict", area.name, name)
        wanted = key(name)
        heard = sound(wanted)
        likeness = max(
            (closeness(wanted, heard, key(own), sound(key(own))) for own in area.names), default=0.0
        )
        return Reason("spelling" if likeness >= ASKED else "name-differs", name, area.name)

    def _several(self, cells: Sequence[Cell], given: AreaCells, country: Area) -> AreaFound | None:
        """Several areas in the deepest filled cell, when every part is known below what the other cells say."""
        level = next(
            (level for level in reversed(LEVELS) if given.codes[level - 1] or given.names[level - 1]), 0
        )
        if not level:
            return None
        rest = ("",) * (4 - level)
        above = replace(given, codes=given.codes[: level - 1] + rest, names=given.names[: level - 1] + rest)
        parent = country
        if any((*above.codes, *above.names)):
            found = self._by_codes(above, country) or self._by_names(above, country)
            if found.area is None:
                return None
            parent = found.area
        areas = split(cells[2 * level], partial(self._coded, level, parent))
        areas = areas or split(cells[2 * level + 1], partial(self._named, level, parent))
        return AreaFound(areas[0], others=tuple(areas[1:])) if len(areas) > 1 else None

    def _coded(self, level: int, parent: Area, text: str) -> Area | None:
        area = self._areas.by_code(parent.country, text, level, parent)
        return area if area and self._areas.within(area, parent) else None

    def _named(self, level: int, parent: Area, text: str) -> Area | None:
        return self._areas.by_name(parent.country, level, text, parent if parent.level else None).area

    def _asked(self, given: AreaCells, country: Area, found: AreaFound) -> AreaFound:
        candidates = self._candidates(given, country)
        question = self._questions.ask(
            "area", given.path, given.said, [(one.code, one.name) for one in candidates]
        )
        return found._replace(question=question)

    def _candidates(self, given: AreaCells, country: Area) -> list[Area]:
        parent = country
        near: list[Area] = []
        for level, name in zip(LEVELS, given.names, strict=True):
            if not name:
                continue
            match = self._areas.by_name(country.country, level, name, parent if parent.level else None)
            near = [one for one, _score in match.candidates]
            if match.area:
                parent = match.area
        return near[:3]


def _specific(name: str) -> str:
    """The name, or nothing where a cell says that it is everywhere below the level above."""
    return "" if fold(name) in _EVERYWHERE else name
