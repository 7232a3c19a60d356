"""The twenty needs suggested to a partner, each explained, beside the statements of the same list alone."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from itertools import chain
from random import Random
from uuid import UUID

import psycopg

from app.kernel.database import open_reading_engine, readers
from app.kernel.refusals import NotFound
from app.matching.queries.suggestions import suggestions
from bench import made_up
from bench.database import Filled
from bench.figures import Result, alone, compared
from bench.recorded import noting

PARTNERS = 100
SLOWER, MILLISECONDS = 2.0, 100.0


def top_twenty(of: Filled, *, rounds: int) -> list[Result]:
    """p99 over partners, of all of them once a round; the list's own statements follow each at once."""
    numbers = Random(of.scale).sample(range(of.scale), min(PARTNERS, of.scale))
    ours, bare, rows = asyncio.run(
        _measured(of, [UUID(made_up.made_id(2, number)) for number in numbers], rounds)
    )
    where = f"{of.scale:,} cells".replace(",", " ")
    more = {
        "rows": rows,
        "p50": [round(statistics.median(chain.from_iterable(side)), 2) for side in (ours, bare)],
    }
    halves = compared(f"top-20 matches, p99 over {where}", _p99(ours), _p99(bare), "ms", SLOWER, **more)
    return [halves, alone(f"top-20 matches, p99 over {where}, by itself", _p99(ours), "ms", MILLISECONDS)]


async def _measured(
    of: Filled, partners: Sequence[UUID], rounds: int
) -> tuple[list[list[float]], list[list[float]], int]:
    engine = open_reading_engine(of.url)
    ours: list[list[float]] = []
    bare: list[list[float]] = []
    shown = 0
    async with await psycopg.AsyncConnection.connect(of.url, autocommit=True) as connection:
        with noting(engine.sync_engine) as sent:
            for turn in range(rounds + 1):  # the first warms both
                ours.append([])
                bare.append([])
                shown = 0
                for partner in partners:
                    sent.clear()
                    began = time.perf_counter()
                    try:
                        async with readers(engine)() as db:
                            shown += len((await suggestions(db, partner)).rows)
                    except NotFound:
                        continue
                    ours[turn].append((time.perf_counter() - began) * 1000)
                    began = time.perf_counter()
                    for statement, given in sent:
                        if "FROM cell_coverage" in statement:
                            await (await connection.execute(statement, given, prepare=True)).fetchall()
                    bare[turn].append((time.perf_counter() - began) * 1000)
    await engine.dispose()
    return ours[1:], bare[1:], shown


def _p99(rounds: Sequence[Sequence[float]]) -> list[float]:
    return [sorted(each)[int(len(each) * 0.99)] for each in rounds]
