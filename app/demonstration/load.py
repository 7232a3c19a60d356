"""The demonstration as a whole: real published files through the importer, then what the invented cast does."""

import csv
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.coverage.service.follow import follow
from app.demonstration import story
from app.exchange.reading.tables import open_table
from app.exchange.service.importing import File, import_file
from app.exchange.values.months import Month, Period
from app.kernel.database import transaction

Say = Callable[[str], None]
DATA = Path(__file__).parents[2] / "data"
HUMANITARIAN = "Humanitarian partners, published by OCHA on the Humanitarian Data Exchange"
FILES = (
    File(
        DATA / "needs" / "nigeria-2024.csv",
        "need",
        "NG",
        "Humanitarian Needs Overview",
        Period(Month(2024, 1), Month(2024, 12)),
        official=True,
        publisher=HUMANITARIAN,
        licence="CC BY-IGO",
    ),
    File(
        DATA / "who-does-what-where" / "nigeria-2023-q4.xlsx",
        "presence",
        "NG",
        "Operational Presence",
        publisher=HUMANITARIAN,
        licence="CC BY-IGO",
    ),
)
PART = "NG036"
"""The state whose rows are enough for tests."""


async def load(maker: async_sessionmaker[AsyncSession], say: Say, *, small: bool = False) -> None:
    """Load it into a register without registered organisations; `small` takes one state's needs only."""
    began = time.perf_counter()
    say("Loading the demonstration: published needs and who does what where.")
    with tempfile.TemporaryDirectory() as folder:
        for file in [_part_of(file, Path(folder)) for file in FILES] if small else FILES:
            outcome = await import_file(maker, None, file, _quietly)
            say(f"  {file.path.name}: {outcome.counted.created + outcome.counted.unchanged} statements")
    await story.play(maker, say)
    async with transaction(maker) as db:
        await follow(db, most=None)
    say(f"The demonstration is loaded ({time.perf_counter() - began:.0f} s).")


def _part_of(whole: File, folder: Path) -> File:
    """The same file with its head, and the rows of one state and of the whole country only."""
    part = folder / f"{whole.path.stem}.csv"
    with part.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        for number, row in enumerate(open_table(whole.path).sheets[0].rows()):
            if number < 2 or not row[0] or any(str(cell).startswith(PART) for cell in row):
                writer.writerow(row)
    return replace(whole, path=part)


def _quietly(sentence: str) -> None:
    """The importer's own progress is more than anybody starting the program wants to read."""
