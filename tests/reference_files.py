"""The real files under data/, read in the plainest way, so that the rules can be held against known figures.

This is not the product's importer: it knows these files' columns by heart. Each file is read once.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from python_calamine import CalamineWorkbook

from app.needs.rules.areas import Tree
from app.needs.rules.facets import ANY, Facets
from app.needs.rules.settle import Worked, settle_releases
from app.needs.rules.statements import Statement

DATA = Path(__file__).parents[1] / "data"
COUNTRY = "country"
SUB_SERVICES = ("PRO_CPM", "PRO_GBV", "PRO_HLP", "PRO_MIN")
NOT_NEEDS = ("CSS", "LOG")
VIEWS = (*SUB_SERVICES, "MS")
"""Services whose needs are part of another's, or made of others'."""

_STATUS = {"HST": "host", "IDP": "idp", "REF": "refugee", "RRI": "returnee", "ALL": ANY}
_CLUSTERS = {"WASH": "WSH", "CCCM": "CCM", "ERL": "ERY"}
_AFGHAN_CLUSTERS = {
    "PROTECTION": "PRO", "HEALTH": "HEA", "FSAC": "FSC", "NUTRITION": "NUT", "ESNFI": "SHL", "WASH": "WSH",
    "EiE": "EDU", "EDUCATION": "EDU",
}  # fmt: skip


@dataclass(frozen=True)
class Needs:
    rows: tuple[Statement, ...]
    tree: Tree
    levels: dict[str, int]

    @property
    def needs_of_people(self) -> list[Statement]:
        return [row for row in self.rows if row.service not in NOT_NEEDS]


@dataclass(frozen=True)
class Named:
    """One row of a 3W file: an organisation named in an area for a service."""

    organisation: str
    area: str
    service: str
    status: str


@cache
def needs(country: str) -> Needs:
    rows, parents = [], {COUNTRY: None}
    for number, row in enumerate(_csv(DATA / "needs" / f"{country}-2024.csv")):
        area = row["#adm2+code"] or row["#adm1+code"] or COUNTRY
        if row["#adm1+code"]:
            parents[row["#adm1+code"]] = COUNTRY
        if row["#adm2+code"]:
            parents[row["#adm2+code"]] = row["#adm1+code"]
        sex, age, disabled = row["#gender+code"], row["#age+range"], row["#is_disabled"]
        facets = _facets(row["#population_group+code"], sex, age, disabled)
        service = None if row["#sector+code"] == "ALL" else row["#sector+code"]
        rows.append(Statement(
            f"{number:06}", area, service, facets,
            people=int(row["#inneed"]) if row["#inneed"] else None,
            targeted=int(float(row["#targeted"])) if row["#targeted"] else None,
        ))  # fmt: skip
    tree = Tree(parents)
    return Needs(tuple(rows), tree, {area: tree.depth(area) for area in parents})


@cache
def worked(country: str) -> Worked:
    read = needs(country)
    return settle_releases([read.needs_of_people], read.tree)


@cache
def presences(country: str) -> tuple[Named, ...]:
    folder = DATA / "who-does-what-where"
    if country == "nigeria":
        sheet = CalamineWorkbook.from_path(folder / "nigeria-2023-q4.xlsx").get_sheet_by_index(0).to_python()
        return tuple(
            Named(str(row[0]), str(row[10]), _CLUSTERS.get(str(row[4]), str(row[4])), str(row[6]))
            for row in sheet[2:]
        )
    rows = _csv(folder / "afghanistan-2024-q1.csv")
    return tuple(
        Named(
            row["#org +name"],
            row["#adm2+code"],
            _AFGHAN_CLUSTERS[row["#sector +cluster +code"].removesuffix("_OP")],
            "",
        )
        for row in rows
    )


def cells_by_area_and_service(country: str) -> dict[tuple[str, str], int]:
    """People in need by district and main service: the cells that the 3W files are held against."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for cell in worked(country).cells:
        if cell.summed and cell.service not in (None, *VIEWS):
            found[cell.area, cell.service] += cell.people
    return dict(found)


@cache
def _facets(status: str, sex: str, age: str, disabled: str) -> Facets:
    return Facets.read(
        _STATUS[status],
        ANY if sex == "a" else sex,
        ANY if age == "ALL" else age,
        "yes" if disabled == "y" else ANY,
    )


def _csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        tags = next(rows)
        for row in rows:
            yield dict(zip(tags, row, strict=True))
