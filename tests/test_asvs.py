"""The table of OWASP ASVS requirements names tests that are there, each number once, and counts itself rightly."""

import ast
import re
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[1]
DOCS = PROJECT / "docs"
TABLE = (DOCS / "asvs.md").read_text()
ROWS = [
    re.split(r"\s*\|\s*", line.strip("| ")) for line in TABLE.splitlines() if line.startswith("| v5.0.0-")
]
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
LEVELS_1_AND_2 = 253
"""Requirements of the standard's levels 1 and 2, in version 5.0.0."""


@cache
def _tests_in(file: str) -> set[str]:
    path = PROJECT / file
    tree = ast.parse(path.read_text()) if path.is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def _kind(shown: str) -> str:
    kinds = {"by reading": "by reading", "doesn't apply: ": "doesn't apply", "**not met**: ": "not met"}
    return (
        "by a test"
        if TEST.fullmatch(shown)
        else next(kinds[begins] for begins in kinds if shown.startswith(begins))
    )


def test_every_requirement_of_both_levels_has_one_row_and_one_of_four_answers():
    numbers = [row[0] for row in ROWS]
    assert len(numbers) == len(set(numbers)) == LEVELS_1_AND_2
    assert all(len(row) == 4 and _kind(row[3]) for row in ROWS)


def test_every_test_that_the_table_names_is_there():
    named = TEST.findall(TABLE)
    assert named
    assert [f"{file}::{name}" for file, name in named if name not in _tests_in(file)] == []


def test_every_section_that_the_table_leads_to_is_there():
    headings = re.findall(r"^#+ (.+)$", (DOCS / "security.md").read_text(), re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\(security\.md#([\w-]+)\)", TABLE)) <= anchors


def test_the_counts_at_the_top_are_those_of_the_rows():
    kinds = [_kind(row[3]) for row in ROWS]
    said = {
        name: int(count) for name, count in re.findall(r"^\| ([a-z' ]+) \| (\d+) \|$", TABLE, re.MULTILINE)
    }
    assert said == {
        "met": kinds.count("by a test") + kinds.count("by reading"),
        "of these shown by a test": kinds.count("by a test"),
        "of these by reading only": kinds.count("by reading"),
        "doesn't apply": kinds.count("doesn't apply"),
        "not met": kinds.count("not met"),
    }
