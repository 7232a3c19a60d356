"""The tree of areas as an index for cells: by code, repaired where it's damaged, and by name, tolerant of spelling."""

from collections.abc import Iterable, Sequence

from app.exchange.values.area_names import key
from app.exchange.values.countries import country_named
from app.exchange.values.siblings import Area, NameMatch, Siblings


class AreaIndex:
    """Areas from rows of (code, level, parent's code, names), level 0 being countries.

    A country needs no row of its own: level 1 may name it as its parent by alpha-2 or alpha-3 code.
    """

    def __init__(self, rows: Iterable[tuple[str, int, str, Sequence[str]]]) -> None:
        self._areas: dict[str, Area] = {}
        self._children: dict[str, list[Area]] = {}
        self._of_level: dict[tuple[str, int], list[Area]] = {}
        self._by_country: dict[str, Area] = {}
        self._groups: dict[tuple[str, int], Siblings] = {}
        self._lengths: dict[tuple[str, int], tuple[int, ...]] = {}
        self._prefixes: dict[str, tuple[str, ...]] = {}
        self._everywhere: dict[str, set[str]] = {}
        waiting = sorted(rows, key=lambda row: row[1])
        for code, level, parent, names in waiting:
            self._add(normal_code(code), level, normal_code(parent), tuple(names))

    def __len__(self) -> int:
        return len(self._areas)

    def area(self, code: str) -> Area | None:
        """The area with exactly this code."""
        return self._areas.get(normal_code(code))

    def country(self, text: str) -> Area | None:
        """The country that a code or a name in English, French, Spanish or Arabic means, if we have areas of it."""
        if not text:
            return None
        known = self._areas.get(normal_code(text))
        if known and known.level == 0:
            return known
        named = country_named(text)
        return self._by_country.get(named.alpha3) if named else None

    def countries(self) -> list[str]:
        return sorted(self._by_country)

    def parent(self, area: Area) -> Area | None:
        return self._areas.get(area.parent)

    def ancestor(self, area: Area, level: int) -> Area | None:
        """The area above `area` at a level, the area itself at its own level."""
        above: Area | None = area
        while above is not None and above.level > level:
            above = self._areas.get(above.parent)
        return above if above is not None and above.level == level else None

    def within(self, area: Area, above: Area) -> bool:
        return self.ancestor(area, above.level) is above

    def depth(self, country: str) -> int:
        """The deepest level that the country's areas reach."""
        return max((level for place, level in self._of_level if place == country), default=0)

    def level(self, country: str, level: int) -> Sequence[Area]:
        return self._of_level.get((country, level), ())

    def by_code(self, country: str, text: str, level: int, parent: Area | None = None) -> Area | None:
        """The one area of the country that a code means; `level` is what the column says, not what must come out.

        Tried in order: as it is, with the country's other prefix, with a prefix added, with leading zeros back,
        as a number within `parent`. None for no area or more than one.
        """
        code = normal_code(text)
        if not code:
            return None
        if found := self._of_country(country, code):
            return found
        for tried in (self._other_prefix, self._padded):
            found = {area for one in tried(country, code, level) if (area := self._of_country(country, one))}
            if found:
                return found.pop() if len(found) == 1 else None
        if parent is not None and parent.level == level - 1 and code.isdecimal():
            within = {
                area
                for one in _zeros(parent.code, code, self._code_lengths(country, level))
                if (area := self._of_country(country, one))
            }
            return within.pop() if len(within) == 1 else None
        return None

    def above_code(self, country: str, text: str) -> Area | None:
        """The deepest area whose code is the beginning of a code below the areas that we have."""
        code = normal_code(text)
        for length in range(len(code) - 1, 3, -1):
            found = self._of_country(country, code[:length]) or self._swapped(country, code[:length])
            if found is None and code.isdecimal():
                found = self.by_code(country, code[:length], 2)
            if found and found.level > 0:
                return found
        return None

    def _swapped(self, country: str, code: str) -> Area | None:
        found = (self._of_country(country, one) for one in self._other_prefix(country, code, 0))
        return next((area for area in found if area), None)

    def by_name(self, country: str, level: int, text: str, parent: Area | None = None) -> NameMatch:
        """The area that a name means among the children of `parent`, or among all of the level without one."""
        group = self._siblings(country, level, parent)
        return group.match(text) if group else NameMatch()

    def countries_of_code(self, text: str) -> "frozenset[str]":
        """Countries in which a code with letters is an area's, as it is or with the country's other prefix."""
        code = normal_code(text)
        if not code or code.isdecimal():
            return frozenset()
        if exact := self._areas.get(code):
            return frozenset({exact.country}) if exact.level else frozenset()
        for length in (3, 2):
            named = country_named(code[:length]) if code[:length].isalpha() else None
            if named and any(
                self._of_country(named.alpha3, one) for one in self._other_prefix(named.alpha3, code, 1)
            ):
                return frozenset({named.alpha3})
            if named and self.above_code(named.alpha3, code):
                return frozenset({named.alpha3})
        return frozenset()

    def countries_of_name(self, key_: str) -> "frozenset[str]":
        """Countries that have an area of level 1 or 2 whose name has this key."""
        if not self._everywhere:
            for area in self._areas.values():
                if area.level in (1, 2):
                    for name in area.names:
                        self._everywhere.setdefault(key(name), set()).add(area.country)
        return frozenset(self._everywhere.get(key_, ()))

    def names_at(self, country: str, level: int) -> "frozenset[str]":
        """Keys of all names at a level, for recognising a column of names."""
        group = self._siblings(country, level, None)
        return group.keys if group else frozenset()

    def _add(self, code: str, level: int, parent: str, names: tuple[str, ...]) -> None:
        above = self._areas.get(parent)
        if above is None and level > 0:
            above = self._implied(parent, level)
        if level == 0:
            named = country_named(code) or (country_named(names[0]) if names else None)
            country = named.alpha3 if named else code
        else:
            country = above.country if above else code
        area = Area(code, level, above.code if above else "", tuple(name for name in names if name), country)
        self._areas[code] = area
        self._of_level.setdefault((country, level), []).append(area)
        if level == 0:
            self._by_country[country] = area
        else:
            self._children.setdefault(area.parent, []).append(area)

    def _implied(self, code: str, level: int) -> Area | None:
        """The country of a level-1 row that has no row itself. Deeper rows without their parent hang on nothing."""
        if level != 1:
            return None
        named = country_named(code)
        known = self._by_country.get(named.alpha3) if named else None
        if known:
            return known
        self._add(code, 0, "", (named.name,) if named else ())
        return self._areas[code]

    def _of_country(self, country: str, code: str) -> Area | None:
        area = self._areas.get(code)
        return area if area is not None and area.country == country else None

    def _other_prefix(self, country: str, code: str, _level: int) -> Iterable[str]:
        prefixes = self._country_prefixes(country)
        named = country_named(country)
        foreign = {named.alpha2, named.alpha3} if named else set[str]()
        for written in sorted({*prefixes, *foreign}, key=len, reverse=True):
            if written and code.startswith(written):
                for prefix in prefixes:
                    yield prefix + code[len(written) :]
        for prefix in prefixes:
            yield prefix + code

    def _padded(self, country: str, code: str, level: int) -> Iterable[str]:
        bare = code
        named = country_named(country)
        for written in (*self._country_prefixes(country), *((named.alpha3, named.alpha2) if named else ())):
            if written and code.startswith(written):
                bare = code[len(written) :]
                break
        if bare.isdecimal():
            for prefix in self._country_prefixes(country):
                yield from _zeros(prefix, bare, self._code_lengths(country, level))

    def _country_prefixes(self, country: str) -> tuple[str, ...]:
        """What the codes of the country's first level start with: AF, TCD, IQG; "" where they are bare numbers."""
        if country not in self._prefixes:
            letters = {area.code.rstrip("0123456789") for area in self.level(country, 1)}
            named = country_named(country)
            usual = {named.alpha2, named.alpha3} if named else set[str]()
            found = {prefix for prefix in letters if prefix in usual or len(letters) == 1}
            found |= {
                one for one in usual if any(area.code.startswith(one) for area in self.level(country, 1))
            }
            self._prefixes[country] = tuple(sorted(found, key=len))
        return self._prefixes[country]

    def _code_lengths(self, country: str, level: int) -> tuple[int, ...]:
        if (country, level) not in self._lengths:
            self._lengths[country, level] = tuple(
                sorted({len(area.code) for area in self.level(country, level)})
            )
        return self._lengths[country, level]

    def _siblings(self, country: str, level: int, parent: Area | None) -> "Siblings | None":
        place = (parent.code, level) if parent is not None else (country, -level)
        group = self._groups.get(place)
        if group is None:
            areas = self._below(parent, level) if parent else self._of_level.get((country, level), [])
            if not areas:
                return None
            group = self._groups[place] = Siblings(areas)
        return group

    def _below(self, parent: Area, level: int) -> list[Area]:
        areas = [parent]
        while areas and areas[0].level < level:
            areas = [child for area in areas for child in self._children.get(area.code, [])]
        return [area for area in areas if area.level == level]


def normal_code(text: str) -> str:
    """A code without blanks, hyphens and underscores, in upper case."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def _zeros(prefix: str, digits: str, lengths: tuple[int, ...]) -> Iterable[str]:
    for length in lengths:
        if length - len(prefix) >= len(digits):
            yield prefix + digits.zfill(length - len(prefix))
