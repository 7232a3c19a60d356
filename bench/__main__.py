"""`python -m bench`: fill, measure, print the table, write bench/latest.json."""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from random import Random

import structlog

from bench import figures, importing, matching, pages, plans, recorded, starting
from bench.database import Filled, filled, open_server
from bench.figures import Figure, NotRun, Result

LATEST = Path(__file__).with_name("latest.json")
PARTS = ("pages", "search", "matching", "import", "start")
SCALES = (10_000, 100_000, 1_000_000)


def main() -> int:
    options = _options()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    began = time.perf_counter()
    results: list[Result] = []
    with ExitStack() as stack:
        folder = options.keep or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="roundtable-bench-"))
        )
        folder.chmod(0o755) if not options.keep else folder.mkdir(parents=True, exist_ok=True)
        server = stack.enter_context(open_server(folder / "data"))
        web = folder / "web"
        web.mkdir(exist_ok=True)
        if needs_rows := {"pages", "search", "matching", "start"} & options.only:
            some = [filled(server, scale) for scale in options.scale]
            results += _on_rows(needs_rows, some, web, options)
        if "import" in options.only:
            results += importing.import_rows(server, web, options.rows, rounds=options.import_rounds)
    print()
    print(figures.table(results))
    figures.write(results, LATEST, seconds=round(time.perf_counter() - began), scales=list(options.scale))
    print(f"\n{time.perf_counter() - began:.0f} s; written to {LATEST}")
    broken = [result for result in results if isinstance(result, Figure) and result.broken]
    missing = [result for result in results if isinstance(result, NotRun)]
    print(f"{len(results)} figures, {len(broken)} budgets broken, {len(missing)} not run")
    return 1 if options.check and broken else 0


def _on_rows(parts: set[str], some: list[Filled], folder: Path, options: argparse.Namespace) -> list[Result]:
    results: list[Result] = []
    kinds = [
        kind for kind in pages.KINDS if "pages" in parts or ("search" in parts and kind.name == "search")
    ]
    middle, largest, smallest = some[len(some) // 2], some[-1], some[0]
    if kinds:
        # The budget is about 100 000; the other scales are told beside it.
        for of in (middle, *(each for each in some if each is not middle)):
            results += pages.against_bare(of, folder, kinds, rounds=options.rounds, seconds=options.seconds)
        if largest.scale > smallest.scale:
            results += pages.larger(
                smallest, largest, folder, kinds, rounds=options.rounds, seconds=options.seconds
            )
        results += _statements_and_plans(middle, largest, folder, kinds)
    if "matching" in parts:
        for of in some:
            results += matching.top_twenty(of, rounds=options.rounds)
    if "start" in parts:
        results.append(starting.start(middle, folder, rounds=options.rounds))
        results += starting.first_page(middle, folder)
    return results


def _statements_and_plans(
    middle: Filled, largest: Filled, folder: Path, kinds: list[pages.Kind]
) -> list[Result]:
    sent = [
        (kind.name, asyncio.run(recorded.record(middle.url, folder, kind.paths(middle, Random(1)))))
        for kind in kinds
    ]
    for of in dict.fromkeys((middle, largest)):
        for kind in kinds:
            asked = asyncio.run(recorded.record(of.url, folder, kind.paths(of, Random(1))[:12]))
            for bad in plans.bad_plans(of.url, asked):
                print(
                    f"\n{of.scale:,}: {bad.path}: {bad.milliseconds:.0f} ms: {'; '.join(bad.steps) or 'slow'}"
                )
                print("  " + " ".join(bad.sql.split())[:400])
    return starting.statements(sent)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--scale", type=_scales, default=SCALES, help="rows, for example 10000 or 10000,100000"
    )
    parser.add_argument(
        "--only", type=_parts, default=set(PARTS), help=f"some of {', '.join(PARTS)}, with commas between"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each measurement takes its turn")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each turn of load lasts")
    parser.add_argument(
        "--rows", type=int, default=0, help="rows of the file to import; else the largest scale"
    )
    parser.add_argument("--import-rounds", type=int, default=1, help="how often the import is repeated")
    parser.add_argument("--keep", type=Path, help="folder whose databases are kept for the next run")
    parser.add_argument(
        "--check", action="store_true", help="fail where a budget is broken by more than its noise"
    )
    options = parser.parse_args()
    options.rows = options.rows or max(options.scale)
    return options


def _scales(typed: str) -> tuple[int, ...]:
    return tuple(sorted(int(part) for part in typed.split(",")))


def _parts(typed: str) -> set[str]:
    parts = set(typed.split(","))
    if unknown := parts - set(PARTS):
        raise argparse.ArgumentTypeError(f"there is no {', '.join(sorted(unknown))}")
    return parts


if __name__ == "__main__":
    sys.exit(main())
