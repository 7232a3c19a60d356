"""The real areas, organisations and files under data/, and small files made like those that people send."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import xlsxwriter

from app.exchange.reading.cells import Cell
from app.exchange.reading.tables import open_table
from app.exchange.rows.need_reader import NeedReader, NeedRow
from app.exchange.rows.presence_reader import PresenceReader
from app.exchange.rows.presences import PresenceRow, joined
from app.exchange.rows.questions import Questions
from app.exchange.rules.lookups import Answers, Lookups
from app.exchange.rules.plan import Plan, look
from app.exchange.rules.verdicts import Verdict
from app.exchange.values.areas import AreaIndex
from app.exchange.values.sectors import ServiceIndex
from app.exchange.values.siblings import Area
from app.organisations.rules.names import letters
from app.organisations.rules.recognition import Index

DATA = Path(__file__).parents[2] / "data"
AFGHANISTAN = DATA / "who-does-what-where" / "afghanistan-2024-q1.csv"
NIGERIA = DATA / "who-does-what-where" / "nigeria-2023-q4.xlsx"
Rows = list[list[Cell]]


@cache
def area_rows() -> tuple[tuple[str, int, str, tuple[str, ...]], ...]:
    with (DATA / "places" / "p-codes-adm1-adm2.csv").open(encoding="utf-8-sig", newline="") as file:
        return tuple(
            (row["P-Code"], int(row["Admin Level"]), row["Parent P-Code"], (row["Name"],))
            for row in csv.DictReader(file)
        )


@cache
def areas() -> AreaIndex:
    return AreaIndex(area_rows())


@cache
def organisations() -> Index[str]:
    index, ids = Index[str](), dict[str, str]()
    folder = DATA / "organisations"
    with (folder / "organisations.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if (name := letters(row["name"])) not in ids:
                ids[name] = str(len(ids))
                index.add(ids[name], row["name"], row["acronym"])
    with (folder / "name-variants.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if (name := letters(row["Canonical Name"])) not in ids:
                ids[name] = str(len(ids))
                index.add(ids[name], row["Canonical Name"], row["Acronym"])
            index.add_alias(ids[name], row["Lookup"], row["Country Code"] or None)
    return index


@cache
def lookups() -> Lookups:
    return Lookups(areas(), ServiceIndex.default(), organisations())


@cache
def strangers() -> Lookups:
    """The same, knowing no organisation: quicker, where it doesn't matter which are known."""
    return Lookups(areas(), ServiceIndex.default())


@cache
def rows_of(path: Path) -> tuple[tuple[Cell, ...], ...]:
    """All rows of the first sheet of a file, headings and tags too."""
    return tuple(tuple(row) for row in open_table(path).sheets[0].rows())


def copied(path: Path, most: int | None = None) -> Rows:
    """The same as lists that a test may change; `most` data rows after heading and tags."""
    rows = rows_of(path)
    return [list(row) for row in (rows if most is None else rows[: most + 2])]


@dataclass(frozen=True)
class Read:
    """A 3W file as read: its plan, its rows, those joined to presences, the skipped rows by kind, the questions."""

    plan: Plan
    rows: list[PresenceRow]
    presences: list[PresenceRow]
    skipped: dict[str, int]
    questions: Questions

    @property
    def refused(self) -> list[PresenceRow]:
        return [row for row in self.rows if row.verdict is Verdict.REFUSED]

    @property
    def joined(self) -> int:
        return sum(len(row.numbers) - 1 for row in self.presences)

    def reasons(self, code: str) -> list[PresenceRow]:
        return [row for row in self.rows if any(reason.code == code for reason in row.reasons)]

    @property
    def stated(self) -> set[tuple[str, ...]]:
        """What the presences say, without what depends on the source."""
        return {
            (
                one.organisation.id if one.organisation else "",
                one.role,
                one.service,
                one.activity,
                one.area.code if one.area else "",
                one.time.key,
                one.status,
            )
            for one in self.presences
        }


def read(
    path: Path,
    *,
    country: str = "",
    answers: Answers | None = None,
    name: str = "",
    source: str = "source",
    known: Lookups | None = None,
) -> Read:
    known = known or strangers()
    plan = look(path, known, country=country, name=name)
    rows: list[PresenceRow] = []
    skipped: dict[str, int] = {}
    questions = Questions()
    for sheet in plan.chosen:
        reader = PresenceReader(sheet.columns, known, plan.settings(sheet, source), answers, questions)
        body = sheet.body()
        rows += reader.rows(body)
        for kind, count in body.skipped.items():
            skipped[kind] = skipped.get(kind, 0) + count
    return Read(plan, rows, list(joined(rows)), skipped, questions)


def read_needs(
    path: Path, *, country: str = "", name: str = "", answers: Answers | None = None
) -> list[NeedRow]:
    plan = look(path, strangers(), kind="need", country=country, name=name)
    return [
        row
        for sheet in plan.chosen
        for row in NeedReader(sheet.columns, strangers(), plan.settings(sheet, "source"), answers).rows(
            sheet.body()
        )
    ]


def write_csv(
    path: Path, rows: Iterable[Sequence[Cell]], *, encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    with path.open("w", encoding=encoding, newline="", errors="replace") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


@dataclass
class Sheet:
    """A sheet to be written; `merges` are (top, left, bottom, right), counted from 0."""

    name: str
    rows: Sequence[Sequence[Cell]]
    hidden: bool = False
    merges: Sequence[tuple[int, int, int, int]] = ()


def write_xlsx(path: Path, *sheets: Sheet) -> Path:
    book = xlsxwriter.Workbook(
        str(path),
        {"strings_to_numbers": False, "strings_to_formulas": False, "default_date_format": "dd/mm/yyyy"},
    )
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for at, row in enumerate(sheet.rows):
            for column, cell in enumerate(row):
                if cell is not None and cell != "":
                    page.write(at, column, cell)
        for top, left, bottom, right in sheet.merges:
            value = sheet.rows[top][left]
            page.merge_range(top, left, bottom, right, value)
        if sheet.hidden:
            page.hide()
    book.close()
    return path


def second_level(country: str, count: int, *, unlike: bool = True) -> list[tuple[Area, Area]]:
    """`count` second-level areas of a country with their parents, spread over it; `unlike`: with names it has once."""
    index = areas()
    all_ = list(index.level(country, 2))
    times = Counter(area.name for area in all_)
    left = [area for area in all_ if not unlike or times[area.name] == 1]
    assert len(left) >= count
    chosen = [left[at * len(left) // count] for at in range(count)]
    return [(parent, area) for area in chosen if (parent := index.parent(area))]


def cycled(values: Sequence[Cell]) -> Iterator[Cell]:
    at = 0
    while True:
        yield values[at % len(values)]
        at += 1
