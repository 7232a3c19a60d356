"""What a visitor looks for in the register, read from the address, and said back in words and links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.i18n import N_, _, listed, ngettext, number, url
from app.kernel.ids import read_id
from app.organisations.models import LISTED
from app.organisations.queries.regions import Region, regions
from app.organisations.queries.register import COUNTED, FACETS, STANDINGS, Counts, Filter
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import State
from app.places import queries as places
from app.vocabulary.queries import entries as vocabulary

HOME = "/organisations"
MOST_VALUES = 20
_STANDING_NAMES = {State.VERIFIED.value: N_("Verified"), LISTED: N_("Listed, not registered")}
_PATHS = {"list": HOME, "map": f"{HOME}/map", "csv": f"{HOME}.csv", "atom": f"{HOME}.atom"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of an address that say what is looked for, cleaned: what isn't known is left out.

    offered: facet -> (value, name); regions: the areas chosen; place: what was typed as a place, and found: what it
    may mean while nothing was chosen.
    """

    q: str
    values: Mapping[str, tuple[str, ...]]
    offered: Mapping[str, Sequence[tuple[str, str]]]
    regions: Sequence[Region]
    place: str
    found: Sequence[places.Found]

    @property
    def looked_for(self) -> Filter:
        ids = {
            facet: tuple(UUID(value) for value in self.values[facet])
            for facet in FACETS
            if self.values[facet]
        }
        return Filter(
            search=self.q,
            kinds=frozenset(Kind(value) for value in self.values["kind"]),
            terms=ids,
            within=tuple((region.lo, region.hi) for region in self.regions),
            standings=frozenset(self.values["standing"]),
        )

    def pairs(self, *, besides: tuple[str, str] | None = None) -> list[tuple[str, str]]:
        """Name and value of all that is asked, but for one pair."""
        everything = [("q", self.q)] if self.q else []
        for facet in ("area", "kind", "standing", *FACETS):
            chosen = [region.code for region in self.regions] if facet == "area" else self.values[facet]
            everything += [(facet, value) for value in chosen]
        return [pair for pair in everything if pair != besides]

    def href(self, to: str = "list", *, besides: tuple[str, str] | None = None, **more: str | None) -> str:
        """The address of the list, the map or a download with all that is asked, but for `besides`."""
        pairs = [*self.pairs(besides=besides), *((name, value) for name, value in more.items() if value)]
        return url(_PATHS[to]) + (f"?{urlencode(pairs)}" if pairs else "")

    @property
    def chips(self) -> list[tuple[str, str]]:
        """What is on, each with the address without it."""
        names = {(facet, value): name for facet, options in self.offered.items() for value, name in options}
        names |= {("area", region.code): region.name for region in self.regions}
        said = [(name, value, names.get((name, value), f"“{value}”")) for name, value in self.pairs()]
        return [(text, self.href(besides=(name, value))) for name, value, text in said]

    @property
    def where(self) -> str:
        return listed([region.name for region in self.regions])

    def title(self, total: int | None) -> str:
        """ "58 partners in Yobe"."""
        if total is None:
            if self.regions:
                return _("More than %(number)s partners in %(area)s") % {
                    "number": number(COUNTED),
                    "area": self.where,
                }
            return _("More than %(number)s partners") % {"number": number(COUNTED)}
        if self.regions:
            said = ngettext("%(number)s partner in %(area)s", "%(number)s partners in %(area)s", total)
            return said % {"number": number(total), "area": self.where}
        return ngettext("%(number)s partner", "%(number)s partners", total) % {"number": number(total)}

    def why_empty(self, *, no_such_name: bool) -> dict[str, str]:
        """Why nothing is found, and the one thing to do."""
        chips = self.chips
        if no_such_name:
            return {
                "title": _("No partner has a name like “%(typed)s”") % {"typed": self.q},
                "text": _("Look at the spelling, or type fewer words. Short names are found too."),
                "action": _("Search without the name"),
                "href": self.href(besides=("q", self.q)),
            }
        if len(chips) == 1 and self.regions and (above := self.regions[0].parent):
            return {
                "title": _("No partner says that it works in %(area)s") % {"area": self.where},
                "text": _("Nobody in the register names it as a place of work."),
                "action": _("Look in the area around it"),
                "href": url(HOME, area=above),
            }
        if chips:
            return {
                "title": _("No partner is all of this"),
                "text": _(
                    "Nobody in the register fits everything that you chose. Take away the last thing that you added."
                ),
                "action": _("Without %(choice)s") % {"choice": chips[-1][0]},
                "href": chips[-1][1],
            }
        return {
            "title": _("The register is still empty"),
            "text": _("Nobody has registered yet, and no published list was read in."),
            "action": _("Register an organisation"),
            "href": url("/register"),
        }

    def facets(self, counts: Counts, regions: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """The lists of tick boxes beside the results. `regions`: (code, name) of the areas offered."""
        offered = {
            "area": list(dict.fromkeys([*((r.code, r.name) for r in self.regions), *regions])),
            **self.offered,
        }
        chosen = {"area": tuple(region.code for region in self.regions), **self.values}
        return [
            {
                "name": facet,
                "legend": _(_LEGENDS[facet]),
                "open": facet in {"area", "service"},
                "options": _likely_first(
                    [
                        {
                            "value": value,
                            "label": name,
                            "count": counts.of(facet, value),
                            "on": value in chosen[facet],
                        }
                        for value, name in offered[facet]
                    ],
                    sort=facet not in {"standing", "kind"},
                ),
            }
            for facet in _LEGENDS
            if offered[facet]
        ]


_LEGENDS = {
    "area": N_("Area"),
    "service": N_("Service"),
    "group": N_("For whom"),
    "kind": N_("Kind"),
    "access": N_("Access"),
    "standing": N_("Verified or not"),
}
_SHOWN_OPTIONS = 12


def _likely_first(options: list[dict[str, Any]], *, sort: bool) -> list[dict[str, Any]]:
    """Those that are chosen, then those that most partners have; of a long list only these, the rest by name search."""
    if not sort or any(option["count"] is None for option in options):
        return options
    ordered = sorted(options, key=lambda option: (not option["on"], -option["count"]))
    some = [option for option in ordered if option["count"] or option["on"]]
    return (some or ordered)[:_SHOWN_OPTIONS] if len(ordered) > _SHOWN_OPTIONS else ordered


async def asked_in(request: Request, db: AsyncSession, country: str) -> Asked:
    """What the address of this request asks for. Up to five statements."""
    given = request.query_params
    offered: dict[str, Sequence[tuple[str, str]]] = {
        "kind": [(kind.value, kind.label) for kind in Kind],
        "standing": [(value, _(_STANDING_NAMES[value])) for value in STANDINGS],
        **{facet: await _entries(db, facet) for facet in FACETS},
    }
    values = {
        facet: tuple(value for value in dict.fromkeys(given.getlist(facet)) if value in known)[:MOST_VALUES]
        for facet, known in (
            (facet, {value for value, _name in options}) for facet, options in offered.items()
        )
    }
    typed = given.get("place", "")[:100].strip()
    chosen = await regions(db, given.getlist("area")[:MOST_VALUES], read_id(given.get("place_id", "")))
    found = (
        await places.search(db, typed, country=country)
        if typed and not read_id(given.get("place_id", ""))
        else []
    )
    if len(found) == 1 or (found and found[0].name.casefold() == typed.casefold()):
        chosen = [*chosen, *await regions(db, [found[0].code])]
        typed, found = "", []
    return Asked(given.get("q", "")[:100].strip().replace("\x00", ""), values, offered, chosen, typed, found)


async def _entries(db: AsyncSession, scheme: str) -> list[tuple[str, str]]:
    return [(str(entry.id), entry.name) for entry in await vocabulary.entries(db, scheme)]


async def regions_of(db: AsyncSession, country: str) -> list[tuple[str, str]]:
    """(code, name) of the areas at the first level of a country, by name."""
    found = await places.interval_of(db, country)
    if found is None:
        return []
    rows = (await places.listed(db, within=found, level=1)).rows
    return sorted(((row.code, row.name) for row in rows), key=lambda row: row[1])
