"""A large file goes through in memory that doesn't grow with it."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.exchange.reading import limits
from tests.exchange.world import NIGERIA, copied, read, write_csv

SCRIPT = """
import resource, sys
from pathlib import Path
from tests.exchange.world import strangers
from app.exchange.rules.plan import look
from app.exchange.rows.presence_reader import PresenceReader
plan = look(Path(sys.argv[1]), strangers())
sheet = plan.chosen[0]
reader = PresenceReader(sheet.columns, strangers(), plan.settings(sheet, "source"))
count = sum(1 for _row in reader.rows(sheet.body()))
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def measured(path: Path) -> tuple[int, int]:
    """Rows read and the most memory, in MB, of a process that reads nothing else."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=NIGERIA.parents[2],
    )
    rows, peak = done.stdout.split()
    return int(rows), int(peak)


def test_memory_stays_flat_however_long_the_file_is(tmp_path: Path):
    rows = copied(NIGERIA)
    head, body = rows[:2], rows[2:]
    small = measured(write_csv(tmp_path / "small.csv", head + body))
    large = measured(write_csv(tmp_path / "large.csv", head + body * 12))
    assert (small[0], large[0]) == (9_366, 12 * 9_366)
    assert large[1] - small[1] <= 20


def test_a_sheet_above_the_limit_is_streamed_and_says_the_same(monkeypatch: pytest.MonkeyPatch):
    whole = {one.key for one in read(NIGERIA).presences}
    monkeypatch.setattr(limits, "WHOLE_SHEET_BYTES", 0)
    assert {one.key for one in read(NIGERIA).presences} == whole
