"""Public pages: how many a second one worker makes beside the bare server, and whether a million rows slow them."""

import asyncio
import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psycopg

from bench import made_up, recorded, serving
from bench.database import Filled
from bench.figures import Figure, NotRun, Result, compared

DIFFERENT = 40
"""Addresses of each kind that the load goes round in."""
BUDGET, SLOWER = 0.70, 1.5


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page, and the addresses of it that are asked for."""

    name: str
    paths: Callable[[Filled, Random], list[str]]


def lists(of: Filled, random: Random) -> list[str]:
    """The list from its beginning, of a kind, of a group or service, and from somewhere in the middle."""
    from app.kernel.pagination import encode

    middle = [
        encode(made_up.name_of(n).lower(), made_up.made_id(2, n))
        for n in random.sample(range(of.scale), DIFFERENT // 2)
    ]
    return [
        "/organisations",
        "/organisations?kind=ngo",
        *(f"/organisations?after={after}" for after in middle),
    ]


def narrowed(of: Filled, random: Random) -> list[str]:
    """The list by group, service and area."""
    tree = made_up.areas()
    codes = [area.code for area in random.sample(tree, 6)]
    return [
        *(f"/organisations?group={group}" for group in of.groups[:4]),
        *(f"/organisations?service={service}" for service in of.services[:4]),
        *(f"/organisations?area={code}" for code in codes),
    ]


def searches(of: Filled, random: Random) -> list[str]:
    """Two words of a name that is there, as it is written or with a slip of the finger."""
    found: list[str] = []
    for at, number in enumerate(random.sample(range(of.scale), DIFFERENT)):
        own, theme = made_up.name_of(number).split()[:2]
        typed = own[:2] + own[3:] if at % 4 == 0 else own
        found.append(f"/organisations?q={typed}+{theme}")
    return found


def profiles(of: Filled, random: Random) -> list[str]:
    return [
        f"/organisations/{made_up.slug_of(number)}" for number in random.sample(range(of.scale), DIFFERENT)
    ]


KINDS = (
    Kind("list", lists),
    Kind("list, narrowed", narrowed),
    Kind("search", searches),
    Kind("profile", profiles),
)


def against_bare(
    of: Filled, folder: Path, kinds: Sequence[Kind], *, rounds: int, seconds: float
) -> list[Result]:
    """Requests a second of the program and of the bare server, in turns: as it is, and when no page is kept (ADR 9)."""
    results: list[Result] = []
    with serving.program(of.url, folder) as ours, serving.program(of.url, folder, kept_pages=0) as anew:
        for kind in kinds:
            paths = kind.paths(of, Random(of.scale))
            recordings = asyncio.run(recorded.record(of.url, folder, paths))
            if wrong := [r.path for r in recordings if r.status != 200]:
                results.append(NotRun(f"{kind.name}: requests/s", f"{wrong[0]} is no page"))
                continue
            _mark(of.url, recordings)
            place = folder / f"recording-{of.scale}.json"
            recorded.save(recordings, place)
            with serving.bare(of.url, place) as bare:
                for way, server in (("", ours), (", made anew", anew)):
                    results.append(
                        _in_turns(f"{kind.name}{way}", server, bare, paths, recordings, rounds, seconds)
                    )
    return results


def _mark(url: str, recordings: Sequence[recorded.Recording]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for recording in recordings:
            rows = [connection.execute(each.sql, each.parameters).fetchall() for each in recording.statements]
            recorded.mark_shown(recording, rows)


def _in_turns(
    name: str, ours: serving.Serving, bare: serving.Serving, paths: Sequence[str],
    recordings: Sequence[recorded.Recording], rounds: int, seconds: float,
) -> Figure:  # fmt: skip
    for each in (ours, bare):  # every address once, so that nothing is first
        serving.load(each, paths, connections=4, seconds=min(seconds, 0.5))
    measured: list[tuple[serving.Load, serving.Load]] = []
    for turn in range(rounds):
        order = (ours, bare) if turn % 2 == 0 else (bare, ours)
        first, second = (serving.load(each, paths, connections=8, seconds=seconds) for each in order)
        measured.append((first, second) if turn % 2 == 0 else (second, first))
    our_cost = statistics.median(one.processor_ms for one, _ in measured)
    bare_cost = statistics.median(other.processor_ms for _, other in measured)
    return compared(
        f"{name}: requests/s of one worker",
        [one.per_second for one, _ in measured],
        [other.per_second for _, other in measured],
        "/s",
        BUDGET,
        at_least=True,
        processor_ms=[round(our_cost, 3), round(bare_cost, 3), round(bare_cost / our_cost, 3)],
        statements=max(len(recording.statements) for recording in recordings),
        bytes=round(statistics.mean(len(recording.body.encode()) for recording in recordings)),
        sql=sorted({each.sql for recording in recordings for each in recording.statements}),
    )


def larger(
    small: Filled, large: Filled, folder: Path, kinds: Sequence[Kind], *, rounds: int, seconds: float
) -> list[Result]:
    """Half of all answers come within how long, on the large database beside the small one."""
    results: list[Result] = []
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serving.program(each.url, folder, kept_pages=0)) for each in (large, small)
        ]
        for kind in kinds:
            paths = [kind.paths(each, Random(each.scale)) for each in (large, small)]
            for server, its in zip(servers, paths, strict=True):
                serving.load(server, its, connections=1, seconds=min(seconds, 0.5))
            halves: tuple[list[float], list[float]] = ([], [])
            for _ in range(rounds):
                for server, its, into in zip(servers, paths, halves, strict=True):
                    into.append(_half(serving.load(server, its, connections=1, seconds=seconds)))
            what = f"{kind.name}: p50 at {large.scale:,} against {small.scale:,}".replace(",", " ")
            results.append(compared(what, *halves, "ms", SLOWER))
    return results


def _half(done: serving.Load) -> float:
    assert done.latencies
    return statistics.median(done.latencies) * 1000
