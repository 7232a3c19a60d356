"""Where the database reads or sorts more than a page needs: the plan of each statement that pages send."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.recorded import Recording

MANY = 5_000
"""Rows read by one step of a plan from which on it is worth a look, for a page of twenty."""
SLOW = 50.0


@dataclass(frozen=True, slots=True)
class Bad:
    """A statement whose plan reads many rows or takes long."""

    path: str
    sql: str
    milliseconds: float
    steps: Sequence[str]


def bad_plans(url: str, recordings: Sequence[Recording]) -> list[Bad]:
    """The statements of these pages that read more than MANY rows in one step, or take longer than SLOW ms."""
    found: dict[str, Bad] = {}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET jit = off")
        for recording in recordings:
            for statement in recording.statements:
                rows = connection.execute(
                    "EXPLAIN (ANALYZE, FORMAT JSON) " + statement.sql, statement.parameters
                ).fetchone()
                assert rows is not None
                plan: dict[str, Any] = (json.loads(rows[0]) if isinstance(rows[0], str) else rows[0])[0]
                steps = [said for step in _steps(plan["Plan"]) if (said := _said(step))]
                took = float(plan["Execution Time"])
                known = found.get(statement.sql)
                if (steps or took > SLOW) and (known is None or known.milliseconds < took):
                    found[statement.sql] = Bad(recording.path, statement.sql, took, steps)
    return sorted(found.values(), key=lambda bad: -bad.milliseconds)


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _steps(below)


def _said(step: dict[str, Any]) -> str:
    loops = step["Actual Loops"]
    read = (step["Actual Rows"] + step.get("Rows Removed by Filter", 0)) * loops
    is_large = read > MANY and ("Relation Name" in step or step["Node Type"] in {"Sort", "Aggregate"})
    where = step.get("Relation Name", "") + (f" by {step['Index Name']}" if "Index Name" in step else "")
    return f"{step['Node Type']} {where}: {read:.0f} rows" if is_large else ""
