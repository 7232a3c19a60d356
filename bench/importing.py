"""A million rows of a 3W table taken in, beside COPY of the rows that come of it into the same table."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psycopg

from app.kernel import embedded
from bench import database, made_up, serving
from bench.figures import NotRun, Result, alone, compared

SLOWER, MEGABYTES = 4.0, 512.0
ORGANISATIONS = 400
ACTIVITIES = 300
SECTORS = (
    "Education",
    "Health",
    "Nutrition",
    "Protection",
    "Water, sanitation and hygiene",
    "Shelter and household items",
)


def import_rows(server: embedded.Server, folder: Path, rows: int, *, rounds: int) -> list[Result]:
    """The whole command, in a process of its own on a fresh database, as somebody would run it."""
    what = f"import of {rows:,} 3W rows".replace(",", " ")
    file = folder / "who-does-what-where.csv"
    file.write_text("".join(_lines(rows)))
    ours: list[float] = []
    bare: list[float] = []
    told: dict[str, object] = {}
    for turn in range(rounds):
        url = database.scratch(server, "import")
        command = [
            sys.executable,
            "-m",
            "app.cli",
            "import",
            "3w",
            str(file),
            "--country",
            "NG",
            "--period",
            "2026-01 to 2026-03",
        ]
        environment = {**os.environ, "DATABASE_URL": url, "ROUNDTABLE_DATA": str(folder)}
        began = time.perf_counter()
        done = subprocess.run(
            [*command, "--json"], cwd=serving.PROJECT, env=environment, capture_output=True, text=True
        )
        ours.append(time.perf_counter() - began)
        if done.returncode:
            return [NotRun(what, f"the import ended with {done.returncode}: {done.stderr.strip()[-200:]}")]
        told = json.loads(done.stdout.splitlines()[-1])
        if told["created"] != rows:
            return [NotRun(what, f"{told['created']} of the rows came in: {told['reasons']}")]
        bare.append(_copy_again(url, folder / f"presence-{turn}.copy"))
    return [
        compared(what, ours, bare, "s", SLOWER, told=told),
        alone(f"{what}: peak memory", [float(str(told["peak_mb"]))], "MB", MEGABYTES),
    ]


def _lines(rows: int) -> Iterator[str]:
    random = Random(rows)
    areas = [area for area in made_up.areas() if area.level == 3]
    yield "Organisation,Sector,Admin3 Pcode,Admin3,Activity,Status\n"
    for number in range(rows):
        area = random.choice(areas)
        # Organisation, sector, place and activity together are their own for every row.
        activity = f"Activity {number % ACTIVITIES} of plan {number // ACTIVITIES}"
        yield (
            f'{made_up.name_of(random.randrange(ORGANISATIONS))},"{random.choice(SECTORS)}",{area.code},{area.name},'
            f"{activity},Ongoing\n"
        )


def _copy_again(url: str, place: Path) -> float:
    """Take the presences out and put them in again by COPY, into the empty table with all its indexes and checks."""
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        with place.open("wb") as out, cursor.copy("COPY presence TO STDOUT (FORMAT csv)") as copy:
            for part in copy:
                out.write(part)
        cursor.execute("TRUNCATE presence CASCADE")
        cursor.execute("CHECKPOINT")
        began = time.perf_counter()
        with place.open("rb") as rows, cursor.copy("COPY presence FROM STDIN (FORMAT csv)") as copy:
            while part := rows.read(1 << 18):
                copy.write(part)
        seconds = time.perf_counter() - began
    place.unlink()
    return seconds
